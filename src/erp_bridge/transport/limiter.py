"""How gently one ERP is asked: requests a minute, bursts, requests in flight, and how they adapt to its answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta, tzinfo

from erp_bridge.core.clock import Clock
from erp_bridge.transport.verdict import Failure

_BURST = 10
_LONGEST_HOLD = 3600.0  # a Retry-After of next year is a mistake
_SLOWEST = 0.1  # of the configured pace
_BUSY_CUT, _SLOW_CUT = 0.5, 0.7
_RECOVERY = 0.02  # of the configured pace, per good answer
_MARKEDLY = 3.0  # times as long as usual ...
_NOTICEABLE = 1.0  # ... and longer than this many seconds
_SLOW_IN_A_ROW = 3


class Limiter:
    """A token bucket and a count of requests in flight, both scaled by ``pace`` (1.0 = as configured).

    In any sliding minute at most ``requests_per_minute`` plus one burst pass. Everybody waits in one queue,
    first come, first served.
    """

    def __init__(self, clock: Clock, zone: tzinfo, *, requests_per_minute: int, max_concurrency: int) -> None:
        self.pace = 1.0
        self.share = 1.0  # the part of the limits that is ours, when other processes ask the same ERP
        self.queue = 0  # how many wait for a slot
        self._clock = clock
        self._zone = zone
        self._rate = requests_per_minute / 60
        self._burst = float(min(_BURST, requests_per_minute))
        self._max_concurrency = max_concurrency
        self._tokens = self._burst
        self._counted_at = clock.monotonic()
        self._held_until = 0.0
        self._in_flight = 0
        self._queue = asyncio.Lock()
        self._freed = asyncio.Event()
        self._usual: dict[str, float] = {}  # seconds, by operation
        self._slow_in_a_row = 0
        self._cut_at = float("-inf")

    @property
    def concurrency(self) -> int:
        return max(1, int(self._max_concurrency * self.pace * self.share))

    @asynccontextmanager
    async def slot(self, patience: float) -> AsyncIterator[None]:
        """The right to send one request. Fails at once when the ERP asked for a longer rest than ``patience``."""
        self.queue += 1
        try:
            async with self._queue:
                await self._turn(patience)
                self._tokens -= 1
                self._in_flight += 1
        finally:
            self.queue -= 1
        try:
            yield
        finally:
            self._in_flight -= 1
            self._freed.set()

    async def _turn(self, patience: float) -> None:
        while True:
            self._refuse_if_held(patience)
            if self._in_flight >= self.concurrency:
                self._freed.clear()
                await self._freed.wait()
            elif (wait := self._seconds_to_wait()) > 0:
                await self._clock.sleep(max(wait, 0.001))  # less may vanish in a clock that is months old
            else:
                return

    def hold(self, seconds: float) -> None:
        """Send nothing for so long: the ERP said Retry-After."""
        until = self._clock.monotonic() + min(seconds, _LONGEST_HOLD)
        self._held_until = max(self._held_until, until)

    def observe(self, operation: str, seconds: float, *, busy: bool) -> None:
        """Learn from one answer: slow down when it is "busy" or markedly slow, recover a little when it is good."""
        usual = self._usual.setdefault(operation, seconds)
        slow = seconds > max(_MARKEDLY * usual, _NOTICEABLE)
        self._usual[operation] += (0.2 if seconds < usual else 0.01) * (seconds - usual)
        self._slow_in_a_row = self._slow_in_a_row + 1 if slow else 0
        if busy:
            self._cut(_BUSY_CUT)
        elif self._slow_in_a_row >= _SLOW_IN_A_ROW:
            self._cut(_SLOW_CUT)
        elif not slow:
            self._refill()
            self.pace = min(1.0, self.pace + _RECOVERY)

    def _cut(self, share: float) -> None:
        now = self._refill()
        self._tokens = min(self._tokens, 1.0)  # no burst right now
        if now - self._cut_at >= 1.0:  # what was in flight together fails together, and counts once
            self.pace = max(_SLOWEST, self.pace * share)
            self._cut_at = now

    def _refuse_if_held(self, patience: float) -> None:
        wait = self._held_until - self._clock.monotonic()
        if wait > patience:
            until = (self._clock.now() + timedelta(seconds=wait)).astimezone(self._zone).isoformat(" ", "seconds")
            reason = f"not asked, because it wants to be left alone until {until} (Retry-After)"
            raise Failure("held", reason, may_have_acted=False, passing=False)

    def _seconds_to_wait(self) -> float:
        now = self._refill()
        missing = 1.0 - self._tokens
        for_token = missing / (self._rate * self.pace * self.share) if missing > 1e-6 else 0.0  # less is rounding
        return max(for_token, self._held_until - now)

    def _refill(self) -> float:
        """Count the tokens that have come since the last look, at the pace that held till now."""
        now = self._clock.monotonic()
        gained = (now - self._counted_at) * self._rate * self.pace * self.share
        self._tokens = min(max(1.0, self._burst * self.share), self._tokens + max(0.0, gained))
        self._counted_at = now
        return now
