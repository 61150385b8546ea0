"""A public function without docstring and type hints among functions that have both.

Finds public functions and methods that carry neither, in a module or project whose other public
functions are documented and annotated as a matter of course.

Callers of the others read what they pass and get; for this one they must read its body. The type
checker stops at its border, so mistakes in its callers stay unseen.

Annotate the parameters and the result, and say in a docstring what the function does. Functions in
tests, overloads, private ones and projects that do without are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("undocumented-function", Category.MAINTAINABILITY, confidence=0.9)

_ENOUGH = 3
_SHARES = {"module": 0.6, "project": 0.75}
_MODULES_READ = 40

_DOCUMENTED = '''
def area(width: float, height: float) -> float:
    """Return the area."""
    return width * height

def perimeter(width: float, height: float) -> float:
    """Return the length of the outline."""
    return 2 * (width + height)

def diagonal(width: float, height: float) -> float:
    """Return the distance of opposite corners."""
    return (width**2 + height**2) ** 0.5
'''

BAD = (
    '''
class Cage:
    """A cage."""

    def open(self, key: str) -> bool:
        """Open it."""
        return key == self.key

    def locked(self) -> bool:
        """Return whether it is locked."""
        return self.lock

    def size(self) -> float:
        """Return its size."""
        return self.width * self.length

    def move(self, x, y):  # <--
        self.x, self.y = x, y

    def turn(self, angle):  # <--
        self.angle = angle
''',
    Example(
        """
def volume(width, height, depth):  # <--
    return width * height * depth

class Box:
    def weight(self, density):  # <--
        return self.volume * density
""",
        path="shapes/solid.py",
        files={"shapes/flat.py": _DOCUMENTED},
    ),
    _DOCUMENTED + "\ndef ratio(width, height):  # <--\n    return width / height\n",
)

GOOD = (
    Example(
        '''
def volume(width: float, height: float) -> float:
    return width * height

def weight(volume, density):
    """Return the weight."""
    return volume * density

def _helper(a, b):
    return a + b

class Box:
    def __init__(self, width):
        self.width = width

    def __len__(self):
        return 1

def main():
    print(volume(1, 2))
''',
        path="shapes/solid.py",
        files={"shapes/flat.py": _DOCUMENTED},
    ),
    Example(
        "def volume(width, height):\n    return width * height\n",
        path="shapes/solid.py",
        files={"shapes/flat.py": "def area(a, b):\n    return a * b\n" * 4 + _DOCUMENTED},
    ),
    Example(
        "def test_area(box):\n    assert box.area == 2\n",
        path="tests/test_flat.py",
        files={"shapes/flat.py": _DOCUMENTED},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Compare the bare functions with the other functions of the module, then of the project."""
    if module.is_test:
        return
    public = [f for f in module.functions if _is_public(f, module)]
    bare = [f for f in public if _parameters(f) and _has_neither(f)]
    if not bare:
        return
    for place, siblings in (("module", public), ("project", _elsewhere(project))):
        others = [f for f in siblings if f not in bare] if place == "project" else siblings
        both = sum(_has_both(f) for f in others)
        if both >= _ENOUGH and both >= _SHARES[place] * len(others):
            for function in bare:
                yield module.finding(
                    RULE,
                    module.header_span(function),
                    f"{function.name}() has neither docstring nor type hints, unlike the other functions of this {place}",
                    evidence={"compared_with": place, "documented": both, "of": len(others)},
                )
            return


def _elsewhere(project: Project) -> list[FunctionNode]:
    found: list[FunctionNode] = []
    for count, other in enumerate(project.others()):
        if count >= _MODULES_READ:
            break
        if not other.is_test:
            found += [f for f in other.functions if _is_public(f, other)]
    return found


def _is_public(function: FunctionNode, module: Module) -> bool:
    if function.name.startswith("_") or function.name == "main":
        return False
    owner = module.parent(function)
    if isinstance(owner, ast.ClassDef):
        if owner.name.startswith("_"):
            return False
    elif owner is not module.tree:
        return False
    names = {(module.qualified(d) or "").rpartition(".")[2] for d in function.decorator_list}
    setters = any(
        isinstance(d, ast.Attribute) and d.attr in {"setter", "deleter"}
        for d in function.decorator_list
    )
    return not setters and not names & {"overload", "override", "fixture"}


def _parameters(function: FunctionNode) -> list[ast.arg]:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [a for a in given if a.arg not in {"self", "cls"}]


def _annotated(function: FunctionNode) -> bool:
    return function.returns is not None or any(a.annotation for a in _parameters(function))


def _has_neither(function: FunctionNode) -> bool:
    return not _annotated(function) and ast.get_docstring(function, clean=False) is None


def _has_both(function: FunctionNode) -> bool:
    return _annotated(function) and ast.get_docstring(function, clean=False) is not None
