"""Judges cases under a newer Python, where some do not parse on this one."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, read_cases, verdicts, weighty

_ROOT = Path(__file__).parents[1]
_MINORS = (14, 13, 12)
_INSTALL_S = 900
_JUDGE_S = 900


def newer_python() -> Path | None:
    """An interpreter of Python 3.12 or newer with Autovet installed; None where there is none.

    The first call makes a virtual environment for it in the user's cache.
    """
    if sys.version_info >= (3, 12):
        return Path(sys.executable)
    for base in _interpreters():
        version = _run(base, "import platform; print(platform.python_version())")
        if version is None:
            continue
        home = user_cache_path("autovet") / f"benchmark-{version}"
        python = home / "bin" / "python"
        if not python.exists():
            subprocess.run([base, "-m", "venv", "--clear", home], check=True, timeout=_INSTALL_S)
        if _run(python, "import autovet") is None:
            subprocess.run(
                [python, "-m", "pip", "install", "-q", "-e", str(_ROOT)],
                check=False, capture_output=True, timeout=_INSTALL_S,
            )  # fmt: skip
        if _run(python, "import autovet") is not None:
            return python
    return None


def _interpreters() -> Iterator[Path]:
    for minor in _MINORS:
        found = shutil.which(f"python3.{minor}")
        if found:
            yield Path(found)
        yield from Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python")


def _run(python: Path, code: str) -> str | None:
    """What a line of code prints; None when it fails, as the stubs of version managers do."""
    ran = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else None


def judged_by(python: Path, corpus: Path) -> list[dict[str, object]]:
    """What Autovet says of every case of a corpus under another interpreter."""
    printed = subprocess.run(
        [python, "-m", "benchmarks.newer_python", corpus.absolute()],
        cwd=_ROOT, capture_output=True, text=True, check=True, timeout=_JUDGE_S,
    ).stdout  # fmt: skip
    return [json.loads(line) for line in printed.splitlines()]


async def _judge(corpus: Path) -> None:
    cases: list[Case] = [
        (row["id"], row["code"], {"execute": False, "heal": "none"}) for row in read_cases(corpus)
    ]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            results = await verdicts(layer, cases)
    for key, result in results.items():
        cwes = sorted({f["cwe"] for f in weighty(result) if "cwe" in f})
        sys.stdout.write(json.dumps({"id": key, "cwes": cwes}) + "\n")


if __name__ == "__main__":
    asyncio.run(_judge(Path(sys.argv[1])))
