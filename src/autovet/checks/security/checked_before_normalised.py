"""Text is checked first and normalised afterwards.

Finds functions that test a text (a pattern, ``in``, a comparison) and only then normalise, decode or unquote
it. What the check was to keep out passes in another spelling: the one-dot leader becomes a dot, ``%2e`` a dot,
wide letters plain ones.

Normalise first, then check what came out, and use that.

Leave it where the check concerns the spelling itself, such as whether a text is normalised at all.
"""

import ast
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("checked-before-normalised", Category.SECURITY, confidence=0.7, cwe=180)

_NORMALISERS = {"unicodedata.normalize": 1, "urllib.parse.unquote": 0, "urllib.parse.unquote_plus": 0, "html.unescape": 0}  # fmt: skip
_ENCODED = frozenset("%&+")  # whoever looks for these asks about the spelling
_SEARCHES = frozenset(f"re.{n}" for n in ("search", "match", "fullmatch"))

BAD = (
    """
import re
import unicodedata

def tag(text):
    if re.search("[<>]", text):
        raise ValueError("no markup here")
    return unicodedata.normalize("NFKC", text)  # <--
""",
    """
from urllib.parse import unquote

def page(name):
    if ".." in name:
        return None
    return open("pages/" + unquote(name))  # <--
""",
)

GOOD = (
    """
import re
import unicodedata

def tag(text):
    text = unicodedata.normalize("NFKC", text)
    if re.search("[<>]", text):
        raise ValueError("no markup here")
    return text
""",
    """
from urllib.parse import unquote

def page(name, query):
    if not name or "%" in name:
        name = unquote(name)
    if "q" in query:
        return name
    return unquote(query)
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report normalisation of a parameter after a check of it."""
    position = _NORMALISERS.get(module.qualified(call.func) or "")
    function = module.function_of(call)
    if position is None or position >= len(call.args) or function is None or module.is_test:
        return
    given = call.args[position]
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}  # fmt: skip
    if not isinstance(given, ast.Name) or given.id not in parameters:
        return
    nodes = list(own_nodes(function.body))
    if _is_checked_before(given, nodes, module) and not _is_checked_after(call, nodes, module):
        yield module.finding(
            RULE,
            call,
            f"{given.id!r} was checked above, before it is normalised: another spelling passes the check; normalise first",
            evidence={"value": given.id},
        )


def _is_checked_before(given: ast.Name, nodes: list[ast.AST], module: Module) -> bool:
    rebound = any(isinstance(n, ast.Name) and n.id == given.id and isinstance(n.ctx, ast.Store) and n.lineno < given.lineno for n in nodes)  # fmt: skip
    tests = [n.test for n in nodes if isinstance(n, (ast.If, ast.While)) and n.lineno < given.lineno]  # fmt: skip
    return not rebound and any(_looks_into(test, given.id, module) for test in tests)


def _looks_into(test: ast.expr, name: str, module: Module) -> bool:
    """Whether a test searches the text for something that another spelling would hide."""
    for node in ast.walk(test):
        match node:
            case ast.Call(func=func, args=[_, ast.Name(id=held), *_]) if held == name:
                if module.qualified(func) in _SEARCHES:
                    return True
            case ast.Compare(left=ast.Constant(value=str(sought)), ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=held)]):  # fmt: skip
                if held == name and not sought.isalnum() and not set(sought) & _ENCODED:
                    return True
    return False


def _is_checked_after(call: ast.Call, nodes: list[ast.AST], module: Module) -> bool:
    """Whether the normalised text is looked into later."""
    parent = module.parent(call)
    names = {t.id for t in parent.targets if isinstance(t, ast.Name)} if isinstance(parent, ast.Assign) else set()  # fmt: skip
    tests = [n.test for n in nodes if isinstance(n, (ast.If, ast.While)) and n.lineno > call.lineno]
    return any(_looks_into(test, name, module) for test in tests for name in names)
