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

BAD = (
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
    if (
        len(body) > _SHORT
        or not all(_is_trivial(s) for s in body)
        or module.is_test
        or _may_be_empty(node, module)
    ):
        return
    why = _gap(node, body, module)
    if why:
        yield module.finding(
            RULE,
            node,
            f"{node.name}() {why}: implement it, or raise NotImplementedError",
            evidence={"function": node.name},
        )


def _gap(node: FunctionNode, body: list[ast.stmt], module: Module) -> str | None:
    admission = _admission(node, body, module)
    if not body or all(_is_empty(s) for s in body):
        if admission:
            return f"is empty and admits it ({admission!r})"
        if _promises_value(node):
            return "promises a result and has no body"
        in_class = isinstance(module.parent(node), ast.ClassDef)
        promising = node.name.lstrip("_").startswith(_JUDGING) and ast.get_docstring(
            node, clean=False
        )
        return "promises work and has no body" if promising and not in_class else None
    last = body[-1]
    if isinstance(last, ast.Raise):
        error = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
        if not isinstance(error, ast.Name) or error.id != "NotImplementedError":
            return None
        return (
            f"only raises and says that it comes later ({admission!r})"
            if admission and len(body) == 1 and _is_later(admission)
            else None
        )
    if pretends := _only_says(node, body, module):
        return pretends
    if not isinstance(last, ast.Return) or not _is_constant(last.value):
        return None
    parameters = [
        a.arg
        for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if a.arg not in {"self", "cls"}
    ]
    if not parameters or any(
        isinstance(n, ast.Name) and n.id in parameters for s in body for n in ast.walk(s)
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
