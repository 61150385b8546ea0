"""An amount of money is computed in binary floating point.

Finds names that speak of money (price, cost, balance, amount due...), hold a literal with cents, and are
multiplied, added or subtracted. 0.1 and most cents have no exact binary value, so sums come out a cent off
and comparisons with what was paid fail.

Count whole cents in integers, or use ``decimal.Decimal`` made from strings.

Leave it for estimates that nobody pays.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("money-in-float", Category.CODE_QUALITY, confidence=0.7, cwe=1339)

_MONEY = re.compile(r"(?:^|_)(?:price|cost|balance|fee|salary|wage|payment|invoice_total|amount_due|total_due|deposit)s?$", re.IGNORECASE)  # fmt: skip
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult)

BAD = (
    """
SHIPPING_FEE = 4.95  # <--

def total(items):
    return sum(item.price for item in items) + SHIPPING_FEE
""",
    """
def bill(count):
    unit_price = 0.33  # <--
    return f"{count} pieces, {count * unit_price} in all"
""",
)

GOOD = (
    """
from decimal import Decimal

SHIPPING_FEE = Decimal("4.95")
DISCOUNT_SHARE = 0.15
UNIT_PRICE = 33

def total(items):
    return sum(item.price for item in items) + SHIPPING_FEE
""",
    """
import math

MOVE_COST = 1.5
price = 4.99

def path_cost(distance):
    return distance * MOVE_COST

print(price)
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the assignments of such amounts that are computed with."""
    if module.is_test:
        return
    computed = {
        side.id
        for node in module.nodes(ast.BinOp)
        if isinstance(node.op, _ARITHMETIC)
        for side in (node.left, node.right)
        if isinstance(side, ast.Name)
    }
    assigned = [(n, n.targets[0], n.value) for n in module.nodes(ast.Assign)]
    annotated = [(n, n.target, n.value) for n in module.nodes(ast.AnnAssign)]
    for statement, target, value in sorted([*assigned, *annotated], key=lambda a: a[0].lineno):
        if not isinstance(target, ast.Name) or not _MONEY.search(target.id):
            continue
        if target.id in computed and _has_cents(value):
            yield module.finding(
                RULE,
                statement,
                f"{target.id!r} is money in binary floating point, so what is computed from it is off by fractions of a cent; use Decimal or whole cents",
                evidence={"name": target.id},
            )


def _has_cents(node: ast.expr | None) -> bool:
    """A literal with cents that no binary number holds: 0.5 and 1.25 are exact."""
    value = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(value, float):
        return False
    return round(value, 2) == value and value * 4 != int(value * 4)
