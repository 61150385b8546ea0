"""A function is named in another style than the project, or the rest of its module, uses.

Finds camelCase functions where the project's functions are written in snake_case, and the other
way round where a project consistently uses camelCase; without a project, where one module mixes
the two. A reader looks names up by how the project spells them, and search misses the odd ones.

Rename the function and its callers.

Leave it when a framework prescribes the name. Methods of classes with bases, visitor methods,
``setUp`` and the like are not judged.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.naming import SNAKE, function_names
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("naming-convention", Category.CONSISTENCY, confidence=0.9)

_LEAST = 4
_ALONE = 3  # in a file that is all there is to go by
_FILES = {
    "shop/stock.py": "def count_items(): ...\ndef add_item(): ...\ndef drop_item(): ...\n",
    "shop/price.py": "def net_price(): ...\ndef gross_price(): ...\n",
}
BAD = (
    Example(
        """
def getOrders(customer):  # <--
    return customer.orders

async def closeOrder(order):  # <--
    order.open = False

def total(order):
    return order.total
""",
        files=_FILES,
    ),
    """
def read_rows(path): ...
def write_rows(path): ...
def merge_rows(left, right): ...
def drop_rows(rows): ...
def sortRows(rows):  # <--
    return sorted(rows)
""",
)
GOOD = (
    Example("def read_rows(path): ...\ndef total(order): ...\n", files=_FILES),
    Example(
        """
import ast
import unittest

class Names(ast.NodeVisitor):
    def visit_Name(self, node): ...
    def visitAll(self, nodes): ...

class Case(unittest.TestCase):
    def setUp(self): ...
    def assertRows(self, rows): ...
""",
        files=_FILES,
    ),
    Example(
        "def getOrders(): ...\ndef closeOrder(): ...\n",
        files={"shop/stock.py": "def countItems(): ...\ndef addItem(): ...\n"},
    ),
    "def getOrders(): ...\ndef close_order(): ...\n",
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report functions whose style differs."""
    observations = function_names(module)
    if not observations:
        return
    convention = convention_of(project, function_names)
    counts = Counter(observation.value for observation in observations)
    if convention is not None:
        usual, evidence = convention.value, convention.evidence
        whose = f"the project's {convention.support} others"
    else:
        usual, support = counts.most_common(1)[0]
        least = _LEAST if project.known else _ALONE
        if usual != SNAKE or support < least or support < 0.75 * len(observations):
            return
        evidence = {"convention": usual, "support": support, "of": len(observations)}
        whose = f"the {support} others in this module"
    for observation in observations:
        node = observation.node
        if observation.value != usual and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield module.finding(
                RULE,
                module.header_span(node),
                f"{node.name} is written in {observation.value}, {whose} in {usual}",
                evidence={"name": node.name, **evidence},
            )
