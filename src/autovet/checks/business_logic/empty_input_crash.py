"""A function that cannot take an empty collection is given one.

Finds functions that divide by ``len(...)`` of a parameter, take its first element, its ``max`` or
its mean without asking whether there is anything in it, where a call in the same module passes a
collection that is empty or plainly may be: ``[]``, the rows of a query, what a filter leaves over.
Also finds divisions by the length of a list that a filter in the same function has made.

The first day without orders, the first search without hits, ends in ``ZeroDivisionError``,
``IndexError`` or ``ValueError`` in front of a user; the tests had data.

Say what the answer for nothing is: return it (``0.0``, ``None``), pass ``default=`` to ``max``, or
raise an error that callers expect.

Leave it when the function documents that it needs at least one element and every caller sees to it.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.business_logic._guards import is_caught, is_tested
from autovet.checks.vocabulary.expressions import mentions
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("empty-input-crash", Category.BUSINESS_LOGIC, confidence=0.85, cwe=369)

_ERRORS = {"ZeroDivisionError", "IndexError", "ValueError", "ArithmeticError", "LookupError"}
_DOCUMENTED = re.compile(
    r"non-?\s?empty|not (be )?empty|at least (one|1|two|2)\b|\braises?\b", re.IGNORECASE
)
_ROWS = frozenset(
    {
        "fetchall",
        "fetchmany",
        "all",
        "execute",
        "scalars",
        "filter",
        "filter_by",
        "find",
        "query",
        "search",
        "listdir",
        "glob",
        "findall",
        "select",
    }
)
_MAKERS = {"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.dict"}
_NEEDY = {"builtins.max": "ValueError", "builtins.min": "ValueError", "statistics.mean": "StatisticsError", "statistics.fmean": "StatisticsError", "statistics.median": "StatisticsError", "random.choice": "IndexError"}  # fmt: skip

BAD = (
    """
def mean_rating(ratings):
    return sum(ratings) / len(ratings)  # <--

def summary(connection):
    rows = connection.execute("select stars from review").fetchall()
    return {"mean": mean_rating([row[0] for row in rows])}

def blank():
    return mean_rating([])
""",
    """
def newest(versions):
    found = versions[0]  # <--
    return found.name

def released(versions):
    return newest([v for v in versions if v.released])
""",
    """
def worst(delays: list[int]) -> int:
    return max(delays)  # <--

def report(settings):
    return worst(settings.get("delays", []))
""",
    """
def late_share(orders):
    paid = [o for o in orders if o.paid]
    return sum(o.late for o in paid) / len(paid)  # <--
""",
    """
def newest(events: list[dict]) -> dict | None:
    return max(events, key=len)  # <--
""",
)

GOOD = (
    """
def newest(events) -> "Event | None":
    return max(events, default=None)

def first_named(rows) -> "Row | None":
    return rows[0] if rows else None
""",
    """
def mean_rating(ratings):
    if not ratings:
        return 0.0
    return sum(ratings) / len(ratings)

def blank():
    return mean_rating([])
""",
    """
def mean_rating(ratings):
    return sum(ratings) / len(ratings)

def summary(rows):
    if not rows:
        return None
    return mean_rating([row[0] for row in rows if row[0]])

def fixed():
    return mean_rating([3, 4])
""",
    '''
def newest(versions):
    """Return the first version.

    Raises:
        IndexError: there is none.
    """
    return versions[0]

def released(versions):
    return newest([v for v in versions if v.released])
''',
    """
def worst(delays):
    return max(delays, default=0)

def spread(values):
    try:
        return sum(values) / len(values)
    except ZeroDivisionError:
        return 0.0

def report():
    return worst([]), spread([])
""",
    """
def shares(parts):
    return [part / len(parts) for part in parts]

def none():
    return shares([])

def late_share(orders):
    paid = [o for o in orders if o.paid]
    return sum(o.late for o in paid) / len(paid) if paid else 0.0
""",
    """
def mean_of_two(pair):
    values = [float(v) for v in pair]
    return sum(values) / len(values)

