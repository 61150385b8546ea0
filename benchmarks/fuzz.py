"""``python -m benchmarks.fuzz [SECONDS] [SEED]``: checks must answer for whatever parses.

Functions, statements and expressions of our own snippets and of the standard library are shuffled
into programs that compile and that nobody would write. A check that raises on one loses its
category to ``undecided``, so every such program is shown; the exit code is 1 then.
"""

import ast
import copy
import random
import sys
import sysconfig
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from autovet.adapters.package_knowledge import PackageKnowledge
from autovet.adapters.workers.inspecting import InspectionRoom
from autovet.domain.context import Context
from autovet.domain.source import Source
from benchmarks.measure import Measure, table
from benchmarks.snippets import snippets

_SECONDS, _SEED = 120.0, 1
_FILES, _BIGGEST, _MOST_STATEMENTS = 250, 20_000, 25
_CHANGED, _MOVED = 0.06, 0.1
_PATH = "app/shuffled.py"


def programs(seed: int) -> Iterator[str]:
    """Programs that compile, without end."""
    rng = random.Random(seed)
    trees = list(_trees(rng))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    values = [node for node in nodes if isinstance(node, ast.expr)]
    statements = [node for node in nodes if isinstance(node, ast.stmt)]
    while True:
        tree = copy.deepcopy(rng.choice(trees))
        tree.body = rng.sample(tree.body, min(len(tree.body), _MOST_STATEMENTS))
        for node in list(ast.walk(tree)):
            _shuffle(node, statements, values, rng)
        try:
            text = ast.unparse(ast.fix_missing_locations(tree))
            compile(text, _PATH, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
            continue
        yield text


def measure_fuzz(seconds: float, seed: int) -> tuple[list[Measure], dict[str, str]]:
    """How many programs were answered for, and one program for each way to fail."""
    room = InspectionRoom(PackageKnowledge())
    failures: Counter[str] = Counter()
    shown: dict[str, str] = {}
    count = 0
    end = time.monotonic() + seconds
    for text in programs(seed):
        if time.monotonic() >= end:
            break
        count += 1
        for failure in _failures(room, text):
            failures[failure] += 1
            shown.setdefault(failure, text)
    note = "; ".join(f"{times} times {failure}" for failure, times in failures.most_common())
    return [
        Measure("shuffled programs on which a check failed", f"{failures.total()}/{count}", note)
    ], shown


def _failures(room: InspectionRoom, text: str) -> list[str]:
    context = Context(path=_PATH)
    source = Source.from_text(text, _PATH)
    admitted = room.admit(source, context)
    if admitted.tree is None:
        return [f"refused: {admitted.admission.refusal}"]
    inspection = room.inspect(admitted, source, context)
    return [f"{run.check}: {run.error}" for run in inspection.runs if run.error is not None]


def _trees(rng: random.Random) -> Iterator[ast.Module]:
    library = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
    small = [path for path in library if path.stat().st_size < _BIGGEST]
    texts = [path.read_text(errors="replace") for path in rng.sample(small, _FILES)]
    for text in (*snippets(_FILES), *texts):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        if len(tree.body) > 1:
            yield tree


def _shuffle(
    node: ast.AST,
    statements: Sequence[ast.stmt],
    values: Sequence[ast.expr],
    rng: random.Random,
) -> None:
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            if rng.random() < _MOVED:
                value.insert(rng.randrange(len(value) + 1), copy.deepcopy(rng.choice(statements)))
            if len(value) > 1 and rng.random() < _MOVED:
                del value[rng.randrange(len(value))]
        elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
            if not isinstance(node, ast.Assign | ast.Delete) and rng.random() < _MOVED:
                value[rng.randrange(len(value))] = copy.deepcopy(rng.choice(values))
        elif isinstance(value, ast.expr) and rng.random() < _CHANGED and _is_read(value):
            setattr(node, name, copy.deepcopy(rng.choice(values)))


def _is_read(value: ast.expr) -> bool:
    return isinstance(getattr(value, "ctx", ast.Load()), ast.Load)


def main() -> int:
    """Print the table and the programs that failed."""
    given = [float(argument) for argument in sys.argv[1:]]
    seconds, seed = given[0] if given else _SECONDS, int(given[1]) if len(given) > 1 else _SEED
    warnings.simplefilter("ignore")  # what the programs say about themselves
    measures, shown = measure_fuzz(seconds, seed)
    sys.stdout.write(table(measures))
    for failure, text in shown.items():
        sys.stdout.write(f"\n--- {failure}\n{text}\n")
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
