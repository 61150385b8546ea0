"""A retry loop written by hand in a project that has something for it.

Finds loops that try something, pause after a failure and try again, where the project declares a
library for retries (tenacity, backoff, stamina, ...) or has a function of its own that does this for
whatever it is given.

Every such loop has its own idea of how often, how long and after which errors, and its own mistakes:
a pause after the last attempt, an error that is lost, no jitter.

Use the project's helper or decorator.

Leave it where each attempt has to do something else in between. The helper itself is not reported.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.retries import paused_retry
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module
from autovet.source.scopes import FunctionNode

RULE = Rule("hand-made-retry", Category.PRACTICALITY, confidence=0.85)

_LIBRARIES = ("tenacity", "backoff", "stamina", "retrying", "retry", "opnieuw", "retry2")
_LOOP = """
import time

def load(path):
    for attempt in range(3):{mark}
        try:
            return path.read_text()
        except OSError:
            time.sleep(2**attempt)
    raise TimeoutError(path)
"""
_HELPER = """
import time

def again(action, times):
    for number in range(times):
        try:
            return action()
        except OSError:
            time.sleep(number)
    return action()
"""

BAD = (
    Example(_LOOP.format(mark="  # <--"), context={"dependencies": ("tenacity>=9",)}),
    Example(_LOOP.format(mark="  # <--"), files={"shop/again.py": _HELPER}),
)
GOOD = (
    Example(_LOOP.format(mark=""), files={"shop/other.py": "def load(path):\n    return path\n"}),
    Example(_HELPER, files={"shop/again.py": _HELPER}),
    Example(
        """
import time

def watch(path):
    while True:
        try:
            print(path.read_text())
        except OSError:
            time.sleep(1)

def pages(client):
    for page in range(3):
        try:
            yield client.get(page)
        except OSError:
            time.sleep(1)
""",
        context={"dependencies": ("tenacity>=9",)},
    ),
)


def check(node: ast.For | ast.While, module: Module, project: Project) -> Iterator[Finding]:
    """Report the loop."""
    if module.is_test or paused_retry(node, module) is None:
        return
    function = module.function_of(node)
    if function is None or _calls_parameter(function, node, module):
        return
    declared = project.declarations.dependencies or frozenset()
    library = next((name for name in _LIBRARIES if name in declared), None)
    waits = isinstance(function, ast.AsyncFunctionDef)
    helper = library or next(
        (
            f"{other.name}.{name}"
            for other in project.others()
            if not other.is_test
            for name, is_async in _helpers(other)
            if is_async is waits
        ),
        None,
    )
    if helper is not None:
        yield module.finding(
            RULE,
            node,
            f"this tries again by hand: the project has {helper} for it",
            evidence={"instead": helper},
        )


@by_module
def _helpers(module: Module) -> tuple[tuple[str, bool], ...]:
    """The functions at the top that try again whatever they are given, each with whether it waits."""
    found = []
    for loop in module.nodes(ast.For, ast.While):
        if not isinstance(loop, (ast.For, ast.While)) or paused_retry(loop, module) is None:
            continue
        inner = module.function_of(loop)
        if inner is None or not _calls_parameter(inner, loop, module):
            continue
        around = [
            a
            for a in module.ancestors(loop)
            if isinstance(a, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        found.append((around[-1].name, isinstance(inner, ast.AsyncFunctionDef)))
    return tuple(found)


def _calls_parameter(function: FunctionNode, loop: ast.stmt, module: Module) -> bool:
    """Whether what is tried was given to the function, or to one around it."""
    given: set[str] = set()
    for around in (function, *module.ancestors(function)):
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = around.args
            given |= {
                a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            }
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in given
        for n in ast.walk(loop)
    )
