"""Whether a dismissed finding stays dismissed while its code means the same, and only then."""

import ast
import random
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autovet import AutonomousAIOrchestrationLayer
from autovet.domain.category import Category
from benchmarks.measure import Measure

EDITS = 200
CHAIN = 3
SEED = 11

SAMPLES: tuple[str, ...] = (
    """import os
import pickle
import subprocess


def load_state(path, fallback=[]):
    handle = open(path, "rb")
    state = pickle.load(handle)
    if state == None:
        return fallback
    return state


def run_report(name, folder):
    command = "report --name " + name
    output = subprocess.check_output(command, shell=True)
    lines = []
    for raw in output.splitlines():
        text = raw.decode()
        if text not in lines:
            lines.append(text)
    return lines


class Mailer:
    def __init__(self, host, retries=3):
        self.host = host
        self.retries = retries

    def send(self, message, recipients):
        delivered = 0
        for recipient in recipients:
            try:
                self.deliver(message, recipient)
                delivered += 1
            except:
                pass
        return delivered

    def deliver(self, message, recipient):
        secret = "k3J9-zzT1-qqP0-77aB"
        return (self.host, secret, message, recipient)
""",
    """import hashlib
import random
import requests


def fetch_all(urls):
    pages = []
    for url in urls:
        answer = requests.get(url, verify=False)
        pages.append(answer.text)
    return pages


def token_for(user):
    number = random.randint(0, 1000000)
    digest = hashlib.md5(f"{user}{number}".encode())
    return digest.hexdigest()


def find_user(cursor, name):
    query = "SELECT * FROM users WHERE name = '%s'" % name
    cursor.execute(query)
    rows = cursor.fetchall()
    if len(rows) == 0:
        return None
    return rows[0]


def merge(first, second):
    merged = ""
    for part in first:
        merged = merged + part
    for part in second:
        if part != None:
            merged += part
    return merged


def classify(value):
    if type(value) == int:
        return "number"
    elif type(value) == str:
        return "text"
    else:
        return "other"
""",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to a text; None where it cannot be made."""

    name: str
    make: Callable[[str, random.Random], str | None]


def _line_above(text: str, chance: random.Random) -> str:
    return "\n" * chance.randint(1, 4) + "# moved down\n" + text


def _comment_inside(text: str, chance: random.Random) -> str | None:
    lines = text.splitlines(keepends=True)
    spots = [n for n, line in enumerate(lines) if line.startswith("    ") and line.strip()]
    at = chance.choice(spots)
    indent = re.match(r" *", lines[at])
    lines.insert(at, f"{indent.group() if indent else ''}# a remark {chance.randint(0, 99)}\n")
    return _if_valid("".join(lines))


def _new_function(text: str, chance: random.Random) -> str | None:
    lines = text.splitlines(keepends=True)
    spots = [n for n, line in enumerate(lines) if line.startswith(("def ", "class "))]
    at = chance.choice(spots)
    name = f"helper_{chance.randint(0, 9999)}"
    lines.insert(at, f"def {name}(given):\n    return given\n\n\n")
    return _if_valid("".join(lines))


def _reordered(text: str, chance: random.Random) -> str | None:
    parts = re.split(r"(?m)^(?=(?:def|class) )", text)
    if len(parts) < 3:
        return None
    head, rest = parts[0], [part.rstrip("\n") + "\n\n\n" for part in parts[1:]]
    chance.shuffle(rest)
    return _if_valid(head + "".join(rest))


def _unparsed(text: str, chance: random.Random) -> str | None:
    """Laid out anew, with other quotes and no comments."""
    del chance
    return ast.unparse(ast.parse(text)) + "\n"


def _long_lines_split(text: str, chance: random.Random) -> str | None:
    lines = text.splitlines(keepends=True)
    spots = [
        n for n, line in enumerate(lines) if line.count("(") == 1 and line.rstrip().endswith(")")
    ]
    if not spots:
        return None
    at = chance.choice(spots)
    opening = lines[at].index("(") + 1
    lines[at] = lines[at][:opening] + "\n            " + lines[at][opening:]
    return _if_valid("".join(lines))


def _renamed_local(text: str, chance: random.Random) -> str | None:
    tree = ast.parse(text)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    function = chance.choice(functions)
    bound = {
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    bound |= {a.arg for a in function.args.args} - {"self"}
    if not bound:
        return None
    old, new = chance.choice(sorted(bound)), f"local_{chance.randint(0, 9999)}"
    keywords = {k.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for k in n.keywords}
    if old in keywords:
        return None
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
        elif isinstance(node, ast.arg) and node.arg == old:
            node.arg = new
    return ast.unparse(tree) + "\n"


def _renamed_function(text: str, chance: random.Random) -> str | None:
    names = re.findall(r"(?m)^def (\w+)", text)
    old, new = chance.choice(names), f"renamed_{chance.randint(0, 9999)}"
    return _if_valid(re.sub(rf"\b{old}\b", new, text))


def _if_valid(text: str) -> str | None:
    try:
        ast.parse(text)
    except SyntaxError:
        return None
    return text


PRESERVING = (
    Edit("lines above", _line_above),
    Edit("comment inside", _comment_inside),
    Edit("new function", _new_function),
    Edit("order of functions", _reordered),
    Edit("laid out anew", _unparsed),
    Edit("line split", _long_lines_split),
    Edit("local renamed", _renamed_local),
    Edit("function renamed", _renamed_function),
)


def changed_in_meaning(text: str, line: int, chance: random.Random) -> str | None:
    """The text with one name, value or operator of the statement at a line changed."""
    tree = ast.parse(text)
    inside = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.stmt) and n.lineno <= line <= (n.end_lineno or n.lineno)
    ]
    statement = max(inside, key=lambda n: (n.lineno, -(n.end_lineno or 0)))
    blocks = {
        id(n)
        for b in ("body", "orelse", "finalbody", "handlers")
        for s in getattr(statement, b, [])
        for n in ast.walk(s)
    }
    parts = [n for n in ast.walk(statement) if id(n) not in blocks]
    choices: list[Callable[[], None]] = []
    for node in parts:
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, (int, str))
            and not isinstance(node.value, bool)
        ):
            choices.append(
                lambda n=node: setattr(
                    n, "value", n.value * 2 + (1 if isinstance(n.value, int) else "x")
                )
            )
        elif isinstance(node, ast.Attribute):
            choices.append(lambda n=node: setattr(n, "attr", n.attr + "_other"))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            choices.append(lambda n=node: setattr(n, "id", n.id + "_other"))
        elif isinstance(node, ast.Compare):
            choices.append(lambda n=node: setattr(n, "ops", [ast.Lt() for _ in n.ops]))
        elif isinstance(node, ast.BinOp):
            choices.append(lambda n=node: setattr(n, "op", ast.Mult()))
        elif isinstance(node, ast.Call):
            choices.append(lambda n=node: n.args.append(ast.Constant(value=7)))
    if not choices:
        return None
    chance.choice(choices)()
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


async def measure_dismissals(layer: AutonomousAIOrchestrationLayer) -> list[Measure]:
    """Dismiss every finding of the samples, edit, and see which come back."""
    dismissed: dict[str, list[Mapping[str, Any]]] = {}
    for number, text in enumerate(SAMPLES):
        dismissed[text] = await _findings(layer, text, number)
        for finding in dismissed[text]:
            await layer.record_feedback(finding["id"], "not-useful", author="bench")
    chance = random.Random(SEED)
    kept = asked = 0
    lost: dict[str, int] = {}
    for number in range(EDITS):
        sample = number % len(SAMPLES)
        text, names = SAMPLES[sample], []
        while len(names) < CHAIN:
            edit = chance.choice(PRESERVING)
            made = edit.make(text, chance)
            if made is not None:
                text, names = made, [*names, edit.name]
        back = await _findings(layer, text, sample)
        wanted = {f["rule"] for f in dismissed[SAMPLES[sample]]}
        returned = [f for f in back if f["rule"] in wanted]
        asked += len(dismissed[SAMPLES[sample]])
        kept += len(dismissed[SAMPLES[sample]]) - min(
            len(returned), len(dismissed[SAMPLES[sample]])
        )
        for finding in returned:
            key = f"{finding['rule']} after {', '.join(names)}"
            lost[key] = lost.get(key, 0) + 1
    came, changed = await _changes(layer, dismissed, chance)
    example = max(lost, key=lambda k: lost[k], default="none")
    return [
        Measure(
            "dismissals that survive",
            f"{kept / asked:.1%}",
            f"{EDITS} chains of {CHAIN} edits that keep the meaning; {asked} findings; lost most: {example}",
        ),
        Measure(
            "dismissed findings that come back",
            f"{came / changed:.1%}",
            f"of {changed} whose statement changed in meaning and is still found fault with",
        ),
    ]


async def _changes(
    layer: AutonomousAIOrchestrationLayer,
    dismissed: Mapping[str, list[Mapping[str, Any]]],
    chance: random.Random,
) -> tuple[int, int]:
    """How many came back, of those that a layer without any dismissal still reports."""
    came = changed = 0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/none.db"
        naive = AutonomousAIOrchestrationLayer(store_url=url, background=False)
        for number in range(EDITS):
            sample = number % len(SAMPLES)
            finding = chance.choice(dismissed[SAMPLES[sample]])
            text = changed_in_meaning(SAMPLES[sample], finding["line"], chance)
            if text is None:
                continue
            there = _count(await _findings(naive, text, sample), finding["rule"])
            others = sum(f["rule"] == finding["rule"] for f in dismissed[SAMPLES[sample]]) - 1
            if there <= others:
                continue  # the change resolved it
            changed += 1
            came += _count(await _findings(layer, text, sample), finding["rule"]) >= 1
        await naive.aclose()
    return came, changed


def _count(findings: list[Mapping[str, Any]], rule: str) -> int:
    return sum(finding["rule"] == rule for finding in findings)


async def _findings(
    layer: AutonomousAIOrchestrationLayer, text: str, number: int
) -> list[Mapping[str, Any]]:
    context = {"path": f"shop/part_{number}.py", "execute": False, "heal": "none"}
    result = await layer.autonomous_orchestrate_validation(text, context)
    return [finding for category in Category for finding in result[category]["findings"]]
