"""The same costly, pure computation is done again and again for the same few arguments.

Finds functions of the module that build a collection in a loop of their own, depend on nothing but
their arguments, have no cache, and are called once per item either with arguments that do not
change, or with arguments of few values (a year, a region, a currency...). The result is the same
nearly every time.

Put ``functools.lru_cache`` on the function (the result must not be changed by callers), or compute it
once before the loop.

Leave it when the function is cheap or the arguments really differ every time.
"""

import ast
from collections.abc import Iterator

from autovet.checks.performance._costly import is_costly_and_pure
from autovet.checks.vocabulary.expressions import last_name, names_in
from autovet.checks.vocabulary.local_calls import called_function
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("repeated-pure-call", Category.PERFORMANCE, confidence=0.7)

BAD = (
    """
def primes(limit):
    found = []
    for number in range(2, limit):
        if all(number % p for p in found):
            found.append(number)
    return found

def prime_numbers(numbers, limit):
    return [n for n in numbers if n in primes(limit)]  # <--
""",
    """
def seasons(year, country):
    days = []
    for month in range(1, 13):
        days.append((year, month, len(country)))
    return days

def season_of(visit):
    table = seasons(visit.day.year, visit.country)  # <--
    return table[visit.day.month - 1]

def report(visits):
    return [season_of(visit) for visit in visits]
""",
)

GOOD = (
    """
from functools import lru_cache

@lru_cache(maxsize=32)
def primes(limit):
    found = []
    for number in range(2, limit):
        if all(number % p for p in found):
            found.append(number)
    return tuple(found)

def prime_numbers(numbers, limit):
    return [n for n in numbers if n in primes(limit)]
""",
    """
import random

def deal(cards, players):
    hands = []
    for player in range(players):
        hands.append(random.sample(cards, 5))
    return hands

def rounds(cards, players, count):
    return [deal(cards, players) for _ in range(count)]
""",
    """
def squares(numbers):
    found = []
    for number in numbers:
        found.append(number**2)
    return found

def table(rows):
    return [squares(row) for row in rows]

def once(numbers):
    return squares(numbers)
""",
)

_FEW = frozenset({"year", "month", "quarter", "region", "country", "currency", "locale", "language", "timezone", "zone", "category", "kind", "tier", "plan", "level", "weekday", "state", "department", "unit"})  # fmt: skip
_CACHES = ("cache", "memo")


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report calls of costly pure functions that repeat what they did before."""
    if module.is_test or not isinstance(call.func, ast.Name):
        return
    function = called_function(call, module)
    if (
        function is None
        or not (call.args or call.keywords)
        or not is_costly_and_pure(function, module)
    ):
        return
    caller = module.function_of(call)
    if caller is None or caller is function or _has_cache(caller):
        return
    arguments = [*call.args, *(k.value for k in call.keywords)]
    why = ""
    repetitions = [r for r in repetitions_of(call, module) if r.is_long and r.iterable is not None]
    if repetitions and not _changes(arguments, repetitions[0]):
        why = "with the same arguments in every round"
    elif all(_few_valued(a) for a in arguments) and (repetitions or _is_repeated(caller, module)):
        why = "for every item though its arguments have few values"
    if why:
        yield module.finding(
            RULE,
            call,
            f"{function.name}() is costly, depends on nothing but its arguments and is computed {why}; "
            "cache it or compute it once",
            evidence={"function": function.name},
        )


def _changes(arguments: list[ast.expr], repetition: Repetition) -> bool:
    changed = set(repetition.targets)
    for node in ast.walk(repetition.node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            changed.add(node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            changed |= names_in(node.func.value)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            changed |= names_in(node.value)
    return any(names_in(a) & changed or any(isinstance(n, ast.Call) for n in ast.walk(a)) for a in arguments)  # fmt: skip


def _few_valued(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) or (
        isinstance(argument, ast.Attribute) and argument.attr in _FEW
    )


def _is_repeated(caller: FunctionNode, module: Module) -> bool:
    """Whether a loop over data calls the function that makes the call."""
    return any(
        called_function(c, module) is caller
        and any(r.is_long and r.iterable is not None for r in repetitions_of(c, module))
        for c in module.nodes(ast.Call)
        if isinstance(c.func, (ast.Name, ast.Attribute)) and last_name(c.func) == caller.name
    )


def _has_cache(function: FunctionNode) -> bool:
    return any(
        any(word in ast.unparse(d).lower() for word in _CACHES) for d in function.decorator_list
    )
