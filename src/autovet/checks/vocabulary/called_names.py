"""What a call runs, by dotted name, also where a fragment came without its imports."""

import ast

from autovet.checks.vocabulary.value_types import type_of
from autovet.source.module import Module

# names that hardly anyone gives to anything else
_BARE = {
    "mktemp": "tempfile.mktemp",
    "mkstemp": "tempfile.mkstemp",
    "wrap_socket": "ssl.wrap_socket",
    "XMLParser": "lxml.etree.XMLParser",
    "etree.XMLParser": "lxml.etree.XMLParser",
    "csrf_exempt": "django.views.decorators.csrf.csrf_exempt",
    "Response": "flask.Response",
    "HttpResponse": "django.http.HttpResponse",
    "Thread": "threading.Thread",
    "ThreadPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "sha1": "hashlib.sha1",
    "md5": "hashlib.md5",
    "AutoAddPolicy": "paramiko.AutoAddPolicy",
    "WarningPolicy": "paramiko.WarningPolicy",
}


def called_name(call: ast.Call, module: Module) -> str | None:
    """The dotted name of what a call runs; ``<class>.<method>`` for a method of a known class."""
    return value_name(call.func, module)


def value_name(node: ast.expr, module: Module) -> str | None:
    """The dotted name that an expression stands for, through imports and receivers' types."""
    name = module.qualified(node)
    if name is not None:
        return _BARE.get(name, name)
    if isinstance(node, ast.Attribute):
        kind = type_of(node.value, module)
        return f"{kind}.{node.attr}" if kind else None
    return None
