"""A recursive function computes the same values over and over.

Finds functions that call themselves two or more times in one branch with arguments that are only a
little smaller (``f(n - 1) + f(n - 2)``) and remember nothing. The number of calls
doubles, more or less, with every step: ``n = 50`` does not come back.

Put ``functools.cache`` on it, hand a table along, or compute the values from the bottom up in a loop.

Leave it when the calls split the work into separate halves, as sorting and trees do.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.repetition import repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("exponential-recursion", Category.PERFORMANCE, confidence=0.9)

BAD = (
    """
def rabbits(month):
    if month < 2:
        return month
    return rabbits(month - 1) + rabbits(month - 2)  # <--
""",
    """
def paths(rows, columns):
    if rows == 1 or columns == 1:
        return 1
    left = paths(rows - 1, columns)  # <--
    above = paths(rows, columns - 1)
    return left + above
""",
    """
def common(one, other):
    if not one or not other:
        return 0
    if one[-1] == other[-1]:
        return 1 + common(one[:-1], other[:-1])
    return max(common(one[:-1], other), common(one, other[:-1]))  # <--

def fewest(coins, amount):
    if amount <= 0:
        return 0 if amount == 0 else float("inf")
    best = float("inf")
    for coin in coins:
        best = min(best, 1 + fewest(coins, amount - coin))  # <--
    return best
""",
)

GOOD = (
    """
from functools import cache

@cache
def rabbits(month):
    return month if month < 2 else rabbits(month - 1) + rabbits(month - 2)

def ways(steps, known):
    if steps not in known:
        known[steps] = ways(steps - 1, known) + ways(steps - 2, known)
    return known[steps]
""",
    """
def hanoi(disks, start, end, spare):
    if disks:
        yield from hanoi(disks - 1, start, spare, end)
        yield start, end
        yield from hanoi(disks - 1, spare, end, start)

def changes(coins, amount, used):
    if amount == 0:
        yield list(used)
    for coin in coins:
        yield from changes(coins, amount - coin, [*used, coin])

def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)

def collatz(n):
    if n % 2:
        return collatz(3 * n + 1)
    return collatz(n - 1)
""",
)


def check(function: ast.FunctionDef, module: Module) -> Iterator[Finding]:
    """Report overlapping recursion without memory."""
    if function.decorator_list or not function.args.args:
        return
    parameters = {a.arg for a in function.args.args}
    calls = _calls_of_itself(function, module)
    if not calls:
        return
    many = _for_every_choice(calls, parameters, module)
    if many is not None and not _remembers(function) and not _has_effects(function):
        yield module.finding(
            RULE,
            many,
            f"{function.name}() calls itself for every choice with values that overlap, so the time grows "
            "exponentially; use functools.cache or a table",
            evidence={"calls": [ast.unparse(many)]},
        )
        return
    if len(calls) < 2 or any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function)):
        return
    together: dict[ast.AST | None, list[ast.Call]] = {}
    for call in calls:
        if _steps_down(call, parameters):
            statement = module.statement_of(call)
            together.setdefault(module.parent(statement), []).append(call)
    for branch in together.values():
        shapes = {ast.unparse(c) for c in branch}
        if len(shapes) >= 2 and not _remembers(function) and not _exclusive(branch, module):
            yield module.finding(
                RULE,
                _from_first_to_last(branch, module),
                f"{function.name}() calls itself {len(branch)} times per step for values that overlap, so "
                "the time grows exponentially; use functools.cache or a loop",
                evidence={"calls": sorted(shapes)},
            )
            return


def _for_every_choice(
    calls: list[ast.Call], parameters: set[str], module: Module
) -> ast.Call | None:
    """A call that a loop makes with a parameter less the loop's own value: ``f(rest - coin)``."""
    for call in calls:
        loops = [r for r in repetitions_of(call, module) if r.iterable is not None]
        if len(loops) != 1 or len(calls) != 1:
            continue
        for argument in call.args:
            match argument:
                case ast.BinOp(left=ast.Name(id=left), op=ast.Sub(), right=ast.Name(id=right)) if (
                    left in parameters and right in loops[0].targets
                ):
                    return call
    return None


def _has_effects(function: ast.FunctionDef) -> bool:
    """Whether the recursion collects what it finds on the way, as searches that list all ways do."""
    return any(
        isinstance(n, (ast.Yield, ast.YieldFrom, ast.Starred, ast.List))
        or (isinstance(n, ast.Attribute) and n.attr in {"append", "pop", "add", "remove", "extend"})
        for n in ast.walk(function)
    )


def _calls_of_itself(function: ast.FunctionDef, module: Module) -> list[ast.Call]:
    """The calls that a function makes of itself, by its name or as a method."""
    key = "exponential_recursion.calls"
    if key not in module.memo:
        found: dict[ast.AST, list[ast.Call]] = {}
        names = {f.name for f in module.functions}
        for call in module.nodes(ast.Call):
            name = last_name(call.func)
            if name in names and _is_own(call.func):
                for around in module.ancestors(call):
                    if isinstance(around, ast.FunctionDef) and around.name == name:
                        found.setdefault(around, []).append(call)
        module.memo[key] = found
    calls: list[ast.Call] = module.memo[key].get(function, [])
    return calls


def _is_own(func: ast.expr) -> bool:
    """Whether it is a plain name, or a method of ``self``."""
    return isinstance(func, ast.Name) or (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id == "self"
    )


def _from_first_to_last(calls: list[ast.Call], module: Module) -> Span:
    spans = sorted((module.span(call) for call in calls), key=lambda span: span.start)
    last = spans[-1]
    return Span(spans[0].line, spans[0].column, last.end_line, last.end_column)


def _steps_down(call: ast.Call, parameters: set[str]) -> bool:
    """Whether all arguments are parameters, and at least one is a constant step smaller."""
    steps = 0
    for argument in call.args:
        match argument:
            case ast.BinOp(left=ast.Name(id=name), op=ast.Sub(), right=ast.Constant()) if (
                name in parameters
            ):
                steps += 1
            case ast.BinOp(left=ast.Name(id=name), op=ast.Add(), right=ast.Constant()) if (
                name in parameters
            ):
                steps += 1
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Slice() as rest) if (
                name in parameters and _drops_an_end(rest)
            ):
                steps += 1
            case ast.Name() | ast.Constant() | ast.BinOp():
                pass
            case _:
                return False
    return steps > 0


def _drops_an_end(rest: ast.Slice) -> bool:
    """Whether a slice is ``[1:]`` or ``[:-1]``."""
    match rest:
        case ast.Slice(lower=ast.Constant(value=1), upper=None, step=None):
            return True
        case ast.Slice(
            lower=None,
            upper=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
            step=None,
        ):
            return True
    return False


def _remembers(function: ast.FunctionDef) -> bool:
    """Whether the function keeps results: it tests membership, or stores under a key."""
    return any(
        isinstance(n, (ast.In, ast.NotIn))
        or (isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store))
        for n in ast.walk(function)
    )


def _exclusive(calls: list[ast.Call], module: Module) -> bool:
    """Whether only one of the calls runs: branches of one conditional, or after a return."""
    for call in calls:
        for ancestor in module.ancestors(call):
            if isinstance(ancestor, (ast.IfExp, ast.BoolOp)):
                return True
            if isinstance(ancestor, ast.stmt):
                break
    returns = [
        module.statement_of(c) for c in calls if isinstance(module.statement_of(c), ast.Return)
    ]
    return len({id(r) for r in returns}) > 1
