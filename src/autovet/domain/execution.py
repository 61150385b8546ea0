"""What is run in the sandbox, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Step:
    """One expression to evaluate in the namespace of the module under test.

    Attributes:
        expression: the expression, usually a call.
        setup: statements to run first, in the same namespace.
        check: an expression that must hold over the bound arguments of the call, ``result`` and
            the module's names; None where only the value is asked for.
        calls: further expressions in groups, evaluated one after the other in the same process and
            the same namespace: quick, and no more than a hint, because one may disturb the next.
            Of a group no more are made once two have used up their time.
        call_cpu_s: processor time that each of ``calls`` may take, in seconds.
        calls_s: seconds after which no further one is begun.
        code: a text to load in place of the job's, alone and without the job's files.
        limit_s: seconds by the clock that it may take at most, where it may not take all.
    """

    expression: str
    setup: tuple[str, ...] = ()
    check: str | None = None
    calls: tuple[tuple[str, ...], ...] = ()
    call_cpu_s: float = 0.02
    calls_s: float = 0.5
    code: str | None = None
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A module and the steps to run against it, each step in a child of its own.

    Attributes:
        code: the module's text.
        path: where it stands in the project, which decides its import name.
        files: the project's other files, laid out beside it.
        root: the project's directory on disk, readable to the run, when there is one.
        environment: the interpreter or virtual environment to run it with.
        budget_s: wall-clock seconds for all steps together.
    """

    code: str
    path: str
    steps: tuple[Step, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    root: str | None = None
    environment: str | None = None
    budget_s: float = 2.0


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What one of a step's further calls did; the fields are those of ``StepOutcome``.

    Attributes:
        kind: ``overtime``: it had used up its processor time.
    """

    kind: Literal["returned", "raised", "overtime"]
    value: Any = None
    text: str = ""
    error: str = ""
    error_bases: tuple[str, ...] = ()
    message: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What one step did.

    Attributes:
        kind: ``returned``; ``raised``; ``timeout``; ``crashed`` (the process died or gave no
            answer); ``import-failed`` (the module itself did not run to its end).
        value: the returned value, encoded by exact type (see the sandbox adapter), or None.
        text: ``repr`` of the returned value, shortened.
        error: the exception's type name.
        error_bases: the names of the exception's classes, most special first.
        message: the exception's message, shortened.
        line: the line of the code under test where the exception was raised, or None.
        holds: what the step's ``check`` said, or None when it had none or failed to evaluate.
        stdout: what was printed, shortened.
        elapsed_ms: its time, in milliseconds.
        cpu_ms: the processor time of a step that had to be ended; None where it is not known.
        calls: for each group of the step's further calls their outcomes, in order; fewer where
            time, patience or the room in an answer did not last.
    """

    kind: Literal["returned", "raised", "timeout", "crashed", "import-failed"]
    value: Any = None
    text: str = ""
    error: str = ""
    error_bases: tuple[str, ...] = ()
    message: str = ""
    line: int | None = None
    holds: bool | None = None
    stdout: str = ""
    elapsed_ms: float = 0.0
    cpu_ms: float | None = None
    calls: tuple[tuple[CallOutcome, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which layers of the sandbox hold on this host.

    Attributes:
        layers: name of the layer to whether it holds.
        isolated: whether the layers that hold are enough to run hostile code.
        reason: why not, when they are not.
    """

    layers: Mapping[str, bool]
    isolated: bool
    reason: str = ""
