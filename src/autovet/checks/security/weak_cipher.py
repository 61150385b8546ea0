"""Data is encrypted with a cipher, mode or start value that protects it badly.

Finds DES, triple DES, RC2, RC4, Blowfish, CAST and IDEA, the mode ECB, and initialisation vectors that are
constants, in PyCryptodome and ``cryptography``. The old ciphers can be broken or have blocks so small
that they leak over time; ECB shows which blocks are equal; a constant vector shows which messages are.

Use AES-GCM or ChaCha20-Poly1305 with a new nonce for every message, or ``cryptography.fernet``.

Leave it where an old format or device must be read, and say so.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.arguments import argument
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("weak-cipher", Category.SECURITY, confidence=0.85, cwe=327)

_OLD = re.compile(r"^(?:(?:Crypto|Cryptodome)\.Cipher\.)?(DES3?|ARC[24]|Blowfish|CAST|XOR)\.new$|^(?:cryptography\.hazmat\.(?:primitives|decrepit)\.ciphers\.)?algorithms\.(TripleDES|Blowfish|ARC4|IDEA|CAST5|SEED|RC2)$|^pyDes\.(des|triple_des)$")  # fmt: skip
_MODERN = re.compile(r"^(?:(?:Crypto|Cryptodome)\.Cipher\.)?AES\.new$")
_ECB = re.compile(r"^(?:cryptography\.hazmat\.primitives\.ciphers\.)?modes\.ECB$")
_MODE_WITH_IV = re.compile(r"^(?:cryptography\.hazmat\.primitives\.ciphers\.)?modes\.(?:CBC|CFB|OFB|CTR|GCM)$")  # fmt: skip
_ECB_CONSTANT = re.compile(r"(?:^|\.)(?:AES|DES3?|Blowfish|CAST|ARC2)\.MODE_ECB$")

BAD = (
    """
from Crypto.Cipher import AES, DES3

def sealed(key, text):
    return DES3.new(key, DES3.MODE_CFB, b"01234567").encrypt(text)  # <--

def blocks(key, text):
    return AES.new(key, AES.MODE_ECB).encrypt(text)  # <--
""",
    """
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

NONCE = b"0" * 16

def encryptor(key):
    old = Cipher(algorithms.TripleDES(key), modes.CBC(key[:8]))  # <--
    flat = Cipher(algorithms.AES(key), modes.ECB())  # <--
    return old, flat, Cipher(algorithms.AES(key), modes.CTR(NONCE))  # <--
""",
    """
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

START = b"0" * 16

def wrapped(public, key):
    return public.encrypt(key, padding.PKCS1v15())  # <--

def sealed(key, data):
    start = START
    return Cipher(algorithms.AES(key), modes.CBC(start)).encryptor().update(data)  # <--
""",
)

GOOD = (
    """
import os
from Crypto.Cipher import AES

def sealed(key, text):
    cipher = AES.new(key, AES.MODE_GCM, nonce=os.urandom(12))
    return cipher.encrypt_and_digest(text)
""",
    """
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

class DES:
    @classmethod
    def new(cls):
        return cls()

def encryptor(key, nonce):
    return Cipher(algorithms.AES(key), modes.CTR(nonce)), DES.new()
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report old ciphers, ECB and constant vectors."""
    name = module.qualified(call.func) or ""
    if module.is_test:
        return
    if last_name(call.func) in {"encrypt", "decrypt"} and len(call.args) == 2:
        padding = call.args[1]
        if isinstance(padding, ast.Call) and (module.qualified(padding.func) or "").endswith(".padding.PKCS1v15"):  # fmt: skip
            yield module.finding(
                RULE,
                call,
                "PKCS #1 v1.5 tells from the errors what was encrypted; use OAEP",
                cwe=327,
                evidence={"call": "padding.PKCS1v15"},
            )
        return
    old = _OLD.match(name)
    if old:
        yield _finding(call, module, f"{next(g for g in old.groups() if g)} can be broken", 327)
        return
    if _ECB.match(name):
        yield _finding(call, module, "ECB shows which blocks of the text are equal", 327)
    elif _MODE_WITH_IV.match(name):
        yield from _vector(call, argument(call, 0, "initialization_vector", "nonce"), module)
    elif _MODERN.match(name):
        mode = argument(call, 1, "mode")
        if mode is not None and _ECB_CONSTANT.search(module.qualified(mode) or ""):
            yield _finding(call, module, "ECB shows which blocks of the text are equal", 327)
        else:
            yield from _vector(call, argument(call, 2, "iv", "IV", "nonce"), module)


def _vector(call: ast.Call, vector: ast.expr | None, module: Module) -> Iterator[Finding]:
    if vector is not None and _is_literal(vector, module):
        yield _finding(call, module, "a constant start value shows which messages are equal", 329)


def _is_literal(node: ast.expr, module: Module) -> bool:
    for _ in range(3):
        node = module.assigned(node) or node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
    return isinstance(node, ast.Constant) and isinstance(node.value, (bytes, str))


def _finding(call: ast.Call, module: Module, why: str, cwe: int) -> Finding:
    return module.finding(
        RULE,
        call,
        f"{why}; use AES-GCM or ChaCha20-Poly1305 with a new nonce for every message",
        cwe=cwe,
        evidence={"call": module.qualified(call.func)},
    )
