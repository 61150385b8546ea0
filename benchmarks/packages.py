"""Invented package names against real ones, and what one look-up costs."""

import json
import random
import subprocess
import sys
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from autovet.adapters.package_index.names import SHIPPED, PublishedNames
from benchmarks.cases import Case, read_cases, verdicts
from benchmarks.measure import Measure

_IMPORTS = "churilov_importnames"
_POPULAR = "pypi_top15000"
_DRAWN = 2_000
_SEED = 11

# in a process of its own: what is imported already costs nothing
_COST = """
import json, random, time
from autovet.adapters.package_index.names import PublishedNames
start = time.perf_counter()
names = PublishedNames()
names.known
load = time.perf_counter() - start
asked = [n + e for n in random.Random(11).sample(list(names.popular), 2000) for e in ("", "-x")]
start = time.perf_counter()
for name in asked:
    name in names
print(json.dumps([load * 1e3, (time.perf_counter() - start) / len(asked) * 1e6]))
"""


async def measure_packages(layer: AutonomousAIOrchestrationLayer, corpora: Path) -> list[Measure]:
    """How many invented names are reported, and how many real ones are, at all and as errors."""
    rows = read_cases(corpora / "package_names.jsonl")
    real = {row["id"] for row in rows if row["label"] == "real"}
    flagged = await _flagged(layer, [(row["id"], row["code"], {}) for row in rows])
    invented = {row["id"] for row in rows} - real
    found = invented & flagged.keys()
    certain = [key for key in found if flagged[key] == "error"]
    popular = {row["id"] for row in rows if row["src"] == _POPULAR}
    imports = {row["id"] for row in rows if row["src"] == _IMPORTS}
    drawn = random.Random(_SEED).sample(list(PublishedNames().popular), _DRAWN)
    cases: list[Case] = [
        (name, f"import {name.replace('-', '_').replace('.', '_')}\n", {})
        for name in drawn
        if name.replace("-", "_").replace(".", "_").isidentifier()
    ]
    drawn_flagged = await _flagged(layer, cases)
    load_ms, lookup_us = json.loads(
        subprocess.run([sys.executable, "-c", _COST], capture_output=True, check=True).stdout
    )
    size = sum(file.stat().st_size for file in SHIPPED.glob("pypi_*"))
    return [
        Measure(
            "invented package names reported",
            f"{len(found)}/{len(invented)}",
            f"{100 * len(found) / len(invented):.1f}%, {len(certain)} of them as errors",
        ),
        Measure("well-known packages reported", f"{len(popular & flagged.keys())}/{len(popular)}"),
        Measure(
            "import names of other distributions reported",
            f"{len(imports & flagged.keys())}/{len(imports)}",
        ),
        Measure(
            "names drawn from the most downloaded reported",
            f"{len(drawn_flagged)}/{len(cases)}",
            f"seed {_SEED}",
        ),
        Measure("one look-up of a package name", f"{lookup_us:.1f} us", f"{_DRAWN * 2} names"),
        Measure("the list of package names", f"{size / 1e6:.1f} MB", f"read in {load_ms:.1f} ms"),
    ]


async def _flagged(layer: AutonomousAIOrchestrationLayer, cases: list[Case]) -> dict[str, str]:
    """The worst severity of what factual_accuracy says of a case, hints left out."""
    quiet: list[Case] = [(k, code, {**c, "execute": False, "heal": "none"}) for k, code, c in cases]
    results = await verdicts(layer, quiet)
    found: dict[str, str] = {}
    for key, result in results.items():
        said = {f["severity"] for f in result["factual_accuracy"]["findings"]} - {"info"}
        if said:
            found[key] = "error" if "error" in said else "warning"
    return found
