"""What the command tells its caller."""

from typing import Final

PASSED: Final = 0
FAILED: Final = 1
UNDECIDED: Final = 2
INTERRUPTED: Final = 130

OF_VERDICT: Final = {"pass": PASSED, "fail": FAILED, "indeterminate": UNDECIDED}
