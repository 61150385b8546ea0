import asyncio
import time

from autovet.adapters.loop_lag import LoopLag, lag_now


def test_a_blocked_loop_shows_and_is_forgotten_after_it_was_told():
    async def main():
        lag = LoopLag()
        lag.start()
        lag.start()
        await asyncio.sleep(0.3)
        time.sleep(0.6)
        await asyncio.sleep(0.05)
        worst = await lag()
        assert 200 < worst < 5_000
        await asyncio.sleep(0.3)
        assert await lag() < worst
        lag.stop()
        lag.stop()
        assert await lag() >= 0

    asyncio.run(main())


def test_without_watching_it_is_measured_now():
    assert 0 <= asyncio.run(lag_now()) < 1_000
