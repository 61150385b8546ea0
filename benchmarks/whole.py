"""A large package as a whole, against the tools that one would run instead, in the same run.

``python -m benchmarks.whole``: downloads Django, runs each of the others in a process of its own and
``autovet check`` on the same directory.
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from benchmarks.measure import Measure, table
from benchmarks.released import unpacked

_MINUTES = 20


def measure_whole() -> list[Measure]:
    """Seconds of each, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = unpacked("django", place) / "django"
        lines = sum(len(path.read_bytes().splitlines()) for path in source.rglob("*.py"))
        tools = place / "tools"
        venv.create(tools, with_pip=True)
        python = tools / "bin" / "python"
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "mypy", "bandit", "ruff"], check=True
        )
        others = {
            "ruff check --select ALL": [
                str(tools / "bin" / "ruff"), "check", "--isolated", "--no-cache", "--select", "ALL",
                "--exit-zero", "--output-file", str(place / "ruff.txt"), str(source),
            ],
            "mypy, fresh": [
                str(python), "-m", "mypy", "--cache-dir", str(place / "mypy"), "--no-error-summary",
                "--ignore-missing-imports", str(source),
            ],
            "bandit -r": [str(python), "-m", "bandit", "-q", "-r", str(source)],
        }  # fmt: skip
        spent = {name: _timed(command, place) for name, command in others.items()}
        ours = _timed(
            [
                sys.executable,
                "-m",
                "autovet",
                "check",
                "--no-exec",
                "--format",
                "json",
                str(source),
            ],
            place,
        )
    together = sum(spent.values())
    rows = [Measure(name, f"{seconds:.1f} s") for name, seconds in spent.items()]
    note = f"{ours / together:.2f} of the three together; {lines:,} lines"
    return [*rows, Measure("autovet check", f"{ours:.1f} s", note)]


def _timed(command: list[str], folder: Path) -> float:
    environment = os.environ | {
        "AUTOVET_STORE_URL": f"sqlite:///{folder}/store.db",
        "AUTOVET_WORKERS": "2",
    }
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False,
        timeout=60 * _MINUTES,
    )  # fmt: skip
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    sys.stdout.write(table(measure_whole()))


if __name__ == "__main__":
    main()
