"""A handler loads an object by an identifier from the request and never asks whose it is.

Finds handlers for signed-in users that look an object up by an identifier from the address or the query and
neither compare it with the user nor narrow the query to him. Whoever counts the identifier up reads or
changes what belongs to others.

Query within what belongs to the user (``filter_by(id=number, owner=current_user)``), or compare the owner and
refuse. Where every user may see the object, say so in a suppression with the reason.

Leave it for data that is meant for everyone; the finding cannot know, and its confidence says so.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.flow import leaves
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.web_handlers import Route, routes_of
from autovet.checks.vocabulary.web_views import takes_request
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("object-access-unchecked", Category.SECURITY, confidence=0.5, cwe=639)

_SIGNED_IN = re.compile(r"^(?:login_required|jwt_required|auth_required|token_required|requires_auth|authenticated|LoginRequiredMixin|IsAuthenticated)$")  # fmt: skip
_PLAIN_WORDS = frozenset(
    {"permission_classes", "permissions", "IsAuthenticated", "authentication_classes"}
)
_PRIVILEGED = re.compile(r"admin|staff|superuser|permission|role|scope|polic|owner|owns|access|authoriz|author|allow|can_", re.IGNORECASE)  # fmt: skip
_USER = re.compile(r"^(?:current_user|user|request_user|me|principal|identity|viewer)$|get_jwt_identity|current_user|user_id|owner", re.IGNORECASE)  # fmt: skip
_IDENTIFIER = re.compile(r"(?:^|_)(?:id|pk|uuid|number|key|slug)$", re.IGNORECASE)
_LOADS = frozenset({"get", "get_or_404", "get_object_or_404", "find_one", "first", "one", "filter_by", "first_or_404", "get_by_id", "find_by_id", "load", "fetch", "scalar_one", "execute"})  # fmt: skip
_PERSONAL = re.compile(r"order|invoice|message|document|account|profile|payment|address|statement|contract|card|record|patient|ticket|note|booking|subscription|receipt|report|transaction|mail|letter|file|attachment|prescription|appointment|claim|loan|cart|basket|wallet|token|user|customer|member", re.IGNORECASE)  # fmt: skip
_CHANGED = re.compile(_PERSONAL.pattern + r"|post|comment|article|photo|image|picture|review|project|task|event|album|playlist|page|entry|todo|list|item|draft|video|recipe|answer|question", re.IGNORECASE)  # fmt: skip
_CHANGING = re.compile(r"/(?:edit|update|delete|remove|change|rename|publish)\b")

BAD = (
    """
from flask import Flask, jsonify
from flask_login import login_required

app = Flask(__name__)

@app.get("/invoices/<int:invoice_id>")
@login_required
def invoice(invoice_id):
    found = Invoice.query.get_or_404(invoice_id)  # <--
    return jsonify(found.to_dict())
""",
    """
from fastapi import Depends, FastAPI

app = FastAPI()

@app.put("/recipes/{recipe_id}")
def change(recipe_id: int, text: str, db=Depends(session), viewer=Depends(get_current_user)):
    db.get(Recipe, recipe_id).text = text  # <--
    return {}

@app.delete("/notes/{note_id}")
def remove(note_id: int, db=Depends(session), current_user=Depends(get_current_user)):
    note = db.get(Note, note_id)  # <--
    db.delete(note)
    return {}
""",
    """
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from flask import Flask, session

app = Flask(__name__)

@login_required
def contract(request, pk):
    return render(request, "contract.html", {"contract": get_object_or_404(Contract, pk=pk)})  # <--

@app.get("/letters/<int:letter_id>")
def letter(letter_id):
    if "user_id" not in session:
        return "", 401
    return Letter.query.get(letter_id).text  # <--
""",
)

GOOD = (
    """
from flask import Flask, abort, jsonify
from flask_login import current_user, login_required

app = Flask(__name__)

@app.get("/invoices/<int:invoice_id>")
@login_required
def invoice(invoice_id):
    found = Invoice.query.get_or_404(invoice_id)
    if found.customer_id != current_user.id:
        abort(404)
    return jsonify(found.to_dict())

@app.get("/receipts/<int:receipt_id>")
@login_required
@admin_required
def receipt(receipt_id):
    return jsonify(Receipt.query.get_or_404(receipt_id).to_dict())
""",
    """
from fastapi import Depends, FastAPI

app = FastAPI()

@app.get("/notes/{note_id}")
def note(note_id: int, db=Depends(session), current_user=Depends(get_current_user)):
    return db.query(Note).filter_by(id=note_id, owner_id=current_user.id).one()

@app.get("/planets/{planet_id}")
def planet(planet_id: int, db=Depends(session), current_user=Depends(get_current_user)):
    return db.get(Planet, planet_id)

