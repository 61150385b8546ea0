"""A webhook that acts on what it is sent without checking who sent it.

Finds POST handlers whose route or name says webhook, hook or IPN and whose code, with all the
functions, dependencies and decorators that it uses, never touches a signature, HMAC or secret. Its
address is public: anyone who finds it can report a payment that was never made.

Compute the HMAC of the raw body with the shared secret and compare it with ``hmac.compare_digest``,
or use the provider's verification (``stripe.Webhook.construct_event``), before anything else.

Leave it when a gateway in front of the application verifies the sender.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import Route, routes_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("webhook-without-signature", Category.INTEGRATION, confidence=0.8, cwe=345)

BAD = (
    """
from flask import Blueprint, request
from zoo.tickets import book_ticket

paid = Blueprint("paid", __name__, url_prefix="/mollie")

@paid.post("/callback")
def receive():  # <--
    book_ticket(int(request.form["id"]))
    return "", 204
""",
    """
from fastapi import APIRouter, Request

router = APIRouter()

@router.post("/hooks/orders")
async def order_changed(request: Request) -> dict:  # <--
    event = await request.json()
    await request.app.state.orders.mark_paid(event["order"])
    return {"ok": True}
""",
    """
from flask import Flask, request

app = Flask(__name__)

@app.route("/callback/bank", methods=["POST"])
def bank_webhook():  # <--
    payload = request.get_json()
    save_payment(payload["id"], payload["amount"])
    return "", 204
""",
)

GOOD = (
    """
import hashlib
import hmac
from fastapi import APIRouter, HTTPException, Request

router = APIRouter()

async def trusted(request: Request) -> bytes:
    body = await request.body()
    expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Sum"]):
        raise HTTPException(401)
    return body

@router.post("/hooks/orders")
async def order_changed(request: Request) -> dict:
    await request.app.state.orders.apply(await trusted(request))
    return {"ok": True}
""",
    """
from fastapi import APIRouter, Depends
from payments.security import verified_event

router = APIRouter(dependencies=[Depends(verified_event)])

@router.post("/webhook")
def receive(event: dict) -> None:
    book(event)
""",
    """
from flask import Flask

app = Flask(__name__)

@app.get("/webhooks")
def list_webhooks():
    return load_webhooks()

@app.post("/webhooks/<int:number>/pause")
def pause(number: int):
    return describe(set_paused(find(number)))
""",
)

_WEBHOOK = re.compile(r"(^|[^a-z])(webhooks?|hooks?|ipn)([^a-z]|$)")
# services that are known to sign what they send
_PROVIDER = re.compile(
    r"stripe|paypal|github|gitlab|bitbucket|slack|twilio|shopify|mollie|adyen|sendgrid|mailgun|razorpay|klarna"
    r"|braintree|square|docusign|zendesk|intercom|hubspot|paddle"
)
_CALLED_BACK = re.compile(
    r"(^|[^a-z])(callbacks?|events?|notifications?|notify|push|inbound)([^a-z]|$)"
)
_CHECKING = re.compile(
    r"signature|signed|hmac|verif|construct_event|compare_digest|authenticat|authoriz|secret|svix"
    r"|api_?key|token|current_user|credential|check_sig|is_valid_request|allowed_ip|trusted"
)
_MANAGING = re.compile(r"^(create|register|add|delete|remove|update|list|get|test|trigger|send)_")
_BODY_NAMES = frozenset(
    {"request", "req", "payload", "event", "body", "data", "message", "notification"}
)
_BODY_ATTRIBUTES = frozenset({"get_json", "get_data", "json", "body", "data", "form", "POST"})
_STEPS = 50


def check(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report webhook handlers that nothing protects."""
    if not function.decorator_list or module.is_test:
        return
    routes = [r for r in routes_of(function, module) if not r.methods or "POST" in r.methods]
    route = next((r for r in routes if _is_webhook(function.name, r)), None)
    if route is None or _MANAGING.search(function.name) or not _acts(function):
        return
    if _is_protected(function, module):
        return
    yield module.finding(
        RULE,
        function,
        f"{function.name}() acts on the body of a webhook without checking its signature, so anyone "
        "can call it; verify the HMAC over the raw body first",
        evidence={"route": route.path, "methods": list(route.methods)},
    )


def _is_webhook(name: str, route: Route) -> bool:
    path, name = route.path.lower(), name.lower().replace("_", "-")
    if _WEBHOOK.search(path) or _WEBHOOK.search(name):
        return True
    said = f"{path} {name}"
    return bool(_PROVIDER.search(said) and _CALLED_BACK.search(said))


def _acts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it takes data in and does something with it."""
    calls = [n for n in ast.walk(function) if isinstance(n, ast.Call)]
    if len(calls) <= len(function.decorator_list) + 1:
        return False
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    if any(a.arg in _BODY_NAMES or _is_body(a.annotation) for a in arguments):
        return True
    return any(
        isinstance(n, ast.Attribute) and n.attr in _BODY_ATTRIBUTES for n in ast.walk(function)
    )


def _is_body(annotation: ast.expr | None) -> bool:
    """Whether a parameter is filled from the body: the request, a mapping or a model."""
    name = last_name(annotation.value if isinstance(annotation, ast.Subscript) else annotation or ast.Pass())  # fmt: skip
    return name in {"dict", "Dict", "bytes", "Any"} or name.endswith(
        ("Request", "Event", "Payload", "Body")
    )


def _is_protected(function: ast.AST, module: Module) -> bool:
    """Whether the handler, or anything of this module that it refers to, checks the sender."""
    seen: set[ast.AST] = {function}
    queue = [function]
    for piece in queue:
        for node in ast.walk(piece):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    if _CHECKING.search(name.lower()):
                        return True
                case ast.keyword(arg=str(name)) if _CHECKING.search(name.lower()):
                    return True
                case ast.Constant(value=str(text)) if (
                    len(text) < 60 and "signature" in text.lower()
                ):
                    return True
            if isinstance(node, ast.Name) and len(queue) < _STEPS:
                if _CHECKING.search((module.qualified(node) or "").lower()):
                    return True
                meant = module.definition(node) or module.assigned(node)
                if meant is not None and meant not in seen:
                    seen.add(meant)
                    queue.append(meant)
    hooks = (
        f
        for f in module.functions
        for d in f.decorator_list
        if getattr(d, "attr", "") == "before_request"
    )
    return any(_CHECKING.search(ast.unparse(f).lower()) for f in hooks)
