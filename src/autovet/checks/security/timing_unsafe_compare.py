"""A signature or secret is compared with ``==``.

Finds comparisons of a computed MAC or of values named as signatures, digests of messages or secret
tokens with ``==`` or ``!=``. The comparison stops at the first differing character, so the time that
it takes tells an attacker how much of a guess was right.

Compare with ``hmac.compare_digest``, which takes the same time whatever differs.

Leave it for checksums of files and cache validators: nobody gains by guessing those.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.added_import import added_import
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("timing-unsafe-compare", Category.SECURITY, confidence=0.8, cwe=208)

_MAC = frozenset({"hmac.new", "hmac.digest", "hmac.HMAC"})
_SECRET = re.compile(r"(?:^|_)(?:signature|hmac|mac|api_key|apikey|csrf_token|auth_token|access_token|webhook_secret|secret_token|api_token|reset_token|session_token|token|secret|secret_key)$|^sig$", re.IGNORECASE)  # fmt: skip
_FIELDS = frozenset({"Header", "Cookie", "Query", "Form", "Body", "Security"})
_GIVEN = frozenset({"headers", "cookies", "META", "args", "form", "GET", "POST"})

BAD = (
    """
import hashlib
import hmac

def genuine(key: bytes, body: bytes, claimed: str) -> bool:
    return hmac.new(key, body, hashlib.sha256).hexdigest() == claimed  # <--
""",
    """
import hashlib
import hmac as mac

def seal(key, text):
    return mac.new(key, text, hashlib.sha256).hexdigest()

def accept(key, request):
    expected = seal(key, request.body)
    if request.headers["X-Signature"] != expected:  # <--
        raise PermissionError
""",
    """
def authorise(request, settings):
    api_key = request.headers.get("X-Api-Key")
    return api_key == settings.API_KEY  # <--

def owns(request, account):
    return request.headers["Authorization"] == account.api_token  # <--
""",
    """
import os
from fastapi import FastAPI, Header, HTTPException

app = FastAPI()

@app.post("/rebuild")
def rebuild(x_token: str = Header(), settings=None):
    if x_token != settings.secret_token:  # <--
        raise HTTPException(403)

def may_call(given):
    expected = os.environ["BILLING_API_KEY"]
    return given == expected  # <--
""",
)

GOOD = (
    """
import hashlib
import hmac

def genuine(key: bytes, body: bytes, claimed: str) -> bool:
    return hmac.compare_digest(hmac.new(key, body, hashlib.sha256).hexdigest(), claimed)

def unchanged(path, known):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() == known
""",
    """
import inspect

def same(first, second, signature):
    if signature == inspect.signature(first) or signature is None:
        return True
    return inspect.signature(first) == inspect.signature(second)

def configured(api_key):
    return api_key != ""

def is_live(environ, stage):
    return environ["STAGE"] == stage
""",
)


def check(compare: ast.Compare, module: Module) -> Iterator[Finding]:
    """Report equality tests on secrets."""
    if (
        module.is_test
        or len(compare.ops) != 1
        or not isinstance(compare.ops[0], (ast.Eq, ast.NotEq))
    ):
        return
    left, right = compare.left, compare.comparators[0]
    if isinstance(left, ast.Constant) or isinstance(right, ast.Constant):
        return
    why = None
    if any(_is_mac(side, module) for side in (left, right)):
        why = "a computed MAC"
    elif any(
        _is_given_secret(a, module) and _is_secret(b) for a, b in ((left, right), (right, left))
    ):
        why = "a secret with what a request sent"
    elif any(
        _is_configured_secret(b, module)
        and (_is_parameter(a, module) or _is_given_secret(a, module))
        for a, b in ((left, right), (right, left))
    ):
        why = "a secret of the environment with what is given"
    if why is None:
        return
    yield module.finding(
        RULE,
        compare,
        f"comparing {why} with == takes longer the more of a guess is right; use hmac.compare_digest",
        evidence={"compared": [module.segment(left)[:80], module.segment(right)[:80]]},
        fix=_fix(compare, left, right, module),
    )


def _fix(compare: ast.Compare, left: ast.expr, right: ast.expr, module: Module) -> Fix:
    negated = "not " if isinstance(compare.ops[0], ast.NotEq) else ""
    local, imports = added_import("hmac", module)
    call = f"{negated}{local}.compare_digest({module.segment(left)}, {module.segment(right)})"
    edit = module.replace(compare, f"({call})" if negated else call)
    return Fix((edit, *imports), "compare in constant time")


def _is_mac(node: ast.expr, module: Module, depth: int = 3) -> bool:
    if depth == 0:
        return False
    if isinstance(node, ast.Name):
        value = module.assigned(node)
        return value is not None and _is_mac(value, module, depth - 1)
    if isinstance(node, ast.BinOp):
        return _is_mac(node.left, module, depth) or _is_mac(node.right, module, depth)
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(v, ast.FormattedValue) and _is_mac(v.value, module, depth) for v in node.values)  # fmt: skip
    if not isinstance(node, ast.Call):
        return False
    if module.qualified(node.func) in _MAC:
        return True
    if isinstance(node.func, ast.Attribute) and node.func.attr in {"hexdigest", "digest", "decode"}:
        return _is_mac(node.func.value, module, depth)
    if (module.qualified(node.func) or "").startswith("base64.") and node.args:
        return _is_mac(node.args[0], module, depth)
    own = module.definition(node.func)
    if isinstance(own, (ast.FunctionDef, ast.AsyncFunctionDef)):
        results = [n.value for n in ast.walk(own) if isinstance(n, ast.Return) and n.value]
        return bool(results) and all(_is_mac(r, module, depth - 1) for r in results)
    return False


def _is_secret(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return bool(_SECRET.search(name))


def _is_given_secret(node: ast.expr, module: Module) -> bool:
    value = module.assigned(node) or node
    if any(isinstance(n, ast.Attribute) and n.attr in _GIVEN for n in ast.walk(value)):
        return True
    if not isinstance(node, ast.Name):
        return False
    return any(last_name(d.func) in _FIELDS for d in _sources_of(node, module))


def _sources_of(name: ast.Name, module: Module) -> Iterator[ast.Call]:
    """The ``Header()`` and the like that say where a parameter comes from."""
    function = module.function_of(name)
    if function is None:
        return
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(plain), reversed(arguments.defaults), strict=False), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]  # fmt: skip
    for argument, default in pairs:
        if argument.arg == name.id and isinstance(default, ast.Call):
            yield default
    for argument in (*plain, *arguments.kwonlyargs):
        if argument.arg == name.id and argument.annotation is not None:
            yield from (n for n in ast.walk(argument.annotation) if isinstance(n, ast.Call))


def _is_configured_secret(node: ast.expr, module: Module) -> bool:
    """Whether this is a secret that the environment holds."""
    match module.assigned(node) or node:
        case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
            pass
        case ast.Call(
            func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value=str(key)), *_]
        ):
            pass
        case ast.Call(func=holder, args=[ast.Constant(value=str(key)), *_]):
            return module.qualified(holder) == "os.getenv" and bool(_SECRET.search(key))
        case _:
            return False
    return module.qualified(holder) == "os.environ" and bool(_SECRET.search(key))


def _is_parameter(node: ast.expr, module: Module) -> bool:
    scope = module.scopes.of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    return scope is not None and isinstance(node, ast.Name) and any(isinstance(b, ast.arg) for b in scope.bindings[node.id])  # fmt: skip
