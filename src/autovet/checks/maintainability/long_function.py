"""A function that goes through several jobs in one long body.

Finds functions of more than 36 lines of code and 28 steps whose body is a row of blocks:
a loop that reads, a loop that checks, a loop that stores, a block that reports; or a row of paragraphs
that each ask or change something outside. Documentation,
blank lines, tables and rows of option declarations do not count.

Such a function can only be read from top to bottom and tested as a whole; every variable lives
through all of it, and a change to one part has to be checked against all others.

Give each block a function of its own, with a name that says what it does. Leave a function whose
length is one flat sequence without blocks.
"""

import ast
from collections.abc import Iterator, Sequence

from autovet.checks.maintainability._code_lines import (
    Compound,
    body_without_docstring,
    code_lines,
    main_block,
    steps,
)
from autovet.checks.vocabulary.database_calls import database_call
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import http_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("long-function", Category.MAINTAINABILITY, confidence=0.85)

_MOST_LINES = 36
_MOST_STEPS = 28
_FEWEST_PHASES = 3
_PHASE_STEPS = 3
_FEWEST_LOOPS = 2
_LONG_LINES, _LONG_STEPS, _MANY_PHASES = 55, 40, 4
_HUGE_LINES = 100
_MANY_PARAGRAPHS, _PARAGRAPH_STEPS, _ROW_LINES, _REACHING = 4, 3, 40, 3
_EFFECTS = frozenset({"open", "write", "write_text", "write_bytes", "read_text", "print", "execute", "commit", "save", "send", "publish", "run", "mkdir", "unlink", "send_message"})  # fmt: skip
_HUGE_STEPS = 70

_PHASE = """
    {name} = []
    for row in rows:
        if not row.{name}:
            skipped.append(row)
            continue
        value = row.{name}
        if value < 0:
            value = -value
            changed += 1
        elif value > limit:
            value = limit
            changed += 1
        {name}.append(value)
"""

BAD = (
    "def prepare(zoo, animal):  # <--\n"
    + "\n".join(
        f"    {part} = zoo.{part}(animal)\n    checked = {part}.check(animal.name)\n"
        f"    if not checked:\n        raise ValueError({part})\n"
        + "".join(f"    zoo.save({part}, {n})\n" for n in range(4))
        + f"    zoo.close({part})\n"
        for part in ("cage", "meal", "keeper", "doctor", "sign")
    ),
    "def summarise(rows, limit):  # <--\n    skipped = []\n    changed = 0"
    + "".join(_PHASE.format(name=name) for name in ("prices", "taxes", "weights", "sizes"))
    + "    return prices, taxes, weights, sizes, skipped, changed\n",
    "class Report:\n    def build(self, rows, limit, path):  # <--\n        skipped, changed = [], 0\n        with path.open() as out:"
    + "".join(
        _PHASE.format(name=name).replace("\n    ", "\n            ")
        for name in ("prices", "taxes", "weights", "sizes")
    )
    + "\n            out.write(str(prices))\n",
)

GOOD = (
    "def parser(make):\n    p = make()\n"
    + "".join(f'    p.add_argument("--a{n}", type=int, help="x")\n' for n in range(60))
    + "    return p\n",
    "def table():\n    return {\n"
    + "".join(f'        "k{n}": {n},\n' for n in range(80))
    + "    }\n",
    "def summarise(rows, limit):\n    skipped = []\n    changed = 0"
    + _PHASE.format(name="prices")
    + "    return prices\n",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function at its ``def`` line, over its whole body."""
    if (node.end_lineno or node.lineno) - node.lineno < _MOST_LINES or module.is_test:
        return
    body = body_without_docstring(node)
    lines, count = code_lines(body), steps(body)
    if lines <= _MOST_LINES or count <= _MOST_STEPS:
        return
    phases = _phases(main_block(body))
    paragraphs = [] if node.name.startswith("__") else _paragraphs(main_block(body), module)
    loops = sum(isinstance(s, (ast.For, ast.AsyncFor, ast.While)) for s in phases)
    several = len(phases) >= _FEWEST_PHASES and loops >= _FEWEST_LOOPS
    several |= lines > _LONG_LINES and count > _LONG_STEPS and len(phases) >= _MANY_PHASES
    row = len(paragraphs) >= _MANY_PARAGRAPHS and lines > _ROW_LINES
    if row and not several:
        phases = [paragraph[0] for paragraph in paragraphs]
    if (
        not several
        and not row
        and not (lines > _HUGE_LINES and count > _HUGE_STEPS and len(phases) >= _FEWEST_PHASES)
    ):
        return
    yield module.finding(
        RULE,
        node,
        f"{node.name}() does {len(phases)} jobs in one body of {lines} lines: give each a function of its own",
        evidence={"lines": lines, "steps": count, "blocks_at": [s.lineno for s in phases]},
    )


def _paragraphs(block: Sequence[ast.stmt], module: Module) -> list[list[ast.stmt]]:
    """The parts that blank lines set off, if several of them reach outside: each is a job of its own."""
    parts: list[list[ast.stmt]] = []
    for statement in block:
        before = module.lines.line(statement.lineno - 1).strip() if statement.lineno > 1 else ""
        if not parts or not before:
            parts.append([])
        parts[-1].append(statement)
    jobs = [part for part in parts if steps(part) >= _PARAGRAPH_STEPS]
    reaching = sum(any(_reaches_out(n, module) for s in part for n in ast.walk(s)) for part in jobs)
    return jobs if reaching >= _REACHING else []


def _reaches_out(node: ast.AST, module: Module) -> bool:
    """Whether a piece of code asks or changes something outside of the process, or waits for it."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Await)
    if last_name(node.func) in _EFFECTS:
        return True
    return http_call(node, module) is not None or database_call(node, module) is not None


def _phases(block: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The blocks of the body that are large enough to be a job."""
    return [s for s in block if isinstance(s, Compound) and steps([s]) > _PHASE_STEPS]
