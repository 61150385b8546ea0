"""The examples that stand beside a check; tests, documentation and ``explain`` show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autovet.domain.context import Context

MARK = "# <--"


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of code, in a project where that matters.

    In a bad example every line at which a finding must begin ends with ``# <--``; the mark is
    taken away before the check sees the code.

    Attributes:
        context: further keys of ``autovet.Context``, such as ``framework`` or ``previous``.
        published: names on the package index, each with whether it is well known; where none is
            stated there is no index.
        accepts: installed functions that pass keywords on, each with the keywords that they accept.
    """

    code: str
    path: str = "shop/module.py"
    files: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    published: Mapping[str, bool] = field(default_factory=dict)
    accepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def marked_lines(self) -> list[int]:
        """The lines at which findings must begin."""
        lines = self._code.split("\n")
        return [n for n, line in enumerate(lines, 1) if line.rstrip().endswith(MARK)]

    @property
    def text(self) -> str:
        """The code without its marks."""
        lines = self._code.split("\n")
        return "\n".join(
            line.rstrip().removesuffix(MARK).rstrip() if line.rstrip().endswith(MARK) else line
            for line in lines
        )

    @property
    def _code(self) -> str:
        return self.code.removeprefix("\n")

    @property
    def as_context(self) -> Context:
        """The context in which the example is to be validated."""
        return Context(path=self.path, files=self.files, **self.context)
