"""An iterator that is gone through a second time, when nothing is left in it.

Finds names bound to a generator, a generator expression, ``map``, ``filter``, ``zip``,
``reversed``, ``iter`` or a ``csv`` reader, that one call or loop reads to the end (``sum``, ``list``,
``sorted``, ``for``) and a later one reads again.

An iterator gives its items once. The second pass sees none, raises nothing and computes a total of
zero, an empty list, a mean over nothing.

Keep the items in a list first, or make the iterator anew. An iterator that is left in the middle (a
loop with ``break``, ``next``) is meant to be continued and is left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.local_calls import called_function
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("iterator-used-up", Category.CODE_QUALITY, confidence=0.9)

BAD = (
    """
def shares(rows):
    amounts = (row.amount for row in rows)
    whole = sum(amounts)
    return [amount / whole for amount in amounts]  # <--
""",
    """
def readings(lines):
    for line in lines:
        if line:
            yield float(line)

def report(lines, out):
    values = readings(lines)
    for value in values:
        out.write(f"{value}\\n")
    out.write(f"highest: {max(values)}")  # <--

def names(people):
    known = map(str.title, people)
    print(sorted(known))
    return {name: len(name) for name in known}  # <--
""",
)

GOOD = (
    """
def shares(rows):
    amounts = [row.amount for row in rows]
    whole = sum(amounts)
    return [amount / whole for amount in amounts]

def first_and_rest(rows, out):
    found = iter(rows)
    out.write(next(found))
    for row in found:
        out.write(row)
        if row.last:
            break
    for row in found:
        out.write(row)
""",
    """
def either(rows, flag):
    values = (row.value for row in rows)
    if flag:
        return sum(values)
    else:
        return max(values)

def early(rows, flag):
    values = (row.value for row in rows)
    if flag:
        return sum(values)
    return max(values)

def again(rows):
    values = filter(None, rows)
    total = sum(values)
    values = filter(None, rows)
    return total, list(values)
""",
    """
def by_pairs(rows):
    numbers = iter(rows)
    pairs = zip(numbers, numbers)
    return [b for _, b in pairs]

def until_stable(rows, rounds):
    for _ in range(rounds):
        values = (row.value for row in rows)
        rows = [v for v in values if v]
    return rows
""",
)

_ITERATORS = frozenset({"builtins.map", "builtins.filter", "builtins.zip", "builtins.reversed", "builtins.enumerate", "csv.reader", "csv.DictReader", "re.finditer", "itertools.chain", "itertools.islice"})  # fmt: skip
_DRAINING = frozenset({"sum", "list", "tuple", "set", "frozenset", "sorted", "max", "min", "dict", "len", "Counter", "deque"})  # fmt: skip


def check(node: ast.Assign, module: Module) -> Iterator[Finding]:
    """Report the second pass over what the name was bound to."""
    if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return
    value = node.value
    if not isinstance(value, (ast.GeneratorExp, ast.Call)) or not _is_iterator(value, module):
        return
    name = node.targets[0]
    function = module.function_of(node)
    if function is None or len(module.scopes.of(name).bindings.get(name.id, ())) != 1:
        return
    uses = [
        n
        for n in own_nodes(function.body)
        if isinstance(n, ast.Name) and n.id == name.id and isinstance(n.ctx, ast.Load)
    ]
    uses.sort(key=lambda n: (n.lineno, n.col_offset))
    if not 1 < len(uses) < 6 or not all(_is_pass(use, module) for use in uses):
        return
    drained = next((u for u in uses[:-1] if _drains(u, module)), None)
    if drained is None or _inside_loop_beyond(node, drained, module):
        return
    for again in uses[uses.index(drained) + 1 :]:
        if _reached_after(drained, again, module):
            yield module.finding(
                RULE,
                _pass_of(again, module),
                f"{name.id!r} is an iterator that line {drained.lineno} has read to its end, so this finds "
                "nothing in it; keep the items in a list",
                evidence={"made": node.lineno, "read": drained.lineno},
            )
            return


def _is_iterator(value: ast.GeneratorExp | ast.Call, module: Module) -> bool:
    if isinstance(value, ast.GeneratorExp):
        return True
    if module.qualified(value.func) in _ITERATORS:
        return True
    function = called_function(value, module) if isinstance(value.func, ast.Name) else None
    return function is not None and _is_generator(function)


def _is_generator(function: FunctionNode) -> bool:
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return False
    return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(function.body))


def _is_pass(use: ast.Name, module: Module) -> bool:
    """Whether the use reads items, all or some: then nothing else can have renewed the iterator."""
    parent = module.parent(use)
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is use
    return isinstance(parent, ast.Call) and use in parent.args and not isinstance(
        module.parent(parent), ast.withitem
    ) and isinstance(parent.func, (ast.Name, ast.Attribute))  # fmt: skip


def _drains(use: ast.Name, module: Module) -> bool:
    """Whether the use surely reads everything."""
    parent = module.parent(use)
    if isinstance(parent, ast.Call):
        func = parent.func
        if isinstance(func, ast.Attribute):
            return func.attr == "join" and isinstance(func.value, ast.Constant)
        return len(parent.args) == 1 and isinstance(func, ast.Name) and func.id in _DRAINING
    if isinstance(parent, ast.comprehension):
        outer = module.parent(parent)
        return isinstance(outer, (ast.ListComp, ast.SetComp, ast.DictComp)) and (
            outer.generators[0] is parent
        )
    return isinstance(parent, ast.For) and not any(
        isinstance(n, (ast.Break, ast.Return, ast.Raise)) for n in ast.walk(parent)
    )


def _inside_loop_beyond(node: ast.Assign, use: ast.Name, module: Module) -> bool:
    """Whether the first pass stands in a loop that the iterator's making does not stand in."""
    parent = module.parent(use)
    return module.loop_of(parent if isinstance(parent, ast.For) else use) is not module.loop_of(node)  # fmt: skip


def _reached_after(first: ast.Name, second: ast.Name, module: Module) -> bool:
    """Whether control comes to the second use after the first: it follows in a block around it."""
    statement: ast.AST | None = module.statement_of(first)
    around = {module.statement_of(second), *module.ancestors(second)}
    if statement is module.statement_of(second):
        return not isinstance(statement, ast.For) and not any(
            isinstance(a, (ast.IfExp, ast.BoolOp)) for a in module.ancestors(second)
        )
    while statement is not None:
        parent = module.parent(statement)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                later = block[block.index(statement) + 1 :]
                if any(s in around for s in later):
                    return True
                if block and isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):  # fmt: skip
                    return False
        statement = None if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) else parent
    return False


def _pass_of(use: ast.Name, module: Module) -> ast.AST:
    parent = module.parent(use)
    return parent if isinstance(parent, ast.Call) else use
