"""A long chain of comparisons that only looks up a value.

Finds six or more branches, as ``if``/``elif``, as a row of returning ``if`` statements or as
``match``, that compare one variable with constants and return or assign a constant each; from eight
branches on, any single expression. Of ranges it takes seven.

The chain is data written as control flow: each entry costs two lines and a branch to test, a
duplicate goes unnoticed, and nothing else can use the table.

Write a dictionary and look the value up, with ``get`` for the default. Branches that do different
work, or compare different things, are left alone.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.syntax.flow import block_of
from autovet.checks.syntax.reference import reference
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("branch-chain-for-table", Category.PRACTICALITY, confidence=0.9)

_ENOUGH = 6
_MANY = 8
_COMPUTED = "()"
_SEVERAL = 7  # ranges, for which a table needs more than a look-up
_RANGE = "the range of "

BAD = (
    """
def colour(level):
    if level == "debug":  # <--
        return "grey"
    elif level == "info":
        return "white"
    elif level == "notice":
        return "blue"
    elif level == "warning":
        return "yellow"
    elif level == "error":
        return "red"
    elif level in ("critical", "alert"):
        return "magenta"
    else:
        return "black"
""",
    """
def days(month):
    if month == 1:  # <--
        return 31
    if month == 2:
        return 28
    if month == 3:
        return 31
    if month == 4:
        return 30
    if month == 5:
        return 31
    if month == 6:
        return 30
    return None

def word(digit):
    match digit:  # <--
        case 0:
            text = "zero"
        case 1:
            text = "one"
        case 2:
            text = "two"
        case 3:
            text = "three"
        case 4 | 5:
            text = "some"
        case 6:
            text = "six"
        case _:
            text = "many"
    return text

def size(grams):
    if grams < 20:  # <--
        return "XS"
    elif grams < 50:
        return "S"
    elif grams < 100:
        return "M"
    elif grams < 250:
        return "L"
    elif grams < 500:
        return "XL"
    elif 500 <= grams < 900:
        return "XXL"
    elif grams < 2000:
        return "box"
    return "pallet"
""",
)

GOOD = (
    """
def colour(level, user, log):
    if level == "debug":
        return "grey"
    elif level == "info":
        return user.colour()
    elif level == "notice":
        log(level)
        return "blue"
    elif level == "warning":
        return "yellow"
    elif user == "error":
        return "red"
    elif level == "critical":
        return "magenta"
    return "black"
""",
    """
def grade(points):
    if points >= 90:
        return "A"
    if points >= 80:
        return "B"
    if points >= 70:
        return "C"
    if points >= 60:
        return "D"
    if points >= 50:
        return "E"
    if points >= 40:
        return "F"
    return "G"
