"""A function does what a helper of the project already does.

Finds functions whose structure equals, or nearly equals, that of a public function in another
module of the project: the same calls with the same texts and the same control flow, whatever the
names are called. Two copies drift apart: a correction reaches one of them.

Import the helper named in the message; if it falls short, extend it there.

Leave it when the two only look alike today and change for different reasons, or when the import
would cross a boundary of the architecture. Short functions and those that work on different
entities of the project are not reported.
"""

import ast
from collections.abc import Iterator

from autovet.checks.context_awareness._likeness import Profile, likeness, profile_of
from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module, by_part
from autovet.source.scopes import FunctionNode

RULE = Rule("reimplements-project-helper", Category.CONTEXT_AWARENESS, confidence=0.85)

# least share of common features, their least weight, and least number of common calls: the less
# there is in common, the more alike it must be
_ENOUGH = ((0.78, 11.0, 2), (0.7, 14.0, 3), (0.44, 15.0, 2))
# below this likeness the two must call as many of the same imported functions
_PLAIN = 0.7
_TELLING = 2
_LEAST_SHAPE = 9.0

_HELPERS = '''
import hashlib
import re

_SPACES = re.compile(r"\\s+")

def squeeze(text: str) -> str:
    """Collapse white space and trim."""
    return _SPACES.sub(" ", text.replace("\\u00a0", " ")).strip().casefold()

def digest(path, size=65536):
    """Hash a file piece by piece."""
    state = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(size):
            state.update(block)
    return state.hexdigest()

def pages(items, size):
    for start in range(0, len(items), size):
        yield items[start : start + size]
'''
BAD = (
    Example(
        """
import re

def _normalise(value):  # <--
    plain = value.replace("\\u00a0", " ")
    return re.sub(r"\\s+", " ", plain).strip().casefold()
""",
        files={"shop/helpers.py": _HELPERS},
    ),
    Example(
        """
import hashlib

class Store:
    def _checksum(self, file):  # <--
        h = hashlib.sha256()
        with open(file, "rb") as f:
            while chunk := f.read(65536):
                h.update(chunk)
        return h.hexdigest()

def batched(rows, n):  # <--
    for i in range(0, len(rows), n):
        yield rows[i : i + n]
""",
        files={"shop/helpers.py": _HELPERS},
    ),
)
GOOD = (
    Example(
        """
from shop.helpers import digest, squeeze

def checksum(file):
    return digest(file)

def label(value):
    return squeeze(value).strip()

def head(rows, n):
    return rows[:n]
""",
        files={"shop/helpers.py": _HELPERS},
    ),
    Example(
        """
from shop.models import Invoice

def list_invoices(session, customer):
    query = session.select(Invoice).where(Invoice.customer == customer).order_by(Invoice.date)
    return list(session.execute(query))
""",
        files={
            "shop/models.py": "class Order: ...\nclass Invoice: ...\n",
            "shop/orders.py": """
from shop.models import Order

def list_orders(session, customer):
    query = session.select(Order).where(Order.customer == customer).order_by(Order.date)
    return list(session.execute(query))
""",
        },
    ),
    "def batched(rows, n):\n    for i in range(0, len(rows), n):\n        yield rows[i : i + n]\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report each function that repeats a helper, with the helper most like it."""
    if not project.known or module.is_test:
        return
    own = [(f, p) for f in module.functions if (p := profile_of(f, module)).weight >= _LEAST_SHAPE]
    if not own:
        return
    helpers = [
        (m, h)
        for m in project.others()
        if not m.is_test and m.name != module.name
        for h in _helpers(m)
    ]
    for function, profile in own:
        best: tuple[float, Module, FunctionNode] | None = None
        for home, helper in helpers:
            other = profile_of(helper, home)
            # a synchronous twin of an asynchronous function has to exist beside it
            alike = _alike(profile, other) if type(function) is type(helper) else 0.0
            if (
                alike
                and (best is None or alike > best[0])
                and not _different_things(function, module, helper, home)
            ):
                best = (alike, home, helper)
        if best is not None and not _overrides(function, module):
            alike, home, helper = best
            yield module.finding(
                RULE,
                module.header_span(function),
                f"{function.name} does what {home.name}.{helper.name} does; import that",
                evidence={
                    "helper": f"{home.name}.{helper.name}",
                    "path": home.path,
                    "line": helper.lineno,
                    "likeness": round(alike, 2),
                },
                confidence=min(0.95, 0.6 + 0.4 * alike * alike),
            )


@by_module
def _helpers(module: Module) -> tuple[FunctionNode, ...]:
    """Public functions at module level that are worth importing."""
    return tuple(
        f
        for f in module.tree.body
        if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef))
        and not f.name.startswith("_")
        and not _is_endpoint(f)
        and profile_of(f, module).weight >= _LEAST_SHAPE
    )


def _is_endpoint(function: FunctionNode) -> bool:
    """Routes, commands and fixtures are registered somewhere, not called."""
    return any(isinstance(d, (ast.Call, ast.Attribute)) for d in function.decorator_list)


def _alike(one: Profile, other: Profile) -> float:
    if one.shape == other.shape:
        return 1.0
    common = len(one.calls & other.calls)
    for least_share, least_shared, least_calls in _ENOUGH:
        # the share cannot be larger than the ratio of the weights, which is cheap to know
        if common < least_calls or min(one.weight, other.weight) < least_share * max(
            one.weight, other.weight
        ):
            continue
        share, weight = likeness(one, other)
        told = share >= _PLAIN or len(one.imported & other.imported) >= _TELLING
        if told and weight >= least_shared and share >= least_share:
            return share
    return 0.0


def _different_things(
    function: FunctionNode, module: Module, helper: FunctionNode, home: Module
) -> bool:
    """Whether the two work on different entities, or one is built from the other."""
    mine, theirs = _entities(function, module), _entities(helper, home)
    if f"{home.name}.{helper.name}" in mine:
        return True
    return mine != theirs


@by_part
def _entities(function: FunctionNode, module: Module) -> frozenset[str]:
    """Classes and functions of the project that a function names."""
    found: set[str] = set()
    root = module.name.partition(".")[0]
    own = module.scopes.module.bindings
    for node in (n for statement in function.body for n in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            name = module.qualified(node)
            if name is not None and name.partition(".")[0] == root and "." in name:
                found.add(name)
            elif name is None and node.id in own and _is_entity(node, module):
                found.add(f"{module.name}.{node.id}")
    return frozenset(found)


def _is_entity(node: ast.Name, module: Module) -> bool:
    """A class, function or object of the module; constants and patterns only hold values."""
    if module.scopes.of(node).lookup(node.id) is not module.scopes.module:
        return False
    value = module.assigned(node)
    if value is None:
        return True
    if isinstance(value, ast.Call):
        return module.qualified(value.func) != "re.compile"
    return not isinstance(
        value, (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp)
    )


def _overrides(function: FunctionNode, module: Module) -> bool:
    """A method may have to repeat code to satisfy its base class."""
    owner = module.parent(function)
    special = function.name.startswith("__")
    return special or (isinstance(owner, ast.ClassDef) and bool(owner.bases))
