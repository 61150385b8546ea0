"""Calls that no overload takes, by the names and the number of their arguments."""

import ast
import re
from dataclasses import dataclass

from autovet.adapters.lsp.diagnostic import Diagnostic

_CODE = "no-matching-overload"
_LISTED = re.compile(r"^info:   (?:\[[^\]]*\])?\((.*)\) -> ", re.MULTILINE)
_PARAMETER = re.compile(r"(\*{0,2}[A-Za-z_]\w*)")
_CALLEE = re.compile(r"No overload of ((?:\w+ )*`[^`]+`) matches arguments")
_FIRST = "No overload of"
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CUT = re.compile(r"\bomitted \d+ (?:more )?overloads?\b")


@dataclass(frozen=True, slots=True)
class _Overload:
    """One listed signature: parameters in order, and which of them can be left out."""

    positional: tuple[str, ...]
    required: tuple[str, ...]
    takes_more: bool

    def lacks(self, given: int, named: frozenset[str]) -> str | None:
        """The first parameter that a call with so many places and these keywords leaves out."""
        placed = self.positional[:given]
        return next((n for n in self.required if n not in placed and n not in named), None)


def refused_count(told: Diagnostic, call: ast.Call) -> tuple[str, str] | None:
    """The code and the sentence when every listed overload wants more or fewer arguments."""
    if told.code != _CODE or _CUT.search(told.message):
        return None
    if any(isinstance(a, ast.Starred) for a in call.args) or None in {k.arg for k in call.keywords}:
        return None
    overloads = [_overload(_split(parameters)) for parameters in _LISTED.findall(told.message)]
    callee = _CALLEE.search(told.message)
    if not overloads or callee is None or told.message.count(_FIRST) > 1:
        return None
    given, named = len(call.args), frozenset(k.arg for k in call.keywords if k.arg)
    most = max(len(o.positional) for o in overloads)
    if given > most and not any(o.takes_more for o in overloads):
        statement = f"Too many positional arguments to {callee[1]}: expected {most}, got {given}"
        return "too-many-positional-arguments", statement
    lacking = [overload.lacks(given, named) for overload in overloads]
    if lacking[0] is not None and all(lacking):
        name = f"No argument provided for required parameter `{lacking[0]}` of {callee[1]}"
        return "missing-argument", name
    return None


def _overload(parameters: list[str]) -> _Overload:
    positional: list[str] = []
    required: list[str] = []
    takes_more, by_place = False, True
    for at, parameter in enumerate(parameters):
        match = _PARAMETER.match(parameter)
        if parameter == "*" or match is None:
            by_place = by_place and parameter != "*"
            continue
        name = match[1]
        if name.startswith("*"):
            takes_more = takes_more or not name.startswith("**")
            by_place = False
        elif not (at == 0 and name in {"self", "cls"}):
            if by_place:
                positional.append(name)
            if not _has_default(parameter):
                required.append(name)
    return _Overload(tuple(positional), tuple(required), takes_more)


def _has_default(parameter: str) -> bool:
    return re.search(r"(?<![=!<>])=(?!=)", _QUOTED.sub("", parameter)) is not None


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
    found = (_PARAMETER.match(parameter) for parameter in _split(parameters))
    return [match[1] for match in found if match is not None]


def _split(parameters: str) -> list[str]:
    """Each parameter of a list, by the commas outside brackets and quotes."""
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
            found.append(parameters[begin:at].strip())
            begin = at + 1
    return found
