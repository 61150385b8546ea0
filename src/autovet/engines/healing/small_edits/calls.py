"""Other functions, other arguments, and calls taken off."""

import ast
import builtins
from collections.abc import Iterator, Mapping

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground

_FAMILIES = (
    ("min", "max", "sum"),
    ("any", "all"),
    ("floor", "ceil", "trunc"),
    ("round", "int", "floor", "ceil", "abs"),
    ("sorted", "list", "set", "tuple", "reversed"),
    ("append", "extend", "add", "remove", "insert", "appendleft", "discard"),
    ("pop", "popleft"),
    ("partition", "rpartition"),
    ("removeprefix", "removesuffix"),
    ("weekday", "isoweekday"),
    ("setdefault", "get", "pop"),
    ("islower", "isupper", "isalpha", "isdigit", "isalnum", "isspace", "istitle"),
    ("lower", "upper", "swapcase", "title", "capitalize", "casefold"),
    ("startswith", "endswith"),
    ("find", "rfind", "index", "rindex", "count"),
    ("strip", "lstrip", "rstrip"),
    ("keys", "values", "items"),
    ("split", "rsplit", "splitlines"),
    ("union", "intersection", "difference", "symmetric_difference"),
    ("ljust", "rjust", "center", "zfill"),
    ("bin", "hex", "oct", "str"),
    ("ord", "chr"),
    ("heappush", "heappop"),
    ("bisect_left", "bisect_right"),
    ("permutations", "combinations", "product"),
    ("sin", "cos", "tan"),
    ("log", "log2", "log10"),
    ("len", "sum", "max", "min"),
)
_BUILTIN_NAMES = frozenset(dir(builtins))


def call_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of calls."""
    own = ground.functions
    for node in ground.expressions:
        if isinstance(node, ast.Call):
            name = _name(ground, node)
            yield from _renamed(ground, node, name, own)
            yield from _swapped(ground, node)
            yield from _dropped(ground, node, name)
            yield from _keywords(ground, node, name)
            yield from _ranges(ground, node, name)


def _name(ground: Ground, node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ground.segment(node.func)


def _renamed(ground: Ground, node: ast.Call, name: str, own: Mapping[str, int]) -> Iterator[Change]:
    end = ground.region(node.func)[1]
    others = [n for family in _FAMILIES if name in family for n in family if n != name]
    others += [n for n, count in own.items() if name in own and n != name and count == own[name]]
    for other in dict.fromkeys(others):
        if isinstance(node.func, ast.Name) and other not in _BUILTIN_NAMES | own.keys():
            continue
        yield Change(((end - len(name), end, other),), 1.2, f"call {other} instead of {name}")


def _swapped(ground: Ground, node: ast.Call) -> Iterator[Change]:
    """Two arguments, or the object and its one argument, exchanged."""
    placed = [(ground.region(a), ground.segment(a)) for a in node.args[:4]]
    for index, (first, text) in enumerate(placed):
        for second, other in placed[index + 1 :]:
            if text != other:
                swap = ((*first, other), (*second, text))
                yield Change(swap, 1.1, f"swap the arguments {text} and {other}")
    if isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        owner, argument = node.func.value, node.args[0]
        if ground.kinds(owner) & ground.kinds(argument):
            swap = (
                (*ground.region(owner), ground.operand(argument)),
                (*ground.region(argument), ground.segment(owner)),
            )
            yield Change(swap, 1.3, "swap object and argument")


def _dropped(ground: Ground, node: ast.Call, name: str) -> Iterator[Change]:
    """The call without an argument, or an argument without the call."""
    if isinstance(node.func, ast.Attribute):
        yield ground.put(node, ground.segment(node.func.value), 1.3, f"drop .{name}()")
    if name == "range":
        return
    for index, argument in enumerate(node.args):
        if isinstance(argument, ast.GeneratorExp):
            continue
        text = ground.segment(argument)
        if ground.kinds(node) & ground.kinds(argument) or not ground.kinds(node):
            yield ground.put(node, text, 1.2, f"drop the call of {name}")
        if len(node.args) > 1:
            near = node.args[index + 1 if index + 1 < len(node.args) else index - 1]
            own, other = ground.region(argument), ground.region(near)
            cut = (own[0], other[0]) if other > own else (other[1], own[1])
            yield Change(((*cut, ""),), 1.5, f"drop the argument {text}")


def _keywords(ground: Ground, node: ast.Call, name: str) -> Iterator[Change]:
    closing = ground.region(node)[1] - 1
    for keyword in node.keywords:
        start = ground.region(keyword)[0]
        comma = ground.text.rfind(",", 0, start)
        if node.args and comma >= ground.region(node.func)[1]:
            cut = (comma, ground.region(keyword)[1], "")
            yield Change((cut,), 1.5, f"drop the argument {keyword.arg}")
    given = {k.arg for k in node.keywords}
    lone_generator = len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp)
    if name in {"sorted", "sort", "min", "max"} and not lone_generator:
        separator = ", " if node.args or node.keywords else ""
        more = [("key", v) for v in ("len", "str", "abs", "lambda item: item[1]")]
        more += [("reverse", "True")] if name.startswith("sort") else []
        for key, value in more:
            if key not in given:
                added = (closing, closing, f"{separator}{key}={value}")
                yield Change((added,), 1.7, f"with {key}={value}")


def _ranges(ground: Ground, node: ast.Call, name: str) -> Iterator[Change]:
    if name != "range" or not node.args:
        return
    texts = [ground.segment(a) for a in node.args]
    start, end = ground.region(node.args[0])[0], ground.region(node.args[-1])[1]
    for option in _bounds(ground, node, texts):
        yield Change(((start, end, option),), 1.4, f"range({option})")


def _bounds(ground: Ground, node: ast.Call, texts: list[str]) -> Iterator[str]:
    first, *more = texts
    if len(texts) == 1:
        yield from (f"1, {first}", f"2, {first}", f"{first} - 1, -1, -1", f"0, {first}, 2")
        yield from (f"1, {first} + 1", f"2, {first} + 1")
        for name, types in ground.variables.items():
            if "int" in types and ground.in_scope(name, node):
                yield f"{name}, {first}"
                yield f"{name} + 1, {first}"
    elif len(texts) == 2:
        last = more[0]
        yield from (f"{first}, {last}, 2", f"{first}, {last}, -1", last)
        yield from (f"{first} - 1, {last} - 1", f"{first} + 1, {last} + 1")
        yield from (f"{last}, {first}, -1", f"{last} - 1, {first} - 1, -1")
    else:
        yield f"{first}, {more[0]}"
