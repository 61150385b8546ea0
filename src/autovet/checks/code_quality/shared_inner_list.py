"""A list of lists, made by multiplication, whose rows are all one and the same list.

Finds ``[[0] * width] * height``, ``[{}] * n``, ``[[]] * n`` and the same with ``set()``,
``list()`` or ``dict()`` inside.

The multiplication copies the reference, not the list: a change in one row shows in all of them.

Make each row anew: ``[[0] * width for _ in range(height)]``. Where the rows are only read, a tuple
inside says so.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("shared-inner-list", Category.CODE_QUALITY, confidence=0.9)

BAD = (
    """
def board(rows, columns):
    cells = [["."] * columns] * rows  # <--
    cells[0][0] = "x"
    return cells
""",
    """
from collections import defaultdict

class Buckets:
    def __init__(self, count):
        self.buckets = [[]] * count  # <--
        self.counts = count * [defaultdict(int)]  # <--

    def put(self, number, value):
        self.buckets[number % len(self.buckets)].append(value)
        self.counts[0][value] += 1
""",
)

GOOD = (
    """
def board(rows, columns):
    cells = [["."] * columns for _ in range(rows)]
    cells[0][0] = "x"
    return cells
""",
    """
def padded(rows, width):
    blanks = [()] * width
    one = [[]] * 1
    return [*rows, *blanks, *one, [None] * width, [0, 1] * 2]

def drawn(image, size, lines):
    image.line([[0, 0], [1, 1]] * 2)
    for row in [[" "] * size] * lines:
        print(row)
""",
)

_MUTABLE = frozenset({
    "builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray", "collections.defaultdict",
    "collections.deque", "collections.Counter", "collections.OrderedDict",
})  # fmt: skip
_CHANGING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "pop", "remove", "discard", "clear", "sort"})  # fmt: skip


def check(product: ast.BinOp, module: Module) -> Iterator[Finding]:
    """Report the multiplication."""
    if not isinstance(product.op, ast.Mult):
        return
    row, times = product.left, product.right
    if not isinstance(row, ast.List):
        row, times = times, row
    if not isinstance(row, ast.List) or len(row.elts) != 1 or not _is_mutable(row.elts[0], module):
        return
    if isinstance(times, ast.Constant) and times.value in {0, 1}:
        return
    parent = module.parent(product)
    target = getattr(parent, "target", None) or next(iter(getattr(parent, "targets", ())), None)
    if not isinstance(target, (ast.Name, ast.Attribute)) or not _changed_inside(target, module):
        return
    inner = module.segment(row.elts[0])
    yield module.finding(
        RULE,
        product,
        "all items of this list are one and the same object, so a change in one shows in all; make "
        "each anew in a comprehension",
        evidence={"item": inner},
        fix=Fix(
            (module.replace(product, f"[{inner} for _ in range({module.segment(times)})]"),),
            "make each item anew",
        ),
    )


def _is_mutable(item: ast.expr, module: Module) -> bool:
    if isinstance(item, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return True
    if isinstance(item, ast.BinOp) and isinstance(item.op, ast.Mult):
        return isinstance(item.left, ast.List) or isinstance(item.right, ast.List)
    return isinstance(item, ast.Call) and module.qualified(item.func) in _MUTABLE


def _changed_inside(target: ast.Name | ast.Attribute, module: Module) -> bool:
    """Whether the module changes an item of the list: ``rows[i][j] = ...``, ``rows[i].append()``."""
    for inner in module.nodes(ast.Subscript):
        if not _is_same(inner.value, target):
            continue
        parent = module.parent(inner)
        if isinstance(parent, ast.AugAssign):
            return True
        if isinstance(parent, ast.Attribute) and parent.attr in _CHANGING:
            return True
        item: ast.AST | None = parent
        while isinstance(item, ast.Subscript):
            if isinstance(item.ctx, (ast.Store, ast.Del)):
                return True
            item = module.parent(item)
    return False


def _is_same(node: ast.expr, target: ast.Name | ast.Attribute) -> bool:
    if isinstance(target, ast.Name):
        return isinstance(node, ast.Name) and node.id == target.id
    return isinstance(node, ast.Attribute) and node.attr == target.attr
