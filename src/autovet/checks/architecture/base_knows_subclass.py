"""A base class asks which of its own subclasses it is.

Finds methods that test ``isinstance(self, Circle)``, ``type(self) is Circle`` or match on it where
``Circle`` is derived from the class that the method stands in.

The base class then has to be changed for every new subclass, a subclass that it does not know gets
the wrong answer, and what one subclass does is spread over two classes.

Let every subclass override the method; make it abstract where the base class has no answer.

Leave it where the subclass is asked about from outside, or in a factory of the base class.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("base-knows-subclass", Category.ARCHITECTURE, confidence=0.85)

BAD = (
    """
class Animal:
    def noise(self):
        if isinstance(self, Dog):  # <--
            return "woof"
        if type(self) is Cat:  # <--
            return "meow"
        return ""

class Dog(Animal):
    pass

class Cat(Animal):
    pass
""",
    """
class Node:
    def depth(self):
        match self:
            case Leaf():  # <--
                return 1
        return 2

class Inner(Node):
    def name(self):
        return "inner"

class Leaf(Inner):
    pass
""",
)

GOOD = (
    """
class Animal:
    def noise(self):
        return ""

    def same(self, other):
        return isinstance(other, Dog) and isinstance(self, Named)

class Named:
    pass

class Dog(Animal):
    def noise(self):
        return "woof" if isinstance(self, Animal) else ""
""",
    """
class Shape:
    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__

class Round(Shape):
    pass
""",
)


def check(owner: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the tests on the object's own class."""
    below = _below(owner.name, module)
    if not below or module.is_test:
        return
    for method in owner.body:
        if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) or not method.args.args:
            continue
        itself = method.args.args[0].arg
        for where, kinds in _questions(method, itself):
            asked = kinds & below
            if asked:
                yield module.finding(
                    RULE,
                    where,
                    f"{owner.name}.{method.name}() asks whether it is a {min(asked)}, one of its own subclasses: "
                    "let the subclass override the method",
                    evidence={"base": owner.name, "subclasses": sorted(asked)},
                )


def _below(name: str, module: Module) -> set[str]:
    """The classes of the module that derive from a class, directly or not."""
    found: set[str] = set()
    reached = {name}
    for _ in range(4):
        more = {
            c.name
            for c in module.nodes(ast.ClassDef)
            if c.name not in found and any(last_name(b) in reached for b in c.bases)
        }
        if not more:
            break
        found |= more
        reached = more
    return found - {name}


def _questions(method: ast.AST, itself: str) -> Iterator[tuple[ast.AST, set[str]]]:
    """The tests on the object's own class, each with the classes that it names."""
    for node in ast.walk(method):
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kinds]) if (
                name == itself
            ):
                yield node, _names(kinds)
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)]),
                ops=[ast.Is() | ast.Eq() | ast.In()],
                comparators=[kinds],
            ) if name == itself:
                yield node, _names(kinds)
            case ast.Match(subject=ast.Name(id=name), cases=cases) if name == itself:
                for case in cases:
                    if isinstance(case.pattern, ast.MatchClass):
                        yield case.pattern, _names(case.pattern.cls)


def _names(kinds: ast.expr) -> set[str]:
    parts = kinds.elts if isinstance(kinds, (ast.Tuple, ast.Set, ast.List)) else [kinds]
    return {last_name(part) for part in parts} - {""}
