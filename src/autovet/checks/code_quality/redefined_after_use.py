"""A built-in or an import gets another meaning after the module has used it.

Finds functions and classes at the top of a module that take the name of a built-in or an import which
statements above have already called. The same expression means one thing above and another below, and functions
in between get the new meaning without anyone seeing it.

Give the definition a name of its own.

Leave it where the definition is a stand-in for what could not be imported.
"""

import ast
import builtins
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("redefined-after-use", Category.CODE_QUALITY, confidence=0.85, cwe=1109)

_BUILTINS = frozenset(dir(builtins))

BAD = (
    """
ROWS = [3, 1, 2]
print(sum(ROWS))

def sum(values):  # <--
    return "".join(values)
""",
    """
import time

STARTED = time.time()

class time:  # <--
    @staticmethod
    def time():
        return 0
""",
)

GOOD = (
    """
def total(values):
    return sum(values)

def compile(text):
    return text

RULES = compile("a")
""",
    """
try:
    import orjson as json
except ImportError:
    import json

LIMIT = max(1, 2)

if LIMIT > 5:
    def max(*values):
        return values[0]

class Report:
    def sum(self):
        return 0
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report definitions at the top of the module whose name ran before."""
    if module.is_test:
        return
    definitions = [n for n in module.tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]  # fmt: skip
    taken = [d for d in definitions if _had_meaning(d, module)]
    if not taken:
        return
    for definition in taken:
        before = [s for s in module.tree.body if s.lineno < definition.lineno]
        used = next((n for s in before if not isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for n in ast.walk(s) if isinstance(n, ast.Name) and n.id == definition.name and isinstance(n.ctx, ast.Load)), None)  # fmt: skip
        if used is not None:
            yield module.finding(
                RULE,
                module.header_span(definition),
                f"{definition.name!r} already meant something in line {used.lineno}; from here on the same name means this",
                evidence={"used": used.lineno},
            )


def _had_meaning(definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, module: Module) -> bool:  # fmt: skip
    bindings = module.scopes.module.bindings[definition.name]
    if any(d for d in getattr(definition, "decorator_list", [])):
        return False
    if len(bindings) == 1:
        return definition.name in _BUILTINS
    first = bindings[0]
    return len(bindings) == 2 and isinstance(first, (ast.Import, ast.ImportFrom)) and isinstance(module.parent(first), ast.Module)  # fmt: skip
