"""From a text to a module, through the gate."""

from autovet.domain.source import Source
from autovet.source.gate import admit
from autovet.source.module import Module


def parse_module(path: str, text: str) -> Module | None:
    """Parse a file of the project around the code; None when the gate refuses it."""
    admitted = admit(Source.from_text(text, path))
    if admitted.tree is None:
        return None
    return Module(path, admitted.admission.text, admitted.tree, admitted.index)
