"""A secret is made with a predictable random generator.

Finds ``random`` functions whose result is named as a token, password, key, nonce, salt, session or
one-time code. The generator's whole state can be worked out from some of its outputs, and then every
later secret is known.

Use ``secrets``: ``token_urlsafe``, ``token_hex``, ``choice``, ``randbelow``.

Leave it for simulations, sampling, jitter and test data: there the speed and the seed matter.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.added_import import added_import
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("insecure-random-for-secrets", Category.SECURITY, confidence=0.85, cwe=330)

_DRAWS = frozenset(f"random.{n}" for n in ("random", "randint", "randrange", "choice", "choices", "sample", "getrandbits", "randbytes", "uniform", "shuffle", "normalvariate", "gauss", "triangular", "betavariate", "expovariate", "gammavariate", "lognormvariate", "paretovariate", "vonmisesvariate", "weibullvariate"))  # fmt: skip
_DRAWS |= {"uuid.uuid1"} | {f"numpy.random.{n}" for n in ("rand", "randint", "random", "choice", "bytes", "random_integers", "random_sample", "uniform", "permutation")}  # fmt: skip
_SECRET = re.compile(r"(?:^|_)(?:token|password|passwd|passphrase|secret|nonce|salt|api_?key|otp|session_?id|session_?key|csrf|reset_?code|verification_?code|auth_?code|private_?key|pin_?code|invite_?code|remember_?me|iv|(?:aes|enc|encryption|cipher|hmac|signing)_?key)s?(?:_|$)", re.IGNORECASE)  # fmt: skip
_SENDS = re.compile(r"_*(?:send|mail|email|text|sms|request|start|deliver|set|reset)_", re.IGNORECASE)  # fmt: skip
_CODE = re.compile(r"(?:^|_)(?:code|pin|digits|number|value|otp)$", re.IGNORECASE)
_NOT = re.compile(r"tokens_per|_count|n_tokens|num_|max_|min_|token_id|tokeni|salt_length|length|mask", re.IGNORECASE)  # fmt: skip

BAD = (
    """
import random
import string

def new_password(length):
    return "".join(random.choice(string.ascii_letters) for _ in range(length))  # <--
""",
    """
import uuid
from random import randint as draw

def start(user):
    user.reset_code = draw(100000, 999999)  # <--
    user.session_token = str(uuid.uuid1())  # <--
    return user

def send_otp(phone, gateway):
    code = draw(100000, 999999)  # <--
    gateway.send(phone, code)

def generate_password(length):
    letters = []
    for _ in range(length):
        letters.append(chr(draw(33, 126)))  # <--
    return "".join(letters)
""",
)

GOOD = (
    """
import secrets
import string

def new_password(length):
    return "".join(secrets.choice(string.ascii_letters) for _ in range(length))
""",
    """
import random

def new_token():
    return random.SystemRandom().getrandbits(128)

def pause(attempt):
    return random.uniform(0, 2**attempt)

def played(session, rng=random):
    card = random.randint(1, 52)
    session.table.append(card)
    colour = rng.choice("rgb")
    session["colour"] = colour

def masked_token(tokens):
    position = random.randrange(len(tokens))
    return position
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report draws whose result is named as a secret."""
    name = module.qualified(call.func)
    if name is None or name not in _DRAWS or module.is_test:
        return
    named = _named(call, module)
    if named is None:
        return
    yield module.finding(
        RULE,
        call,
        f"{name} is predictable, and {named!r} must not be; use the secrets module",
        evidence={"call": name, "value": named},
        fix=_fix(call, name, module),
    )


def _fix(call: ast.Call, name: str, module: Module) -> Fix | None:
    """The function of ``secrets`` that draws from the same values."""
    arguments = [module.segment(a) for a in call.args]
    if call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    if not name.startswith("random."):
        return None
    local, imports = added_import("secrets", module)
    match name.rpartition(".")[2], arguments:
        case "choice", [items]:
            text = f"{local}.choice({items})"
        case "getrandbits", [bits]:
            text = f"{local}.randbits({bits})"
        case "randbytes", [count]:
            text = f"{local}.token_bytes({count})"
        case "randrange", [stop]:
            text = f"{local}.randbelow({stop})"
        case ("randint" | "randrange" | "sample" | "uniform" | "shuffle" | "choices") as draw, _:
            text = f"{local}.SystemRandom().{draw}({', '.join(arguments)})"
        case _:
            return None
    return Fix((module.replace(call, text), *imports), "draw from the system's random source")


def _named(call: ast.Call, module: Module) -> str | None:
    for node in module.ancestors(call):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            targets = [node.target]
        elif isinstance(node, ast.keyword) and node.arg and _is_secret(node.arg):
            return node.arg
        for target in targets:
            name = _name_of(target)
            if _is_secret(name):
                return name
        if isinstance(node, ast.stmt):
            break
    maker = module.function_of(call)
    if maker is None:
        return None
    if _SENDS.match(maker.name) and _is_secret(maker.name) and _holds_code(call, module):
        return maker.name
    return maker.name if _makes(maker) else None


def _holds_code(call: ast.Call, module: Module) -> bool:
    """Whether the draw becomes a variable that is named as what is sent."""
    statement = next((n for n in module.ancestors(call) if isinstance(n, ast.stmt)), None)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(_CODE.search(_name_of(t)) for t in targets)


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return getattr(target, "id", "")


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not _NOT.search(name)


def _makes(function: FunctionNode) -> bool:
    return bool(re.match(r"_*(?:new|make|generate|create|gen|random|issue)", function.name)) and _is_secret(function.name)  # fmt: skip
