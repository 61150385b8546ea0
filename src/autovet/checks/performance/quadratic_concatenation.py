"""Building a sequence by repeated ``+`` copies everything that is already there, every time.

Finds strings, bytes, lists, tuples, dictionaries and data frames that a loop extends by making a
new, longer one in each round: ``text += part``, ``items = items + [item]``,
``table = {**table, key: value}``, ``frame = pd.concat([frame, row])``. n rounds copy n * n / 2
items.

Collect the parts in a list (``append``) and join them once after the loop, or change the list or
dictionary in place.

Leave it when there are only ever a few rounds.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, path_of
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("quadratic-concatenation", Category.PERFORMANCE, confidence=0.8)

BAD = (
    """
def as_table(rows):
    html = ""
    for row in rows:
        html += f"<tr><td>{row.name}</td></tr>"  # <--
    return html

def as_list(rows):
    text = ""
    for row in rows:
        text = f"{text}- {row.name}\\n"  # <--
    return text
""",
    """
def even(numbers):
    found = []
    for number in numbers:
        if number % 2 == 0:
            found = found + [number]  # <--
    return found
""",
    """
def receive(sock):
    body = b""
    while chunk := sock.recv(4096):
        body += chunk  # <--
    return body
""",
    """
import pandas as pd

def load(paths):
    everything = pd.DataFrame()
    for path in paths:
        everything = pd.concat([everything, pd.read_csv(path)])  # <--
    return everything

def of_year(folder):
    table = pd.DataFrame()
    for month in range(1, 13):
        table = pd.concat([table, pd.read_parquet(folder / f"{month}.parquet")])  # <--
    return table
""",
    """
def by_id(users):
    index = {}
    for user in users:
        index = {**index, user.id: user}  # <--
    return index
""",
)

GOOD = (
    """
def as_table(rows):
    return "".join(f"<tr><td>{row.name}</td></tr>" for row in rows)
""",
    """
def digits(number, base):
    text = ""
    while number:
        number, digit = divmod(number, base)
        text = "0123456789abcdef"[digit] + text
    return text
""",
    """
def lines(rows):
    for row in rows:
        line = row.name
        line += ": "
        line += row.value
        yield line

def total(prices):
    amount = 0
    for price in prices:
        amount += price
    return amount
""",
    """
def flat(groups):
    found = []
    for group in groups:
        found += group
    return found

def greeting(names):
    text = ""
    for part in ("Dear", "Sir"):
        text += part
    return text
