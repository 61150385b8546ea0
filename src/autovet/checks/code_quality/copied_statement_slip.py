"""A line copied from the one above in which one name was not changed.

Finds rows of alike statements, arguments or entries in which all follow one pattern but one: a
parameter that is stored under another's name while its own is never used, an entry computed from
another entry's source, a pair of coordinates that mixes x with y, a getter that gives another field.

The code runs and gives a wrong result for exactly one field, which tests rarely look at.

Name what belongs to the line. Where the repetition is meant, take the value from the first line so
that it shows.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.code_quality._row import odd_one_out, runs_of
from autovet.checks.code_quality._slips import (
    Slip,
    mixed_pair,
    wrong_axis,
    wrong_cell,
    wrong_limit,
    wrong_parameter,
    wrong_range,
    wrong_source,
)
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("copied-statement-slip", Category.CODE_QUALITY, confidence=0.85)

_PAIR = 2
_WORDS = (ast.Name, ast.Constant, ast.Starred)

BAD = (
    """
class Room:
    def __init__(self, floor, number, beds):
        self.floor = floor
        self.number = number
        self.beds = number  # <--
""",
    """
def contact(form):
    return {
        "home_phone": form["home_phone"],
        "home_mail": form["home_mail"],
        "work_phone": form["work_phone"],
        "work_mail": form["home_mail"],  # <--
    }
""",
    """
def span(a, b, fence):
    dx = b.x - a.x
    dy = b.y - a.x  # <--
    if a.low < fence.low:
        a.low = fence.low
    if a.high > fence.high:
        a.high = fence.low  # <--
    if dx < 0 or dx > 90:
        dx = 0
    if dy < 0 or dx > 60:  # <--
        dy = 0
    return dx, dy
""",
    """
def totals(sales, costs):
    sale_sum = sum(s.amount for s in sales)
    sale_count = len(sales)
    cost_sum = sum(s.amount for s in sales)  # <--
    cost_count = len(costs)
    return sale_sum, sale_count, cost_sum, cost_count
""",
    """
class Colour:
    def __init__(self, red, green, blue):
        self._red = red
        self._green = green
        self._blue = blue

    @property
    def red(self):
        return self._red

    @property
    def green(self):
        return self._green

    @property
    def blue(self):  # <--
        return self._green

    def mixed(self, other):
        return Colour(
            self.red + other.red,
            self.green + other.green,
            self.blue + other.green,  # <--
        )

def limits(query):
    found = {}
    if "from" in query:
        found["from"] = parse(query["from"])
    if "until" in query:
        found["until"] = parse(query["until"])
    if "count" in query:  # <--
        found["count"] = parse(query["until"])
    return found
""",
    """
class Puck:
    def move(self, ax, ay, seconds):
        self.vx += ax * seconds
        self.vy += ay * seconds
        self.px += self.vx * seconds
        self.py += self.vx * seconds  # <--

def corners(rows, columns):
    top = min(rows)
    bottom = max(rows)
    left = min(columns)
    right = max(rows)  # <--
    return top, bottom, left, right
""",
)

GOOD = (
    """
class Square:
    def __init__(self, side, colour):
        self.width = side
        self.height = side
        self.colour = colour

class Span:
    def __init__(self, start, end=None):
        self.start = start
        self.end = start if end is None else end
""",
    """
def contact(form):
    home = {"home_phone": form["phone"], "work_phone": form["phone"]}
    dx = form.b.x - form.a.x
    dy = form.b.y - form.a.y
    first_name = form.name
    last_name = form.name
    return home, dx, dy, first_name, last_name
""",
    """
def reset(box, page):
    headers = box.headers
    first_url = page.url
    url = box.url
    low = page.top
    high = page.top
    least, most = min(headers), max(headers)
    mean = sum(headers)
    short = min(first_url)
    whole = sum(headers)
    print(box.low, box.high, box.high)
    box.first = lambda a: a.first
    box.second = lambda a: a.second
    box.third = lambda a: a.third
    page.fit(box.low.height, box.high.height, box.high.width)
    if box.low < page.low:
        box.low = page.low
    if box.high < page.low:
        box.high = page.low
    return low, high
""",
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Dict | ast.Call,
    module: Module,
) -> Iterator[Finding]:
    """Report the statement, argument or entry that falls out of the row."""
    if module.is_test:
        return
    for where, said, meant in _slips_in(node, module):
        yield module.finding(
            RULE,
            where,
            f"this repeats the line that it was copied from: {meant} was probably meant, not {said}",
            evidence={"said": said, "meant": meant},
        )


def _slips_in(node: ast.AST, module: Module) -> Iterator[Slip]:
    match node:
        case ast.Call(args=args):
            if len(args) > _PAIR and not isinstance(args[-1], _WORDS):
                yield from _odd_in(args)
        case ast.ClassDef():
            yield from (
                slip
                for slip in _odd_in(_getters(node))
                if not _is_read_elsewhere(slip.meant, node, slip.where)
            )
        case ast.Dict(keys=keys, values=values):
            pairs = [
                (str(k.value), v)
                for k, v in zip(keys, values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
            yield from wrong_source(pairs, module)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            if name == "__init__":
                yield from wrong_parameter(node, module)
            for block in _blocks_of(node):
                yield from _slips_in_block(block, module, rows=name != "__init__")


def _blocks_of(function: FunctionNode) -> Iterator[Sequence[ast.stmt]]:
    blocks: list[Sequence[ast.stmt]] = [function.body]
    while blocks:
        block = blocks.pop()
        yield block
        for statement in block:
            if isinstance(statement, (ast.If, ast.For, ast.While, ast.With, ast.Try)):
                blocks += [b for b in (statement.body, getattr(statement, "orelse", [])) if b]


def _slips_in_block(block: Sequence[ast.stmt], module: Module, *, rows: bool) -> Iterator[Slip]:
    if len(block) < _PAIR:
        return
    assigned = [
        (s.targets[0].id, s.value)
        for s in block
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
    ]
    moved = [
        (s.target.attr, s.value)
        for s in block
        if isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Attribute)
    ]
    yield from wrong_source(assigned, module)
    yield from mixed_pair(assigned, module)
    yield from wrong_axis(moved, module)
    yield from wrong_cell(assigned, module)
    yield from wrong_limit(block)
    yield from wrong_range(block)
    if rows:
        yield from _odd_in(block)


def _odd_in(pieces: Sequence[ast.AST]) -> Iterator[Slip]:
    for run in runs_of(pieces):
        odd = odd_one_out(run)
        if odd is not None:
            yield Slip(run[odd.position], odd.said, odd.meant)


def _is_read_elsewhere(name: str, owner: ast.ClassDef, getter: ast.AST) -> bool:
    """Whether the field has another reader: then the getter may well be a second name for one."""
    inside = {id(node) for node in ast.walk(getter)}
    reads = [
        node
        for node in ast.walk(owner)
        if isinstance(node, ast.Attribute) and node.attr.lstrip("_") == name != node.attr
    ]
    return not reads or any(isinstance(n.ctx, ast.Load) and id(n) not in inside for n in reads)


def _getters(owner: ast.ClassDef) -> list[ast.AST]:
    """The methods that only give a value."""
    return [
        method
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and isinstance(method.body[-1], ast.Return)
    ]
