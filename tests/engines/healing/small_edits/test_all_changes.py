"""Small edits undo the slips that programmers make, on the exact text."""

import ast

import pytest

from autovet.engines.healing.small_edits.all_changes import paired_changes, single_changes
from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground
from autovet.source.parsing import parse_module


def ground(text: str, **types: str) -> Ground:
    """The first function of a text; every use of a name has the type given for it."""
    module = parse_module("m.py", text)
    assert module is not None
    function = module.functions[0]
    blank = Ground(module, function, {})
    known = {}
    start = blank.region(function)[0]
    for name, kind in types.items():
        known[f"{start}:{name}"] = [kind]
    for node in blank.expressions:
        kind = types.get(ast.unparse(node))
        if kind is not None:
            begin, end = blank.region(node)
            known[f"{begin}-{end}"] = [kind]
    return Ground(module, function, known)


def texts(text: str, **types: str) -> list[str]:
    return [c.applied(text) for c in single_changes([ground(text, **types)])]


@pytest.mark.parametrize(
    ("slip", "mended", "types"),
    [
        ("return a < b", "return a <= b", {"a": "int", "b": "int"}),
        ("return a - b", "return a + b", {"a": "int", "b": "int"}),
        ("return a + b + a", "return a + b", {"a": "int", "b": "int"}),
        ("return a and b", "return a or b", {"a": "bool", "b": "bool"}),
        ("return f(a, b)", "return f(b, a)", {"a": "int", "b": "str"}),
        ("return a[b:]", "return a[:b]", {"a": "list[int]", "b": "int"}),
        ("return a", "return b", {"a": "int", "b": "int"}),
        ("return a", "return abs(a)", {"a": "int", "b": "str"}),
        ("return a", "return a + 1", {"a": "int", "b": "str"}),
        ("return a", "return a.lower()", {"a": "str", "b": "int"}),
        ("return 4", "return 5", {"a": "str", "b": "int"}),
        ("return min(a, b)", "return max(a, b)", {"a": "int", "b": "int"}),
        ("return a if b else 0", "return 0 if b else a", {"a": "int", "b": "bool"}),
        ("return range(a)", "return range(a + 1)", {"a": "int"}),
        ("return sorted(a).sort()", "return sorted(a)", {"a": "list[int]"}),
        ("return 'db' + a + 'd'", "return 'db' + a + 'db'", {"a": "str"}),
    ],
)
def test_a_usual_slip_is_undone(slip: str, mended: str, types: dict[str, str]) -> None:
    head = "def f(a, b):\n    "
    assert f"{head}{mended}\n" in texts(f"{head}{slip}\n", **types)


def test_statements_are_inserted_deleted_swapped_and_moved() -> None:
    text = "def f(a):\n    n = 0\n    for x in a:\n        n += x\n        return n\n"
    found = texts(text, a="list[int]", n="int", x="int")
    assert "def f(a):\n    n = 0\n    for x in a:\n        n += x\n    return n\n" in found
    assert "def f(a):\n    n = 0\n    for x in a:\n        return n\n" in found
    assert any("        n += 1\n        return n\n" in t for t in found)


def test_brackets_are_put_only_where_they_are_needed() -> None:
    text = "def f(a, b):\n    return a * b\n"
    found = texts(text, a="int", b="int")
    assert "def f(a, b):\n    return (a + 1) * b\n" in found
    assert "def f(a, b):\n    return a + b\n" in found


def test_comments_docstrings_and_layout_stay_as_they_are() -> None:
    text = 'def f( a ):\n    """Say 1."""\n    x = a  # why: 1 < 2\n\n    return ( x<1 )  # keep\n'
    for changed in texts(text, a="int", x="int"):
        assert '    """Say 1."""\n' in changed
        assert "# why: 1 < 2" in changed or "x = a" not in changed


def test_windows_line_endings_are_kept() -> None:
    text = "def f(a):\r\n    n = 0\r\n    n += a\r\n    return n\r\n"
    for changed in texts(text, a="int", n="int"):
        assert changed.count("\r\n") == changed.count("\n")


def test_nothing_silences_or_swallows() -> None:
    text = "def f(a):\n    assert a\n    if a < 0:\n        raise ValueError(a)\n    return a\n"
    for changed in texts(text, a="int"):
        assert "assert" in changed
        assert "raise " in changed
        assert "except" not in changed


def test_nearly_everything_is_valid_python() -> None:
    text = (
        "def f(values, limit=3):\n    total, seen = 0, []\n    for i, v in enumerate(values):\n"
        "        if v % 2 == 0 and i < limit:\n            total += v * i\n"
        "            seen.append(str(v))\n    return total, [s for s in seen if s]\n"
    )
    types = {"values": "list[int]", "v": "int", "i": "int", "limit": "int", "total": "int"}
    found = texts(text, **types)
    valid = 0
    for changed in found:
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        valid += 1
    assert len(found) > 300
    assert valid > 0.97 * len(found)


def test_cheap_edits_come_first_and_no_text_twice() -> None:
    text = "def f(a, b):\n    return a < b + 1\n"
    changes = single_changes([ground(text, a="int", b="int")])
    assert [c.cost for c in changes] == sorted(c.cost for c in changes)
    assert len({frozenset(c.replacements) for c in changes}) == len(changes)


def test_pairs_do_not_touch_each_other() -> None:
    first, second = Change(((0, 1, "x"),), 1.0, "a"), Change(((0, 2, "y"),), 1.0, "b")
    third = Change(((4, 5, "z"),), 2.0, "c")
    assert [p.what for p in paired_changes([first, second, third], 10)] == ["a; c", "b; c"]
    assert paired_changes([first, third], 10)[0].applied("abcdef") == "xbcdzf"
