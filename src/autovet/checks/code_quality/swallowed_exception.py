"""A broad except clause that makes every failure disappear.

Finds ``except Exception``, ``except BaseException`` and bare ``except`` whose body does nothing
about the error: ``pass``, ``continue``, an empty default, an empty result. The same goes for
``contextlib.suppress(Exception)``.

A typing error, a full disk and the one expected failure look alike afterwards: the program goes
on with missing data, and nothing says why.

Catch the errors that are expected, and log or count what is skipped; let everything else rise.
Leave it where failing is no loss: cleaning up, an optional import, a destructor, or where a
comment in the handler gives the reason.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("swallowed-exception", Category.CODE_QUALITY, confidence=0.9, cwe=390)

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
_SUPPRESS = frozenset({"contextlib.suppress", "suppress"})
_CLEANUP = (
    "close", "aclose", "shutdown", "stop", "kill", "terminate", "cleanup", "unlink", "rmtree", "remove", "disconnect",
    "rollback", "release", "quit", "cancel", "dispose", "teardown", "flush", "wait_closed", "logout", "__del__",
    "__exit__", "__aexit__", "__repr__", "__str__", "detach", "delete", "wait", "join", "tearDown",
)  # fmt: skip
_REASON_WORDS = 4
_ASKING = (
    "is",
    "has",
    "can",
    "supports",
    "exists",
    "check",
    "ping",
    "test",
    "should",
    "contains",
    "validate",
    "health",
)

BAD = (
    """
def load_all(paths, parse):
    loaded = []
    for path in paths:
        try:
            loaded.append(parse(path.read_text()))
        except Exception:  # <--
            continue
    return loaded
""",
    """
import json

def settings(path):
    try:
        found = json.loads(path.read_text())
    except:  # <--
        found = {}
    return found

def price(api, sku) -> int | None:
    try:
        answer = api.get(sku)
        return answer["price"]
    except (ValueError, Exception) as error:  # <--
        return None

def send(link, text):
    try:
        link.send(text)
        return True
    except Exception:  # <--
        return False
""",
    """
import contextlib

def notify(users, mail):
    for user in users:
        with contextlib.suppress(Exception):  # <--
            mail.send(user)
""",
)

GOOD = (
    """
import logging

log = logging.getLogger(__name__)

def load(paths, parse):
    for path in paths:
        try:
            yield parse(path)
        except KeyError:
            pass
        except (ValueError, TypeError):
            continue
        except Exception:
            log.exception("cannot read %s", path)
""",
    """
try:
    import fast_json as json
except Exception:
    json = None

class Pool:
    def __del__(self):
        try:
            self.drop()
        except Exception:
            pass

    def run(self, job):
        failure = None
        try:
            job()
        except Exception as error:
            failure = error
        try:
            self.connection.close()
        except Exception:
            pass
        return failure

    def is_alive(self):
        try:
            self.connection.ping()
            return True
        except Exception:
            return False
""",
    """
def width(terminal):
    try:
        size = terminal.size()
    except Exception:
        size = None
    if size is None:
        return 80
    try:
        return terminal.best()
    except Exception:
        # Plug-ins may raise anything here, and the width is only a hint.
        return size
