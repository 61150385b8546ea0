"""From the command's arguments to a layer, a context and something to validate."""

import json
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autovet.domain.errors import InputError
from autovet.layer import AutonomousAIOrchestrationLayer
from autovet.settings import load_settings

STDIN = "-"


def make_layer(**given: Any) -> AutonomousAIOrchestrationLayer:
    """A layer with the settings of the project here, the environment and the flags."""
    return AutonomousAIOrchestrationLayer(load_settings(pyproject=True, **given))


def read_context(file: Path | None) -> dict[str, Any]:
    """Read a context from a JSON or TOML file.

    Raises:
        InputError: the file cannot be read or is neither.
    """
    if file is None:
        return {}
    try:
        text = file.read_text(encoding="utf-8")
        context = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--context {file}: {error}") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"--context {file}: no valid {file.suffix or 'JSON'}: {error}") from error
    if not isinstance(context, Mapping):
        raise InputError(f"--context {file}: must hold an object, not a {type(context).__name__}")
    return dict(context)


async def validate(
    layer: AutonomousAIOrchestrationLayer,
    paths: list[Path],
    context: Mapping[str, Any],
    on_progress: Any = None,
    since: str | None = None,
) -> dict[str, Any]:
    """Validate what the user named; a single ``-`` is standard input.

    Raises:
        InputError: standard input is to be compared with a commit.
    """
    if [str(p) for p in paths] != [STDIN]:
        return await layer.validate_paths(paths, context, on_progress=on_progress, since=since)
    if since is not None:
        raise InputError("--diff compares files with a commit; standard input is none")
    from autovet.validation.paths import summary_of  # noqa: PLC0415 (heavy)

    code = sys.stdin.buffer.read()
    result = await layer.autonomous_orchestrate_validation(code, context)
    return {"files": {STDIN: result}, "summary": summary_of([result])}
