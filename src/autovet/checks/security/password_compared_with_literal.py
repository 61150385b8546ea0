"""A password or key that somebody enters is compared with one that stands in the source.

Finds ``==`` and ``!=`` between something named as a password, passphrase, PIN or API key and a literal. The
password is the same in every copy of the program, anyone who has the code knows it, and it cannot be changed
without a new release.

Keep a slow hash of the password outside of the source and verify against that; for keys compare with
``hmac.compare_digest`` against a value from the environment.

Leave it for marks such as an empty text or ``-`` that ask for a prompt.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import UNKNOWN, constant_of
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("password-compared-with-literal", Category.SECURITY, confidence=0.8, cwe=798)

_NAMED = re.compile(r"(?:^|_)(?:password|passwd|pwd|passphrase|pass_?word|pin_?code|api_?key|secret_?key|access_?key)$|^pass$", re.IGNORECASE)  # fmt: skip
_MARK = re.compile(r"^(?:none|null|prompt|ask|stdin|keyring|default|required|optional|password|passwd|text|hidden|env|true|false|unset|unknown|disabled|enabled|basic|bearer|header|query|cookie|[\W_]*)$", re.IGNORECASE)  # fmt: skip
_LEAST = 4

BAD = (
    """
def sign_in(name, password):
    return name == "admin" and password == "swordfish"  # <--
""",
    """
MASTER = "harbour-light"

def open_door(request):
    if request.form["password"] != MASTER:  # <--
        return False
    return request.headers.get("api_key") == "k-2291"  # <--
""",
)

GOOD = (
    """
def ask(password, settings):
    if password == "" or password == "-" or password == "prompt":
        return settings.read("password")
    return password
""",
    """
def shown(field, token, expected_password, password):
    if field.kind == "password" or token == "while":
        return "***"
    return password == expected_password
""",
)


def check(compare: ast.Compare, module: Module) -> Iterator[Finding]:
    """Report comparisons of an entered secret with a literal."""
    if module.is_test or len(compare.ops) != 1 or not isinstance(compare.ops[0], (ast.Eq, ast.NotEq)):  # fmt: skip
        return
    left, right = compare.left, compare.comparators[0]
    for entered, known in ((left, right), (right, left)):
        name = _name(entered)
        if not _NAMED.search(name) or constant_of(entered, module) is not UNKNOWN:
            continue
        literal = constant_of(known, module)
        if isinstance(literal, (str, bytes)) and _is_secret(literal):
            yield module.finding(
                RULE,
                compare,
                f"{name!r} is compared with a literal, so everyone who has the code knows it; verify against a hash kept elsewhere",
                evidence={"name": name},
            )
            return


def _name(node: ast.expr) -> str:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
            return key
        case ast.Call(func=ast.Attribute(attr="strip" | "encode" | "lower", value=inner)):
            return last_name(inner)
    return last_name(node)


def _is_secret(literal: str | bytes) -> bool:
    text = literal if isinstance(literal, str) else literal.decode("latin-1")
    return len(text) >= _LEAST and not _MARK.search(text)
