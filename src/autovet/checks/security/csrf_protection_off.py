"""Requests that change something are accepted from any page that a visitor opens.

Finds views exempted from the protection against forged requests (``csrf_exempt``, ``csrf.exempt``) and the
setting that switches it off. Any other site can then have the visitor's browser send the request, with his
cookies, without his knowing.

Leave the protection on and send the token with the form or in the header. For callers that are no
browsers, authenticate each request by a signature or a token in a header.

Leave it for webhooks that verify a signature and for interfaces that use no cookies.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.called_names import value_name
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("csrf-protection-off", Category.SECURITY, confidence=0.7, cwe=352)

_EXEMPT = re.compile(r"^django\.views\.decorators\.csrf\.csrf_exempt$|^flask_(?:wtf|seasurf)\..*\.exempt$")  # fmt: skip
_OTHERWISE = re.compile(r"signature|hmac|verify|authenticat|authoriz|webhook|api_?key|bearer|compare_digest|token|oauth|jwt", re.IGNORECASE)  # fmt: skip
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED_IN = frozenset({"SessionMiddleware", "AuthenticationMiddleware"})
_SETTINGS = frozenset({"WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"})

BAD = (
    """
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

@csrf_exempt  # <--
def transfer(request):
    request.user.account.send(request.POST["to"], request.POST["amount"])
    return JsonResponse({})
""",
    """
from flask import Flask
from flask_wtf.csrf import CSRFProtect

app = Flask(__name__)
csrf = CSRFProtect(app)
app.config["WTF_CSRF_ENABLED"] = False  # <--

@app.post("/address")
@csrf.exempt  # <--
def address():
    return save()
""",
    """
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

@method_decorator(csrf_exempt, name="dispatch")  # <--
class Transfer(View):
    def post(self, request):
        return request.user.account.send(request.POST["to"])
""",
    """
MIDDLEWARE = [  # <--
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
""",
)

GOOD = (
    """
import hmac
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

@csrf_exempt
def paid(request):
    if not hmac.compare_digest(request.headers["X-Signature"], seal(request.body)):
        return HttpResponse(status=403)
    return HttpResponse()

@csrf_exempt
@require_GET
def prices(request):
    return HttpResponse("1")
""",
    """
from flask import Flask

app = Flask(__name__)
app.config["WTF_CSRF_ENABLED"] = True
app.config["WTF_CSRF_SSL_STRICT"] = False
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign, module: Module) -> Iterator[Finding]:  # fmt: skip
    """Report exempted views and the switched-off setting."""
    if module.is_test:
        return
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        key = target.slice.value if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else last_name(target)  # fmt: skip
        if key in {"MIDDLEWARE", "MIDDLEWARE_CLASSES"} and isinstance(
            node.value, (ast.List, ast.Tuple)
        ):
            listed = {str(e.value).rpartition(".")[2] for e in node.value.elts if isinstance(e, ast.Constant)}  # fmt: skip
            whole = all(isinstance(e, ast.Constant) for e in node.value.elts)
            if whole and _SIGNED_IN & listed and not any("csrf" in n.lower() for n in listed):
                yield _finding(node, module, "no middleware looks at the CSRF token of the forms")
        if key in _SETTINGS and isinstance(node.value, ast.Constant) and node.value.value is False:
            yield _finding(node, module, f"{key} is off")
        return
    for decorator in node.decorator_list:
        if _exempts(decorator, module) and not _is_safe(node):
            yield _finding(decorator, module, f"{node.name} is exempt from the protection")


def _exempts(decorator: ast.expr, module: Module) -> bool:
    if isinstance(decorator, ast.Call):
        return last_name(decorator.func) == "method_decorator" and any(_exempts(a, module) for a in decorator.args)  # fmt: skip
    if last_name(decorator) not in {"exempt", "csrf_exempt"}:
        return False
    name = value_name(decorator, module) or ""
    named = isinstance(decorator, ast.Attribute) and decorator.attr == "exempt" and "csrf" in last_name(decorator.value).lower()  # fmt: skip
    return named or bool(_EXEMPT.match(name))


def _is_safe(function: FunctionNode | ast.ClassDef) -> bool:
    """Whether it only reads, or proves in another way who asks."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = last_name(called)
        if name in {"require_GET", "require_safe"} or _OTHERWISE.search(name):
            return True
        if isinstance(decorator, ast.Call):
            texts = {n.value for n in ast.walk(decorator) if isinstance(n, ast.Constant)}
            if texts & _SAFE_METHODS and not texts & {"POST", "PUT", "PATCH", "DELETE"}:
                return True
    said = (_word(n) for statement in function.body for n in ast.walk(statement))
    return any(_OTHERWISE.search(word) for word in (function.name, *said))


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return last_name(node)


def _finding(where: ast.AST, module: Module, what: str) -> Finding:
    return module.finding(
        RULE,
        where,
        f"{what}, so any page that a visitor opens can send the request in his name",
        evidence={"why": what},
    )
