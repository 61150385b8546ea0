"""Which libraries a job will import, so that its zygote can import them once for all steps."""

import re
import sys
from collections.abc import Iterator

from autovet.domain.execution import Job

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([^\W\d]\w*)", re.MULTILINE)
_CHARACTERS = 200_000
_NAMES = 50


def wanted_libraries(job: Job) -> frozenset[str]:
    """Top-level names that the job's texts import and that are not its own.

    Texts are searched, not parsed: parsing hostile text is nothing for the service's process.
    """
    names = {name for text in _texts(job) for name in _IMPORT.findall(text)}
    own = {part for path in job.files for part in path.split("/")[:2]}
    names -= {part.removesuffix(".py") for part in own} | sys.stdlib_module_names
    return frozenset(sorted(names)[:_NAMES])


def _texts(job: Job) -> Iterator[str]:
    left = _CHARACTERS
    for text in (job.code, *job.files.values()):
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return
