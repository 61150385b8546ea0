"""The sources of recent validations, so that healing can be asked for afterwards."""

from collections import OrderedDict

from autovet.domain.context import Context
from autovet.engines.healing.proof import Judged

MOST_BYTES = 16 * 2**20
MOST_SOURCES = 1_000
"""What was found out about a source takes many times the room of its text."""


class Recollection:
    """Keeps judged sources by validation id: 1,000, or 16 MiB of text; the oldest go first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Judged, Context]] = OrderedDict()
        self._bytes = 0

    def remember(self, validation_id: str, judged: Judged, context: Context) -> None:
        """Keep a judged source."""
        self._known[validation_id] = (judged, context)
        self._bytes += len(judged.text)
        while len(self._known) > 1 and (
            self._bytes > MOST_BYTES or len(self._known) > MOST_SOURCES
        ):
            _, (forgotten, _) = self._known.popitem(last=False)
            self._bytes -= len(forgotten.text)

    def recall(self, validation_id: str) -> tuple[Judged, Context] | None:
        """The judged source of a validation, while it is kept."""
        return self._known.get(validation_id)
