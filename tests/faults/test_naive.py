"""The same bench under an engine that lists, creates and then saves: uncaught, it would prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from faults.bench import SETTLE, Bench, RealBridge, Runner
from faults.invariants import Broken, check, doubled, quiesce
from faults.naive import NaiveRunner
from faults.test_machine import NIGHTLY, Machine
from faults.town import Town
from faults.wire import Kill

#: (when, whether only writes are struck, the first one that is, and the step). In ordinary runs each write of the pass
#: is struck in one of three ways, and every tenth request; in the full proof every one in every way. A read does
#: nothing in an ERP: that it was answered comes to the same as that it was never sent.
FULL = [("before", False, 1, 1), ("after", True, 1, 1), ("late", True, 1, 1)]
ORDINARY = [("before", False, 1, 10), ("before", True, 1, 3), ("after", True, 2, 3), ("late", True, 3, 3)]
POINTS = FULL if NIGHTLY else ORDINARY


def killed_once(runner: Callable[[Any], Runner], at: int, when: str, *, writes: bool = True) -> tuple[Bench, Town]:
    """Two ERPs with two new tickets, a pass that is killed, and one right after it."""
    bench = Bench("integrator", runner=runner)
    town = Town(bench)
    for side in ("left", "right"):
        ticket = town.open(side)
        town.comment(side, ticket)
    bench.advance(5)
    bench.sync_once(Kill(at, when, SETTLE - 1, writes))  # type: ignore[arg-type]
    bench.sync_once()
    return bench, town


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("when", "writes", "first", "step"), POINTS)
def test_killed_at_any_request_the_bridge_doubles_and_loses_nothing(
    when: str, writes: bool, first: int, step: int
) -> None:
    for at in count(first, step):
        bench, town = killed_once(RealBridge, at, when, writes=writes)
        try:
            quiesce(bench)
            check(bench, town)
        finally:
            bench.close()
        if not bench.kills:
            break  # the pass makes no more requests than this
    assert at > (15 if writes else 60)


def test_the_naive_bridge_is_right_while_nothing_goes_wrong() -> None:
    bench, town = killed_once(NaiveRunner, 1000, "after")
    bench.advance(60)
    bench.sync_once()
    assert list(doubled(bench, town)) == []
    assert len(bench.audit.tickets) >= 4
    bench.close()


def test_killed_at_some_request_the_naive_bridge_doubles() -> None:
    caught = 0
    for at in count(1, 2):
        bench, town = killed_once(NaiveRunner, at, "after")
        bench.advance(SETTLE + 60)
        bench.sync_once()
        caught += bool(list(doubled(bench, town)))
        bench.close()
        if not bench.kills:
            break
    assert caught >= 2


class NaiveMachine(Machine):
    """Without the rules about a store and a second worker, of which the naive bridge knows nothing."""

    right_kind = "integrator"
    runner = NaiveRunner
    copy_store = restore_old_store = delete_store = decide_conflicts = a_second_worker_comes = None  # type: ignore[assignment]

    def teardown(self) -> None:
        if self.bench is None:
            return
        try:
            quiesce(self.bench)
            faults = list(doubled(self.bench, self.town))
            if faults:
                raise Broken(faults)
        finally:
            self.bench.close()


@pytest.mark.slow
def test_the_machine_catches_the_naive_bridge() -> None:
    profile = settings(
        max_examples=40, stateful_step_count=14, deadline=None, derandomize=True, database=None,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    with pytest.raises(Broken) as caught:
        run_state_machine_as_test(NaiveMachine, settings=profile)
    assert caught.value.kinds["doubled"] >= 1
