"""When each pair runs, and how long an ERP that failed is left alone. Pure: times come in, times go out.

Due times lie on a grid that is fixed when a pair first appears, so that slow passes do not make the schedule drift.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

#: First passes are spread over this many seconds, so that hundreds of pairs do not start together.
SPREAD = 60.0
#: A pass starts up to this share of its interval late, at most so many seconds: pairs of one rhythm drift apart.
JITTER, MOST_JITTER = 0.05, 5.0
#: How long an ERP is left alone after a failure; doubled by each further one.
FIRST_REST, LONGEST_REST = 15.0, 600.0


@dataclass(frozen=True)
class Grid:
    """The due times of one pair, in seconds of the monotonic clock on which ``start`` was read."""

    pair: str
    interval: float
    start: float

    def due(self, number: int) -> float:
        """When pass ``number`` (from 0) starts."""
        phase = _share(self.pair) * min(self.interval, SPREAD)
        jitter = _share(f"{self.pair} {number}") * min(JITTER * self.interval, MOST_JITTER)
        return self.start + phase + number * self.interval + (jitter if number else 0.0)

    def next_after(self, now: float) -> int:
        """The number of the first pass that is due after ``now``; those missed meanwhile are not made up for."""
        phase = _share(self.pair) * min(self.interval, SPREAD)
        number = max(0, math.floor((now - self.start - phase) / self.interval))
        while self.due(number) <= now:
            number += 1
        return number


def _share(word: str) -> float:
    """A number from 0 to 1 that is always the same for a word."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=6).digest()) / 2**48


@dataclass
class Rests:
    """ERPs that did not answer, and until when their pairs wait."""

    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def failed(self, erp: str, now: float, longest: float = LONGEST_REST) -> float:
        """The ERP did not answer; how many seconds it is left alone. Passes that fail together count once."""
        if now < self._until.get(erp, 0.0):
            return self._until[erp] - now
        self._failures[erp] = self._failures.get(erp, 0) + 1
        rest: float = min(longest, FIRST_REST * 2 ** (self._failures[erp] - 1))
        self._until[erp] = now + rest
        return rest

    def answered(self, erp: str) -> None:
        self._failures.pop(erp, None)
        self._until.pop(erp, None)

    def until(self, erps: Iterable[str]) -> float:
        """Until when a pair of these ERPs waits; 0 when it need not."""
        return max((self._until.get(erp, 0.0) for erp in erps), default=0.0)
