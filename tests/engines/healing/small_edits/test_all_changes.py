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
        ("return a[1:]", "return a[:-1]", {"a": "list[int]"}),
        ("return a + b / 2", "return (a + b) / 2", {"a": "int", "b": "int"}),
        ("return a < b", "return len(a) < len(b)", {"a": "str", "b": "str"}),
        ("return g[b][a]", "return g[a][b]", {"a": "int", "b": "int"}),
        ("return a + b[0]", "return a + b[0] + b[1]", {"a": "int", "b": "list[int]"}),
        ("return a.rpartition(b)", "return a.partition(b)", {"a": "str", "b": "str"}),
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


def test_two_names_that_changed_places_are_put_back() -> None:
    head = "def f(a, b):\n    seen = {}\n"
    wrong, right = "    seen[a] = b\n    return seen\n", "    seen[b] = a\n    return seen\n"
    assert head + right in texts(head + wrong, a="int", b="str")


def test_what_a_loop_never_carries_on_is_carried_on() -> None:
    text = (
        "def f(a):\n    last = None\n    for item in a:\n        if item == last:\n"
        "            return item\n    return None\n"
    )
    mended = text.replace(
        "            return item\n", "            return item\n        last = item\n"
    )
    assert mended in texts(text, a="list[int]", item="int", last="NoneType")


def test_what_is_left_at_the_end_is_handed_over_where_there_is_something() -> None:
    text = (
        "def f(a):\n    out, part = [], ''\n    for c in a:\n        if c == ',':\n"
        "            out.append(part)\n            part = ''\n        else:\n            part += c\n"
        "    return out\n"
    )
    left = "    if part:\n        out.append(part)\n    return out\n"
    assert text.replace("    return out\n", left) in texts(
        text, a="str", part="str", out="list[str]"
    )


def costs(text: str, **types: str) -> dict[str, float]:
    return {c.applied(text): c.cost for c in single_changes([ground(text, **types)])}


def test_a_change_that_reads_what_nothing_read_is_likelier() -> None:
    head = "def f(a, b):\n    c = a\n    return "
    types = {"a": "int", "b": "int", "c": "int"}
    found = costs(f"{head}c\n", **types)
    assert found[f"{head}b\n"] < found[f"{head}a\n"]


def test_the_documentation_makes_a_function_likelier() -> None:
    head = 'def f(a):\n    """{}"""\n    return '
    said, unsaid = head.format("In ascending order."), head.format("All of them.")
    found = costs(f"{said}a\n", a="list[int]"), costs(f"{unsaid}a\n", a="list[int]")
    assert found[0][f"{said}sorted(a)\n"] < found[1][f"{unsaid}sorted(a)\n"]


def test_a_line_that_becomes_the_twin_of_another_is_likelier() -> None:
    text = "def f(a, b):\n    low = a\n    high = b - 1\n    return low + high\n"
    names = ("a", "b", "low", "high", "low + high")
    found = costs(text, **dict.fromkeys(names, "int"))
    twin = text.replace("low = a\n", "low = a + 1\n")
    assert found[twin] < found[text.replace("low + high", "low + high + 1")]


def test_an_empty_guard_is_marked_as_treating_one_case_apart() -> None:
    text = "def f(a):\n    return a[0]\n"
    module = parse_module("m.py", text)
    assert module is not None
    types = {"0:a": ["list[int]"]}
    place = Ground(module, module.functions[0], types, expected=("0",), empty=True)
    guarded = text.replace("    return", "    if not a:\n        return 0\n    return")
    found = {c.applied(text): c for c in single_changes([place])}
    assert found[guarded].special
    assert not found["def f(a):\n    return a[1]\n"].special


def test_what_is_only_collected_is_looked_up_first_of_all() -> None:
    text = (
        "def f(a):\n    seen = set()\n    out = []\n    for item in a:\n        seen.add(item)\n"
        "        out.append(item)\n    return out\n"
    )
    missing = "        if item in seen:\n            continue\n        seen.add(item)\n"
    found = costs(text, a="list[int]", item="int", seen="set[int]", out="list[int]")
    assert found[text.replace("        seen.add(item)\n", missing)] < 2.5


def test_a_value_of_another_type_may_be_what_was_to_be_collected() -> None:
    head = "def f(a, b):\n    out = []\n    out.append("
    tail = ")\n    return out\n"
    assert f"{head}b{tail}" in texts(f"{head}a{tail}", a="str", b="int", out="list[str]")
