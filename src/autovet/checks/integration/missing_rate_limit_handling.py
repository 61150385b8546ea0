"""Bulk requests to a service that is known to limit their rate, and nothing deals with 429.

Finds HTTP calls that are made once per item, in a module that nowhere looks at status 429 or
``Retry-After``, when the project's documents state a rate limit or its other clients handle
one. The first refusal ends the whole run, or every later item is lost.

On 429 wait as long as ``Retry-After`` says (with an upper bound) and repeat the request.

Leave it when the client object that is passed in already does so.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.http_calls import http_call
from autovet.checks.vocabulary.local_calls import called_function
from autovet.checks.vocabulary.repetition import repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("missing-rate-limit-handling", Category.INTEGRATION, confidence=0.75)

_LIMIT = re.compile(
    r"\b429\b|\bretry-after\b|\brate[- ]limit|\bthrottled\b"
    r"|\b(requests?|calls?|queries|lookups) (per|a|each|every) (second|minute|hour|day)\b"
    r"|\brequests?/(s|sec|second|min|minute|h|hour)\b",
    re.IGNORECASE,
)
_DOCUMENTS = (".md", ".rst", ".txt", ".adoc")

BAD = (
    '''
import requests

class Weather:
    """Asks the weather service, which allows 60 calls per minute."""

    def of(self, place):
        answer = requests.get(f"https://weather.example/{place}", timeout=5)  # <--
        answer.raise_for_status()
        return answer.json()

def everywhere(weather: Weather, places):
    return [weather.of(place) for place in places]
''',
    """
import requests

def weights(numbers):
    for number in numbers:
        answer = requests.get(f"https://parcels.example/{number}", timeout=5)
        if answer.status_code == 429:  # <--
            raise RuntimeError("too many requests")
        yield answer.json()
""",
    Example(
        """
import httpx

def weather(client: httpx.Client, town: str) -> dict:
    response = client.get(f"/towns/{town}")  # <--
    response.raise_for_status()
    return response.json()

def report(client: httpx.Client, towns: list[str]) -> list[dict]:
    return [weather(client, town) for town in towns]
""",
        files={"docs/weather.md": "The service allows 30 requests per minute, then answers 429."},
    ),
    Example(
        '''
"""Fetches all stations; the service has a rate limit of 10 requests/s."""

import requests

def stations(ids):
    for station in ids:
        yield requests.get(f"https://rail.example/{station}", timeout=5).json()  # <--
''',
    ),
)

GOOD = (
    Example(
        """
import time
import httpx

def weather(client: httpx.Client, town: str) -> dict:
    response = client.get(f"/towns/{town}")
    while response.status_code == 429:
        time.sleep(float(response.headers["Retry-After"]))
        response = client.get(f"/towns/{town}")
    return response.json()

def report(client: httpx.Client, towns: list[str]) -> list[dict]:
    return [weather(client, town) for town in towns]
""",
        files={"docs/weather.md": "The service allows 30 requests per minute, then answers 429."},
    ),
    Example(
        """
import requests

def station(number):
    return requests.get(f"https://rail.example/{number}", timeout=5).json()
""",
        files={"README.md": "The service answers 429 above 10 requests per second."},
    ),
    """
import requests

def stations(ids):
    return [requests.get(f"https://rail.example/{i}", timeout=5).json() for i in ids]
""",
)

_HANDLING = re.compile(r"\b429\b|too_many_requests|retry[-_]after|rate_?limit|limiter|throttl|semaphore", re.IGNORECASE)  # fmt: skip


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report the bulk requests of a module that ignores a known limit."""
    if module.is_test:
        return
    yield from _given_up(module)
    requests = [c for c in module.nodes(ast.Call) if http_call(c, module) is not None]
    if not requests or _handles_limit(module):
        return
    evidence = _stated_limit(module, project)
    if evidence is None:
        return
    repeated = _repeated_functions(module)
    for call in requests:
        in_bulk = any(r.is_long and r.iterable is not None for r in repetitions_of(call, module))
        if in_bulk or module.function_of(call) in repeated:
            yield module.finding(
                RULE,
                call,
                "this request is made once per item, and nothing handles the service's rate limit; "
                "on status 429 wait as Retry-After says and repeat",
                evidence={"limit_stated_in": evidence},
            )


def _given_up(module: Module) -> Iterator[Finding]:
    """A loop over items that stops, or skips the item, at the first 429, and never waits."""
    for node in module.nodes(ast.If):
        match node.test:
            case ast.Compare(
                left=ast.Attribute(attr="status_code" | "status"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=429)],
            ):
                pass
            case _:
                continue
        loop = module.loop_of(node)
        if not isinstance(loop, (ast.For, ast.AsyncFor)) or "sleep" in ast.unparse(loop).lower():
            continue
        if isinstance(node.body[-1], (ast.Raise, ast.Break, ast.Return, ast.Continue)):
            yield module.finding(
                RULE,
                node,
                "at the first 429 the rest of the items is given up; wait as Retry-After says and go on",
            )


def _handles_limit(module: Module) -> bool:
    """Whether the code itself (documentation and comments aside) deals with the limit."""
    for node in module.index.order:
        match node:
            case ast.Constant(value=429):
                return True
            case ast.Constant(value=str(text)) if len(text) < 60 and _HANDLING.search(text):
                if not isinstance(module.parent(node), ast.Expr):
                    return True
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                if _HANDLING.search(name):
                    return True
            case ast.keyword(arg="status_forcelist"):
                return True
    return False


def _stated_limit(module: Module, project: Project) -> str | None:
    documented = [module.tree, *module.nodes(ast.ClassDef), *module.functions]
    if any(_LIMIT.search(ast.get_docstring(d, clean=False) or "") for d in documented):
        return f"{module.path} (docstring)"
    if any(_LIMIT.search(comment.text) for comment in module.comments):
        return f"{module.path} (comment)"
    for path, text in sorted(project.texts.items()):
        if path.endswith(_DOCUMENTS) and _LIMIT.search(text):
            return path
    for other in project.others():
        if not other.is_test and _handles_limit(other) and "http" in other.text:
            return other.path
    return None


def _repeated_functions(module: Module) -> set[FunctionNode | None]:
    """The functions that a loop over data runs, directly or through others."""
    found: set[FunctionNode | None] = set()
    callers: dict[FunctionNode, list[FunctionNode]] = {}
    for call in module.nodes(ast.Call):
        function = called_function(call, module)
        if function is None:
            continue
        if any(r.is_long and r.iterable is not None for r in repetitions_of(call, module)):
            found.add(function)
        caller = module.function_of(call)
        if caller is not None:
            callers.setdefault(caller, []).append(function)
    queue = [f for f in found if f is not None]
    while queue:
        for function in callers.get(queue.pop(), ()):
            if function not in found:
                found.add(function)
                queue.append(function)
    return found
