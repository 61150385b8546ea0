"""A result that may be None is used as if it never were.

Finds calls of functions of this module that return None on some path (by their annotation or by an
explicit ``return None`` beside other results) whose result is used at once: an attribute, a
subscript, or a name that is never compared with None.

The case for which the function returns None is the rare one, so it shows up late, as
``AttributeError: 'NoneType' object has no attribute ...``.

Ask first (``if found is None: ...``) and decide what that case means, or let the function raise.

Leave it when the arguments make None impossible; an assertion would say so.
"""

import ast
from collections.abc import Iterator

from autovet.checks.business_logic._guards import is_caught, is_tested
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("optional-dereferenced", Category.BUSINESS_LOGIC, confidence=0.85, cwe=476)

_ERRORS = {"AttributeError", "TypeError"}

BAD = (
    """
def find_desk(room, desks):
    for desk in desks:
        if desk.room == room:
            return desk
    return None

def phone_of(room, desks):
    return find_desk(room, desks).phone  # <--
""",
    """
class Ledger:
    def entry(self, key: str) -> "dict[str, int] | None":
        return self.entries.get(key)

    def amount(self, key: str) -> int:
        found = self.entry(key)
        return found["amount"]  # <--
""",
    """
from typing import Optional

async def load_seat(number: int) -> Optional[Seat]:
    return await Seat.get(number)

async def row_of(number: int) -> int:
    return (await load_seat(number)).row  # <--
""",
    """
class Stock:
    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def price(self, number: str) -> int:
        part = self._parts.get(number)
        return part.price  # <--
""",
)

GOOD = (
    """
class Stock:
    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def price(self, number: str) -> int:
        part = self._parts.get(number)
        if part is None:
            raise KeyError(number)
        return part.price + self._parts.get("fee", 0)
""",
    """
def find_desk(room, desks):
    for desk in desks:
        if desk.room == room:
            return desk
    return None

def phone_of(room, desks):
    desk = find_desk(room, desks)
    return None if desk is None else desk.phone

def safe_phone_of(room, desks):
    try:
        return find_desk(room, desks).phone
    except AttributeError:
        return ""
""",
    """
def find_desk(room, desks):
    for desk in desks:
        if desk.room == room:
            return desk
    raise LookupError(room)

def log(desk):
    if desk.quiet:
        return
    print(desk)

def phone_of(room, desks):
    return find_desk(room, desks).phone
""",
    """
def find_desk(room, desks) -> "Desk | None":
    return desks.get(room)

def phones(rooms, desks):
    for room in rooms:
        if (desk := find_desk(room, desks)):
            yield desk.phone

def label(room, desks):
    desk = find_desk(room, desks)
    desk = desk or desks["front"]
    return desk.phone
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the attribute or subscript that is taken of None."""
    if module.is_test:
        return
    yield from _looked_up(module)
    optional: dict[FunctionNode, bool] = {}
    for call in module.nodes(ast.Call):
        function = _called(call, module)
        if function is None:
            continue
        if function not in optional:
            optional[function] = _returns_none(function)
        use = _use(call, function, module) if optional[function] else None
        if use is not None and not is_caught(use, module, _ERRORS):
            yield module.finding(
                RULE,
                use,
                f"{function.name}() returns None in some cases, and this uses its result without asking",
                evidence={
                    "function": function.name,
                    "line": function.lineno,
                    "returns": _reason(function),
                },
            )


def _looked_up(module: Module) -> Iterator[Finding]:
    """What ``get`` of a dictionary of the object gave, and nobody asked whether it gave anything."""
    for statement in module.nodes(ast.Assign):
        match statement:
            case ast.Assign(
                targets=[ast.Name() as name],
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Attribute(value=ast.Name(id="self"), attr=attribute), attr="get"
                    ),
                    args=[_],
                    keywords=[],
                ) as call,
            ) if _is_dictionary(attribute, module.class_of(statement)):
                use = _first_use(name, module)
                if use is not None and not is_caught(use, module, _ERRORS):
                    yield module.finding(
                        RULE,
                        use,
                        f"{ast.unparse(call)} gives None for a key that is missing, and this uses it without asking",
                        evidence={"function": "dict.get", "line": call.lineno},
                    )


def _is_dictionary(attribute: str, owner: ast.ClassDef | None) -> bool:
    """Whether the class makes the attribute a dictionary."""
    for node in ast.walk(owner) if owner is not None else ():
        match node:
            case ast.AnnAssign(
                target=ast.Attribute(attr=name) | ast.Name(id=name),
                annotation=ast.Subscript(value=ast.Name(id="dict" | "Dict")),
            ) if name == attribute:
                return True
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=ast.Dict()
            ) if name == attribute:
                return True
    return False


def _returns_none(function: FunctionNode) -> bool:
    if function.returns is not None:
        return _is_optional(function.returns) and not _is_generator(function)
    if _is_generator(function):
        return False
    returned = [n.value for n in _own(function) if isinstance(n, ast.Return)]
    explicit = any(isinstance(v, ast.Constant) and v.value is None for v in returned)
    return explicit and any(
        v is not None and not (isinstance(v, ast.Constant) and v.value is None) for v in returned
    )


def _reason(function: FunctionNode) -> str:
    return ast.unparse(function.returns) if function.returns is not None else "return None"


def _is_optional(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError):
            return False
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_none(right) or _is_none(left) or _is_optional(left)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional")):
            return True
    return False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _own(function: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of inner functions."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            stack += ast.iter_child_nodes(node)


def _is_generator(function: FunctionNode) -> bool:
    return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _own(function))


def _called(call: ast.Call, module: Module) -> FunctionNode | None:
    """The plain function, or the method of the same class, that is called."""
    found = module.definition(call.func)
    if (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "self"
    ):
        owner = module.class_of(call)
        methods = (
            [n for n in owner.body if getattr(n, "name", "") == call.func.attr] if owner else []
        )
        found = (
            methods[0]
            if len(methods) == 1 and isinstance(methods[0], (ast.FunctionDef, ast.AsyncFunctionDef))
            else None
        )
    if isinstance(found, ast.ClassDef) or found is None or found.decorator_list:
        return None
    return found


def _use(call: ast.Call, function: FunctionNode, module: Module) -> ast.expr | None:
    """Where the call's result is dereferenced although nothing asks whether it is None."""
    result: ast.expr = call
    parent = module.parent(call)
    if isinstance(parent, ast.Await):
        result, parent = parent, module.parent(parent)
    elif isinstance(function, ast.AsyncFunctionDef):
        return None
    if isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is result:
        return parent
    match parent:
        case ast.Assign(targets=[ast.Name() as name]) | ast.AnnAssign(target=ast.Name() as name):
            return _first_use(name, module)
    return None


def _first_use(name: ast.Name, module: Module) -> ast.expr | None:
    """The first use of a name that is bound once and never asked about, if it is a dereference."""
    around = module.function_of(name)
    if around is None or module.assigned(name) is None or is_tested(name.id, around):
        return None
    uses = [
        n
        for n in module.nodes(ast.Name)
        if n.id == name.id and isinstance(n.ctx, ast.Load) and module.function_of(n) is around
    ]
    if any(isinstance(module.parent(n), ast.Compare) for n in uses):
        return None
    parent = module.parent(uses[0]) if uses else None
    if isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is uses[0]:
        return parent
    return None
