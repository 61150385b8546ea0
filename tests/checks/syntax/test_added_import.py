from autovet.checks.syntax.added_import import added_import
from autovet.source.edits import apply_edits
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def with_import(code: str) -> tuple[str, str]:
    module = parse_module("m.py", code)
    assert isinstance(module, Module)
    name, edits = added_import("hmac", module)
    return name, apply_edits(code, edits) if edits else code


def test_behind_docstring_and_future() -> None:
    code = '"""Doc."""\nfrom __future__ import annotations\nimport os\n'
    assert with_import(code) == ("hmac", code.replace("import os", "import hmac\nimport os"))


def test_before_decorators() -> None:
    assert with_import("@app\ndef f(): ...\n") == ("hmac", "import hmac\n@app\ndef f(): ...\n")


def test_what_is_there_is_used() -> None:
    assert with_import("import hmac as mac\n") == ("mac", "import hmac as mac\n")
