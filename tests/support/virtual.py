"""A clock for many sleepers at once: it stands still until a test lets time pass, and then wakes them in order."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Time passes in :meth:`run_for` only."""

    def __init__(self, start: datetime = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + max(0.0, seconds), self._count, woken))
        await woken

    async def run_for(self, seconds: float) -> None:
        """Let that much time pass; whoever wakes acts before the next one does."""
        end = self._elapsed + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, due)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self._elapsed = end

    async def _settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
