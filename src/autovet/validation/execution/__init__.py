"""What running the code shows: its examples and its executable business rules."""

from autovet.validation.execution.judging import ExecutionReport, judge
from autovet.validation.execution.planning import Planned, plan_job

__all__ = ["ExecutionReport", "Planned", "judge", "plan_job"]
