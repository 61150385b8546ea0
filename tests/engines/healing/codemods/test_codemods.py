"""Each change is tried on the text alone; whether it is kept, judging it again decides."""

import pytest

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.engines.healing.codemods.made import codemod_proposals
from autovet.engines.healing.proposals import applied


def changed(text: str, rule: str, marked: str, evidence: dict[str, object] | None = None) -> str:
    """The text after the change for a finding at the marked place; the text itself where none."""
    at = text.index(marked)
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    end = text[at : at + len(marked)]
    last = line + end.count("\n")
    end_column = len(end) - end.rfind("\n") if "\n" in end else column + len(end)
    finding = Finding(
        rule, Category.CODE_QUALITY, Severity.WARNING, 0.9, "it is wrong", "m.py",
        Span(line, column, last, end_column), id="f", evidence=evidence or {},
    )  # fmt: skip
    found = codemod_proposals(text, "m.py", [finding])
    return applied(text, found) or text


def test_a_misspelt_name_becomes_the_one_that_is_clearly_nearest():
    text = "def mean(values):\n    total = sum(values)\n    return totla / len(values)\n"
    assert "return total / len" in changed(text, "undefined-name", "totla")


def test_a_name_that_is_near_to_two_stays():
    text = "def f(item_a, item_b):\n    return item_c\n"
    assert changed(text, "undefined-name", "item_c") == text


def test_a_member_becomes_the_nearest_of_the_evidence():
    text = "import os\n\nhere = os.path.folder('x')\n"
    near = {"member": "folder", "nearest": ["isdir"]}
    assert changed(text, "nonexistent-attribute", "os.path.folder", near) == text
    near = {"member": "isdirs", "nearest": ["isdir"]}
    text = text.replace("folder", "isdirs")
    assert "os.path.isdir(" in changed(text, "nonexistent-attribute", "os.path.isdirs", near)


def test_an_argument_becomes_the_nearest_of_the_evidence():
    text = "import json\n\nshown = json.dumps({}, sort_key=True)\n"
    near = {"argument": "sort_key", "nearest": ["sort_keys"]}
    assert "sort_keys=True" in changed(text, "unknown-argument", "sort_key=True", near)


@pytest.mark.parametrize(
    ("line", "alias", "after"),
    [
        ("from collections import Iterable", "Iterable", "from collections.abc import Iterable"),
        (
            "from collections import Iterable as Many",
            "Iterable as Many",
            "from collections.abc import Iterable as Many",
        ),
    ],
)
def test_a_name_that_moved_is_imported_from_its_new_place(line, alias, after):
    moved = {"name": "collections.Iterable", "instead": "collections.abc.Iterable"}
    assert changed(f"{line}\n", "removed-in-target", alias, moved) == f"{after}\n"


def test_a_bare_except_names_what_it_catches_and_keeps_the_cause():
    text = "try:\n    go()\nexcept:\n    raise ValueError('no')\n"
    after = changed(text, "bare-except", "except:\n    raise ValueError('no')")
    assert "except Exception as error:\n    raise ValueError('no') from error\n" in after
    text = "try:\n    go()\nexcept:\n    raise\n"
    assert "except Exception:\n    raise\n" in changed(text, "bare-except", "except:\n    raise")


def test_an_assertion_loses_the_brackets_around_condition_and_message():
    text = "def f(n):\n    assert (n > 0, 'few')\n"
    assert "assert n > 0, 'few'" in changed(text, "assert-on-tuple", "assert (n > 0, 'few')")


def test_a_context_that_verifies_takes_the_place_of_one_that_does_not():
    text = "import ssl\n\nc = ssl._create_unverified_context()\n"
    after = changed(text, "certificate-not-verified", "ssl._create_unverified_context()")
    assert "c = ssl.create_default_context()" in after


def test_a_sleep_in_a_coroutine_is_awaited_and_imported():
    text = '"""M."""\nimport time\n\n\nasync def f():\n    time.sleep(3)\n'
    call = {"instead": "asyncio.sleep"}
    after = changed(text, "blocking-call-in-async", "time.sleep(3)", call)
    assert after.startswith('"""M."""\nimport asyncio\nimport time\n')
    assert "    await asyncio.sleep(3)\n" in after
    plain = "import time\n\n\ndef f():\n    time.sleep(3)\n"
    assert changed(plain, "blocking-call-in-async", "time.sleep(3)", call) == plain


def test_a_shared_default_is_made_anew_in_every_call():
    text = 'def f(a: int, into: list[int] = []):\n    """Add."""\n    into.append(a)\n    return into\n'
    after = changed(text, "mutable-default", "[]")
    assert "into: list[int] | None = None" in after
    made: dict[str, object] = {}
    exec(after, made)
    assert made["f"](1) == [1] == made["f"](1)


def test_windows_line_ends_stay():
    text = "def f(into=[]):\r\n    into.append(1)\r\n    return into\r\n"
    after = changed(text, "mutable-default", "[]")
    assert after.count("\n") == after.count("\r\n") == 5


def test_a_list_of_plain_values_is_searched_as_a_set():
    text = (
        "def f(words: list[str], known: list[str]):\n    found = []\n    for word in words:\n"
        "        if word in known:\n            found.append(word)\n    return found\n"
    )
    after = changed(text, "list-searched-for-every-item", "word in known", {"list": "known"})
    assert "    known_set = set(known)\n    for word" in after
    assert "if word in known_set:" in after
    unknown = text.replace("known: list[str]", "known")
    searched = {"list": "known"}
    assert changed(unknown, "list-searched-for-every-item", "word in known", searched) == unknown


def test_a_growing_text_is_joined_once():
    text = "def f(rows):\n    out = ''\n    for row in rows:\n        out += row + ';'\n    return out\n"
    growing = {"kind": "string", "accumulator": "out"}
    after = changed(text, "quadratic-concatenation", "out += row + ';'", growing)
    made: dict[str, object] = {}
    exec(after, made)
    assert "+=" not in after
    assert made["f"](["a", "b"]) == "a;b;"
    read = text.replace("out += row", "out += str(len(out)) + row")
    marked = "out += str(len(out)) + row + ';'"
    assert changed(read, "quadratic-concatenation", marked, growing) == read
