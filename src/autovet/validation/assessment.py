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
        not_asked: stages of a gate that were not waited for, because the verdict was certain.
        decided_by: of a gate that failed, the stage that settled it.
        left_out: engines that were not asked, as they found nothing in this project for long.
        paid: engine that was heard to the findings that it alone reported.
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
    not_asked: tuple[str, ...] = ()
    decided_by: str = ""
    left_out: tuple[str, ...] = ()
    paid: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The decoded text; empty when the gate refused it."""
        return self.admission.text
