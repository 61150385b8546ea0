"""When a habit of the project's code is firm enough to be called a convention."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from autovet.project.project import Project
from autovet.source.module import Module

_SHARE = 0.9
_SUPPORT = 5
_MODULES = 3


@dataclass(frozen=True, slots=True)
class Observation:
    """One place at which a module does a thing in one of several ways.

    Attributes:
        value: the way.
        node: the place.
    """

    value: str
    node: ast.AST


@dataclass(frozen=True, slots=True)
class Convention:
    """The way in which nearly all of the project does a thing.

    Attributes:
        support: how many places do it this way, of ``total``.
        modules: how many modules do.
        where: some of their paths.
    """

    value: str
    support: int
    total: int
    modules: int
    where: tuple[str, ...]

    @property
    def evidence(self) -> dict[str, object]:
        """The counts, for a finding."""
        return {
            "convention": self.value,
            "support": self.support,
            "of": self.total,
            "modules": self.modules,
            "seen in": list(self.where),
        }


_VENDORED = re.compile(r"(^|/)_?(vendor|vendors|vendored|third_party|thirdparty|extern)/")


def is_vendored(path: str) -> bool:
    """Whether a file was copied in from elsewhere, with its own habits."""
    return bool(_VENDORED.search(path))


Observe = Callable[[Module], Iterable[Observation]]


def convention_of(
    project: Project, observe: Observe, *, unanimous: int = 3, tests: bool = False
) -> Convention | None:
    """The convention that the project's other files show, or None.

    It takes 90% of the places, and five of them or three modules; fewer places (``unanimous``)
    do when all agree.

    Args:
        project: the project; the file under validation has no say.
        observe: finds the places in a module.
        unanimous: how many places are enough when none of them differs.
        tests: whether to look at the tests instead of the code.
    """
    if is_vendored(project.context.path):
        return None
    counts: Counter[str] = Counter()
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for module in project.others():
        if module.is_test is not tests or is_vendored(module.path):
            continue
        values = [observation.value for observation in observe(module)]
        counts.update(values)
        for value in set(values):
            paths[value].append(module.path)
    if not counts:
        return None
    value, support = counts.most_common(1)[0]
    total = counts.total()
    many = support >= _SUPPORT or len(paths[value]) >= _MODULES
    if support < _SHARE * total or not (many or (support == total and support >= unanimous)):
        return None
    return Convention(value, support, total, len(paths[value]), tuple(paths[value][:5]))
