"""Rules of different engines that speak of the same thing, where their names differ."""

GROUPS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "blocking-call-in-async",
            "blocking-sleep-in-async",
            "blocking-request-in-async",
            "blocking-process-in-async",
            "blocking-open-in-async",
            "blocking-path-in-async",
        }
    ),
    frozenset({"swallowed-exception", "bare-except", "silent-except", "blind-except"}),
)
"""On one line, findings of one group are one finding."""


def are_twins(one: str, other: str) -> bool:
    """Whether two rules speak of the same thing."""
    return any(one in group and other in group for group in GROUPS)
