"""An interface demands far more than anything uses.

Finds protocols and abstract classes with many members of which the functions and classes that take
them use only a few. Every implementation, and every fake in a test, has to provide all of them,
and every change to an unused one concerns everybody.

Let each consumer declare a small Protocol with just what it calls; a class can fulfil several.

Leave it when the interface is published and its consumers are elsewhere.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.project_classes import is_interface, methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("wide-interface", Category.ARCHITECTURE, confidence=0.8)

BAD = (
    """
from typing import Protocol

class Keeper(Protocol):  # <--
    def feed(self): ...
    def clean(self): ...
    def count(self): ...
    def open(self): ...
    def close(self): ...
    def hire(self): ...
    def pay(self): ...
    def train(self): ...

def headline(keeper: Keeper) -> str:
    return f"{keeper.count()} animals"
""",
    """
from abc import ABC, abstractmethod

class Archive(ABC):  # <--
    @abstractmethod
    def read(self, key): ...
    @abstractmethod
    def write(self, key, value): ...
    @abstractmethod
    def remove(self, key): ...
    @abstractmethod
    def rename(self, old, new): ...
    @abstractmethod
    def copy(self, old, new): ...
    @abstractmethod
    def lock(self, key): ...
    @abstractmethod
    def unlock(self, key): ...
    @abstractmethod
    def purge(self): ...

class Viewer:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def show(self, key):
        return self._archive.read(key)
""",
)

GOOD = (
    """
from typing import Protocol

class Counted(Protocol):
    def count(self): ...

def headline(keeper: Counted) -> str:
    return f"{keeper.count()} animals"
""",
    """
from typing import Protocol

class Keeper(Protocol):
    def feed(self): ...
    def clean(self): ...
    def count(self): ...
    def open(self): ...
    def close(self): ...
    def hire(self): ...
    def pay(self): ...
    def train(self): ...
""",
)

_WIDE = 8
_SHARE = 1 / 3


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report interfaces whose consumers use a small part of them."""
    if module.is_test or not is_interface(owner, module):
        return
    members = {n for n in methods_of(owner) if not n.startswith("_")}
    members |= {
        s.target.id
        for s in owner.body
        if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
    }
    if len(members) < _WIDE:
        return
    consumers = 0
    used: set[str] = set()
    for place in (module, *project.others()):
        if owner.name not in place.text or place.is_test:
            continue
        inside: set[ast.AST] = set(ast.walk(owner)) if place is module else set()
        consumers += _annotated(owner.name, place, inside)
        used |= {n.attr for n in place.nodes(ast.Attribute) if n not in inside} & members
    if not consumers or len(used) > len(members) * _SHARE:
        return
    yield module.finding(
        RULE,
        module.header_span(owner),
        f"{owner.name} demands {len(members)} members of every implementation although only "
        f"{', '.join(sorted(used)) or 'none'} of them is used; narrow it",
        evidence={"members": sorted(members), "used": sorted(used)},
    )


def _annotated(name: str, place: Module, inside: set[ast.AST]) -> int:
    """How many parameters and fields are annotated with the interface."""
    annotations = [a.annotation for a in place.nodes(ast.arg) if a not in inside and a.annotation]
    annotations += [a.annotation for a in place.nodes(ast.AnnAssign) if a not in inside]
    return sum(
        any(
            (isinstance(n, ast.Name) and n.id == name)
            or (isinstance(n, ast.Attribute) and n.attr == name)
            or (isinstance(n, ast.Constant) and n.value == name)
            for n in ast.walk(annotation)
        )
        for annotation in annotations
    )
