"""``autovet heal``."""

import asyncio
import os
import sys
import tempfile
import tokenize
from pathlib import Path
from typing import Annotated, Any

import typer

from autovet.interfaces.cli import exit_codes
from autovet.interfaces.cli.progress import progress
from autovet.interfaces.cli.targets import STDIN, make_layer, read_context, validate


def heal(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and directories, or - for standard input.")
    ],
    write: Annotated[
        bool, typer.Option("--write/--diff", help="Change the files, or show the difference.")
    ] = False,
    context: Annotated[
        Path | None, typer.Option(help="JSON or TOML file with the context of the code.")
    ] = None,
    no_exec: Annotated[bool, typer.Option("--no-exec", help="Run nothing in the sandbox.")] = False,
) -> int:
    """Show or write the fixes that are proven: judged again, with nothing worse than before.

    With standard input, --write prints the healed code.
    """
    given = read_context(context) | ({"execute": False} if no_exec else {})
    report = asyncio.run(_heal(paths, given))
    for path, result in report["files"].items():
        healing = result["autonomous_healing"]
        for applied in healing["healing_applied"]:
            sys.stderr.write(f"{path}:{applied['line']}: {applied['action']} ({applied['rule']})\n")
        for refused in healing["refused"]:
            sys.stderr.write(f"{path}: {refused['rule']} left alone: {refused['why']}\n")
        healed = healing["healed_code"]
        if path == STDIN and write:
            sys.stdout.write(healed if healed is not None else "")
        elif healed is not None and write:
            write_atomically(Path(path), healed)
        else:
            sys.stdout.write(healing["diff"])
    return exit_codes.OF_VERDICT[report["summary"]["verdict"]]


async def _heal(paths: list[Path], context: dict[str, Any]) -> dict[str, Any]:
    async with make_layer(background=False) as layer:
        with progress() as on_progress:
            return await validate(layer, paths, {"heal": "fast", **context}, on_progress)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole, with its mode, encoding and line endings; never half of it."""
    with path.open("rb") as file:
        encoding, _ = tokenize.detect_encoding(file.readline)
    data = text.encode(encoding)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
