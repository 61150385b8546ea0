"""Loading, compiling or sorting the same thing again in every round of a loop.

Finds calls in loops that read a file, parse it, compile a pattern or template, load a model or sort a
collection, although nothing that the loop changes goes into them; also through a function of the
module that takes no argument.

The result is the same each time, and the cost, which is paid once at best, is paid for every item.

Do it once before the loop. Where the file changes while the loop runs, reading it again is the point:
loops that wait, and loops without a collection, are left alone.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.vocabulary.expressions import names_in, path_of
from autovet.checks.vocabulary.local_calls import called_function, own_calls
from autovet.checks.vocabulary.repetition import Repetition, repetitions_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.span import Span
from autovet.source.module import Module

RULE = Rule("same-work-in-every-round", Category.PERFORMANCE, confidence=0.85)

_LOADERS = frozenset({
    "json.load", "tomllib.load", "tomli.load", "yaml.safe_load", "yaml.load", "yaml.full_load", "pickle.load",
    "joblib.load", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "torch.load", "spacy.load", "csv.DictReader",
    "pandas.read_csv", "pandas.read_excel", "pandas.read_json", "pandas.read_parquet", "pandas.read_sql",
    "polars.read_csv", "polars.read_parquet", "xml.etree.ElementTree.parse", "lxml.etree.parse", "dotenv.load_dotenv",
    "dotenv.dotenv_values", "importlib.import_module", "transformers.pipeline", "builtins.open", "openpyxl.load_workbook",
})  # fmt: skip
_COMPILERS = frozenset({
    "re.compile", "jinja2.Template", "jinja2.Environment", "string.Template", "builtins.compile",
    "jsonschema.Draft7Validator", "jsonschema.Draft202012Validator", "struct.Struct", "lxml.etree.XPath",
})  # fmt: skip
_METHODS = {"read_text": "reads", "read_bytes": "reads", "from_string": "compiles", "get_template": "loads", "from_pretrained": "loads", "read_csv": "reads"}  # fmt: skip
_WAITING = frozenset({"sleep", "wait"})

BAD = (
    """
import json
import re

def priced(parcels, word):
    found = []
    for parcel in parcels:
        with open("tariff.json") as stream:  # <--
            tariff = json.load(stream)
        if re.compile(rf"\\\\b{word}").search(parcel.text):  # <--
            found.append(tariff[parcel.zone])
    return found

def counted(lines, words):
    times = dict.fromkeys(words, 0)
    for line in lines:
        for word in words:
            times[word] += bool(re.compile(rf"\\b{re.escape(word)}").search(line))  # <--
        with open("seen.txt", "a") as seen:  # <--
            seen.write(line)
    return times
""",
    """
import tomllib
from pathlib import Path

def tariff():
    return tomllib.loads(Path("tariff.toml").read_text())

def priced(parcels, offers):
    sums = [tariff()[p.zone] for p in parcels]  # <--
    for parcel in parcels:
        for offer in sorted(offers, key=lambda o: o.price):  # <--
            if offer.zone == parcel.zone:
                sums.append(offer.price)
                break
    return sums
""",
)

GOOD = (
    """
import json
import re

def priced(parcels, word):
    with open("tariff.json") as stream:
        tariff = json.load(stream)
    pattern = re.compile(word)
    return [tariff[p.zone] for p in parcels if pattern.search(p.text)]

def merged(paths):
    found = {}
    for path in paths:
        with open(path) as stream:
            found |= json.load(stream)
        text = path.read_text()
        for name in sorted(found):
            print(name, text)
    return found
""",
    """
import time

