"""A function answers in another form than its siblings: text for a number, a dictionary for an object.

Finds functions of one class or file whose names begin with the same word and that take the same
parameters, where three or more answer with one type and one with another form of the same thing: the
number as text, the object as a dictionary of its fields, the list as another collection.

Callers treat the family alike: they compare, add or read attributes, and the odd one breaks them.

Return what the siblings return, and convert where it is shown. Functions whose names tell another
thing, or whose results are of plainly different kinds, are left alone.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("sibling-return-types", Category.CONSISTENCY, confidence=0.83)

_LEAST = 3
_FEW = 2
_NUMBERS = frozenset({"int", "float", "Decimal", "complex", "Fraction"})
_COLLECTIONS = frozenset(
    {"list", "tuple", "set", "dict", "frozenset", "List", "Dict", "Set", "Tuple"}
)
_LOOSE = frozenset({"Any", "object", "bool", "str", "bytes", "None", "Self"})
# the word that says that the form is the point
_FORMS = ("_text", "_str", "_string", "_dict", "_json", "_label", "_name", "_set", "_map", "_by_")

BAD = (
    """
class Reading:
    def __init__(self, raw):
        self.raw = raw

    def read_depth(self) -> float:
        return self.raw[0] / 10

    def read_flow(self) -> float:
        return self.raw[1] / 10

    def read_load(self) -> str:  # <--
        return str(self.raw[2] / 10)

    def read_heat(self) -> float:
        return self.raw[3] / 100
""",
    """
def find_oldest(shelf) -> "Item | None":
    return min(shelf, default=None)

def find_newest(shelf) -> "Item | None":
    return max(shelf, default=None)

def find_middle(shelf) -> dict[str, object]:  # <--
    item = shelf[len(shelf) // 2]
    return {"name": item.name, "size": item.size}
""",
)

GOOD = (
    """
class Reading:
    def read_depth(self) -> float:
        return self.raw[0] / 10

    def read_flow(self) -> float:
        return self.raw[1] / 10

    def read_load(self) -> float:
        return self.raw[2] / 10

    def read_name(self) -> str:
        return str(self.raw[3:], "ascii")

    def read_flow_text(self) -> str:
        return str(self.read_flow() / 10)
""",
    """
def get_name(item) -> str:
    return item.name

def get_size(item) -> int:
    return item.size

def get_tags(item) -> list[str]:
    return item.tags

def get_parts(item) -> dict[str, int]:
    return {"a": item.a}
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the odd one at its header."""
    if module.is_test:
        return
    families: dict[tuple[ast.AST | None, str, tuple[str, ...]], list[FunctionNode]] = {}
    for function in module.functions:
        verb, _, rest = function.name.partition("_")
        if verb and rest and function.returns is not None and not function.decorator_list:
            taken = tuple(a.arg for a in (*function.args.args, *function.args.kwonlyargs))
            families.setdefault((module.parent(function), verb, taken), []).append(function)
    for family in families.values():
        if len(family) < _LEAST:
            continue
        kinds = [_kind(f.returns) for f in family]
        usual, support = Counter(kinds).most_common(1)[0]
        odd = [f for f, kind in zip(family, kinds, strict=True) if kind != usual]
        if len(odd) != 1 or support < _FEW or usual is None:
            continue
        function = odd[0]
        if _is_other_form(function, usual, support, module) and not any(
            form in function.name for form in _FORMS
        ):
            yield module.finding(
                RULE,
                module.header_span(function),
                f"{function.name} answers with {ast.unparse(function.returns or function)}, "
                f"{support} functions beside it with {usual}",
                evidence={"usual": usual, "support": support},
            )


def _kind(annotation: ast.expr | None) -> str | None:
    """The class that an annotation names, without None, arguments and quotes."""
    for _ in range(4):
        if isinstance(annotation, ast.BinOp):
            none = isinstance(annotation.right, ast.Constant) and annotation.right.value is None
            annotation = annotation.left if none else annotation.right
        elif isinstance(annotation, ast.Subscript):
            optional = getattr(annotation.value, "id", "") == "Optional"
            annotation = annotation.slice if optional else annotation.value
        elif isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return annotation.value.partition("|")[0].partition("[")[0].strip()
    return getattr(annotation, "attr", getattr(annotation, "id", None))


def _is_other_form(function: FunctionNode, usual: str, support: int, module: Module) -> bool:
    kind = _kind(function.returns)
    values = [
        n.value
        for n in module.nodes(ast.Return)
        if n.value is not None and module.function_of(n) is function
    ]
    if usual in _NUMBERS:
        return kind == "str" and support >= _LEAST and any(_is_number_as_text(v) for v in values)
    if usual in _COLLECTIONS:
        return (
            kind in _COLLECTIONS and support >= _LEAST and "dict" not in f"{usual} {kind}".lower()
        )
    if usual in _LOOSE or not usual[:1].isupper():
        return False
    return kind in {"dict", "Dict"} and any(_is_made_of_one(v) for v in values)


def _is_number_as_text(value: ast.expr) -> bool:
    """``str(a / b)``, or one number in an f-string by itself."""
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[ast.BinOp() | ast.Call()]):
            return True
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.BinOp())]):
            return True
    return False


def _is_made_of_one(value: ast.expr) -> bool:
    """``{"a": item.a, "b": item.b}``, also with ``if item else None`` behind it."""
    if isinstance(value, ast.IfExp):
        value = value.body
    if not isinstance(value, ast.Dict) or len(value.values) < _FEW:
        return False
    owners = {
        v.value.id
        for v in value.values
        if isinstance(v, ast.Attribute) and isinstance(v.value, ast.Name)
    }
    return len(owners) == 1 and all(isinstance(v, (ast.Attribute, ast.Call)) for v in value.values)
