"""Faults on purpose, between the network and a simulated ERP: seeded rates for soak runs, single orders for tests.

A fault *before* leaves the app untouched; a fault *after* strikes when the app has already acted. Over real HTTP
(:mod:`~erp_bridge.sandbox.server`) connections are really torn; in process the exception itself reaches the caller.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import re
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

#: kind -> what it does to a request
KINDS = {
    "latency": "waits `seconds`, then goes on",
    "stall": "never answers; the app does not act",
    "stall_reply": "the app acts, then never answers",
    "reset_before": "connection reset; the app does not act",
    "lost_reply": "the app acts, then the connection is reset",
    "truncate": "the app acts, the reply breaks off in the middle",
    "half": "the app acts, half of the body is announced and sent as if it were all",
    "status": "answers with HTTP `code` (and `retry_after`); the app acts if `acts`",
    "html": "answers with the ERP's HTML error page under `status`; the app acts if `acts`",
    "shift_pages": "rows change right after they were listed, so that the next pages shift",
    "hook": "calls `before` and/or `after` the app acts",
    # Carried out by the simulators themselves, each in its ERP's own manner:
    "refuse": "an ordinary refusal with the text `message`",
    "noop": "success that did nothing",
    "more_rows": "a listing returns more rows than were asked for",
    "total_int": "a listing's total is a number instead of a text",
}

#: Faults that a simulator carries out; they reach it in ``scope[ORDERS]`` as kind -> details.
BY_APP = frozenset({"refuse", "noop", "more_rows", "total_int"})
ORDERS = "sandbox.orders"

#: What a proxy answers although the ERP behind it may have acted: half of the rated ones do.
_MAY_HAVE_ACTED = frozenset({502, 504})


@dataclass
class Order:
    """What shall happen to requests whose operation contains ``match``: always with ``rate``, or ``count`` times."""

    kind: str
    match: str = ""
    rate: float | None = None
    count: int = 0
    details: dict[str, Any] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.Random, repr=False)


class Faults:
    """``Faults("latency=50ms,status=503:0.05,lost_reply@POST=0.1", seed=3)`` and ``faults.once("lost_reply")``.

    The spec is ``kind[@match]=rate`` with commas between. ``latency`` takes a duration, ``status`` a code first, both
    with ``:rate`` behind; ``status=429:0.1:2`` adds a Retry-After of two seconds; ``html=500:0.1`` fixes its status.
    """

    def __init__(
        self, spec: str = "", *, seed: int = 0, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.sleep = sleep
        self.done: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._rates: list[Order] = []
        self._once: list[Order] = []
        for number, item in enumerate(part.strip() for part in spec.split(",") if part.strip()):
            order = parse(item)
            order.rng = random.Random(f"{seed}/{number}/{item}")
            self._rates.append(order)

    def once(self, kind: str, *, match: str = "", count: int = 1, **details: Any) -> None:
        """The next ``count`` requests whose operation contains ``match`` suffer ``kind``."""
        _known(kind)
        with self._lock:
            self._once.append(Order(kind, match, count=count, details=details))

    @property
    def waiting(self) -> list[str]:
        """Single orders not yet carried out; a test that leaves some has not tested what it meant to."""
        return [order.kind for order in self._once]

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        with self._lock:
            self._rates.clear()
            self._once.clear()

    def strike(self, operation: str) -> dict[str, dict[str, Any]]:
        """What happens to this request, kind -> details, written down in ``done``."""
        with self._lock:
            struck: dict[str, dict[str, Any]] = {}
            for order in list(self._once):
                if order.match in operation and order.kind not in struck:
                    struck[order.kind] = order.details
                    order.count -= 1
                    if order.count <= 0:
                        self._once.remove(order)
            for order in self._rates:
                if order.match in operation and order.rng.random() < (order.rate or 0):
                    struck.setdefault(order.kind, _drawn(order))
            self.done += [(kind, operation) for kind in struck]
            return struck


def parse(item: str) -> Order:
    """One item of a spec; a ValueError says what is wrong with it."""
    name, equals, value = item.partition("=")
    kind, _, match = name.strip().partition("@")
    _known(kind)
    if not equals or kind in {"hook", "refuse"}:
        raise ValueError(f"{item!r}: write {kind}=rate" if not equals else f"{kind} is for single orders only")
    first, *rest = value.strip().split(":")
    details: dict[str, Any] = {}
    try:
        if kind == "latency":
            details["seconds"] = _duration(first)
            rate = float(rest[0]) if rest else 1.0
        elif kind == "status" or (kind == "html" and rest):
            details["code" if kind == "status" else "status"] = int(first)
            rate = float(rest[0]) if rest else 1.0
            if len(rest) > 1:
                details["retry_after"] = int(rest[1])
        else:
            rate = float(first)
    except ValueError as error:
        raise ValueError(f"{item!r}: {error}") from None
    if not 0 <= rate <= 1:
        raise ValueError(f"{item!r}: a rate lies between 0 and 1")
    return Order(kind, match, rate=rate, details=details)


async def call(hook: Callable[[], Any] | None) -> None:
    """Run a hook, plain or async."""
    if hook is not None:
        result = hook()
        if inspect.isawaitable(result):
            await result


def _drawn(order: Order) -> dict[str, Any]:
    if order.kind == "status" and order.details["code"] in _MAY_HAVE_ACTED:
        return {**order.details, "acts": order.rng.random() < 0.5}
    if order.kind == "html" and "status" not in order.details:
        return {**order.details, "status": order.rng.choice((200, 500))}
    return order.details


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"no fault is called {kind!r}; there are: {', '.join(sorted(KINDS))}")


def _duration(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", text)
    if not found:
        raise ValueError("write a duration such as 50ms or 2s")
    return float(found[1]) / (1000 if found[2] == "ms" else 1)