def watched(path, rounds, waiting):
    for _ in range(rounds):
        print(path.read_text())
        time.sleep(1)
    for item in sorted(waiting):
        waiting.discard(item)
    for name in ("a", "b"):
        yield name, sorted(waiting)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the call that repeats itself."""
    if module.is_test:
        return
    what = _kind(call, module)
    if not what:
        return
    repetitions = [r for r in repetitions_of(call, module) if r.iterable is not None and r.is_long]
    if not repetitions:
        return
    outer = repetitions if what in {"compiles", "loads"} else repetitions[:1]
    repetition = next((r for r in outer if not _depends(call, r)), None)
    if repetition is None or _waits(repetition):
        return
    parent = module.parent(call)
    if (
        what == "sorts"
        and isinstance(parent, ast.For)
        and parent.iter is call
        and parent is repetition.node
    ):
        return
    line = getattr(repetition.node, "lineno", 0)
    start, end = module.span(call), module.span(call)
    if isinstance(parent, ast.withitem):
        end = module.span(module.statement_of(call))
    yield module.finding(
        RULE,
        Span(start.line, start.column, end.end_line, end.end_column),
        f"{ast.unparse(call.func)}() {what} the same thing in every round of the loop in line {line}: "
        "do it once before the loop",
        evidence={"call": ast.unparse(call.func), "loop_line": line},
    )


def _kind(call: ast.Call, module: Module) -> str:
    """What the call does that is worth doing once; empty for anything else."""
    func = call.func
    name = module.qualified(func)
    if name in _LOADERS:
        if name == "builtins.open":
            return _opening(call.args[1:], call.keywords)
        return "" if _reads_a_stream(call, name, module) else "loads"
    if name in _COMPILERS:
        constant = all(isinstance(a, ast.Constant) for a in call.args)
        return "" if constant and name == "re.compile" else "compiles"
    if name == "builtins.sorted" and call.args:
        return "sorts" if path_of(call.args[0]) else ""
    if isinstance(func, ast.Attribute) and path_of(func.value):
        if func.attr in _METHODS:
            return _METHODS[func.attr]
        if func.attr == "open" and call.args and type_of(func.value, module) == "pathlib.Path":
            return _opening(call.args, call.keywords)
    if isinstance(func, ast.Name) and not call.args and not call.keywords:
        function = called_function(call, module)
        if function is not None and not function.decorator_list and not function.args.args:
            loads = any(_loads(c, module) for c in own_calls(function))
            if loads and any(isinstance(n, ast.Return) and n.value for n in ast.walk(function)):
                return "loads"
    return ""


def _opening(mode: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> str:
    """Opening to read, or to append: the file is the same one each time."""
    if not mode:
        return "opens" if not keywords else ""
    given = mode[0].value if isinstance(mode[0], ast.Constant) else None
    return "opens" if isinstance(given, str) and given[:1] == "a" else ""


def _loads(call: ast.Call, module: Module) -> bool:
    """Whether a call reads a file or a model."""
    named = isinstance(call.func, ast.Attribute) and call.func.attr in {"read_text", "read_bytes"}
    return named or module.qualified(call.func) in _LOADERS - {"importlib.import_module"}


def _reads_a_stream(call: ast.Call, name: str | None, module: Module) -> bool:
    """Whether it reads from a stream that the round itself opened: then ``open`` is reported."""
    first = call.args[0] if call.args else None
    opened = module.assigned(first) if isinstance(first, ast.Name) else first
    return isinstance(opened, ast.Call) or name == "csv.DictReader"


def _depends(call: ast.Call, repetition: Repetition) -> bool:
    """Whether anything that a round changes goes into the call."""
    changed = set(repetition.targets)
    inner_targets = _independent_targets(repetition)
    own = {id(node) for node in ast.walk(call)}
    for node in ast.walk(repetition.node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if node not in inner_targets:
                changed.add(node.id)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and id(node) not in own
        ):
            changed.add(path_of(node.func.value))
            changed |= {path_of(a) for a in node.args}
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(
            node.ctx, (ast.Store, ast.Del)
        ):
            changed |= names_in(node.value)
    bound = {
        n.id for n in ast.walk(call) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    paths = {path_of(n) for n in ast.walk(call) if isinstance(n, (ast.Name, ast.Attribute))}
    inner = any(isinstance(n, ast.Call) and n is not call for a in call.args for n in ast.walk(a))
    return bool((paths - bound - {""}) & changed) or (
        inner and not isinstance(call.func, ast.Attribute)
    )


def _independent_targets(repetition: Repetition) -> set[ast.AST]:
    """What loops inside bind while they go over a thing that is the same in every round."""
    found: set[ast.AST] = set()
    for loop in ast.walk(repetition.node):
        if loop is repetition.node or not isinstance(loop, ast.For):
            continue
        if isinstance(loop.iter, ast.Name) and loop.iter.id not in repetition.targets:
            bound = {n.id for n in ast.walk(repetition.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
            if loop.iter.id not in bound:
                found.update(n for n in ast.walk(loop.target) if isinstance(n, ast.Name))
    return found


def _waits(repetition: Repetition) -> bool:
    return any(
        isinstance(n, ast.Call)
        and (n.func.attr if isinstance(n.func, ast.Attribute) else getattr(n.func, "id", ""))
        in _WAITING
        for n in ast.walk(repetition.node)
    )
