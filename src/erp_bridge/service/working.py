"""What the daemon and a worker have in common: passes under a configuration, and the wish that they end."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.service.passes import Listener, Passes
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.network import Network


class Working(ABC):
    """Whatever makes ``passes`` until :meth:`stop` is called. ``ready`` is set as soon as the first may begin."""

    def __init__(self, passes: Passes) -> None:
        self.passes = passes
        self.stopping = False
        self.ready = asyncio.Event()
        self._stop = asyncio.Event()

    @property
    def config(self) -> Config:
        return self.passes.config

    @property
    def bridge(self) -> Bridge:
        """For a look at the store and the ERPs between passes."""
        return self.passes.bridge

    @property
    def network(self) -> Network:
        return self.passes.network

    @property
    def clock(self) -> Clock:
        return self.passes.clock

    @property
    def listeners(self) -> list[Listener]:
        return self.passes.listeners

    @abstractmethod
    async def run(self) -> None:
        """Work until :meth:`stop` is called; then let running passes end, and close everything."""

    def stop(self) -> None:
        self._stop.set()

    def reload(self, new: Config) -> list[str]:
        """As :meth:`Passes.reload`. Raises ``ConfigError`` for a change that takes a restart."""
        return self.passes.reload(new)

    def ails(self) -> str:
        """What keeps it from working, in a word; empty when it works."""
        return "stopping" if self.stopping or self._stop.is_set() else ""
