"""What need not be run is not run, and what is left out holds no flow."""

import ast

import pytest

from autovet.checks.security.taint.flows import flows_of
from autovet.checks.security.taint.models import all_models
from autovet.checks.security.taint.relevance import (
    hears_from_outside,
    relevant_functions,
    sink_calls,
)
from autovet.source.module import Module
from autovet.source.parsing import parse_module

TOOL = """
import argparse
import subprocess


class Runner:
    def __init__(self, word):
        self.word = word

    def start(self):
        subprocess.run("play " + self.word, shell=True)

    def idle(self):
        return len(self.word)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("word")
    return parser.parse_args()


def add(first, second):
    return first + second


def main():
    Runner(options().word).start()
"""


def module(text: str, path: str = "tool/main.py") -> Module:
    made = parse_module(path, text)
    assert made is not None
    return made


def test_functions_that_matter_and_their_callers() -> None:
    made = module(TOOL)
    models = all_models()
    assert not hears_from_outside(made, models)
    calls = list(sink_calls(made, models, is_open=False))
    assert [ast.unparse(c.func) for c in calls] == ["subprocess.run"]
    names = {f.name for f in relevant_functions(made, calls, models)}
    assert names == {"start", "options", "main"}
    assert {h.kind for h in flows_of(made).hits} == {"shell"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from flask import Flask\n", True),
        ("import aiohttp\n", False),
        ("from aiohttp import web\n", True),
        ('"""Makes a request for a Request."""\nimport requests\n', False),
        ("def view(request):\n    return request\n", True),
        ("@router.get('/x')\ndef view(x):\n    return x\n", True),
        ("from http.server import BaseHTTPRequestHandler\n", True),
        ("import json\n\ndef load(text):\n    return json.loads(text)\n", False),
    ],
)
def test_what_hears_from_outside(text: str, expected: bool) -> None:
    assert hears_from_outside(module(text), all_models()) is expected


@pytest.mark.parametrize(
    "text",
    [
        "import json\n\ndef f(x):\n    return json.dumps(x)\n",
        "import subprocess\n\ndef f(x):\n    subprocess.run(['ls', x])\n",
        "def f(cursor):\n    cursor.execute('SELECT 1')\n",
    ],
)
def test_calls_that_matter_to_nobody_outside(text: str) -> None:
    assert list(sink_calls(module(text), all_models(), is_open=False)) == []
