"""A file is named in another style than the project's modules.

Finds files whose names hold capitals or hyphens among modules in lower case with underscores.

The name is what everybody else has to write in an import. One with a hyphen cannot be imported at
all, and one that differs only in capitals is another file on some systems and the same on others.

Rename the file: ``order_lines.py``. Scripts at the top of the project and tests are left alone.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.naming import LOWER, OTHER, module_name
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("module-name", Category.CONSISTENCY, confidence=0.85)

_FILES = {"shop/stock.py": "x = 1\n", "shop/price_list.py": "y = 1\n", "shop/tax.py": "z = 1\n"}

BAD = (
    Example("class OrderLines:  # <--\n    pass\n", path="shop/OrderLines.py", files=_FILES),
    Example("def lines():  # <--\n    return []\n", path="shop/order-lines.py", files=_FILES),
)

GOOD = (
    Example("class OrderLines:\n    pass\n", path="shop/order_lines.py", files=_FILES),
    Example("print('x')\n", path="make-release.py", files=_FILES),
    Example("x = 1\n", path="shop/OrderLines.py", files={**_FILES, "shop/TaxTable.py": ""}),
    Example("x = 1\n", path="scripts/make-release.py", files=_FILES),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the file at its first statement."""
    own = module_name(module)
    if not own or own[0].value != OTHER or module.is_test:
        return
    folder = PurePosixPath(module.path).parent
    if not any(PurePosixPath(other.path).parent == folder for other in project.others()):
        return
    convention = convention_of(project, module_name)
    if convention is None or convention.value != LOWER:
        return
    yield module.finding(
        RULE,
        module.span(module.tree),
        f"this file is not named in lower case with underscores, as the project's {convention.support} other modules are",
        evidence={"name": PurePosixPath(module.path).name, **convention.evidence},
    )
