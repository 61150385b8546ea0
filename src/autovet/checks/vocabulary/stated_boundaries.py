"""Import boundaries that the project states in words: ``x`` must not import ``y``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autovet.project.project import Project
from autovet.project.worked_out import by_project

_DOCUMENTS = (".md", ".rst", ".txt", ".adoc")
_FORBIDDING = re.compile(
    r"\b(?:must|may|should|shall|can|do|does)(?:\s+not|n't)\s+(?:import|depend|use|know|reach)"
    r"|\bcannot\s+(?:import|depend|use)|\bnever\s+(?:imports?|depends?|uses?)|\bimports?\s+neither\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"`{1,2}([A-Za-z_][\w./-]*)`{1,2}")
_SENTENCE = re.compile(r"(?<=[.;!])\s+|\n\s*\n|\n\s*[-*]\s+")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A sentence that forbids one part of the project to import another.

    Attributes:
        importer: the part that must not import, as written.
        target: what it must not import, as written.
        source: the path of the document.
    """

    importer: str
    target: str
    source: str


@by_project
def stated_boundaries(project: Project) -> tuple[Boundary, ...]:
    """The boundaries that the documents and package docstrings of the project state.

    Only names in backquotes count: prose about "the domain" is too vague to hold code to.
    """
    return tuple(
        boundary
        for path, text in sorted(project.texts.items())
        if path.endswith((*_DOCUMENTS, "__init__.py"))
        for sentence in _SENTENCE.split(text)
        for boundary in _stated(sentence, path)
    )


def _stated(sentence: str, path: str) -> Iterator[Boundary]:
    verb = _FORBIDDING.search(sentence)
    if verb is None:
        return
    targets = _NAME.findall(sentence[verb.end() :])
    for importer in _NAME.findall(sentence[: verb.start()]):
        for target in targets:
            yield Boundary(_dotted(importer), _dotted(target), path)


def names(part: str, dotted: str) -> bool:
    """Whether a dotted module name lies in a part that was written as ``a`` or ``a.b``."""
    return f".{part}." in f".{dotted}."


def _dotted(name: str) -> str:
    return (
        name.strip("/")
        .removesuffix(".py")
        .replace("/", ".")
        .removesuffix(".*")
        .removeprefix("src.")
    )
