"""Recognises the findings that somebody dismissed, although their code has moved since."""

from collections.abc import Collection, Mapping, Sequence

from autovet.domain.finding import Finding
from autovet.domain.policy import AdaptationRule, Policy

GROWTH = 1.5
"""A function that is half as long again is another one to whoever dismissed its length."""
_LEVELS = range(4)


def dismissed_among(
    findings: Sequence[Finding],
    policy: Policy,
    project: str,
    scopes: Collection[str],
    now: float | None = None,
) -> Mapping[int, AdaptationRule]:
    """Return the places of the dismissed findings, each with the dismissal that speaks for it.

    A dismissal speaks for one finding: from strict to forgiving, the same statement with real
    names, with other names for its locals and, where its function is gone from the file, in a
    function of another name. Of several copies the one between the same neighbours is meant.

    Args:
        findings: of one file, with ids and fingerprints.
        policy: what was learned.
        project: whose dismissals count.
        scopes: the dotted names of the functions and classes of the file.
        now: dismissals that ended before do not count, in seconds since the epoch.
    """
    taken: dict[int, AdaptationRule] = {}
    if not policy.dismissals:
        return taken
    used: set[int] = set()
    for level in _LEVELS:
        by_key: dict[str, list[int]] = {}
        for place, finding in enumerate(findings):
            key = _key(finding, level)
            if place not in taken and key in policy.dismissals:
                by_key.setdefault(key, []).append(place)
        for key, places in by_key.items():
            dismissals = [
                d
                for d in policy.dismissals[key]
                if id(d) not in used and d.scope in {"*", project} and not _over(d, now)
            ]
            for place, dismissal in _pairs(dismissals, places, findings):
                if _may(dismissal, findings[place], level, scopes):
                    taken[place] = dismissal
                    used.add(id(dismissal))
    return taken


def _key(finding: Finding, level: int) -> str:
    mark = finding.fingerprint
    if mark is None:
        return finding.id
    return (mark.exact, finding.id, mark.bound, mark.alone)[level]


def _pairs(
    dismissals: Sequence[AdaptationRule], places: Sequence[int], findings: Sequence[Finding]
) -> list[tuple[int, AdaptationRule]]:
    """Each dismissal with one place: between its old neighbours, or else in order."""
    free, waiting = list(places), []
    found = []
    for dismissal in dismissals:
        beside = dismissal.fingerprint.beside if dismissal.fingerprint else None
        for place in free:
            mark = findings[place].fingerprint
            if beside and mark is not None and mark.beside == beside:
                found.append((place, dismissal))
                free.remove(place)
                break
        else:
            waiting.append(dismissal)
    return [*found, *zip(free, waiting, strict=False)]


def _over(dismissal: AdaptationRule, now: float | None) -> bool:
    return dismissal.expires is not None and now is not None and dismissal.expires <= now


def _may(dismissal: AdaptationRule, finding: Finding, level: int, scopes: Collection[str]) -> bool:
    old, new = dismissal.fingerprint, finding.fingerprint
    if old is None or new is None:
        return True
    if level == 1 or (old.size and new.size > GROWTH * old.size):
        return False  # the id alone knows nothing of a function's body
    return level < 3 or (old.scope not in scopes and dismissal.path == finding.path)
