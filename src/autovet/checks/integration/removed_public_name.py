"""A public function, class, method or field of the previous version is gone.

Compares the public names of the module with those of ``context.previous``: functions, classes and
constants, the public methods of classes, and the fields of models. Whoever imports or calls the
old name, in this project or in another one, breaks at run time.

Keep the old name as an alias that warns (``DeprecationWarning``) and remove it with the next major
version; name what is private with a leading underscore from the start.

Leave it when all callers were changed together with it.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.previous_version import previous_version
from autovet.checks.vocabulary.project_classes import methods_of
from autovet.checks.vocabulary.web_handlers import is_handler
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("removed-public-name", Category.INTEGRATION, confidence=0.85)

_NARROWER = frozenset({("float", "int"), ("str", "int"), ("int", "bool"), ("Decimal", "int"), ("object", "str"), ("Any", "str"), ("str", "bool"), ("datetime", "date")})  # fmt: skip

_BEFORE = '''
"""Feeding times."""

from dataclasses import dataclass

@dataclass
class Meal:
    animal: str
    grams: int

    def describe(self) -> str:
        return f"{self.grams} g for {self.animal}"

def plan(day):
    return []

def _weigh(meal):
    return meal.grams
'''

BAD = (
    Example(
        '''
"""Feeding times."""  # <--

from dataclasses import dataclass

@dataclass
class Meal:
    animal: str
    grams: int

    def describe(self) -> str:
        return f"{self.grams} g for {self.animal}"

def feeding_plan(day):
    return []
''',
        context={"previous": _BEFORE},
    ),
    Example(
        '''
"""Feeding times."""

from dataclasses import dataclass

@dataclass
class Meal:  # <--
    animal: str
    kilograms: float

    def describe(self) -> str:
        return f"{self.kilograms} kg for {self.animal}"

def plan(day):
    return []
''',
        context={"previous": _BEFORE},
    ),
)

GOOD = (
    Example(
        '''
"""Feeding times."""

from shop.meals import Meal

def plan(day, *, late=False):
    return []

def weigh(meal):
    return meal.grams
''',
        context={"previous": _BEFORE},
    ),
    _BEFORE,
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report names that the previous version offered."""
    before = previous_version(module, project)
    if before is None or module.is_test:
        return
    offered = module.scopes.module.bindings
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in module.tree.body):
        return
    for node in before.tree.body:
        name = getattr(node, "name", "")
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if name.startswith("_") or name == "main" or not _is_public(name, before):
            continue
        if name in offered or "__getattr__" in offered:
            if isinstance(node, ast.ClassDef):
                yield from _members(node, module)
            continue
        if isinstance(node, ast.ClassDef) or not is_handler(node, before):
            users = _users(module.name, name, project)
            used = f" and still imported by {users[0]}" if users else ""
            yield module.finding(
                RULE,
                module.tree.body[0],
                f"{name} of the previous version is gone{used}, so code that uses it breaks; keep it "
                "as a deprecated alias",
                evidence={"name": name, "imported_by": users},
                confidence=0.97 if users else None,
            )


def _members(before: ast.ClassDef, module: Module) -> Iterator[Finding]:
    now = next(
        (n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name == before.name), None
    )
    if now is None:
        return
    yield from _narrowed(before, now, module)
    kept = _public_members(now)
    gone = [name for name in _public_members(before) if name not in kept]
    if gone and len(now.bases) <= len(before.bases) and "__getattr__" not in methods_of(now):
        yield module.finding(
            RULE,
            now,
            f"{before.name} lost {', '.join(gone)} of the previous version, so code that uses it breaks; "
            "keep it as deprecated",
            evidence={"class": before.name, "gone": gone},
        )


def _narrowed(before: ast.ClassDef, now: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Fields whose type takes less than it did: ``float`` that became ``int``, a None taken away."""
    old, new = _fields(before), _fields(now)
    for name, field in new.items():
        if name not in old:
            continue
        was, is_now = ast.unparse(old[name].annotation), ast.unparse(field.annotation)
        parts = {p.strip() for p in was.split("|")}
        fewer = {p.strip() for p in is_now.split("|")} < parts
        if (
            fewer
            or (was, is_now) in _NARROWER
            or (was.startswith("Optional[") and was[9:-1] == is_now)
        ):
            yield module.finding(
                RULE,
                field,
                f"{before.name}.{name} was {was} in the previous version and is only {is_now} now, so code that "
                "relies on it breaks",
                evidence={"field": name, "before": was, "now": is_now},
            )


def _fields(owner: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    return {
        s.target.id: s
        for s in owner.body
        if isinstance(s, ast.AnnAssign)
        and isinstance(s.target, ast.Name)
        and not s.target.id.startswith("_")
    }


def _public_members(owner: ast.ClassDef) -> list[str]:
    names = [*methods_of(owner)]
    for statement in owner.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]  # fmt: skip
        names += [t.id for t in targets if isinstance(t, ast.Name)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def _is_public(name: str, before: Module) -> bool:
    """Whether ``__all__``, where there is one, lists the name."""
    for node in before.tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        ):
            listed = [e.value for e in ast.walk(node.value) if isinstance(e, ast.Constant)]
            return name in listed
    return True


def _users(home: str, name: str, project: Project) -> list[str]:
    return [
        other.path
        for other in project.others()
        if f"{home}.{name}" in other.scopes.module.imports.values()
    ]
