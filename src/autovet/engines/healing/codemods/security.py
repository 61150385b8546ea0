"""Sources of secrets that can be foretold, and connections that verify nothing."""

import ast

from autovet.domain.finding import Finding
from autovet.domain.fix import Edit, Fix
from autovet.domain.span import Span
from autovet.engines.healing.codemods.places import instead_of, node_at, text_of
from autovet.source.module import Module

_CONTEXT = "_create_unverified_context"


def system_random(finding: Finding, module: Module) -> Fix | None:
    """The same draw from the system's source, which cannot be foretold."""
    node = node_at(finding, module, ast.Call)
    if node is None or not isinstance(node.func, ast.Attribute):
        return None
    owner = node.func.value
    if not isinstance(owner, ast.Name) or module.scopes.module.imports.get(owner.id) != "random":
        return None
    text = f"{owner.id}.SystemRandom()"
    return Fix((instead_of(owner, module, text),), "Draw from the system's random source")


def verifying_context(finding: Finding, module: Module) -> Fix | None:
    """The default context, which verifies, as it is."""
    node = node_at(finding, module, ast.Call)
    if node is not None and isinstance(node.func, ast.Attribute) and node.func.attr == _CONTEXT:
        if not isinstance(node.func.value, ast.Name) or node.args or node.keywords:
            return None
        text = f"{node.func.value.id}.create_default_context()"
        return Fix((instead_of(node, module, text),), "Create a context that verifies")
    return _left_on(finding, module)


def _left_on(finding: Finding, module: Module) -> Fix | None:
    """A context without the lines that turn its verification off."""
    here = next(
        (n for n in module.nodes(ast.Assign) if module.span(n).overlaps(finding.span)), None
    )
    if here is None or not (name := _turned_off(here, module)):
        return None
    function = module.function_of(here)
    lines = [
        n
        for n in module.nodes(ast.Assign)
        if _turned_off(n, module) == name and module.function_of(n) is function
    ]
    edits = tuple(Edit(Span(n.lineno, 1, (n.end_lineno or n.lineno) + 1, 1), "") for n in lines)
    return Fix(edits, "Leave the verification on")


def _turned_off(node: ast.Assign, module: Module) -> str:
    """The context whose verification a statement that stands alone turns off."""
    match node.targets:
        case [ast.Attribute(value=ast.Name(id=name), attr="check_hostname" | "verify_mode")]:
            value = text_of(node.value, module)
            alone = module.lines.line(node.lineno).strip() == text_of(node, module)
            return name if alone and (value == "False" or value.endswith("CERT_NONE")) else ""
    return ""
