"""The HTTP client of one ERP: what every adapter sends its requests through.

Each attempt waits for the limiter, passes the breaker and the guard, is sent once, and is logged once. Reads are
repeated; a write is repeated only while it provably never arrived, and raises ``Uncertain`` as soon as it may have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from erp_bridge.core.clock import Clock
from erp_bridge.transport.breaker import Breaker
from erp_bridge.transport.exchange import Exchange, Order, encode_json
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.limiter import Limiter
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.observe import Attempt, Observer
from erp_bridge.transport.reply import Reply
from erp_bridge.transport.retry import persist, retry_after
from erp_bridge.transport.verdict import Failure, judge

__all__ = ["HttpClient", "Reply"]

#: In so many steps of the event loop a request gets from its place in the queue to the wire.
_STEPS_TO_LEAVE = 8
_SHORTEST_BUDGET = 60.0  # seconds for all attempts of one call


class HttpClient:
    """Made by :meth:`Network.client`; one per adapter."""

    def __init__(
        self,
        erp: str,
        exchange: Exchange,
        limiter: Limiter,
        breaker: Breaker,
        clock: Clock,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.erp = erp
        self.requests = 0
        self._exchange = exchange
        self._limiter = limiter
        self._breaker = breaker
        self._clock = clock
        self._observers = observers
        self._budget = max(_SHORTEST_BUDGET, 2 * exchange.deadline)

    @property
    def clock_offset(self) -> timedelta | None:
        """The ERP's clock minus ours, as its last few replies tell it."""
        return self._exchange.skew.offset

    async def send(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        writes: bool,
        json: object | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
        ascii_json: bool = True,
        ok_statuses: Collection[int] = (),
    ) -> Reply:
        """Send a request and return the reply for the adapter to interpret (2xx, 400, 404, 409, 422, 500 ...).

        ``operation`` is the name of the call, without ids, for logs and errors. ``writes`` says whether carrying it
        out twice could do harm; the verb does not tell. Replies of ``ok_statuses`` are returned whatever they are.
        Raises ``AuthError``, ``Malformed``, ``Unavailable`` and, for a write, ``Uncertain``.
        """
        content = None if json is None else encode_json(json, ascii_only=ascii_json)
        order = Order(method, path, operation, headers or {}, content, form, files)
        try:
            reply = await persist(
                lambda number: self._attempt(order, number, ok_statuses),
                clock=self._clock, writes=writes, budget=self._budget,
            )  # fmt: skip
        except Failure as failure:
            raise failure.as_error(self.erp, operation, writes=writes) from None
        if not writes and self._limiter.queue:  # after a write nobody may be stopped before knowing how it ended
            await self.others_first()
        return reply

    async def others_first(self) -> None:
        """Whatever request may leave goes out before the caller takes the CPU for what has come in.

        Else the ERP has nothing to do while a page is decoded and translated; reading many pages took a sixth longer.
        """
        for _ in range(_STEPS_TO_LEAVE):
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        await self._exchange.aclose()

    async def _attempt(self, order: Order, number: int, ok_statuses: Collection[int]) -> Reply:
        self._breaker.check()  # before standing in the queue
        queued = self._clock.monotonic()
        async with self._limiter.slot(self._budget):
            waited = self._clock.monotonic() - queued
            with self._breaker.trial():
                guard = send_guard.get()
                if guard is not None:
                    guard(self._exchange.deadline)
                return await self._send_once(order, number, ok_statuses, waited)

    async def _send_once(self, order: Order, number: int, ok_statuses: Collection[int], waited: float) -> Reply:
        started = self._clock.monotonic()
        status: int | None = None
        outcome, left = "stopped", True
        try:
            reply = await self._exchange.send(order)
            status = reply.status
            outcome, error = judge(reply, ok_statuses)
            if isinstance(error, Failure):
                error.retry_after = retry_after(reply.headers, self._clock)
                raise error
            self._breaker.success()
            self._limiter.observe(order.operation, self._clock.monotonic() - started, busy=False)
            if error is not None:
                raise error
        except Failure as failure:
            outcome = failure.outcome
            left = status is not None or failure.may_have_acted
            self._learn_from(failure, order.operation, self._clock.monotonic() - started)
            raise
        else:
            return reply
        finally:
            self.requests += left
            seconds = self._clock.monotonic() - started
            self._log(
                operation=order.operation, status=status, duration=round(seconds, 3), attempt=number, outcome=outcome
            )
            self._tell(Attempt(self.erp, order.operation, outcome, status, seconds, waited, number))

    def _learn_from(self, failure: Failure, operation: str, seconds: float) -> None:
        """Let the limiter and the breaker know, for all clients of this ERP."""
        if failure.outcome in ("throttled", "busy", "late"):
            self._limiter.observe(operation, seconds, busy=True)
        if failure.retry_after is not None:
            self._limiter.hold(failure.retry_after)
        if failure.outcome in ("throttled", "too_large"):
            self._breaker.success()  # it is there, and it answers
        elif failure.passing:
            self._breaker.failure(failure.reason)

    def _tell(self, attempt: Attempt) -> None:
        for observer in self._observers:
            try:
                observer(attempt)
            except Exception:  # who looks on must not disturb who works
                get_logger(erp=self.erp).exception("an observer failed")

    def _log(self, *, outcome: str, **fields: object) -> None:
        logger = get_logger(erp=self.erp)
        (logger.debug if outcome == "ok" else logger.warning)("request", outcome=outcome, **fields)
