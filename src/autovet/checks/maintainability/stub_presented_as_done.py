"""A function that promises work in its name or documentation and does none.

Finds bodies that are empty although a result is promised, that check or calculate nothing and
return a constant whatever they are given, and that a comment calls a placeholder, a simulation or
"to be implemented".

Callers believe that the mail is sent, the signature checked, the price calculated. Tests with the
same stub pass, and the gap is found in production.

Implement it, or raise NotImplementedError with what is missing so that nobody relies on it.
Abstract methods, protocols, overloads, hooks that subclasses override and null objects are left
alone.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.maintainability._code_lines import body_without_docstring
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("stub-presented-as-done", Category.MAINTAINABILITY, confidence=0.88)

_ADMITS = re.compile(
    r"\b(todo|fixme|placeholder|not (yet )?implemented|implement (this|me|it|later|the|actual|real)|(to|will) be implemented|implemented later|coming soon|stub|"
    r"mock(ed)?|fake|simulat\w+|for now|in (a )?(real|production)|would (be|go|call|send|use)|hard-?coded|pretend)\b",
    re.IGNORECASE,
)
_JUDGING = (
    "validate", "verify", "check", "authenticate", "authorize", "calculate", "compute", "process", "send", "save",
    "fetch", "predict", "encrypt", "decrypt", "hash", "parse", "convert", "is_valid", "has_permission", "sanitize",
    "estimate", "detect", "analyze", "analyse", "upload", "download", "sync", "store", "notify", "is_allowed", "can_",
)  # fmt: skip
_NULL = re.compile(
    r"null|noop|no_op|dummy|fake|mock|stub|base|abstract|mixin|interface|protocol|default|disabled",
    re.IGNORECASE,
)
_DOING = ("send", "save", "upload", "notify", "charge", "refund", "delete", "store", "publish", "deploy", "sync", "export", "process_pay", "create", "write", "backup")  # fmt: skip
_SHOWING = re.compile(r"console|print|log|debug|dry|memory|null|fake|dummy", re.IGNORECASE)
_SHORT = 4
_FEWEST_WORKING = 2
_RANDOM = ("random.", "secrets.", "numpy.random.")
_VALUES = frozenset(
    {"Decimal", "Fraction", "timedelta", "dict", "list", "set", "tuple", "str", "int", "float"}
)
_HOOKS = ("on_", "handle_", "before_", "after_", "pre_", "post_", "visit_", "setup", "teardown", "start", "stop", "close", "open", "begin", "end", "enter", "exit", "leave", "flush", "reset", "init")  # fmt: skip

BAD = (
    """
import logging
import time
from decimal import Decimal

def carry(parcel, place):  # <--
    logging.info("carrying %s to %s", parcel, place)
    time.sleep(1)  # simulate the way
    return True

def mood(animal):  # <--
    # placeholder until we know better
    value = 0.5
    return value

def toll(way):  # <--
    # TODO: ask the map
    return Decimal("0.00")
""",
    """
import logging
import random

class Scale:
    def read(self):  # <--
        # simulated until the cable is there
        return round(random.uniform(1, 9), 2)

    def weigh(self, animal, limit):  # <--
        if limit < 0:
            raise ValueError(limit)
        # For now we only take a note
        logging.info("weighing %s", animal)
        return "W-1"

class Diary:
    def __init__(self):
        self.pages = []

    def add(self, page):
        self.pages.append(page)

    def first(self):
        return self.pages[0]

    def strike(self, page):  # <--
        \"\"\"Strike a page.\"\"\"
        pass

def as_table(rows):  # <--
    raise NotImplementedError("tables")

WRITERS = {"table": as_table}
""",
    """
class Alarm:
    def send_text(self, number, text):  # <--
        \"\"\"Send a text message.\"\"\"
        print(f"Sending to {number}: {text}")
        return True

def print_labels(parcels):  # <--
    \"\"\"Print the labels.\"\"\"
    raise NotImplementedError("label printing is coming soon")
""",
    """
