"""Everything that one run found out about one source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.admission import Admission
from autovet.domain.context import Context
from autovet.domain.event import FindingRecord
from autovet.domain.inspection import Inspection
from autovet.domain.source import Source
from autovet.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict and what it rests on.

    Attributes:
        stages: engine to its wall-clock milliseconds.
        held: for each executed example, in order, whether it held.
        suppressed: findings that comments in the code silence.
        applied: adaptation rules that changed something.
        state_version: the learned state that the verdict used.
        baselined: how many findings were left out because the baseline holds them.
        records: what is kept of the findings, those included that were learned to be left out.
        elsewhere: how many were left out because they touch none of the changed lines.
        truncated: rule to the number of findings that were left out for their mass.
    """

    source: Source
    context: Context
    admission: Admission
    inspection: Inspection
    verdict: Verdict
    stages: Mapping[str, float] = field(default_factory=dict)
    held: tuple[bool, ...] = ()
    suppressed: tuple[Mapping[str, Any], ...] = ()
    applied: tuple[Mapping[str, Any], ...] = ()
    state_version: str = "0"
    truncated: Mapping[str, int] = field(default_factory=dict)
    baselined: int = 0
    elsewhere: int = 0
    records: tuple[FindingRecord, ...] = ()

    @property
    def text(self) -> str:
        """The decoded text; empty when the gate refused it."""
        return self.admission.text
