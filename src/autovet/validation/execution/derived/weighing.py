"""How much a crash weighs: the more plausible the input by what is stated, the more."""

import ast

from autovet.domain.probe import Probe
from autovet.domain.severity import Severity
from autovet.source.parser import parse_expression

_MANY, _NEARLY_ALL = 0.5, 0.9
_NEVER_MEANT = frozenset({"", "UnboundLocalError", "RecursionError"})
_ENDLESS = frozenset({"", "RecursionError"})


def weight(probe: Probe, error: str, share: float, *, own: bool) -> Severity | None:
    """The severity of a crash; None where it says nothing.

    Args:
        probe: the call that crashed.
        error: the exception's name; empty where the call does not end.
        share: how many of the usual inputs crash like that, 0 to 1.
        own: whether the code alone, and no relation among its inputs, leads to it.
    """
    if probe.tag in {"called", "none"}:
        return Severity.ERROR
    if error == "AssertionError":
        usual = probe.tag == "ordinary"
        return Severity.ERROR if usual else Severity.WARNING if probe.stated else None
    if probe.tag == "ordinary":
        return _usual(probe, error, share, own=own)
    if probe.tag == "empty":
        return _empty(probe, error)
    if not probe.stated:
        return None
    # nobody says whether a factorial of -1 is asked for, but 0 is a number like others
    zero = probe.tag == "edge" and error == "" and len(_arguments(probe.call)) == 1
    return Severity.WARNING if zero else Severity.INFO


def _usual(probe: Probe, error: str, share: float, *, own: bool) -> Severity | None:
    """Several arguments may have to go together in a way that nothing states."""
    alone = len(_arguments(probe.call)) == 1
    if share >= (_MANY if alone or error not in _ENDLESS else _NEARLY_ALL):
        if probe.exemplary:
            return Severity.WARNING if error == "UnboundLocalError" else Severity.INFO
        sure = own and (probe.stated or error in _NEVER_MEANT)
        return Severity.ERROR if sure else Severity.INFO
    few = own and alone and probe.stated and not probe.exemplary
    return Severity.WARNING if few and error not in _ENDLESS else None


def _empty(probe: Probe, error: str) -> Severity:
    if "docstring" in probe.because:
        return Severity.ERROR
    given = _arguments(probe.call)
    empty = sum(ast.unparse(argument) in {"[]", "()", "{}", "set()", "''"} for argument in given)
    alone = len(given) == 1 or (error == "ZeroDivisionError" and empty > 1)
    return Severity.WARNING if probe.stated and alone else Severity.INFO


def _arguments(call: str) -> list[ast.expr]:
    node = parse_expression(call)
    while isinstance(node, ast.Call) and ast.unparse(node.func) == "list":
        node = node.args[0]
    if not isinstance(node, ast.Call):
        return []
    return [*node.args, *(keyword.value for keyword in node.keywords)]
