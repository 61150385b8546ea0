"""A function that returns a long row of bare values.

Finds public functions that return a tuple of five or more values of which no name says what they are.
Every caller unpacks them in exactly this order; two of the same type are swapped without any
error, and another value breaks all callers.

Return a dataclass or a ``NamedTuple`` with a field for each.

Leave it for tuples that are one value by nature, such as a row of a table, and for what a library
prescribes (``__reduce__``, WSGI).
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("many-values-returned", Category.MAINTAINABILITY, confidence=0.8)

BAD = (
    """
def measure(animals):  # <--
    weights = [a.weight for a in animals]
    ages = [a.age for a in animals]
    return len(animals), sum(weights), max(weights), sum(ages), max(ages)
""",
    """
class Herd:
    def figures(self) -> tuple[int, float, float, int, int, str]:  # <--
        if not self.animals:
            return 0, 0.0, 0.0, 0, 0, ""
        return (len(self.animals), self.mean(), self.top(), self.young(), self.old(), self.name)
""",
)

GOOD = (
    """
def bounds(animals):
    return min(animals), max(animals), len(animals), animals[0]

def _parts(text):
    return text[0], text[1], text[2], text[3], text[4], text[5]

def matrix(angle):
    return (1, 0, 0, 0, angle, 1)

class Point:
    def __reduce__(self):
        return Point, (), self.a, self.b, self.c, self.d
""",
    """
def key(animal):
    return sorted([animal], key=lambda a: (a.kind, a.name, a.age, a.weight, a.cage, a.keeper))

def as_row(animal):
    return animal.name, animal.kind, animal.age, animal.cage, animal.keeper, animal.weight
""",
)

_TOO_MANY = 5


def check(node: ast.Return, module: Module) -> Iterator[Finding]:
    """Report the function at its header, once."""
    if not isinstance(node.value, ast.Tuple) or len(node.value.elts) < _TOO_MANY or module.is_test:
        return
    function = module.function_of(node)
    if function is None or function.name.startswith("_") or function.decorator_list:
        return
    rows = [
        part.value.elts
        for part in own_nodes(function.body)
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Tuple)
    ]
    long = [row for row in rows if len(row) >= _TOO_MANY]
    if long[0] is not node.value.elts or any(_is_one_thing(row) for row in rows):
        return
    longest = max(map(len, long))
    yield module.finding(
        RULE,
        module.header_span(function),
        f"{function.name}() returns {longest} bare values that every caller has to keep in order: return an object "
        "with named fields",
        evidence={"values": longest},
    )


def _is_one_thing(values: list[ast.expr]) -> bool:
    """Numbers of a matrix, or the attributes of one object in a row."""
    if any(isinstance(v, ast.Starred) for v in values):
        return True
    constants = sum(isinstance(v, (ast.Constant, ast.UnaryOp)) for v in values)
    if constants * 2 >= len(values):
        return constants < len(values) or len({type(getattr(v, "value", 0)) for v in values}) == 1
    owners = {
        v.value.id if isinstance(v, ast.Attribute) and isinstance(v.value, ast.Name) else ""
        for v in values
    }
    return len(owners) == 1 and owners != {""}
