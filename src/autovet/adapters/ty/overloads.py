"""Keywords that no overload has."""

import ast
import re

from autovet.adapters.lsp.diagnostic import Diagnostic

_CODE = "no-matching-overload"
_LISTED = re.compile(r"^info:   (?:\[[^\]]*\])?\((.*)\) -> ", re.MULTILINE)
_PARAMETER = re.compile(r"(\*{0,2}[A-Za-z_]\w*)")
_CUT = re.compile(r"\bomitted \d+ (?:more )?overloads?\b")


def refused_keyword(told: Diagnostic, call: ast.Call) -> ast.keyword | None:
    """The first keyword of a call that none of the listed overloads has.

    None when all are known, when an overload takes any keyword, or when the list is cut.
    """
    if told.code != _CODE or _CUT.search(told.message):
        return None
    known: set[str] = set()
    for parameters in _LISTED.findall(told.message):
        known |= set(_names(parameters))
    if not known or any(name.startswith("**") for name in known):
        return None
    given = (keyword for keyword in call.keywords if keyword.arg is not None)
    return next((keyword for keyword in given if keyword.arg not in known), None)


def _names(parameters: str) -> list[str]:
    """The names before the first colon or equals sign of each parameter."""
    found: list[str] = []
    depth, begin = 0, 0
    quoted = ""
    for at, sign in enumerate(f"{parameters},"):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'":
            quoted = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and depth == 0:
            if match := _PARAMETER.match(parameters[begin:at].strip()):
                found.append(match[1])
            begin = at + 1
    return found
