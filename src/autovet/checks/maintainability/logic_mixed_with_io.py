"""A function that reads, calculates and writes in one body.

Finds functions that take input from a file, the network or the keyboard, decide and calculate with
it, and print, write or send the result, all in one.

The rules inside cannot be tested without files and servers, nor used anywhere else.

Let one function read, one calculate from plain values, and one write. Short scripts and commands
whose calculation is a line or two are fine as they are.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.http_calls import http_call
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("logic-mixed-with-io", Category.MAINTAINABILITY, confidence=0.75)

_READS = frozenset({"read_text", "readlines", "readline", "input", "read_csv", "DictReader", "reader", "fetchall", "urlopen"})  # fmt: skip
_WRITES = frozenset({"print", "write", "write_text", "writelines", "writerow", "writerows", "sendmail", "send_message", "dump", "to_csv"})  # fmt: skip
_FEWEST_SUMS = 3
_FEWEST_BRANCHES = 3
_FEWEST_TURNS = 5  # branches and loops together
_FEWEST_ANSWERED = 2  # sums of a function that asks the keyboard
_ASKING = (
    "main",
    "ask",
    "prompt",
    "read",
    "run",
    "menu",
    "cli",
    "play",
    "input",
    "get_",
    "enter",
    "request",
)
_FEWEST_STATEMENTS = 12

BAD = (
    """
def hay_for_winter(animals):  # <--
    days = int(input("Days: "))
    spare = float(input("Spare: "))
    total = 0.0
    for animal in animals:
        daily = animal.weight * 0.02
        if animal.young:
            daily = daily * 0.6
        total += daily * days
        print(animal.name, daily)
    total = total * (1 + spare)
    print("Total:", total)
    return total
""",
    """
import csv

def bonuses(path):  # <--
    with open(path, newline="") as stream:
        rows = list(csv.DictReader(stream))
    total = 0
    for row in rows:
        sold = float(row["sold"])
        if row["region"] == "north":
            rate = 0.04 if sold > 1000 else 0.02
        elif row["region"] == "south":
            rate = 0.03
        else:
            rate = 0.01
        bonus = sold * rate
        if row["senior"]:
            bonus = bonus * 1.5 + 10
        total += bonus
        print(row["name"], bonus)
    return total
""",
    """
import requests

def bill(customer, url):  # <--
    answer = requests.get(url, params={"customer": customer}, timeout=5)
    answer.raise_for_status()
    lines = answer.json()
    net = 0
    for line in lines:
        price = line["price"] * line["count"]
        if line["count"] > 10:
            price = price * 0.9
        if line["kind"] == "book":
            price = price - 1
        net += price
    tax = net * 0.2
    if net > 500:
        tax = tax - 5
    with open(f"{customer}.txt", "w") as target:
        target.write(f"{net} {tax}")
""",
)

GOOD = (
    """
def bonus(sold, region, senior):
    if region == "north":
        rate = 0.04 if sold > 1000 else 0.02
    elif region == "south":
        rate = 0.03
    else:
        rate = 0.01
    value = sold * rate
    if senior:
        value = value * 1.5 + 10
    return value
""",
    """
import csv

def main(path):
    with open(path, newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        print(row["name"], float(row["sold"]) * 2)
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function at its header."""
    if (node.end_lineno or node.lineno) - node.lineno < _FEWEST_STATEMENTS or module.is_test:
        return
    reads, writes, sums, branches, statements, loops = "", "", 0, 0, 0, 0
    for inner in own_nodes(node.body):
        statements += isinstance(inner, ast.stmt)
        if isinstance(inner, (ast.If, ast.IfExp)):
            branches += 1
        elif isinstance(inner, (ast.For, ast.While)):
            loops += 1
        elif isinstance(inner, (ast.BinOp, ast.AugAssign)):
            sums += isinstance(inner.op, (ast.Mult, ast.Sub, ast.Div, ast.Add)) and not _is_text(
                inner
            )
        elif isinstance(inner, ast.Call):
            name = last_name(inner.func)
            if name in _READS or (name == "open" and not _opens_to_write(inner)):
                reads = reads or name
            elif name in _WRITES:
                writes = writes or name
            elif http_call(inner, module) is not None:
                reads = reads or name
    if not reads or not writes or statements < _FEWEST_STATEMENTS:
        return
    enough = sums >= _FEWEST_SUMS and (
        branches >= _FEWEST_BRANCHES or (branches >= 2 and branches + loops >= _FEWEST_TURNS)
    )
    asks = (
        reads == "input"
        and sums >= _FEWEST_ANSWERED
        and loops + branches > 0
        and not node.name.lstrip("_").startswith(_ASKING)
    )
    if not enough and not asks:
        return
    yield module.finding(
        RULE,
        node,
        f"{node.name}() reads ({reads}), calculates and writes ({writes}) in one body: let the calculation be "
        "a function of plain values",
        evidence={"reads": reads, "writes": writes, "calculations": sums, "branches": branches},
    )


def _opens_to_write(call: ast.Call) -> bool:
    mode = (
        call.args[1]
        if len(call.args) > 1
        else next((k.value for k in call.keywords if k.arg == "mode"), None)
    )
    return (
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value[:1] in "wax"
    )


def _is_text(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether a sum puts texts together, or counts by one."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
    return any(
        isinstance(s, ast.JoinedStr)
        or (isinstance(s, ast.Constant) and (isinstance(s.value, str) or s.value == 1))
        for s in sides
    )
