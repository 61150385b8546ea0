"""A function of the project is called with arguments that its signature does not accept.

Finds calls to functions and classes that other files of the project define, with a keyword that
the signature lacks, with too many positional arguments, or without a required one. The call raises
TypeError. Generated code recalls how such a helper usually looks, not how this project wrote it.

Call it as its definition says; the evidence quotes the signature.

Leave it when a decorator changes the signature. Decorated functions, and calls with ``*args`` or
``**kwargs``, are never judged.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.dataclass_signature import dataclass_signature
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("wrong-project-call", Category.FACTUAL_ACCURACY, Severity.ERROR, confidence=0.95)

_FILES = {
    "shop/mail.py": (
        "def send(to, subject, *, urgent=False):\n    return to, subject, urgent\n\n"
        "def log(message, *values, **extra):\n    return message\n\n"
        "def wrap(f):\n    return f\n\n@wrap\ndef odd():\n    return 1\n\n"
        "class Letter:\n    def __init__(self, text, pages=1):\n        self.text = text\n"
    ),
    "shop/parcels.py": (
        "from dataclasses import KW_ONLY, dataclass, field\nfrom typing import ClassVar\n\n\n"
        "@dataclass(frozen=True)\nclass Parcel:\n    weight: float\n    to: str = ''\n"
        "    items: list[str] = field(default_factory=list)\n"
        "    serial: int = field(init=False, default=0)\n    most: ClassVar[int] = 9\n"
        "    _: KW_ONLY\n    fragile: bool = False\n"
    ),
}
BAD = (
    Example(
        """
from shop.mail import Letter, send

def remind(customer):
    send(customer, "Hello", priority=1)  # <--
    send(customer)  # <--
    return Letter("a", 2, 3)  # <--
""",
        files=_FILES,
    ),
    Example(
        """
from shop import mail

def remind(customer):
    return mail.send(customer, "Hello", True)  # <--
""",
        files=_FILES,
    ),
    Example(
        """
from shop.parcels import Parcel

def pack(weight):
    Parcel(weight, serial=3)  # <--
    Parcel()  # <--
    return Parcel(weight, "Oslo", ["cup"], True)  # <--
""",
        files=_FILES,
    ),
)
GOOD = (
    Example(
        """
from shop.parcels import Parcel

def pack(weight):
    return Parcel(weight), Parcel(weight, "Oslo", items=["cup"], fragile=True)
""",
        files=_FILES,
    ),
    Example(
        """
from shop import mail
from shop.mail import Letter, log, odd, send

def remind(customer, *rest, **options):
    send(customer, subject="Hello", urgent=True)
    send(*rest)
    send(customer, **options)
    log("a", 1, 2, level=3)
    odd(1, 2)
    return mail.Letter(text="x"), Letter("y", 2)
""",
        files=_FILES,
    ),
    Example(
        """
def send(a, b, c):
    return a, b, c

def remind(customer):
    return send(customer, 1, 2)
""",
        files=_FILES,
    ),
)


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report calls that a known signature of the project refuses."""
    if not project.known or not isinstance(call.func, (ast.Name, ast.Attribute)):
        return
    name = module.qualified(call.func)
    if name is None or name.partition(".")[0] not in project.top_level:
        return
    base, _, member = name.rpartition(".")
    source = project.by_name.get(base)
    found = _callable(member, source) if source is not None else None
    if source is None or found is None:
        return
    signature, bound = found
    fault = _fault(call, signature, bound)
    if fault is not None:
        yield module.finding(
            RULE,
            call,
            f"{member}() in {source.path} {fault}",
            evidence={"function": name, "signature": f"{member}({ast.unparse(signature)})"},
        )


def _callable(name: str, source: Module) -> tuple[ast.arguments, int] | None:
    """The signature of a name's one definition, and how many arguments Python itself gives."""
    bindings = source.scopes.module.bindings.get(name, [])
    if len(bindings) != 1:
        return None
    only = bindings[0]
    if isinstance(only, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None if only.decorator_list else (only.args, 0)
    if isinstance(only, ast.ClassDef) and not only.bases and not only.keywords:
        methods = [s for s in only.body if isinstance(s, ast.FunctionDef)]
        if any(m.name == "__new__" for m in methods):
            return None
        init = next((m for m in methods if m.name == "__init__" and not m.decorator_list), None)
        if init is not None:
            return None if only.decorator_list else (init.args, 1)
        fields = dataclass_signature(only, source)
        return None if fields is None else (fields, 0)
    return None


def _fault(call: ast.Call, signature: ast.arguments, bound: int) -> str | None:
    if any(isinstance(a, ast.Starred) for a in call.args) or any(
        k.arg is None for k in call.keywords
    ):
        return None
    positional = [*signature.posonlyargs, *signature.args][bound:]
    by_keyword = {a.arg for a in [*signature.args, *signature.kwonlyargs]}
    given = {k.arg for k in call.keywords if k.arg is not None}
    for keyword in call.keywords:
        if keyword.arg not in by_keyword and signature.kwarg is None:
            return f"has no parameter {keyword.arg}"
    if len(call.args) > len(positional) and signature.vararg is None:
        return f"takes {len(positional)} positional arguments, but {len(call.args)} are given"
    taken = {a.arg for a in positional[: len(call.args)]}
    twice = sorted(taken & given - {a.arg for a in signature.posonlyargs})
    if twice:
        return f"gets {twice[0]} twice"
    required = positional[: max(len(positional) - len(signature.defaults), 0)]
    needed = [a.arg for a in required]
    needed += [
        a.arg
        for a, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True)
        if default is None
    ]
    missing = [n for n in needed if n not in taken and n not in given]
    return f"needs {', '.join(missing)}" if missing else None
