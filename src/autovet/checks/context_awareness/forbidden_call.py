"""The code calls what the given constraints forbid.

Finds calls of the functions in ``constraints["forbidden_calls"]``, however they were imported:
``"eval"``, ``"os.system"``, ``"datetime.datetime.now"``; ``"subprocess.*"`` forbids a whole module
and ``".commit"`` a method of any object.

Use what the project uses instead.

Leave it only by changing the constraint.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.constraint_keys import FORBIDDEN_CALLS, names_in, stated
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("forbidden-call", Category.CONTEXT_AWARENESS, Severity.ERROR, confidence=0.99)

_FORBID = {
    "constraints": {
        FORBIDDEN_CALLS: ["print", "os.system", "datetime.datetime.now", "subprocess.*", ".commit"]
    }
}
BAD = (
    Example(
        """
from datetime import datetime
from os import system as sh

def stamp(session):
    print("now")  # <--
    sh("date")  # <--
    session.commit()  # <--
    return datetime.now()  # <--
""",
        context=_FORBID,
    ),
    Example("import subprocess as sp\n\nsp.run(['ls'])  # <--\n", context=_FORBID),
)
GOOD = (
    Example(
        """
import datetime

def stamp(logger, print):
    print("now")
    logger.system("date")
    return datetime.date.today(), logger.commit
""",
        context=_FORBID,
    ),
    "print('x')\n",
)


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report calls of forbidden functions and methods."""
    forbidden = names_in(stated(project.context.constraints, FORBIDDEN_CALLS))
    if not forbidden:
        return
    name = (module.qualified(call.func) or "").removeprefix("builtins.")
    method = f".{call.func.attr}" if isinstance(call.func, ast.Attribute) else ""
    for rule in forbidden:
        plain = rule.removesuffix("()").removeprefix("builtins.")
        whole = plain.endswith(".*") and name.startswith(plain[:-1])
        if whole or (name and plain == name) or (method and plain == method):
            yield module.finding(
                RULE,
                call,
                f"the constraints forbid calls of {plain}",
                evidence={"constraint": FORBIDDEN_CALLS, "call": plain},
            )
            return
