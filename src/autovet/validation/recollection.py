"""The sources of recent validations, so that healing can be asked for afterwards."""

from collections import OrderedDict

from autovet.domain.context import Context
from autovet.engines.healing.proof import Judged

MOST_BYTES = 16 * 2**20


class Recollection:
    """Keeps judged sources by validation id, the oldest forgotten first, within 16 MiB of text."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Judged, Context]] = OrderedDict()
        self._bytes = 0

    def remember(self, validation_id: str, judged: Judged, context: Context) -> None:
        """Keep a judged source."""
        self._known[validation_id] = (judged, context)
        self._bytes += len(judged.text)
        while self._bytes > MOST_BYTES and len(self._known) > 1:
            _, (forgotten, _) = self._known.popitem(last=False)
            self._bytes -= len(forgotten.text)

    def recall(self, validation_id: str) -> tuple[Judged, Context] | None:
        """The judged source of a validation, while it is kept."""
        return self._known.get(validation_id)
