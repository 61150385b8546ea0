"""Writes the README's picture from what the command really prints: ``make screenshot``."""

import asyncio
import io
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autovet import AutonomousAIOrchestrationLayer
from autovet.interfaces.reports.text import text_report

ROOT = Path(__file__).parent.parent
FILE = ROOT / "examples" / "shop" / "shop" / "reviews.py"
PICTURE = ROOT / "docs" / "images" / "check.svg"


async def output() -> str:
    """The report on the hurried example, as a terminal shows it."""
    started = time.perf_counter()
    async with AutonomousAIOrchestrationLayer(background=False) as layer:
        report = await layer.validate_paths([FILE])
    name = str(FILE.relative_to(ROOT))
    shown = {**report, "files": {name: report["files"][str(FILE)]}}
    return text_report(shown, time.perf_counter() - started, colour=True)


def main() -> None:
    """Run the check and save the picture."""
    console = Console(record=True, width=110, file=io.StringIO())
    console.print(Text.from_ansi("$ autovet check examples/shop/shop/reviews.py\n"))
    console.print(Text.from_ansi(asyncio.run(output())))
    PICTURE.parent.mkdir(exist_ok=True)
    console.save_svg(str(PICTURE), title="autovet")


if __name__ == "__main__":
    main()
