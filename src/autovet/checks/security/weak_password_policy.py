"""Passwords of fewer than eight characters are accepted.

Finds tests that accept a password from a length below eight. Short passwords are tried out in minutes once
the hashes leak, and guessed online before that. NIST SP 800-63B asks for eight characters at least, and for
fifteen where the password is all there is.

Ask for twelve or more, without rules about kinds of characters, and refuse those that are known to have leaked.

Leave it for a PIN that a device locks after a few attempts.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("weak-password-policy", Category.SECURITY, confidence=0.75, cwe=521)

LEAST = 8
"""Characters, after NIST SP 800-63B, section 3.1.1.2."""
_PASSWORD = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd)\d*$", re.IGNORECASE)

BAD = (
    """
def register(store, name, password):
    if len(password) < 6:  # <--
        raise ValueError("too short")
    store.add(name, password)
""",
    """
class Form:
    def acceptable(self):
        return len(self.new_password) >= 5 and self.new_password == self.repeated  # <--
""",
)

GOOD = (
    """
def register(store, name, password):
    if len(password) < 12:
        raise ValueError("too short")
    if len(password) < 16:
        store.warn(name)
    store.add(name, password)
""",
    """
def shown(password):
    if len(password) == 0:
        return ""
    if len(password) < 1:
        return "none"
    return "*" * len(password) if len(password) > 3 else "****"

def acceptable(pin):
    return len(pin) >= 4
""",
)

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}  # fmt: skip


def check(compare: ast.Compare, module: Module) -> Iterator[Finding]:
    """Report lengths that are too short."""
    if len(compare.ops) != 1:
        return
    left, op, right = compare.left, type(compare.ops[0]), compare.comparators[0]
    if isinstance(left, ast.Constant):
        left, right, op = right, left, _FLIPPED.get(op, op)
    match left, right:
        case ast.Call(func=ast.Name(id="len"), args=[password]), ast.Constant(value=int(bound)):
            pass
        case _:
            return
    if not _PASSWORD.search(last_name(password)) or module.is_test:
        return
    least = bound + (op in {ast.Gt, ast.LtE})
    refuses = op in {ast.Lt, ast.LtE}
    if not 2 <= least < LEAST or not (refuses or op in {ast.Gt, ast.GtE}):
        return
    if not _decides(compare, module, refuses=refuses):
        return
    yield module.finding(
        RULE,
        compare,
        f"a password of {least} characters is accepted, and tried out in minutes; ask for 12 or more",
        evidence={"least": least},
    )


def _decides(compare: ast.Compare, module: Module, *, refuses: bool) -> bool:
    """Whether the test says whether the password is taken: it refuses, returns or raises."""
    node: ast.AST = compare
    for parent in module.ancestors(compare):
        if isinstance(parent, ast.If):
            leaves = any(isinstance(n, (ast.Raise, ast.Return, ast.Continue)) or _complains(n) for s in parent.body for n in ast.walk(s))  # fmt: skip
            return refuses and node is parent.test and leaves
        if isinstance(parent, ast.Return):
            return True
        if isinstance(parent, (ast.IfExp, ast.stmt)):
            return isinstance(parent, ast.Assert)
        node = parent
    return False


def _complains(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in {"append", "add_error", "flash", "abort", "error"}  # fmt: skip
