"""A circuit breaker: an ERP that fails again and again is left alone for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

from erp_bridge.core.clock import Clock
from erp_bridge.transport.verdict import Failure


class Breaker:
    """Opens after ``threshold`` failures in a row, and then lets one request through after each pause.

    The pause doubles with every probe that fails, up to ``longest``. Any answer closes the breaker.
    """

    def __init__(
        self, clock: Clock, zone: tzinfo, *, threshold: int = 8, pause: float = 30.0, longest: float = 300.0
    ) -> None:
        self._clock = clock
        self._zone = zone
        self._threshold = threshold
        self._first_pause = self._pause = pause
        self._longest = longest
        self._failures = 0
        self._reason = ""
        self._since: datetime | None = None  # set while open
        self._probe_at = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._since is not None

    def check(self) -> None:
        """Raise while the ERP is to be left alone."""
        if self._since is None:
            return
        wait = self._probe_at - self._clock.monotonic()
        if wait <= 0 and not self._probing:
            return
        again = "it is being tried right now" if self._probing else f"it is tried next at {self._when(wait)}"
        reason = (
            f"not asked, because {self._failures} requests in a row failed (left alone since "
            f"{self._local(self._since)}): {again}. The last failure: {self._reason}"
        )
        raise Failure("open", reason, may_have_acted=False, passing=False)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Around one attempt. While open, only one at a time may pass, to see whether the ERP is back."""
        self.check()
        probe = self.is_open
        self._probing = probe
        try:
            yield
        finally:
            if probe:
                self._probing = False

    def success(self) -> None:
        """The ERP answered, no matter what."""
        self._failures, self._since, self._pause = 0, None, self._first_pause

    def failure(self, reason: str) -> None:
        """The ERP did not answer, or only its gateway did."""
        self._failures += 1
        self._reason = reason
        if self._since is None and self._failures >= self._threshold:
            self._since = self._clock.now()
        elif self._probing:
            self._pause = min(2 * self._pause, self._longest)
        else:
            return  # a straggler that was under way when the breaker opened
        self._probe_at = self._clock.monotonic() + self._pause

    def _when(self, wait: float) -> str:
        return self._local(self._clock.now() + timedelta(seconds=wait))

    def _local(self, instant: datetime) -> str:
        return instant.astimezone(self._zone).isoformat(sep=" ", timespec="seconds")
