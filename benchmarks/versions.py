"""Calls that one version of a library has and another has not, judged in both."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from autovet import AutonomousAIOrchestrationLayer
from benchmarks.cases import Case, verdicts
from benchmarks.measure import Measure


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions and the code that only one of them runs.

    Attributes:
        old: requirements of the first environment; nothing else is installed.
        new: those of the second.
        only_old: code that the old version alone has; its last line is the one in question.
        only_new: code that the new version alone has.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    only_old: str
    only_new: str


PAIRS = (
    Pair(
        "pandas",
        ("pandas==1.5.3", "numpy==1.26.4"),
        ("pandas==2.2.3", "numpy==1.26.4"),
        'import pandas as pd\n\nframe = pd.DataFrame({"a": [1]})\n'
        "pairs = list(frame.iteritems())\n",
        'import pandas as pd\n\nframe = pd.DataFrame({"a": [1]})\ntwice = frame.map(abs)\n',
    ),
    Pair(
        "pydantic",
        ("pydantic==1.10.24", "typing-extensions"),
        ("pydantic==2.11.7", "pydantic-core==2.33.2", "typing-extensions", "annotated-types"),
        "from pydantic.fields import ModelField\n",
        "from pydantic import TypeAdapter\n",
    ),
    Pair(
        "sqlalchemy",
        ("sqlalchemy==1.4.54",),
        ("sqlalchemy==2.0.43", "typing-extensions"),
        "from sqlalchemy import create_engine\n\n"
        'engine = create_engine("sqlite://")\nrows = engine.execute("select 1")\n',
        "from sqlalchemy.orm import DeclarativeBase\n",
    ),
    Pair(
        "numpy",
        ("numpy==1.26.4",),
        ("numpy==2.2.6",),
        "import numpy as np\n\ntotal = np.product([1, 2])\n",
        "import numpy as np\n\narea = np.trapezoid([1, 2])\n",
    ),
    Pair(
        "click",
        ("click==7.1.2",),
        ("click==8.1.8",),
        "import click\n\nwidth, height = click.get_terminal_size()\n",
        "from click.shell_completion import ShellComplete\n",
    ),
    Pair(
        "jinja2",
        ("jinja2==2.11.3", "markupsafe"),
        ("jinja2==3.1.6", "markupsafe"),
        "from jinja2 import contextfilter\n",
        "from jinja2 import pass_context\n",
    ),
    Pair(
        "httpx",
        ("httpx==0.25.2",),
        ("httpx==0.28.1",),
        'import httpx\n\nclient = httpx.Client(proxies="http://localhost:1")\n',
        'import httpx\n\nclient = httpx.Client(proxy="http://localhost:1")\n',
    ),
    Pair(
        "pillow",
        ("pillow==9.5.0",),
        ("pillow==11.3.0",),
        "from PIL import ImageFont\n\n"
        'font = ImageFont.truetype("a.ttf")\nsize = font.getsize("hello")\n',
        "from PIL import AvifImagePlugin\n",
    ),
    Pair(
        "urllib3",
        ("urllib3==1.26.20",),
        ("urllib3==2.5.0",),
        'from urllib3.util.retry import Retry\n\nretry = Retry(method_whitelist=["GET"])\n',
        "from urllib3.util.retry import Retry\n\nretry = Retry(backoff_jitter=0.1)\n",
    ),
    Pair(
        "werkzeug",
        ("werkzeug==1.0.1",),
        ("werkzeug==3.1.3", "markupsafe"),
        "from werkzeug.urls import url_quote\n",
        "from werkzeug.sansio.request import Request\n",
    ),
    Pair(
        "networkx",
        ("networkx==2.8.8",),
        ("networkx==3.4.2",),
        "import networkx as nx\n\nprint(nx.info(nx.Graph()))\n",
        "import networkx as nx\n\nfound = nx.find_minimal_d_separator\n",
    ),
    Pair(
        "packaging",
        ("packaging==21.3", "pyparsing"),
        ("packaging==24.2",),
        "from packaging.version import LegacyVersion\n",
        "from packaging.metadata import Metadata\n",
    ),
)


async def measure_versions(
    layer: AutonomousAIOrchestrationLayer, folder: Path | None = None
) -> list[Measure]:
    """How many of four judgements a pair are right; the wrong ones stand in the note.

    Args:
        folder: where the environments are made, once; the user's cache by default.
    """
    base = folder or user_cache_path("autovet") / "benchmarks" / "versions"
    cases: list[Case] = []
    for pair in PAIRS:
        made = {
            "old": _environment(base / f"{pair.name}-old", pair.old),
            "new": _environment(base / f"{pair.name}-new", pair.new),
        }
        for key, code, where, _ in _judgements(pair):
            context = {"environment": str(made[where]), "execute": False, "heal": "none"}
            cases.append((key, code, context))
    results = await verdicts(layer, cases)
    wrong = []
    right_pairs = 0
    for pair in PAIRS:
        faults = []
        for key, code, where, exists in _judgements(pair):
            last = len(code.splitlines())
            lines = {
                finding["line"]
                for finding in results[key]["factual_accuracy"]["findings"]
                if finding["severity"] == "error"
            }
            if lines != (set() if exists else {last}):
                faults.append(f"{key} in {where}")
        right_pairs += not faults
        wrong += faults
    count = 4 * len(PAIRS)
    note = "; ".join(wrong) or "each call in both versions"
    return [
        Measure("library versions judged rightly both ways", f"{right_pairs}/{len(PAIRS)}", note),
        Measure("calls in two versions judged rightly", f"{count - len(wrong)}/{count}"),
    ]


def _judgements(pair: Pair) -> Iterator[tuple[str, str, str, bool]]:
    """Key, code, environment, and whether what it calls exists there."""
    for only, code in (("old", pair.only_old), ("new", pair.only_new)):
        for where in ("old", "new"):
            yield f"{pair.name}-{only}-{where}", code, where, only == where


def _environment(folder: Path, requirements: tuple[str, ...]) -> Path:
    """A virtual environment with these distributions and nothing else."""
    marker = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if marker.is_file() and marker.read_text(encoding="utf-8") == wanted:
        return folder
    venv.create(folder, clear=True, with_pip=False)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(folder), "install", "-q", "--no-deps",
         "--only-binary", ":all:", *requirements],
        check=True, capture_output=True,
    )  # fmt: skip
    marker.write_text(wanted, encoding="utf-8")
    return folder
