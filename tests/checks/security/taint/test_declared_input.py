"""Twins of which one declares, or tests, what may come in."""

import pytest

from autovet.checks.security.taint.flows import flows_of
from autovet.domain.context import Context
from autovet.project.project import Project
from autovet.source.parsing import parse_module

FLASK = """
import os, string
from flask import Flask, Response, abort, redirect, request
from urllib.parse import urlsplit
import requests
app = Flask(__name__)
KNOWN = ("harp", "lute")
@app.route("/x", methods=["GET", "POST"])
def x():
    word = request.args["word"]
"""
FASTAPI = """
import os
from typing import Annotated
from fastapi import Depends, FastAPI, HTTPException, Path, Query, WebSocket
from pydantic import BaseModel, Field, field_validator
app = FastAPI()
"""
DJANGO = """
import os
from django import forms
from django.http import HttpResponse
"""

# name: (what stands before, what lets it through, what does not)
TWINS = {
    "characters of a set": (
        FLASK,
        "    if not set(word): abort(400)\n    os.system('play ' + word); return {}\n",
        "    if not set(word) <= set(string.ascii_letters): abort(400)\n    os.system('play ' + word); return {}\n",
    ),
    "one of the known": (
        FLASK,
        "    if not any(k in word for k in KNOWN): abort(400)\n    os.system('play ' + word); return {}\n",
        "    if not any(word == k for k in KNOWN): abort(400)\n    os.system('play ' + word); return {}\n",
    ),
    "an absolute path": (
        FLASK,
        "    if '..' in word: abort(400)\n    return open(os.path.join('/srv', word)).read()\n",
        "    if '..' in word or word.startswith('/'): abort(400)\n    return open(os.path.join('/srv', word)).read()\n",
    ),
    "another content type afterwards": (
        FLASK,
        "    answer = Response('<p>' + word)\n    answer.headers['X-Page'] = 'text/plain'\n    return answer\n",
        "    answer = Response('<p>' + word)\n    answer.headers['Content-Type'] = 'text/plain'\n    return answer\n",
    ),
    "characters translated": (
        FLASK,
        "    return '<p>' + word.translate(str.maketrans({'\"': ''}))\n",
        "    return '<p>' + word.translate(str.maketrans({'<': '', '&': ''}))\n",
    ),
    "a domain of our own": (
        FLASK,
        "    host = urlsplit(word).hostname or ''\n    if not host.endswith('example.org'): abort(400)\n    requests.get(word); return {}\n",
        "    host = urlsplit(word).hostname or ''\n    if not host.endswith('.example.org'): abort(400)\n    requests.get(word); return {}\n",
    ),
    "the host that was asked": (
        FLASK,
        "    if urlsplit(word).netloc == request.host: word = '/'\n    return redirect(word)\n",
        "    if urlsplit(word).netloc not in ('', request.host): word = '/'\n    return redirect(word)\n",
    ),
    "a length that is known": (
        FLASK,
        "    os.system('play ' + (word if len('harp') == 4 else 'lute')); return {}\n",
        "    os.system('play ' + (word if len('harp') == 5 else 'lute')); return {}\n",
    ),
    "converter of a route": (
        FLASK,
        "    return {}\n@app.get('/y/<string:key>')\ndef y(key): os.system('play ' + key); return {}\n",
        "    return {}\n@app.get('/y/<uuid:key>')\ndef y(key): os.system(f'play {key}'); return {}\n",
    ),
    "pattern of a query": (
        FASTAPI,
        "@app.get('/x')\ndef x(word: str = Query('a', pattern='[a-z]+')): os.system('play ' + word)\n",
        "@app.get('/x')\ndef x(word: str = Query('a', pattern='^[a-z]+$')): os.system('play ' + word)\n",
    ),
    "pattern of a path": (
        FASTAPI,
        "@app.get('/x/{word}')\ndef x(word: Annotated[str, Path(max_length=9)]): os.system('play ' + word)\n",
        "@app.get('/x/{word}')\ndef x(word: Annotated[str, Path(pattern='^\\\\w+$')]): os.system('play ' + word)\n",
    ),
    "pattern of a field": (
        FASTAPI,
        "class Song(BaseModel):\n    word: str = Field(max_length=9)\n@app.post('/x')\ndef x(song: Song): os.system('play ' + song.word)\n",
        "class Song(BaseModel):\n    word: str = Field(pattern='^[a-z]+$')\n@app.post('/x')\ndef x(song: Song): os.system('play ' + song.word)\n",
    ),
    "validator of a field": (
        FASTAPI,
        ("class Song(BaseModel):\n    word: str\n    @field_validator('word')\n    @classmethod\n    def known(cls, value):\n"
        "        if not value: raise ValueError\n        return value\n@app.post('/x')\ndef x(song: Song): os.system('play ' + song.word)\n"),
        ("class Song(BaseModel):\n    word: str\n    @field_validator('word')\n    @classmethod\n    def known(cls, value):\n"
        "        if not value.isalpha(): raise ValueError\n        return value\n@app.post('/x')\ndef x(song: Song): os.system('play ' + song.word)\n"),
    ),
    "members of a list": (
        FASTAPI,
        "class Song(BaseModel):\n    word: str\n    number: int\n@app.post('/x')\ndef x(songs: list[Song]):\n    for song in songs: os.system(f'play {song.word}')\n",
        "class Song(BaseModel):\n    word: str\n    number: int\n@app.post('/x')\ndef x(songs: list[Song]):\n    for song in songs: os.system(f'play {song.number}')\n",
    ),
    "words over a socket": (
        FASTAPI,
        "@app.websocket('/x')\nasync def x(link: WebSocket):\n    word = await link.receive_text()\n    os.system('play ' + word)\n",
        "@app.websocket('/x')\nasync def x(link: WebSocket):\n    word = await link.receive_text()\n    if word in ('harp', 'lute'): os.system('play ' + word)\n",
    ),
    "pattern of a route": (
        "import os\nfrom aiohttp import web\nroutes = web.RouteTableDef()\n",
        "@routes.get('/x/{word}')\nasync def x(request): os.system('play ' + request.match_info['word'])\n",
        "@routes.get('/x/{word:[a-z]+}')\nasync def x(request): os.system('play ' + request.match_info['word'])\n",
    ),
    "a form's own method": (
        DJANGO,
        ("class Song(forms.Form):\n    word = forms.CharField()\n    def clean_word(self):\n        return self.cleaned_data['word'].strip()\n"
        "def x(request):\n    song = Song(request.POST)\n    os.system('play ' + song.cleaned_data['word'])\n"),
        ("class Song(forms.Form):\n    word = forms.CharField()\n    def clean_word(self):\n        word = self.cleaned_data['word']\n"
        "        if not word.isalpha(): raise forms.ValidationError('word')\n        return word\n"
        "def x(request):\n    song = Song(request.POST)\n    os.system('play ' + song.cleaned_data['word'])\n"),
    ),
    "field of a web form": (
        "import os\nfrom flask_wtf import FlaskForm\nfrom wtforms import SelectField, StringField\nfrom flask import Flask\napp = Flask(__name__)\n",
        "class Song(FlaskForm):\n    word = StringField()\n@app.post('/x')\ndef x(): os.system('play ' + Song().word.data); return {}\n",
        "class Song(FlaskForm):\n    word = SelectField(choices=['harp'])\n@app.post('/x')\ndef x(): os.system('play ' + Song().word.data); return {}\n",
    ),
    "a wrapper that refuses": (
        FLASK,
        ("    return {}\ndef known(view):\n    def inner(*args):\n        if len(request.args) > 9: abort(400)\n        return view(*args)\n    return inner\n"
        "@app.get('/y')\n@known\ndef y(): os.system('play ' + request.args['word']); return {}\n"),
        ("    return {}\ndef known(view):\n    def inner(*args):\n        if request.args['word'] not in KNOWN: abort(400)\n        return view(*args)\n    return inner\n"
        "@app.get('/y')\n@known\ndef y(): os.system('play ' + request.args['word']); return {}\n"),
    ),
}  # fmt: skip


def is_open(code: str, files: dict[str, str]) -> bool:
    context = Context(path="app.py", files=files)
    module = parse_module("app.py", code)
    assert module is not None
    flows = flows_of(module, Project(context))
    assert not flows.cut_short
    return any(h.taint.origin.kind == "request" and not h.soft for h in flows.hits)


@pytest.mark.parametrize("name", TWINS)
def test_twins_are_told_apart(name: str) -> None:
    head, bad, good = TWINS[name]
    assert is_open(head + bad, {})
    assert not is_open(head + good, {})


@pytest.mark.parametrize(("kind", "expected"), [("str", True), ("int", False), ("slug", False)])
def test_the_table_of_addresses_says_what_comes_in(kind: str, expected: bool) -> None:
    view = "import os\nfrom django.http import HttpResponse\n\ndef x(request, word):\n    os.system(f'play {word}')\n"
    urls = f"from django.urls import path\nfrom app import x\nurlpatterns = [path('x/<{kind}:word>/', x)]\n"
    assert is_open(view, {"urls.py": urls}) is expected