@app.get("/drafts/{draft_id}")
def draft(draft_id: int, db=Depends(session)):
    if "user_id" not in session:
        return {}
    return db.get(Letter, draft_id, owner=session["user_id"])

@app.get("/articles/{order_id}")
def article(order_id: int, db=Depends(session)):
    return db.get(Article, order_id)
""",
)


def check(function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the first such load of a handler."""
    if module.is_test or not (function.decorator_list or takes_request(function, module)):
        return
    routes = routes_of(function, module)
    guards = [s for s in function.body if _is_sign_in_guard(s)]
    if not (routes or takes_request(function, module)) or not (guards or _knows_the_user(function)):
        return
    identifiers = _identifiers(function, routes)
    body = [s for s in function.body if s not in guards]
    if not identifiers or _is_privileged(function) or _asks_whose(body):
        return
    kinds = _CHANGED if _changes(routes) else _PERSONAL
    for node in (n for statement in body for n in ast.walk(statement)):
        if isinstance(node, ast.Call) and last_name(node.func) in _LOADS and _loads_by(node, identifiers, kinds):  # fmt: skip
            yield module.finding(
                RULE,
                node,
                f"any signed-in user gets the object of any {min(identifiers)}: it is never compared with the one who asks",
                evidence={"identifiers": sorted(identifiers)},
            )
            return


def _knows_the_user(function: FunctionNode) -> bool:
    names = [last_name(n) for d in function.decorator_list for n in ast.walk(d)]
    if any(_SIGNED_IN.search(n) for n in names):
        return True
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(_USER.search(a.arg) and a.arg != "user_id" for a in arguments) and any("Depends" in ast.unparse(d) for d in [*function.args.defaults, *filter(None, function.args.kw_defaults), *(a.annotation for a in arguments if a.annotation)])  # fmt: skip


def _is_privileged(function: FunctionNode) -> bool:
    places = [*function.decorator_list, *function.args.defaults, *filter(None, function.args.kw_defaults)]  # fmt: skip
    words = [last_name(n) for place in places for n in ast.walk(place)]
    words += [n.value for place in places for n in ast.walk(place) if isinstance(n, ast.Constant) and isinstance(n.value, str) and "/admin" in n.value]  # fmt: skip
    named = [function.name, *(w for w in words if w not in _PLAIN_WORDS)]
    return any(_PRIVILEGED.search(w) for w in named)


def _identifiers(function: FunctionNode, routes: list[Route]) -> frozenset[str]:
    paths = " ".join(r.path for r in routes)
    plain = [a.arg for a in [*function.args.args, *function.args.kwonlyargs] if _IDENTIFIER.search(a.arg)]  # fmt: skip
    return frozenset(n for n in plain if not paths.strip() or re.search(rf"[<{{:]{n}[>}}:]", paths))


def _is_sign_in_guard(statement: ast.stmt) -> bool:
    """``if "user_id" not in session: return`` and the like."""
    if not isinstance(statement, ast.If) or not leaves(statement.body):
        return False
    match statement.test:
        case ast.Compare(left=ast.Constant(), ops=[ast.NotIn()], comparators=[holder]):
            return last_name(holder) == "session"
        case ast.UnaryOp(op=ast.Not(), operand=tested):
            read = tested.func.value if isinstance(tested, ast.Call) and isinstance(tested.func, ast.Attribute) else tested  # fmt: skip
            return last_name(read) in {"session", "is_authenticated"}
    return False


def _asks_whose(body: list[ast.stmt]) -> bool:
    """Whether the body mentions the user, an owner or a right anywhere."""
    for node in (n for statement in body for n in ast.walk(statement)):
        word = last_name(node)
        if isinstance(node, ast.keyword):
            word = node.arg or ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            word = node.value
        if word and (_USER.search(word) or _PRIVILEGED.search(word)):
            return True
    return False


def _changes(routes: list[Route]) -> bool:
    """Whether a handler is there to change or remove what it loads."""
    methods = {m for r in routes for m in r.methods}
    return bool(methods) and (methods <= {"PUT", "PATCH", "DELETE"} or (methods == {"POST"} and any(_CHANGING.search(r.path) for r in routes)))  # fmt: skip


def _loads_by(call: ast.Call, identifiers: frozenset[str], kinds: re.Pattern[str]) -> bool:
    given = [*call.args, *(k.value for k in call.keywords)]
    by_identifier = any(isinstance(n, ast.Name) and n.id in identifiers for g in given for n in ast.walk(g))  # fmt: skip
    words = [last_name(n) for n in ast.walk(call)]
    words += [n.value for n in ast.walk(call) if isinstance(n, ast.Constant) and isinstance(n.value, str)]  # fmt: skip
    return by_identifier and any(kinds.search(w) for w in words if w not in identifiers)
