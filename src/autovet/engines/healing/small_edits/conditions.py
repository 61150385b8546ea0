"""Conditions: other tests, tests left out, and tests that might be missing."""

import ast
from collections.abc import Iterator, Mapping

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Definition, Ground
from autovet.engines.healing.small_edits.layout import indent_of, is_elif, reindented, whole_lines

_LONGEST = 80
_SIZED = frozenset({"str", "list", "tuple", "dict", "set", "frozenset", "deque", "Counter"})
_NUMBER_TESTS = ("{} > 0", "{} < 0", "{} == 0", "{} % 2 == 0", "{} % 2 != 0", "{} <= 1", "{} == 1")
_TEXT_TESTS = ("{}", "not {}", "len({}) == 0", "len({}) == 1", "len({}) > 1")
_CHARACTER_TESTS = ("isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower")
_FLAG_TESTS = ("{}", "not {}", "{} is None", "{} is not None")


def condition_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of tests in statements, conditional expressions and comprehensions."""
    for statement in ground.statements:
        if isinstance(statement, (ast.If, ast.While)):
            yield from _changed_test(ground, statement.test)
        if isinstance(statement, ast.If):
            yield from _unguarded(ground, statement)
            yield from _branches(ground, statement)
    for node in ground.expressions:
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            yield from _filtered(ground, node)
        if isinstance(node, ast.IfExp):
            yield from _changed_test(ground, node.test)


def _changed_test(ground: Ground, test: ast.expr) -> Iterator[Change]:
    yield ground.put(test, f"not {ground.operand(test)}", 1.2, "negate the condition")
    text = (
        ground.operand(test) if isinstance(test, (ast.BoolOp, ast.IfExp)) else ground.segment(test)
    )
    for condition, cost in conditions_for(ground, test):
        if condition == ground.segment(test):
            continue
        yield ground.put(test, f"{text} and {condition}", cost, f"and {condition}")
        yield ground.put(test, f"{text} or {condition}", cost, f"or {condition}")


def conditions_for(ground: Ground, near: ast.AST) -> Iterator[tuple[str, float]]:
    """Conditions that might be missing at a place, with what they cost."""
    visible = {n: t for n, t in ground.variables.items() if ground.in_scope(n, near)}
    yield from _stated_elsewhere(ground, visible)
    predicates = _predicates(ground)
    for name, types in visible.items():
        for pattern in _patterns(types):
            yield pattern.format(name), 1.9
        for function in predicates:
            yield f"{function}({name})", 1.9
        yield from _comparisons(name, visible)


def _stated_elsewhere(
    ground: Ground, visible: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, float]]:
    """The comparisons that the function makes elsewhere."""
    seen: set[str] = set()
    for node in ground.expressions:
        text = ground.segment(node)
        if isinstance(node, ast.Compare) and len(text) < _LONGEST and "\n" not in text:
            names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            if text not in seen and not (names & ground.variables.keys()) - visible.keys():
                seen.add(text)
                yield text, 1.8


def _predicates(ground: Ground) -> list[str]:
    """The functions within reach that take one argument."""
    names = [f.name for f in ground.module.functions if len(f.args.args) == 1]
    inner = [
        s.name for s in ground.statements if isinstance(s, Definition) and len(s.args.args) == 1
    ]
    return list(dict.fromkeys([*names, *inner]))


def _patterns(types: frozenset[str]) -> Iterator[str]:
    if types & {"int", "float"}:
        yield from _NUMBER_TESTS
    if any(t.partition("[")[0] in _SIZED for t in types):
        yield from _TEXT_TESTS
    if "str" in types:
        yield from (f"{{}}.{test}()" for test in _CHARACTER_TESTS)
    if types & {"bool", "NoneType"}:
        yield from _FLAG_TESTS


def _comparisons(name: str, visible: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, float]]:
    for other, types in visible.items():
        if name < other and visible[name] & types & {"int", "float", "str"}:
            for op in ("<", "<=", ">", ">=", "==", "!="):
                yield f"{name} {op} {other}", 2.0
        if other != name and any(t.partition("[")[0] in _SIZED - {"str"} for t in types):
            yield f"{name} in {other}", 2.0
            yield f"{name} not in {other}", 2.0


def _unguarded(ground: Ground, statement: ast.If) -> Iterator[Change]:
    """The body without its condition."""
    lines = whole_lines(ground, statement)
    if lines is None or statement.orelse or isinstance(statement.body[-1], ast.Raise):
        return
    first = whole_lines(ground, statement.body[0])
    if first is None:
        return
    body = ground.text[first[0] : lines[1]]
    moved = reindented(body, indent_of(ground, statement.body[0]), indent_of(ground, statement))
    yield Change(((*lines, moved),), 1.8, f"drop the condition of line {statement.lineno}")


def _branches(ground: Ground, statement: ast.If) -> Iterator[Change]:
    """The two branches exchanged; ``elif`` made ``if``."""
    if not statement.orelse:
        return
    if is_elif(ground, statement):
        start = ground.region(statement.orelse[0])[0]
        yield Change(((start, start + 4, "if"),), 1.5, "if instead of elif")
        return
    yield from _narrowed(ground, statement)
    a = (ground.region(statement.body[0])[0], ground.region(statement.body[-1])[1])
    b = (ground.region(statement.orelse[0])[0], ground.region(statement.orelse[-1])[1])
    swap = ((*a, ground.text[b[0] : b[1]]), (*b, ground.text[a[0] : a[1]]))
    yield Change(swap, 1.5, "swap the two branches")


def _narrowed(ground: Ground, statement: ast.If) -> Iterator[Change]:
    """``elif`` with a condition for ``else``."""
    start, end = ground.region(statement.body[-1])[1], ground.region(statement.orelse[0])[0]
    at = ground.text.find("else", start, end)
    if at < 0 or "#" in ground.text[start:at]:
        return
    for text, cost in conditions_for(ground, statement):
        yield Change(((at, at + 4, f"elif {text}"),), cost, f"elif {text} instead of else")


def _filtered(ground: Ground, node: ast.expr) -> Iterator[Change]:
    """A condition more in a comprehension."""
    generators = getattr(node, "generators", [])
    if not generators:
        return
    last = generators[-1]
    near = node.key if isinstance(node, ast.DictComp) else getattr(node, "elt", node)
    ifs = last.ifs
    if ifs:
        for condition in ifs:
            yield from _changed_test(ground, condition)
        return
    at = ground.region(last.iter)[1]
    for text, cost in conditions_for(ground, near):
        yield Change(((at, at, f" if {text}"),), cost, f"only if {text}")
