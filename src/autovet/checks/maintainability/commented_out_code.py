"""Code that was commented out instead of deleted.

Finds comments that parse as Python statements and do something: two lines or more, or a single
line that is unmistakably a statement, such as an import, a definition or an assigned call.

Nobody knows whether it still works, whether it should come back, and why it left. It is found by
every search, and it rots with every renaming.

Delete it; version control keeps it. Sketches that an explanation introduces (a comment line that
ends with a colon, or says "example"), doctests, and directives for tools are left alone.
"""

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.comments import Comment
from autovet.source.module import Module

RULE = Rule("commented-out-code", Category.MAINTAINABILITY, confidence=0.9)

# No line without one of these is code, so that prose is never parsed.
_HINT = re.compile(
    r"[=(:]|^\s*#+\s*(import|from|return|raise|del|pass|break|continue|yield|await|else)\b"
)
_DIRECTIVE = re.compile(
    r"#\s*(!|type:|noqa|pragma|fmt:|isort|ruff|mypy|pyright|pylint|ty:|flake8|nosec|region|endregion|%%|:|>>>)"
)
_INTRODUCES = re.compile(
    r"(:|\.\.\.|(?i:\be\.?g\.?|\bexamples?|\busage|\bequivalent|\blike|\bpseudo.?code|\binstead of)\b.*)$"
)
_RETIRED = re.compile(
    r"\b(todo|fixme|disabled|re-?enable|old|previous(ly)?|legacy|used to|original|formerly|deprecated)\b",
    re.IGNORECASE,
)
_FEWEST_LINES = 2
_LONGEST = 25  # lines tried at once where code stands among prose

BAD = (
    """
def load(path):
    # reader = old.Reader(path)  # <--
    # if not reader.valid:
    #     raise ValueError(path)
    return path.read_text()
""",
    """
import json

# import yaml  # <--

def save(path, data):
    # Sorted, so that differences stay small.
    path.write_text(json.dumps(data, sort_keys=True))
    # print(f"saved {path}")  # <--
    data.check()
    # The old way:
    # stream = path.open("w")  # <--
    # stream.write(data)
    data.clear()
    #else:  # <--
    #    path.unlink()
""",
)