def verify_signature(payload: bytes, signature: str) -> bool:  # <--
    \"\"\"Check the signature of a webhook.\"\"\"
    return True

def send_receipt(order):  # <--
    # TODO: connect to the mail server
    pass

def exchange_rate(currency: str) -> float:  # <--
    \"\"\"Return today's rate.\"\"\"
    return 1.08  # placeholder until the bank's interface is there
""",
    """
class Importer:
    def load(self, path: str) -> list[dict]:  # <--
        \"\"\"Read all records.\"\"\"

    def store(self, records):
        self.database.insert(records)

def forecast(history):  # <--
    \"\"\"Predict next month's sales.\"\"\"
    raise NotImplementedError("will be implemented later")
""",
)

GOOD = (
    """
import random

class Diary:
    def __init__(self):
        self.pages = []

    def add(self, page):
        self.pages.append(page)

    def first(self):
        return self.pages[0]

    def on_close(self, reason):
        \"\"\"Called at the end.\"\"\"

    def admit(self, page, limit):
        if limit < 0:
            raise ValueError(limit)
        # For now pages are kept in memory
        return self.pages.count(page)

def dice():
    return random.randint(1, 6)

def platform_only(rows):
    raise NotImplementedError("not on this platform")
""",
    """
from abc import ABC, abstractmethod
from typing import Protocol, overload

class Gate(ABC):
    @abstractmethod
    def check(self, user) -> bool:
        \"\"\"Whether the user may pass.\"\"\"

    def load(self, path) -> list:
        ...

class OpenGate(Gate):
    def check(self, user) -> bool:
        return True

class Store(Protocol):
    def save(self, item) -> int: ...

class NullStore:
    def save(self, item):
        pass

@overload
def parse(text: str) -> int: ...
@overload
def parse(text: bytes) -> float: ...
def parse(text):
    return int(text)
""",
    """
class Visitor:
    def visit_name(self, node):
        pass

    def enter(self, node):
        raise NotImplementedError

def ignore(*args):
    pass

def is_valid(order) -> bool:
    if not order.lines:
        return False
    return True

def check_version() -> str:
    return "1.2"

def deprecated(value):
    # TODO: remove in 3.0
    return convert(value)
""",
    Example("def send_mail(to):\n    pass\n", path="tests/conftest.py"),
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function at its ``def`` line, over its body."""
    body = body_without_docstring(node)
    body = _without_detour(body)
    guards = _guards(body)
    if (
        len(body) - guards > _SHORT
        or not all(_is_trivial(s) or _is_made_up(s, module) for s in body[guards:])
        or module.is_test
        or _may_be_empty(node, module)
    ):
        return
    why = _gap(node, body, module) if not guards else _gap_behind(node, body[guards:], module)
    if why:
        yield module.finding(
            RULE,
            node,
            f"{node.name}() {why}: implement it, or raise NotImplementedError",
            evidence={"function": node.name},
        )


def _without_detour(body: list[ast.stmt]) -> list[ast.stmt]:
    """``score = 0.5`` and ``return score`` taken together."""
    match body[-2:]:
        case [
            ast.Assign(targets=[ast.Name(id=kept)], value=value),
            ast.Return(value=ast.Name(id=name)) as last,
        ] if kept == name and _is_constant(value):
            return [*body[:-2], ast.copy_location(ast.Return(value), last)]
    return body


def _guards(body: list[ast.stmt]) -> int:
    """How many checks of the arguments stand before the work."""
    count = 0
    for statement in body[:-1]:
        leaves = isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1
        if (
            not leaves
            or not isinstance(statement, ast.If)
            or not isinstance(statement.body[0], ast.Raise)
        ):
            break
        count += 1
    return count


def _gap_behind(node: FunctionNode, work: list[ast.stmt], module: Module) -> str | None:
    """A body that checks its arguments, and then admits that the work is still to be done."""
    last = work[-1]
    before = work[0].lineno - 3
    said = [c.text for c in module.comments if before < c.line <= (node.end_lineno or 0)]
    admission = next((m.group(0) for text in said if (m := _ADMITS.search(text))), None)
    if not admission or isinstance(last, ast.Raise):
        return None
    if isinstance(last, ast.Return) and not (_is_constant(last.value) or _is_made_up(last, module)):
        return None
    return f"checks its arguments, does nothing with them, and admits it ({admission!r})"


