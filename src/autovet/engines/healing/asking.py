"""Asks the configured model, and gives it no more credit than anybody else."""

from collections.abc import Sequence

from autovet.domain.errors import RepairerUnavailable
from autovet.domain.finding import Finding
from autovet.domain.healing import Candidate
from autovet.domain.repair_request import RepairRequest
from autovet.domain.severity import Severity
from autovet.engines.healing.trying import Trial
from autovet.ports import Repairer
from autovet.source.diff import unified_diff

PATIENCE_S = 60.0
MOST_TEXTS = 4


async def proposed_texts(repairer: Repairer, trial: Trial) -> tuple[Sequence[str], str]:
    """Changed texts from the model, or why there are none."""
    findings = [f for f in trial.current.findings if f.severity is not Severity.INFO]
    problems = tuple(f"line {f.span.line}: {f.message}" for f in findings)
    if not problems:
        return (), ""
    request = RepairRequest(trial.current.text, trial.context.path, problems)
    try:
        texts = await repairer.repair(request, PATIENCE_S)
    except RepairerUnavailable as error:
        return (), str(error)
    return texts[:MOST_TEXTS], ""


async def judged_texts(
    repairer: Repairer, trial: Trial, texts: Sequence[str]
) -> tuple[list[Candidate], list[str]]:
    """Offer the texts that judging finds better, where no example tells what they must do.

    Likely, never proven: what the code returns may have changed with what was reported.
    """
    offered: list[Candidate] = []
    refused: list[str] = []
    start = trial.current
    for text in texts:
        after = await trial.judge(text, trial.context)
        why = await trial.objection(after, [])
        if why is None and len(_grave(after.findings)) >= len(_grave(start.findings)):
            why = "as much is reported as before"
        if why is None:
            diff = unified_diff(start.text, text, trial.context.path)
            said = f"{repairer.name} proposes it, and less is reported afterwards"
            offered.append(Candidate(text, diff, "likely", said))
        else:
            refused.append(f"{repairer.name}: {why}")
    return offered, refused


def _grave(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity is not Severity.INFO]
