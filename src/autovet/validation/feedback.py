"""From what a person says about a finding to an outcome on record."""

from autovet.domain.errors import InputError
from autovet.domain.event import Outcome
from autovet.ports import Clock, Store

VERDICTS = ("useful", "not-useful")


async def outcome_of(
    store: Store, clock: Clock, finding_id: str, verdict: str, why: str, author: str
) -> Outcome:
    """Find the finding on record and say what became of it.

    Raises:
        InputError: no finding on record has that id, or the verdict is unknown.
    """
    if verdict not in VERDICTS:
        raise InputError(f"feedback must be one of {', '.join(VERDICTS)}, not {verdict!r}")
    found = await store.find_finding(finding_id)
    if found is None:
        raise InputError(f"no finding on record begins with {finding_id!r}; see the report's ids")
    return Outcome(
        at=clock.time(),
        finding_id=str(found["finding_id"]),
        rule=str(found["rule"]),
        project=str(found["project"]),
        verdict=verdict,
        why=why,
        author=author,
    )
