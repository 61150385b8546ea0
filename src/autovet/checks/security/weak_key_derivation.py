"""A password is turned into a hash or key with a fixed salt or too little work.

Finds PBKDF2 with fewer than 100,000 rounds, bcrypt with fewer than 10, scrypt with ``n`` below 2**13, and salts that
are literals. With one salt for all, equal passwords have equal hashes and one table of guesses serves for
everyone; with little work each guess is cheap.

Take a new random salt for each password (``os.urandom(16)``) and as much work as a sign-in can bear; OWASP asks for
600,000 rounds of PBKDF2 with SHA-256 and ``n=2**17`` for scrypt.

Leave it where an existing format prescribes the numbers.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import UNKNOWN, argument, constant_of
from autovet.checks.vocabulary.called_names import called_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("weak-key-derivation", Category.SECURITY, confidence=0.8, cwe=916)

_LEAST_ROUNDS = 100_000
_LEAST_BCRYPT = 10
_LEAST_SCRYPT = 2**13

# call: the position of the salt, then of the rounds with the names they may have and the least
_DERIVATIONS: dict[str, tuple[int | None, int | None, tuple[str, ...], int]] = {
    "hashlib.pbkdf2_hmac": (2, 3, ("iterations",), _LEAST_ROUNDS),
    "hashlib.scrypt": (None, None, ("n",), _LEAST_SCRYPT),
    "bcrypt.gensalt": (None, 0, ("rounds",), _LEAST_BCRYPT),
    "bcrypt.hashpw": (1, None, (), 0),
    "Crypto.Protocol.KDF.PBKDF2": (1, 3, ("count",), _LEAST_ROUNDS),
    "Crypto.Protocol.KDF.scrypt": (1, 3, ("N",), _LEAST_SCRYPT),
    "cryptography.hazmat.primitives.kdf.pbkdf2.PBKDF2HMAC": (2, 3, ("iterations",), _LEAST_ROUNDS),
    "cryptography.hazmat.primitives.kdf.scrypt.Scrypt": (0, 2, ("n",), _LEAST_SCRYPT),
}

BAD = (
    """
import hashlib
import bcrypt

def stored(password: bytes, salt: bytes):
    return hashlib.pbkdf2_hmac("sha256", password, salt, 1000)  # <--

def cheap(password: bytes):
    return bcrypt.hashpw(password, bcrypt.gensalt(rounds=4))  # <--
""",
    """
import hashlib

SALT = b"harbour"

def stored(password: bytes):
    return hashlib.scrypt(password, salt=SALT, n=2**14, r=8, p=1)  # <--
""",
)

GOOD = (
    """
import hashlib
import os
import bcrypt

def stored(password: bytes):
    salt = os.urandom(16)
    return salt + hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)

def hashed(password: bytes, rounds: int):
    return bcrypt.hashpw(password, bcrypt.gensalt(rounds))
""",
    """
import hashlib

def key(password: bytes, salt: bytes, work: int):
    return hashlib.scrypt(password, salt=salt, n=work, r=8, p=1), hashlib.pbkdf2_hmac("sha256", password, salt, work)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report literal salts and small numbers of rounds."""
    known = _DERIVATIONS.get(called_name(call, module) or "")
    if known is None or module.is_test:
        return
    salt_at, rounds_at, names, least = known
    salt = constant_of(argument(call, salt_at, "salt"), module)
    rounds = constant_of(argument(call, rounds_at, *names), module) if names else UNKNOWN
    if isinstance(salt, (bytes, str)):
        why, cwe = "one salt serves for all, so one table of guesses does too; take os.urandom(16) for each", 760  # fmt: skip
    elif isinstance(rounds, int) and rounds < least:
        why, cwe = f"{rounds} is so little work that guesses are cheap; ask for {least} at the very least", 916  # fmt: skip
    else:
        return
    yield module.finding(RULE, call, why, cwe=cwe, evidence={"call": called_name(call, module)})
