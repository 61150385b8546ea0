"""A password, key or token is written to a log.

Finds calls of loggers whose message holds a value that is named as a secret, as it stands. Logs are copied
to other systems, kept for years and read by people who may not have the secret.

Leave the value out, or log that there is one; mask all but its last characters where it must be told apart.

Leave it where the name says more than the value: a flag, a count, a masked text.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.secret_names import secret_in
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("secret-in-log", Category.SECURITY, confidence=0.8, cwe=532)

_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_LOGGER = re.compile(r"^_*(?:log|logger|logging|audit)$|_log(?:ger)?$", re.IGNORECASE)

BAD = (
    """
import logging

def sign_in(user, password):
    logging.info("sign-in of %s with %s", user, password)  # <--
    return check(user, password)
""",
    """
import logging

log = logging.getLogger(__name__)

def connect(settings):
    log.debug(f"connecting as {settings.user} / {settings.api_key}")  # <--
    log.warning("old secret: " + settings["client_secret"])  # <--
""",
)

GOOD = (
    """
import logging

def sign_in(user, password):
    logging.info("sign-in of %s, password given: %s", user, bool(password))
    logging.debug("length %d", len(password))
    return check(user, password)
""",
    """
import logging

log = logging.getLogger(__name__)

def connect(settings, tokens, math):
    log.debug("connecting as %s, %d tokens", settings.user, tokens)
    log.info("password file is %s", settings.password_file)
    return math.log(settings.password)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report secrets among the arguments of a logging call."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _LEVELS or module.is_test:
        return
    if not _is_logger(func.value, module):
        return
    for argument in call.args:
        secret = next((s for part in _shown(argument) if (s := secret_in(part))), None)
        if secret is not None:
            yield module.finding(
                RULE,
                call,
                f"{secret!r} is written to the log, where others read it and it stays; leave it out or mask it",
                evidence={"secret": secret},
            )
            return


def _is_logger(receiver: ast.expr, module: Module) -> bool:
    name = module.qualified(receiver)
    if name is not None:
        return name in {"logging", "loguru.logger"} or bool(_LOGGER.search(name))
    return type_of(receiver, module) == "logging.Logger" or bool(_LOGGER.search(last_name(receiver)))  # fmt: skip


def _shown(node: ast.expr) -> Iterator[ast.expr]:
    """The values whose text becomes part of the message."""
    match node:
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from _shown(value.value)
        case ast.BinOp(left=left, right=right):
            yield from _shown(left)
            yield from _shown(right)
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _shown(element)
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant()), args=args):
            for argument in args:
                yield from _shown(argument)
        case _:
            yield node
