"""Examples told in sentences, pairs of input and output, and values side by side."""

import ast
import re
from collections.abc import Iterator

from autovet.domain.inspection import Executable
from autovet.source.executables.arguments import (
    call_of,
    first_value,
    fitted,
    is_literal,
    is_of_kind,
)
from autovet.source.executables.docstring import Docstring
from autovet.source.executables.expressions import Names, parse_expression
from autovet.source.executables.notations import HEADER
from autovet.source.executables.told import ARROW, SYMBOL, value_at_start
from autovet.source.scopes import FunctionNode

_NAMED = re.compile(r"(?<![\w.\"'])([A-Za-z_]\w*)\s*=\s*(?![=>])")
_BETWEEN = re.compile(r"\s*(?:,\s*and|,|;|and|with)?\s*$", re.IGNORECASE)
_LEAD = re.compile(
    r"\W*(?:(?:for|if|given|when|with|where|suppose|let|example|sample|input|e\.g\.|say|from|on"
    r"|\d+[.)]?|test case|case)\b\W*\s*)*(?:the\s+)?(?:inputs?\s+)?$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*[,:;]?\s*(?:then\s+)?(?:(?:the|our|its|an?)\s+)?(?:(?:expected|correct|right)\s+)?"
    r"(?:function|outputs?|results?|answer|return(?:ed)?\s+value|value|solution|it|we|you|this)\s+"
    r"(?P<verb>.*)$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"(?:would\s+)?(?:get|expect|have|see)\s+|(?=should|will|must|would|is\b)")
_GIVEN = re.compile(
    r"\W*(?:(?:e\.g\.|so|thus|example:)\W*)?(?:for|given)\s+(?=[\[({\"'\d-])", re.IGNORECASE
)
_LISTED = re.compile(r"\W*([A-Za-z_]\w*)\s*(?:=|:)\s+(?=[\[({\"'\d-])")
_DUE = re.compile(r"\bshould\s+(?:be|return|give)\s+(?:equal\s+to\s+)?", re.IGNORECASE)
_FOR = re.compile(
    r"(?:\be\.g\.|\bfor example|\bfor instance)[,:]?\s+(?P<output>.+?)\s+(?:for|given|from)\s+"
    r"(?P<input>.+)$",
    re.IGNORECASE,
)
_LABEL = r"\W*(?:(?:an?|the)\s+)?(?:(?:example|sample|expected|test)\s+)?"
_INPUT = re.compile(
    _LABEL + r"(?:inputs?|args?|arguments?)\s*\d*\s*[:=]\s*(?P<text>.*)$", re.IGNORECASE
)
_OUTPUT = re.compile(
    _LABEL + r"(?:outputs?|returns?|results?|answer)\s*\d*\s*[:=]\s*(?P<text>.*)$", re.IGNORECASE
)
_MAX_LINES = 12


def phrases_of(doc: Docstring, names: Names) -> Iterator[Executable]:
    """Yield ``For a = 1 and b = 2 the output should be 3``, ``Input: 1, 2`` / ``Output: 3``...

    ... ``"a b" becomes "a-b"`` and ``e.g. 6 for [12, 18]``, where the arguments fit.
    """
    if doc.function is None:
        return
    lines = [line.strip().replace("``", "").replace("`", "") for line in doc.lines]
    headed = False
    for index, line in enumerate(lines):
        headed = headed or HEADER.match(line) is not None
        if line.startswith(">>>"):
            continue
        for call, value in _read(lines, index, doc.function, names, headed=headed):
            if value is not None and names.is_call(call):
                yield Executable(ast.unparse(call), doc.owner, doc.line_of(index), returns=value)


_Read = tuple[ast.Call, str | None] | None


def _read(
    lines: list[str], index: int, function: FunctionNode, names: Names, *, headed: bool
) -> Iterator[tuple[ast.Call, str | None]]:
    line = lines[index]
    whole = (
        _labelled(lines, index, function, names)
        or _sentence(line, function, names)
        or _listed(lines, index, function, names)
        or _for_example(line, function, names)
    )
    if whole is not None:
        yield whole
        return
    parts = line.split("; ")
    for part in parts:
        beside = _side_by_side(part, function, names, headed=headed or len(parts) > 1)
        if beside is not None:
            yield beside


def _listed(lines: list[str], index: int, function: FunctionNode, names: Names) -> _Read:
    """Parameters and their values on lines of their own, down to a line that names the output."""
    first = _LISTED.match(lines[index])
    parameters = [a.arg.lower() for a in [*function.args.posonlyargs, *function.args.args]]
    if first is None or first[1].lower() not in parameters:
        return None
    end = next(
        (
            n
            for n in range(index + 1, min(len(lines), index + _MAX_LINES))
            if _OUTPUT.match(lines[n])
        ),
        -1,
    )
    told = _OUTPUT.match(lines[end]) if end > 0 else None
    if told is None or any(_INPUT.match(line) for line in lines[index:end]):
        return None
    given = [_LISTED.sub(r"\1 = ", line) for line in lines[index:end] if line]
    joined = "".join(
        f"{',' if n and _LISTED.match(line) else ''} {line}" for n, line in enumerate(given)
    )
    call = call_of(joined, function)
    return (call, value_at_start(_block(lines, end, told["text"])[0], names)) if call else None


def _labelled(lines: list[str], index: int, function: FunctionNode, names: Names) -> _Read:
    given = _INPUT.match(lines[index])
    if given is None:
        return None
    texts, after = _block(lines, index, given["text"])
    following = next((n for n in range(after, after + 2) if lines[n : n + 1] not in ([], [""])), -1)
    told = _OUTPUT.match(lines[following]) if following >= 0 else None
    call = call_of(texts, function) or _call_of_named(texts, function)
    if told is None or call is None:
        return None
    return call, value_at_start(_block(lines, following, told["text"])[0], names)


def _block(lines: list[str], index: int, text: str) -> tuple[str, int]:
    """What stands behind a label, or below it where nothing stands behind; and the next line."""
    after = index + 1
    found = [text] if text.strip() else []
    open_ends = bool(found) and parse_expression(f"f({text})") is None
    while (not found or open_ends) and after < min(len(lines), index + _MAX_LINES):
        if not lines[after] or _INPUT.match(lines[after]) or _OUTPUT.match(lines[after]):
            break
        found.append(lines[after])
        after += 1
        open_ends = parse_expression(f"f({' '.join(found)})") is None
    joined = " ".join(found)
    return (joined, after) if parse_expression(f"f({joined})") else (text, index + 1)


def _sentence(line: str, function: FunctionNode, names: Names) -> _Read:
    """Parameters with their values, and what comes of them."""
    read = _named_values(line, function) or _only_value(line, function)
    if read is None:
        return None
    call, rest = read
    if due := _DUE.search(rest):
        return call, value_at_start(rest[due.end() :], names)
    subject = _SUBJECT.match(rest)
    if subject is not None:
        verb = " " + _SAYS.sub("", subject["verb"], count=1) if subject["verb"] else ""
        rest = verb if ARROW.match(verb) else f" is {verb.strip()}"
    arrow = ARROW.match(rest.replace(",", " ", 1) if rest.startswith(",") else rest)
    if arrow is None:
        return None
    return call, value_at_start(rest[arrow.end() :], names)


def _named_values(line: str, function: FunctionNode) -> tuple[ast.Call, str] | None:
    """The call that a line's ``a = 1, b = 2`` stands for, and the text behind them."""
    parameters = {a.arg.lower() for a in [*function.args.posonlyargs, *function.args.args]}
    places = list(_NAMED.finditer(line))
    if not places or not _LEAD.match(line[: places[0].start()]):
        return None
    given: list[ast.keyword] = []
    rest = ""
    for place, following in zip(places, [*places[1:], None], strict=True):
        if place[1].lower() not in parameters and not (len(parameters) == 1 and not given):
            return None
        text = line[place.end() : following.start() if following else len(line)]
        read = first_value(text)
        if read is None:
            return None
        value, rest = read
        given.append(ast.keyword(place[1], value))
        if following is not None and not _BETWEEN.match(rest):
            return None
    call = fitted(ast.Call(ast.Name(function.name, ast.Load()), [], given), function)
    return (call, rest) if call is not None else None


def _only_value(line: str, function: FunctionNode) -> tuple[ast.Call, str] | None:
    """``For "abc" the result is 3``: the value of the only parameter."""
    lead = _GIVEN.match(line)
    read = first_value(line[lead.end() :]) if lead else None
    if read is None or len([*function.args.posonlyargs, *function.args.args]) != 1:
        return None
    if isinstance(read[0], ast.Constant) and not isinstance(read[0].value, (str, int, float)):
        return None
    return ast.Call(ast.Name(function.name, ast.Load()), [read[0]], []), read[1]


def _side_by_side(line: str, function: FunctionNode, names: Names, *, headed: bool) -> _Read:
    """An argument, an arrow and a result, each a plain value of the kind that is annotated."""
    sides = SYMBOL.split(line.lstrip("-*• "))
    if len(sides) != 2:
        return None
    call, value = call_of(sides[0], function), names.value(sides[1])
    if call is None or value is None or call.keywords or not all(map(is_literal, call.args)):
        return None
    parameters = [*function.args.posonlyargs, *function.args.args]
    expected = [(p.annotation, a) for p, a in zip(parameters, call.args, strict=False)] + [
        (function.returns, parse_expression(value))
    ]
    fitting = [is_of_kind(annotation, node) for annotation, node in expected]
    if False in fitting or not (headed or True in fitting):
        return None
    return call, value


def _for_example(line: str, function: FunctionNode, names: Names) -> _Read:
    """``e.g. 6 for [12, 18]``."""
    found = _FOR.search(line)
    value = names.value(found["output"]) if found else None
    if found is None or value is None:
        return None
    given = value_at_start(found["input"], names)
    call = call_of(given, function) if given else None
    return None if call is None or call.keywords else (call, value)


def _call_of_named(text: str, function: FunctionNode) -> ast.Call | None:
    read = _named_values(text, function)
    return read[0] if read is not None and not read[1].strip(" .,;") else None
