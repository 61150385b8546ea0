"""What the caller knows about the code: the project it is meant for and what it must do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autovet.domain.business_rule import BusinessRule, Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The context of one validation; every key is optional.

    Attributes:
        path: where the code is to stand in the project.
        framework: the web framework or the like that the project is built on.
        python: the oldest Python version that must run the code, such as ``"3.11"``.
        pyproject: the text of the project's ``pyproject.toml``.
        files: the project around the code, path to text.
        root: a directory on disk, instead of ``files``.
        environment: the interpreter or virtual environment whose packages count.
        environment_trusted: whether its interpreter may be started to run the code; one that was
            merely found beside the code is looked at, never started.
        dependencies: the declared dependencies, as in ``[project] dependencies``.
        constraints: further demands, such as ``{"forbidden_imports": ["pickle"]}``.
        business_rules: sentences, or rules with an executable check.
        examples: calls with what they return or raise.
        previous: the text before the change.
        changed_lines: first and last line of each region to report about; None for all.
        openapi: the interface document that the code must agree with.
        generator: which model or agent wrote the code.
        execute: whether the code may be run in the sandbox.
        heal: ``none``, ``fast`` (local fixes only) or ``full`` (with search).
        budget_ms: the time that the whole validation may take, in milliseconds.
        fail_on: the least severity that fails a category.
        gate: only pass or fail is asked for: nothing is healed, and as soon as one finding fails
            it the rest is not looked at.
    """

    path: str = "snippet.py"
    framework: str | None = None
    python: str | None = None
    pyproject: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    root: str | None = None
    environment: str | None = None
    environment_trusted: bool = True
    dependencies: tuple[str, ...] | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    business_rules: tuple[BusinessRule | str, ...] = ()
    examples: tuple[Example, ...] = ()
    previous: str | None = None
    changed_lines: tuple[tuple[int, int], ...] | None = None
    openapi: Mapping[str, Any] | str | None = None
    generator: str | None = None
    execute: bool = True
    heal: Literal["none", "fast", "full"] = "fast"
    budget_ms: float | None = None
    fail_on: Literal["error", "warning"] = "error"
    gate: bool = False
