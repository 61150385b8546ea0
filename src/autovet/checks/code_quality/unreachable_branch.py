"""A branch that earlier conditions on the same variable leave nothing for.

Follows, block by block, which values of a variable are still possible: an ``if`` that returns,
raises or continues takes its values away from what follows, and so does every branch of an
``if``/``elif`` chain from the next. When a later condition asks only for values that are gone
(``>= 80`` after ``>= 50``, the same string twice, ``is None`` after ``not x``), its body can
never run.

What was meant for that case happens to nobody, and nothing fails: the wrong result simply comes
from the earlier branch.

Put the narrower condition first, correct the bound, or delete the branch. Leave it only in code
that is generated.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from autovet.checks.code_quality._condition import reach, subjects
from autovet.checks.code_quality._region import ALL, NOTHING, Region
from autovet.checks.syntax.flow import leaves
from autovet.checks.syntax.own_nodes import own_statements
from autovet.checks.syntax.reference import reference
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode, bound_names

RULE = Rule("unreachable-branch", Category.CODE_QUALITY, confidence=0.95, cwe=561)

BAD = (
    """
def grade(points: int) -> str:
    if points >= 60:
        return "passed"
    if points >= 90:  # <--
        return "with distinction"
    return "failed"
""",
    """
def postage(zone, order):
    if zone in ("DE", "AT"):
        cost = 4
    elif zone == "CH":
        cost = 9
    elif zone == "AT":  # <--
        cost = 5
    else:
        cost = 15
    if not order.items:
        raise ValueError("empty")
    if order.items is None:  # <--
        return 0
    return cost
""",
    """
def bracket(income):
    for limit in (1, 2):
        if 0 <= income < 10_000:
            yield 0
        elif 10_000 <= income <= 50_000:
            yield limit
        elif income == 20_000 and limit:  # <--
            yield 3
    while income > 10:
        if income < 5:  # <--
            break
        income -= 1
""",
)

GOOD = (
    """
def grade(points: int) -> str:
    if points >= 90:
        return "with distinction"
    if points >= 60:
        return "passed"
    return "failed"
""",
    """
def settle(account, read):
    if account.balance > 0:
        return "credit"
    read(account)
    if account.balance > 10:
        return "changed by the call"
    level = account.level
    if level == 1:
        level = 2
    if level == 2:
        return "second"
    if level < 5 and read(level):
        return "low"
    if level < 3:
        return "very low"
    return "none"
""",
    """
def wait(queue, state):
    if state == "open":
        for item in queue:
            state = item.state
    if state == "open":
        return 1
    while state != "closed":
        state = queue.get()
        if state == "closed":
            break
    if state != "closed":
        return 2
    if not state and state != "":
        return 3
    if state:
        return 4
    return 5