""",
)


def check(
    node: ast.Try | ast.TryStar | ast.With | ast.AsyncWith, module: Module
) -> Iterator[Finding]:
    """Report broad handlers without effect, at the clause."""
    if module.is_test:
        return
    if isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            call = item.context_expr
            if (
                isinstance(call, ast.Call)
                and module.qualified(call.func) in _SUPPRESS
                and any(module.qualified(a) in _BROAD for a in call.args)
                and not _cleans_up(node, node.body, module)
            ):
                yield _finding(module.span(call), "suppress(Exception)", module)
        return
    if all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in node.body[:1]):
        return
    for handler in node.handlers:
        if not _is_broad(handler, module) or not all(_is_nothing(s) for s in handler.body):
            continue
        if _is_meaningful(node, handler, module) or _cleans_up(node, node.body, module):
            continue
        start, end = module.span(handler), module.span(handler.body[-1])
        span = Span(start.line, start.column, end.end_line, end.end_column)
        caught = f"except {module.segment(handler.type)}" if handler.type else "A bare except"
        yield _finding(span, caught, module)


def _finding(span: Span, caught: str, module: Module) -> Finding:
    explained = any(
        span.line <= c.line <= span.end_line and len(c.text.split()) > _REASON_WORDS
        for c in module.comments
    )
    return module.finding(
        RULE,
        span,
        f"{caught} hides every failure, programming errors included: catch what is expected, and log the rest",
        severity=Severity.INFO if explained else None,
    )


def _is_broad(handler: ast.ExceptHandler, module: Module) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or module.qualified(kind) in _BROAD for kind in kinds)


def _is_empty(value: ast.expr | None) -> bool:
    """None, an empty literal or an empty container."""
    if value is None:
        return True
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_empty(item) for item in value.elts)
    if isinstance(value, ast.Dict):
        return not value.keys
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in {"dict", "list", "set", "tuple", "str"}
        and not value.args
        and not value.keywords
    )


def _is_nothing(statement: ast.stmt) -> bool:
    """A statement that neither tells anybody nor keeps the error."""
    if isinstance(statement, (ast.Pass, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or _says_little(statement.value)
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Return)):
        return _is_empty(statement.value)
    return False


def _says_little(value: ast.expr) -> bool:
    """Whether it is a fixed text for the debug log, which says neither what failed nor why."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "debug"
        and not value.keywords
        and all(isinstance(argument, ast.Constant) for argument in value.args)
    )


def _is_meaningful(node: ast.Try | ast.TryStar, handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the handler's default says something that the code around it acts upon."""
    last = handler.body[-1]
    function = module.function_of(node)
    if isinstance(last, ast.Return):
        negative = isinstance(last.value, ast.Constant) and last.value.value is False
        return negative and function is not None and function.name.lstrip("_").startswith(_ASKING)
    if isinstance(last, (ast.Assign, ast.AnnAssign)):
        target = last.targets[0] if isinstance(last, ast.Assign) else last.target
        if not isinstance(target, ast.Name) or not _assigns(node.body, target.id):
            return True
        scope: ast.AST = function or module.tree
        return any(
            isinstance(name, ast.Name) and name.id == target.id and _is_tested(name, module)
            for name in own_nodes(getattr(scope, "body", ()))
        )
    if (
        isinstance(last, (ast.Pass, ast.Break))
        and node.body
        and isinstance(node.body[-1], ast.Return)
    ):
        # Tries one way, and goes on with another.
        return True
    return isinstance(last, ast.Continue) and any(
        isinstance(s, (ast.Break, ast.Return)) for s in [*node.body, *node.orelse]
    )


def _assigns(body: list[ast.stmt], name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
        for n in own_nodes(body)
    )


def _is_tested(name: ast.Name, module: Module) -> bool:
    child: ast.AST = name
    for ancestor in module.ancestors(name):
        if isinstance(ancestor, (ast.If, ast.While, ast.IfExp)):
            return child is ancestor.test
        if not isinstance(ancestor, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
            return False
        if isinstance(ancestor, ast.BoolOp) and child is not ancestor.values[-1]:
            return True
        child = ancestor
    return False


def _cleans_up(node: ast.AST, body: list[ast.stmt], module: Module) -> bool:
    """Whether the failure is one of tidying up, which must not hide the real outcome."""
    function = module.function_of(node)
    if function is not None and function.name.lstrip("_") in {n.lstrip("_") for n in _CLEANUP}:
        return True
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        value = body[0].value
        call = value.value if isinstance(value, ast.Await) else value
        if isinstance(call, ast.Call):
            called = (
                call.func.attr
                if isinstance(call.func, ast.Attribute)
                else getattr(call.func, "id", "")
            )
            if called in _CLEANUP or called.startswith(("close", "cancel", "stop")):
                return True
    inside = module.statement_of(node)
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.ExceptHandler):
            return True
        if isinstance(ancestor, (ast.Try, ast.TryStar)) and inside in ancestor.finalbody:
            return True
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, ast.stmt):
            inside = ancestor
    return False