def _is_made_up(statement: ast.stmt, module: Module) -> bool:
    """Returns a random value, and nothing that was given or kept."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    names = [n for n in ast.walk(statement.value) if isinstance(n, (ast.Name, ast.Attribute))]
    outer = [n for n in names if not isinstance(module.parent(n), ast.Attribute)]
    qualified = [module.qualified(n) or "" for n in outer]
    return any(q.startswith(_RANDOM) for q in qualified) and all(
        q.startswith((*_RANDOM, "builtins.", "datetime.", "uuid.")) for q in qualified
    )


def _gap(node: FunctionNode, body: list[ast.stmt], module: Module) -> str | None:
    admission = _admission(node, body, module)
    if not body or all(_is_empty(s) for s in body):
        if admission:
            return f"is empty and admits it ({admission!r})"
        if _promises_value(node):
            return "promises a result and has no body"
        in_class = isinstance(module.parent(node), ast.ClassDef)
        documented = ast.get_docstring(node, clean=False)
        promising = node.name.lstrip("_").startswith(_JUDGING) and documented
        if in_class and documented and _is_left_out(node, module):
            return "promises work and has no body, unlike the other methods of its class"
        return "promises work and has no body" if promising and not in_class else None
    last = body[-1]
    if isinstance(last, ast.Raise):
        error = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
        if not isinstance(error, ast.Name) or error.id != "NotImplementedError":
            return None
        if admission and len(body) == 1 and _is_later(admission):
            return f"only raises and says that it comes later ({admission!r})"
        offered = (
            len(body) == 1 and module.parent(node) is module.tree and _is_offered(node, module)
        )
        return "is offered to others and only raises" if offered else None
    if pretends := _only_says(node, body, module):
        return pretends
    if admission and _is_made_up(last, module):
        return f"makes its result up and admits it ({admission!r})"
    if not isinstance(last, ast.Return) or not _is_constant(last.value):
        return None
    parameters = [
        a.arg
        for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if a.arg not in {"self", "cls"}
    ]
    told = body[:-1] if admission else []  # what is only logged or printed is not used
    if not parameters or any(
        isinstance(n, ast.Name) and n.id in parameters
        for s in body
        if s not in told
        for n in ast.walk(s)
    ):
        return None
    if admission:
        return f"returns a constant and admits it ({admission!r})"
    standalone = (
        not isinstance(module.parent(node), ast.ClassDef) or ast.get_docstring(node) is not None
    )
    nothing = last.value is None or (
        isinstance(last.value, ast.Constant) and last.value.value is None
    )
    judging = node.name.lstrip("_").startswith(_JUDGING) and not nothing
    if judging and standalone and all(not p.startswith("_") for p in parameters):
        return "returns the same constant whatever it is given"
    return None


def _is_left_out(node: FunctionNode, module: Module) -> bool:
    """Whether a method takes arguments, is no hook by its name, and stands among methods that do work."""
    owner = module.parent(node)
    if not isinstance(owner, ast.ClassDef) or node.name.startswith(("_", *_HOOKS)):
        return False
    arguments = [*node.args.args[1:], *node.args.kwonlyargs]
    if not arguments or any(a.arg.startswith("_") for a in arguments):
        return False
    doc = (ast.get_docstring(node) or "").lower()
    if any(
        word in doc
        for word in ("hook", "overrid", "subclass", "no-op", "nothing", "default", "ignore")
    ):
        return False
    others = [
        m
        for m in owner.body
        if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef)) and m is not node
    ]
    empty = [m for m in others if all(_is_empty(s) for s in m.body)]
    return len(others) - len(empty) >= _FEWEST_WORKING and not empty


def _is_offered(node: FunctionNode, module: Module) -> bool:
    """Whether the module itself calls a function or hands it on, that it does not replace elsewhere."""
    bindings = module.scopes.module.bindings.get(node.name, ())
    return len(bindings) == 1 and any(
        n.id == node.name and isinstance(n.ctx, ast.Load) for n in module.nodes(ast.Name)
    )


def _only_says(node: FunctionNode, body: list[ast.stmt], module: Module) -> str | None:
    """A function named for a deed that prints that it is done, and reports success."""
    if not node.name.lstrip("_").startswith(_DOING) or not 2 <= len(body) <= _SHORT:
        return None
    owner = module.parent(node)
    if isinstance(owner, ast.ClassDef) and (owner.bases or _SHOWING.search(owner.name)):
        return None
    last = body[-1]
    answer = last.value if isinstance(last, ast.Return) else None
    claims = isinstance(answer, (ast.Constant, ast.Dict))
    said = all(
        isinstance(s, ast.Expr)
        and isinstance(s.value, ast.Call)
        and last_name(s.value.func) in {"print", "info", "debug"}
        for s in body[:-1]
    )
    positive = claims and not (isinstance(answer, ast.Constant) and not answer.value)
    return "only prints that it is done and reports success" if said and positive else None


def _is_later(admission: str) -> bool:
    return bool(
        re.search(
            r"later|todo|placeholder|stub|be impl|for now|soon|not (yet )?impl",
            admission,
            re.IGNORECASE,
        )
    )


def _is_trivial(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Return, ast.Pass, ast.Raise)):
        return True
    if isinstance(statement, ast.Expr):
        value = statement.value
        called = last_name(value.func) if isinstance(value, ast.Call) else ""
        return isinstance(value, ast.Constant) or called in {
            "print",
            "debug",
            "info",
            "warning",
            "sleep",
        }
    return False


def _is_empty(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_constant(value: ast.expr | None) -> bool:
    if value is None:
        return True
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    if isinstance(value, ast.Call) and last_name(value.func) in _VALUES and not value.keywords:
        return all(isinstance(a, ast.Constant) for a in value.args)
    return not any(isinstance(n, (ast.Name, ast.Call, ast.Attribute)) for n in ast.walk(value))


def _promises_value(node: FunctionNode) -> bool:
    returns = node.returns
    if returns is None or isinstance(returns, ast.Constant):
        return False
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    return isinstance(base, ast.Name) and base.id in {
        "int",
        "str",
        "float",
        "bool",
        "bytes",
        "list",
        "dict",
        "set",
        "tuple",
        "Decimal",
    }


def _admission(node: FunctionNode, body: list[ast.stmt], module: Module) -> str | None:
    """A comment, error text or documentation that says that the work is still to be done."""
    end = node.end_lineno or node.lineno
    texts = [c.text for c in module.comments if node.lineno <= c.line <= end]
    texts.append(ast.get_docstring(node) or "")
    for statement in body:
        texts += [
            n.value
            for n in ast.walk(statement)
            if isinstance(n, ast.Constant)
            and isinstance(n.value, str)
            and isinstance(statement, ast.Raise)
        ]
    for text in texts:
        if match := _ADMITS.search(text):
            return match.group(0)
    return None


def _may_be_empty(node: FunctionNode, module: Module) -> bool:
    """Whether an empty body is what the design asks for."""
    if node.name.startswith("__") or _NULL.search(node.name):
        return True
    names = {(module.qualified(d) or "").rpartition(".")[2] for d in node.decorator_list}
    if names & {"overload", "abstractmethod", "override", "hookspec", "abstractproperty"} or (
        names and "" in names
    ):
        return True
    if module.path.endswith(".pyi"):
        return True
    owner = module.parent(node)
    if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.If)):
        return True
    if not isinstance(owner, ast.ClassDef):
        return False
    subclassed = any(
        isinstance(base, ast.Name) and base.id == owner.name
        for c in module.nodes(ast.ClassDef)
        for base in c.bases
    )
    return bool(owner.bases or owner.keywords or subclassed or _NULL.search(owner.name))
