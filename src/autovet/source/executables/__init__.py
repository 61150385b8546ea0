"""Examples and tests that a module comes with, made ready to be run."""

from autovet.source.executables.bundled_tests import bundled_tests_of
from autovet.source.executables.collecting import executables_of

__all__ = ["bundled_tests_of", "executables_of"]
