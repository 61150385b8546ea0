"""Examples that a module's own documentation states, made ready to be run."""

from autovet.source.executables.collecting import executables_of

__all__ = ["executables_of"]
