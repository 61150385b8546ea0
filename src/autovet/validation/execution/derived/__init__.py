"""What made-up calls show of functions for which nobody gave examples."""

from autovet.validation.execution.derived.running import run_probes

__all__ = ["run_probes"]
