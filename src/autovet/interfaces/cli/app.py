"""The commands, and what all of them share: errors as one clear sentence, exit code 2."""

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from autovet.domain.errors import AutovetError
from autovet.interfaces.cli import (
    check,
    doctor,
    explain,
    feedback,
    heal,
    knowledge,
    learn,
    rules,
    serve,
    status,
)
from autovet.interfaces.cli.exit_codes import INTERRUPTED, PASSED, UNDECIDED

app = typer.Typer(
    name="autovet",
    help="Decide whether AI-written Python is fit to merge, show the evidence, repair what can be "
    "proven. Exit codes: 0 passed, 1 findings that fail it, 2 not decided or a wrong call.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog="Start with:  autovet check src/    then:  autovet explain RULE",
)


def _command(name: str, function: Callable[..., int], *, wants_arguments: bool = False) -> None:
    """Register a command whose return value is the exit code."""

    @functools.wraps(function)
    def exiting(**given: Any) -> None:
        raise typer.Exit(function(**given))

    app.command(name, no_args_is_help=wants_arguments)(exiting)


_command("check", check.check, wants_arguments=True)
_command("heal", heal.heal, wants_arguments=True)
_command("explain", explain.explain, wants_arguments=True)
_command("rules", rules.rules)
_command("feedback", feedback.feedback, wants_arguments=True)
_command("learn", learn.learn, wants_arguments=True)
_command("status", status.status)
_command("serve", serve.serve)
_command("doctor", doctor.doctor)
app.add_typer(knowledge.app)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors go to standard error."""
    try:
        app(list(arguments), prog_name="autovet")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else UNDECIDED
    except KeyboardInterrupt:
        sys.stderr.write("autovet: interrupted\n")
        return INTERRUPTED
    except AutovetError as error:
        sys.stderr.write(f"autovet: {error}\n")
        return UNDECIDED
    return PASSED
