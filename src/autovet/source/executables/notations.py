"""Examples that show a call, in the notations that people use beside doctests."""

import ast
import re
from collections.abc import Iterator

from autovet.domain.inspection import Executable
from autovet.source.executables.docstring import Docstring
from autovet.source.executables.expressions import Names, fits, free_names, is_python
from autovet.source.executables.told import ARROW, Told, call_at, told_of

HEADER = re.compile(
    r"\W*(for )?(some )?(examples?|e\.g\.?|samples?|usage|test cases?|input/output)\b[^()]{0,20}$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\A(>>>|[-*•]|\d+[.)]|assert\b|for\b|i\.e\.)\s*", re.IGNORECASE)
_CALL = re.compile(r"(?<![\w.])[A-Za-z_]\w*\(")
# What stands before a call and takes it for something else than the statement's subject.
_OTHERWISE = re.compile(
    r"(?:\b(?:not|never|unlike|instead of|if|unless|until|while|was|formerly|previously|wrong\w*"
    r"|than|bug)\b[^.;:]*|\b(?:def|class|return|lambda)\s+|[-+/%<>!&|^~@*\[]\s*)$",
    re.IGNORECASE,
)
_TICKS = re.compile(r"`{1,2}([^`]+)`{1,2}")
_RESULT = re.compile(r"\A(?:#+|>>>|[=-]{1,2}>|➞|→|returns?:?)?\s*(?P<value>\S.*)$", re.IGNORECASE)
_MAX_JOINED = 12


def notations_of(doc: Docstring, names: Names) -> Iterator[Executable]:
    """Yield examples such as ``f(2) == 4``, ``f(2) => 4``, ``f(2)  # 4``, ``f(-1) raises E``.

    The call must be of a function of this module, and what it gives a plain value, on the same
    line or alone on the next. Below a line such as "Examples:" only what follows it counts, and
    there a call may use an old name of the documented function, as long as it is the only name
    used and nothing else bears it.
    """
    lines = [_TICKS.sub(r"\1", line) for line in doc.lines]
    start = next((i + 1 for i, line in enumerate(lines) if HEADER.match(line.strip())), 0)
    alias = _alias(lines[start:], doc, names) if start else None
    in_doctest = False
    for index in range(start, len(lines)):
        text = lines[index].strip()
        if text.startswith(">>>"):
            in_doctest = is_python(text[3:])
        if not text or in_doctest:
            in_doctest = in_doctest and bool(text)
            continue
        for call, told in _examples(lines, index, names, alias):
            line = doc.line_of(index)
            yield Executable(call, doc.owner, line, returns=told.returns, raises=told.raises)


def _examples(
    lines: list[str], index: int, names: Names, alias: tuple[str, str] | None
) -> Iterator[tuple[str, Told]]:
    text = _joined(lines, index)
    end = 0
    for opening in _CALL.finditer(text):
        if opening.start() < end:
            continue  # an argument of the call before
        found = call_at(text, opening.start())
        if found is None or _OTHERWISE.search(text[: opening.start()]):
            continue
        call, end = found
        if alias and isinstance(call.func, ast.Name) and call.func.id == alias[0]:
            call.func.id = alias[1]
        if not names.is_call(call) or set(free_names(call)) & {"self", "cls"}:
            continue
        told = told_of(text[end:], names)
        if told is None and not text[end:].strip(" :") and not text[: opening.start()].strip():
            told = _told_below(lines, index, names)
        if told is not None:
            yield ast.unparse(call), told


def _told_below(lines: list[str], index: int, names: Names) -> Told | None:
    """The value that stands alone on the line below a call that stands alone."""
    last = index + _count(lines, index)
    below = _RESULT.match(lines[last].strip()) if last < len(lines) else None
    value = names.value(below["value"]) if below else None
    return Told(returns=value) if value else None


def _alias(lines: list[str], doc: Docstring, names: Names) -> tuple[str, str] | None:
    """The one unknown name called in the examples, and the documented function it stands for."""
    if doc.function is None:
        return None
    called: set[str] = set()
    for index in range(len(lines)):
        text = _joined(lines, index)
        opening = _CALL.match(text)
        found = call_at(text, 0) if opening else None
        if found is None or not ARROW.match(text[found[1] :]):
            continue
        if isinstance(found[0].func, ast.Name):
            called.add(found[0].func.id)
            if not fits(doc.function, found[0]):
                return None
    if len(called) != 1 or names.known(ast.Name(only := called.pop(), ast.Load())):
        return None
    return only, doc.owner


def _joined(lines: list[str], index: int) -> str:
    """The line, with those that follow for as long as a bracket is open."""
    text = _LEAD.sub("", lines[index].strip(), count=1)
    text = _LEAD.sub("", text, count=1)
    more = lines[index + 1 : index + _count(lines, index)]
    return " ".join([text, *(line.strip() for line in more)])


def _count(lines: list[str], index: int) -> int:
    """How many lines the call that begins on this one takes."""
    opened = _opened(lines[index])
    if not _CALL.search(lines[index]):
        return 1
    count = 1
    for following in lines[index + 1 : index + _MAX_JOINED]:
        if opened <= 0:
            break
        opened += _opened(following)
        count += 1
    return count


def _opened(text: str) -> int:
    return sum((c in "([{") - (c in ")]}") for c in text)
