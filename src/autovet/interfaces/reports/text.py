"""A report that a person likes to read."""

import io
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from autovet.domain.category import Category
from autovet.interfaces.reports.findings import findings_in, undecided_in

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_VERDICT = {"pass": "bold green", "fail": "bold red", "indeterminate": "bold yellow"}
_MARK = {"passed": ("✓", "green"), "failed": ("✗", "red"), "undecided": ("?", "yellow")}
_WIDEST, _EVIDENCE_LINES = 120, 4
_OTHERS_WORDS = frozenset({"code", "message"})
"""Evidence that repeats another engine's words; the JSON form holds it."""


def text_report(report: Mapping[str, Any], seconds: float, *, colour: bool | None = None) -> str:
    """Findings with the line they speak of, the eleven answers of a single file, and a summary.

    Args:
        report: ``{"files": ..., "summary": ...}``.
        seconds: how long the run took.
        colour: whether to colour; None for only where standard output is a terminal.
    """
    out = io.StringIO()
    terminal = sys.stdout.isatty() if colour is None else colour
    width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
    console = Console(file=out, force_terminal=terminal, width=width, highlight=False)
    files = report["files"]
    for path, result in files.items():
        _file(console, path, result)
    if len(files) == 1 and _worth_listing(next(iter(files.values()))):
        _categories(console, next(iter(files.values())))
    _summary(console, report, seconds)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _worth_listing(result: Mapping[str, Any]) -> bool:
    """Whether the eleven answers differ: a refused file has one reason for all."""
    return len(list(undecided_in(result))) < len(Category)


def _file(console: Console, path: str, result: Mapping[str, Any]) -> None:
    shown = [f for f in findings_in(result) if f["severity"] != "info"]
    reasons = dict.fromkeys(reason for _, reason in undecided_in(result))
    if not shown and not reasons:
        return
    console.print(
        Text.assemble(
            (_shown(path), "bold"), "  ", (result["verdict"], _VERDICT[result["verdict"]])
        )
    )
    lines = _lines(path) if shown else []
    for finding in shown:
        _finding(console, finding, lines)
    for reason in reasons:
        names = [name for name, why in undecided_in(result) if why == reason]
        which = "all categories" if len(names) == len(Category) else ", ".join(names)
        console.print(Text.assemble("  ", ("undecided ", "yellow"), (which, "bold"), f": {reason}"))
    console.print()


def _finding(console: Console, finding: Mapping[str, Any], lines: list[str]) -> None:
    number = finding["line"]
    console.print(
        Text.assemble(
            f"  {number}:{finding['column']}  ",
            (finding["severity"], _STYLE[finding["severity"]]),
            " ",
            (finding["rule"], "bold"),
            (f"  {finding['category']} · {finding['id']}", "dim"),
        )
    )
    console.print(Padding(Text(finding["message"]), (0, 0, 0, 6)))
    if 0 < number <= len(lines):
        _frame(console, finding, lines[number - 1])
    known = {n: v for n, v in finding["evidence"].items() if n not in _OTHERS_WORDS}
    for name, value in list(known.items())[:_EVIDENCE_LINES]:
        if isinstance(value, (str, int, float)) and str(value) not in finding["message"]:
            text = " ".join(str(value).split())
            _line(console, Text(f"      {name}: {text}", style="dim"))
    if finding["fix"] is not None:
        console.print(Text(f"      fix: {finding['fix']['message']}", style="cyan"))


def _frame(console: Console, finding: Mapping[str, Any], line: str) -> None:
    bare = line.expandtabs(4)
    shift = len(bare) - len(bare.lstrip())
    first = finding["column"] - 1
    last = finding["end_column"] - 1 if finding["end_line"] == finding["line"] else len(line)
    shown = bare.strip()
    start = min(max(first - shift, 0), len(shown))
    marked = max(min(last - shift, len(shown)) - start, 1)
    gutter = f"{finding['line']:>6} │ "
    _line(console, Text(gutter + shown, style="dim"))
    pointer = ("^" * marked, _STYLE[finding["severity"]])
    _line(console, Text.assemble(("       │ ", "dim"), " " * start, pointer))


def _line(console: Console, text: Text) -> None:
    """One line, cut at the width rather than wrapped."""
    console.print(text, no_wrap=True, overflow="ellipsis")


def _categories(console: Console, result: Mapping[str, Any]) -> None:
    for category in Category:
        answer = result[category]
        mark, style = _MARK[answer["status"]]
        score = "-" if answer["status"] == "undecided" else answer["score"]
        counts = f"{len(answer['findings'])} findings" if answer["findings"] else ""
        unverified = f"{len(answer['unverified'])} unverified" if answer["unverified"] else ""
        console.print(
            Text.assemble(
                "  ",
                (mark, style),
                f" {category.value:<18} {score:>3}  ",
                (", ".join(filter(None, (counts, unverified))), "dim"),
            )
        )
    healing = result["autonomous_healing"]["healing_applied"]
    if healing:
        plural = "es" if len(healing) > 1 else ""
        console.print(
            Text(f"  {len(healing)} proven fix{plural}: autovet heal --write", style="cyan")
        )
    console.print()


def _summary(console: Console, report: Mapping[str, Any], seconds: float) -> None:
    summary = report["summary"]
    counts = summary["findings"]
    verdict = summary["verdict"]
    parts = [f"{summary['files']} file{'s' if summary['files'] != 1 else ''}"]
    parts += [f"{counts[s]} {s}{'s' if counts[s] != 1 and s != 'info' else ''}" for s in counts]
    console.print(
        Text.assemble((verdict, _VERDICT[verdict]), f"  {' · '.join(parts)} · {seconds:.2f} s")
    )
    _settings(console, summary)


_LIMITING = ("select", "ignore", "baseline", "execute", "fail_on")
"""Settings that change what is reported."""


def _settings(console: Console, summary: Mapping[str, Any]) -> None:
    """What kept findings out of the report, so that nothing vanishes unnoticed."""
    settings = summary.get("settings", {})
    parts = [f"{name}={settings[name]}" for name in _LIMITING if name in settings]
    if parts:
        _line(console, Text(f"  with {', '.join(parts)}", style="dim"))


def _shown(path: str) -> str:
    """The path as seen from here, where it lies below."""
    here = f"{Path.cwd()}{os.sep}"
    return path.removeprefix(here)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []  # standard input: the findings stand without their lines
