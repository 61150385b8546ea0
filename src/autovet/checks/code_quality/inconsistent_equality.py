"""``__eq__`` and ``__hash__`` that contradict each other, or an ``__eq__`` that fails on strangers.

Finds a hash over attributes that equality ignores, a hash by identity beside an equality by value,
an ``__eq__`` without any hash on objects that the module puts into sets, and an ``__eq__`` that reads
attributes of the other object without asking what it is.

Equal objects with different hashes are lost in sets and dictionaries. An ``__eq__`` that raises
AttributeError breaks ``in``, ``list.remove`` and every comparison with None.

Hash the attributes that are compared, and return ``NotImplemented`` for other types; a frozen
dataclass does both.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("inconsistent-equality", Category.CODE_QUALITY, confidence=0.88)

_ASKING = frozenset({"isinstance", "type", "hasattr", "getattr", "issubclass", "super", "vars"})
_HASHING = frozenset({"set", "frozenset", "dict", "Set", "FrozenSet", "Dict", "Counter"})
_IDENTITY = frozenset({"builtins.id", "random.random", "random.getrandbits", "uuid.uuid4"})

BAD = (
    """
class Colour:
    def __eq__(self, other):
        return isinstance(other, Colour) and self.name == other.name

    def __hash__(self):  # <--
        return hash((self.name, self.alpha))
""",
    """
class Node:
    def __eq__(self, other):  # <--
        return self.key == other.key

    def __hash__(self):  # <--
        return id(self)
""",
    """
class Tile:
    def __eq__(self, other):  # <--
        return isinstance(other, Tile) and self.place == other.place

def different(tiles: list[Tile]) -> int:
    return len(set(tiles))

class Stone:
    def __eq__(self, other):  # <--
        return isinstance(other, Stone) and self.weight == other.weight

def weighed(stones) -> dict[Stone, int]:
    return {stone: stone.weight for stone in stones}
""",
)

GOOD = (
    """
class Colour:
    def __eq__(self, other):
        if not isinstance(other, Colour):
            return NotImplemented
        return (self.name, self.alpha) == (other.name, other.alpha)

    def __hash__(self):
        return hash(self.name)
""",
    """
class Key:
    def __eq__(self, other):
        return self._key() == getattr(other, "_key", tuple)()

    def __hash__(self):
        return hash(self._key())

class Tile:
    def __eq__(self, other):
        return isinstance(other, Tile) and self.place == other.place

def places(tiles: list[Tile]) -> set[str]:
    return {tile.place for tile in tiles}

class Column:
    def __eq__(self, other):
        return Condition(self, "=", other)

    def __hash__(self):
        return id(self)

class Loose:
    def __eq__(self, other):
        try:
            return self.path == other.path
        except AttributeError:
            return NotImplemented
""",
)


def check(node: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Report the method that is wrong, at its ``def`` line down to its end."""
    methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
    equal, hashed = methods.get("__eq__"), methods.get("__hash__")
    if equal is None or module.is_test or len(equal.args.args) != 2:
        return
    other = equal.args.args[1].arg
    compared = _attributes(equal, "self") | _attributes(equal, other)
    if not _compares(equal):
        return
    if not _asks(equal, other):
        yield module.finding(
            RULE,
            equal,
            f"{node.name}.__eq__() reads attributes of whatever it is compared with, so == None raises: "
            "return NotImplemented for other types",
            evidence={"class": node.name},
        )
    if hashed is None:
        if not _made_by_decorator(node) and _is_put_in_sets(node.name, module):
            yield module.finding(
                RULE,
                equal,
                f"{node.name} has __eq__() and no __hash__(), so putting it into a set or a dictionary, as "
                "this module does, raises TypeError",
                evidence={"class": node.name},
            )
        return
    used = _attributes(hashed, "self")
    extra = sorted(used - compared) if compared and _attributes(equal, "self") else []
    by_identity = any(
        isinstance(n, ast.Call) and module.qualified(n.func) in _IDENTITY
        for n in own_nodes(hashed.body)
    )
    calls = any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) for n in own_nodes(equal.body)
    )
    if by_identity and not used:
        why = "hashes by identity although equality goes by value"
    elif extra and not calls:
        why = f"hashes {', '.join(extra)}, which equality ignores"
    else:
        return
    yield module.finding(
        RULE,
        hashed,
        f"{node.name}.__hash__() {why}: equal objects get different hashes and are lost in sets",
        evidence={"compared": sorted(compared), "hashed": sorted(used)},
    )


def _made_by_decorator(owner: ast.ClassDef) -> bool:
    """Whether something may provide the hash: a decorator, a base class, an assignment."""
    assigned = (t for s in owner.body if isinstance(s, ast.Assign) for t in s.targets)
    return bool(owner.decorator_list or owner.bases or owner.keywords) or any(
        isinstance(t, ast.Name) and t.id == "__hash__" for t in assigned
    )


def _is_put_in_sets(name: str, module: Module) -> bool:
    """Whether annotations of the module speak of sets of the class, or a list of it becomes a set."""
    lists = set()
    for node in module.nodes(ast.Subscript):
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        if (
            not isinstance(inner, ast.Name)
            or inner.id != name
            or not isinstance(node.value, ast.Name)
        ):
            continue
        if node.value.id in _HASHING:
            return True
        owner = module.parent(node)
        if isinstance(owner, ast.arg):
            lists.add((module.parent(module.parent(owner) or owner), owner.arg))
    return any(
        isinstance(c.func, ast.Name)
        and c.func.id in {"set", "frozenset"}
        and len(c.args) == 1
        and isinstance(c.args[0], ast.Name)
        and (module.function_of(c), c.args[0].id) in lists
        for c in module.nodes(ast.Call)
    )


def _attributes(method: ast.FunctionDef, name: str) -> set[str]:
    return {
        n.attr
        for n in own_nodes(method.body)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name
    }


def _compares(equal: ast.FunctionDef) -> bool:
    """Whether it answers with a comparison of attributes, not with an object of its own."""
    nodes = list(own_nodes(equal.body))
    return any(isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.Eq) for n in nodes)


def _asks(equal: ast.FunctionDef, other: str) -> bool:
    """Whether the other object's type is looked at, or reading it may fail safely."""
    annotation = equal.args.args[1].annotation
    if annotation is not None and ast.unparse(annotation) not in {"object", "Any", "typing.Any"}:
        return True
    read = _attributes(equal, other)
    if not read or any(name.startswith("__") for name in read):
        return True
    nodes = list(own_nodes(equal.body))
    if any(isinstance(n, (ast.Try, ast.Match)) for n in nodes):
        return True
    if any(
        isinstance(n, ast.Compare)
        and any(isinstance(o, (ast.Is, ast.IsNot)) for o in n.ops)
        and "None" not in ast.unparse(n)
        and "__class__" in ast.unparse(n)
        for n in nodes
    ):
        return True
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in _ASKING
        for n in nodes
    )
