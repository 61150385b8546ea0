"""Tests that come with the code, run by plain calls."""

from autovet.validation.execution.bundled.planning import with_pytest

__all__ = ["with_pytest"]
