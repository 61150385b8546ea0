"""A string with placeholders that name local values, and no ``f`` in front of it.

Finds plain strings that hold ``{name}`` where ``name`` is a value of the function around, and that
nothing formats.

Readers of the log, of the error or of the page get the braces instead of the value.

Put ``f`` in front of it. A template that is filled in later is left alone: one that ``format``, a
replacement or a keyword of the same name touches.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("forgotten-f-prefix", Category.CODE_QUALITY, confidence=0.85)

_PLACEHOLDER = re.compile(
    r"(?<!\{)\{([a-z_][\w.]*)(?:\([^{}]*\)|\[[^{}]*\])?(?:![rsa])?(?::[^{}]*)?\}(?!\})"
)
_SHOWN = frozenset({
    "print", "debug", "info", "warning", "error", "exception", "critical", "log", "write", "echo", "secho", "append",
})  # fmt: skip

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
    if function is None or not _is_shown(node, module):
        return
    scope = module.scopes.of(node)
    names = {path.partition(".")[0] for path in found}
    for name in names:
        home = scope.lookup(name)
        if home is None or not isinstance(home.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
    if node.value.count("{") != len(found) or _formats(function, module):
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


def _is_shown(node: ast.Constant, module: Module) -> bool:
    """Whether the string itself is returned, raised or shown, not handed on as a template."""
    parent = module.parent(node)
    while isinstance(parent, (ast.BinOp, ast.IfExp)):
        parent = module.parent(parent)
    if isinstance(parent, ast.Return):
        return True
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return False
    func = parent.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    raised = isinstance(module.parent(parent), ast.Raise)
    if raised and len(parent.args) > 1:  # the others may be what fills the text in
        return False
    return (raised or name in _SHOWN) and not parent.keywords


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
