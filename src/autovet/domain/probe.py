"""Calls that nobody wrote down, made up to see whether a function keeps what it states."""

from dataclasses import dataclass
from typing import Literal

Tag = Literal["ordinary", "empty", "edge", "negative", "none", "called"]
"""How far an input lies from the usual; ``called``: the module itself makes the call."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One call and what must come of it.

    Attributes:
        call: the expression.
        function: the module-level function that it tries.
        line: where what it rests on stands.
        tag: how far its input lies from the usual.
        stated: whether annotations admit the input; otherwise it was guessed from the body.
        rule: what a finding is called when the call comes out otherwise; empty where the call
            only must not crash.
        returns: the expression that it must equal.
        because: who says so, in words.
        setup: statements to run first.
        sweep: the call and its setup in one expression; empty where that is ``call`` itself.
        requires: expressions that must be true for the call to be allowed.
        exemplary: the documentation shows other inputs, so that this one may be none of the usual.
        most: it takes most of the function's probes of this rule to come out otherwise.
    """

    call: str
    function: str
    line: int
    tag: Tag = "ordinary"
    stated: bool = False
    rule: str = ""
    returns: str | None = None
    because: str = ""
    setup: tuple[str, ...] = ()
    sweep: str = ""
    requires: tuple[str, ...] = ()
    most: bool = False
    exemplary: bool = False


@dataclass(frozen=True, slots=True)
class Probes:
    """The part of a module that probes need, and the probes.

    Attributes:
        code: the module without all statements that no probed function needs; lines keep their
            numbers.
        previous: likewise of the text before the change; empty where there is none.
    """

    code: str
    probes: tuple[Probe, ...]
    previous: str = ""
