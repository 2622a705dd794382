"""Two simulated ERPs, a bridge between them that can be killed at any request, and clocks that need not agree.

A killed bridge is cut off first and dismantled afterwards: nothing that its clean-up does reaches the ERPs or the
store, while its locks are given back, as the kernel does for a dead process.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx2

from erp_bridge.config import load
from erp_bridge.core.errors import BridgeError
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import World, generate
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.database import StoreError
from erp_bridge.transport.network import Network
from faults.audit import Auditor
from faults.hands import hands_on
from faults.wire import Kill, Weather, Wire
from support.kept import Kept, keep
from support.pair import NAMES, START, SimulatedPair
from support.quick import QuickBridge, empty_store

T = TypeVar("T")

#: Seconds after which a lost write counts as not carried out; what is late in the tests is late by less.
SETTLE = 8.0
ALLOWED = frozenset({"mass-change"})  # few links: any edit is one of most of them


class Runner(Protocol):
    """What makes the passes: the real bridge, or another one to compare it with."""

    async def sync(self, **options: Any) -> PassReport | None: ...
    def sever(self) -> None:
        """The process is dead: from now on it can write nothing anywhere."""
        ...

    async def close(self) -> None: ...
    def forget(self) -> None:
        """The store is gone."""
        ...


class RealBridge:
    """The bridge, kept open between passes as the daemon keeps it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._bridge: Bridge | None = None

    async def sync(self, **options: Any) -> PassReport:
        if self._bridge is None:
            self._bridge = QuickBridge(self._bench.config, self._bench.network())
        return await self._bridge.sync("suporte", PassOptions(allow=ALLOWED, **options))

    def sever(self) -> None:
        if self._bridge is not None:
            self._bridge.db.engine = _Gone(self._bridge.db.engine)  # type: ignore[assignment]
            self._bridge = None

    async def close(self) -> None:
        if self._bridge is not None:
            await self._bridge.__aexit__(None, None, None)
            self._bridge = None

    def forget(self) -> None:
        for file in self._bench.folder.glob("bridge.db*"):
            file.unlink()


class _Gone:
    """A database that a dead process can no longer reach."""

    def __init__(self, engine: Any) -> None:
        self.url = engine.url
        engine.dispose()

    def connect(self) -> Any:
        raise StoreError("this process is dead")

    def dispose(self) -> None:
        """Nothing is open."""


