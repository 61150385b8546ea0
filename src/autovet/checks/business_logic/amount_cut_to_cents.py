"""A float amount is cut, not rounded, to whole cents.

Finds ``int(price * 100)`` where the result is an amount in cents.

``int(1.15 * 100)`` is 114: most decimal fractions lie a little beside their float, and cutting
takes a whole cent for that.

Use ``round(price * 100)``, or better ``Decimal`` all the way.

Leave it when amounts have to be rounded towards zero.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("amount-cut-to-cents", Category.BUSINESS_LOGIC, confidence=0.9, cwe=682)

_CENTS = re.compile(r"(?:^|_)(?:cents?|pence|minor(?:_units?)?|pennies)(?:_|$)", re.IGNORECASE)

BAD = (
    """
def to_cents(price: float) -> int:
    return int(price * 100)  # <--
""",
    """
def charge(client, amount):
    amount_cents = int(amount * 100)  # <--
    client.charge(amount_cents)
""",
)

GOOD = (
    """
def to_cents(price: float) -> int:
    return round(price * 100)

def percent(share: float) -> int:
    return int(share * 100)
""",
    """
from decimal import Decimal

def to_cents(price: Decimal) -> int:
    return int(price * 100)

def from_text(text):
    cents = int(Decimal(text) * 100)
    return cents
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the cut, with ``round`` in its place."""
    match call:
        case ast.Call(
            func=ast.Name(id="int"),
            args=[
                ast.BinOp(
                    left=ast.Name() | ast.Attribute() | ast.Subscript() as amount,
                    op=ast.Mult(),
                    right=ast.Constant(value=100 | 100.0),
                )
            ],
            keywords=[],
        ):
            pass
        case _:
            return
    if not _is_cents(call, module) or _is_exact(amount, module):
        return
    yield module.finding(
        RULE,
        call,
        "This cuts off what a float lies beside the amount: int(1.15 * 100) is 114",
        evidence={"amount": module.segment(amount)},
        fix=Fix((module.replace(call.func, "round"),), "round instead of cutting"),
    )


def _is_cents(call: ast.Call, module: Module) -> bool:
    match module.parent(call):
        case ast.Return():
            function = module.function_of(call)
            return function is not None and bool(_CENTS.search(function.name))
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            return bool(_CENTS.search(name))
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)):
            return bool(_CENTS.search(name))
        case ast.keyword(arg=str(name)):
            return bool(_CENTS.search(name))
    return False


def _is_exact(amount: ast.expr, module: Module) -> bool:
    """Whether it is annotated as something else than a float."""
    function = module.function_of(amount)
    if not isinstance(amount, ast.Name) or function is None:
        return False
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    annotation = next((a.annotation for a in arguments if a.arg == amount.id), None)
    return annotation is not None and ast.unparse(annotation) != "float"
