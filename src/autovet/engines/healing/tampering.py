"""Changes that make a report go away without mending anything."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from autovet.source.executables import executables_of
from autovet.source.module import Module
from autovet.source.parsing import parse_module

_SILENCERS = re.compile(
    r"#\s*(noqa|type:\s*ignore|autovet:\s*ignore|pragma:|nosec|pylint:\s*disable|pyright:|ty:\s*ignore|mypy:)",
    re.IGNORECASE,
)
_LOOSE = frozenset({"Any", "typing.Any", "object"})
_BROAD = frozenset({"Exception", "BaseException"})


def tampering(before: str, after: str) -> str | None:
    """Say how a change cheats, or None: it silences, swallows, loosens or deletes what judges it.

    A suppression comment, a deleted test or documented example, an annotation that says less and
    an exception that vanishes are never repairs.
    """
    old, new = parse_module("before.py", before), parse_module("after.py", after)
    if new is None:
        return "the changed code does not parse"
    if old is None:
        return None
    if _silencers(new) > _silencers(old):
        return "it silences a report instead of mending the code"
    if set(_examples(old)) - set(_examples(new)):
        return "it removes or changes a documented example"
    if _tests(old) - _tests(new):
        return "it removes a test or an assertion of one"
    annotated = dict(_annotations(new))
    for place, annotation in _annotations(old):
        said = annotated.get(place, annotation)
        if said != annotation and said in {None, *_LOOSE} and annotation not in {None, *_LOOSE}:
            return f"it loosens the annotation of {place[1]}"
    if _swallowed(new) > _swallowed(old):
        return "it swallows exceptions"
    return None


def _silencers(module: Module) -> int:
    return sum(bool(_SILENCERS.search(comment.text)) for comment in module.comments)


def _examples(module: Module) -> Iterator[tuple[str, str]]:
    for e in executables_of(module):
        yield e.call, f"{e.returns}|{e.raises}|{e.repr_text}"


def _tests(module: Module) -> Counter[str]:
    """The test functions and how many assertions each has."""
    found: Counter[str] = Counter()
    for function in module.functions:
        if function.name.startswith("test"):
            found[function.name] += 1
            asserted = [n for n in ast.walk(function) if isinstance(n, ast.Assert)]
            found[f"{function.name}: asserts"] += len(asserted)
    return found


def _annotations(module: Module) -> Iterator[tuple[tuple[str, str], str | None]]:
    for function in module.functions:
        arguments = function.args
        for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            yield (function.name, a.arg), _text(a.annotation)
        yield (function.name, f"{function.name}()"), _text(function.returns)
    for node in module.nodes(ast.AnnAssign):
        yield ("", ast.unparse(node.target)), _text(node.annotation)


def _text(annotation: ast.expr | None) -> str | None:
    return None if annotation is None else ast.unparse(annotation)


def _swallowed(module: Module) -> int:
    handlers = [
        h
        for h in module.nodes(ast.ExceptHandler)
        if _is_broad(h.type) and all(_does_nothing(s) for s in h.body)
    ]
    suppressed = [
        c
        for c in module.nodes(ast.Call)
        if ast.unparse(c.func).rpartition(".")[2] == "suppress" and any(map(_is_broad, c.args))
    ]
    return len(handlers) + len(suppressed)


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or ast.unparse(kind) in _BROAD


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, (ast.Pass, ast.Continue))
