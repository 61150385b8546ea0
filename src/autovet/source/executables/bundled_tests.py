"""Tests in the module itself, or in the files of its context that import it."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from autovet.domain.context import Context
from autovet.domain.inspection import BundledTest
from autovet.source.module import Module
from autovet.source.parsing import parse_module
from autovet.source.scopes import FunctionNode

MAX_TESTS = 30
_MAX_FILES = 10
_TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")
_CLASS_SETUP = frozenset({"setUpClass", "setup_method", "setup_class", "setup"})


def bundled_tests_of(module: Module, context: Context) -> tuple[BundledTest, ...]:
    """The tests that can be run by a plain call.

    Functions, methods of plain classes and of ``unittest.TestCase``, and what ``parametrize`` with
    plain values makes of them. A test that asks for more (a fixture of pytest's own, a mark that
    may skip it) is left out, and so is a project on disk: it runs its own tests.
    """
    if context.root is not None:
        return ()
    found = list(_tests(module, module))
    last = module.name.rpartition(".")[2]
    files = [
        (path, text)
        for path, text in context.files.items()
        if _TEST_FILE.search(path) and path != module.path and last in text
    ]
    for path, text in files[:_MAX_FILES]:
        tests = parse_module(path, text)
        if tests is not None and _imports(tests, module):
            found += _tests(tests, module)
    return tuple(found[:MAX_TESTS])


def _imports(tests: Module, module: Module) -> bool:
    names = {module.name, module.name.rpartition(".")[2]}
    for node in tests.nodes(ast.Import):
        if any(alias.name in names for alias in node.names):
            return True
    for source in tests.nodes(ast.ImportFrom):
        whole = source.module or ""
        if whole in names or any(
            f"{whole}.{alias.name}".strip(".") in names for alias in source.names
        ):
            return True
    return False


def _tests(tests: Module, module: Module) -> Iterator[BundledTest]:
    fixtures = {
        f.name: f
        for f in tests.tree.body
        if isinstance(f, ast.FunctionDef) and _is_fixture(f) and not f.args.args
    }
    for node in tests.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            for arguments in _argument_lists(node, fixtures, own=tests is module):
                yield _test(f"{node.name}({arguments})", node.name, node, tests, module)
        elif isinstance(node, ast.ClassDef):
            yield from _methods(node, tests, module)


def _methods(owner: ast.ClassDef, tests: Module, module: Module) -> Iterator[BundledTest]:
    bases = [ast.unparse(base).rpartition(".")[2] for base in owner.bases]
    unit = bases == ["TestCase"]
    if owner.decorator_list or (bases and not unit) or not (unit or owner.name.startswith("Test")):
        return
    methods = [m for m in owner.body if isinstance(m, ast.FunctionDef)]
    if any(m.name in _CLASS_SETUP or _is_fixture(m) for m in methods):
        return
    for method in methods:
        if method.name.startswith("test") and len(method.args.args) == 1:
            name = f"{owner.name}.{method.name}"
            call = (
                f"{owner.name}({method.name!r}).debug()"
                if unit
                else f"{owner.name}().{method.name}()"
            )
            if not method.decorator_list:
                yield _test(call, name, method, tests, module)


def _test(call: str, name: str, node: FunctionNode, tests: Module, module: Module) -> BundledTest:
    elsewhere = tests is not module
    setup = (f"from {_dotted(tests.path)} import {name.partition('.')[0]}",) if elsewhere else ()
    return BundledTest(call, name, tests.path, node.lineno, _tried(node, module), setup)


def _dotted(path: str) -> str:
    return ".".join(PurePosixPath(path).with_suffix("").parts)


def _tried(test: FunctionNode, module: Module) -> str:
    """The first function of the module that the test calls."""
    known = module.scopes.module.bindings
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            callee = node.func
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            if any(isinstance(n, ast.FunctionDef) for n in known.get(name, ())):
                return name
    return ""


def _is_fixture(function: FunctionNode) -> bool:
    return any("fixture" in ast.unparse(d) for d in function.decorator_list)


def _argument_lists(
    test: ast.FunctionDef, fixtures: dict[str, ast.FunctionDef], *, own: bool
) -> Iterator[str]:
    """The arguments of each call that pytest would make; none where it would do more than call."""
    names = [a.arg for a in [*test.args.args, *test.args.kwonlyargs]]
    rows: list[dict[str, str]] = [{}]
    for decorator in test.decorator_list:
        made = _parametrized(decorator, own=own)
        if made is None:
            return
        rows = [{**row, **more} for row in rows for more in made]
    for row in rows:
        given = dict(row)
        for name in names:
            fixture = fixtures.get(name)
            if name not in given:
                if (
                    fixture is None
                    or not own
                    or any(isinstance(n, ast.Yield) for n in ast.walk(fixture))
                ):
                    return
                given[name] = f"{name}()"
        yield ", ".join(f"{name}={given[name]}" for name in names)


def _parametrized(decorator: ast.expr, *, own: bool) -> list[dict[str, str]] | None:
    """One mapping for each row of ``parametrize``; None for another decorator or odd values."""
    match decorator:
        case ast.Call(
            func=ast.Attribute(attr="parametrize"),
            args=[names, ast.List(elts=rows) | ast.Tuple(elts=rows)],
        ):
            pass
        case _:
            return None
    try:
        told = ast.literal_eval(names)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    columns = [n.strip() for n in told.split(",")] if isinstance(told, str) else list(told)
    found = []
    for row in rows:
        cells = row.elts if len(columns) > 1 and isinstance(row, (ast.Tuple, ast.List)) else [row]
        if len(cells) != len(columns) or not (own or all(map(_is_literal, cells))):
            return None
        if any("param(" in ast.unparse(cell) for cell in cells):
            return None
        found.append(dict(zip(columns, map(ast.unparse, cells), strict=True)))
    return found


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
