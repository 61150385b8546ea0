"""Rules of different engines that speak of the same thing, where their names differ."""

GROUPS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "blocking-call-in-async",
            "blocking-sleep-in-async",
            "blocking-request-in-async",
            "blocking-httpx-in-async",
            "blocking-popen-in-async",
            "blocking-run-in-async",
            "blocking-wait-in-async",
        }
    ),
    frozenset(
        {
            "swallowed-exception",
            "bare-except",
            "blind-except",
            "exception-swallowed",
            "exception-skipped",
        }
    ),
    frozenset({"command-failure-unnoticed", "subprocess-result-ignored"}),
)
"""On one line, findings of one group are one finding."""

_GROUP_OF = {rule: group for group in GROUPS for rule in group}


def twin_group(rule: str) -> frozenset[str] | None:
    """The group that a rule belongs to, if any."""
    return _GROUP_OF.get(rule)
