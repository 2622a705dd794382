"""Due times on a grid, and how long an ERP that failed is left alone."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from erp_bridge.service.schedule import LONGEST_REST, MOST_JITTER, Grid, Rests

names = st.text("abcdef", min_size=1, max_size=8)


@given(names, st.floats(5, 86400), st.integers(0, 5000))
def test_due_times_never_drift(pair: str, interval: float, number: int) -> None:
    grid = Grid(pair, interval, 100.0)
    first = grid.due(0)
    assert 100.0 <= first <= 100.0 + min(interval, 60.0)
    late = grid.due(number) - (first + number * interval)
    assert -1e-6 <= late <= min(0.05 * interval, MOST_JITTER) + 1e-6


@given(names, st.floats(5, 600), st.floats(0, 100_000))
def test_the_next_pass_is_the_first_due_one(pair: str, interval: float, now: float) -> None:
    grid = Grid(pair, interval, 0.0)
    number = grid.next_after(now)
    assert grid.due(number) > now
    assert number == 0 or grid.due(number - 1) <= now or grid.due(number) - now <= interval + MOST_JITTER


def test_hundreds_of_pairs_do_not_start_together() -> None:
    starts = sorted(Grid(f"pair{n}", 60.0, 0.0).due(0) for n in range(600))
    in_one_second = max(sum(1 for other in starts if start <= other < start + 1) for start in starts)
    assert in_one_second < 30


def test_each_failure_doubles_the_rest_and_an_answer_ends_it() -> None:
    rests, now, seen = Rests(), 0.0, []
    for _ in range(8):
        seen.append(rests.failed("ixc", now))
        assert rests.failed("ixc", now) == seen[-1]  # of another pair, at the same moment
        now += seen[-1]
    assert seen == [15, 30, 60, 120, 240, 480, LONGEST_REST, LONGEST_REST]
    rests.answered("ixc")
    assert rests.until(["ixc"]) == 0.0
    assert rests.failed("ixc", now) == 15
