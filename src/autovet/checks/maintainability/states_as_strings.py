"""The states of a thing, written as strings all over a module.

Finds an attribute such as ``status``, ``state`` or ``role`` that three or more functions of a module compare
with or set to the same few string literals. A misspelt one is no error: the comparison is false for
ever; the list of the states stands nowhere, and a new one has to be added in every function.

Make them members of an ``Enum`` (``StrEnum`` where the text is stored or sent).

Leave it where the strings are defined elsewhere, as HTTP methods are, and where a ``Literal`` type lists
them, which the type checker holds them to.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("states-as-strings", Category.MAINTAINABILITY, confidence=0.8)

BAD = (
    """
def feed(animal):
    if animal.state == "hungry":  # <--
        animal.state = "fed"

def wake(animal):
    if animal.state == "asleep" or animal.state == "fed":
        animal.state = "hungry"

def quiet(animal):
    return animal.state in ("asleep", "fed")
""",
    """
class Ticket:
    def __init__(self):
        self.status = "new"  # <--

    def pay(self):
        if self.status != "new":
            raise ValueError(self.status)
        self.status = "paid"

    def use(self):
        if self.status != "paid":
            raise ValueError(self.status)
        self.status = "used"
""",
)

GOOD = (
    """
from typing import Literal

class Ticket:
    status: Literal["new", "paid", "used"]

    def __init__(self):
        self.status = "new"

    def pay(self):
        if self.status == "new":
            self.status = "paid"

    def use(self):
        if self.status == "paid":
            self.status = "used"
""",
    """
def short(animal):
    return animal.state == "asleep"

def path(request):
    return request.method == "GET" or request.method == "HEAD"

def name(token):
    return token.kind == "name" or token.kind == "word"
""",
)

_STATES = ("status", "state", "phase", "stage", "role", "priority", "tier", "severity")
_FEWEST_USES, _FEWEST_FUNCTIONS, _FEWEST_STATES = 5, 3, 2


def check(module: Module) -> Iterator[Finding]:
    """Report, for each such attribute, the first use to the last."""
    if module.is_test or "Literal" in module.text:
        return
    uses: dict[str, list[tuple[ast.AST, str]]] = {}
    candidates: list[ast.Compare | ast.Assign] = [
        *module.nodes(ast.Compare),
        *module.nodes(ast.Assign),
    ]
    for node in candidates:
        for attribute, text in _pairs(node):
            uses.setdefault(attribute, []).append((node, text))
    for attribute, found in uses.items():
        functions = {module.function_of(node) for node, _ in found} - {None}
        texts = {text for _, text in found}
        again = sum(sum(t == text for _, t in found) > 1 for text in texts)
        if (
            len(found) < _FEWEST_USES
            or len(functions) < _FEWEST_FUNCTIONS
            or again < _FEWEST_STATES
            or not any(isinstance(node, ast.Assign) for node, _ in found)
        ):
            continue
        places = sorted((module.span(node) for node, _ in found), key=lambda span: span.start)
        yield module.finding(
            RULE,
            Span(places[0].line, places[0].column, places[-1].end_line, places[-1].end_column),
            f"{len(functions)} functions know the values of {attribute} as bare strings: make them an enum",
            evidence={"values": sorted(texts), "uses": len(found)},
        )


def _pairs(node: ast.Compare | ast.Assign) -> Iterator[tuple[str, str]]:
    """An attribute for states and the texts that it is compared with or set to."""
    if isinstance(node, ast.Assign):
        sides, values = node.targets, [node.value]
    elif isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
        sides, values = [node.left], node.comparators
    else:
        return
    for side in sides:
        if not isinstance(side, ast.Attribute) or not side.attr.lstrip("_").endswith(_STATES):
            continue
        for value in values:
            parts = value.elts if isinstance(value, (ast.Tuple, ast.List, ast.Set)) else [value]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield side.attr, part.value
