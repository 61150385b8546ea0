"""Rewrites of whole functions keep what the code does."""

import ast

import pytest

from autovet.checks.syntax.as_deque import as_deque
from autovet.checks.syntax.as_set import as_set
from autovet.checks.syntax.with_block import kept_in_with, read_in_with
from autovet.checks.syntax.without_argument import without_loop
from autovet.domain.fix import Fix
from autovet.source.edits import apply_edits
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def parsed(text: str) -> Module:
    module = parse_module("m.py", text)
    assert module is not None
    return module


def name(module: Module, wanted: str) -> ast.expr:
    return next(
        n
        for n in module.nodes(ast.Name)
        if n.id == wanted and isinstance(n.ctx, ast.Load) and module.function_of(n)
    )


def applied(module: Module, fix: Fix | None) -> str | None:
    return None if fix is None else apply_edits(module.text, fix.edits)


QUEUE = """
def walk(tree):
    todo: list[str] = [tree]
    while todo:
        node = todo.pop(0)
        todo.insert(0, node.first)
        todo.append(node.last)
    return len(todo)
"""


def test_a_queue_becomes_a_deque() -> None:
    module = parsed(QUEUE)
    text = applied(module, as_deque(name(module, "todo"), module))
    assert text is not None
    assert "import collections\n" in text
    assert "todo: collections.deque[str] = collections.deque([tree])" in text
    assert "todo.popleft()" in text
    assert "todo.appendleft(node.first)" in text


@pytest.mark.parametrize(
    "use",
    ["return todo", "print(todo)", "todo = []", "return todo[1:]", "self.x = todo", "todo.sort()",
     "return [lambda: todo]", "todo.pop(1)", "return todo == []"],
)  # fmt: skip
def test_a_list_that_is_seen_elsewhere_stays_one(use: str) -> None:
    module = parsed(QUEUE.replace("return len(todo)", use))
    assert as_deque(name(module, "todo"), module) is None


SEEN = """
def fresh(rows):
    seen: list[str] = []
    for row in rows:
        if row in seen:
            continue
        seen.append(row)
        yield row
"""


def test_a_list_that_is_only_searched_becomes_a_set() -> None:
    module = parsed(SEEN)
    text = applied(module, as_set(name(module, "seen"), module))
    assert text is not None
    assert "seen: set[str] = set()" in text
    assert "seen.add(row)" in text
    untyped = parsed(SEEN.replace(": list[str]", "").replace("append(row)", "append(row.lower())"))
    assert as_set(name(untyped, "seen"), untyped) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [("list[str]", "list[dict[str, int]]"), (": list[str]", ""), ("yield row", "yield seen"),
     ("seen.append(row)", "seen.insert(0, row)"), ("= []", "= [1]")],
)  # fmt: skip
def test_other_lists_stay(old: str, new: str) -> None:
    module = parsed(SEEN.replace(old, new))
    assert as_set(name(module, "seen"), module) is None


OPENED = """
def first(path):
    file = open(path)  # kept
    line = file.readline()

    # the rest does not matter
    file.close()
    return line
"""


def opened(text: str) -> str | None:
    module = parsed(text)
    made = module.functions[0].body[0]
    return applied(module, kept_in_with("file", made, module.functions[0], module))


def test_what_uses_a_file_goes_into_a_with_block() -> None:
    assert opened(OPENED) == (
        "\ndef first(path):\n    with open(path) as file:  # kept\n        line = file.readline()\n"
        "\n        # the rest does not matter\n    return line\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("line = file.readline()", "line = file.read() + '''\n'''"),
        ("line = file.readline()", "line = file; file = None"),
        ("    line = file.readline()\n\n    # the rest does not matter\n", ""),
        ("    line =", "    x = 1; line ="),
    ],
)
def test_no_with_block_where_it_would_change_something(old: str, new: str) -> None:
    assert old in OPENED
    assert opened(OPENED.replace(old, new)) is None


def test_one_statement_that_reads_gets_a_with_block() -> None:
    module = parsed("def load(path):\n    text = open(path).read()\n    return text\n")
    call = next(c for c in module.nodes(ast.Call) if module.segment(c) == "open(path)")
    assert applied(module, read_in_with(call, module.functions[0], module)) == (
        "def load(path):\n    with open(path) as file:\n        text = file.read()\n    return text\n"
    )


def test_the_loop_is_left_out_and_so_is_the_line_that_got_it() -> None:
    module = parsed(
        "import asyncio\n\n\nasync def main():\n    loop = asyncio.get_running_loop()\n"
        "    return asyncio.Queue(3, loop=loop), asyncio.Lock()\n"
    )
    keyword = module.nodes(ast.keyword)[0]
    assert applied(module, without_loop(keyword, module)) == (
        "import asyncio\n\n\nasync def main():\n    return asyncio.Queue(3), asyncio.Lock()\n"
    )
