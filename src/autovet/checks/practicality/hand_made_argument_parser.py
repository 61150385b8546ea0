"""Command-line options picked out of ``sys.argv`` by hand.

Finds functions that compare the elements of the argument list with two or more option names, or
go through the list in a loop looking for elements that start with a dash.

Hand-made parsers forget ``--limit=3``, ``--``, repeated and missing values, and ``--help``; each
new option makes the loop longer.

Declare the options with ``argparse`` (or ``click`` or ``typer`` where the project has them). A
script with one plain argument needs neither.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hand-made-argument-parser", Category.PRACTICALITY, confidence=0.9)

_PARAMETERS = frozenset({"argv", "args", "arguments", "raw_args", "cli_args"})
_PARSERS = frozenset({"argparse", "optparse", "getopt", "click", "typer", "docopt", "fire"})
_FEWEST_OPTIONS = 2

BAD = (
    """
import sys

verbose = False
for word in sys.argv[1:]:  # <--
    if word == "-v":
        verbose = True
    elif word.startswith("--out="):
        target = word.partition("=")[2]
""",
    """
import sys

def main():  # <--
    verbose = False
    target = None
    arguments = sys.argv[1:]
    while arguments:
        argument = arguments.pop(0)
        if argument in ("-v", "--verbose"):
            verbose = True
        elif argument == "--target":
            target = arguments.pop(0)
    return verbose, target
""",
    """
import sys

def options(argv):  # <--
    found = {}
    for argument in argv:
        if argument.startswith("--"):
            name, _, value = argument[2:].partition("=")
            found[name] = value
    return found

if __name__ == "__main__":
    print(options(sys.argv))
""",
    """
import sys

def main():  # <--
    quiet = "--quiet" in sys.argv
    if "--out" in sys.argv:
        return quiet, sys.argv[sys.argv.index("--out") + 1]
    return quiet, None
""",
)

GOOD = (
    """
import argparse
import sys

def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int)
    parser.add_argument("-v", "--verbose")
    for argument in argv or sys.argv[1:]:
        if argument.startswith("-"):
            print(argument)
    return parser.parse_args(argv)
""",
    """
import sys

def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: words FILE")
    return sys.argv[1]

def bullets(lines):
    for line in lines:
        if line.startswith("-") or line == "--":
            yield line
""",
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module, module: Module
) -> Iterator[Finding]:
    """Report the function from its ``def`` line, or the first loop or test of a script."""
    if "argv" not in module.text or module.is_test:
        return
    if any(name.partition(".")[0] in _PARSERS for name in module.scopes.module.imports.values()):
        return
    nodes = list(own_nodes(node.body))
    where = _first_use(nodes, module) if isinstance(node, ast.Module) else node
    if where is None or not _sees_arguments(node, nodes, module):
        return
    options = {o for n in nodes for o in _options(n)}
    loops = any(isinstance(n, (ast.For, ast.While)) for n in nodes)
    sweeps = loops and any(_asks_for_dash(n) for n in nodes)
    if len(options) < _FEWEST_OPTIONS and not sweeps:
        return
    yield module.finding(
        RULE,
        where,
        "This takes command-line options apart by hand: declare them with argparse",
        evidence={"options": sorted(options)},
    )


def _sees_arguments(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module, nodes: list[ast.AST], module: Module
) -> bool:
    if any(isinstance(n, ast.Attribute) and module.qualified(n) == "sys.argv" for n in nodes):
        return True
    names = set() if isinstance(node, ast.Module) else {a.arg for a in node.args.args}
    return bool(names & _PARAMETERS) and "sys.argv" in module.text


def _first_use(nodes: list[ast.AST], module: Module) -> ast.AST | None:
    """The first loop or test of a script that looks at the argument list."""
    for node in nodes:
        if isinstance(node, (ast.For, ast.While, ast.If)):
            head = node.iter if isinstance(node, ast.For) else node.test
            if any(
                isinstance(n, ast.Attribute) and module.qualified(n) == "sys.argv"
                for n in ast.walk(head)
            ):
                return node
    return None


def _options(node: ast.AST) -> Iterator[str]:
    """Option names that something is compared with."""
    compared: list[ast.expr] = []
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "startswith"
    ):
        compared = node.args
    elif isinstance(node, ast.Compare):
        compared = [node.left, *node.comparators]
    elif isinstance(node, ast.MatchValue):
        compared = [node.value]
    elif isinstance(node, ast.Dict):
        compared = [key for key in node.keys if key is not None]
    for side in compared:
        for item in side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]:
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                text = item.value
                if (
                    text.startswith("-")
                    and text.lstrip("-").replace("-", "").replace("=", "").isalnum()
                    and " " not in text
                ):
                    yield text


def _asks_for_dash(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "startswith"
        and node.args
    ):
        return False
    prefix = node.args[0]
    return isinstance(prefix, ast.Constant) and prefix.value in {"-", "--"}
