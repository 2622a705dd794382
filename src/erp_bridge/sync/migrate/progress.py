"""How a migration goes: done, rate, what is left, and for whom it waits."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from erp_bridge.core.clock import Clock

#: The rate is that of so many seconds.
WINDOW = 60.0
#: Whoever takes this share of what is allowed is what one waits for.
BUSY = 0.9

#: us: this machine; limit: requests_per_minute of an ERP; answers: an ERP's replies; lease: another process.
WaitsFor = Literal["us", "limit", "answers", "lease"]


@dataclass(frozen=True)
class Progress:
    """One look. ``total`` and ``seconds_left`` are None where the ERP does not tell how much there is.

    ``rate`` is tickets a second; ``erp`` the one that is waited for, ``""`` for ourselves.
    """

    step: Literal["survey", "move", "pause"]
    done: int
    total: int | None
    states: Mapping[str, int]
    rate: float
    seconds_left: float | None
    waits_for: WaitsFor
    erp: str
    errors: int


@dataclass
class Tracker:
    """Counts what is done. ``limits`` are requests a minute, by name of the ERP; ``asked`` counts requests so far."""

    clock: Clock
    limits: Mapping[str, int]
    asked: Callable[[], Mapping[str, int]]
    cpu: Callable[[], float]
    tell: Callable[[Progress], None] | None = None
    total: int | None = None
    states: Counter[str] = field(default_factory=Counter)
    looks: deque[tuple[float, int, dict[str, int], float]] = field(default_factory=deque)
    waiting: bool = False

    @property
    def done(self) -> int:
        return self.states.total()

    def note(self, state: str) -> None:
        self.states[state] += 1

    def look(self, step: Literal["survey", "move", "pause"] = "move") -> None:
        """Tell how it goes, if anybody wants to know."""
        if self.tell is None:
            return
        now = self.clock.monotonic()
        self.looks.append((now, self.done, dict(self.asked()), self.cpu()))
        while len(self.looks) > 2 and now - self.looks[1][0] >= WINDOW:
            self.looks.popleft()
        began, done, asked, cpu = self.looks[0]
        seconds = now - began
        rate = (self.done - done) / seconds if seconds > 0 else 0.0
        left = (self.total - self.done) / rate if self.total is not None and rate > 0 else None
        waits_for, erp = self._waits_for(seconds, asked, cpu)
        errors = self.states["failed"] + self.states["in_doubt"]
        self.tell(Progress(step, self.done, self.total, dict(self.states), rate, left, waits_for, erp, errors))

    def _waits_for(self, seconds: float, asked: Mapping[str, int], cpu: float) -> tuple[WaitsFor, str]:
        if self.waiting:
            return "lease", ""
        if seconds <= 0:
            return "answers", ""
        rates = {name: (count - asked.get(name, 0)) * 60 / seconds for name, count in self.asked().items()}
        for name, limit in self.limits.items():
            if rates.get(name, 0.0) >= BUSY * limit:
                return "limit", name
        if (self.cpu() - cpu) / seconds >= BUSY:
            return "us", ""
        return "answers", max(rates, key=lambda name: rates[name], default="")
