"""Networks that lose replies, all the time: nothing doubled, nothing missing, and no person is needed."""

from __future__ import annotations

import os

import pytest

from erp_bridge.sandbox.world import generate
from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench
from faults.invariants import check, doubled, quiesce, standing
from faults.naive import NaiveRunner
from faults.town import SIDES, Town
from support.pair import START

PASSES = int(os.environ.get("ERP_BRIDGE_SOAK", "20"))

#: Every fifth reply to a create or a comment is lost.
LOSSY = {
    "ixc": "lost_reply@POST su_ticket=0.2,lost_reply@POST su_mensagens=0.2",
    "integrator": "lost_reply@criarAtendimento=0.2,lost_reply@exemploComentar=0.2",
}
#: One request in ten meets one of these.
ROUGH = "lost_reply=0.02,reset_before=0.02,html=0.02,truncate=0.02,status=503:0.02,latency=30ms"


def crowd(right_kind: str, faults: dict[str, str]) -> Bench:
    world = generate(3, clients=30, left=24, right=16, now=START)
    return Bench(right_kind, world=world, faults=faults)


@pytest.mark.parametrize("right_kind", ["integrator", "ixc"])
def test_a_fifth_of_all_replies_lost(right_kind: str) -> None:
    bench = crowd(right_kind, {"left": LOSSY["ixc"], "right": LOSSY[right_kind]})
    town = Town(bench)
    for number in range(6):
        for side in SIDES:
            town.comment(side, town.open(side))
            town.comment(side, town.tickets(side)[number % 2])
        bench.sync_once()
        bench.advance(20)
    lost = sum(kind == "lost_reply" for one in bench.simulators.values() for kind, _ in one.faults.done)
    assert lost > 15
    for simulator in bench.simulators.values():
        simulator.faults.clear()
    for _ in range(3):
        bench.advance(SETTLE + 60)
        report = bench.sync_once()
    assert report is not None
    assert report.rows == []
    assert not report.open[Kind.FAILED]
    assert not report.open[Kind.DOUBT]
    quiesce(bench)
    check(bench, town)
    bench.close()


def test_the_naive_bridge_doubles_when_replies_are_lost() -> None:
    bench = Bench("integrator", runner=NaiveRunner, faults={"left": LOSSY["ixc"], "right": LOSSY["integrator"]})
    town = Town(bench)
    for _ in range(6):
        for side in SIDES:
            town.comment(side, town.open(side))
        bench.sync_once()
        bench.advance(20)
    assert len(list(doubled(bench, town))) >= 3
    bench.close()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("right_kind", ["integrator", "ixc"])
def test_soak(right_kind: str) -> None:
    """The daemon's loop while people work and a tenth of all requests goes wrong."""
    bench = crowd(right_kind, {"left": ROUGH, "right": ROUGH})
    town = Town(bench)
    for number in range(PASSES):
        for side in SIDES:
            if number % 3 == 0:
                town.open(side)
            here = town.tickets(side, open_only=True)
            if here:
                town.comment(side, here[number % len(here)], long=number % 5 == 0)
                if number % 4 == 1:
                    town.retitle(side, here[(number * 7) % len(here)])
                if number % 6 == 5:
                    town.set_status(side, here[0], "solucionado")
        bench.advance(10)
        bench.sync_once(full=number % 11 == 10)
        bench.advance(50)
    struck = sum(len([k for k, _ in one.faults.done if k != "latency"]) for one in bench.simulators.values())
    assert struck > 3 * PASSES
    quiesce(bench)
    check(bench, town)
    assert not [item for items in standing(bench).waiting.values() for item in items if item["kind"] is Kind.DOUBT]
    bench.close()
