"""Where reading goes on: which stamps and ids a cursor may move to. Pure.

What was stamped a moment before it was read may still have a neighbour to come: another record of the same second, or
a lower id whose transaction ends later. Such records hold the cursor back, so that the next pass reads them again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from erp_bridge.core.adapter import Cursor

#: Two seconds are demanded; one more because the ERP's clock is known to a second only.
HOLD = timedelta(seconds=3)

Stamped = tuple[int, datetime | None]  # id and stamp of a row


@dataclass(frozen=True)
class Mark:
    """How far a feed that is read by id has come, and which ids above that were seen already."""

    id: int = 0
    seen: frozenset[int] = field(default_factory=frozenset)

    def moved(self, rows: Sequence[Stamped], now: datetime | None) -> Mark:
        """The mark after reading ``rows``, all above it and sorted by id, at the ERP's time ``now``.

        It stops before the first row that is too fresh; of those above it the ids are kept, so that the next pass can
        tell which are new. A row seen in a pass before has been read twice and holds nothing back any more. Where the
        ERP's time is not known, the newest stamp counts as fresh.
        """
        newest = max((stamp for _, stamp in rows if stamp), default=None)
        for place, (id, stamp) in enumerate(rows):
            if id not in self.seen and stamp is not None and _fresh(stamp, newest, now):
                before = rows[place - 1][0] if place else self.id
                return Mark(before, frozenset(later for later, _ in rows[place:]))
        return Mark(rows[-1][0] if rows else self.id)


def settled(stamps: Collection[datetime], now: datetime | None) -> datetime | None:
    """The newest stamp that is not too fresh."""
    newest = max(stamps, default=None)
    return max((stamp for stamp in stamps if not _fresh(stamp, newest, now)), default=None)


def upper_bound(first_page: Collection[datetime], now: datetime | None) -> datetime | None:
    """The stamp that a cursor may not pass after a reading that began with this page at the ERP's time ``now``.

    Records changed while the later pages were read may lie behind the reader. They are stamped after the first page
    was read; where that time is not known, after the newest stamp on it.
    """
    return now - HOLD if now is not None else settled(first_page, None)


def read_mark(cursor: Cursor, feed: str) -> Mark | None:
    """The mark of a feed as stored; None when there is none, or none that makes sense."""
    text = cursor.marcas.get(feed, "")
    if not (text.isascii() and text.isdecimal()):
        return None
    seen = cursor.marcas.get(f"{feed}_vistas", "").split()
    return Mark(int(text), frozenset(int(id) for id in seen if id.isascii() and id.isdecimal()))


def write_mark(mark: Mark, feed: str) -> dict[str, str]:
    written = {feed: str(mark.id)}
    if mark.seen:
        written[f"{feed}_vistas"] = " ".join(str(id) for id in sorted(mark.seen))
    return written


def read_instant(cursor: Cursor, name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(cursor.marcas.get(name, ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _fresh(stamp: datetime, newest: datetime | None, now: datetime | None) -> bool:
    return stamp > now - HOLD if now is not None else stamp == newest
