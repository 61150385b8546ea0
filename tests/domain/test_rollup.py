from record_examples import finding, validation

from autovet.domain.rollup import HOUR_S, rollup_of, together


def _records(start, count):
    return [validation(start + n, finding(), elapsed_ms=10.0 + n) for n in range(count)]


def test_the_sum_of_parts_is_the_sum_of_the_whole():
    records = _records(0, 40)
    parts = [rollup_of(records[:15], 0.0, HOUR_S), rollup_of(records[15:], 0.0, HOUR_S)]
    assert together(parts, 0.0, HOUR_S) == rollup_of(records, 0.0, HOUR_S)


def test_a_rollup_counts_everything():
    rollup = rollup_of(_records(0, 10), 0.0, HOUR_S)
    assert rollup.validations == 10
    assert rollup.lines == 600
    assert rollup.decisions == {"pass": 10}
    assert rollup.statuses["security"] == {"passed": 10}
    assert rollup.findings == {"shell-call": 10}
    assert rollup.checks["shell-call"] == (10, 2.0)
    assert sum(rollup.stages["total"].values()) == 10
    assert rollup.projects == {"shop": 10}
