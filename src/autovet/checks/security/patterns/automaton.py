"""A regular expression as an automaton whose states are the characters of the pattern.

Edges keep their multiplicity: where the same text can be read along two different edges back to the
same state, the matcher tries exponentially many ways (Weideman et al., "Analyzing matching time
behavior of backtracking regular expression matchers", CIAA 2016).
"""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# the standard library's own parser and its vocabulary, which no stub declares
_parser: Any = importlib.import_module("re._parser")
_constants: Any = importlib.import_module("re._constants")
_ALL = (1 << 129) - 1
_OTHER = 1 << 128
_MAX_STATES = 60


class TooHardError(Exception):
    """The pattern holds something that this analysis does not model."""


@dataclass(slots=True)
class Piece:
    """A part of a pattern: where it can begin and end, and whether it can be empty."""

    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    empty: bool = True


class Automaton:
    """The states, edges and ends of one pattern.

    Raises:
        TooHardError: it holds back references, conditions, atomic groups or too many states.
        re.error: it is no pattern.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        parsed = _parser.parse(pattern, flags)
        self._flags = parsed.state.flags
        self.sets: list[int] = []
        self.edges: list[list[int]] = []
        self.anchored = False
        self.whole = self._sequence(parsed, top=True, looped=False)

    def _state(self, characters: int) -> Piece:
        if len(self.sets) >= _MAX_STATES:
            raise TooHardError
        self.sets.append(characters)
        self.edges.append([])
        here = len(self.sets) - 1
        return Piece([here], [here], empty=False)

    def _connect(self, left: Piece, right: Piece) -> None:
        for source in left.last:
            self.edges[source] += right.first

    def _sequence(self, items: Any, *, top: bool, looped: bool) -> Piece:
        result = Piece()
        for position, (op, argument) in enumerate(items):
            if op is _constants.AT:
                at_end = argument in {_constants.AT_END, _constants.AT_END_STRING}
                if looped:
                    raise TooHardError
                self.anchored |= at_end and top and position == len(items) - 1
                continue
            piece = self._piece(op, argument, looped)
            self._connect(result, piece)
            result = Piece(
                [*result.first, *(piece.first if result.empty else ())],
                [*piece.last, *(result.last if piece.empty else ())],
                empty=result.empty and piece.empty,
            )
        return result

    def _piece(self, op: Any, argument: Any, looped: bool) -> Piece:
        if op in {_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY}:
            return self._state(self._characters(op, argument))
        if op is _constants.SUBPATTERN:
            return self._sequence(argument[-1], top=False, looped=looped)
        if op is _constants.BRANCH:
            pieces = [self._sequence(b, top=False, looped=looped) for b in argument[1]]
            return Piece(
                [s for p in pieces for s in p.first],
                [s for p in pieces for s in p.last],
                empty=any(p.empty for p in pieces),
            )
        if op in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            least, most, body = argument
            endless = most is _constants.MAXREPEAT
            piece = self._sequence(body, top=False, looped=looped or endless)
            if endless:
                self._connect(piece, piece)
            return Piece(piece.first, piece.last, empty=piece.empty or least == 0)
        if op in {_constants.ASSERT, _constants.ASSERT_NOT} and not looped:
            return Piece()
        raise TooHardError

    def _characters(self, op: Any, argument: Any) -> int:
        if op is _constants.ANY:
            return _ALL if self._flags & re.DOTALL else _ALL & ~(1 << 10)
        if op is _constants.LITERAL:
            return self._one(argument)
        if op is _constants.NOT_LITERAL:
            return _ALL & ~self._one(argument) | _OTHER
        found, negated = 0, False
        for kind, value in argument:
            if kind is _constants.NEGATE:
                negated = True
            elif kind is _constants.LITERAL:
                found |= self._one(value)
            elif kind is _constants.RANGE:
                for code in range(value[0], min(value[1], 128) + 1):
                    found |= self._one(code)
            elif kind is _constants.CATEGORY:
                found |= _category(value)
        return _ALL & ~found if negated else found

    def _one(self, code: int) -> int:
        if code >= 128:
            return _OTHER
        if self._flags & re.IGNORECASE and chr(code).isalpha():
            return 1 << ord(chr(code).lower()) | 1 << ord(chr(code).upper())
        return 1 << code


def _category(value: Any) -> int:
    name = str(value).rpartition("_")[2]
    matching: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdigit,
        "SPACE": str.isspace,
        "WORD": lambda c: c.isalnum() or c == "_",
    }
    test = matching.get(name)
    if test is None:
        raise TooHardError
    found = sum((1 << code) for code in range(128) if test(chr(code)))
    if name == "WORD":
        found |= _OTHER
    return _ALL & ~found if "_NOT_" in str(value) else found
