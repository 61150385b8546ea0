"""A default that is worked out when the function is defined, not when it is called.

Finds parameter defaults that ask for the time, for a random value or for a new identifier, and
mutable objects that a call builds.

The value is computed once, at import: every call without the argument gets the same time stamp,
identifier or list.

Default to None and work it out in the body; in a dataclass, use ``default_factory``.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("default-evaluated-once", Category.CODE_QUALITY, confidence=0.95)

_CHANGING = frozenset({
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "time.time",
    "time.monotonic", "time.perf_counter", "time.localtime", "time.strftime", "uuid.uuid4", "uuid.uuid1",
    "random.random", "random.randint", "random.choice", "random.uniform", "secrets.token_hex", "secrets.token_urlsafe",
    "secrets.token_bytes", "os.urandom", "os.getcwd", "pathlib.Path.cwd", "tempfile.mkdtemp", "django.utils.timezone.now",
})  # fmt: skip
_TEXT_OF = frozenset({"builtins.str", "builtins.int", "builtins.repr"})

BAD = (
    """
from datetime import datetime

def note(text, at=datetime.now()):  # <--
    return at, text
""",
    """
import uuid
from dataclasses import dataclass

def start(name, *, key=str(uuid.uuid4())):  # <--
    return name, key

@dataclass
class Entry:
    id: str = uuid.uuid4().hex  # <--

class Patience:
    def __init__(self):
        self.left = 3

    def lose(self):
        self.left -= 1

def ask(question, patience=Patience()):  # <--
    patience.lose()
    return question
""",
)

GOOD = (
    """
import time
import uuid
from dataclasses import dataclass, field

def note(text, at=None, clock=time.time):
    return at or clock(), text

@dataclass
class Entry:
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
""",
    """
import time

START = time.time()

class Limits:
    def __init__(self, most=3):
        self.most = most

def bounded(values, limits=Limits()):
    return values[: limits.most]

class Server:
    started = time.time()

    def age(self, since=START):
        return time.time() - since
""",
)


def check(node: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call in the default."""
    if module.qualified(node.func) not in _CHANGING and not _builds_changing_object(node, module):
        return
    child: ast.AST = node
    for parent in module.ancestors(node):
        if isinstance(parent, ast.arguments):
            break
        if isinstance(parent, ast.AnnAssign) and _is_dataclass_field(parent, module):
            break
        wrapped = isinstance(parent, ast.Call) and (
            module.qualified(parent.func) in _TEXT_OF or parent.func is child
        )
        if not wrapped and not isinstance(parent, ast.Attribute):
            return
        child = parent
    else:
        return
    yield module.finding(
        RULE,
        node,
        f"{module.segment(node)} runs once, when this is defined, so all calls share its value: "
        "default to None and work it out inside",
        evidence={"call": module.segment(node)},
    )


def _builds_changing_object(call: ast.Call, module: Module) -> bool:
    """Whether a class of this module is called whose objects its own methods, or anybody, change."""
    owner = module.definition(call.func)
    if not isinstance(owner, ast.ClassDef) or owner.bases or owner.keywords:
        return False
    for decorator in owner.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if module.qualified(called) != "dataclasses.dataclass":
            return False
        if isinstance(decorator, ast.Call) and any(k.arg == "frozen" for k in decorator.keywords):
            return False
    methods = [m for m in owner.body if isinstance(m, ast.FunctionDef) and m.name != "__init__"]
    changes = any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        for method in methods
        for n in ast.walk(method)
    )
    return changes or _is_changed_as_attribute(owner, module)


def _is_changed_as_attribute(owner: ast.ClassDef, module: Module) -> bool:
    """Whether the module sets a field of a dataclass on some object's attribute: ``x.retry.times += 1``."""
    fields = {
        s.target.id
        for s in owner.body
        if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
    }
    return bool(fields) and any(
        n.attr in fields and isinstance(n.ctx, ast.Store) and isinstance(n.value, ast.Attribute)
        for n in module.nodes(ast.Attribute)
    )


def _is_dataclass_field(field: ast.AnnAssign, module: Module) -> bool:
    owner = module.parent(field)
    if not isinstance(owner, ast.ClassDef):
        return False
    names = {
        module.qualified(d.func if isinstance(d, ast.Call) else d) for d in owner.decorator_list
    }
    bases = {module.qualified(base) for base in owner.bases}
    return "dataclasses.dataclass" in names or "pydantic.BaseModel" in bases
