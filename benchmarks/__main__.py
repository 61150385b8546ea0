"""``python -m benchmarks``: measures what there is to measure and writes one Markdown table."""

import argparse
import asyncio
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import autovet
from autovet import AutonomousAIOrchestrationLayer
from benchmarks.factual import measure_factual
from benchmarks.flow import measure_flow
from benchmarks.indexed import measure_indexed
from benchmarks.judged import measure_generated
from benchmarks.learning import measure_learning
from benchmarks.logic import measure_logic
from benchmarks.measure import Measure, table
from benchmarks.mechanical import measure_mechanical
from benchmarks.names import measure_api_names
from benchmarks.packages import measure_packages
from benchmarks.pairs import measure_pairs
from benchmarks.planted import measure_planted
from benchmarks.released import measure_released
from benchmarks.repair import measure_repair
from benchmarks.security import measure_security
from benchmarks.speed import measure_speed
from benchmarks.standard_library import measure_standard_library
from benchmarks.versions import measure_versions

PARTS = (
    "planted",
    "speed",
    "pairs",
    "generated",
    "security",
    "flow",
    "stdlib",
    "names",
    "factual",
    "versions",
    "packages",
    "indexed",
    "logic",
    "repair",
    "mechanical",
    "released",
    "learning",
)


def main() -> None:
    """Measure and write ``benchmarks/RESULTS.md``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--environment", help="environment of the code under test")
    parser.add_argument("--wheels", type=Path, help="where wheels are kept for the part indexed")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "RESULTS.md")
    given = parser.parse_args()
    measures, errors = asyncio.run(
        run(given.corpora, given.samples, given.environment, given.only or PARTS, given.wheels)
    )
    head = (
        f"# Measured with autovet {autovet.__version__}\n\n"
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}; "
        "`make bench` measures all of it again.\n\n"
    )
    tail = f"\n## Errors on released packages\n\n```\n{errors}\n```\n" if errors else ""
    text = head + table(measures) + tail
    if given.only is None:
        given.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


async def run(
    corpora: Path,
    samples: Path,
    environment: str | None,
    parts: list[str] | tuple[str, ...],
    wheels: Path | None = None,
) -> tuple[list[Measure], str]:
    """Run the parts whose material is at hand."""
    environment = str(Path(environment).absolute()) if environment else None
    measures: list[Measure] = []
    errors = ""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            await layer.warm()
            kinds: dict[str, Callable[[], Awaitable[list[Measure]]]] = {
                "speed": lambda: measure_speed(layer, environment),
                "generated": lambda: measure_generated(layer, environment),
                "factual": lambda: measure_factual(layer, environment),
                "flow": lambda: measure_flow(layer),
                "stdlib": lambda: measure_standard_library(layer),
                "learning": lambda: measure_learning(layer, corpora),
                "versions": lambda: measure_versions(layer),
            }
            if samples.exists():
                kinds["planted"] = lambda: measure_planted(layer, samples, environment)
            if corpora.exists():
                kinds |= {
                    "pairs": lambda: measure_pairs(layer, corpora, environment),
                    "security": lambda: measure_security(layer, corpora, environment),
                    "names": lambda: measure_api_names(layer, corpora, environment),
                    "packages": lambda: measure_packages(layer, corpora),
                    "logic": lambda: measure_logic(layer, corpora),
                    "repair": lambda: measure_repair(layer, corpora),
                    "mechanical": lambda: measure_mechanical(layer, corpora, environment),
                }
            if wheels is not None:
                kinds["indexed"] = lambda: measure_indexed(wheels)
            for part in PARTS:
                if part in parts and part in kinds:
                    measures += await kinds[part]()
            if "released" in parts:
                more, errors = await measure_released(layer, environment)
                measures += more
    return measures, errors


if __name__ == "__main__":
    main()
