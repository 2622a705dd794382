"""Sixty pairs in one daemon, and sick ERPs among them; ``benchmarks/pairs.py`` is the proof with six hundred."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from erp_bridge.core.errors import Unavailable
from erp_bridge.core.settings import ErpSettings
from erp_bridge.service import passes
from erp_bridge.service.cycle import Cycle, Outcome
from erp_bridge.transport.breaker import Breaker
from erp_bridge.transport.limiter import Limiter
from erp_bridge.transport.network import Gate, Network
from service.test_daemon import ACTS, CLOSED, STARTS, config, running
from support.virtual import VirtualClock

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", "1:a")
    STARTS.clear()
    ACTS.clear()
    CLOSED.clear()


async def test_sixty_pairs_run_every_minute_for_an_hour_whatever_ails_some_erps(tmp_path: Path) -> None:
    """Passes take up to ten seconds; one ERP never answers, one is down."""
    pairs = {f"p{n}": (f"a{n}", f"b{n}", 60) for n in range(60)}
    rng = random.Random(3)
    seen: list[Cycle] = []
    async with running(config(tmp_path, pairs), seen) as (daemon, clock):

        def lasting(seconds: float) -> Any:
            return lambda: clock.sleep(seconds)

        async def down() -> None:
            raise Unavailable("no answer", erp="a8")

        ACTS.update({pair: lasting(rng.uniform(0.1, 10)) for pair in pairs})
        ACTS["p7"], ACTS["p8"] = asyncio.Event().wait, down
        await clock.run_for(3600)
        assert daemon.ails() == ""
    healthy = set(pairs) - {"p7", "p8"}
    assert {len(STARTS[pair]) for pair in healthy} <= {59, 60}
    gaps = [b - a for pair in healthy for a, b in pairwise(STARTS[pair])]
    assert 56.5 < min(gaps) <= max(gaps) < 63.5
    assert max(cycle.delay for cycle in seen if cycle.pair in healthy) < 0.01
    assert len(STARTS["p7"]) == 1
    assert len(STARTS["p8"]) < 15
    assert {cycle.outcome for cycle in seen if cycle.pair == "p8"} == {Outcome.DOWN}


async def test_pairs_of_an_erp_with_a_crowd_before_it_take_no_room_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty pairs of one ERP that hangs, in a daemon that makes ten passes at once."""
    monkeypatch.setattr(passes, "AT_ONCE", 10)
    monkeypatch.setattr(passes, "CROWD", 4)
    sick = {f"sick{n}": ("hub", f"b{n}", 60) for n in range(30)}
    well = {f"well{n}": (f"a{n}", f"b{n}", 60) for n in range(30)}
    seen: list[Cycle] = []
    async with running(config(tmp_path, {**sick, **well}), seen) as (daemon, clock):
        limiter = Limiter(clock, ZONE, requests_per_minute=6000, max_concurrency=1)
        daemon.network.gates["hub"] = Gate(limiter, Breaker(clock, ZONE))
        answers = asyncio.Event()

        async def ask() -> None:
            async with limiter.slot(1e9):
                await answers.wait()

        ACTS.update(dict.fromkeys(sick, ask))
        await clock.run_for(600)
        assert limiter.queue == 4
        assert sum(len(STARTS[pair]) for pair in sick) == 5, "one that hangs, and four in line"
        assert min(len(STARTS[pair]) for pair in well) >= 9
        assert max(cycle.delay for cycle in seen if cycle.pair in well) < 0.01
        answers.set()
        await clock.run_for(180)
        assert all(STARTS[pair] for pair in sick), "it answers again, and all of its pairs go on"


async def test_who_waits_in_line_is_counted_and_forgotten_when_it_gives_up() -> None:
    clock = VirtualClock()
    limiter = Limiter(clock, ZONE, requests_per_minute=6000, max_concurrency=1)

    async def ask() -> None:
        async with limiter.slot(60):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(ask()) for _ in range(5)]
    await clock.run_for(1)
    assert limiter.queue == 4
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert limiter.queue == 0


@pytest.mark.parametrize(("share", "passed"), [(1.0, 610), (0.5, 305), (0.2, 122)])
async def test_a_share_of_the_limits_is_kept_to(share: float, passed: int) -> None:
    """Several processes that ask one ERP stay together within its limits."""
    clock, done = VirtualClock(), 0
    network = Network(clock=clock)
    settings = ErpSettings(
        name="a", adapter="ixc", url="http://a.test", timezone=ZONE, requests_per_minute=600, max_concurrency=10
    )
    network.share(share)
    limiter = network._gate(settings).limiter
    assert limiter.concurrency == int(10 * share)

    async def ask() -> None:
        nonlocal done
        while True:
            async with limiter.slot(60):
                done += 1

    tasks = [asyncio.create_task(ask()) for _ in range(10)]
    await clock.run_for(60)
    for task in tasks:
        task.cancel()
    assert abs(done - passed) <= 9
    network.share(1.0)
    assert limiter.share == 1.0
    assert network.again()._share == 1.0
