"""Argument lists for a function: usual ones, and each parameter at its edges."""

from collections.abc import Sequence
from dataclasses import dataclass

from autovet.domain.probe import Tag
from autovet.source.derivation.kinds import Kind
from autovet.source.derivation.signatures import Parameter, Signature
from autovet.source.derivation.values import Value, values_of

_USUAL, _EDGES = 10, 16


@dataclass(frozen=True, slots=True)
class Case:
    """The arguments of one call.

    Attributes:
        arguments: the texts of the required arguments, in order.
        texts: all arguments as they stand in a call.
        stated: whether annotations admit every argument that is not a usual one.
    """

    arguments: tuple[str, ...]
    texts: tuple[str, ...]
    tag: Tag
    stated: bool

    def call(self, callee: str) -> str:
        """The call with these arguments."""
        return f"{callee}({', '.join(self.texts)})"


def cases_of(signature: Signature) -> list[Case]:
    """The usual cases first, then the edges, simplest first."""
    required = signature.required
    pools = [values_of(p.kind, f"{signature.name}.{p.name}") for p in required]
    usual = [[v for v in pool if v.tag == "ordinary"] for pool in pools]
    if not all(usual):
        return []
    stated = all(p.kind.stated for p in required)
    count = max((len(pool) for pool in usual), default=1)
    found = [
        _case(required, _row(required, usual, n), "ordinary", stated=stated)
        for n in range(min(count, _USUAL))
    ]
    edges: list[Case] = []
    for position, (parameter, pool) in enumerate(zip(required, pools, strict=True)):
        for value in pool:
            if value.tag != "ordinary":
                row = _row(required, usual, 0)
                row[position] = value
                edges.append(_case(required, row, value.tag, stated=parameter.kind.stated))
    empties = [next((v for v in pool if v.tag == "empty"), None) for pool in pools]
    if len(required) > 1 and all(empties):
        edges.append(_case(required, [v for v in empties if v], "empty", stated=stated))
    for parameter in signature.parameters:
        if not parameter.required:
            texts = [v.text for v in _row(required, usual, 0)]
            edges.append(
                Case((), (*texts, f"{parameter.name}=None"), "none", parameter.kind.stated)
            )
    edges.sort(key=lambda case: case.tag in {"edge", "negative"})
    return list(dict.fromkeys([*found, *edges[:_EDGES]]))


def _row(required: Sequence[Parameter], usual: Sequence[list[Value]], number: int) -> list[Value]:
    """One value for each parameter; sequences of one call have one length, numbers differ."""
    first = required[0].kind.name if required else ""
    row = []
    for position, pool in enumerate(usual):
        same = required[position].kind.name == first and first in {"list", "tuple", "str"}
        shift = 0 if same and first != "str" else position
        row.append(pool[(number + shift) % len(pool)])
    return row


def _case(required: Sequence[Parameter], row: Sequence[Value], tag: Tag, *, stated: bool) -> Case:
    texts = tuple(
        f"{p.name}={v.text}" if p.keyword else v.text for p, v in zip(required, row, strict=True)
    )
    return Case(tuple(v.text for v in row), texts, tag, stated)


def numbers_only(kind: Kind) -> bool:
    """Whether it is a number or a sequence of numbers."""
    return kind.is_number or kind.holds_numbers
