"""Code of the domain reads the process's environment.

Finds ``os.environ`` and ``os.getenv`` in functions of modules that belong to the domain by their folder.
The rule then depends on how the process was started, which no call of it shows: a test has to set
variables, two customers cannot have two values, and a missing one is found in the middle of the work.

Read the settings where the program starts and pass the value, or an object of settings, as a parameter.

Leave it in the module that is there to read settings.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("domain-reads-environment", Category.ARCHITECTURE, confidence=0.8)

BAD = (
    Example(
        """
import os

def price(kilos):
    return kilos * float(os.environ["HAY_PRICE"])  # <--
""",
        path="zoo/domain/hay.py",
    ),
    Example(
        """
from os import getenv

class Ticket:
    def price(self):
        return int(getenv("TICKET", "12"))  # <--
""",
        path="src/zoo/entities/ticket.py",
    ),
)

GOOD = (
    Example(
        """
import os

def price(kilos):
    return kilos * float(os.environ["HAY_PRICE"])
""",
        path="zoo/settings/hay.py",
    ),
    Example(
        """
import os

def price(kilos, hay_price):
    return kilos * hay_price, os.path.sep
""",
        path="zoo/domain/hay.py",
    ),
)

_DOMAIN = frozenset({"domain", "entities", "domain_model"})
_READING = frozenset({"os.environ", "os.getenv"})
_SETTINGS = ("settings", "config", "configuration", "environment", "env")


def check(module: Module) -> Iterator[Finding]:
    """Report the first reading in each function."""
    *folders, file = module.path.split("/")
    if not _DOMAIN & set(folders) or module.is_test or file.removesuffix(".py").endswith(_SETTINGS):
        return
    if "os" not in {name.partition(".")[0] for name in module.scopes.module.imports.values()}:
        return
    reported: set[ast.AST | None] = set()
    for node in [*module.nodes(ast.Attribute), *module.nodes(ast.Name)]:
        function = module.function_of(node)
        if function is None or function in reported or module.qualified(node) not in _READING:
            continue
        reported.add(function)
        yield module.finding(
            RULE,
            module.statement_of(node),
            f"{function.name}() belongs to the domain and reads the environment: take the value as a parameter",
            evidence={"function": function.name},
        )
