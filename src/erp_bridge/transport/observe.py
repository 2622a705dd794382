"""What whoever watches the requests of a network is told: numbers and names of calls, no address and no content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """One request as it ended: times in seconds, ``waited`` being those in the queue of the limiter.

    ``operation`` is the name of the call, without ids. ``outcome`` is "ok" or a word for what went wrong ("throttled",
    "busy", "late", "refused" ...); ``status`` is that of HTTP, None when no reply came.
    """

    erp: str
    operation: str
    outcome: str
    status: int | None
    seconds: float
    waited: float
    number: int


Observer = Callable[[Attempt], None]
