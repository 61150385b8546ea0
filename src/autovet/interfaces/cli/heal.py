"""``autovet heal``."""

import asyncio
import hashlib
import os
import sys
import tempfile
import tokenize
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from autovet.interfaces.cli import exit_codes
from autovet.interfaces.cli.progress import progress
from autovet.interfaces.cli.targets import STDIN, make_layer, read_context


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
    stdin = sys.stdin.buffer.read() if [str(p) for p in paths] == [STDIN] else b""
    report = asyncio.run(_heal(paths, given, stdin))
    for path, result in report["files"].items():
        healing = result["autonomous_healing"]
        _tell(path, healing)
        healed = healing["healed_code"]
        if path == STDIN and write:
            sys.stdout.write(stdin.decode("utf-8", "replace") if healed is None else healed)
        elif healed is not None and write:
            if _changed_meanwhile(Path(path), result):
                sys.stderr.write(f"{path}: left alone, because it was changed meanwhile\n")
            else:
                write_atomically(Path(path), healed)
        else:
            sys.stdout.write(healing["diff"])
    return exit_codes.OF_VERDICT[report["summary"]["verdict"]]


async def _heal(paths: list[Path], context: dict[str, Any], stdin: bytes) -> dict[str, Any]:
    from autovet.validation.paths import summary_of  # noqa: PLC0415 (heavy)

    wanted = {"heal": "full", **context}
    async with make_layer(background=False) as layer:
        if [str(p) for p in paths] == [STDIN]:
            result = await layer.autonomous_orchestrate_validation(stdin, wanted)
            return {"files": {STDIN: result}, "summary": summary_of([result])}
        with progress() as on_progress:
            return await layer.validate_paths(paths, wanted, on_progress=on_progress)


def _tell(path: str, healing: Mapping[str, Any]) -> None:
    """Say on standard error what was done, what is offered, what is open and what was refused."""
    for applied in healing["healing_applied"]:
        sys.stderr.write(f"{path}:{applied['line']}: {applied['action']} ({applied['rule']})\n")
    reasons = [refused["why"] for refused in healing["refused"]]
    for offered in healing["candidates"]:
        if offered["why"] not in reasons:
            sys.stderr.write(f"{path}: offered, not proven: {offered['why']}\n{offered['diff']}")
    for asked in healing["questions"]:
        known = ", ".join(o["outcome"] for o in asked["outcomes"])
        sys.stderr.write(f"{path}: an example would decide: {asked['call']} ({known})\n")
    for refused in healing["refused"]:
        sys.stderr.write(f"{path}: {refused['rule']} left alone: {refused['why']}\n")


def _changed_meanwhile(path: Path, result: Mapping[str, Any]) -> bool:
    """Whether the file is no longer what was judged."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return bool(result["meta"]["source_sha256"] != digest)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole, with its mode, encoding and line endings; never half of it.

    A link stays one: the file that it leads to is replaced.
    """
    path = path.resolve()
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
