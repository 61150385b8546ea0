"""Examples in the notation of the standard library's ``doctest``."""

import ast
import doctest
from collections.abc import Iterator

from autovet.domain.inspection import Executable
from autovet.source.executables.docstring import Docstring
from autovet.source.executables.expressions import (
    MAX_LENGTH,
    Names,
    free_names,
    has_ellipsis,
    is_python,
    parse_expression,
)
from autovet.source.parser import parse

_PARSER = doctest.DocTestParser()


def doctests_of(doc: Docstring, names: Names) -> Iterator[Executable]:
    """Yield the doctests that ask for a value or an exception.

    What an earlier line of the same docstring binds or changes becomes the set-up of a later one.
    A line whose own source is no Python (``>>> f(2) -> 4``) is left to the other notations.
    """
    try:
        examples = _PARSER.get_examples(doc.text)
    except ValueError:
        return
    setup: list[str] = []
    bound: frozenset[str] = frozenset()
    for example in examples:
        statement = _statement(example.source)
        if statement is None and not example.want and is_python(example.source):
            several = parse(example.source)
            setup.append(example.source.rstrip("\n"))
            bound |= frozenset(name for each in several.body for name in _binds(each))
            bound |= frozenset(n for n in free_names(several) if n not in names.bound)
        if statement is None or example.options.get(doctest.SKIP):
            continue
        executable = None
        if isinstance(statement, ast.Expr):
            executable = _executable(example, statement.value, doc, tuple(setup))
        elif isinstance(statement, ast.Assert) and not example.want:
            executable = _executable(example, statement.test, doc, tuple(setup))
        elif example.exc_msg is not None or _imports_itself(statement, names):
            continue
        used = set(free_names(statement))
        changes = executable is None or (used & bound and executable.raises is None)
        if changes:
            setup += _replayed(example, statement)
            bound |= frozenset() if _prints(statement) else _binds(statement)
        if (
            executable is not None
            and names.known(statement, bound)
            and used & (names.bound | bound)
        ):
            yield executable


def _replayed(example: doctest.Example, statement: ast.stmt) -> list[str]:
    """What has to be run again before a later example."""
    if not _prints(statement):
        return [example.source.rstrip("\n")]
    # what is printed may change what is printed next, by being asked for
    match statement:
        case ast.Expr(value=ast.Call(args=arguments)):
            return [ast.unparse(a) for a in arguments if isinstance(a, ast.Call)]
    return []


def _statement(source: str) -> ast.stmt | None:
    if len(source) > MAX_LENGTH:
        return None
    try:
        body = parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[0] if len(body) == 1 else None


def _executable(
    example: doctest.Example, value: ast.expr, doc: Docstring, setup: tuple[str, ...]
) -> Executable | None:
    line = doc.line_of(example.lineno)
    call = ast.get_source_segment(example.source, value) or ast.unparse(value)
    if example.exc_msg is not None:
        error = example.exc_msg.partition(":")[0].strip().rpartition(".")[2]
        return Executable(call, doc.owner, line, raises=error, setup=setup) if error else None
    want = example.want.rstrip("\n")
    match value:
        case ast.Compare(left=ast.Call() as left, ops=[ast.Eq()], comparators=[right]) if want in {
            "",
            "True",
        } and _is_literal(right):
            call = ast.get_source_segment(example.source, left) or ast.unparse(left)
            return Executable(call, doc.owner, line, returns=ast.unparse(right), setup=setup)
    if not want:
        return None
    return Executable(
        call, doc.owner, line, returns=_returns(want, value), setup=setup, repr_text=want
    )


def _returns(want: str, value: ast.expr) -> str | None:
    """The expected output as an expression, where it is one."""
    if _prints(ast.Expr(value)):
        return None
    node = parse_expression(want)
    if node is None or has_ellipsis(node) or isinstance(node, ast.Name):
        return None
    return want.strip()


def _prints(statement: ast.stmt) -> bool:
    """Whether it does nothing but print."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print" | "pprint" | "pp"))):
            return True
    return False


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _binds(statement: ast.stmt) -> frozenset[str]:
    found = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and _stores(n)}
    for node in ast.walk(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {a.asname or a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
    return frozenset(found)


def _stores(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _imports_itself(statement: ast.stmt, names: Names) -> bool:
    """Whether it imports names from this very module, which are at hand already."""
    return (
        isinstance(statement, ast.ImportFrom)
        and statement.module is not None
        and (
            statement.module == names.module_name
            or names.module_name.endswith("." + statement.module)
        )
        and all(a.asname is None and a.name in names.bound for a in statement.names)
    )
