"""The daemon: every pair at its interval, each on its own, until it is told to stop.

A pair that is slow, broken or held elsewhere delays no other. A new configuration takes over between two passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from erp_bridge.config import Config
from erp_bridge.core.errors import ConfigError
from erp_bridge.service.passes import Listener, Passes, Span, untraced
from erp_bridge.service.schedule import Grid
from erp_bridge.service.working import Working
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.network import Network


class Daemon(Working):
    """Runs the enabled pairs of a configuration. ``listeners`` hear of every pass that ended."""

    def __init__(
        self,
        config: Config,
        network: Network | None = None,
        *,
        listeners: Iterable[Listener] = (),
        bridge: Callable[[Config, Network], Bridge] = Bridge,
        span: Span = untraced,
    ) -> None:
        super().__init__(Passes(config, network, listeners=listeners, bridge=bridge, span=span))
        self.due: dict[str, float] = {}  # when each pair starts next, on the monotonic clock
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._log = get_logger(part="daemon")

    def ails(self) -> str:
        """What keeps it from working, in a word; empty when it works."""
        dead = sorted(name for name, loop in self._loops.items() if loop.done())
        return super().ails() or (f"no schedule for {', '.join(dead)}" if dead else "")

    async def run(self) -> None:
        """Work until :meth:`stop` is called; then let running passes end, and close everything.

        Raises ``ConfigError`` or ``StoreError`` when the store cannot be opened.
        """
        _ = self.bridge.db  # opened now: a store that cannot be is better known at once than in the first pass
        self._follow(self.config, self.config)
        self._log.info("started", pairs=len(self._loops))
        self.ready.set()
        try:
            await self._stop.wait()
        finally:
            self.stopping = True
            await self._wind_up()

    def reload(self, new: Config) -> list[str]:
        """Go on with another configuration; what differs, in lines. Passes under way end under the old one.

        Raises ``ConfigError`` for a change that takes a restart, and then changes nothing.
        """
        old = self.config
        changes = self.passes.reload(new)
        if changes:
            self._follow(old, new)
        return changes

    # --- pairs -------------------------------------------------------------------------------------------------

    def _follow(self, old: Config, new: Config) -> None:
        """One loop for each enabled pair; those whose rhythm stays the same keep their place in it."""
        wanted = {name: pair for name, pair in new.pair.items() if pair.enabled}
        for name, loop in list(self._loops.items()):
            if name not in wanted or old.pair[name].interval != wanted[name].interval:
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
            rest = self.passes.rest(grid.pair)
            if rest <= 0:
                await self.passes.run(grid.pair, due)
            now = self.clock.monotonic()
            number = grid.next_after(max(now, due, now + rest))

    # --- the end -----------------------------------------------------------------------------------------------

    async def _wind_up(self) -> None:
        for loop in self._loops.values():
            loop.cancel()
        await asyncio.gather(*self._loops.values(), return_exceptions=True)
        self._loops.clear()
        await self.passes.wind_up()
        self._log.info("stopped")


async def reload_from(reload: Callable[[Config], list[str]], read: Callable[[], Config]) -> list[str] | str:
    """Read the configuration again; what has changed, in lines.

    A broken one is refused, for the reason that is returned then, and everything goes on as before.
    """
    log = get_logger(part="daemon")
    try:
        changes = reload(await asyncio.to_thread(read))
    except ConfigError as error:
        log.warning("the new configuration is refused; going on with the old one", error=str(error))
        return str(error)
    log.info("configuration reloaded", changes=len(changes))
    return changes
