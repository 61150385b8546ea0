"""Runs the checks over one module."""

import time
from collections.abc import Iterable

from autovet.checks.check import Check, Report
from autovet.domain.errors import CannotDecideError
from autovet.domain.inspection import CheckRun
from autovet.ports import Knowledge
from autovet.project.project import Project
from autovet.source.module import Module


def run_checks(
    checks: Iterable[Check], module: Module, project: Project, knowledge: Knowledge
) -> tuple[list[Report], list[CheckRun]]:
    """Give every check the nodes that it asked for, from one shared walk over the tree.

    A check that raises loses its own findings, nobody else's; its run carries the error. One that
    says that it cannot decide keeps what it found so far.
    """
    parts = {"module": module, "project": project, "knowledge": knowledge}
    reports: list[Report] = []
    runs: list[CheckRun] = []
    start = time.perf_counter()
    for check in checks:
        run, rule = check.run, check.rule
        arguments = [parts[name] for name in check.wants]
        found: list[Report] = []
        error = None
        try:
            if check.node_types:
                for node in module.nodes(*check.node_types):
                    found += run(node, *arguments)
            else:
                found += run(*arguments)
        except CannotDecideError as caught:
            error = str(caught)
        except Exception as caught:  # noqa: BLE001 (whatever a check does, the others go on)
            error = f"{type(caught).__name__}: {caught}"
            found = []
        # what one check ends with the next begins with: the clock is read once for each
        end = time.perf_counter()
        runs.append(CheckRun(rule.id, rule.category, (end - start) * 1000, error))
        start = end
        reports += found
    return reports, runs
