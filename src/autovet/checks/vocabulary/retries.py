"""Loops and decorators that try something again after it failed."""

import ast
from dataclasses import dataclass

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import HttpCall, http_call
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

_REMOTE_ERRORS = ("requests.", "httpx.", "aiohttp.", "urllib.error.", "urllib3.", "botocore.", "grpc.", "redis.", "sqlalchemy.exc.OperationalError", "sqlalchemy.exc.DBAPIError", "sqlalchemy.exc.TimeoutError", "psycopg2.OperationalError", "psycopg.OperationalError", "pymysql.OperationalError", "pika.", "smtplib.", "paramiko.", "socket.")  # fmt: skip
_REMOTE_BUILTINS = frozenset({"builtins.ConnectionError", "builtins.ConnectionResetError", "builtins.ConnectionRefusedError", "builtins.TimeoutError", "asyncio.TimeoutError"})  # fmt: skip
_PAUSES = frozenset({"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep", "gevent.sleep"})
_RETRY_DECORATORS = frozenset({"tenacity.retry", "retrying.retry", "retry.retry", "stamina.retry", "backoff.on_exception"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class RetryLoop:
    """A loop that tries the same thing again.

    Attributes:
        attempt: the ``try`` whose failure leads to another round.
        going_on: the handlers after which the loop goes on.
    """

    loop: ast.For | ast.AsyncFor | ast.While
    attempt: ast.Try
    going_on: tuple[ast.ExceptHandler, ...]


def retry_loop(loop: ast.For | ast.AsyncFor | ast.While, module: Module) -> RetryLoop | None:
    """Read a loop as one that repeats a remote call until it succeeds; None when it is no such."""
    if isinstance(loop, ast.While):
        counted = False
    else:
        counter = isinstance(loop.iter, ast.Call) and last_name(loop.iter.func) in {
            "range",
            "count",
        }
        if not counter:
            return None
        counted = True
    attempts = [s for s in loop.body if isinstance(s, ast.Try)]
    attempts += [
        s for w in loop.body if isinstance(w, (ast.With, ast.AsyncWith)) for s in w.body if isinstance(s, ast.Try)
    ]  # fmt: skip
    for attempt in attempts:
        if not _ends_on_success(attempt, loop):
            continue
        going_on = tuple(h for h in attempt.handlers if not _always_leaves(h.body))
        if not going_on:
            continue
        calls = remote_calls(attempt.body, module)
        remote_errors = counted and any(_catches_remote(h, module) for h in going_on)
        varies = counted and _depends_on_counter(attempt, loop)
        if (calls or remote_errors) and not varies:
            return RetryLoop(loop, attempt, going_on)
    return None


def paused_retry(loop: ast.For | ast.AsyncFor | ast.While, module: Module) -> ast.Try | None:
    """The ``try`` of a loop that tries the same thing again after a pause; None for other loops."""
    attempts = [s for s in loop.body if isinstance(s, ast.Try)]
    if len(attempts) != 1:
        return None
    (attempt,) = attempts
    pauses = any(
        isinstance(n, ast.Call) and module.qualified(n.func) in _PAUSES
        for s in loop.body
        for n in ast.walk(s)
    )
    again = any(not _always_leaves(h.body) for h in attempt.handlers)
    varies = _depends_on_counter(attempt, loop)
    return attempt if pauses and again and not varies and _ends_on_success(attempt, loop) else None


def remote_calls(body: list[ast.stmt], module: Module) -> list[tuple[ast.Call, HttpCall]]:
    """The HTTP calls of some statements, and of the module's functions that they call."""
    found = []
    for call in (n for s in body for n in ast.walk(s) if isinstance(n, ast.Call)):
        request = http_call(call, module)
        if request is not None:
            found.append((call, request))
            continue
        function = called_function(call, module)
        for inner in own_calls(function) if function else []:
            request = http_call(inner, module)
            if request is not None:
                found.append((call, request))
                break
    return found


def retry_decorator(function: FunctionNode, module: Module) -> ast.expr | None:
    """The decorator that calls the function again when it raises."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if module.qualified(target) in _RETRY_DECORATORS:
            return decorator
    return None


def _ends_on_success(attempt: ast.Try, loop: ast.stmt) -> bool:
    """Whether the loop is left from the ``try`` or right after it when all went well."""
    leaving = [*attempt.body, *attempt.orelse]
    body = getattr(loop, "body", [])
    if attempt in body:
        leaving += body[body.index(attempt) + 1 :]
    return any(
        isinstance(n, (ast.Return, ast.Break)) for statement in leaving for n in ast.walk(statement)
    )


def _always_leaves(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, (ast.Raise, ast.Return, ast.Break)):
        return True
    if isinstance(last, ast.If):
        return bool(last.orelse) and _always_leaves(last.body) and _always_leaves(last.orelse)
    return False


def _catches_remote(handler: ast.ExceptHandler, module: Module) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [module.qualified(k) or "" for k in kinds if k is not None]
    return any(n.startswith(_REMOTE_ERRORS) or n in _REMOTE_BUILTINS for n in names)


def _depends_on_counter(attempt: ast.Try, loop: ast.stmt) -> bool:
    """Whether every round asks for something else, such as the next page."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(loop.target, ast.Name):
        return False
    name = loop.target.id
    if name.startswith(("attempt", "retry", "retries", "tries", "try", "_")):
        return False
    return any(isinstance(n, ast.Name) and n.id == name for s in attempt.body for n in ast.walk(s))
