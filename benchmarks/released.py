"""Released packages: what is said about code that thousands rely on."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import weighty
from benchmarks.judged import CATEGORIES
from benchmarks.measure import Measure

PACKAGES = ("requests", "click", "flask", "attrs", "starlette")


async def measure_released(
    layer: AutonomousAIOrchestrationLayer, environment: str | None
) -> tuple[list[Measure], str]:
    """Findings per 1,000 lines, and the list of all errors for the report."""
    measures, errors = [], []
    total_lines = total_errors = total_warnings = 0
    reviewed = {"error": 0, "warning": 0}
    with tempfile.TemporaryDirectory() as folder:
        for name in PACKAGES:
            source = unpacked(name, Path(folder))
            context = {
                "environment": environment,
                "execute": False,
                "heal": "none",
                "root": str(source),
            }
            report = await layer.validate_paths([source], context)
            lines = sum(r["meta"]["lines"] for r in report["files"].values())
            found = [(path, f) for path, r in report["files"].items() for f in weighty(r)]
            grave = [(path, f) for path, f in found if f["severity"] == "error"]
            errors += [
                f"{source.name}/{Path(path).relative_to(source)}:{f['line']} {f['rule']}: {f['message']}"
                for path, f in grave
            ]
            warnings = len(found) - len(grave)
            measures.append(
                Measure(f"{source.name}", f"{1000 * len(grave) / lines:.2f} errors per 1,000 lines",
                        f"{1000 * warnings / lines:.2f} warnings; {lines} lines")
            )  # fmt: skip
            total_lines, total_errors = total_lines + lines, total_errors + len(grave)
            total_warnings += warnings
            for _, finding in found:
                if finding["category"] in CATEGORIES:
                    reviewed[finding["severity"]] += 1
    figure = f"{1000 * total_errors / total_lines:.2f} errors per 1,000 lines"
    note = f"{1000 * total_warnings / total_lines:.2f} warnings; {total_lines} lines"
    review = Measure(
        "released packages, the eight review categories",
        f"{1000 * reviewed['warning'] / total_lines:.2f} warnings per 1,000 lines",
        f"{1000 * reviewed['error'] / total_lines:.2f} errors",
    )
    together = Measure("released packages together", figure, note)
    return [*measures, together, review], "\n".join(errors)


def unpacked(name: str, folder: Path) -> Path:
    """The current release's files, from its wheel: nothing of it is built or run."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:",
         "-d", str(folder), name],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob(f"{name.replace('-', '_')}-*.whl")
    target = folder / "-".join(wheel.name.split("-")[:2])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target