def check(rows):
    return mean_of_two((1, 2))
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report the expression that fails, once for each function and parameter."""
    if module.is_test:
        return
    for use, collection, error in _uses(module):
        function = module.function_of(use)
        if (
            function is None
            or is_caught(use, module, _ERRORS)
            or _is_iterated(use, collection, module)
        ):
            continue
        name = collection.id
        if is_tested(name, function) or _length_is_tested(function, name):
            continue
        parameters = [
            a.arg
            for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        ]
        if name in parameters and _bindings(module, collection) == 1:
            if _DOCUMENTED.search(ast.get_docstring(function) or ""):
                continue
            if _promises_none(function) and error != "ZeroDivisionError":
                yield module.finding(
                    RULE,
                    use,
                    f"{function.name}() raises {error} when {name} is empty, where it promises None",
                    evidence={"exception": error, "parameter": name},
                )
                continue
            sites = [s for s in _calls(module, function, name) if _may_be_empty(s[1], module)]
            if sites:
                yield _finding(module, use, name, error, function, sites)
        elif error == "ZeroDivisionError" and _is_filtered(collection, module):
            yield module.finding(
                RULE,
                use,
                f"The filter may leave {name} empty, and dividing by its length then raises ZeroDivisionError",
                evidence={"exception": error, "collection": name},
            )


def _promises_none(function: FunctionNode) -> bool:
    """Whether it is annotated to return None too, and never says so itself."""
    returns = function.returns
    match returns:
        case ast.BinOp(op=ast.BitOr(), right=ast.Constant(value=None)):
            pass
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional")):
            pass
        case _:
            return False
    given = [n for n in ast.walk(function) if isinstance(n, (ast.Return, ast.IfExp, ast.BoolOp))]
    return len(given) == 1 and isinstance(given[0], ast.Return)


def _is_filtered(collection: ast.Name, module: Module) -> bool:
    """Whether a name holds what a condition left over of something that nobody asked about."""
    made = module.assigned(collection)
    if not isinstance(made, (ast.ListComp, ast.SetComp)):
        return False
    return bool(made.generators[-1].ifs) and not _is_asked(made, module)


def _finding(
    module: Module,
    use: ast.expr,
    name: str,
    error: str,
    function: FunctionNode,
    sites: list[tuple[ast.Call, ast.expr]],
) -> Finding:
    lines = ", ".join(str(call.lineno) for call, _ in sites[:3])
    return module.finding(
        RULE,
        use,
        f"{function.name}() raises {error} when {name} is empty, and the call on line {lines} may pass it nothing",
        evidence={
            "exception": error,
            "parameter": name,
            "call_sites": [
                {"line": c.lineno, "argument": module.segment(a)[:200]} for c, a in sites[:5]
            ],
        },
    )


def _uses(module: Module) -> Iterator[tuple[ast.expr, ast.Name, str]]:
    """Expressions that fail for an empty collection, with its name and the exception."""
    for division in module.nodes(ast.BinOp):
        if isinstance(division.op, (ast.Div, ast.FloorDiv, ast.Mod)):
            length = division.right
            if isinstance(length, ast.Name):
                length = module.assigned(length) or length
            match length:
                case ast.Call(func=ast.Name(id="len"), args=[ast.Name() as collection]):
                    yield division, collection, "ZeroDivisionError"
    for element in module.nodes(ast.Subscript):
        match element:
            case ast.Subscript(
                value=ast.Name() as collection,
                ctx=ast.Load(),
                slice=ast.Constant(value=0)
                | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
            ):
                yield element, collection, "IndexError"
    for call in module.nodes(ast.Call):
        match call:
            case ast.Call(args=[ast.Name() as collection], keywords=keywords):
                error = _NEEDY.get(module.qualified(call.func) or "")
                if error and not any(k.arg in {"default", None} for k in keywords):
                    yield call, collection, error


def _is_iterated(use: ast.expr, collection: ast.Name, module: Module) -> bool:
    """Whether it is evaluated once an element of the collection, so that there is one."""
    for ancestor in module.ancestors(use):
        if isinstance(ancestor, (ast.For, ast.AsyncFor)) and use is not ancestor.iter:
            sources = [ancestor.iter]
        elif isinstance(ancestor, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            sources = [g.iter for g in ancestor.generators]
        else:
            continue
        if any(
            isinstance(n, ast.Name) and n.id == collection.id for s in sources for n in ast.walk(s)
        ):
            return True
    return False


def _length_is_tested(function: FunctionNode, name: str) -> bool:
    """Whether some condition asks about a value made from the collection, such as its length."""
    made = [n for n in ast.walk(function) if isinstance(n, ast.Assign) and mentions(n.value, name)]
    targets = [t for statement in made for t in statement.targets]
    return any(isinstance(t, ast.Name) and is_tested(t.id, function) for t in targets)


def _bindings(module: Module, name: ast.Name) -> int:
    scope = module.scopes.of(name).lookup(name.id)
    return len(scope.bindings[name.id]) if scope else 0


def _calls(
    module: Module, function: FunctionNode, parameter: str
) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The calls of a function in this module, with what they pass for a parameter."""
    names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
    for call in module.nodes(ast.Call):
        if module.definition(call.func) is not function or is_caught(call, module, _ERRORS):
            continue
        position = names.index(parameter) if parameter in names else len(call.args)
        given = next((k.value for k in call.keywords if k.arg == parameter), None)
        if given is None and position < len(call.args):
            given = call.args[position]
        if given is not None and not isinstance(given, ast.Starred):
            yield call, given


def _may_be_empty(value: ast.expr, module: Module) -> bool:
    if isinstance(value, ast.Name):
        made = module.assigned(value)
        function = module.function_of(value)
        if made is None or function is None or is_tested(value.id, function):
            return False
        value = made
    match value:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            # a name that starts empty is filled before it is passed on
            return not isinstance(module.parent(value), (ast.Assign, ast.AnnAssign))
        case ast.ListComp(generators=[source]) | ast.SetComp(generators=[source]):
            return (bool(source.ifs) or _is_rows(source.iter, module)) and not _is_asked(
                value, module
            )
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
            return isinstance(default, (ast.List, ast.Tuple)) and not default.elts
        case ast.Call(func=callee, args=[inner]) if module.qualified(callee) in _MAKERS:
            return _may_be_empty(inner, module)
        case ast.Call(func=callee, args=[]) if module.qualified(callee) in _MAKERS:
            return not isinstance(module.parent(value), (ast.Assign, ast.AnnAssign))
        case ast.Call(func=callee):
            return module.qualified(callee) == "builtins.filter" or _is_rows(value, module)
        case ast.BoolOp(op=ast.Or(), values=[*_, ast.List(elts=[]) | ast.Tuple(elts=[])]):
            return True
    return False


def _is_rows(value: ast.expr, module: Module) -> bool:
    """Whether it is what a query or a search came back with."""
    if isinstance(value, ast.Name):
        value = module.assigned(value) or value
    if isinstance(value, ast.Await):
        value = value.value
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in _ROWS
    )


def _is_asked(value: ast.ListComp | ast.SetComp, module: Module) -> bool:
    """Whether the function asks about what the comprehension goes over (not just its elements)."""
    function = module.function_of(value)
    if function is None:
        return False
    own = {n.id for g in value.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
    roots = {
        n.id for g in value.generators for n in ast.walk(g.iter) if isinstance(n, ast.Name)
    } - own
    return any(is_tested(root, function) for root in roots)
