"""Patience: what may be repeated is repeated, a few times, after pauses that spread many clients out."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from erp_bridge.core.clock import Clock
from erp_bridge.transport.skew import parse_http_date
from erp_bridge.transport.verdict import Failure

ATTEMPTS = 4
_full_jitter = wait_random_exponential(multiplier=1, max=20)

T = TypeVar("T")


async def persist(attempt: Callable[[int], Awaitable[T]], *, clock: Clock, writes: bool, budget: float) -> T:
    """Call ``attempt(number)`` until it succeeds; at most ``ATTEMPTS`` times and within ``budget`` seconds."""
    started = clock.monotonic()
    number = 0

    async def numbered() -> T:
        nonlocal number
        number += 1
        try:
            return await attempt(number)
        except Failure as failure:
            failure.attempts = number
            raise

    def may_repeat(error: BaseException) -> bool:
        return isinstance(error, Failure) and error.may_repeat(writes=writes)

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, Failure) else None
        return max(asked or 0.0, _full_jitter(state))

    def enough(state: RetryCallState) -> bool:
        return number >= ATTEMPTS or clock.monotonic() - started + state.upcoming_sleep > budget

    try:
        return await numbered()  # nearly always that is all, and the rest takes a tenth of a request's time
    except Failure as failure:
        if not may_repeat(failure):
            raise
        happened: Failure | None = failure

    async def counted() -> T:
        nonlocal happened
        if happened is not None:
            first, happened = happened, None
            raise first
        return await numbered()

    retrying = AsyncRetrying(
        sleep=clock.sleep, retry=retry_if_exception(may_repeat), wait=pause, stop=enough, reraise=True
    )
    return await retrying(counted)


def retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """The seconds a reply asks us to wait; a date in it counts from the reply's own clock."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    date = parse_http_date(text)
    if date is None:
        return None
    now = parse_http_date(headers.get("date")) or clock.now()
    return max(0.0, (date - now).total_seconds())
