"""A class or constant is named in another style than its siblings.

Finds classes that are not in CapWords and module constants that are not in capitals, where the
project's other files, or the other classes of the file, are.

Readers take the class for a function and the constant for a variable that may change.

Rename it. Names that are part of a public interface need an alias for a while.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import Convention, Observation, convention_of
from autovet.project.conventions.naming import (
    CAMEL,
    CAP_WORDS,
    UPPER,
    class_names,
    constant_names,
    style_of,
)
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("type-and-constant-names", Category.CONSISTENCY, confidence=0.88)

_LEAST = 2
_ALONE = 3  # constants in capitals, in a file that is all there is to go by
# what makes a class a function or a value in disguise, which may be named like one
_DISGUISES = frozenset({"__get__", "__call__", "__enter__", "__aenter__", "__set_name__"})
_FIXED = frozenset({"Structure", "Union", "type"})
_DESCRIPTOR = re.compile(r"property|descriptor|decorator|contextmanager", re.IGNORECASE)
_FILES = {
    "shop/stock.py": "LIMIT = 3\nSIZE = 4\n\nclass StockRoom:\n    pass\n\nclass Shelf:\n    pass\n",
    "shop/price.py": "RATE = 0.2\nNAME = 'x'\nFLOOR = 1\n\nclass PriceList:\n    pass\n",
}

BAD = (
    Example("class price_tag:  # <--\n    pass\n", files=_FILES),
    Example(
        "maxPrice = 10  # <--\nLOW = 1\n\ndef low(price):\n    return price < LOW\n", files=_FILES
    ),
    "class Parcel:\n    pass\n\nclass Courier:\n    pass\n\nclass parcel_box:  # <--\n    pass\n",
    Example(
        "class ParcelError(Exception):\n    pass\n\nclass lost_parcel(ParcelError):  # <--\n    pass\n",
        files=_FILES,
    ),
    """
from datetime import timedelta

WEIGHT = 3
SIZES = (1, 2)
WAIT = timedelta(days=1)
longest_wait = timedelta(days=9)  # <--

def wait(days):
    return min(days, longest_wait, WAIT)
""",
)

GOOD = (
    Example(
        "MAX_PRICE = 10\n\nclass PriceTag:\n    pass\n\nclass _helper:\n    pass\n", files=_FILES
    ),
    Example("price = 1\n\nfor n in range(3):\n    price = price + n\n", files=_FILES),
    "class price_tag:\n    pass\n\nlimit = 10\n",
    Example(
        "class once_only(property):\n    pass\n\nclass opened_shop:\n    def __enter__(self):\n        return self\n",
        files=_FILES,
    ),
    Example("app_name = 'shop'\nrevision = 'a1'\n", path="shop/urls.py", files=_FILES),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the class at its header, the constant at its assignment."""
    if module.is_test or module.path.endswith(".pyi"):
        return
    yield from _classes(module, project)
    yield from _constants(module, project)


def _classes(module: Module, project: Project) -> Iterator[Finding]:
    classes = class_names(module)
    # a lower-case word alone is often meant to look like a value or a function
    odd = [
        o
        for o in classes
        if (o.value != CAP_WORDS and not getattr(o.node, "name", "").islower())
        or "_" in getattr(o.node, "name", "").strip("_")
    ]
    if not odd:
        return
    convention = convention_of(project, class_names) if project.known else None
    here = len(classes) - len(odd)
    if not ((convention and convention.value == CAP_WORDS) or (here >= _LEAST and len(odd) == 1)):
        return
    for observation in odd:
        node = observation.node
        if isinstance(node, ast.ClassDef) and not _in_disguise(node):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"class {node.name} is not in CapWords, as the other classes are",
                evidence=convention.evidence if convention else {"support": here},
            )


def _in_disguise(node: ast.ClassDef) -> bool:
    methods = {s.name for s in node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)}
    bases = [last_name(b.value if isinstance(b, ast.Subscript) else b) for b in node.bases]
    if node.name.isupper() or (bases and node.name[0].isupper()):
        return True  # a value, or one of a family that is named so
    return not _DISGUISES.isdisjoint(methods) or any(
        b in _FIXED or b.islower() or _DESCRIPTOR.search(b) for b in bases
    )


def _constants(module: Module, project: Project) -> Iterator[Finding]:
    own = constant_names(module)
    small = [o for o in own if o.value != UPPER]
    if not small:
        return
    here = len(own) - len(small)
    convention: Convention | None = None
    if project.known:
        convention = convention_of(project, constant_names)
        if convention is not None and convention.value != UPPER:
            return
        if convention is None:
            # few constants say enough where all agree, and these are plainly constants
            convention = convention_of(project, constant_names, unanimous=1)
            camel = all(style_of(_name(o)) == CAMEL for o in small)
            plain = all(_is_read_in_function(_name(o), module) for o in small)
            if convention is None or convention.value != UPPER or not (camel or here or plain):
                return
    elif here < _ALONE or len(small) > 1 or not _is_read_in_function(_name(small[0]), module):
        return
    for observation in small:
        yield module.finding(
            RULE,
            observation.node,
            "this constant is not in capitals, as those of the project are"
            if convention
            else f"this constant is not in capitals, as the {here} others of this file are",
            evidence=convention.evidence if convention else {"support": here},
        )


def _name(observation: Observation) -> str:
    node = observation.node
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return getattr(target, "id", "")


def _is_read_in_function(name: str, module: Module) -> bool:
    return any(
        n.id == name and isinstance(n.ctx, ast.Load) and module.function_of(n) is not None
        for n in module.nodes(ast.Name)
    )
