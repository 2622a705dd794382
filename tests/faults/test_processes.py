"""The bridge's processes are killed, doubled and frozen over real HTTP; nothing may be lost or doubled by it.

``ERP_BRIDGE_KILLS=200 pytest -s tests/faults/test_processes.py -k forked`` is the full proof; it prints its figures.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest

from erp_bridge.core.clock import SystemClock
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import generate
from faults.audit import Auditor
from faults.bench import Bench
from faults.hands import hands_on
from faults.invariants import check, doubled, standing
from faults.processes import PATIENCE, Killer, Nursery, Running, Spawned
from faults.town import SIDES, Town
from support.pair import SimulatedPair

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

KILLS = int(os.environ.get("ERP_BRIDGE_KILLS", "8"))
SEED = int(os.environ.get("ERP_BRIDGE_SEED", "4"))
#: Seconds after which a lost write counts as not carried out.
SETTLE = 2.0
#: Passes after which everything must have come to rest.
ENOUGH = 8
NOW = datetime.now(UTC)
NEXT = {"novo": "em_progresso", "pendente": "em_progresso", "em_progresso": "solucionado"}


class Houses(SimulatedPair):
    """Two ERPs on HTTP in this process and the clock on the wall; the bridge is a process of its own."""

    def __init__(self, folder: Path) -> None:
        erps = {name: {"settle": '"0s"', "timeout": f'"{SETTLE:g}s"'} for name in ("matriz", "filial")}
        world = generate(1, clients=40, left=9, right=6, now=NOW)
        super().__init__(folder, world, erps=erps)
        self.clock = cast(Any, SystemClock())
        self.left = IxcSimulator(world, side="left")
        self.right = IntegratorSimulator(world, side="right", change_stamp=True)
        self.simulators = {"left": self.left, "right": self.right}
        self.hands: dict[str, Any] = {
            "left": hands_on("matriz", self.left, world, "left"),
            "right": hands_on("filial", self.right, world, "right"),
        }
        self.audit = Auditor(self.hands)
        self.at_work: Counter[str] = Counter()  # requests that are being answered
        self._open = ExitStack()

    def __enter__(self) -> Houses:
        for side, name in (("left", "matriz"), ("right", "filial")):
            server = self._open.enter_context(Server(self._counted(side, self.simulators[side].app)))
            self.erps[name]["url"] = f'"{server.url}"'
        self.write_config()
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def _counted(self, side: str, app: Any) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            self.at_work[side] += 1
            try:
                await app(scope, receive, send)
            finally:
                self.at_work[side] -= 1

        return answer

    def requests(self) -> dict[str, int]:
        return {side: len(simulator.requests) for side, simulator in self.simulators.items()}

    def writes(self) -> dict[str, int]:
        return {side: hands.writes() for side, hands in self.hands.items()}

    def at_rest(self) -> None:
        """Wait until the ERPs have dealt with whatever reached them, then look at what was made."""
        until(lambda: not any(self.at_work.values()), "the ERPs are still at work")
        self.note_births()

    def note_births(self) -> None:
        for side in SIDES:
            self.audit.note_births(side)

    def ask_bridge(self, question: Callable[[Any], Any]) -> Any:
        return asyncio.run(self.ask(question))

    def as_bench(self) -> Bench:
        """What the town's people and the invariants need of a bench is here."""
        return cast(Bench, self)

    def sync(self, *options: str) -> list[str]:  # type: ignore[override]
        """Arguments of the program."""
        lifted = ("--allow", "mass-change")  # few links: any edits are on most of them
        return ["--config", str(self.config_file), "sync", "suporte", "--json", *lifted, *options]

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "bridge.db")) as db, db:
            yield db

    def stored(self) -> dict[str, list[Any]]:
        """The whole state store."""
        with self._store() as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)}

    def open_intents(self) -> int:
        """Writes of which a dead process knew not what became."""
        try:
            with self._store() as db:
                return int(db.execute("SELECT count(*) FROM intents WHERE state IN ('open', 'unseen')").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # it died before it had a store

    def lease_lasts(self) -> float:
        with self._store() as db:
            return float(db.execute("SELECT expires FROM leases").fetchone()[0]) - time.time()


def until(happened: Callable[[], bool], otherwise: str, *, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < end, otherwise
        time.sleep(0.005)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with _fast_folder() as folder, Nursery(folder) as started:
        yield started


@pytest.fixture
def houses() -> Iterator[Houses]:
    with _fast_folder() as folder, Houses(folder) as made:
        yield made


@contextmanager
def _fast_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="kill-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield Path(folder)


# --- people, and what they expect ----------------------------------------------------------------------------------


class Townspeople:
    """A few edits between two kills. Only the side where a ticket was opened closes it, so that nobody disagrees."""

    def __init__(self, houses: Houses, seed: int) -> None:
        self.town = Town(houses.as_bench())
        self._hands = houses.hands
        self._rng = random.Random(f"people {seed}")
        self.acts: Counter[str] = Counter()

    def act(self) -> None:
        rng, town = self._rng, self.town
        side = rng.choice(SIDES)
        if rng.random() < 0.5 or not town.ledger.opened:
            town.open(side)
            self.acts["tickets"] += 1
        for where in SIDES:
            known = town.tickets(where, open_only=True)[-12:]
            if known and rng.random() < 0.7:
                town.comment(where, rng.choice(known))
                self.acts["comments"] += 1
        mine = town.tickets(side, open_only=True, people_only=True)[:-4]
        if mine and rng.random() < 0.4:
            ticket = rng.choice(mine)
            town.set_status(side, ticket, NEXT[self._hands[side].tickets()[ticket].status])
            self.acts["statuses"] += 1


def come_to_rest(houses: Houses, start: Callable[[], Running]) -> list[dict[str, Any]]:
    """Clean passes until one has nothing to do."""
    reports: list[dict[str, Any]] = []
    for _ in range(ENOUGH):
        if houses.open_intents():
            time.sleep(SETTLE + 0.5)
        reports.append(start().wait().report())
        houses.at_rest()
        if _idle(reports[-1]):
            return reports
    raise AssertionError(f"there is always something left to do: {reports}")


def _idle(report: dict[str, Any]) -> bool:
    done = [report[what][side] for what in ("created", "updated", "movements") for side in SIDES]
    return not (any(done) or report["adopted"] or report["failed"])


@pytest.fixture(scope="module")
def undisturbed(nursery: Nursery) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    """What a bridge that is left alone makes of the same world: the tickets with a twin, and what waits for people."""
    with _fast_folder() as folder, Houses(folder) as houses:
        come_to_rest(houses, lambda: nursery.start("bridge", houses.sync()))
        return sources(houses), waiting(houses)


def sources(houses: Houses) -> set[tuple[str, str]]:
    """Linked tickets that people opened."""
    links = houses.ask_bridge(lambda bridge: [(link.ids.left, link.ids.right) for link in bridge.links("suporte")])
    return {place for link in links for place in zip(SIDES, link, strict=True)} - set(houses.audit.tickets)


def waiting(houses: Houses) -> set[tuple[str, str, str]]:
    items = standing(houses.as_bench()).waiting
    return {(*place, str(item["code"])) for place, found in items.items() for item in found}


# --- the proofs ----------------------------------------------------------------------------------------------------


def besiege(
    houses: Houses,
    start: Callable[[], Running],
    kills: int,
    *,
    least: float = 0.0,
    enough: Callable[[Town], bool] = lambda town: False,
) -> tuple[Killer, Town]:
    """Kill process after process, and let people work on between; until it is ``enough``."""
    people = Townspeople(houses, SEED)
    killer = Killer(list(houses.simulators.values()), SEED)
    passes = torn = 0
    while killer.kills < kills and not enough(people.town):
        people.act()
        ended = killer.attack(start, killer.draw(least))
        passes += 1
        assert ended.killed or (ended.status in (0, 1, 3) and "fault of erp-bridge itself" not in ended.err), ended
        houses.at_rest()
        torn += ended.killed and houses.open_intents() > 0
        assert passes < 10 * kills + 20, "nothing is ever hit"
    print(f"\n{killer.kills} kills in {passes} passes, {torn} of them left a write open; {dict(people.acts)}")
    print(dict(killer.strikes))
    return killer, people.town


@pytest.mark.parametrize("whole_program", [False, True], ids=["forked", "whole program"])
def test_kill_9_at_any_moment_loses_and_doubles_nothing(
    houses: Houses, nursery: Nursery, undisturbed: Any, whole_program: bool
) -> None:
    began = time.monotonic()
    linked, waits = undisturbed
    assert linked

    def start() -> Running:
        return Spawned(houses.sync()) if whole_program else nursery.start("bridge", houses.sync())

    kills = 3 if whole_program else KILLS
    _, town = besiege(houses, start, kills, least=0.8 if whole_program else 0.0)
    passes = come_to_rest(houses, lambda: nursery.start("bridge", houses.sync()))
    before = houses.writes()
    for options in ((), ("--full",)):
        assert _idle(nursery.start("bridge", houses.sync(*options)).wait().report())
    assert houses.writes() == before
    copies = [what for _, what in doubled(houses.as_bench(), town)]
    check(houses.as_bench(), town)
    assert copies == []
    assert waiting(houses) == waits  # of the world's own making; none of it a doubt or a delivery that failed
    assert sources(houses) == linked | set(town.ledger.opened)
    seconds = time.monotonic() - began
    print(f"{kills} kills: {len(copies)} doubled, 0 lost, 0 by hand, {len(passes)} passes to rest, {seconds:.0f} s")


def test_the_naive_engine_doubles_in_the_same_harness(houses: Houses, nursery: Nursery) -> None:
    def start() -> Running:
        return nursery.start("naive", [str(houses.config_file)])

    assert start().wait().status == 0
    # one in the right place will do
    _, town = besiege(houses, start, 20, enough=lambda town: any(doubled(houses.as_bench(), town)))
    assert start().wait().status == 0
    houses.at_rest()
    copies = [what for _, what in doubled(houses.as_bench(), town)]
    print(f"naive: {len(copies)} doubled")
    assert copies


def hold_back(houses: Houses) -> Callable[[], None]:
    """From now on no ERP answers; what is asked waits until the returned function is called."""
    let_go = threading.Event()

    async def wait() -> None:
        while not let_go.is_set():
            await asyncio.sleep(0.005)

    for simulator in houses.simulators.values():
        simulator.faults.once("hook", count=1_000_000, before=wait)

    def release() -> None:
        for simulator in houses.simulators.values():
            simulator.faults.clear()
        let_go.set()

    return release


def test_of_two_passes_at_once_one_works_and_one_goes_at_once(houses: Houses, nursery: Nursery) -> None:
    release = hold_back(houses)
    first = Spawned(houses.sync())
    until(lambda: all(houses.requests().values()), "the first one does nothing")
    second = nursery.start("bridge", houses.sync()).wait()
    assert second.status == 4
    assert second.seconds < 3
    assert "is being worked on by" in second.err
    assert f"pid {first.pid}" in second.err
    release()
    assert first.wait().report()["created"]["right"] > 0


def test_a_frozen_worker_that_was_overtaken_sends_and_commits_nothing(houses: Houses, nursery: Nursery) -> None:
    nursery.start("bridge", houses.sync()).wait().report()
    ticket = houses.ask_bridge(lambda bridge: bridge.links("suporte")[0].ids.left)
    town = Town(houses.as_bench())
    for _ in range(6):
        town.comment("left", ticket)
    frozen = start_and_freeze(houses, nursery)
    assert nursery.start("bridge", houses.sync()).wait().status == 4  # frozen, but its time is not up
    until(lambda: houses.lease_lasts() < 0, "the lease does not end")
    overtaking = nursery.start("bridge", houses.sync()).wait().report()
    assert overtaking["movements"]["right"] == 6  # one of them was found, having been written before
    houses.at_rest()
    requests, stored = houses.requests(), houses.stored()
    os.kill(frozen.pid, signal.SIGCONT)
    ended = frozen.wait()
    assert ended.status == 4, ended
    assert "has taken over suporte" in ended.err
    houses.at_rest()
    assert houses.requests() == requests
    now_stored = houses.stored()
    passes, own = stored.pop("passes"), now_stored.pop("passes")
    assert now_stored == stored
    # only in the journal it notes how its own pass ended, and no other row of it
    assert [row for row in own if row not in passes] == [row for row in own if "LeaseLost" in row]
    assert sum(row not in own for row in passes) <= 1
    come_to_rest(houses, lambda: nursery.start("bridge", houses.sync()))
    check(houses.as_bench(), town)


def start_and_freeze(houses: Houses, nursery: Nursery) -> Running:
    """A pass that stands still in the middle of a write: the ERP has acted, but the reply is not yet read."""
    at_write = threading.Event()
    let_go = threading.Event()

    async def wait() -> None:
        at_write.set()
        while not let_go.is_set():
            await asyncio.sleep(0.005)

    for side in SIDES:
        for match in ("exemploComentar", "criarAtendimento", "POST su_ticket", "POST su_mensagens"):
            houses.simulators[side].faults.once("hook", match=match, count=1_000_000, after=wait)
    frozen = nursery.start("bridge", houses.sync(), ttl=2)
    until(at_write.is_set, "it writes nothing")
    os.kill(frozen.pid, signal.SIGSTOP)
    for simulator in houses.simulators.values():
        simulator.faults.clear()
    let_go.set()
    houses.at_rest()
    return frozen


def test_a_restart_after_kill_9_waits_for_no_lease(houses: Houses, nursery: Nursery) -> None:
    release = hold_back(houses)
    process = nursery.start("bridge", houses.sync())
    until(lambda: any(houses.at_work.values()), "it does nothing")
    os.kill(process.pid, signal.SIGKILL)
    killed = process.wait()
    release()
    houses.at_rest()
    assert killed.killed
    assert houses.lease_lasts() > 5
    before, began = houses.requests(), time.monotonic()
    again = nursery.start("bridge", houses.sync())
    until(lambda: houses.requests() != before, "it does not begin")
    assert time.monotonic() - began < 2
    assert again.wait().report()["created"]["right"] > 0


def test_the_hands_see_what_the_bridge_makes(houses: Houses, nursery: Nursery) -> None:
    """Otherwise the proofs above would count nothing."""
    report = nursery.start("bridge", houses.sync()).wait().report()
    houses.at_rest()
    made = Counter(side for side, _ in houses.audit.tickets)
    assert {side: made[side] for side in SIDES} == report["created"]
    assert all(report["created"].values())
