"""A dangerous piece is cut out of a text once, and what is left forms it again.

Finds ``text.replace("../", "")`` and the like: of ``....//`` the first pass leaves ``../``, of
``<scr<script>ipt>`` it leaves ``<script>``. Whoever knows the filter writes around it.

Refuse the text instead of mending it, resolve the path and compare it with its folder, or escape for the
place where the text goes.

Leave it where the piece is cut out for tidiness only, and nothing depends on its absence.
"""

import ast
import re
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("removed-in-one-pass", Category.SECURITY, confidence=0.7, cwe=182)

_DANGEROUS = re.compile(r"\.\.[/\\]|[/\\]\.\.|\.\.|</?(?:script|iframe|img|svg|object|style)\b[^<>]*>?|javascript:|--|/\*|\*/|\b(?:union|select|drop|insert)\b", re.IGNORECASE)  # fmt: skip

BAD = (
    """
import os

def shown(folder, name):
    cleaned = name.replace("../", "")  # <--
    return open(os.path.join(folder, cleaned), encoding="utf-8").read()
""",
    """
import re

def harmless(comment):
    return re.sub("<script>", "", comment, flags=re.IGNORECASE)  # <--
""",
)

GOOD = (
    """
def shown(name):
    while "../" in name:
        name = name.replace("../", "")
    if ".." in name.replace(" ", ""):
        raise ValueError(name)
    return name.replace("\\r", "").replace("-", "")

def slug(name):
    return name.replace("--", "-")
""",
    """
def relative(line):
    kept = "../static/logo.svg".replace("../", "")
    return kept + line.replace("...", "")
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report pieces that are cut out once."""
    match call.func, call.args:
        case ast.Attribute(attr="replace", value=text), [ast.Constant(value=str(piece)), ast.Constant(value="")]:  # fmt: skip
            pass
        case ast.Attribute(attr="sub"), [ast.Constant(value=str(piece)), ast.Constant(value=""), text]:  # fmt: skip
            if module.qualified(call.func) != "re.sub":
                return
            piece = piece.replace("\\.", ".")
        case _:
            return
    if not _DANGEROUS.fullmatch(piece) or isinstance(text, ast.Constant) or module.is_test:
        return
    if any(isinstance(a, (ast.While, ast.Compare)) for a in module.ancestors(call)):
        return
    yield module.finding(
        RULE,
        call,
        f"what is left can form {piece!r} again, as in {_around(piece)!r}; refuse the text instead",
        evidence={"piece": piece, "passes": _around(piece)},
    )


def _around(piece: str) -> str:
    """A text out of which one pass makes the piece."""
    middle = max(1, len(piece) // 2)
    return piece[:middle] + piece + piece[middle:]
