"""A check of rights or signatures passes when it fails to decide.

Finds functions named as a check of rights, tokens, signatures or certificates in which an error while
checking counts as success: the handler returns True, or swallows the error and the function goes on to
return True. An attacker then only needs to make the check fail.

Return False or let the error out: what could not be checked was not passed.

Leave it where the answer is no matter of trust (such as whether a cache is usable), and name it so.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("check-passes-on-error", Category.SECURITY, confidence=0.75, cwe=703)

_CHECKS = re.compile(
    r"(?:^|_)(?:auth\w*|permitted|permission\w*|allowed|may|can|access|verif(?:y|ied|ies)|signature|signed|token|jwt|session|password|credential\w*|certificate|cert|trusted|admin|owner|csrf|login|logged|captcha|license|licence)(?:_|$)",
    re.IGNORECASE,
)  # fmt: skip
_ASKS = re.compile(r"^_*(?:is|has|can|may|check|verify|validate|allow|authori[sz]e|authenticate|ensure|test|require)", re.IGNORECASE)  # fmt: skip
_EXPECTED = frozenset({"ImportError", "ModuleNotFoundError", "StopIteration"})

BAD = (
    """
def is_authorized(store, user, action):
    try:
        return action in store.rights(user)
    except ConnectionError:
        return True  # <--
""",
    """
class Inbox:
    def verify_signature(self, key, text, signature):
        try:
            key.verify(signature, text)
        except ValueError:
            pass  # <--
        return True
""",
)

GOOD = (
    """
def is_authorized(store, user, action):
    try:
        return action in store.rights(user)
    except ConnectionError:
        return False

def verify_signature(key, text, signature):
    try:
        key.verify(signature, text)
    except ValueError:
        return False
    return True
""",
    """
import logging

def verify_token(tokens, given):
    known = False
    try:
        known = given in tokens.read()
    except OSError:
        logging.exception("no tokens at hand")
    return known

def is_missing(session, key):
    try:
        session[key]
    except KeyError:
        return True
    return False

def is_token_expired(token, now):
    try:
        return token.expires < now
    except AttributeError:
        return True
""",
)


def check(handler: ast.ExceptHandler, module: Module) -> Iterator[Finding]:
    """Report handlers that let a check pass."""
    last = handler.body[-1]
    if not isinstance(last, (ast.Return, ast.Pass, ast.Expr)) or module.is_test:
        return
    function = module.function_of(handler)
    if function is None or not _is_check(function.name) or _names(handler) & _EXPECTED:
        return
    if isinstance(last, ast.Return):
        passes = _is_true(last)
    else:
        passes = _goes_on_to_true(handler, function, module)
    if not passes:
        return
    yield module.finding(
        RULE,
        last,
        f"{function.name}() passes when it fails to check: whoever makes it fail gets through",
        evidence={"function": function.name},
    )


def _is_check(name: str) -> bool:
    if re.search(
        r"expired|invalid|missing|revoked|denied|un\w+ed$|_not_|forbidden|blocked|stale", name
    ):
        return False
    return bool(_ASKS.search(name) and _CHECKS.search(name))


def _is_true(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant) and statement.value.value is True  # fmt: skip


def _goes_on_to_true(handler: ast.ExceptHandler, function: FunctionNode, module: Module) -> bool:
    """Whether the handler does nothing, and right behind its ``try`` the function returns True."""
    around = module.parent(handler)
    if (
        not isinstance(around, (ast.Try, ast.TryStar))
        or around not in function.body
        or around.orelse
    ):
        return False
    after = function.body[function.body.index(around) + 1 :]
    quiet = all(isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, (ast.Call, ast.Constant))) for s in handler.body)  # fmt: skip
    return quiet and len(after) == 1 and _is_true(after[0])


def _names(handler: ast.ExceptHandler) -> set[str]:
    return (
        {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)} if handler.type else set()
    )
