"""Which calls send an HTTP request."""

import ast
from dataclasses import dataclass

from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_NAMED_BY_ARGUMENT = frozenset({"request", "stream"})
_FUNCTIONS = {"requests": "requests", "requests.api": "requests", "httpx": "httpx"}
_CLIENTS = {
    "requests.Session": ("requests", True),
    "httpx.Client": ("httpx", True),
    "httpx.AsyncClient": ("httpx", False),
    "aiohttp.ClientSession": ("aiohttp", False),
    "urllib3.PoolManager": ("urllib3", True),
}
_URLOPEN = "urllib.request.urlopen"
# what people call a client whose class the module does not show
_CLIENT_NAMES = frozenset(
    {"client", "session", "http", "http_client", "http_session", "api_client"}
)


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A call that sends a request.

    Attributes:
        method: ``GET``, ``POST``...; empty when it is computed.
        library: ``requests``, ``httpx``, ``aiohttp``, ``urllib3``, ``urllib``; empty when only
            the shape of the call says that it is one.
        blocking: whether the calling thread waits for the answer.
        client: the client object that it goes through; None for a module-level function.
        url: the argument that holds the address.
    """

    method: str
    library: str
    blocking: bool
    client: ast.expr | None
    url: ast.expr | None


def http_call(call: ast.Call, module: Module) -> HttpCall | None:
    """Say what request a call sends; None when it sends none, as far as one can tell."""
    func = call.func
    verb = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    name = module.qualified(func)
    if name == _URLOPEN:
        has_body = len(call.args) > 1 or any(k.arg == "data" for k in call.keywords)
        url = call.args[0] if call.args else None
        return HttpCall("POST" if has_body else "GET", "urllib", True, None, url)
    if name is not None:
        library = _FUNCTIONS.get(name.rpartition(".")[0], "")
        verb = name.rpartition(".")[2]
        if library and (verb in VERBS or verb in _NAMED_BY_ARGUMENT):
            return HttpCall(_method(verb, call), library, True, None, _url(verb, call))
    if verb not in VERBS and verb not in _NAMED_BY_ARGUMENT:
        return None
    if not isinstance(func, ast.Attribute):
        return None
    if (kind := type_of(func.value, module)) is not None:
        if kind not in _CLIENTS:
            return None
        library, blocking = _CLIENTS[kind]
        return HttpCall(_method(verb, call), library, blocking, func.value, _url(verb, call))
    if _looks_like_client(func.value) and _looks_like_address(_url(verb, call)):
        awaited = isinstance(module.parent(call), (ast.Await, ast.withitem))
        return HttpCall(_method(verb, call), "", not awaited, func.value, _url(verb, call))
    return None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value that a call passes by keyword."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def _method(verb: str, call: ast.Call) -> str:
    if verb in VERBS:
        return verb.upper()
    method = call.args[0] if call.args else keyword(call, "method")
    if isinstance(method, ast.Constant) and isinstance(method.value, str):
        return method.value.upper()
    return ""


def _url(verb: str, call: ast.Call) -> ast.expr | None:
    position = 0 if verb in VERBS else 1
    return call.args[position] if len(call.args) > position else keyword(call, "url")


def _looks_like_client(receiver: ast.expr) -> bool:
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return name.lstrip("_").lower() in _CLIENT_NAMES


def _looks_like_address(url: ast.expr | None) -> bool:
    if isinstance(url, ast.JoinedStr) and url.values:
        url = url.values[0]
    if isinstance(url, ast.Constant) and isinstance(url.value, str):
        return url.value.startswith(("/", "http://", "https://"))
    return False
