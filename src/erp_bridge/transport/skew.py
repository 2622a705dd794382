"""How far the ERP's clock is from ours, as its replies tell it."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median_low

#: Some servers stamp a reply when the request comes, others when it is answered; after a long wait the
#: middle of the two is too rough to be of use.
_TOO_LONG = timedelta(seconds=5)


class Skew:
    """The median of the last few samples, so that one odd reply does not move it."""

    def __init__(self, size: int = 7) -> None:
        self._samples: deque[timedelta] = deque(maxlen=size)

    @property
    def offset(self) -> timedelta | None:
        """Their clock minus ours; None while no reply has carried a date."""
        return median_low(self._samples) if self._samples else None

    def sample(self, date: str | None, sent: datetime, answered: datetime) -> None:
        """Take the ``Date`` header of a reply that was asked for and answered at these times of ours."""
        theirs = parse_http_date(date)
        if theirs is not None and answered - sent <= _TOO_LONG:
            self._samples.append(theirs - (sent + (answered - sent) / 2))


def parse_http_date(text: str | None) -> datetime | None:
    """The instant in a ``Date`` or ``Retry-After`` header; None when it holds none."""
    try:
        parsed = parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed is not None and parsed.tzinfo is None else parsed