GOOD = (
    """
# Settings of the exporter: where to, how often (see the manual), and why.
LIMIT = 3  # x = 3 is what the old one had

# return value is checked by the caller
# list(names)
# TODO(maria): use the new index
# n = number of rows
# type: ignore
# a
# b

# Example:
#     config = load(path)
#     config.check()
def load(path):
    # The formula is:
    #   a = b + c(d)
    #   e = f(a)
    # a = b + c
    return path  # return path.read()
""",
    """
# Name      Age
# ----      ---
# foo: bar
# key: value

# >>> load("x")
# 3

# if x then y, otherwise z
def parse(text):
    # x.y
    # (a, b)
    # "quoted"
    # see: https://example.org/a(b)
    return text
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Judge each run of comment lines."""
    if "#" not in module.text:
        return
    for run in _runs(module.comments):
        lines = [c.text for c in run]
        if sum(bool(_HINT.search(line)) for line in lines) == 0 or _DIRECTIVE.match(lines[0]):
            continue
        for first, last in _code_in(lines):
            start, end = run[first], run[last]
            yield module.finding(
                RULE,
                Span(start.line, start.column, end.line, end.column + len(end.text)),
                "This comment is code that was left behind: delete it, the history keeps it",
                evidence={"lines": last - first + 1},
                fix=_fix(start, end, module),
            )


def _runs(comments: Sequence[Comment]) -> Iterator[list[Comment]]:
    """Comments alone on neighbouring lines, at the same column."""
    run: list[Comment] = []
    for comment in comments:
        follows = run and comment.line == run[-1].line + 1 and comment.column == run[-1].column
        if run and not (follows and comment.alone):
            yield run
            run = []
        if comment.alone:
            run.append(comment)
    if run:
        yield run


def _code_in(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last position of each stretch that is code."""
    contents = [re.sub(r"^#+ ?", "", line) for line in lines]
    whole = _statements(contents)
    if whole is not None:
        if _is_code(whole, len(contents)):
            yield 0, len(contents) - 1
        return
    position = 0
    while position < len(contents):
        before = contents[position - 1].rstrip() if position else ""
        retired = bool(_RETIRED.search(before))
        end = _longest_code(contents, position, _FEWEST_LINES if retired else _FEWEST_LINES + 1)
        if end > position and (retired or not _INTRODUCES.search(before)):
            yield position, end - 1
        position = max(end, position + 1)


def _longest_code(contents: list[str], start: int, fewest: int) -> int:
    """The end of the longest stretch from ``start`` that parses to ``fewest`` statements or more."""
    if not _HINT.search("# " + contents[start]) or contents[start].startswith((" ", "\t")):
        return start
    end = start
    while end < len(contents) and _could_be_code(contents[end]):
        end += 1
    end = min(end, start + _LONGEST)
    for stop in range(end, start + fewest - 1, -1):
        found = _statements(contents[start:stop])
        if found is not None and len(found) >= fewest and _is_code(found, stop - start):
            return stop
    return start


def _could_be_code(line: str) -> bool:
    """Not a sentence: those have several plain words in a row."""
    return not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", re.sub(r"(['\"]).*?\1", "", line))


def _statements(contents: list[str]) -> list[ast.stmt] | None:
    """What the lines parse to, a block without its head or its body included; None for prose."""
    text = textwrap.dedent("\n".join(contents)).rstrip()
    if not text:
        return None
    if text.startswith(("else:", "elif ")):
        text = f"if x:\n    pass\n{text}"
    elif text.startswith(("except", "finally:")):
        text = f"try:\n    pass\n{text}"
    if text.endswith(":"):
        last = text.rpartition("\n")[2]
        text += "\n" + " " * (len(last) - len(last.lstrip()) + 4) + "pass"
    for candidate in (text, f"async def f():\n{textwrap.indent(text, '    ')}"):
        try:
            tree = ast.parse(candidate)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        first = tree.body[0] if tree.body else None
        return (
            first.body
            if isinstance(first, ast.AsyncFunctionDef) and candidate != text
            else tree.body
        )
    return None


def _is_code(statements: list[ast.stmt], lines: int) -> bool:
    if lines == 1:
        return len(statements) == 1 and _unmistakable(statements[0])
    acting = [s for s in statements if _acts(s)]
    return (
        len(acting) == len(statements)
        and (
            len(statements) > 1 or any(_acts(s) and not isinstance(s, ast.Expr) for s in statements)
        )
        and any(_unmistakable(s) for s in statements)
    )


def _acts(statement: ast.stmt) -> bool:
    """Not a word, a label or a value that stands for itself."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, (ast.Call, ast.Await, ast.Yield, ast.YieldFrom))
    return not (isinstance(statement, ast.AnnAssign) and statement.value is None)


def _unmistakable(statement: ast.stmt) -> bool:
    match statement:
        case (
            ast.Import()
            | ast.ImportFrom()
            | ast.Raise()
            | ast.With()
            | ast.Try()
            | ast.For()
            | ast.While()
        ):
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.If() | ast.Assert():
            return True
        case ast.Return(value=value):
            return isinstance(
                value,
                (
                    ast.Call,
                    ast.BinOp,
                    ast.Compare,
                    ast.Subscript,
                    ast.Attribute,
                    ast.Dict,
                    ast.ListComp,
                ),
            )
        case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.AugAssign(value=value):
            return any(isinstance(n, ast.Call) for n in ast.walk(value)) if value else False
        case ast.Expr(value=ast.Await()):
            return True
        case ast.Expr(value=ast.Call(func=func, args=args)):
            named = isinstance(func, ast.Name) and func.id == "print"
            text = any(isinstance(a, (ast.JoinedStr, ast.Constant, ast.Call)) for a in args)
            return (named or (isinstance(func, ast.Attribute) and text)) and bool(args)
    return False


def _fix(start: Comment, end: Comment, module: Module) -> Fix | None:
    if end.line >= module.text.count("\n"):
        return None
    return Fix((Edit(Span(start.line, 1, end.line + 1, 1), ""),), "Delete the comment")
