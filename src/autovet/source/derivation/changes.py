"""Functions that a change left with the same signature and docstring, but with another body."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from autovet.source.derivation.signatures import Signature
from autovet.source.derivation.slicing import Slicer, sliced_text
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode


@dataclass(frozen=True, slots=True)
class Changed:
    """The functions, and what of the old text they need."""

    names: tuple[str, ...]
    code: str


def changed_functions(
    old: Module, signatures: Mapping[str, Signature], slicer: Slicer
) -> Changed | None:
    """The probed functions of which only the inside (or that of what they need) changed."""
    before = Slicer(old)
    earlier = {f.name: f for f in old.tree.body if isinstance(f, ast.FunctionDef)}
    names: list[str] = []
    kept: set[ast.stmt] = set()
    for name, signature in signatures.items():
        was = earlier.get(name)  # methods of old and new may differ in more than themselves
        if was is None or not _says_the_same(was, signature.function):
            continue
        needed, needed_before = slicer.needs(signature.function), before.needs(was)
        if needed is None or needed_before is None or _dump(needed) == _dump(needed_before):
            continue
        names.append(name)
        kept |= needed_before
    code = sliced_text(old, kept) if names else None
    return Changed(tuple(names), code) if code is not None else None


def _dump(statements: frozenset[ast.stmt]) -> frozenset[str]:
    return frozenset(ast.dump(statement) for statement in statements)


def _says_the_same(old: FunctionNode, new: FunctionNode) -> bool:
    return (
        ast.dump(old.args) == ast.dump(new.args)
        and ast.get_docstring(old) == ast.get_docstring(new)
        and [ast.dump(d) for d in old.decorator_list] == [ast.dump(d) for d in new.decorator_list]
    )
