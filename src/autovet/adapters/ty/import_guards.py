"""Which imports the code itself expects to fail."""

import ast
from collections.abc import Collection, Iterator
from functools import lru_cache

from autovet.adapters.ty.document_tree import tree_of

_EXPECTED = frozenset({"ImportError", "ModuleNotFoundError"})
_WANTED_FAILURES = frozenset({"raises", "assertRaises", "assertRaisesRegex", "assert_raises"})
_ATTRIBUTE_PROBES = frozenset({"hasattr", "getattr"})
_PROBES = frozenset(
    {
        "find_spec",
        "TYPE_CHECKING",
        "version_info",
        "hexversion",
        "PY2",
        "PY3",
        "platform",
        "implementation",
        "python_implementation",
    }
)


def guarded_lines(text: str) -> frozenset[int]:
    """The lines on which an import may fail without harm.

    An import is guarded inside ``try`` with a handler for ImportError (or in that handler, which
    is the fallback), inside ``with suppress(ImportError)`` or ``pytest.raises``, and below a
    condition on ``find_spec``, ``TYPE_CHECKING``, or the Python or platform that it runs on.
    """
    tree = tree_of(text)
    if tree is None:
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        for statement in _guarded_statements(node):
            lines.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return frozenset(lines)


def is_probed(text: str, name: str, line: int) -> bool:
    """Whether the code provides for an attribute's absence.

    It asks for it by name with ``hasattr`` or ``getattr``, or reads it in a ``try`` that catches
    AttributeError, or in that handler, which is for another version.
    """
    names, tries = _probes(text)
    return name in names or any(first <= line <= last for first, last in tries)


@lru_cache(maxsize=4)
def _probes(text: str) -> tuple[frozenset[str], tuple[tuple[int, int], ...]]:
    """The attributes that the code asks for by name, and the lines where any may be absent."""
    tree = tree_of(text)
    names: set[str] = set()
    tries: list[tuple[int, int]] = []
    for node in () if tree is None else ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=asked), args=[_, ast.Constant(value=str(value)), *_]):
                if asked in _ATTRIBUTE_PROBES:
                    names.add(value)
            case ast.Try(body=body, handlers=handlers):
                expecting = [h for h in handlers if _catches(h, {"AttributeError"})]
                blocks = [body, *(handler.body for handler in expecting)] if expecting else []
                tries += [(b[0].lineno, b[-1].end_lineno or b[-1].lineno) for b in blocks]
            case ast.If(test=test, orelse=[first, *_] as otherwise) if _asks(test):
                tries.append((first.lineno, otherwise[-1].end_lineno or first.lineno))
            case ast.IfExp(test=test, orelse=other) if _asks(test):
                tries.append((other.lineno, other.end_lineno or other.lineno))
            case _:
                pass
    return frozenset(names), tuple(tries)


def _asks(test: ast.expr) -> bool:
    match test:
        case ast.Call(func=ast.Name(id="hasattr")):
            return True
        case _:
            return False


def _guarded_statements(node: ast.AST) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Try):
        handlers = [handler for handler in node.handlers if _catches(handler, _EXPECTED)]
        if handlers:
            yield from node.body
            for handler in handlers:
                yield from handler.body
    elif isinstance(node, ast.With):
        if any(_expects_failure(item.context_expr) for item in node.items):
            yield from node.body
    elif isinstance(node, ast.If) and _is_probe(node.test):
        yield from node.body
        yield from node.orelse


def _catches(handler: ast.ExceptHandler, expected: Collection[str]) -> bool:
    caught = handler.type
    members = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(member is not None and _last_name(member) in expected for member in members)


def _expects_failure(expression: ast.expr) -> bool:
    """``suppress(ImportError)``, and a test that wants what it calls to fail."""
    if not isinstance(expression, ast.Call):
        return False
    name = _last_name(expression.func)
    return name in _WANTED_FAILURES or (
        name == "suppress" and any(_last_name(given) in _EXPECTED for given in expression.args)
    )


def _is_probe(test: ast.expr) -> bool:
    names = {_last_name(node) for node in ast.walk(test)}
    return bool(names & _PROBES)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
