"""Heals released packages with all that is offered as proven, and runs their own tests.

``python -m benchmarks.healed_packages`` downloads the source distributions, makes an environment
with what their tests need, and counts tests that passed before and do not pass after.
"""

import asyncio
import subprocess
import sys
import tarfile
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.measure import Measure, table

_TEST_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Package:
    """A package, the folder of its sources, and what its tests need."""

    name: str
    sources: str
    needs: tuple[str, ...]


PACKAGES = (
    Package("click", "src/click", ()),
    Package("attrs", "src", ("hypothesis", "cloudpickle")),
    Package(
        "requests",
        "src/requests",
        ("pytest-httpbin", "httpbin", "pytest-mock", "PySocks", "trustme", "charset-normalizer",
         "idna", "urllib3", "certifi", "flasgger"),
    ),
)  # fmt: skip


async def measure_healed_packages() -> list[Measure]:
    """One line a package."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        async with AutonomousAIOrchestrationLayer(
            store_url=f"sqlite:///{place}/a.db", background=False
        ) as layer:
            return [await _measured(layer, package, place) for package in PACKAGES]


async def _measured(
    layer: AutonomousAIOrchestrationLayer, package: Package, folder: Path
) -> Measure:
    project = await asyncio.to_thread(_unpacked, package, folder)
    python = await asyncio.to_thread(_environment, package, project, folder)
    before = await asyncio.to_thread(_passed, project, python)
    report = await layer.validate_paths([project / package.sources], {"heal": "full"})
    applied = 0
    for name, result in report["files"].items():
        healing = result["autonomous_healing"]
        if healing["healed_code"] is not None:
            applied += len(healing["healing_applied"])
            await asyncio.to_thread(Path(name).write_text, healing["healed_code"], "utf-8")
    after = await asyncio.to_thread(_passed, project, python)
    broken = sorted(before - after)
    return Measure(
        f"{project.name}, healed",
        f"{len(broken)} of {len(before)} tests fail that passed before",
        f"{applied} fixes in {len(report['files'])} files {'; '.join(broken[:5])}".strip(),
    )


def _unpacked(package: Package, folder: Path) -> Path:
    target = folder / f"{package.name}-source"
    _run("-m", "pip", "download", "-q", "--no-deps", "--no-binary", package.name,
         "-d", str(target), package.name)  # fmt: skip
    (archive,) = target.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(target, filter="data")
    return next(place for place in target.iterdir() if place.is_dir())


def _environment(package: Package, project: Path, folder: Path) -> Path:
    place = folder / f"{package.name}-environment"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    _run("-m", "pip", "install", "-q", "pytest", *package.needs, "-e", str(project), python=python)
    return python


def _passed(project: Path, python: Path) -> set[str]:
    """The tests that pass, by name."""
    report = project / "report.xml"
    subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "tests"],
        cwd=project, capture_output=True, timeout=60 * _TEST_MINUTES, check=False,
    )  # fmt: skip
    cases = ET.parse(report).iter("testcase")
    return {
        f"{case.get('classname')}.{case.get('name')}"
        for case in cases
        if not any(part.tag in {"failure", "error", "skipped"} for part in case)
    }


def _run(*arguments: str, python: Path | str = sys.executable) -> None:
    subprocess.run([str(python), *arguments], check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    sys.stdout.write(table(asyncio.run(measure_healed_packages())))


if __name__ == "__main__":
    main()
