"""The same discount or tax is applied to an amount that contains it already.

Finds a factor such as ``(1 - DISCOUNT)`` in a function that applies it to what another function of
the module returned with the very same factor applied.

The customer gets the discount twice, or pays tax on tax. Each function looks right on its own, so
the mistake survives a review of either.

Apply the factor in one place: take it out of the caller, or call the function that returns the
plain amount.

Leave it when the percentage is meant to compound, and say so.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("percentage-applied-twice", Category.BUSINESS_LOGIC, confidence=0.8)

_COMPOUNDS = re.compile(
    r"interest|growth|inflation|decay|drop|alpha|beta|gamma|momentum|learning|damp", re.IGNORECASE
)
_SURCHARGE = re.compile(r"tax|vat|duty|surcharge|fee|tip|levy|markup", re.IGNORECASE)

BAD = (
    """
LOYALTY_RATE = 0.05

def seat_price(base, loyal):
    return base * (1 - LOYALTY_RATE) if loyal else base

def booking_price(bases, loyal):
    amount = sum(seat_price(base, loyal) for base in bases)
    if loyal:
        amount = round(amount * (1 - LOYALTY_RATE), 2)  # <--
    return amount
""",
    """
from decimal import Decimal

VAT = Decimal("0.19")

def gross(net):
    return net * (1 + VAT)

def invoice(nets):
    total = Decimal(0)
    for net in nets:
        total += gross(net)
    return total * (1 + VAT)  # <--
""",
)

GOOD = (
    """
LOYALTY_RATE = 0.05

def seat_price(base, loyal):
    return base * (1 - LOYALTY_RATE) if loyal else base

def booking_price(bases, loyal):
    return round(sum(seat_price(base, loyal) for base in bases), 2)

def voucher_price(base):
    return base * (1 - LOYALTY_RATE)
""",
    """
GROWTH = 0.02

def after_one_year(amount):
    return amount * (1 + GROWTH)

def after_two_years(amount):
    return after_one_year(amount) * (1 + GROWTH)
""",
    """
LOYALTY_RATE = 0.05

def seat_price(base):
    return base * (1 - LOYALTY_RATE)

def both(seats, luggage):
    seat = seat_price(seats)
    bags = luggage * (1 - LOYALTY_RATE)
    return seat + bags
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the second application of a factor."""
    applied: dict[FunctionNode, list[tuple[str, ast.BinOp, ast.expr]]] = {}
    for product in module.nodes(ast.BinOp):
        function = module.function_of(product)
        if isinstance(product.op, ast.Mult) and function is not None:
            for factor, amount in ((product.right, product.left), (product.left, product.right)):
                if (name := _factor(factor, module)) is not None:
                    applied.setdefault(function, []).append((name, product, amount))
    for function, products in applied.items():
        for name, product, amount in products:
            first = _contains(amount, name, function, applied, module)
            if first is not None:
                yield module.finding(
                    RULE,
                    module.statement_of(product),
                    f"{first.name}() has applied the factor {name} already, so it is applied twice here",
                    evidence={"factor": name, "first": first.name, "line": first.lineno},
                )


def _factor(node: ast.expr, module: Module) -> str | None:
    """``1 - RATE`` or ``1 + TAX`` with a constant of the module, as text."""
    match node:
        case ast.BinOp(
            left=ast.Constant(value=1 | 1.0),
            op=ast.Sub() | ast.Add() as sign,
            right=ast.Name() as rate,
        ):
            scope = module.scopes.of(rate).lookup(rate.id)
            if scope is not module.scopes.module or _COMPOUNDS.search(rate.id):
                return None
            if isinstance(sign, ast.Add) and not _SURCHARGE.search(rate.id):
                return None
            return ast.unparse(node)
    return None


def _contains(
    amount: ast.expr,
    factor: str,
    function: FunctionNode,
    applied: dict[FunctionNode, list[tuple[str, ast.BinOp, ast.expr]]],
    module: Module,
) -> FunctionNode | None:
    """The function whose result, with the factor applied, the amount is made of."""
    sources: list[ast.AST] = [amount]
    names = {n.id for n in ast.walk(amount) if isinstance(n, ast.Name)}
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AugAssign(target=ast.Name(id=name), value=value)
            ) if name in names:
                sources.append(value)
    for source in sources:
        for call in ast.walk(source):
            if not isinstance(call, ast.Call):
                continue
            callee = module.definition(call.func)
            if callee is function or not isinstance(
                callee, (ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                continue
            if any(name == factor for name, _, _ in applied.get(callee, ())):
                return callee
    return None
