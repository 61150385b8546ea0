"""Two values are compared whose types never make them equal.

Finds ``==`` and ``!=`` between a number made by ``int``, ``float``, ``len``, ``round`` or arithmetic of such and
a text, and between an instance of a class without ``__eq__`` and another instance made on the spot. The
comparison has the same answer every time, so what depends on it never happens or always does.

Convert one side, ask what was meant (``math.isnan`` instead of ``== "NaN"``), or give the class an ``__eq__``
(``@dataclass`` does).

Leave it nowhere: if the answer is meant to be constant, write the constant.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("comparison-never-equal", Category.CODE_QUALITY, confidence=0.85, cwe=1025)

_NUMBERS = frozenset(f"builtins.{n}" for n in ("int", "float", "len", "round", "ord", "hash"))
_QUOTED_DIGITS = "0123456789"

BAD = (
    """
def amount(text):
    value = float(text)
    if value == "nan":  # <--
        raise ValueError(text)
    return value

def is_empty(rows):
    return len(rows) == "0"  # <--
""",
    """
class Colour:
    def __init__(self, name):
        self.name = name

def is_red(colours):
    if Colour("red") in colours:
        return True
    return Colour(colours[0]) == Colour("red")  # <--

def whole(total, parts):
    share = str(total / parts)
    return share == "2"  # <--
""",
)

GOOD = (
    """
from dataclasses import dataclass

@dataclass
class Colour:
    name: str

class Shade(Colour):
    pass

def is_red(name):
    return Colour(name) == Colour("red") or Shade(name) == Shade("red")
""",
    """
def amount(text, kind):
    value = text
    if kind == "number":
        value = float(text)
    if value == "nan" or str(len(text)) == "3":
        return None
    return value
""",
)


def check(compare: ast.Compare, module: Module) -> Iterator[Finding]:
    """Report comparisons with a constant answer."""
    if len(compare.ops) != 1 or not isinstance(compare.ops[0], (ast.Eq, ast.NotEq)):
        return
    left, right = compare.left, compare.comparators[0]
    why = None
    for one, other in ((left, right), (right, left)):
        if _is_text(other) and _is_number(one, module):
            why = "a number never equals a text"
        elif _is_whole_number_text(other) and _is_quotient_text(one, module):
            why = "/ gives a float, whose text has a point in it"
    if why is None and (name := _fresh_instance(left, module)) and name == _fresh_instance(right, module):  # fmt: skip
        why = f"{name} has no __eq__, so two instances are never equal"
    if why is not None:
        yield module.finding(
            RULE,
            compare,
            f"the comparison has the same answer every time: {why}",
            evidence={"why": why},
        )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _made(node: ast.expr, module: Module) -> ast.expr:
    return (module.assigned(node) if isinstance(node, ast.Name) else None) or node


def _is_number(node: ast.expr, module: Module) -> bool:
    node = _made(node, module)
    return isinstance(node, ast.Call) and module.qualified(node.func) in _NUMBERS


def _is_whole_number_text(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(text) and set(text) <= set(_QUOTED_DIGITS)


def _is_quotient_text(node: ast.expr, module: Module) -> bool:
    node = _made(node, module)
    if not isinstance(node, ast.Call) or module.qualified(node.func) != "builtins.str" or not node.args:  # fmt: skip
        return False
    inner = node.args[0]
    plain = isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div)
    return plain and not any(isinstance(n, ast.Call) for n in ast.walk(inner))


def _fresh_instance(node: ast.expr, module: Module) -> str | None:
    """The class of an instance made in this very expression, when only identity compares it."""
    made = module.definition(node.func) if isinstance(node, ast.Call) else None
    if not isinstance(made, ast.ClassDef) or made.decorator_list or made.keywords:
        return None
    if any(module.qualified(base) != "builtins.object" for base in made.bases):
        return None
    defined = {n.name for n in made.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    assigned = {t.id for n in made.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}  # fmt: skip
    return made.name if not {"__eq__", "__new__"} & (defined | assigned) else None
