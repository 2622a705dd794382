"""Many pairs, each at its interval, whatever happens to the others."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from erp_bridge.config import Config, load
from erp_bridge.core.errors import ConfigError, Unavailable
from erp_bridge.service.cycle import Cycle, Outcome
from erp_bridge.service.daemon import Daemon, reload_from
from erp_bridge.sync.report import PassReport
from erp_bridge.transport.network import Network
from support.virtual import VirtualClock

HEAD = '[state]\nurl = "sqlite:///bridge.db"\n'
ERP = '[erp.{name}]\nadapter = "ixc"\nurl = "http://{name}.test"\ntoken = "env:T"\ntimezone = "America/Sao_Paulo"\n'
PAIR = '[pair.{name}]\nleft = "{left}"\nright = "{right}"\ninterval = "{interval}s"\n'


def config(folder: Path, pairs: dict[str, tuple[str, str, int]]) -> Config:
    erps = sorted({erp for left, right, _ in pairs.values() for erp in (left, right)})
    text = HEAD + "".join(ERP.format(name=erp) for erp in erps)
    text += "".join(
        PAIR.format(name=name, left=left, right=right, interval=interval)
        for name, (left, right, interval) in pairs.items()
    )
    file = folder / "bridge.toml"
    file.write_text(text)
    return load(file)


class FakeBridge:
    """Passes that do as the test says: ``acts[pair]`` is awaited in each."""

    acts: dict[str, Callable[[], Any]]

    def __init__(self, config: Config, network: Network) -> None:
        self.config, self.clock, self.db, self.closed = config, network.clock, None, False

    async def sync(self, pair: str) -> PassReport:
        assert not self.closed, "a pass on a bridge that was closed"
        STARTS[pair].append(self.clock.monotonic())
        act = ACTS.get(pair)
        if act is not None:
            await act()
        return PassReport(pair)

    async def __aexit__(self, *exc: object) -> None:
        self.closed = True
        CLOSED.append(self)


STARTS: dict[str, list[float]] = defaultdict(list)
ACTS: dict[str, Callable[[], Any]] = {}
CLOSED: list[FakeBridge] = []


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", "1:a")
    STARTS.clear()
    ACTS.clear()
    CLOSED.clear()


@asynccontextmanager
async def running(given: Config, seen: list[Cycle] | None = None) -> Any:
    clock = VirtualClock()
    listeners = (seen.append,) if seen is not None else ()
    daemon = Daemon(given, Network(clock=clock), listeners=listeners, bridge=FakeBridge)  # type: ignore[arg-type]
    task = asyncio.create_task(daemon.run())
    await clock.run_for(0)
    yield daemon, clock
    daemon.stop()
    await clock.run_for(30)
    await asyncio.wait_for(task, 5)


async def test_every_pair_runs_at_its_interval(tmp_path: Path) -> None:
    pairs = {f"p{n}": (f"a{n}", f"b{n}", 60) for n in range(40)}
    async with running(config(tmp_path, pairs)) as (_, clock):
        await clock.run_for(600)
    assert all(9 <= len(STARTS[pair]) <= 10 for pair in pairs)
    gaps = [b - a for starts in STARTS.values() for a, b in pairwise(starts)]
    assert min(gaps) >= 57
    assert max(gaps) <= 63


async def test_a_pass_that_never_ends_delays_no_other(tmp_path: Path) -> None:
    ACTS["slow"] = asyncio.Event().wait
    pairs = {"slow": ("a", "b", 60), "quick": ("a", "c", 60)}
    async with running(config(tmp_path, pairs)) as (_, clock):
        await clock.run_for(600)
    assert len(STARTS["slow"]) == 1
    assert len(STARTS["quick"]) >= 10


async def test_an_erp_that_does_not_answer_is_left_alone_longer_and_longer(tmp_path: Path) -> None:
    async def down() -> None:
        raise Unavailable("no answer", erp="a")

    ACTS["sick"] = down
    seen: list[Cycle] = []
    pairs = {"sick": ("a", "b", 60), "well": ("b", "c", 60)}
    async with running(config(tmp_path, pairs), seen) as (_, clock):
        await clock.run_for(1800)
    assert 3 <= len(STARTS["sick"]) <= 12
    assert len(STARTS["well"]) >= 30
    assert {cycle.outcome for cycle in seen if cycle.pair == "sick"} == {Outcome.DOWN}


async def test_a_fault_of_our_own_stops_nothing(tmp_path: Path) -> None:
    async def broken() -> None:
        raise KeyError("x")

    ACTS["bad"] = broken
    seen: list[Cycle] = []
    async with running(config(tmp_path, {"bad": ("a", "b", 60), "good": ("a", "b", 60)}), seen) as (_, clock):
        await clock.run_for(300)
    assert len(STARTS["bad"]) >= 5
    assert len(STARTS["good"]) >= 5
    assert any("KeyError" in cycle.error for cycle in seen)


async def test_a_listener_that_fails_is_only_logged(tmp_path: Path) -> None:
    given = config(tmp_path, {"one": ("a", "b", 60)})
    async with running(given) as (daemon, clock):
        daemon.listeners.append(lambda cycle: 1 / 0)
        await clock.run_for(300)
    assert len(STARTS["one"]) >= 5


async def test_a_new_configuration_takes_over_between_two_passes(tmp_path: Path) -> None:
    gate = asyncio.Event()
    ACTS["one"] = gate.wait
    old = config(tmp_path, {"one": ("a", "b", 60), "gone": ("a", "b", 60)})
    async with running(old) as (daemon, clock):
        await clock.run_for(100)
        before = daemon.bridge
        changes = daemon.reload(config(tmp_path, {"one": ("a", "b", 30), "new": ("a", "c", 60)}))
        assert [line.partition(":")[0] for line in changes] == [
            "+ erp.c", "+ pair.new", "- pair.gone", "pair.one.interval",
        ]  # fmt: skip
        await clock.run_for(120)
        assert not before.closed, "its pass is not over yet"
        assert len(STARTS["one"]) == 1, "never two passes of one pair at a time"
        gate.set()
        await clock.run_for(300)
        assert before.closed
        assert daemon.bridge is not before
    assert len(STARTS["gone"]) <= 2
    assert len(STARTS["new"]) >= 5
    assert len(STARTS["one"]) >= 9


async def test_a_broken_or_impossible_configuration_is_refused(tmp_path: Path) -> None:
    given = config(tmp_path, {"one": ("a", "b", 60)})
    async with running(given) as (daemon, clock):

        def broken() -> Config:
            raise ConfigError("line 3")

        assert await reload_from(daemon.reload, broken) == "line 3"
        with pytest.raises(ConfigError, match="restart"):
            daemon.reload(replace(given, state=given.state.model_copy(update={"url": "sqlite:///other.db"})))
        await clock.run_for(120)
        assert daemon.config is given
    assert len(STARTS["one"]) >= 2


async def test_a_stop_waits_a_little_for_the_pass_under_way(tmp_path: Path) -> None:
    clock = VirtualClock()
    seen: list[Cycle] = []

    async def long() -> None:
        await clock.sleep(3)

    ACTS["one"] = long
    pairs = {"one": ("a", "b", 60), "stuck": ("c", "d", 60)}
    ACTS["stuck"] = asyncio.Event().wait
    daemon = Daemon(config(tmp_path, pairs), Network(clock=clock), listeners=(seen.append,), bridge=FakeBridge)  # type: ignore[arg-type]
    task = asyncio.create_task(daemon.run())
    while not (STARTS["one"] and STARTS["stuck"]):
        await clock.run_for(0.5)
    while len(STARTS["one"]) < 2:
        await clock.run_for(0.5)
    daemon.stop()
    await clock.run_for(6)
    await asyncio.wait_for(task, 5)
    assert [cycle.pair for cycle in seen].count("one") == 2, "the pass under way came to its end"
    assert CLOSED.count(daemon.bridge) == 1  # type: ignore[arg-type]