class Bench(SimulatedPair):
    """A pair to be maltreated; ``right_kind`` and ``left_kind`` say what stands on either side."""

    def __init__(
        self,
        right_kind: str = "integrator",
        *,
        left_kind: str = "ixc",
        world: World | None = None,
        runner: Callable[[Bench], Runner] = RealBridge,
        **keys: Any,
    ) -> None:
        self._scratch = _scratch()
        settle = {"settle": f'"{SETTLE:g}s"'}
        erps = {name: settle | keys.get("erps", {}).get(name, {}) for name in ("matriz", "filial")}
        world = world or generate(1, clients=12, left=3, right=2, now=START)
        self.skew = {"left": 0.0, "right": 0.0}
        self._luck = {"left": "", "right": ""} | keys.get("faults", {})
        super().__init__(
            Path(self._scratch.name), world, pair=keys.get("pair"), erps=erps, tables=keys.get("tables", ""),
            left_kind=left_kind, right_kind=right_kind,
        )  # fmt: skip
        self.simulators = {"left": self.left, "right": self.right}
        self.hands = {
            "left": hands_on("matriz", self.left, world, "left"),
            "right": hands_on("filial", self.right, world, "right"),
        }
        self.audit = Auditor(self.hands)
        self.weather = Weather()
        self.births: dict[tuple[str, bool, str], float] = {}
        self.life = 0
        self.kills = 0
        self.loop = asyncio.new_event_loop()
        self.died = asyncio.Event()
        self._under_way: list[tuple[float, str, httpx2.Request]] = []
        self._runner = runner
        self.runner = runner(self)
        self.town: Any = None  # the people who work here, once there are some
        self.config = load(self.write_config())
        empty_store(self.folder)

    # --- copies ------------------------------------------------------------------------------------------------

    def kept(self) -> Kept:
        """The bench as it stands, with its town, for :meth:`again`."""
        self.stop_bridge()
        return keep(self)

    @classmethod
    def again(cls, kept: Kept) -> Bench:
        """A bench of its own that stands as the kept one did."""
        scratch = _scratch()
        bench: Bench = kept.again(Path(scratch.name))
        bench._scratch, bench.config = scratch, load(bench.config_file)
        return bench

    def __getstate__(self) -> dict[str, Any]:
        bound = ("_scratch", "config", "loop", "died", "runner")
        return {name: value for name, value in super().__getstate__().items() if name not in bound}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.loop, self.died = asyncio.new_event_loop(), asyncio.Event()
        self.runner = self._runner(self)

    def _keys(self, side: str) -> dict[str, Any]:
        faults = Faults(self._luck[side], seed=list(self._luck).index(side), sleep=self.clock.sleep)
        return {**super()._keys(side), "now": partial(self._now, side), "faults": faults}

    # --- time and the network ----------------------------------------------------------------------------------

    def _now(self, side: str) -> datetime:
        return self.clock.now() + timedelta(seconds=self.skew[side])

    def network(self) -> Network:
        def wire(url: str) -> Wire:
            side = next(side for side, name in NAMES.items() if url.startswith(f"http://{name}.test"))
            return Wire(self, side, self._app(url))

        return Network(clock=self.clock, wire=wire)

    def post(self, side: str, request: httpx2.Request, late_by: float) -> None:
        """A request that is under way; the ERP will carry it out although nobody waits for its answer any more."""
        copy = httpx2.Request(request.method, request.url, headers=request.headers, content=request.content)
        self._under_way.append((self.clock.monotonic() + late_by, side, copy))

    async def deliver_what_is_due(self, now: float | None = None) -> None:
        now = self.clock.monotonic() if now is None else now
        due = [item for item in self._under_way if item[0] <= now]
        self._under_way = [item for item in self._under_way if item[0] > now]
        for _, side, request in due:
            try:
                await Wire(self, side, self._app(str(request.url))).act(request)
            except httpx2.ReadError:
                continue

    def advance(self, seconds: float) -> None:
        """Let time pass, and arrive what is under way."""
        end = self.clock.monotonic() + seconds
        for due in sorted(item[0] for item in self._under_way if item[0] <= end):
            self.clock.advance(due - self.clock.monotonic())
            self.run(self.deliver_what_is_due())
        self.clock.advance(end - self.clock.monotonic())

    def note_births(self) -> None:
        """Look at both ERPs, and remember since when each record of the bridge exists."""
        for side in self.hands:
            self.audit.note_births(side)
        self.date_births()

    def date_births(self) -> None:
        """What the auditor knows and this bench does not was born just now."""
        if len(self.births) == len(self.audit.tickets) + len(self.audit.messages):
            return
        now = self.clock.monotonic()
        for side, id in self.audit.tickets:
            self.births.setdefault((side, False, id), now)
        for side, _, said in self.audit.messages:
            self.births.setdefault((side, True, said[1:].rpartition("_")[2]), now)

    # --- passes ------------------------------------------------------------------------------------------------

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def sync_once(self, kill: Kill | None = None, **options: Any) -> PassReport | None:
        """One pass; None when it was killed or failed."""
        return self.run(self._pass(kill, options))

    async def _pass(self, kill: Kill | None, options: dict[str, Any]) -> PassReport | None:
        self.weather.kill, self.weather.count, self.weather.writes = kill, 0, 0
        self.died.clear()
        task = asyncio.ensure_future(self.runner.sync(**options))
        dead = asyncio.ensure_future(self.died.wait())
        await asyncio.wait({task, dead}, return_when=asyncio.FIRST_COMPLETED)
        if self.died.is_set():
            await self._bury(task)
            return None
        dead.cancel()
        self.weather.kill = None
        try:
            return task.result()
        except BridgeError as error:
            self.last_error = error
            return None

    async def _bury(self, task: asyncio.Future[Any]) -> None:
        """Cut the bridge off from the world, then let its remains be cleared away."""
        self.kills += 1
        self.life += 1
        self.runner.sever()
        task.cancel()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        await asyncio.gather(task, *others, return_exceptions=True)
        self.runner = self._runner(self)

    async def second_worker(self) -> BridgeError | None:
        """Another process starts a pass over the same pair right now; what it is told."""
        async with QuickBridge(self.config, self.network()) as other:
            try:
                await other.sync("suporte", PassOptions(allow=ALLOWED))
            except BridgeError as error:
                return error
        return None

    def ask_bridge(self, question: Callable[[Bridge], T]) -> T:
        """Something of the store between passes."""

        async def asked() -> T:
            async with QuickBridge(self.config, self.network()) as bridge:
                return question(bridge)

        return self.run(asked())

    # --- the store ---------------------------------------------------------------------------------------------

    def stop_bridge(self) -> None:
        self.run(self.runner.close())

    def copy_store(self) -> dict[str, bytes]:
        self.stop_bridge()
        return {file.name: file.read_bytes() for file in self.folder.glob("bridge.db*") if file.suffix != ".lock"}

    def put_store(self, files: dict[str, bytes]) -> None:
        """Instead of the present one."""
        self.stop_bridge()
        self.runner.forget()
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        if "bridge.db" in files:  # a lease in a copy has run out by the time somebody puts it back
            with closing(sqlite3.connect(self.folder / "bridge.db")) as db, db:
                db.execute("UPDATE leases SET expires = 0")

    def close(self) -> None:
        self.stop_bridge()
        self.loop.close()
        self._scratch.cleanup()


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """In memory where there is such a place: what is killed here is no machine, so nothing needs to reach a disk."""
    return tempfile.TemporaryDirectory(prefix="bench-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
