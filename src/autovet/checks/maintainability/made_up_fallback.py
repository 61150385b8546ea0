"""An error is answered with invented data.

Finds ``except`` blocks that return constants as if they were the result, where a comment or a name says
that they are mock, sample, dummy or demo data. Users see a plausible answer that is wrong, and nobody
learns that the service is down.

Raise an error of your own, or return something that says that the value is not known.

Leave a documented default that is right in every case, such as an empty list of suggestions.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("made-up-fallback", Category.MAINTAINABILITY, confidence=0.85)

BAD = (
    """
def weather(client, place):
    try:
        return client.today(place)
    except OSError:
        # mock data until the service is back
        return {"celsius": 20, "rain": 0.1}  # <--
""",
    """
class Rates:
    def of(self, currency):
        try:
            rate = self.source.rate(currency)
        except TimeoutError:
            # use sample rates as a fallback
            print("no rates")
            return Rate("EUR", 1.1)  # <--
        return rate
""",
)

GOOD = (
    """
def suggestions(client, text):
    try:
        return client.suggest(text)
    except OSError:
        # nothing to suggest is a fine answer
        return []

def limit(settings):
    try:
        return int(settings["limit"])
    except KeyError:
        # the documented default
        return 20
""",
    """
def weather(client, place, fallback):
    try:
        return client.today(place)
    except OSError:
        # the fallback replaces the mock data of the first version
        return fallback.today(place)

def waiting(sock):
    try:
        return sock.fileno()
    except ValueError:
        # a mock socket, say
        return -1
""",
)

_INVENTED = re.compile(r"\b(mock(ed)?|fake|dummy|sample|demo|placeholder|made[- ]up|canned|synthetic|invented)\b", re.IGNORECASE)  # fmt: skip


def check(handler: ast.ExceptHandler, module: Module) -> Iterator[Finding]:
    """Report the return of an invented value."""
    last = handler.body[-1]
    if not isinstance(last, ast.Return) or last.value is None or module.is_test:
        return
    if not _is_invented(last.value):
        return
    end = last.end_lineno or last.lineno
    said = [c.text for c in module.comments if handler.lineno <= c.line <= end]
    if any(_INVENTED.search(text) for text in said):
        yield module.finding(
            RULE,
            last,
            "this error is answered with made-up data, which nobody can tell from a result: raise an error instead",
            evidence={"value": module.segment(last.value)[:80]},
        )


def _is_invented(value: ast.expr) -> bool:
    """Whether a value is written out, with at least one constant, and uses nothing that was given."""
    if isinstance(value, (ast.Constant, ast.UnaryOp)):
        return False  # -1 or False says that there is no result
    stack: list[ast.expr] = [value]
    constants = 0
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Constant):
            constants += part.value is not None
        elif isinstance(part, ast.Dict):
            stack += [*(k for k in part.keys if k is not None), *part.values]
        elif isinstance(part, (ast.List, ast.Tuple, ast.Set)):
            stack += part.elts
        elif isinstance(part, ast.UnaryOp):
            stack.append(part.operand)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            stack += [*part.args, *(k.value for k in part.keywords)]
        else:
            return False
    return constants > 0
