"""Collects the examples of a whole module."""

from autovet.domain.inspection import Executable
from autovet.source.executables.docstring import docstrings_of
from autovet.source.executables.doctests import doctests_of
from autovet.source.executables.expressions import Names
from autovet.source.executables.notations import notations_of
from autovet.source.executables.phrases import phrases_of
from autovet.source.module import Module

MAX_EXECUTABLES = 60


def executables_of(module: Module) -> tuple[Executable, ...]:
    """Return the examples in the docstrings of what can be reached by name, in source order.

    Doctests, other usual notations (``f(2) == 4``, ``f(2) -> 4``, ``f(2) returns 4``), sentences
    (``For n = 2 the output should be 4``) and ``Input:``/``Output:`` pairs. Whatever is ambiguous
    is left out, and so is all after the first 60.
    """
    names = Names(module)
    found: dict[tuple[object, ...], Executable] = {}
    for doc in docstrings_of(module):
        for read in (doctests_of, notations_of, phrases_of):
            for example in read(doc, names):
                told = example.raises or example.returns or example.repr_text
                found.setdefault((example.call, example.setup, told), example)
    return tuple(sorted(found.values(), key=lambda e: e.line)[:MAX_EXECUTABLES])
