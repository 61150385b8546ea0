"""``autovet check``."""

import asyncio
import enum
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from autovet.domain.errors import InputError
from autovet.interfaces.cli import exit_codes
from autovet.interfaces.cli.progress import progress
from autovet.interfaces.cli.targets import read_context, validate
from autovet.interfaces.reports.formats import FORMATS
from autovet.layer import AutonomousAIOrchestrationLayer
from autovet.settings import load_settings
from autovet.validation.baseline import baseline_of


class FailOn(enum.StrEnum):
    """The least severity that fails a file."""

    ERROR = "error"
    WARNING = "warning"


class Format(enum.StrEnum):
    """The forms that a report can take."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


def check(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and directories, or - for standard input.")
    ],
    form: Annotated[
        Format, typer.Option("--format", help="How to print the result.")
    ] = Format.TEXT,
    context: Annotated[
        Path | None, typer.Option(help="JSON or TOML file with the context of the code.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option(help="Interpreter or virtual environment whose packages count.")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(help="Only this rule or category; may be repeated.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="Not this rule or category; may be repeated.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="The least severity that fails a file.")
    ] = None,
    diff: Annotated[
        str | None,
        typer.Option(help="Only what changed since this commit: its files and its lines."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Findings in this file are known and not reported.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write all findings to this file, to be known from now on.")
    ] = None,
    write_tests: Annotated[
        Path | None, typer.Option(help="Write a pytest test for each failing call to this folder.")
    ] = None,
    no_exec: Annotated[bool, typer.Option("--no-exec", help="Run nothing in the sandbox.")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Pass or fail only: stop a file at what fails it.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count findings by rule at the end.")
    ] = False,
) -> int:
    """Judge files, directories or standard input: pass, fail, or not decided.

    Examples:
      autovet check src/                          a project, with its conventions and imports

      autovet check --format sarif . > out.sarif  for code scanning

      autovet check --diff main .                 what this branch changes

      git show :app.py | autovet check -          what is about to be committed
    """
    started = time.perf_counter()
    given = read_context(context)
    given |= {} if fail_on is None else {"fail_on": fail_on.value}
    given |= {} if environment is None else {"environment": environment}
    given |= {"execute": False} if no_exec else {}
    given |= {"gate": True} if gate else {}
    report = asyncio.run(_check(paths, given, select, ignore, baseline, diff))
    if write_baseline is not None:
        write_baseline.write_text(baseline_of(report), encoding="utf-8")
    if write_tests is not None:
        from autovet.interfaces.reports.reproducers import write_reproducers  # noqa: PLC0415 (rare)

        try:
            written = write_reproducers(report, write_tests)
        except OSError as error:
            raise InputError(f"--write-tests {write_tests}: {error}") from error
        sys.stderr.write(f"{len(written)} tests written to {write_tests}\n")
    text = FORMATS[form](report, time.perf_counter() - started)
    sys.stdout.write(text)
    if statistics:
        from autovet.interfaces.reports.statistics import statistics_text  # noqa: PLC0415 (rare)

        stream = sys.stdout if form is Format.TEXT else sys.stderr
        stream.write(statistics_text(report))
    return exit_codes.OF_VERDICT[report["summary"]["verdict"]]


async def _check(
    paths: list[Path],
    context: dict[str, Any],
    select: list[str] | None,
    ignore: list[str] | None,
    baseline: Path | None,
    diff: str | None,
) -> dict[str, Any]:
    settings = load_settings(
        pyproject=True,
        select=tuple(select) if select else None,
        ignore=tuple(ignore) if ignore else None,
        baseline=baseline,
        background=False,
    )
    async with AutonomousAIOrchestrationLayer(settings) as layer:
        with progress() as on_progress:
            report = await validate(layer, paths, context, on_progress, diff)
    # whoever reads the report has to see what the settings of the place kept out of it
    shown = settings.model_dump(mode="json", exclude_defaults=True, exclude={"background"})
    return {**report, "summary": {**report["summary"], "settings": shown}}
