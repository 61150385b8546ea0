"""Examples told in sentences, and pairs of input and output."""

import ast
import re
from collections.abc import Iterator

from autovet.domain.inspection import Executable
from autovet.source.executables.docstring import Docstring
from autovet.source.executables.expressions import Names, fits, parse_expression
from autovet.source.scopes import FunctionNode

_SENTENCE = re.compile(
    r"\W*(?:for|if|given|when|with)\s+(?P<input>.+?=.+)\bshould\s+(?:be|return|give)\s+(?P<output>.+)$",
    re.IGNORECASE,
)
_INPUT = re.compile(r"\W*inputs?\s*[:=]\s*(?P<input>.+)$", re.IGNORECASE)
_OUTPUT = re.compile(r"\W*(?:outputs?|returns?|result)\s*[:=]\s*(?P<output>.+)$", re.IGNORECASE)


def phrases_of(doc: Docstring, names: Names) -> Iterator[Executable]:
    """Yield ``For a = 1, b = 2 the output should be 3`` and ``Input: 1, 2`` / ``Output: 3``."""
    if doc.function is None:
        return
    lines = [line.strip() for line in doc.lines]
    for index, line in enumerate(lines):
        if sentence := _SENTENCE.match(line):
            call = _call_of_prefix(sentence["input"], doc.function, names)
            output = sentence["output"]
        elif (given := _INPUT.match(line)) and (output := _output_after(lines, index)):
            call = _call(given["input"], doc.function)
        else:
            continue
        value = names.value(output)
        if call is not None and value is not None and names.is_call(call):
            yield Executable(ast.unparse(call), doc.owner, doc.line_of(index), returns=value)


def _output_after(lines: list[str], index: int) -> str:
    following = next((line for line in lines[index + 1 : index + 3] if line), "")
    found = _OUTPUT.match(following)
    return found["output"] if found else ""


def _call_of_prefix(text: str, function: FunctionNode, names: Names) -> ast.Call | None:
    """The longest beginning of the text that reads as arguments; words follow it."""
    ends = [m.start() for m in re.finditer(r",|\s|$", text)]
    for end in reversed(ends):
        call = _call(text[:end], function)
        if names.is_call(call):
            return call
    return None


def _call(arguments: str, function: FunctionNode) -> ast.Call | None:
    """A call of the function with these arguments, where they fit its parameters.

    Names count regardless of case; the only argument of a function of one parameter may have any.
    """
    node = parse_expression(f"{function.name}({arguments.strip().rstrip(',')})")
    if not isinstance(node, ast.Call) or (node.args and node.keywords):
        return None
    parameters = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    by_lower = {p.lower(): p for p in parameters}
    if len(parameters) == len(node.keywords) == 1:
        node = ast.Call(node.func, [node.keywords[0].value], [])
    for keyword in node.keywords:
        keyword.arg = by_lower.get((keyword.arg or "").lower(), keyword.arg)
    if not (node.args or node.keywords) or not fits(function, node):
        return None
    return node
