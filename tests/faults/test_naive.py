"""The same bench under an engine that lists, creates and then saves: uncaught, it would prove nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from faults.bench import SETTLE, Bench, RealBridge, Runner
from faults.invariants import Broken, check, doubled, quiesce
from faults.naive import NaiveRunner
from faults.test_machine import Machine
from faults.town import Town
from faults.wire import Kill

#: Every request of the pass is tried in the full proof, one of several in ordinary runs.
STEP = 1 if os.environ.get("ERP_BRIDGE_HYPOTHESIS") == "nightly" else 5
POINTS = 60


def killed_once(runner: Callable[[Any], Runner], at: int, when: str) -> tuple[Bench, Town]:
    """Two ERPs with two new tickets, a pass that is killed, and one right after it."""
    bench = Bench("integrator", runner=runner)
    town = Town(bench)
    for side in ("left", "right"):
        ticket = town.open(side)
        town.comment(side, ticket)
    bench.advance(5)
    bench.sync_once(Kill(at, when, 3.0))  # type: ignore[arg-type]
    bench.sync_once()
    return bench, town


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_killed_at_any_request_the_bridge_doubles_and_loses_nothing(when: str) -> None:
    for at in range(1, POINTS, STEP):
        bench, town = killed_once(RealBridge, at, when)
        try:
            quiesce(bench)
            check(bench, town)
        finally:
            bench.close()


def test_the_naive_bridge_is_right_while_nothing_goes_wrong() -> None:
    bench, town = killed_once(NaiveRunner, 1000, "after")
    bench.advance(60)
    bench.sync_once()
    assert list(doubled(bench, town)) == []
    assert len(bench.audit.tickets) >= 4
    bench.close()


def test_killed_at_some_request_the_naive_bridge_doubles() -> None:
    caught = 0
    for at in range(1, POINTS, 4):
        bench, town = killed_once(NaiveRunner, at, "after")
        bench.advance(SETTLE + 60)
        bench.sync_once()
        caught += bool(list(doubled(bench, town)))
        bench.close()
    assert caught >= 2


class NaiveMachine(Machine):
    """Without the rules about a store and a second worker, of which the naive bridge knows nothing."""

    right_kind = "integrator"
    runner = NaiveRunner
    copy_store = restore_old_store = delete_store = decide_conflicts = a_second_worker_comes = None  # type: ignore[assignment]

    def teardown(self) -> None:
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
