"""Passes, one pair at a time each, under the configuration that holds: what the daemon and the workers have in common.

A new configuration takes over between two passes. ERPs that do not answer are left alone for a while, and one that
already keeps many waiting is given no further passes, so that a sick ERP takes no room from the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.service.cycle import STORE, Cycle, Outcome, run_cycle
from erp_bridge.service.reloading import difference, refuse_what_needs_a_restart
from erp_bridge.service.schedule import LONGEST_REST, Rests
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.network import Network

#: Passes at the same time, at most. They mostly wait for ERPs, whose own limits hold besides.
AT_ONCE = 100
#: An ERP for whose limiter so many requests stand in line gets no further passes until the line is shorter.
CROWD = 20
#: How long running passes may go on after a stop; then they are cut short, which loses nothing.
PATIENCE = 4.0
#: All pairs wait so long, in seconds, before the state store is tried again.
STORE_REST = 5.0
#: How often a pass that waits for a crowd to pass looks again.
LOOK_AGAIN = 1.0

Listener = Callable[[Cycle], None]
#: Wraps a pass, for traces: entered with the pair's name, and told how it ended by the function it gives.
Span = Callable[[str], AbstractContextManager[Callable[[Cycle], None]]]


def untraced(_pair: str) -> AbstractContextManager[Callable[[Cycle], None]]:
    return nullcontext(lambda _cycle: None)


@dataclass(eq=False)
class _Reign:
    """One configuration and its bridge, from the moment it takes over until its last pass has ended."""

    config: Config
    bridge: Bridge
    passes: set[asyncio.Task[Cycle]] = field(default_factory=set)


class Passes:
    """Runs passes and tells ``listeners`` of each that ended."""

    def __init__(
        self,
        config: Config,
        network: Network | None = None,
        *,
        listeners: Iterable[Listener] = (),
        bridge: Callable[[Config, Network], Bridge] = Bridge,
        span: Span = untraced,
        crowd: int | None = None,
    ) -> None:
        self.network = network or Network()
        self._crowd = CROWD if crowd is None else crowd
        self.listeners = list(listeners)
        self.span = span
        self.rests = Rests()
        self.running: dict[str, asyncio.Task[Cycle]] = {}
        self._make = bridge
        self._reign = _Reign(config, bridge(config, self.network))
        self._past: list[_Reign] = []
        self._closing: set[asyncio.Future[None]] = set()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._log = get_logger(part="service")

    @property
    def clock(self) -> Clock:
        return self.network.clock

    @property
    def config(self) -> Config:
        return self._reign.config

    @property
    def bridge(self) -> Bridge:
        """For a look at the store and the ERPs between passes."""
        return self._reign.bridge

    # --- one pass ----------------------------------------------------------------------------------------------

    async def run(self, pair: str, due: float) -> Cycle | None:
        """One pass over the pair, which was due at that time of the monotonic clock; None when the pair is gone.

        Never two of one pair at a time: the one under way, perhaps under an older configuration, ends first. When this
        is cancelled the pass goes on; :meth:`wind_up` waits for it.
        """
        before = self.running.get(pair)
        if before is not None:
            await asyncio.wait({before})
        await self._room(pair)
        async with self._at_once:
            reign = self._reign
            if pair not in reign.config.pair:
                return None
            task = asyncio.create_task(self._traced(reign.bridge, pair, due), name=f"pass {pair}")
            self.running[pair] = task
            reign.passes.add(task)
            try:
                await asyncio.wait({task})
            finally:
                task.add_done_callback(lambda done: self._ended(reign, pair, done))
        await asyncio.sleep(0)  # whoever listens hears of it first
        return None if task.cancelled() else task.result()

    async def _traced(self, bridge: Bridge, pair: str, due: float) -> Cycle:
        delay = max(0.0, self.clock.monotonic() - due)
        with self.span(pair) as tell:
            cycle = await run_cycle(bridge, pair, delay=delay)
            tell(cycle)
        return cycle

    async def _room(self, pair: str) -> None:
        """Wait until no ERP of the pair keeps a crowd waiting."""
        while self.is_crowded(pair):
            await self.clock.sleep(LOOK_AGAIN)

    def is_crowded(self, pair: str) -> bool:
        """Whether an ERP of the pair keeps a crowd waiting."""
        gates = [self.network.gates[erp] for erp in self.erps(pair) if erp in self.network.gates]
        return any(gate.limiter.queue >= self._crowd for gate in gates)

    def erps(self, pair: str) -> tuple[str, ...]:
        settings = self.config.pair.get(pair)
        return () if settings is None else (settings.left, settings.right)

    def rest(self, pair: str) -> float:
        """For how many seconds the pair is left alone, because an ERP of it, or the store, did not answer."""
        return self.rests.until((STORE, *self.erps(pair))) - self.clock.monotonic()

    def _ended(self, reign: _Reign, pair: str, task: asyncio.Task[Cycle]) -> None:
        reign.passes.discard(task)
        if self.running.get(pair) is task:
            del self.running[pair]
        if not task.cancelled():
            self._note(task.result())
        if reign in self._past and not reign.passes:
            self._past.remove(reign)
            self._close(reign)

    def _close(self, reign: _Reign) -> None:
        closing = asyncio.ensure_future(reign.bridge.__aexit__())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _note(self, cycle: Cycle) -> None:
        now = self.clock.monotonic()
        for erp in cycle.down:
            rest = self.rests.failed(erp, now, STORE_REST if erp == STORE else LONGEST_REST)
            what = "the state store" if erp == STORE else "the ERP"
            self._log.warning(f"{what} is left alone", erp=erp, seconds=round(rest), error=cycle.error)
        if cycle.is_well:
            for erp in (STORE, *self.erps(cycle.pair)):
                self.rests.answered(erp)
        tell = self._log.info if cycle.is_well or cycle.outcome is Outcome.HELD else self._log.warning
        tell("pass ended", pair=cycle.pair, pass_id=cycle.pass_id, outcome=cycle.outcome.value,
             seconds=round(cycle.seconds, 3), delay=round(cycle.delay, 3), error=cycle.error or None)  # fmt: skip
        for listener in self.listeners:
            try:
                listener(cycle)
            except Exception:  # who listens must not disturb who works
                self._log.exception("a listener failed", listener=getattr(listener, "__qualname__", repr(listener)))

    # --- configuration, and the end ----------------------------------------------------------------------------

    def reload(self, new: Config) -> list[str]:
        """Go on with another configuration; what differs, in lines. Passes under way end under the old one.

        Raises ``ConfigError`` for a change that takes a restart, and then changes nothing.
        """
        refuse_what_needs_a_restart(self.config, new)
        changes = difference(self.config, new)
        if not changes:
            return []
        self.network = self.network if new.erp == self.config.erp else self.network.again()
        old, self._reign = self._reign, _Reign(new, self._make(new, self.network))
        if old.passes:
            self._past.append(old)
        else:
            self._close(old)
        self.rests = Rests()
        for line in changes:
            self._log.info("configuration changed", change=line)
        return changes

    async def wind_up(self) -> list[str]:
        """Let running passes end, cut short those that take too long, and close everything; the pairs cut short."""
        running, cut = set(self.running.values()), list[str]()
        if running:
            self._log.info("stopping", passes=len(running))
            patience = asyncio.ensure_future(self.clock.sleep(PATIENCE))
            whole = asyncio.ensure_future(asyncio.wait(running))
            await asyncio.wait({patience, whole}, return_when=asyncio.FIRST_COMPLETED)
            cut = [pair for pair, task in self.running.items() if not task.done()]
            for task in (*running, patience, whole):
                task.cancel()
            await asyncio.gather(*running, patience, whole, return_exceptions=True)
        await asyncio.gather(*self._closing, return_exceptions=True)
        for reign in (*self._past, self._reign):
            await reign.bridge.__aexit__()
        return cut