""",
)

_KINDS = {
    "builtins.str": "string",
    "builtins.bytes": "bytes object",
    "builtins.list": "list",
    "builtins.tuple": "tuple",
    "builtins.dict": "dictionary",
}


def check(statement: ast.AugAssign | ast.Assign, module: Module) -> Iterator[Finding]:
    """Report accumulators that are copied in every round."""
    target = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
    path = path_of(target)
    if not path or module.is_test or not isinstance(target, ast.expr):
        return
    if _leaves_after(statement, module):
        return
    loop = module.loop_of(statement)
    if loop is None:
        return
    kind = _copied(statement, target, path, module)
    if not kind:
        return
    for repetition in repetitions_of(statement, module):
        if kind == "string" and _over_parts_of_text(repetition):
            return
        if _starts_over(path, statement, repetition, module):
            return
        if _grows_long(kind, repetition) and _is_first(path, statement, repetition, module):
            advice = "join the parts once after the loop" if kind in {"string", "bytes object"} else (
                "collect the parts in a list and concatenate once"
                if kind == "data frame"
                else "change it in place"
            )  # fmt: skip
            yield module.finding(
                RULE,
                statement,
                f"every round copies the whole {kind} {path!r}, which makes the loop quadratic; "
                f"{advice}",
                evidence={"accumulator": path, "kind": kind},
            )
            return


def _over_parts_of_text(repetition: Repetition) -> bool:
    """Whether the rounds are the matches in one text, which is rebuilt from them once."""
    iterable = repetition.iterable
    if not isinstance(iterable, ast.Call) or not isinstance(iterable.func, ast.Attribute):
        return False
    return iterable.func.attr == "finditer"


def _leaves_after(statement: ast.stmt, module: Module) -> bool:
    """Whether the loop ends after the statement, so that it runs once."""
    block = getattr(module.parent(statement), "body", [])
    following = block[block.index(statement) + 1 :] if statement in block else []
    return any(isinstance(s, (ast.Return, ast.Break)) for s in following)


def _copied(
    statement: ast.AugAssign | ast.Assign, target: ast.expr, path: str, module: Module
) -> str:
    """What kind of thing the statement rebuilds with all its old content; empty for none."""
    value = statement.value
    if isinstance(statement, ast.AugAssign):
        if not isinstance(statement.op, ast.Add):
            return ""
        kind = _accumulator_kind(target, module)
        return kind if kind in {"string", "bytes object", "tuple"} else ""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        leftmost = value.left
        while isinstance(leftmost, ast.BinOp) and isinstance(leftmost.op, ast.Add):
            leftmost = leftmost.left
        if path_of(leftmost) == path:
            if isinstance(value.right, (ast.List, ast.ListComp)):
                return "list"
            if isinstance(value.right, ast.Tuple):
                return "tuple"
            kind = _accumulator_kind(target, module)
            return kind if kind in {"string", "bytes object", "list", "tuple"} else ""
    if isinstance(value, ast.JoinedStr):
        parts = [p.value for p in value.values if isinstance(p, ast.FormattedValue)]
        return "string" if any(path_of(part) == path for part in parts) else ""
    if isinstance(value, ast.List) and _starred(value.elts, path):
        return "list"
    if isinstance(value, ast.Tuple) and _starred(value.elts, path):
        return "tuple"
    if isinstance(value, ast.Dict) and any(
        key is None and path_of(v) == path for key, v in zip(value.keys, value.values, strict=True)
    ):
        grows = any(k is not None and not isinstance(k, ast.Constant) for k in value.keys)
        return "dictionary" if grows or value.keys.count(None) > 1 else ""
    branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    if any(isinstance(b, ast.Call) and _appends_frame(b, path, module) for b in branches):
        return "data frame"
    return ""


def _counts_up(iterable: ast.expr) -> bool:
    """Whether it is a ``range``: a frame is large, so that even a dozen copies of it count."""
    return isinstance(iterable, ast.Call) and last_name(iterable.func) == "range"


def _starred(elements: list[ast.expr], path: str) -> bool:
    return any(isinstance(e, ast.Starred) and path_of(e.value) == path for e in elements)


def _appends_frame(call: ast.Call, path: str, module: Module) -> bool:
    if module.qualified(call.func) not in {"pandas.concat", "polars.concat", "numpy.append", "numpy.concatenate", "numpy.vstack", "numpy.hstack"}:  # fmt: skip
        return False
    if not call.args:
        return False
    given = call.args[0]
    parts = given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
    return any(path_of(part) == path for part in parts)


def _accumulator_kind(target: ast.expr, module: Module) -> str:
    if isinstance(target, ast.Name):
        scope = module.scopes.of(target).lookup(target.id)
        for binding in scope.bindings[target.id] if scope else []:
            parent = module.parent(binding)
            if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is not None:
                if isinstance(parent.value, ast.Tuple) and binding is not getattr(
                    parent, "target", parent
                ):
                    if isinstance(parent, ast.Assign) and binding in parent.targets:
                        return "tuple"
                    continue
                kind = type_of(parent.value, module)
                if kind in _KINDS:
                    return _KINDS[kind]
        return ""
    return _KINDS.get(type_of(target, module) or "", "")


def _starts_over(path: str, statement: ast.stmt, repetition: Repetition, module: Module) -> bool:
    """Whether each round begins with a fresh accumulator."""
    if path in repetition.targets:
        return True
    renewals = _accumulators(repetition, module)[0].get(path, ())
    return any(renewal is not statement for renewal in renewals)


def _is_first(path: str, statement: ast.stmt, repetition: Repetition, module: Module) -> bool:
    """Whether no earlier statement of the loop extends the same accumulator: one report is enough."""
    first = _accumulators(repetition, module)[1].get(path, statement.lineno)
    return first >= statement.lineno


def _accumulators(
    repetition: Repetition, module: Module
) -> tuple[dict[str, list[ast.stmt]], dict[str, int]]:
    """Path to the statements that give it a fresh value, and to the first line that extends it."""
    key = ("accumulators", repetition.node)
    if key not in module.memo:
        renewed: dict[str, list[ast.stmt]] = {}
        extended: dict[str, int] = {}
        for node in ast.walk(repetition.node):
            if isinstance(node, ast.Assign):
                used = {path_of(n) for n in ast.walk(node.value)}
                for target in node.targets:
                    for element in target.elts if isinstance(target, ast.Tuple) else [target]:
                        if (path := path_of(element)) not in used:
                            renewed.setdefault(path, []).append(node)
            elif isinstance(node, ast.AnnAssign):
                renewed.setdefault(path_of(node.target), []).append(node)
            elif isinstance(node, ast.AugAssign):
                path = path_of(node.target)
                extended[path] = min(node.lineno, extended.get(path, node.lineno))
        module.memo[key] = (renewed, extended)
    found: tuple[dict[str, list[ast.stmt]], dict[str, int]] = module.memo[key]
    return found


def _grows_long(kind: str, repetition: Repetition) -> bool:
    if repetition.iterable is not None:
        return repetition.is_long or (kind == "data frame" and _counts_up(repetition.iterable))
    if kind == "bytes object":
        return True
    if not isinstance(repetition.node, ast.While) or isinstance(repetition.node.test, ast.Constant):
        return False
    if kind != "string":
        return True
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "len"
        for n in ast.walk(repetition.node.test)
    )
