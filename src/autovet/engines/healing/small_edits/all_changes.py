"""Every single small edit of a function, the likeliest first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from autovet.engines.healing.small_edits.calls import call_changes
from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.conditions import condition_changes
from autovet.engines.healing.small_edits.constants import constant_changes
from autovet.engines.healing.small_edits.displays import display_changes
from autovet.engines.healing.small_edits.echoes import echo_changes
from autovet.engines.healing.small_edits.exchanges import exchange_changes
from autovet.engines.healing.small_edits.flow import flow_changes
from autovet.engines.healing.small_edits.ground import Ground
from autovet.engines.healing.small_edits.likelihood import weighed
from autovet.engines.healing.small_edits.operators import operator_changes
from autovet.engines.healing.small_edits.parts import part_changes
from autovet.engines.healing.small_edits.statements import statement_changes
from autovet.engines.healing.small_edits.terms import term_changes
from autovet.engines.healing.small_edits.wrapping import wrapping_changes

_SOURCES = (
    operator_changes,
    constant_changes,
    display_changes,
    call_changes,
    part_changes,
    exchange_changes,
    echo_changes,
    wrapping_changes,
    term_changes,
    condition_changes,
    flow_changes,
    statement_changes,
)
MOST_CHANGES = 6_000


def single_changes(grounds: Iterable[Ground]) -> list[Change]:
    """The single edits of these functions, cheapest first, each resulting text once."""
    found: dict[frozenset[tuple[int, int, str]], Change] = {}
    for ground in grounds:
        windows = "\r\n" in ground.text
        for made in weighed(ground, _of(ground)):
            change = _with_windows_endings(made) if windows else made
            changed = [r for r in change.replacements if ground.text[r[0] : r[1]] != r[2]]
            key = frozenset(changed)
            if changed and (key not in found or change.cost < found[key].cost):
                found[key] = change
    return sorted(found.values(), key=lambda c: c.cost)[:MOST_CHANGES]


def _with_windows_endings(change: Change) -> Change:
    return replace(
        change,
        replacements=tuple(
            (start, end, new.replace("\r\n", "\n").replace("\n", "\r\n"))
            for start, end, new in change.replacements
        ),
    )


def _of(ground: Ground) -> Iterator[Change]:
    for source in _SOURCES:
        yield from source(ground)


def paired_changes(parts: list[Change], most: int) -> list[Change]:
    """Two of these edits at once, cheapest first."""
    pairs = [
        joined
        for index, first in enumerate(parts)
        for second in parts[index + 1 :]
        if (joined := first.joined(second)) is not None
    ]
    return sorted(pairs, key=lambda c: c.cost)[:most]
