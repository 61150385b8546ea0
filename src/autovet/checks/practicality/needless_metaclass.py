"""A metaclass that only keeps a register or hands on, where a hook does the same.

Finds metaclasses whose ``__new__`` or ``__init__`` records the class, checks it or sets attributes,
and changes nothing else about how classes are made.

Metaclasses do not combine, confuse readers and tools, and show up in every subclass.

``__init_subclass__`` sees each subclass; a class decorator changes one class. A metaclass is right
where ``__prepare__``, ``__call__`` or operators on the class itself are needed: those are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("needless-metaclass", Category.PRACTICALITY, confidence=0.82)

_FEW = 8

BAD = (
    """
class Registering(type):  # <--
    known = {}

    def __new__(mcs, name, bases, namespace):
        made = super().__new__(mcs, name, bases, namespace)
        mcs.known[name] = made
        return made
""",
    """
class Named(type):  # <--
    \"\"\"Insists on a title.\"\"\"

    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        if bases and not hasattr(cls, "title"):
            raise TypeError(name)
""",
)

GOOD = (
    """
class Registered:
    known = {}

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls.known[cls.__name__] = cls
""",
    """
class Ordered(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return {}

    def __new__(mcs, name, bases, namespace):
        return super().__new__(mcs, name, bases, dict(namespace))

class Sized(type):
    def __len__(cls):
        return 3

class Rebuilt(type):
    def __new__(mcs, name, bases, namespace):
        namespace["fields"] = sorted(namespace)
        return super().__new__(mcs, name, bases, namespace)
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class at its header."""
    if [module.qualified(b) for b in node.bases] != ["builtins.type"] or module.is_test:
        return
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if len(methods) != 1 or methods[0].name not in {"__new__", "__init__"}:
        return
    method = methods[0]
    names = [a.arg for a in method.args.args]
    namespace = names[3] if len(names) > 3 else ""
    changes = any(
        isinstance(n, ast.Subscript)
        and isinstance(n.ctx, (ast.Store, ast.Del))
        and isinstance(n.value, ast.Name)
        and n.value.id == namespace
        for n in ast.walk(method)
    )
    calls = [ast.unparse(n) for n in ast.walk(method) if isinstance(n, ast.Call)]
    rebuilt = any(
        (namespace and f"dict({namespace}" in c) or f"{namespace}.pop" in c for c in calls
    )
    if changes or rebuilt or len(method.body) > _FEW:
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name} only looks at the classes that are made: __init_subclass__ of a base does that",
        evidence={"method": method.name},
    )
