"""An assertion that guards what callers pass in.

Finds assertions about the arguments of a public function: their range, their content or the rights
that they carry.

``python -O`` removes every assertion, and the bad value goes through. Callers also get an
AssertionError, which says "bug in this function", where ValueError or PermissionError would say what
they did wrong.

Raise an exception. Assertions about types and about None, which tell a type checker what is known
anyway, are left alone, and so are tests.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("assert-for-validation", Category.CODE_QUALITY, confidence=0.8)

_NARROWING = frozenset({"isinstance", "issubclass", "callable", "hasattr", "len", "type"})

BAD = (
    """
def pay(account, amount):
    assert amount > 0, "amount must be positive"  # <--
    account.balance -= amount
""",
    """
class Panel:
    def delete(self, user, name):
        \"\"\"Delete an entry.\"\"\"
        assert user.is_admin, "only for admins"  # <--
        assert name in self.entries, f"no entry {name}"  # <--
        del self.entries[name]
""",
)

GOOD = (
    """
def pay(account, amount):
    if amount <= 0:
        raise ValueError("amount must be positive")
    assert account is not None
    assert isinstance(amount, int)
    left = account.balance - amount
    assert left >= 0, "checked by the caller"
    return left
""",
    """
def _pay(account, amount):
    assert amount > 0
    return account.balance - amount

def merge(left, right):
    assert len(left) == len(right)
    assert left.closed
    return left + right
""",
)


def check(node: ast.Assert, module: Module) -> Iterator[Finding]:
    """Report the assertion."""
    if module.is_test or (node.msg is None and not _asks_for_rights(node.test)):
        return
    function = module.function_of(node)
    if function is None or (function.name.startswith("_") and function.name != "__init__"):
        return
    if node not in _opening(function):
        return
    parameters = {
        a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    } - {"self", "cls"}
    about = [n.id for n in ast.walk(node.test) if isinstance(n, ast.Name) and n.id in parameters]
    if not about or _narrows(node.test) or not (_limits(node.test) or _asks_for_rights(node.test)):
        return
    yield module.finding(
        RULE,
        node,
        f"python -O removes this check of {about[0]!r}: raise an exception instead",
        evidence={"argument": about[0]},
    )


def _limits(test: ast.expr) -> bool:
    """Whether the condition is about a range or about what is known: what callers get wrong."""
    wanted = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
    return any(
        isinstance(op, wanted) for n in ast.walk(test) if isinstance(n, ast.Compare) for op in n.ops
    )


def _opening(function: FunctionNode) -> list[ast.stmt]:
    """The statements before the function's real work: its documentation and its guards."""
    found: list[ast.stmt] = []
    for statement in function.body:
        guard = isinstance(statement, ast.If) and all(
            isinstance(s, (ast.Raise, ast.Return)) for s in statement.body
        )
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not isinstance(statement, ast.Assert) and not guard and not text:
            break
        found.append(statement)
    return found


def _asks_for_rights(test: ast.expr) -> bool:
    """Whether the condition is about what a user may do."""
    words = ("is_admin", "is_staff", "is_superuser", "is_authenticated", "permission", "has_perm")
    return any(isinstance(n, ast.Attribute) and n.attr.startswith(words) for n in ast.walk(test))


def _narrows(test: ast.expr) -> bool:
    """Whether the condition tells a type checker, or a reader, about types and shapes."""
    for node in ast.walk(test):
        if isinstance(node, (ast.Is, ast.IsNot)):
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _NARROWING
        ):
            return True
    return isinstance(test, ast.Constant)
