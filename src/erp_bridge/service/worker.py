"""One of several workers, on any hosts: takes pair cycles from the line, and hands out those whose turn has come.

All workers compute the same due times (a grid that begins in 1970) and agree in the database on who hands out which.
The lease of the pair stays inside every cycle: what a frozen worker brings back, the store refuses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from erp_bridge.config import Config
from erp_bridge.core.errors import ConfigError
from erp_bridge.service.cycle import Outcome
from erp_bridge.service.jobs import STALLED, Line, Trouble, forward_complaints, prepare, schema_of, until_done
from erp_bridge.service.passes import Listener, Passes, Span, untraced
from erp_bridge.service.schedule import Grid
from erp_bridge.service.working import Working
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.network import Network

#: How often turns are handed out, and dead workers looked for. Seconds.
TICK = 1.0
#: A pair whose worker is gone, or frozen, is tried again so often, at this distance: longer than a lease lasts.
FOLLOW, FOLLOW_EVERY = 10, 2
#: Cycles of one worker at the same time.
AT_ONCE = 50
#: The part of them that may stand in line for one ERP.
CROWD = 0.2


class Worker(Working):
    """Works until :meth:`stop` is called. ``listeners`` hear of every pass that ended here."""

    def __init__(
        self,
        config: Config,
        network: Network | None = None,
        *,
        concurrency: int = AT_ONCE,
        listeners: Iterable[Listener] = (),
        bridge: Callable[[Config, Network], Bridge] = Bridge,
        span: Span = untraced,
    ) -> None:
        crowd = max(2, int(concurrency * CROWD))
        super().__init__(Passes(config, network, listeners=listeners, bridge=bridge, span=span, crowd=crowd))
        self._concurrency = concurrency
        self._ahead = 0.0  # the server's clock minus ours
        self._beat = 0.0  # when the line last answered, on the monotonic clock
        self._tried: dict[str, float] = {}  # by pair, the last turn that was handed out, or seen handed out
        self._line: Line | None = None
        self._log = get_logger(part="worker")

    def ails(self) -> str:
        """What keeps it from working, in a word; empty when it works."""
        silent = self.clock.monotonic() - self._beat
        return super().ails() or (
            f"the line of jobs has not answered for {silent:.0f} s" if silent > 10 * STALLED else ""
        )

    async def run(self) -> None:
        """Work until stopped; then let running passes end, put back what was cut short, and close everything.

        Raises ``ConfigError`` and ``StoreError`` when the store cannot be opened or is no PostgreSQL.
        """
        db = self.bridge.db
        if db.engine.dialect.name != "postgresql":
            raise ConfigError(
                "several workers share their work on PostgreSQL: name one in [state] url (`erp-bridge state move` "
                "takes the store there), or let a single `erp-bridge run` do it"
            )
        forward_complaints()
        schema = schema_of(db.digester.check_value())
        await asyncio.to_thread(prepare, db.engine, schema)
        async with Line(db.engine, schema, self._cycle) as line:
            self._line = line
            self._ahead, self._beat = await line.now() - time.time(), self.clock.monotonic()
            self._log.info("started", schema=schema, pairs=len(self.config.pair))
            self.ready.set()
            tasks = [asyncio.create_task(work()) for work in (self._hand_out, self._take, self._until_stopped)]
            try:
                await until_done(*tasks)
            finally:
                self.stopping = True
                await self._put_back(line, await self.passes.wind_up())
        self._log.info("stopped")

    async def _until_stopped(self) -> None:
        await self._stop.wait()

    # --- taking ------------------------------------------------------------------------------------------------

    async def _take(self) -> None:
        assert self._line is not None  # noqa: S101  for the type checker
        while True:
            try:
                await self._line.work(self._concurrency)
            except Trouble as error:
                self._log.warning("the line of jobs failed; going on in a moment", error=type(error).__name__)
            await self.clock.sleep(TICK)

    async def _cycle(self, pair: str, due: float, follow: int) -> None:
        """One job. ``due`` is in seconds since 1970 by the server's clock."""
        settings = self.config.pair.get(pair)
        if self.stopping or settings is None or not settings.enabled or pair in self.passes.running:
            return
        if self.passes.rest(pair) > 0:
            return
        if self._line is not None and self.passes.is_crowded(pair):  # others need the room; its turn comes back soon
            await self._line.put(pair, due, follow, FOLLOW_EVERY)
            return
        late = time.time() + self._ahead - due
        cycle = await self.passes.run(pair, self.clock.monotonic() - late)
        if cycle is not None and cycle.outcome is Outcome.HELD and follow > 0 and self._line is not None:
            await self._line.put(pair, due, follow - 1, FOLLOW_EVERY)

    # --- handing out -------------------------------------------------------------------------------------------

    async def _hand_out(self) -> None:
        assert self._line is not None  # noqa: S101  for the type checker
        ticks = 0
        while True:
            try:
                await self._tick(self._line)
                if ticks % 30 == 0:
                    await self._line.sweep()
            except Trouble as error:
                self._log.warning("no turns could be handed out; trying again", error=type(error).__name__)
            ticks += 1
            await self.clock.sleep(TICK)

    async def _tick(self, line: Line) -> None:
        now = await line.now()
        self._ahead, self._beat = now - time.time(), self.clock.monotonic()
        self.network.share(1 / max(1, await line.workers()))
        for pair in await line.rescue(FOLLOW):
            self._log.warning("a worker is gone: its pair is handed out again", pair=pair)
        due = {
            name: turn
            for name, pair in self.config.pair.items()
            if pair.enabled
            and (turn := _last_turn(name, pair.interval.total_seconds(), now)) > self._tried.get(name, 0.0)
        }
        if due:
            await line.hand_out(due)
            self._tried |= due

    async def _put_back(self, line: Line, pairs: Iterable[str]) -> None:
        """Pairs whose passes were cut short by the stop: somebody else goes on with them at once."""
        try:
            for pair in pairs:
                await line.put(pair, time.time() + self._ahead, FOLLOW)
        except Trouble as error:
            self._log.warning("the pairs of this worker wait for their next turn", error=type(error).__name__)


def _last_turn(pair: str, interval: float, now: float) -> float:
    """The newest due time that has come, the same on all hosts."""
    grid = Grid(pair, interval, 0.0)
    return grid.due(grid.next_after(now) - 1)
