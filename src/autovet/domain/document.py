"""What an analyzer server is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autovet.domain.libraries import AS_INSTALLED, Libraries


@dataclass(frozen=True, slots=True)
class Document:
    """A text that passed the gate, with the project around it.

    Attributes:
        path: where it stands in the project.
        text: the neutral text: other tools' suppression comments are disarmed.
        files: the project's other files, path to text (when the caller gave them).
        root: the project's directory on disk (when there is one).
        environment: the interpreter or virtual environment whose packages count; None for the
            one that Autovet runs in.
        python: the target version, such as ``"3.11"``; None for that of the environment.
        libraries: what counts beside, or instead of, the installed packages.
    """

    path: str
    text: str
    files: Mapping[str, str] = field(default_factory=dict)
    root: str | None = None
    environment: str | None = None
    python: str | None = None
    libraries: Libraries = AS_INSTALLED
