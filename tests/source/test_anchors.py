"""Fingerprint anchors stay when code moves and change when it changes in meaning."""

from autovet.source.anchors import anchor_at, anchors_of
from autovet.source.parsing import parse_module


def digest(text: str, line: int) -> tuple[str, str]:
    module = parse_module("m.py", text)
    assert module is not None
    anchor = anchor_at(anchors_of(module.index), line)
    assert anchor is not None
    return anchor.scope, anchor.digest


def test_moving_and_reformatting_keep_the_anchor() -> None:
    before = "def f(a):\n    return g(a, 1)\n"
    after = "import os\n\n\ndef f(\n    a,\n):\n    # a remark\n    return g(\n        a, 1)\n"
    assert digest(before, 2) == digest(after, 8) == ("f", digest(before, 2)[1])


def test_meaning_changes_the_anchor() -> None:
    one = digest("x = a < b\n", 1)
    assert one != digest("x = a <= b\n", 1)
    assert one != digest("x = a < c\n", 1)
    assert digest("x = 1\n", 1) != digest("x = 2\n", 1)
    assert digest("def f():\n    x = 1\n", 2) != digest("def g():\n    x = 1\n", 2)


def test_body_does_not_touch_the_header() -> None:
    assert digest("for x in y:\n    a()\n", 1) == digest("for x in y:\n    b()\n", 1)
