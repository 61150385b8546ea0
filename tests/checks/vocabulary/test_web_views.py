import pytest

from autovet.checks.vocabulary.web_views import answers_requests
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def answers(code: str) -> bool:
    module = parse_module("m.py", code + "\n")
    assert isinstance(module, Module)
    return answers_requests(module.functions[0], module)


@pytest.mark.parametrize(
    "code",
    [
        "from flask import Flask\napp = Flask(__name__)\n@app.get('/x')\ndef f(): ...",
        "from django.http import HttpResponse\ndef f(request, pk): ...",
        "from flask.views import MethodView\nclass A(MethodView):\n    def get(self): ...",
        "class H(BaseHTTPRequestHandler):\n    def do_GET(self): ...",
        "@app.errorhandler(500)\ndef f(error): ...",
    ],
)
def test_handlers(code: str) -> None:
    assert answers(code)


@pytest.mark.parametrize(
    "code",
    [
        "def f(request): ...",
        "from django.http import HttpResponse\ndef f(pk, request): ...",
        "class Store:\n    def get(self): ...",
        "class Handler(Base):\n    def do_GET(self): ...",
    ],
)
def test_other_functions(code: str) -> None:
    assert not answers(code)
