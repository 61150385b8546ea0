"""A time without a zone in JSON that leaves the program.

Finds ``datetime.now()`` and ``utcnow()`` without a zone, or their text, among the values of a
dictionary that is serialised, sent or returned by a web handler.

The receiver takes the time for its own zone, so it is hours off, and differently in summer.

Use ``datetime.now(timezone.utc).isoformat()``, which writes the offset. Times that stay inside the
program are another rule's matter.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.web_handlers import is_handler
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("naive-datetime-sent", Category.INTEGRATION, confidence=0.85)

_NAIVE = frozenset({"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.datetime.utcfromtimestamp", "datetime.datetime.fromtimestamp"})  # fmt: skip
_ZONE_AT = {"now": 0, "today": 0, "fromtimestamp": 1}
_SERIALISERS = frozenset({"json.dumps", "json.dump", "flask.jsonify", "orjson.dumps", "ujson.dumps", "fastapi.responses.JSONResponse", "starlette.responses.JSONResponse", "django.http.JsonResponse"})  # fmt: skip
_SENDERS = frozenset({"publish", "send_json", "emit", "send", "put_record", "post", "put", "patch"})

BAD = (
    """
import json
from datetime import datetime, timedelta

def opening(hours):
    opens = datetime.now() + timedelta(hours=hours)  # <--
    return json.dumps({"opens": opens.isoformat()})

def reading(seconds, value):
    taken = datetime.utcfromtimestamp(seconds)  # <--
    report = {"value": value, "taken": taken.isoformat()}
    return json.dumps(report)
""",
    """
import json
from datetime import datetime

def note(name):
    return json.dumps({"name": name, "at": datetime.now().isoformat()})  # <--
""",
    """
import requests
from datetime import datetime
from flask import Flask

app = Flask(__name__)

@app.get("/state")
def state():
    return {"state": "up", "time": datetime.utcnow().isoformat()}  # <--

def report(url):
    body = {"at": datetime.now().strftime("%Y-%m-%dT%H:%M:%S")}  # <--
    requests.post(url, json=body, timeout=5).raise_for_status()
""",
)

GOOD = (
    """
import json
from datetime import UTC, datetime

def reading(seconds, value):
    taken = datetime.fromtimestamp(seconds, UTC)
    began = datetime.now()
    print(datetime.now() - began)
    return json.dumps({"value": value, "taken": taken.isoformat()})
""",
    """
import json
from datetime import datetime, timezone

def note(name):
    return json.dumps({"name": name, "at": datetime.now(timezone.utc).isoformat()})

def local():
    row = {"at": datetime.now()}
    return row
""",
    """
import json
from datetime import datetime

def zoned():
    return json.dumps({"at": datetime.utcnow().isoformat() + "Z", "day": datetime.now().strftime("%Y-%m-%d")})

def stamp():
    return json.dumps({"at": datetime.now().timestamp(), "year": datetime.now().year, "t": datetime.now().astimezone().isoformat()})
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the value in the dictionary."""
    if module.qualified(call.func) not in _NAIVE or module.is_test:
        return
    zoned = any(k.arg in {"tz", "tzinfo"} for k in call.keywords)
    zone_at = _ZONE_AT.get(last_name(call.func))
    if zoned or (zone_at is not None and len(call.args) > zone_at):
        return
    for use in _uses(call, module):
        finding = _sent(use, call, module)
        if finding is not None:
            yield finding
            return


def _uses(call: ast.Call, module: Module) -> list[ast.expr]:
    """Where the time is used: the call itself, or the name that it alone is given to."""
    value: ast.expr = call
    parent = module.parent(call)
    while isinstance(parent, ast.BinOp):  # now() + timedelta(hours=1)
        value, parent = parent, module.parent(parent)
    if isinstance(parent, ast.Attribute) and isinstance(text := module.parent(parent), ast.Call):
        if not _is_moment(parent.attr, text):
            return [call]
        value, parent = text, module.parent(text)
    if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
        return [call]
    name, function = parent.targets[0].id, module.function_of(call)
    if function is None:
        return []
    return [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name)
        and n.id == name
        and isinstance(n.ctx, ast.Load)
        and module.assigned(n) is value
    ]


def _sent(use: ast.expr, made: ast.Call, module: Module) -> Finding | None:
    """The finding where a time stands in a dictionary that leaves the program."""
    value: ast.expr = use
    parent = module.parent(use)
    while isinstance(parent, ast.BinOp):
        value, parent = parent, module.parent(parent)
    if isinstance(parent, ast.Attribute):
        text = module.parent(parent)
        if not isinstance(text, ast.Call) or not _is_moment(parent.attr, text):
            return None
        value, parent = text, module.parent(text)
    if not isinstance(parent, ast.Dict) or value not in parent.values:
        return None
    if not _leaves(parent, module):
        return None
    return module.finding(
        RULE,
        value if use is made else made,
        "this time has no zone, so whoever receives it takes it for local time: use datetime.now(timezone.utc)",
        evidence={"value": module.segment(value)},
    )


def _is_moment(method: str, text: ast.Call) -> bool:
    """Whether the text holds a time of day, and no zone written by hand."""
    if method == "isoformat":
        return True
    if method != "strftime" or not text.args or not isinstance(text.args[0], ast.Constant):
        return False
    form = str(text.args[0].value)
    return "%H" in form and "%z" not in form and not form.endswith("Z")


def _leaves(node: ast.Dict, module: Module) -> bool:
    """Whether the dictionary is serialised, sent or answered, directly or by its name."""
    outer: ast.AST = node
    parent = module.parent(outer)
    while isinstance(parent, (ast.Dict, ast.List, ast.Tuple)):
        outer, parent = parent, module.parent(parent)
    if _is_exit(outer, parent, module):
        return True
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        name, function = parent.targets[0].id, module.function_of(parent)
        uses = ast.walk(function) if function is not None else ()
        return any(
            isinstance(n, ast.Name)
            and n.id == name
            and isinstance(n.ctx, ast.Load)
            and _is_exit(n, module.parent(n), module)
            for n in uses
        )
    return False


def _is_exit(value: ast.AST, parent: ast.AST | None, module: Module) -> bool:
    if isinstance(parent, ast.Return):
        function = module.function_of(value)
        return function is not None and is_handler(function, module)
    if isinstance(parent, ast.keyword):
        sent = module.parent(parent)
        return (
            parent.arg == "json"
            and isinstance(sent, ast.Call)
            and (http_call(sent, module) is not None or last_name(sent.func) in _SENDERS)
        )
    if isinstance(parent, ast.Call) and value in parent.args:
        return (
            module.qualified(parent.func) in _SERIALISERS or last_name(parent.func) == "send_json"
        )
    return False
