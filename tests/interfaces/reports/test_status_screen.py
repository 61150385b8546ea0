import asyncio
import io

from hypothesis import given
from hypothesis import strategies as st
from record_examples import validation
from rich.console import Console

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.retention import Retention
from autovet.interfaces.reports.sparkline import sparkline
from autovet.interfaces.reports.status_screen import status_screen
from autovet.layer import AutonomousAIOrchestrationLayer


def test_a_line_rises_with_its_values():
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([5, 5, None, 5]) == "▁▁ ▁"
    assert sparkline([]) == ""


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=100))
def test_any_series_can_be_drawn(values):
    assert len(sparkline(values, 40)) in {0, min(len(values), 40)}


def test_the_screen_shows_health_components_and_the_course(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"

    async def main():
        import time

        now = time.time()
        store = SqlStore(url)
        for number in range(200):
            store.record_validation(validation(number, at=now - 4 * 3600 + 30 * number))
        await store.maintain(Retention(), now)
        await store.aclose()
        async with AutonomousAIOrchestrationLayer(store_url=url, background=False) as layer:
            await layer.monitoring_engine.monitor_system_health()
            await layer.optimization_engine.analyze_performance_trends()
            return await layer.get_autonomous_status()

    out = io.StringIO()
    Console(file=out, width=120).print(status_screen(asyncio.run(main())))
    screen = out.getvalue()
    assert "autovet is " in screen
    assert "validations an hour" in screen
    assert "▁" in screen or "█" in screen
    for name in ("ruff", "ty", "sandbox", "store"):
        assert name in screen
