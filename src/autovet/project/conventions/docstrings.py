"""In which style docstrings describe parameters and results."""

import ast
import re
from collections.abc import Mapping
from typing import Any

from autovet.project.conventions.convention import Observation
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.remembered import by_module

GOOGLE, NUMPY, REST, EPYDOC = "google", "numpy", "reST", "epydoc"

_NUMPY = re.compile(
    r"^[ \t]*(Parameters|Returns|Raises|Yields|Attributes|Examples?)[ \t]*\n[ \t]*-{3,}[ \t]*$",
    re.MULTILINE,
)
_GOOGLE = re.compile(
    r"^[ \t]*(Args|Arguments|Returns|Raises|Yields|Attributes|Keyword Args):[ \t]*$", re.MULTILINE
)
_REST = re.compile(
    r"^[ \t]*:(param|parameter|arg|type|returns?|rtype|raises?|yields?|keyword)\b[^:\n]*:",
    re.MULTILINE,
)
_EPYDOC = re.compile(r"^[ \t]*@(param|type|return|rtype|raise)\b[^:\n]*:", re.MULTILINE)


@by_module
def docstring_styles(module: Module) -> tuple[Observation, ...]:
    """The docstrings with a section or field, each with its style."""
    found: list[Observation] = []
    for node in module.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        body = getattr(node, "body", [])
        first = body[0] if body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            text = first.value.value
            if isinstance(text, str) and (style := style_of(text)) is not None:
                found.append(Observation(style, first))
    return tuple(found)


def style_of(text: str) -> str | None:
    """The one style that a docstring shows; None for none or several."""
    styles = [
        style
        for style, pattern in ((NUMPY, _NUMPY), (GOOGLE, _GOOGLE), (REST, _REST), (EPYDOC, _EPYDOC))
        if pattern.search(text)
    ]
    return styles[0] if len(styles) == 1 else None


def declared_style(project: Project) -> str | None:
    """The style that the project's linter settings ask for."""
    tool = _table(project.pyproject, "tool")
    ruff = _table(tool, "ruff")
    for settings in (
        _table(_table(ruff, "lint"), "pydocstyle"),
        _table(ruff, "pydocstyle"),
        _table(tool, "pydocstyle"),
    ):
        if settings.get("convention") in {GOOGLE, NUMPY}:
            return str(settings["convention"])
    return None


def _table(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}
