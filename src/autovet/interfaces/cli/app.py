"""The commands, and what all of them share: errors as one clear sentence, exit code 2."""

import sys
from collections.abc import Sequence

import click
import typer

from autovet.domain.errors import AutovetError
from autovet.interfaces.cli import check, doctor, explain, feedback, heal, rules, status
from autovet.interfaces.cli.exit_codes import UNDECIDED

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
app.command("check", no_args_is_help=True)(check.check)
app.command("heal", no_args_is_help=True)(heal.heal)
app.command("explain", no_args_is_help=True)(explain.explain)
app.command("rules")(rules.rules)
app.command("feedback", no_args_is_help=True)(feedback.feedback)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; errors go to standard error."""
    try:
        code = app(list(arguments), standalone_mode=False, prog_name="autovet")
    except click.ClickException as error:
        error.show()
        return UNDECIDED
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("autovet: interrupted\n")
        return 130
    except AutovetError as error:
        sys.stderr.write(f"autovet: {error}\n")
        return UNDECIDED
    return code if isinstance(code, int) else 0
