"""An except clause that an earlier, broader clause of the same try leaves nothing for.

Handlers are tried in order, so ``except FileNotFoundError`` after ``except OSError`` never runs:
the broader one has caught the error already. The special treatment that was written for the
narrower error is dead, and nobody notices until that error happens.

The classes are compared by the real hierarchy of the built-in exceptions, the classes of this
module, and the best known ones of the standard library and of common packages.

Put the narrower handler first, or delete it.
"""

import ast
import builtins
from collections.abc import Iterator

from autovet.checks.vocabulary.exception_parents import EXCEPTION_PARENTS
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("unreachable-except", Category.CODE_QUALITY, confidence=0.97, cwe=561)

BAD = (
    """
def load(path):
    try:
        return path.read_text()
    except OSError:
        return ""
    except FileNotFoundError:  # <--
        raise SystemExit(f"{path} is missing")
""",
    """
import json

class FeedError(Exception):
    pass

class EmptyFeedError(FeedError):
    pass

def parse(text, log):
    try:
        return json.loads(text)
    except (ValueError, FeedError):
        log("bad")
    except (json.JSONDecodeError, EmptyFeedError):  # <--
        log("worse")
""",
)

GOOD = (
    """
def load(path):
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
    except (PermissionError, UnicodeDecodeError):
        return None
    except OSError:
        raise
    except Exception as error:
        raise RuntimeError("unreadable") from error
""",
    """
from vendor.errors import Timeout

def call(client):
    try:
        return client.get()
    except TimeoutError:
        return None
    except Timeout:
        return 0
""",
)


def check(node: ast.Try | ast.TryStar, module: Module) -> Iterator[Finding]:
    """Report handlers all of whose classes were caught before."""
    caught: set[str] = set()
    for handler in node.handlers:
        names = _names(handler, module)
        earlier = [next((a for a in _ancestry(n, module) if a in caught), None) for n in names]
        if names and all(earlier):
            yield module.finding(
                RULE,
                handler.type or handler,
                f"This handler never runs: {earlier[0]} is caught by a clause before it",
                evidence={"classes": names, "caught_as": earlier},
            )
        caught.update(names)
        if handler.type is None:
            caught.add("BaseException")


def _names(handler: ast.ExceptHandler, module: Module) -> list[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [_name(kind, module) for kind in kinds if kind is not None]


def _name(kind: ast.expr, module: Module) -> str:
    own = module.definition(kind)
    if own is not None:
        return f"{own.name}:{own.lineno}"
    return (module.qualified(kind) or f"?{module.segment(kind)}").removeprefix("builtins.")


def _ancestry(name: str, module: Module) -> Iterator[str]:
    """The class itself and all classes known to be above it."""
    todo, seen = [name], set()
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        builtin = getattr(builtins, current, None)
        if isinstance(builtin, type) and issubclass(builtin, BaseException):
            todo += [base.__name__ for base in builtin.__mro__[1:-1]]
            if current in {"EnvironmentError", "IOError"}:
                todo.append("OSError")
        todo += EXCEPTION_PARENTS.get(current, ())
        own, _, line = current.partition(":")
        for definition in module.nodes(ast.ClassDef) if line else ():
            if definition.name == own and str(definition.lineno) == line:
                todo += [_name(base, module) for base in definition.bases]
