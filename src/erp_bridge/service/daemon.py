"""The daemon: every pair at its interval, each on its own, until it is told to stop.

A pair that is slow, broken or held elsewhere delays no other. A new configuration takes over between two passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from erp_bridge.config import Config, PairSettings
from erp_bridge.core.errors import ConfigError
from erp_bridge.service.cycle import Cycle, Outcome, run_cycle
from erp_bridge.service.reloading import difference, refuse_what_needs_a_restart
from erp_bridge.service.schedule import Grid, Rests
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.network import Network

#: Passes at the same time, at most. They mostly wait for ERPs, whose own limits hold besides.
AT_ONCE = 50
#: How long running passes may go on after the daemon was told to stop; then they are cut short, which loses nothing.
PATIENCE = 5.0

Listener = Callable[[Cycle], None]


@dataclass(eq=False)
class _Reign:
    """One configuration and its bridge, from the moment it takes over until its last pass has ended."""

    config: Config
    bridge: Bridge
    passes: set[asyncio.Task[Cycle]] = field(default_factory=set)


class Daemon:
    """Runs the enabled pairs of a configuration. ``listeners`` hear of every pass that ended."""

    def __init__(
        self,
        config: Config,
        network: Network | None = None,
        *,
        listeners: tuple[Listener, ...] = (),
        bridge: Callable[[Config, Network], Bridge] = Bridge,
    ) -> None:
        self.network = network or Network()
        self.clock = self.network.clock
        self.listeners = list(listeners)
        self._make = bridge
        self._reign = _Reign(config, bridge(config, self.network))
        self._past: list[_Reign] = []
        self._rests = Rests()
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, asyncio.Task[Cycle]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._stop = asyncio.Event()
        self._log = get_logger(part="daemon")
        self.due: dict[str, float] = {}  # when each pair starts next, on the monotonic clock

    @property
    def config(self) -> Config:
        return self._reign.config

    @property
    def bridge(self) -> Bridge:
        """For a look at the store and the ERPs between passes."""
        return self._reign.bridge

    def stop(self) -> None:
        self._stop.set()

    async def run(self) -> None:
        """Work until :meth:`stop` is called; then let running passes end, and close everything.

        Raises ``ConfigError`` or ``StoreError`` when the store cannot be opened.
        """
        _ = self.bridge.db  # opened now: a store that cannot be is better known at once than in the first pass
        self._follow(self.config)
        self._log.info("started", pairs=len(self._loops))
        try:
            await self._stop.wait()
        finally:
            await self._wind_up()

    def reload(self, new: Config) -> list[str]:
        """Go on with another configuration; what differs, in lines. Passes under way end under the old one.

        Raises ``ConfigError`` for a change that takes a restart, and then changes nothing.
        """
        refuse_what_needs_a_restart(self.config, new)
        changes = difference(self.config, new)
        if not changes:
            return []
        self.network = self.network if new.erp == self.config.erp else self.network.again()
        self._past.append(self._reign)
        self._reign = _Reign(new, self._make(new, self.network))
        self._rests = Rests()
        self._follow(new)
        for line in changes:
            self._log.info("configuration changed", change=line)
        return changes

    # --- pairs -------------------------------------------------------------------------------------------------

    def _follow(self, config: Config) -> None:
        """One loop for each enabled pair; those whose rhythm stays the same keep their place in it."""
        wanted = {name: pair for name, pair in config.pair.items() if pair.enabled}
        for name, loop in list(self._loops.items()):
            old = self._past[-1].config.pair.get(name) if self._past else None
            if name not in wanted or old is None or old.interval != wanted[name].interval:
                loop.cancel()
                del self._loops[name]
                self.due.pop(name, None)
        for name, pair in wanted.items():
            if name not in self._loops:
                grid = Grid(name, pair.interval.total_seconds(), self.clock.monotonic())
                self._loops[name] = asyncio.create_task(self._loop(grid), name=f"pair {name}")

    async def _loop(self, grid: Grid) -> None:
        number = 0
        while True:
            self.due[grid.pair] = due = grid.due(number)
            await self.clock.sleep(max(0.0, due - self.clock.monotonic()))
            rest = self._rests.until(self._erps(grid.pair)) - self.clock.monotonic()
            if rest <= 0:
                await self._pass(grid.pair, due)
            number = grid.next_after(max(self.clock.monotonic(), due, self.clock.monotonic() + rest))

    def _erps(self, pair: str) -> tuple[str, str]:
        settings: PairSettings = self.config.pair[pair]
        return settings.left, settings.right

    async def _pass(self, pair: str, due: float) -> None:
        before = self._running.get(pair)
        if before is not None:  # its last pass under an older configuration
            await asyncio.wait({before})
        async with self._at_once:
            reign = self._reign
            delay = self.clock.monotonic() - due
            task = asyncio.create_task(run_cycle(reign.bridge, pair, delay=delay), name=f"pass {pair}")
            self._running[pair] = task
            reign.passes.add(task)
            try:
                await asyncio.wait({task})
            finally:
                task.add_done_callback(lambda done: self._ended(reign, pair, done))
        await asyncio.sleep(0)

    def _ended(self, reign: _Reign, pair: str, task: asyncio.Task[Cycle]) -> None:
        reign.passes.discard(task)
        if self._running.get(pair) is task:
            del self._running[pair]
        if not task.cancelled():
            self._note(task.result())
        if reign in self._past and not reign.passes:
            self._past.remove(reign)
            self._closing = asyncio.ensure_future(reign.bridge.__aexit__())

    def _note(self, cycle: Cycle) -> None:
        now = self.clock.monotonic()
        for erp in cycle.down:
            rest = self._rests.failed(erp, now)
            self._log.warning("the ERP is left alone", erp=erp, seconds=round(rest), error=cycle.error)
        if cycle.is_well:
            for erp in self._erps(cycle.pair) if cycle.pair in self.config.pair else ():
                self._rests.answered(erp)
        tell = self._log.info if cycle.is_well or cycle.outcome is Outcome.HELD else self._log.warning
        tell("pass ended", pair=cycle.pair, outcome=cycle.outcome.value, seconds=round(cycle.seconds, 3),
             delay=round(cycle.delay, 3), error=cycle.error or None)  # fmt: skip
        for listener in self.listeners:
            try:
                listener(cycle)
            except Exception:  # who listens must not disturb who works
                self._log.exception("a listener failed", listener=getattr(listener, "__qualname__", repr(listener)))

    # --- the end -----------------------------------------------------------------------------------------------

    async def _wind_up(self) -> None:
        for loop in self._loops.values():
            loop.cancel()
        await asyncio.gather(*self._loops.values(), return_exceptions=True)
        self._loops.clear()
        running = set(self._running.values())
        if running:
            self._log.info("stopping", passes=len(running))
            patience = asyncio.ensure_future(self.clock.sleep(PATIENCE))
            whole = asyncio.ensure_future(asyncio.wait(running))
            await asyncio.wait({patience, whole}, return_when=asyncio.FIRST_COMPLETED)
            for task in (*running, patience, whole):
                task.cancel()
            await asyncio.gather(*running, patience, whole, return_exceptions=True)
        for reign in (*self._past, self._reign):
            await reign.bridge.__aexit__()
        self._log.info("stopped")


async def reload_from(daemon: Daemon, read: Callable[[], Config]) -> bool:
    """Read the configuration again. A broken one is refused, and the daemon goes on as before."""
    log = get_logger(part="daemon")
    try:
        changes = daemon.reload(await asyncio.to_thread(read))
    except ConfigError as error:
        log.warning("the new configuration is refused; going on with the old one", error=str(error))
        return False
    log.info("configuration reloaded", changes=len(changes))
    return True
