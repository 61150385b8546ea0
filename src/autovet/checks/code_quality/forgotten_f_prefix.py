"""A string with placeholders that name local values, and no ``f`` in front of it.

Finds plain strings that hold ``{name}`` where ``name`` is a value of the function around, and that
nothing formats.

Readers of the log, of the error or of the page get the braces instead of the value.

Put ``f`` in front of it. A template that is filled in later is left alone: one that ``format``, a
replacement or a keyword of the same name touches.
"""

import ast
import builtins
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import names_in
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("forgotten-f-prefix", Category.CODE_QUALITY, confidence=0.85)

_PLACEHOLDER = re.compile(
    r"(?<!\{)\{([a-z_][\w.]*(?:\([^{}]*\)|\[[^{}]*\])?)(?:![rsa])?(?::[^{}]*)?\}(?!\})"
)
_SHOWN = frozenset({
    "print", "debug", "info", "warning", "error", "exception", "critical", "log", "write", "echo", "secho", "append",
})  # fmt: skip
_SAID = frozenset({"detail", "message", "msg", "description", "reason", "text", "error"})

BAD = (
    """
def label(order):
    return "Order {order.number} is late"  # <--
""",
    """
import logging

log = logging.getLogger(__name__)

def remember(name, size):
    log.info("stored {name} ({size} bytes)")  # <--
    if size > 3:
        raise ValueError("{name} is too large")  # <--
""",
    """
def greeting(person, visits):
    head = f"Dear {person.name},"
    body = "you came {len(visits)} times since {visits[0]}."  # <--
    return f"{head}\\n{body}"

def keeper(keepers, cage):
    if cage not in keepers:
        raise NotFound(status=404, detail="nobody keeps {cage}")  # <--
    return {"keeper": keepers[cage], "note": "feeds {cage} daily"}  # <--
""",
)

GOOD = (
    """
def label(order):
    template = "Order {order.number}"
    return template.format(order=order)

def route(item_id):
    return build("/items/{item_id}", item_id=item_id)

def refused(value):
    raise CustomError("bad", "not a zone: {value}", {"value": value})

def filled(name, send):
    subject = "Hello {name}"
    send(subject, name=name)
    raise Refused(detail="no {name}", name=name)

def braces(name):
    return "{{name}} and {other} and {}" + name
""",
    """
ROUTE = "/users/{user}"

def usage(user):
    \"\"\"Fills {user} in.\"\"\"
    return ROUTE.replace("{user}", user)

def pattern(rest):
    path = "/files/{rest}"
    return path.format_map({"rest": rest})
""",
)


def check(node: ast.Constant, module: Module) -> Iterator[Finding]:
    """Report the string."""
    if not isinstance(node.value, str) or "{" not in node.value or module.is_test:
        return
    found = _PLACEHOLDER.findall(node.value)
    function = module.function_of(node) if found else None
    if function is None or node.value.count("{") != len(found) or _formats(function, module):
        return
    if not all(_names_local_values(expression, node, module) for expression in found):
        return
    names = frozenset(re.findall(r"[a-z_]\w*", " ".join(found)))
    if not _is_shown(node, names, module):
        return
    plain = module.segment(node)[:1] in {'"', "'"} and node.lineno == node.end_lineno
    fix = Fix((module.replace(node, f"f{module.segment(node)}"),), "put f before the string")
    yield module.finding(
        RULE,
        node,
        f"the placeholder {{{found[0]}}} is never filled in: the string lacks its f",
        evidence={"placeholders": found},
        fix=fix if plain else None,
    )


def _names_local_values(expression: str, node: ast.Constant, module: Module) -> bool:
    """Whether a placeholder is an expression of values that the function around has at hand."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError:
        return False
    scope = module.scopes.of(node)
    local = False
    for name in (n.id for n in ast.walk(tree) if isinstance(n, ast.Name)):
        home = scope.lookup(name)
        if home is not None and isinstance(home.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            local = True
        elif home is not None or not hasattr(builtins, name):
            return False
    return local


def _is_shown(node: ast.expr, names: frozenset[str], module: Module, *, depth: int = 2) -> bool:
    """Whether the string itself is returned, raised or shown, not handed on as a template."""
    child, parent = node, module.parent(node)
    while isinstance(parent, (ast.BinOp, ast.IfExp)):
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod):
            return False
        child, parent = parent, module.parent(parent)
    match parent:
        case ast.Return() | ast.FormattedValue():
            return True
        case ast.Dict() if child in parent.values:
            return isinstance(module.parent(parent), ast.Return)
        case ast.Assign(targets=[ast.Name() as target]) if depth:
            return _is_only_shown(target, names, module, depth - 1)
        case ast.Call():
            return _is_shown_by(parent, child, names, module)
        case ast.keyword(arg=word):
            call = module.parent(parent)
            raised = isinstance(call, ast.Call) and isinstance(module.parent(call), ast.Raise)
            return raised and word in _SAID and not _passes(call, names, child)
    return False


def _is_shown_by(call: ast.Call, node: ast.AST, names: frozenset[str], module: Module) -> bool:
    """Whether a call shows the string, or raises it, and does not get what could fill it in."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    raised = isinstance(module.parent(call), ast.Raise)
    if raised and len(call.args) > 1:  # the others may be what fills the text in
        return False
    return node in call.args and (raised or name in _SHOWN) and not _passes(call, names, node)


def _passes(call: ast.AST | None, names: frozenset[str], text: ast.AST) -> bool:
    """Whether the call also gets a value, or a keyword, of the name that stands in the text."""
    if not isinstance(call, ast.Call):
        return True
    others = [*call.args, *(k.value for k in call.keywords)]
    return any(k.arg is None or k.arg in names for k in call.keywords) or any(
        names_in(other) & names or isinstance(other, ast.Starred)
        for other in others
        if other is not text
    )


def _is_only_shown(target: ast.Name, names: frozenset[str], module: Module, depth: int) -> bool:
    """Whether a name that holds the string is bound once, and everything done with it shows it."""
    function = module.function_of(target)
    if function is None or len(module.scopes.of(target).bindings.get(target.id, ())) != 1:
        return False
    uses = [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and n.id == target.id and isinstance(n.ctx, ast.Load)
    ]
    return bool(uses) and all(_is_shown(use, names, module, depth=depth) for use in uses)


def _formats(function: ast.AST, module: Module) -> bool:
    """Whether anything in the module fills templates in."""
    key = "forgotten_f_prefix.formats"
    if key not in module.memo:
        module.memo[key] = {
            module.function_of(a)
            for a in module.nodes(ast.Attribute)
            if a.attr in {"format", "format_map", "from_string", "Template", "partial_format"}
        }
    return function in module.memo[key]
