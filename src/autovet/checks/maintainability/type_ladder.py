"""A ladder of ``isinstance`` tests over classes that belong to the project.

Finds ``if``/``elif`` chains that ask four times or more which of the module's own classes one value is an
instance of, and then do that class's work.

Every new class has to be added to every such ladder, none of which its author sees, and what a class
does stands far from the class.

Give the classes a method of the same name, or use ``functools.singledispatch`` or ``match`` where the
operation does not belong to them.

Leave it for classes of others, and for a union that is closed for good.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("type-ladder", Category.MAINTAINABILITY, confidence=0.75)

_CLASSES = "\n".join(
    f"class {name}:\n    def __init__(self):\n        self.size = 1\n"
    for name in ("Cat", "Dog", "Hen", "Cow")
)

BAD = (
    _CLASSES
    + """
def noise(animal):
    if isinstance(animal, Cat):  # <--
        return "meow"
    elif isinstance(animal, Dog):
        return "woof"
    elif isinstance(animal, Hen):
        return "cluck"
    elif isinstance(animal, Cow):
        return "moo"
    raise TypeError(animal)
""",
    _CLASSES
    + """
class Feeder:
    def feed(self, animal):
        if isinstance(animal, Cat):  # <--
            return self.fish * animal.size
        if isinstance(animal, Dog):
            return self.meat * animal.size
        if isinstance(animal, Hen):
            return self.corn * animal.size
        if isinstance(animal, Cow):
            return self.hay * animal.size
        return None
""",
)

GOOD = (
    """
def plain(value):
    if isinstance(value, str):
        return value
    elif isinstance(value, bytes):
        return value.decode()
    elif isinstance(value, int):
        return str(value)
    elif isinstance(value, list):
        return ",".join(value)
    return ""
""",
    _CLASSES
    + """
def noise(animal):
    match animal:
        case Cat():
            return "meow"
        case Dog():
            return "woof"
    if isinstance(animal, Hen):
        return "cluck"
    return "moo" if isinstance(animal, Cow) else ""
""",
)

_ENOUGH = 4


def check(node: ast.If, module: Module) -> Iterator[Finding]:
    """Report the first ``if`` of the ladder, over the whole ladder."""
    subject, kind = _asked(node, module)
    if not subject or module.is_test or _is_rung(node, module):
        return
    kinds = {kind}
    last: ast.If = node
    while True:
        following = _next_rung(last, module)
        if following is None:
            break
        name, kind = _asked(following, module)
        if name != subject:
            break
        kinds.add(kind)
        last = following
    if len(kinds) >= _ENOUGH:
        yield module.finding(
            RULE,
            node,
            f"this ladder asks which of {len(kinds)} classes of the module {subject} is: let the classes answer, by a "
            "method or singledispatch",
            evidence={"classes": sorted(kinds)},
        )


def _asked(node: ast.If, module: Module) -> tuple[str, str]:
    """What is asked about and for which class of the module; empty for any other condition."""
    match node.test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, ast.Name() as kind]) if (
            isinstance(module.definition(kind), ast.ClassDef)
        ):
            return ast.unparse(subject), kind.id
    return "", ""


def _next_rung(node: ast.If, module: Module) -> ast.If | None:
    """The ``elif``, or the next statement after an ``if`` that returns or raises."""
    if node.orelse:
        only = node.orelse[0]
        return only if len(node.orelse) == 1 and isinstance(only, ast.If) else None
    if not isinstance(node.body[-1], (ast.Return, ast.Raise, ast.Continue)):
        return None
    block = _block(node, module)
    place = block.index(node) + 1 if node in block else len(block)
    after = block[place] if place < len(block) else None
    return after if isinstance(after, ast.If) else None


def _is_rung(node: ast.If, module: Module) -> bool:
    """Whether the ladder began before."""
    parent = module.parent(node)
    if isinstance(parent, ast.If) and parent.orelse == [node]:
        return bool(_asked(parent, module)[0])
    block = _block(node, module)
    place = block.index(node) if node in block else 0
    before = block[place - 1] if place else None
    return (
        isinstance(before, ast.If)
        and _next_rung(before, module) is node
        and bool(_asked(before, module)[0])
    )


def _block(node: ast.stmt, module: Module) -> list[ast.stmt]:
    parent = module.parent(node)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            return block
    return []
