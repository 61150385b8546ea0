"""All of learning: outcomes foretold, a team followed, dismissals kept, fixes mined, its cost."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.dismissals import measure_dismissals
from benchmarks.fix_patterns import measure_fix_patterns
from benchmarks.load import measure_load
from benchmarks.measure import Measure
from benchmarks.outcomes import measure_outcomes
from benchmarks.team import measure_team

RELEASES = {
    "flask": ("1.0.4", "1.1.4", "2.0.3", "2.1.3", "2.2.5", "2.3.3", "3.0.3"),
    "werkzeug": ("0.16.1", "1.0.1", "2.0.3", "2.1.2", "2.2.3", "2.3.8", "3.0.6"),
    "click": ("7.0", "7.1.2", "8.0.4", "8.1.7", "8.1.8"),
    "jinja2": ("2.10.3", "2.11.3", "3.0.3", "3.1.2", "3.1.4"),
    "requests": ("2.26.0", "2.27.1", "2.28.2", "2.31.0", "2.32.3"),
}


async def measure_learning(layer: AutonomousAIOrchestrationLayer, corpora: Path) -> list[Measure]:
    """Every part whose material is at hand."""
    measures = []
    if (corpora / "actionable_ruff.jsonl").exists():
        measures += measure_outcomes(corpora)
    measures += await measure_team()
    measures += await measure_dismissals(layer)
    with tempfile.TemporaryDirectory() as folder:
        if fetch(Path(folder)):
            measures += measure_fix_patterns(Path(folder))
    return measures + measure_load()


def fetch(folder: Path) -> bool:
    """Unpack the releases below a folder; tells whether all of them were to be had."""
    for package, versions in RELEASES.items():
        for version in versions:
            target = folder / package / version
            target.mkdir(parents=True)
            with tempfile.TemporaryDirectory() as download:
                command = [
                    sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                    "--only-binary", ":all:", "--dest", download, f"{package}=={version}",
                ]  # fmt: skip
                if subprocess.run(command, capture_output=True, check=False).returncode:
                    return False
                for wheel in Path(download).glob("*.whl"):
                    zipfile.ZipFile(wheel).extractall(target)
    return True
