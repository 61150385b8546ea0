"""What a module offered before the change: the same file, parsed from ``context.previous``."""

from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def previous_version(module: Module, project: Project) -> Module | None:
    """The module before the change; None when the caller did not say, or it was no Python."""
    text = project.context.previous
    if not text or text == module.text:
        return None
    return parse_module(module.path, text)
