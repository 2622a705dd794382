"""Where HTTP clients come from: one per adapter, gentle together with all others that talk to the same ERP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from erp_bridge.core.clock import Clock, SystemClock
from erp_bridge.core.settings import ErpSettings
from erp_bridge.transport.redact import redactor

if TYPE_CHECKING:
    import httpx2

    from erp_bridge.transport.breaker import Breaker
    from erp_bridge.transport.client import HttpClient
    from erp_bridge.transport.limiter import Limiter
    from erp_bridge.transport.observe import Observer

MAX_REPLY = 64 * 2**20


@dataclass(frozen=True)
class Gate:
    """What the clients of one ERP share."""

    limiter: Limiter
    breaker: Breaker


class Network:
    """Opens HTTP clients. Those of one ERP name share limiter and breaker, so use one ``Network`` per event loop.

    ``wire(base_url)`` lets tests answer in process; where it gives None the real network is used. ``max_reply`` is
    the largest reply in bytes that is read to its end. ``observers`` are told of every request; more may join.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        wire: Callable[[str], httpx2.AsyncBaseTransport | None] | None = None,
        max_reply: int = MAX_REPLY,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.observers = list(observers)
        self.gates: dict[str, Gate] = {}  # by ERP
        self._share = 1.0
        self._wire = wire
        self._max_reply = max_reply

    def again(self) -> Network:
        """One like this whose limiters and breakers start afresh: for settings that have changed."""
        other = Network(clock=self.clock, wire=self._wire, max_reply=self._max_reply)
        other.observers = self.observers
        other.share(self._share)
        return other

    def share(self, part: float) -> None:
        """Use this part of each ERP's limits from now on: others, in other processes, use the rest."""
        self._share = part
        for gate in self.gates.values():
            gate.limiter.share = part

    def client(
        self,
        settings: ErpSettings,
        *,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
    ) -> HttpClient:
        """A client for that ERP; ``secrets`` and the credentials in ``headers`` never show in a log line."""
        from erp_bridge.transport.client import HttpClient  # httpx2 is slow to import
        from erp_bridge.transport.exchange import Exchange

        headers = headers or {}
        in_headers = [value.split()[-1] for name, value in headers.items() if name.lower() == "authorization" and value]
        redactor.remember(*secrets, *in_headers)
        gate = self._gate(settings)
        address = base_url or settings.url
        exchange = Exchange(
            settings.name,
            address,
            self.clock,
            headers=headers,
            deadline=settings.timeout.total_seconds(),
            verify=settings.verify,
            max_reply=self._max_reply,
            transport=self._wire(address) if self._wire else None,
        )
        return HttpClient(settings.name, exchange, gate.limiter, gate.breaker, self.clock, self.observers)

    def _gate(self, settings: ErpSettings) -> Gate:
        from erp_bridge.transport.breaker import Breaker
        from erp_bridge.transport.limiter import Limiter

        if settings.name not in self.gates:
            limiter = Limiter(
                self.clock,
                settings.timezone,
                requests_per_minute=settings.requests_per_minute,
                max_concurrency=settings.max_concurrency,
            )
            limiter.share = self._share
            self.gates[settings.name] = Gate(limiter, Breaker(self.clock, settings.timezone))
        return self.gates[settings.name]