""",
)

_MOST_INTERVALS = 100  # a variable compared with more constants than this is a table
Facts = dict[str, Region]
_HARMLESS = frozenset(
    {"len", "isinstance", "str", "int", "float", "repr", "min", "max", "abs", "round", "print"}
)


def check(module: Module) -> Iterator[Finding]:
    """Walk every function, and the module itself, with the values that are still possible."""
    found: list[Finding] = []
    if module.nodes(ast.If):
        scopes: list[ast.Module | FunctionNode] = [module.tree, *module.functions]
        for scope in scopes:
            walk = _Walk(module, scope, found)
            if walk.tracked:
                walk.block(scope.body, {})
    yield from sorted(found, key=lambda finding: finding.span)


class _Walk:
    """One scope; functions inside it are walked for themselves."""

    def __init__(
        self, module: Module, scope: ast.Module | FunctionNode, found: list[Finding]
    ) -> None:
        self.module = module
        self.found = found
        names = module.scopes.of(scope)
        shared = {name for inner in module.nodes(ast.Global) for name in inner.names}
        shared.update(name for inner in module.nodes(ast.Nonlocal) for name in inner.names)
        local = set(names.bindings) - names.outer - shared
        self.asked: dict[ast.expr, list[str]] = {}
        times: Counter[str] = Counter()
        for statement in own_statements(scope.body):
            if isinstance(statement, (ast.If, ast.While)):
                names_in = [s for s in subjects(statement.test) if _root(s) in local]
                self.asked[statement.test] = names_in
                times.update(names_in)
        self.tracked = {name for name, count in times.items() if count > 1}

    def block(self, statements: Sequence[ast.stmt], facts: Facts) -> Facts:
        """Follow the statements; returns what holds after them."""
        for statement in statements:
            if isinstance(statement, ast.If):
                facts = self.chain(statement, facts)
            else:
                self.compound(statement, facts)
                facts = still_known(facts, statement)
        return facts

    def compound(self, statement: ast.stmt, facts: Facts) -> None:
        """Follow the blocks inside any statement but ``if``."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        after = still_known(facts, statement)
        if isinstance(statement, ast.ClassDef):
            self.block(statement.body, {})
        elif isinstance(statement, (ast.For, ast.AsyncFor)):
            self.block(statement.body, after)
            self.block(statement.orelse, after)
        elif isinstance(statement, ast.While):
            self.block(statement.body, self.narrowed(statement.test, after))
            self.block(statement.orelse, after)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            self.block(
                statement.body, {n: r for n, r in facts.items() if n.isidentifier() and n in after}
            )
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            self.block(statement.body, facts)
            for handler in statement.handlers:
                self.block(handler.body, after)
            self.block(statement.orelse, after)
            self.block(statement.finalbody, after)
        elif isinstance(statement, ast.Match):
            for case in statement.cases:
                self.block(case.body, after)

    def chain(self, branch: ast.If, facts: Facts) -> Facts:
        """Follow an ``if`` with all its ``elif``; what its leaving branches took is gone."""
        after = dict(facts)
        passed: Facts = {}  # what branches took that do not leave
        changed: list[ast.AST] = []
        while True:
            changed.append(branch.test)
            facts = still_known(facts, branch.test)
            dead = self.dead_for(branch, facts)
            if dead is None:
                self.block(branch.body, self.narrowed(branch.test, facts))
            else:
                self.report(branch, dead)
                facts.pop(dead)
            stays = not leaves(branch.body)
            for name in self.subjects(branch.test):
                asked = reach(branch.test, name)
                if asked.at_least != NOTHING:
                    facts[name] = facts.get(name, ALL) - asked.at_least
                    if len(facts[name].numbers) > _MOST_INTERVALS:
                        self.tracked.discard(name)
                if stays:
                    passed[name] = passed.get(name, NOTHING) | asked.at_most
                else:
                    gone = asked.at_least - passed.get(name, NOTHING)
                    if gone != NOTHING:
                        after[name] = after.get(name, ALL) - gone
            if stays:
                changed += branch.body
                others = set(after) - set(self.subjects(branch.test))
                passed.update(dict.fromkeys(others, ALL))
            if len(branch.orelse) != 1 or not isinstance(branch.orelse[0], ast.If):
                break
            branch = branch.orelse[0]
        self.block(branch.orelse, facts)
        if not leaves(branch.orelse):
            changed += branch.orelse
        for node in changed:
            after = still_known(after, node)
        return after

    def subjects(self, test: ast.expr) -> list[str]:
        """The variables in ``test`` that only this scope changes and asks about more than once."""
        return [name for name in self.asked.get(test, ()) if name in self.tracked]

    def narrowed(self, test: ast.expr, facts: Facts) -> Facts:
        """What holds where ``test`` has just been true."""
        narrow = dict(facts)
        for name in self.subjects(test):
            at_most = reach(test, name).at_most
            if at_most != ALL:
                narrow[name] = facts.get(name, ALL) & at_most
        return still_known(narrow, test)

    def dead_for(self, branch: ast.If, facts: Facts) -> str | None:
        """The variable of which no remaining value can meet the condition, if there is one."""
        for name in self.subjects(branch.test):
            left = facts.get(name)
            if left is not None and (left & reach(branch.test, name).at_most).empty:
                return name
        return None

    def report(self, branch: ast.If, name: str) -> None:
        """Report a branch that nothing is left for."""
        self.found.append(
            self.module.finding(
                RULE,
                branch.test,
                f"This branch can never run: the conditions before it leave no value of {name} for it",
                evidence={"variable": name, "condition": self.module.segment(branch.test)},
            )
        )


def _root(subject: str) -> str:
    return subject.removeprefix("len(").partition(".")[0].rstrip(")")


def still_known(facts: Facts, node: ast.AST) -> Facts:
    """The facts that running ``node`` cannot have changed."""
    if not facts:
        return {}
    stored: set[str] = set()
    opaque = False
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            opaque = opaque or reference(part.func) not in _HARMLESS
        elif isinstance(
            part, (ast.Await, ast.Yield, ast.YieldFrom, ast.With, ast.AsyncWith, ast.AsyncFor)
        ):
            opaque = True
        elif isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
            stored.add(reference(part) or "")
        elif isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load):
            stored.add(f"len({reference(part.value)})")
        stored.update(bound_names(part))
    return {
        name: region
        for name, region in facts.items()
        if not (opaque and not name.isidentifier())
        and not any(
            name == s or name.removeprefix("len(").startswith((f"{s}.", f"{s})")) for s in stored
        )
    }
