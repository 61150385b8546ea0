"""``python -m benchmarks``: measures what there is to measure and writes one Markdown table."""

import argparse
import asyncio
import platform
import sys
import tempfile
from pathlib import Path

import autovet
from autovet import AutonomousAIOrchestrationLayer
from benchmarks.logic import measure_logic
from benchmarks.measure import Measure, table
from benchmarks.names import measure_api_names
from benchmarks.pairs import measure_pairs
from benchmarks.planted import measure_planted
from benchmarks.released import measure_released
from benchmarks.security import measure_security
from benchmarks.speed import measure_speed

PARTS = ("planted", "speed", "pairs", "security", "names", "logic", "released")


def main() -> None:
    """Measure and write ``benchmarks/RESULTS.md``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--environment", help="environment of the code under test")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "RESULTS.md")
    given = parser.parse_args()
    measures, errors = asyncio.run(
        run(given.corpora, given.samples, given.environment, given.only or PARTS)
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
    corpora: Path, samples: Path, environment: str | None, parts: list[str] | tuple[str, ...]
) -> tuple[list[Measure], str]:
    """Run the parts whose material is at hand."""
    environment = str(Path(environment).absolute()) if environment else None
    measures: list[Measure] = []
    errors = ""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            await layer.warm()
            if "speed" in parts:
                measures += await measure_speed(layer, environment)
            if "planted" in parts and samples.exists():
                measures += await measure_planted(layer, samples, environment)
            if corpora.exists():
                if "pairs" in parts:
                    measures += await measure_pairs(layer, corpora, environment)
                if "security" in parts:
                    measures += await measure_security(layer, corpora, environment)
                if "names" in parts:
                    measures += await measure_api_names(layer, corpora, environment)
                if "logic" in parts:
                    measures += await measure_logic(layer, corpora)
            if "released" in parts:
                more, errors = await measure_released(layer, environment)
                measures += more
    return measures, errors


if __name__ == "__main__":
    main()
