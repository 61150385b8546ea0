"""Remembers what was worked out about a project, whichever of its files is under validation."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from autovet.project.project import Project

Result = TypeVar("Result")


def by_project(work: Callable[[Project], Result]) -> Callable[[Project], Result]:
    """Work it out once for the files and declarations of a project.

    A directory run asks hundreds of times, once for each file. So the result may not depend on the
    path of the file under validation, nor on constraints, rules or examples that came with it.
    """

    @functools.wraps(work)
    def remembering(project: Project) -> Result:
        key = (work, project.declared)
        known: dict[Any, Result] = project.worked_out
        if key not in known:
            known[key] = work(project)
        return known[key]

    return remembering
