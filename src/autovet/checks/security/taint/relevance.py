"""Which functions of a module can take part in a flow: the others need not be run."""

import ast
import re
from collections.abc import Iterable, Iterator

from autovet.checks.security.taint.models import Models
from autovet.checks.security.taint.shapes import SENDS_SQL
from autovet.domain.context import Context
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_ROUTED = re.compile(r"^\s*@\w+\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket)\(", re.MULTILINE)  # fmt: skip
_RECOGNISES = re.compile(r"session|cookie|token|remember|csrf|nonce|otp|password|key|secret", re.IGNORECASE)  # fmt: skip
# what a program's own user, its environment or a caller may not do either, and what is acquitted
# of the suspicion that its name raises
_LOCAL_KINDS = frozenset({"sql", "shell", "program", "code", "template", "attribute", "xpath", "ldap", "deserialize", "url", "xml"})  # fmt: skip
_OWN_SOURCES = frozenset({"parse_args", "parse_known_args"})
_ROW_METHODS = frozenset({"create", "update", "update_or_create", "get_or_create"})
_SHELL_FLAGS = frozenset({"-c", "/c", "-lc", "-Command"})
_FRAGMENT_LINES = 80
_FRAGMENT_FUNCTIONS = 3
_UNNAMED = Context().path
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_UNDER_A_NAME = re.compile(r"__\w+__")


def hears_from_outside(module: Module, models: Models) -> bool:
    """Whether anything in a module speaks of requests, sockets or the like."""
    imports = module.scopes.module.imports
    for target in imports.values():
        parts = target.split(".")
        if parts[0] in models.outside or ".".join(parts[:2]) in models.outside:
            return True
    said = set(models.words.findall(module.text))
    if said and _names_one(said, imports, module):
        return True
    return "@" in module.text and _ROUTED.search(module.text) is not None


def may_recognise_by_draws(module: Module) -> bool:
    """Whether random numbers may be kept where they recognise a visitor."""
    roots = {target.partition(".")[0] for target in module.scopes.module.imports.values()}
    return "random" in roots and _RECOGNISES.search(module.text) is not None


def _names_one(said: set[str], imports: Iterable[str], module: Module) -> bool:
    """Whether one of these words is a name in the code, not just a word of a sentence."""
    if not said.isdisjoint(imports) or any(n.id in said for n in module.nodes(ast.Name)):
        return True
    if any(a.attr in said for a in module.nodes(ast.Attribute)):
        return True
    return any(a.arg in said for a in module.nodes(ast.arg))


def is_fragment(module: Module) -> bool:
    """Whether the code is a function or two by themselves: nobody shows who calls them."""
    if "taint fragment" not in module.memo:
        module.memo["taint fragment"] = _is_fragment(module)
    return bool(module.memo["taint fragment"])


def _is_fragment(module: Module) -> bool:
    if module.path != _UNNAMED and module.scopes.module.imports:
        return False
    body = module.tree.body
    if len(module.lines) > _FRAGMENT_LINES or len(module.functions) > _FRAGMENT_FUNCTIONS:
        return False
    return any(isinstance(s, _FUNCTIONS) for s in body) and all(map(_defines, body))


def _defines(statement: ast.stmt) -> bool:
    return isinstance(statement, (*_FUNCTIONS, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )  # fmt: skip


def sink_calls(module: Module, models: Models, *, is_open: bool) -> Iterator[ast.Call]:
    """The calls of a module that may be sinks; of those that matter to nobody outside, if not open.

    Args:
        module: the module.
        models: the tables.
        is_open: whether data of others' requests may be in the module.
    """
    names = models.by_last_name
    for call in module.nodes(ast.Call):
        func = call.func
        last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if (last[:1].isupper() or last in _ROW_METHODS) and any(
            k.arg is None for k in call.keywords
        ):
            yield call  # a row may be built of whatever was sent
        elif last not in names:
            if SENDS_SQL.search(last):
                yield call
        elif is_open or _is_local(call, last, module, models):
            yield call


def relevant_functions(
    module: Module, calls: list[ast.Call], models: Models
) -> frozenset[FunctionNode]:
    """The functions with one of these calls or a source, and all that may call one of them."""
    used: dict[str, set[FunctionNode]] = {}
    named: list[tuple[str, ast.expr]] = [(n.id, n) for n in module.nodes(ast.Name)]
    named += [(n.attr, n) for n in module.nodes(ast.Attribute)]
    for name, node in named:
        function = module.function_of(node)
        if function is not None:
            used.setdefault(name, set()).add(function)
    found = {f for c in calls if (f := module.function_of(c)) is not None}
    for name in _OWN_SOURCES | models.source_names:
        found |= used.get(name, set())
    waiting = list(found)
    while waiting:
        function = waiting.pop()
        around = module.function_of(function)
        callers = set(used.get(_known_as(function, module), ()))
        if around is not None:
            callers.add(around)
        waiting += callers - found
        found |= callers
    return frozenset(found)


def _known_as(function: FunctionNode, module: Module) -> str:
    """What a caller writes: of what runs unnamed, such as ``__init__``, the name of the class."""
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef) and _UNDER_A_NAME.fullmatch(function.name):
        return owner.name
    return function.name


def _text_given(call: ast.Call, module: Module) -> ast.expr | None:
    first = call.args[0] if call.args else call.keywords[0].value if call.keywords else None
    return module.assigned(first) or first if isinstance(first, ast.Name) else first


def _is_plain_list(given: ast.expr | None) -> bool:
    """Whether this is a program with its arguments, of which none is run by a shell."""
    return isinstance(given, ast.List) and not any(isinstance(e, ast.Constant) and e.value in _SHELL_FLAGS for e in given.elts)  # fmt: skip


def _is_local(call: ast.Call, last: str, module: Module, models: Models) -> bool:
    for sink_name in models.by_last_name[last]:
        if not any(s.kind in _LOCAL_KINDS for s in models.sinks[sink_name]):
            continue
        if sink_name.startswith("."):
            if not isinstance(_text_given(call, module), ast.Constant):
                return True
            continue
        name = module.qualified(call.func)
        root, dot, rest = (name or "").partition(".")
        if name == sink_name or f"{models.bare.get(root, '')}{dot}{rest}" == sink_name:
            return not _is_plain_list(_text_given(call, module))
    return False
