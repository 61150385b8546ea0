"""YAML is loaded with the safe loader."""

import ast

from autovet.checks.vocabulary.arguments import argument
from autovet.domain.fix import Fix
from autovet.domain.span import Span
from autovet.source.module import Module

_SAFE = {
    "yaml.load": "safe_load", "yaml.load_all": "safe_load_all",
    "yaml.unsafe_load": "safe_load", "yaml.unsafe_load_all": "safe_load_all",
    "yaml.full_load": "safe_load", "yaml.full_load_all": "safe_load_all",
}  # fmt: skip


def safe_yaml_at(where: Span, module: Module) -> Fix | None:
    """The fix for the call that stands exactly there."""
    call = next((c for c in module.nodes(ast.Call) if module.span(c) == where), None)
    return safe_yaml(call, module) if call is not None else None


def safe_yaml(call: ast.Call, module: Module) -> Fix | None:
    """The fix for a call that loads YAML; None where it is not written as ``module.function``."""
    name = module.qualified(call.func) or ""
    if name not in _SAFE or not isinstance(call.func, ast.Attribute):
        return None
    loader = argument(call, 1, "Loader")
    if loader is None:
        text = f"{module.segment(call.func.value)}.{_SAFE[name]}"
        return Fix((module.replace(call.func, text),), "load only plain data")
    if not isinstance(loader, ast.Attribute):
        return None
    safe = "CSafeLoader" if loader.attr.startswith("C") else "SafeLoader"
    text = f"{module.segment(loader.value)}.{safe}"
    return Fix((module.replace(loader, text),), "load with the safe loader")
