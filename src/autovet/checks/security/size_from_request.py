"""A request decides how much is allocated or how often a loop runs.

Finds numbers out of a request that are used as a size (``bytes(n)``, ``"x" * n``, ``range(n)``, ``sleep(n)``)
and are compared with nothing on the way. One request for a few thousand millions takes the memory or the
time of the whole process.

Compare the number with the largest that makes sense, or cut it off with ``min``.

Leave it where a limit stands in front of the application, and say so in a suppression.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("size-from-request", Category.SECURITY, confidence=0.65, cwe=770)

_READ = frozenset({"args", "form", "values", "json", "get_json", "GET", "POST", "query_params", "headers", "cookies", "query", "rel_url", "match_info", "path_params", "data"})  # fmt: skip
_REQUESTS = frozenset({"request", "req", "self"})
_SIZED = frozenset({"builtins.range", "builtins.bytes", "builtins.bytearray", "os.urandom", "secrets.token_bytes", "secrets.token_hex", "time.sleep", "asyncio.sleep", "numpy.zeros", "numpy.ones", "numpy.empty", "random.randbytes", "itertools.repeat"})  # fmt: skip

BAD = (
    """
from flask import Flask, request

app = Flask(__name__)

@app.get("/noise")
def noise():
    length = int(request.args.get("length", "10"))
    return bytes(length)  # <--
""",
    """
from django.http import JsonResponse

def rows(request):
    count = int(request.GET["count"])
    return JsonResponse({"rows": [{"row": n} for n in range(count)]})  # <--
""",
)

GOOD = (
    """
from flask import Flask, abort, request

app = Flask(__name__)

@app.get("/noise")
def noise():
    length = int(request.args.get("length", "10"))
    if not 0 < length <= 4096:
        abort(400)
    return bytes(length)

@app.get("/lines")
def lines():
    count = min(int(request.args["count"]), 100)
    page = int(request.args["page"])
    return {"lines": ["x" for _ in range(count)], "page": page * 100}
""",
    """
def noise(length):
    return bytes(int(length))

def pairs(rows, request):
    known = len(request.args)
    return [n for n in range(known)]
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report sizes that nothing limits."""
    if not (isinstance(call.func, ast.Name) and call.func.id == "int" and call.args):
        return
    if not _comes_with_request(call.args[0]) or module.is_test:
        return
    function = module.function_of(call)
    statement = module.parent(call)
    if function is None:
        return
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name = statement.targets[0].id
        used = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
        if any(_limits(n, module) for n in used):
            return
        sizes = [s for n in used if (s := _sized_by(n, module)) is not None]
    else:
        sizes = [s for s in [_sized_by(call, module)] if s is not None]
    if sizes and not any(isinstance(n, ast.Slice) for n in ast.walk(call.args[0])):
        yield module.finding(
            RULE,
            sizes[0],
            "the sender decides how much this takes, and nothing limits the number; compare it with the largest that makes sense",
        )


def _comes_with_request(node: ast.expr) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in _READ and last_name(part.value) in _REQUESTS:  # fmt: skip
            return True
    return False


def _limits(name: ast.Name, module: Module) -> bool:
    """Whether the number is compared, cut off or handed on to something that may do so."""
    if isinstance(name.ctx, ast.Store):
        return not isinstance(module.parent(name), ast.Assign)
    for node in module.ancestors(name):
        if isinstance(node, ast.Compare):
            return True
        if isinstance(node, ast.Call):
            return module.qualified(node.func) not in _SIZED
        if isinstance(node, ast.stmt):
            return False
    return False


def _sized_by(node: ast.expr, module: Module) -> ast.expr | None:
    parent = module.parent(node)
    if (
        isinstance(parent, ast.Call)
        and node in parent.args
        and module.qualified(parent.func) in _SIZED
    ):
        return parent
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult):
        other = parent.left if parent.right is node else parent.right
        is_text = isinstance(other, ast.Constant) and isinstance(other.value, (str, bytes))
        return parent if is_text or isinstance(other, ast.List) else None
    return None
