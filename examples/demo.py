"""The main job on the example shop: judge two files, heal what can be proven, show the state."""

import asyncio
import sys
import time
from pathlib import Path

from autovet import AutonomousAIOrchestrationLayer
from autovet.interfaces.reports.text import text_report

SHOP = Path(__file__).parent / "shop"


async def main() -> None:
    """Run the demonstration."""
    started = time.perf_counter()
    async with AutonomousAIOrchestrationLayer() as layer:
        report = await layer.validate_paths([SHOP])
        sys.stdout.write(text_report(report, time.perf_counter() - started))
        for path, result in report["files"].items():
            diff = result["autonomous_healing"]["diff"]
            if diff:
                sys.stdout.write(f"\nProven fixes for {path}:\n\n{diff}")

        sys.stdout.write("\nThe same again, warm: ")
        code = (SHOP / "shop" / "invoices.py").read_text(encoding="utf-8")
        result = await layer.autonomous_orchestrate_validation(code, {"framework": "fastapi"})
        sys.stdout.write(f"{result['verdict']} in {result['meta']['elapsed_ms']:.0f} ms\n")
        sys.stdout.write(f"Health: {result['autonomous_monitoring']['overall_health']}\n")


if __name__ == "__main__":
    asyncio.run(main())
