"""A class or constant is named in another style than its siblings.

Finds classes that are not in CapWords and module constants that are not in capitals, where the
project's other files, or the other classes of the file, are.

Readers take the class for a function and the constant for a variable that may change.

Rename it. Names that are part of a public interface need an alias for a while.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.naming import CAP_WORDS, UPPER, class_names, constant_names
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("type-and-constant-names", Category.CONSISTENCY, confidence=0.88)

_LEAST = 2
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
)

GOOD = (
    Example(
        "MAX_PRICE = 10\n\nclass PriceTag:\n    pass\n\nclass _helper:\n    pass\n", files=_FILES
    ),
    Example("price = 1\n\nfor n in range(3):\n    price = price + n\n", files=_FILES),
    "class price_tag:\n    pass\n\nlimit = 10\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the class at its header, the constant at its assignment."""
    if module.is_test:
        return
    classes = class_names(module)
    # a lower-case word alone is often meant to look like a value or a function
    odd = [
        o
        for o in classes
        if (o.value != CAP_WORDS and not getattr(o.node, "name", "").islower())
        or "_" in getattr(o.node, "name", "")
    ]
    if odd:
        convention = convention_of(project, class_names) if project.known else None
        here = len(classes) - len(odd)
        if (convention and convention.value == CAP_WORDS) or (here >= _LEAST and len(odd) == 1):
            for observation in odd:
                node = observation.node
                if isinstance(node, ast.ClassDef) and not node.bases:
                    yield module.finding(
                        RULE,
                        module.header_span(node),
                        f"class {node.name} is not in CapWords, as the other classes are",
                        evidence=convention.evidence if convention else {"support": here},
                    )
    small = [o for o in constant_names(module) if o.value != UPPER] if project.known else []
    if not small:
        return
    convention = convention_of(project, constant_names)
    if convention is None or convention.value != UPPER:
        return
    for observation in small:
        yield module.finding(
            RULE,
            observation.node,
            "this constant is not in capitals, as those of the project are",
            evidence=convention.evidence,
        )
