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

class Server:
    started = time.time()

    def age(self, since=START):
        return time.time() - since
""",
)


def check(node: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call in the default."""
    if module.qualified(node.func) not in _CHANGING:
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


def _is_dataclass_field(field: ast.AnnAssign, module: Module) -> bool:
    owner = module.parent(field)
    if not isinstance(owner, ast.ClassDef):
        return False
    names = {
        module.qualified(d.func if isinstance(d, ast.Call) else d) for d in owner.decorator_list
    }
    bases = {module.qualified(base) for base in owner.bases}
    return "dataclasses.dataclass" in names or "pydantic.BaseModel" in bases
