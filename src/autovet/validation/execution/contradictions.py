"""Documented examples that no sensible code could satisfy."""

import ast
from collections.abc import Sequence

from autovet.domain.execution import StepOutcome
from autovet.validation.execution.judgement import Judgement, Kind
from autovet.validation.execution.located import CodeMap
from autovet.validation.value import same_value

_TAGS = {"int": "int", "float": "float", "str": "str", "bool": "bool", "list": "list",
         "tuple": "tuple", "dict": "dict", "set": "set", "bytes": "bytes"}  # fmt: skip
_LEAST_OTHERS = 2


def contradiction(
    judgement: Judgement,
    judgements: Sequence[Judgement],
    outcomes: Sequence[StepOutcome],
    code: CodeMap,
) -> str:
    """Why a documented example that fails speaks against itself, in words; empty if it does not.

    The same call has another result in an example that holds; or its result is of another type
    than the annotation, or than that of all other examples, which hold, and says the same in
    another dress (``"12"`` for 12, a tuple for a list).
    """
    claim = judgement.claim
    if claim.origin != "documentation" or claim.expected_step is None:
        return ""
    if judgement.kind not in {Kind.RETURNED, Kind.UNKNOWN}:
        return ""
    got, expected = outcomes[claim.step], outcomes[claim.expected_step]
    if got.kind != "returned" or expected.kind != "returned":
        return ""
    others = [j for j in judgements if j is not judgement and j.claim.function == claim.function]
    for other in others:
        stated = other.claim
        if other.kind is Kind.HELD and (stated.call, stated.setup) == (claim.call, claim.setup):
            return f"{stated.stated_in} says {stated.expected} of the same call, and that holds"
    tags = got.value[0], expected.value[0]
    if tags[0] == tags[1] or "opaque" in tags:
        return ""
    annotated = _annotated(claim.function, code)
    if annotated == tags[0] and annotated != "float" and tags[1] != "none":
        return f"the function is annotated to return {annotated}"
    held = [j for j in others if j.kind is Kind.HELD and j.claim.origin == "documentation"]
    if len(held) < _LEAST_OTHERS or len(held) < len(others) or not _same_content(got, expected):
        return ""
    if all(outcomes[j.claim.step].value[:1] == [tags[0]] for j in held):
        return f"its {len(held)} other examples, which hold, give values of type {tags[0]}"
    return ""


def _annotated(function: str, code: CodeMap) -> str:
    node = code.nodes.get(function)
    match node.returns if node is not None else None:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return _TAGS.get(name.lower(), "")
    return ""


def _same_content(got: StepOutcome, expected: StepOutcome) -> bool:
    """Whether two values of different types are the same but for the type."""
    if got.text.strip("'\"") == expected.text.strip("'\""):
        return True
    sequences = {"list", "tuple"}
    if {got.value[0], expected.value[0]} == sequences:
        return same_value(["list", got.value[1]], ["list", expected.value[1]]) is True
    return False
