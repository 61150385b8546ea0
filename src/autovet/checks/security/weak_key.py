"""A key is generated too short, or on a curve too small.

Finds RSA, DSA and Diffie-Hellman keys below 2048 bits and elliptic curves below 224 bits, also where the
size is the default of a parameter. Keys of 1024 bits are within reach of well-funded attackers, and what
is recorded today can be read when they are broken.

Ask for at least 2048 bits (3072 for data that must stay secret beyond 2030), or use Ed25519/X25519.

Leave it in tests, where short keys are generated quickly.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import argument
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("weak-key", Category.SECURITY, confidence=0.85, cwe=326)

_LEAST_BITS = 2048
_PLAUSIBLE_BITS = 256  # below it is no size in bits
_FIRST = re.compile(r"(?:^|\.|[a-z])(?:RSA|DSA|RSAKey|DSSKey)\.(?:generate|gen_key|construct_key)$|^rsa\.newkeys$")  # fmt: skip
_NAMED = re.compile(r"(?:^|\.)(?:rsa|dsa|dh)\.generate_(?:private_key|parameters)$")
_CURVES = re.compile(r"(?:^|\.)ec\.(?:SECP192R1|SECT163[KR]\d|SECT193R\d)$")

BAD = (
    """
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import ec, rsa

def pair():
    return RSA.generate(1024)  # <--

def other():
    curve = ec.SECP192R1()  # <--
    return rsa.generate_private_key(public_exponent=65537, key_size=1024), curve  # <--
""",
    """
from Crypto.PublicKey import DSA

def signing_key(bits=1024):  # <--
    return DSA.generate(bits)
""",
)

GOOD = (
    """
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa

def pair(bits=3072):
    return RSA.generate(bits), rsa.generate_private_key(65537, 4096)
""",
    """
def sample(RSA, size):
    RSA.generate(size)
    return RSA.generate(12)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report sizes below today's least."""
    name = module.qualified(call.func) or ""
    if module.is_test:
        return
    if _CURVES.search(name):
        yield module.finding(RULE, call, f"{name.rpartition('.')[2]} is too small a curve; use P-256, Ed25519 or X25519", evidence={"curve": name})  # fmt: skip
        return
    if _FIRST.search(name):
        size = argument(call, 0, "bits", "nbits", "key_size")
    elif _NAMED.search(name):
        size = argument(call, 0 if ".dsa" in f".{name}" else 1, "key_size")
    else:
        return
    number = _literal(size, module)
    bits = number.value if number is not None else None
    if number is None or not isinstance(bits, int) or not _PLAUSIBLE_BITS <= bits < _LEAST_BITS:
        return
    yield module.finding(
        RULE,
        number,
        f"a key of {bits} bits can be broken; use at least {_LEAST_BITS}",
        evidence={"call": name, "bits": bits},
        fix=Fix((module.replace(number, str(_LEAST_BITS)),), f"a key of {_LEAST_BITS} bits"),
    )


def _literal(size: ast.expr | None, module: Module) -> ast.Constant | None:
    """The literal behind a size: itself, the one value of a name, or a parameter's default."""
    if isinstance(size, ast.Name):
        size = module.assigned(size) or _default(size, module)
    return size if isinstance(size, ast.Constant) else None


def _default(name: ast.Name, module: Module) -> ast.expr | None:
    function = module.function_of(name)
    if function is None:
        return None
    plain = [*function.args.posonlyargs, *function.args.args]
    pairs = [*zip(reversed(plain), reversed(function.args.defaults), strict=False)]
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    given = [*pairs, *((a, d) for a, d in named if d is not None)]
    return next((default for a, default in given if a.arg == name.id), None)
