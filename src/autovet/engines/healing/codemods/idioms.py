"""Small repairs that leave nothing to decide."""

import ast

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.engines.healing.codemods.places import (
    imported,
    instead_of,
    starting_at,
    text_of,
)
from autovet.source.module import Module


def named_exception(finding: Finding, module: Module) -> Fix | None:
    """``except Exception`` where it catches the end of the program too."""
    node = starting_at(finding, module, ast.ExceptHandler)
    if node is None or node.type is not None:
        return None
    span = module.span(node)
    end = Span(span.line, span.column, span.line, span.column + len("except"))
    raised = [s for s in node.body if isinstance(s, ast.Raise) and s.exc and not s.cause]
    name = " as error" if raised else ""
    edits = [Edit(end, f"except Exception{name}")]
    for statement in raised:
        after = module.span(statement)
        at = Span(after.end_line, after.end_column, after.end_line, after.end_column)
        edits.append(Edit(at, " from error"))
    return Fix(tuple(edits), "Catch Exception, not the end of the program")


def plain_assertion(finding: Finding, module: Module) -> Fix | None:
    """The condition and the message of an assertion without the brackets around both."""
    node = starting_at(finding, module, ast.Assert)
    if node is None or node.msg is not None:
        return None
    match node.test:
        case ast.Tuple(elts=[condition, message]):
            text = f"{text_of(condition, module)}, {text_of(message, module)}"
            return Fix((instead_of(node.test, module, text),), "Take the brackets away")
    return None


def awaited_sleep(finding: Finding, module: Module) -> Fix | None:
    """``await asyncio.sleep`` for a sleep that stops the whole event loop."""
    if finding.evidence.get("instead") != "asyncio.sleep":
        return None
    node = starting_at(finding, module, ast.Call)
    if node is None or len(node.args) != 1 or node.keywords:
        return None
    if not isinstance(module.function_of(node), ast.AsyncFunctionDef):
        return None
    name, edits = imported("asyncio", module)
    text = f"await {name}.sleep({text_of(node.args[0], module)})"
    return Fix((*edits, instead_of(node, module, text)), "Wait without stopping the event loop")