""",
)


def check(node: ast.If | ast.Match, module: Module) -> Iterator[Finding]:
    """Report each chain once, at its first branch."""
    if isinstance(node, ast.Match):
        chain = _cases(node)
        last: ast.stmt = node
        about: str | None = reference(node.subject)
    else:
        found = _row(node, module)
        if found is None:
            return
        about, chain, last = found
    if (
        about is None
        or len(chain) < _ENOUGH
        or len({c.removesuffix(_COMPUTED) for c in chain}) != 1
    ):
        return
    ranges = about.startswith(_RANGE)
    if ranges and len(chain) < _SEVERAL:
        return
    computed = any(c.endswith(_COMPUTED) for c in chain)
    if computed and len(chain) < _MANY:
        return
    start, end = module.span(node), module.span(last)
    yield module.finding(
        RULE,
        Span(start.line, start.column, end.end_line, end.end_column),
        f"{len(chain)} branches only choose {'an expression' if computed else 'a constant'} by {about}: use {'bisect and two tuples' if ranges else 'a dictionary'}"
        + (" of functions" if computed else ""),
        evidence={"variable": about, "branches": len(chain)},
    )


def _row(first: ast.If, module: Module) -> tuple[str, list[str], ast.stmt] | None:
    """The variable, the outcome of each branch, and the last statement of the chain."""
    about = _asked(first.test)
    if about is None:
        return None
    parent = module.parent(first)
    if isinstance(parent, ast.If) and parent.orelse == [first]:
        return None  # an elif: its chain is reported at the first branch
    siblings = block_of(first, parent)
    position = list(siblings).index(first) if siblings else 0
    if (
        position
        and isinstance(siblings[position - 1], ast.If)
        and _asked(_test(siblings[position - 1])) == about
    ):
        return None
    outcomes: list[str] = []
    last: ast.stmt = first
    for statement in siblings[position:] or [first]:
        branch: ast.stmt = statement
        count = len(outcomes)
        while isinstance(branch, ast.If) and _asked(branch.test) == about:
            outcome = _outcome(branch.body)
            if outcome is None:
                return None
            outcomes.append(outcome)
            if len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If):
                branch = branch.orelse[0]
                continue
            break
        if len(outcomes) == count:
            break
        last = statement
        if not outcomes[-1].startswith("return"):
            break
    return about, outcomes, last


def _test(statement: ast.stmt) -> ast.expr | None:
    return statement.test if isinstance(statement, ast.If) else None


def _asked(test: ast.expr | None) -> str | None:
    """The variable that the test compares with constants for equality."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    names = set()
    for part in parts:
        if not isinstance(part, ast.Compare):
            return None
        if len(part.ops) != 1:
            return _asked_for_range(part) if len(parts) == 1 else None
        other = part.comparators[0]
        if isinstance(part.ops[0], ast.Eq):
            constant = isinstance(other, ast.Constant)
        elif isinstance(part.ops[0], ast.In):
            constant = isinstance(other, (ast.Tuple, ast.List, ast.Set)) and all(
                isinstance(e, ast.Constant) for e in other.elts
            )
        elif len(parts) == 1:
            return _asked_for_range(part)
        else:
            return None
        name = reference(part.left)
        if not constant or name is None:
            return None
        names.add(name)
    return names.pop() if len(names) == 1 else None


def _asked_for_range(test: ast.Compare) -> str | None:
    """The variable that is compared with constant limits: ``x < 3`` or ``3 <= x < 7``."""
    operands = [test.left, *test.comparators]
    names = [name for o in operands if (name := reference(o)) is not None and not name.isupper()]
    limits = [o for o in operands if _is_constant(o)]
    if len(names) != 1 or len(limits) != len(operands) - 1:
        return None
    ordered = all(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in test.ops)
    return f"{_RANGE}{names[0]}" if ordered else None


def _outcome(body: Sequence[ast.stmt]) -> str | None:
    """What a branch does with its constant: ``return``, or the name that it is assigned to."""
    if len(body) != 1:
        return None
    statement = body[0]
    if isinstance(statement, ast.Return) and statement.value is not None:
        return "return" if _is_constant(statement.value) else f"return{_COMPUTED}"
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        name = reference(statement.targets[0])
        return name if name is None or _is_constant(statement.value) else f"{name}{_COMPUTED}"
    return None


def _is_constant(value: ast.expr | None) -> bool:
    """A literal, a constant by its name, or a member of a class such as an enum."""
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Tuple):
        return all(_is_constant(item) for item in value.elts)
    if isinstance(value, ast.Name):
        return value.id.isupper()
    return isinstance(value, ast.Attribute) and value.attr.isupper()


def _cases(node: ast.Match) -> list[str]:
    """The outcome of each case for constants; empty when a case does more."""
    outcomes = []
    for position, case in enumerate(node.cases):
        outcome = _outcome(case.body)
        if case.guard or outcome is None:
            return []
        catches_all = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
        if catches_all and position == len(node.cases) - 1:
            break
        patterns = (
            case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        )
        if not all(isinstance(p, (ast.MatchValue, ast.MatchSingleton)) for p in patterns):
            return []
        outcomes.append(outcome)
    return outcomes
