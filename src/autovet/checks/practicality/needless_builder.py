"""A fluent builder that only forwards its values to a constructor.

Finds classes with two or more methods that store an argument and return ``self``, and a last
method that calls one constructor with what was stored.

Keyword arguments already name each value, in any order, with defaults, and the type checker sees
when one is missing. The builder says everything twice and finds mistakes only at run time.

Call the constructor. Leave builders that check, convert or collect on the way.
"""

import ast
from collections.abc import Iterator

from autovet.checks.maintainability._code_lines import body_without_docstring
from autovet.checks.vocabulary.expressions import last_name, path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("needless-builder", Category.PRACTICALITY, confidence=0.9)

_FEWEST_SETTERS = 2
_COPIES = frozenset({"list", "dict", "tuple", "set"})

BAD = (
    """
class RoomBuilder:  # <--
    def __init__(self):
        self._name = ""
        self._seats = 0

    def named(self, name):
        self._name = name
        return self

    def seating(self, seats):
        self._seats = seats
        return self

    def build(self):
        return Room(name=self._name, seats=self._seats)
""",
    """
class QueryBuilder:  # <--
    def __init__(self):
        self.values = {}

    def table(self, table: str) -> "QueryBuilder":
        \"\"\"Set the table.\"\"\"
        self.values["table"] = table
        return self

    def columns(self, columns: list[str]) -> "QueryBuilder":
        self.values["columns"] = list(columns)
        return self

    def page(self, start: int, size: int) -> "QueryBuilder":
        self.values.update(start=start, size=size)
        return self

    def create(self):
        if "table" not in self.values:
            raise ValueError("no table")
        query = Query(**self.values)
        return query
""",
    """
class CardBuilder:  # <--
    def __init__(self):
        self._card = Card()

    def to(self, name):
        self._card.name = name
        return self

    def line(self, text):
        self._card.lines.append(text)
        return self

    def build(self):
        return self._card
""",
)

GOOD = (
    """
class QueryBuilder:
    def __init__(self):
        self.parts = []

    def where(self, condition):
        self.parts.append(condition)
        return self

    def order(self, column):
        self.parts.append(f"ORDER BY {column}")
        return self

    def build(self):
        return " ".join(self.parts)
""",
    """
class RoomBuilder:
    def named(self, name):
        if not name:
            raise ValueError(name)
        self._name = name
        return self

    def seating(self, seats):
        self._seats = int(seats)
        return self

    def build(self):
        return Room(name=self._name, seats=self._seats)
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the class at its header."""
    methods = [s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if len(methods) <= _FEWEST_SETTERS:
        return
    kept = _kept_objects(node)
    setters, makers = [], []
    for method in methods:
        if method.name == "__init__":
            continue
        if _only_stores(method) or (kept and _only_fills(method, kept)):
            setters.append(method.name)
        elif made := (_made(method) or _returned(method, kept)):
            makers.append((method.name, made))
        else:
            return
    if len(setters) < _FEWEST_SETTERS or len(makers) != 1:
        return
    maker, made = makers[0]
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name} only passes values on to {made}(): call it with keyword arguments",
        evidence={"setters": setters, "maker": maker, "makes": made},
    )


def _only_stores(method: FunctionNode) -> bool:
    """Whether the method keeps its arguments unchanged on ``self`` and returns ``self``."""
    *stores, last = body_without_docstring(method) or [ast.Pass()]
    if not (
        isinstance(last, ast.Return)
        and isinstance(last.value, ast.Name)
        and last.value.id == "self"
    ):
        return False
    names = {
        a.arg for a in [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]
    } - {"self"}
    return bool(stores) and bool(names) and all(_is_store(s, names) for s in stores)


def _kept_objects(node: ast.ClassDef) -> dict[str, str]:
    """The attributes that hold a new object of a class from the start, each with the class's name."""
    found: dict[str, str] = {}
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            for statement in method.body:
                match statement:
                    case (
                        ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Call(func=func))
                        | ast.AnnAssign(target=ast.Attribute(attr=name), value=ast.Call(func=func))
                    ) if last_name(func)[:1].isupper():
                        found[name] = last_name(func)
    return found


def _only_fills(method: FunctionNode, kept: dict[str, str]) -> bool:
    """Whether the method only sets one field of the kept object, or adds to it, and returns ``self``."""
    *steps, last = body_without_docstring(method) or [ast.Pass()]
    if path_of(getattr(last, "value", None) or ast.Pass()) != "self" or len(steps) != 1:
        return False
    names = {a.arg for a in [*method.args.args, *method.args.kwonlyargs]} - {"self"}
    match steps[0]:
        case ast.Assign(targets=[ast.Attribute(value=owner)], value=ast.Name(id=given)):
            pass
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(
                    value=ast.Attribute(value=owner), attr="append" | "add" | "extend" | "update"
                ),
                args=[ast.Name(id=given)],
            )
        ):
            pass
        case _:
            return False
    return given in names and path_of(owner).removeprefix("self.") in kept


def _returned(method: FunctionNode, kept: dict[str, str]) -> str | None:
    body = [s for s in body_without_docstring(method) if not _demands(s)]
    if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
        return kept.get(path_of(body[0].value).removeprefix("self."))
    return None


def _is_store(statement: ast.stmt, names: set[str]) -> bool:
    if isinstance(statement, ast.Assign):
        value: ast.expr | None = statement.value
        targets = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        value = statement.value
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        updates = (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "update"
            and _is_own(call.func.value)
        )
        return updates and all(isinstance(v, ast.Name) for v in [k.value for k in call.keywords])
    else:
        return False
    if not all(_is_own(t) for t in targets):
        return False
    if isinstance(value, ast.Dict):
        return all(isinstance(v, ast.Name) and v.id in names for v in value.values)
    if isinstance(value, ast.Tuple):
        return all(isinstance(v, ast.Name) and v.id in names for v in value.elts)
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in _COPIES
        and len(value.args) == 1
    ):
        value = value.args[0]
    plain = isinstance(value, ast.Name) and value.id in names
    return plain and not isinstance(statement, ast.AugAssign)


def _is_own(target: ast.expr) -> bool:
    """``self.x`` or ``self.x["y"]``."""
    if isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Tuple):
        return all(_is_own(t) for t in target.elts)
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "self"
    )


def _demands(statement: ast.stmt) -> bool:
    """An error for a value that was not given, which a constructor raises by itself."""
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and all(isinstance(s, ast.Raise) for s in statement.body)
    )


def _made(method: FunctionNode) -> str | None:
    """The constructor that the method calls with stored values, and does nothing else."""
    body = [s for s in body_without_docstring(method) if not _demands(s)]
    if len(body) > 1 and isinstance(body[0], ast.Assign) and isinstance(body[1], ast.Return):
        value: ast.expr | None = body[0].value
    elif len(body) == 1 and isinstance(body[0], ast.Return):
        value = body[0].value
    else:
        return None
    if not isinstance(value, ast.Call) or not isinstance(value.func, (ast.Name, ast.Attribute)):
        return None
    given = [*value.args, *(k.value for k in value.keywords)]
    stored = [g.value if isinstance(g, ast.Starred) else g for g in given]
    if not stored or not all(_is_own(g) for g in stored):
        return None
    name = value.func.id if isinstance(value.func, ast.Name) else value.func.attr
    return name if name[:1].isupper() or name == "cls" else None
