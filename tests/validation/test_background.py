import asyncio
import itertools

from virtual_clock import VirtualClock

from autovet.validation.background import INTERVALS_S, BackgroundLoops


class Steps:
    """Three steps that count their runs, and fail when told to."""

    def __init__(self, clock):
        self.clock = clock
        self.moments = {name: [] for name in INTERVALS_S}
        self.errors = {}
        self.takes_s = {}
        self.inside = dict.fromkeys(INTERVALS_S, 0)

    def step(self, name):
        async def run():
            self.inside[name] += 1
            assert self.inside[name] == 1, "a loop overlaps with itself"
            self.moments[name].append(self.clock.monotonic())
            try:
                await self.clock.sleep(self.takes_s.get(name, 0))
                if name in self.errors:
                    raise self.errors[name]
                return {"a": 1, "b": 2}
            finally:
                self.inside[name] -= 1

        return run


def _run(scenario, **options):
    async def main():
        clock = VirtualClock()
        steps = Steps(clock)
        events = []
        options.setdefault("jitter", 0.0)
        loops = BackgroundLoops(
            {name: steps.step(name) for name in INTERVALS_S}, clock, events.append, **options
        )
        loops.start()
        try:
            await scenario(clock, steps, loops, events)
        finally:
            await loops.aclose()

    asyncio.run(main())


def test_three_loops_at_their_intervals():
    async def scenario(clock, steps, loops, events):
        await clock.advance(1_199)
        assert {name: len(at) for name, at in steps.moments.items()} == {
            "monitoring": 20, "optimization": 4, "learning": 2,
        }  # fmt: skip
        assert steps.moments["monitoring"][:3] == [0, 60, 120]
        status = loops.status()["learning"]
        assert (status["runs"], status["failures"], status["last_result_size"]) == (2, 0, 2)
        assert status["last_run_at"] == 1_000_600.0
        assert status["next_run_in_s"] == 1.0
        assert loops.health().state == "ready"
        assert events == []

    _run(scenario)


def test_jitter_spreads_the_runs_within_its_share():
    async def scenario(clock, steps, loops, events):
        await clock.advance(6_000)
        moments = steps.moments["monitoring"]
        gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
        assert moments[0] <= 6
        assert all(54 <= gap <= 66 for gap in gaps)
        assert len({round(gap, 3) for gap in gaps}) > 10

    _run(scenario, jitter=0.1)


def test_a_raising_loop_backs_off_is_reported_and_recovers():
    async def scenario(clock, steps, loops, events):
        steps.errors["optimization"] = ValueError("no figures")
        await clock.advance(20)
        assert steps.moments["optimization"] == [0, 1, 3, 7, 15]
        component = {part.name: part for part in loops.components()}["loop:optimization"]
        assert (component.state, component.reason) == ("resting", "ValueError: no figures")
        assert loops.health().state == "resting"
        assert "no figures" in loops.health().reason
        assert [event.kind for event in events] == ["loop.failed"] * 5
        assert len(steps.moments["monitoring"]) == 1

        del steps.errors["optimization"]
        await clock.advance(11)
        assert loops.health().state == "ready"
        assert (events[-1].kind, events[-1].detail["failures"]) == ("loop.recovered", 5)
        await clock.advance(300)
        assert steps.moments["optimization"][5:] == [31, 331]
        assert loops.status()["optimization"]["last_error"] == "ValueError: no figures"

    _run(scenario)


def test_a_loop_that_always_fails_is_never_tried_more_often_than_its_interval_in_the_end():
    async def scenario(clock, steps, loops, events):
        steps.errors["monitoring"] = OSError("gone")
        await clock.advance(3_600)
        moments = steps.moments["monitoring"]
        assert moments[-1] - moments[-2] == 60

    _run(scenario)


def test_a_cancellation_from_inside_a_step_does_not_end_the_loop():
    async def scenario(clock, steps, loops, events):
        steps.errors["monitoring"] = asyncio.CancelledError()
        await clock.advance(0.5)
        del steps.errors["monitoring"]
        await clock.advance(5)
        assert loops.status()["monitoring"]["runs"] == 2
        assert loops.health().state == "ready"

    _run(scenario)


def test_a_slow_step_delays_the_next_and_a_hanging_one_shows():
    async def scenario(clock, steps, loops, events):
        steps.takes_s["monitoring"] = 100
        await clock.advance(250)
        assert steps.moments["monitoring"] == [0, 160]
        steps.takes_s["learning"] = 10_000
        await clock.advance(3_000)
        component = {part.name: part for part in loops.components()}["loop:learning"]
        assert component.state == "failed"
        assert "running for" in component.reason

    _run(scenario)


def test_closing_stops_a_step_in_the_middle_and_a_second_start_works():
    async def scenario(clock, steps, loops, events):
        steps.takes_s["monitoring"] = 50
        await clock.advance(10)
        await loops.aclose()
        await loops.aclose()
        assert steps.inside["monitoring"] == 0
        assert not loops.running
        assert loops.health().state == "idle"
        await clock.advance(500)
        assert len(steps.moments["monitoring"]) == 1
        loops.start()
        loops.start()
        await clock.advance(1)
        assert len(steps.moments["monitoring"]) == 2

    _run(scenario)


def test_loops_of_a_closed_event_loop_are_started_again():
    clock = VirtualClock()
    steps = Steps(clock)
    loops = BackgroundLoops({"monitoring": steps.step("monitoring")}, clock, [].append, jitter=0.0)

    async def use():
        loops.start()
        await clock.advance(1)

    asyncio.run(use())
    asyncio.run(use())
    assert len(steps.moments["monitoring"]) == 2
