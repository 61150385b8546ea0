"""The same costly call is made twice in a row, with the same arguments.

Finds functions of the module that loop, and calls that read or parse, which one function calls
again with the same arguments after nothing has changed them: once to see whether there is anything,
once more to use it.

All the work is done twice for one result.

Name the result of the first call and use it. Where the answer may differ between the calls (a file
that something writes to, a counter), calling again is the point.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autovet.checks.performance._costly import repeats_no_effect
from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import last_name, names_in, path_of
from autovet.checks.vocabulary.local_calls import called_function
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("computed-twice", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def parsed(text):
    return [tuple(line.split(";")) for line in text.splitlines() if line]

def widest(text):
    if not parsed(text):
        return 0
    return max(len(row) for row in parsed(text))  # <--
""",
    """
import json
from pathlib import Path

def settings(path: Path):
    if "name" not in json.loads(path.read_text()):
        raise LookupError(f"{path} has no name")
    return json.loads(path.read_text())["name"]  # <--
""",
)

GOOD = (
    """
def parsed(text):
    return [tuple(line.split(";")) for line in text.splitlines() if line]

def widest(text):
    rows = parsed(text)
    if not rows:
        return 0
    return max(len(row) for row in rows)

def either(text, other):
    if other:
        return len(parsed(text))
    else:
        return parsed(text)

def changed(text):
    before = parsed(text)
    text = text.replace(";;", ";")
    return before, parsed(text)
""",
    """
import json

def longest(items):
    return [item for item in items if len(item) > 3]

def grown(items, more, path):
    before = longest(items)
    items.extend(more)
    after = longest(items)
    first = json.loads(path.read_text())
    path.write_text("{}")
    return before, after, first, json.loads(path.read_text())
""",
)

_READING = frozenset({
    "json.load", "json.loads", "yaml.safe_load", "tomllib.loads", "tomllib.load", "pickle.loads", "pandas.read_csv",
    "pandas.read_parquet", "pandas.read_excel", "pandas.read_json", "xml.etree.ElementTree.parse",
    "xml.etree.ElementTree.fromstring", "ast.parse",
})  # fmt: skip
_LAST_NAMES = frozenset(name.rpartition(".")[2] for name in _READING)
_FILE_METHODS = frozenset({"read_text", "read_bytes"})
_HARMLESS = frozenset({"len", "print", "str", "repr", "sorted", "list", "tuple", "set", "sum", "min", "max", "any", "all", "isinstance", "enumerate", "zip", "range", "bool"})  # fmt: skip
_ASKING = frozenset({"get", "items", "keys", "values", "split", "splitlines", "strip", "startswith", "endswith", "lower", "upper", "exists", "is_file", "is_dir", "count", "index", "read_text", "read_bytes", "info", "debug", "warning", "error", "format", "join"})  # fmt: skip


def check(module: Module) -> Iterator[Finding]:
    """Report the second call."""
    if module.is_test:
        return
    for function, calls in _candidates(module).items():
        yield from _repeated(function, calls, module)


def _candidates(module: Module) -> dict[ast.FunctionDef, list[ast.Call]]:
    """The calls worth a look, by the function that makes them: of names that it calls twice."""
    names = {f.name for f in module.functions} | _FILE_METHODS | _LAST_NAMES
    found: dict[ast.FunctionDef, list[ast.Call]] = {}
    times: Counter[tuple[int, str]] = Counter()
    for call in module.nodes(ast.Call):
        name = last_name(call.func)
        function = module.function_of(call) if name in names else None
        if isinstance(function, ast.FunctionDef):
            found.setdefault(function, []).append(call)
            times[id(function), name] += 1
    several = {place for (place, _), count in times.items() if count > 1}
    return {f: calls for f, calls in found.items() if id(f) in several}


