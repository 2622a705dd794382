"""A clock that moves when told, and at once when something sleeps on it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """``slept`` holds every wait that was asked for."""

    def __init__(self, start: datetime = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float | timedelta) -> None:
        self._elapsed += seconds.total_seconds() if isinstance(seconds, timedelta) else max(0.0, seconds)
