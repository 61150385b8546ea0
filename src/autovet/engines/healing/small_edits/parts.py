"""Slices, indices, attributes and filters changed or taken off."""

import ast
from collections.abc import Iterator

from autovet.engines.healing.small_edits.change import Change
from autovet.engines.healing.small_edits.ground import Ground


def part_changes(ground: Ground) -> Iterator[Change]:
    """Yield changes of what is taken out of a value."""
    for node in ground.expressions:
        match node:
            case ast.Subscript(slice=ast.Slice() as part):
                yield from _sliced(ground, node, part)
            case ast.Subscript():
                yield ground.put(node, ground.segment(node.value), 1.5, "drop the index")
            case ast.Attribute(value=value) if not ground.is_callee(node):
                yield ground.put(node, ground.segment(value), 1.6, f"drop .{node.attr}")
                yield from _attributes(ground, node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                yield from _filters(ground, node)


def _sliced(ground: Ground, node: ast.Subscript, part: ast.Slice) -> Iterator[Change]:
    value = ground.segment(node.value)
    yield ground.put(node, value, 1.4, "drop the slice")
    lower, upper, step = (
        "" if b is None else ground.segment(b) for b in (part.lower, part.upper, part.step)
    )
    bounds = {(upper, lower), (lower, ""), ("", upper), ("", lower), (upper, "")}
    bounds |= {("", "-1"), ("1", ""), ("", "1"), ("-1", "")}
    for extra in ("1", "-1", "2"):
        bounds |= {(lower or extra, upper), (lower, upper or extra)}
    for name, types in ground.variables.items():
        if "int" in types and ground.in_scope(name, node):
            bounds |= {(lower or name, upper), (lower, upper or name)}
            bounds |= {(lower or f"{name} + 1", upper), (lower, upper or f"{name} + 1")}
    end = f":{step}" if step else ""
    for low, high in sorted(bounds - {(lower, upper)}):
        text = f"{ground.operand(node.value)}[{low}:{high}{end}]"
        yield ground.put(node, text, 1.4, f"[{low}:{high}{end}] instead of the slice")
    for other in {"", ":-1", ":2"} - {end}:
        text = f"{ground.operand(node.value)}[{lower}:{upper}{other}]"
        yield ground.put(node, text, 1.6, f"[{lower}:{upper}{other}] instead of the slice")


def _attributes(ground: Ground, node: ast.Attribute) -> Iterator[Change]:
    """Another attribute that is used somewhere in the function or set on ``self``."""
    seen = {n.attr for n in ground.module.nodes(ast.Attribute) if not ground.is_callee(n)}
    end = ground.region(node)[1]
    for attr in sorted(seen - {node.attr})[:20]:
        yield Change(((end - len(node.attr), end, attr),), 1.3, f".{attr} instead of .{node.attr}")


def _filters(
    ground: Ground, node: ast.ListComp | ast.SetComp | ast.GeneratorExp
) -> Iterator[Change]:
    for generator in node.generators:
        for condition in generator.ifs:
            start, end = ground.region(condition)
            at = ground.text.rfind("if", 0, start)
            yield Change(((at, end, ""),), 1.4, f"drop if {ground.segment(condition)}")
