import asyncio

from record_examples import validation
from virtual_clock import VirtualClock

from autovet.adapters.store.sql_store import SqlStore
from autovet.domain.retention import Retention
from autovet.validation.leading import Leadership, optimizing


def test_one_process_leads_and_another_takes_over(tmp_path):
    done = []

    async def main():
        clock = VirtualClock(1_000_000.0)
        url = f"sqlite:///{tmp_path / 'a.db'}"
        stores = [SqlStore(url), SqlStore(url)]
        claims = [Leadership(store, clock, "optimization", 300) for store in stores]

        def step(number):
            async def analyze():
                done.append(f"{number} leads")
                return {"trends": {}}

            async def follow():
                done.append(f"{number} follows")
                return {}

            return optimizing(claims[number], stores[number], clock, Retention(), analyze, follow)

        try:
            stores[0].record_validation(validation(1, at=clock.time() - 10_000))
            first, second = step(0), step(1)
            report = await first()
            assert report["maintenance"]["hours"] == 1
            await second()
            await clock.advance(300)
            await first()
            await claims[0].resign()
            await second()
            await clock.advance(800)
            await first()
        finally:
            for store in stores:
                await store.aclose()

    asyncio.run(main())
    assert done == ["0 leads", "1 follows", "0 leads", "1 leads", "0 leads"]
