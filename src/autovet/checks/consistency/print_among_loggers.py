"""Progress is printed where the project, or the module itself, uses a logger.

Finds ``print`` (also to standard error) and ``traceback.print_exc`` in functions of a module that
keeps a logger, or of a project whose modules report through loggers only. What is printed has no level, no time and no origin, cannot be switched off,
and spoils the output of programs that write to standard output.

Call the logger, with the values as arguments: ``logger.info("dropped %d rows", count)``.

Leave it when standard output is the product. Command functions, ``main``, functions that say they
print, scripts, tests and prints to a chosen stream are not judged.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.reporting import LOGGER, PRINT, own_logger, reports
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("print-among-loggers", Category.CONSISTENCY, confidence=0.9)

_LOGGING = """
import logging

log = logging.getLogger(__name__)

def save(row):
    log.info("saved %s", row)
    log.debug("done")
"""
BAD = (
    """
import logging

logger = logging.getLogger(__name__)

def clean(rows):
    kept = [row for row in rows if row]
    print("kept", len(kept), "rows")  # <--
    return kept
""",
    """
import logging
import sys
import traceback

logger = logging.getLogger(__name__)

def load_all(paths):
    for path in paths:
        try:
            yield path.read_text()
        except UnicodeError as error:
            print(path, error, file=sys.stderr)  # <--
        except OSError:
            traceback.print_exc()  # <--
""",
    Example(
        """
def clean(rows):
    print(f"cleaning {len(rows)} rows")  # <--
    return [row for row in rows if row]
""",
        files={"shop/store.py": _LOGGING, "shop/load.py": _LOGGING, "shop/send.py": _LOGGING},
    ),
)
GOOD = (
    """
import logging
import sys

logger = logging.getLogger(__name__)

def main():
    print("usage: tool FILE")

def fail(reason):
    print(reason, file=sys.stderr)
    logger.error("failed: %s", reason)

def print_table(rows):
    for row in rows:
        print(*row)

if __name__ == "__main__":
    print(main())
""",
    """
import logging
import click

logger = logging.getLogger(__name__)

@click.command()
def status():
    print("fine")
""",
    "def clean(rows):\n    print(rows)\n",
    Example(
        "def clean(rows):\n    print(rows)\n",
        files={"shop/store.py": _LOGGING, "shop/other.py": "def f(x):\n    print(x)\n"},
    ),
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report prints where a logger is the rule."""
    prints = [o.node for o in reports(module) if o.value == PRINT]
    if not prints:
        return
    logger = own_logger(module)
    convention = convention_of(project, reports, unanimous=1)
    if convention is not None and convention.value != LOGGER:
        return
    if logger is None and convention is None:
        return
    whose = f"the module has {logger}" if logger else "the project reports through loggers"
    evidence = {"logger": logger, **(convention.evidence if convention else {})}
    seen: set[ast.AST | None] = set()
    for call in prints:
        function = module.function_of(call)
        yield module.finding(
            RULE,
            call,
            f"this reports with {_called(call)}() although {whose}",
            evidence=evidence,
            # the first one speaks for its function
            severity=Severity.INFO if function in seen else None,
        )
        seen.add(function)


def _called(call: ast.AST) -> str:
    function = call.func if isinstance(call, ast.Call) else call
    return (
        function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "print")
    )
