import time

from autovet.adapters.lasting import TIMES_ITS_COST, Lasting


def test_what_took_long_is_not_done_again_at_once() -> None:
    seen: list[float] = []

    def look() -> int:
        seen.append(time.monotonic())
        time.sleep(0.02)
        return len(seen)

    lasting = Lasting(look)
    assert {lasting.value() for _ in range(5)} == {1}
    time.sleep(0.02 * TIMES_ITS_COST + 0.2)
    assert lasting.value() == 2


def test_what_is_cheap_is_seen_as_it_is() -> None:
    state = ["before"]
    lasting = Lasting(lambda: state[0])
    assert lasting.value() == "before"
    state[0] = "after"
    time.sleep(0.01)
    assert lasting.value() == "after"


def test_the_least_time_holds_however_cheap() -> None:
    state = ["before"]
    lasting = Lasting(lambda: state[0], at_least_s=60)
    assert lasting.value() == "before"
    state[0] = "after"
    time.sleep(0.01)
    assert lasting.value() == "before"
