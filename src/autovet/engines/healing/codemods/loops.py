"""Work in loops that grows faster than it must."""

import ast

from autovet.domain.finding import Finding
from autovet.domain.fix import Fix
from autovet.engines.healing.codemods.places import instead_of, line_before, node_at, text_of
from autovet.source.module import Module

_HASHED = frozenset({"str", "int", "bytes", "float", "bool"})


def searched_set(finding: Finding, module: Module) -> Fix | None:
    """A set made before the loop for a list that is searched in every round of it.

    Only where the list's elements are known to be hashable and nothing in the loop changes it.
    """
    name = str(finding.evidence.get("list", ""))
    node = node_at(finding, module, ast.Compare)
    if node is None or len(node.comparators) != 1 or not name.isidentifier():
        return None
    searched = node.comparators[0]
    if not isinstance(searched, ast.Name) or searched.id != name:
        return None
    loop = module.loop_of(node)
    function = module.function_of(node)
    if not isinstance(loop, (ast.For, ast.While)) or function is None:
        return None
    uses = [n for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == name]
    if len(uses) != 1 or not _hashable(function, name):
        return None
    taken = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    known = f"{name}_set"
    if known in taken:
        return None
    edits = (
        line_before(loop, module, f"{known} = set({name})"),
        instead_of(searched, module, known),
    )
    return Fix(edits, f"Search a set of {name} instead")


def joined_text(finding: Finding, module: Module) -> Fix | None:
    """Parts that are joined once after the loop, for a text that grows in every round."""
    if finding.evidence.get("kind") != "string":
        return None
    name = str(finding.evidence.get("accumulator", ""))
    grown = node_at(finding, module, ast.AugAssign)
    if grown is None or not isinstance(grown.target, ast.Name) or grown.target.id != name:
        return None
    function, loop = module.function_of(grown), module.loop_of(grown)
    if function is None or not isinstance(loop, (ast.For, ast.While)):
        return None
    places = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
    inside = [n for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == name]
    block = _block_of(function, loop)
    if len(inside) != 1 or block is None:
        return None
    before = block[: block.index(loop)]
    after = [n for n in places if n.lineno > (loop.end_lineno or 0)]
    match before[-1:]:
        case [ast.Assign(targets=[ast.Name(id=made)], value=ast.Constant(value="")) as start]:
            if made != name or len(places) != len(after) + 2 or not after:
                return None
        case _:
            return None
    following = block[block.index(loop) + 1 :]
    parts = "parts"
    if parts in {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} or not following:
        return None
    edits = (
        instead_of(start, module, f"{parts} = []"),
        instead_of(grown, module, f"{parts}.append({text_of(grown.value, module)})"),
        line_before(following[0], module, f'{name} = "".join({parts})'),
    )
    return Fix(edits, f"Join the parts of {name} once")


def _block_of(function: ast.AST, statement: ast.stmt) -> list[ast.stmt] | None:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and statement in block:
                return block
    return None


def _hashable(function: ast.AST, name: str) -> bool:
    """Whether a parameter says that it is a list of plain values."""
    arguments = getattr(function, "args", None)
    if not isinstance(arguments, ast.arguments):
        return False
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        match argument.annotation:
            case ast.Subscript(slice=ast.Name(id=kind)) if argument.arg == name:
                return kind in _HASHED
    return False
