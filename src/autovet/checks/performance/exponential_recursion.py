"""A recursive function computes the same values over and over.

Finds functions that call themselves two or more times in one branch with arguments that are only a
little smaller (``f(n - 1) + f(n - 2)``) and remember nothing. The number of calls
doubles, more or less, with every step: ``n = 50`` does not come back.

Put ``functools.cache`` on it, hand a table along, or compute the values from the bottom up in a loop.

Leave it when the calls split the work into separate halves, as sorting and trees do.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
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
    if function.decorator_list or not function.args.args or _calls_of(module)[function.name] < 2:
        return
    parameters = {a.arg for a in function.args.args}
    calls = [
        c
        for c in ast.walk(function)
        if isinstance(c, ast.Call)
        and (
            (isinstance(c.func, ast.Name) and c.func.id == function.name)
            or (
                isinstance(c.func, ast.Attribute)
                and c.func.attr == function.name
                and isinstance(c.func.value, ast.Name)
                and c.func.value.id == "self"
            )
        )
    ]
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


def _calls_of(module: Module) -> Counter[str]:
    """How often each name is called in the module."""
    key = "exponential_recursion.calls"
    if key not in module.memo:
        module.memo[key] = Counter(last_name(c.func) for c in module.nodes(ast.Call))
    found: Counter[str] = module.memo[key]
    return found


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
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.Slice(lower=ast.Constant(value=1), upper=None)
            ) if name in parameters:
                steps += 1
            case ast.Name() | ast.Constant() | ast.BinOp():
                pass
            case _:
                return False
    return steps > 0


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
