"""Examples of one line in the notations that people use beside doctests."""

import ast
import re
from collections.abc import Iterator

from autovet.domain.inspection import Executable
from autovet.source.executables.docstring import Docstring
from autovet.source.executables.expressions import Names, fits, free_names, parse_expression

_HEADER = re.compile(
    r"\W*(for )?(some )?(examples?|e\.g\.?|samples?|usage|test cases?|input/output)\b.{0,20}$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\A(>>>|[-*•]|\d+[.)]|assert\b|for\b|i\.e\.)\s*", re.IGNORECASE)
_ARROW = re.compile(
    r"\s*(?:#\s*)?(?:=+>|-+>|➞|→|⇒|===?|=|(?:(?:should|will|must|would)\s+)?"
    r"(?:returns?|gives?|yields?|evaluates? to|be equal to|equals?))(?:\s*:)?\s*"
)
_REMARK = re.compile(r"\s+[(#]|\s+(?:because|since|as|and)\b|\.$|,\s+[a-z]|\s*//\s")
_MAX_JOINED = 12


def notations_of(doc: Docstring, names: Names) -> Iterator[Executable]:
    """Yield examples such as ``f(2) == 4``, ``f(2) => 4`` and ``f(2) returns 4``.

    The left side must be a call of a function of this module and the right side a plain value.
    Below a line such as "Examples:" only what follows it counts, and there a call may use an old
    name of the documented function, as long as it is the only name used and nothing else bears it.
    """
    lines = doc.lines
    start = next((i + 1 for i, line in enumerate(lines) if _HEADER.match(line.strip())), 0)
    alias = _alias(lines[start:], doc, names) if start else None
    in_doctest = False
    for index in range(start, len(lines)):
        text = lines[index].strip()
        if text.startswith(">>>"):
            in_doctest = parse_expression(text[3:]) is not None
        if not text or in_doctest:
            in_doctest = in_doctest and bool(text)
            continue
        parsed = _split(_joined(lines, index), names, alias)
        if parsed is not None:
            call, value = parsed
            yield Executable(call, doc.owner, doc.line_of(index), returns=value)


def _alias(lines: list[str], doc: Docstring, names: Names) -> tuple[str, str] | None:
    """The one unknown name called in the examples, and the documented function it stands for."""
    if doc.function is None:
        return None
    called: set[str] = set()
    for index in range(len(lines)):
        for left, _ in _sides(_joined(lines, index)):
            if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
                called.add(left.func.id)
                if not fits(doc.function, left):
                    return None
    if len(called) != 1 or names.known(ast.Name(only := called.pop(), ast.Load())):
        return None
    return only, doc.owner


def _joined(lines: list[str], index: int) -> str:
    """The line, with those that follow for as long as a bracket is open."""
    text = _LEAD.sub("", lines[index].strip(), count=1)
    text = _LEAD.sub("", text, count=1)
    for following in lines[index + 1 : index + _MAX_JOINED]:
        if _opened(text) <= 0 or not re.match(r"\w+\(", text):
            break
        text = f"{text} {following.strip()}"
    return text


def _opened(text: str) -> int:
    return sum((c in "([{") - (c in ")]}") for c in text)


def _sides(text: str) -> Iterator[tuple[ast.expr, str]]:
    """Every way to read the text as a call, an arrow and the rest; at most one makes sense."""
    if not re.match(r"[A-Za-z_][\w.]*\(", text):
        return
    for arrow in _ARROW.finditer(text):
        left = parse_expression(text[: arrow.start()])
        if isinstance(left, ast.Call):
            yield left, text[arrow.end() :]
            return


def _split(text: str, names: Names, alias: tuple[str, str] | None) -> tuple[str, str] | None:
    for left, right in _sides(text):
        if alias and isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
            left.func.id = alias[1] if left.func.id == alias[0] else left.func.id
        if not names.is_call(left) or set(free_names(left)) & {"self", "cls"}:
            return None
        value = names.value(right)
        for remark in [] if value else _REMARK.finditer(right):
            value = names.value(right[: remark.start()])
            if value:
                break
        return (ast.unparse(left), value) if value else None
    return None