def _repeated(
    function: ast.FunctionDef, candidates: list[ast.Call], module: Module
) -> Iterator[Finding]:
    seen: dict[str, ast.Call] = {}
    for call in candidates:
        if not call.args and not _reads_file(call):
            continue
        if isinstance(module.parent(call), ast.Expr) or not _is_costly(call, function, module):
            continue
        first = seen.setdefault(ast.dump(call), call)
        if first is call:
            continue
        if _is_named(first, module) and _is_named(call, module):  # each gets a copy of its own
            continue
        if not _follows(first, call, module) or _may_differ(first, call, function, module):
            continue
        yield module.finding(
            RULE,
            call,
            f"line {first.lineno} has computed this already: name its result and use that",
            evidence={"call": module.segment(call), "first_line": first.lineno},
        )
        return


def _is_named(call: ast.Call, module: Module) -> bool:
    return isinstance(module.parent(call), (ast.Assign, ast.AnnAssign))


def _reads_file(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _FILE_METHODS


def _is_costly(call: ast.Call, caller: ast.FunctionDef, module: Module) -> bool:
    if any(isinstance(n, (ast.Lambda, ast.Await, ast.NamedExpr, ast.Yield)) for n in ast.walk(call)):  # fmt: skip
        return False
    if module.qualified(call.func) in _READING or _reads_file(call):
        inner = [n for n in ast.walk(call) if isinstance(n, ast.Call) and n is not call]
        return all(_reads_file(n) for n in inner)
    if not isinstance(call.func, ast.Name) or any(not path_of(a) for a in call.args):
        return False
    target = called_function(call, module)
    return target is not None and target is not caller and repeats_no_effect(target, module)


def _follows(first: ast.Call, second: ast.Call, module: Module) -> bool:
    """Whether the second call surely comes after the first, at most once each."""
    if module.loop_of(first) is not module.loop_of(second) and module.loop_of(first) is not None:
        return False
    statement: ast.AST | None = module.statement_of(first)
    around = {module.statement_of(second), *module.ancestors(second)}
    if statement in around:
        # the header of an ``if`` and its body, or two operands of one expression
        conditional = (ast.IfExp, ast.BoolOp, ast.comprehension)
        return isinstance(statement, (ast.If, ast.Assign, ast.Return, ast.Expr)) and not any(
            isinstance(a, conditional) for a in module.ancestors(first) if a is not statement
        )
    while isinstance(statement, ast.stmt):
        parent = module.parent(statement)
        block = getattr(parent, "body", None)
        if isinstance(block, list) and statement in block:
            return any(s in around for s in block[block.index(statement) + 1 :])
        statement = parent
    return False


def _may_differ(first: ast.Call, second: ast.Call, function: FunctionNode, module: Module) -> bool:
    """Whether anything between the calls may change what goes into them."""
    given = names_in(first) - names_in(first.func)
    if isinstance(first.func, ast.Attribute):
        given |= names_in(first.func)
    parameters = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
    for name in given & set(module.scopes.of(first).bindings):
        if len(module.scopes.of(first).bindings[name]) > 1 or (
            name not in parameters and module.loop_of(first) is not None
        ):
            return True
    start, stop = (first.lineno, first.col_offset), (second.lineno, second.col_offset)
    calls = [n for n in own_nodes(function.body) if isinstance(n, ast.Call)]
    between = [c for c in calls if start < (c.lineno, c.col_offset) < stop]
    for call in between:
        func = call.func
        if any(n is call for n in ast.walk(first)) or any(n is call for n in ast.walk(second)):
            continue
        if isinstance(func, ast.Attribute):
            if func.attr not in _ASKING and (names_in(call) & given or _reads_file(first)):
                return True
        elif (
            names_in(call) & given
            and getattr(func, "id", "") not in _HARMLESS
            and called_function(call, module) is not called_function(first, module)
        ):
            return True
    return any(
        isinstance(n, (ast.Subscript, ast.Attribute))
        and isinstance(n.ctx, (ast.Store, ast.Del))
        and names_in(n.value) & given
        and first.lineno <= n.lineno <= second.lineno
        for n in own_nodes(function.body)
    )
