"""A percentage is used as if it were a share: nothing divides it by 100.

Finds ``price * percent`` and ``1 - percent`` where the name says that the number counts hundredths
and the whole function never divides by 100.

A discount of 20 then makes a price negative nineteen times over.

Divide by 100 where the percentage is applied, or take a share from 0 to 1 and call it one.

Leave it when the number is a share in spite of its name, or was divided before it came here.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("percentage-not-divided", Category.BUSINESS_LOGIC, confidence=0.85)

_PERCENT = re.compile(r"(?:^|_)(?:percent|percentage|pct)$", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:^|_)(?:price|amount|total|subtotal|net|gross|cost|fee|salary|sum|balance|value|base|cents)$",
    re.IGNORECASE,
)

BAD = (
    """
def reduced(price: float, percent: float) -> float:
    return price * (1 - percent)  # <--
""",
    """
def tip(amount, tip_percent):
    return amount * tip_percent  # <--
""",
    """
def with_tax(net, tax_pct):
    return net + net * tax_pct  # <--
""",
)

GOOD = (
    """
def reduced(price: float, percent: float) -> float:
    return price * (1 - percent / 100)

def with_tax(net, tax_rate):
    return net * (1 + tax_rate)
""",
    """
def tip(amount, tip_percent):
    share = tip_percent / 100
    return amount * share

def basis_points(amount, percent):
    return amount * percent // 100

def scaled(percent, width):
    return percent * width
""",
    """
HUNDRED = 100

def tip(amount, percent):
    return amount * percent / HUNDRED

def shown(percent=0.25, price=1):
    return price * percent
""",
)


def check(product: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report a percentage that is applied as it is."""
    percent = _applied(product)
    function = module.function_of(product) if percent is not None else None
    if percent is None or function is None:
        return
    arguments = function.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if percent.id not in {a.arg for a in parameters} or _is_converted(function, percent.id):
        return
    yield module.finding(
        RULE,
        product,
        f"{percent.id} is applied without being divided by 100",
        evidence={"name": percent.id},
    )


def _applied(product: ast.BinOp) -> ast.Name | None:
    """The percentage in ``price * percent`` or ``price * (1 - percent)``."""
    if not isinstance(product.op, ast.Mult):
        return None
    for amount, factor in ((product.left, product.right), (product.right, product.left)):
        name = amount.attr if isinstance(amount, ast.Attribute) else getattr(amount, "id", "")
        if not _MONEY.search(name):
            continue
        match factor:
            case ast.BinOp(left=ast.Constant(value=1 | 1.0), op=ast.Add() | ast.Sub(), right=inner):
                percent = inner
            case _:
                percent = factor
        if isinstance(percent, ast.Name) and _PERCENT.search(percent.id):
            return percent
    return None


def _is_converted(function: FunctionNode, percent: str) -> bool:
    """Whether something speaks of hundredths, or of a share in spite of the name."""
    for node in ast.walk(function):
        match node:
            case ast.BinOp(op=ast.Div() | ast.FloorDiv()):
                return True
            case ast.BinOp(op=ast.Mult(), right=ast.Constant(value=value)) if value == 0.01:
                return True
            case ast.Assign(targets=[ast.Name(id=name)]) if name == percent:
                return True
            case ast.AugAssign(target=ast.Name(id=name)) if name == percent:
                return True
    defaults = [*function.args.defaults, *function.args.kw_defaults]
    return any(
        isinstance(d, ast.Constant) and isinstance(d.value, float) and 0 < d.value < 1
        for d in defaults
    )
