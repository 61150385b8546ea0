"""A value becomes part of the template on which ``format`` is called.

Finds ``(text + value).format(something)`` and f-strings that are formatted again, where objects are handed to
``format``. A value such as ``{0.__init__.__globals__}`` reads whatever can be reached from those objects,
settings and keys included; a lone brace raises.

Keep the template constant and hand every value over as an argument; for templates that users write take
``string.Template``.

Leave it where the value is a format specification of the program's own.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("format-template-from-value", Category.SECURITY, confidence=0.65, cwe=134)

BAD = (
    """
class Order:
    def __init__(self, number):
        self.number = number

def receipt(order: Order, customer: str):
    text = "Order {0.number} for " + customer
    return text.format(order)  # <--
""",
    """
def greeting(name, user):
    return f"Dear {name}, your number is {{0.number}}".format(user)  # <--
""",
)

GOOD = (
    """
PREFIX = "Order "

def receipt(order, customer):
    return (PREFIX + "{0.number} for {1}").format(order, customer)

def column(width, value):
    return ("{:>" + str(width) + "}").format(value)
""",
    """
def line(template, name):
    return template.format(name=name)

def label(indent, name):
    return (indent * " " + "{}").format(name)

def lines(head, count):
    return (head + ": {}").format(len(count))
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report templates with a parameter in them."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "format" or module.is_test:
        return
    handed = [*call.args, *(k.value for k in call.keywords)]
    if not any(_is_object(value, module) for value in handed):
        return
    template = _template(func.value, module)
    value = next((p for p in _parts(template) if _is_parameter(p, module)), None) if template else None  # fmt: skip
    if value is not None:
        yield module.finding(
            RULE,
            call,
            f"{value.id!r} is part of the template, so it can read attributes of what is formatted; hand it over as an argument",
            evidence={"value": value.id},
        )


def _template(node: ast.expr, module: Module) -> ast.expr | None:
    return module.assigned(node) if isinstance(node, ast.Name) else node


def _parts(node: ast.expr) -> Iterator[ast.Name]:
    """The plain names in a composed template that stand outside of a replacement field."""
    if isinstance(node, ast.JoinedStr):
        terms: list[ast.expr] = [v.value if isinstance(v, ast.FormattedValue) else v for v in node.values]  # fmt: skip
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            terms.insert(0, node.right)
            node = node.left
        terms.insert(0, node)
    else:
        return
    opened = 0
    for term in terms:
        if isinstance(term, ast.Constant) and isinstance(term.value, str):
            text = term.value.replace("{{", "").replace("}}", "")
            opened += text.count("{") - text.count("}")
        elif isinstance(term, ast.Name) and opened <= 0:
            yield term


def _is_parameter(name: ast.Name, module: Module) -> bool:
    scope = module.scopes.of(name).lookup(name.id)
    bound = scope.bindings[name.id] if scope else []
    return bool(bound) and all(isinstance(b, ast.arg) for b in bound)


def _is_object(node: ast.expr, module: Module) -> bool:
    """Whether attributes of what is handed over could be worth reading."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    kind = type_of(node, module)
    return kind is None or not kind.startswith("builtins.")
