"""Reads tickets in bulk. Hubsoft lists by the day of opening only (quirk 4), so what may still change is read again.

A pass reads every day from the one on which the oldest ticket open in the last pass was opened, but none further back
than ``reread``. So a change of any such ticket is seen, at the cost of the pages in between; ``check`` shows that cost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from erp_bridge import Cursor, Page
from erp_bridge.adapter_api import TERMINAL
from erp_bridge_hubsoft.client import HubsoftClient, Row
from erp_bridge_hubsoft.reading import Reader
from erp_bridge_hubsoft.settings import HubsoftSettings

#: The mark in a cursor: the day on which the oldest ticket that is still open was opened.
_OLDEST_OPEN = "aberto_desde"
_DAY = timedelta(days=1)
#: No provider opened tickets before.
_FIRST_DAY = date(1990, 1, 1)


@dataclass
class _Seen:
    """What one pass has come across."""

    ids: set[str] = field(default_factory=set)
    stamps: list[datetime] = field(default_factory=list)
    open_days: list[date] = field(default_factory=list)


class Feed:
    """The one feed of a Hubsoft."""

    def __init__(self, settings: HubsoftSettings, client: HubsoftClient, reader: Reader) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        zone, seen = self._settings.timezone, _Seen()
        first = self._first_day(cursor, is_cursor=cursor is desde)
        tomorrow = self._reader.now().astimezone(zone).date() + _DAY  # clocks differ, and the last day counts whole
        async for rows in self._client.listed(first, max(first, tomorrow)):
            yield self._page(rows, seen)
        yield Page(cursor=self._moved(cursor, seen))

    def _first_day(self, cursor: Cursor, *, is_cursor: bool) -> date:
        zone = self._settings.timezone
        furthest = _day_before(cursor.instante, self._settings.reread, zone)
        if not is_cursor:
            return furthest
        days = [_day_before(cursor.instante, self._settings.overlap, zone)]
        if _OLDEST_OPEN in cursor.marcas:
            days.append(date.fromisoformat(cursor.marcas[_OLDEST_OPEN]))
        return max(min(days), furthest)

    def _page(self, rows: list[Row], seen: _Seen) -> Page:
        """Tickets not yet come across: rows move to the next page when new ones come in before them."""
        found, unreadable = [], []
        for read in filter(None, map(self._reader.of_list, rows)):
            ticket = read.atendimento
            key = ticket.id or (read.unreadable.id if read.unreadable else "")
            if key in seen.ids:
                continue
            seen.ids.add(key)
            if ticket.aberto_em:
                seen.stamps.append(ticket.aberto_em)
                if ticket.status not in TERMINAL:
                    seen.open_days.append(ticket.aberto_em.astimezone(self._settings.timezone).date())
            if read.unreadable:
                unreadable.append(read.unreadable)
            else:
                found.append(ticket)
        return Page(atendimentos=tuple(found), unreadable=tuple(unreadable))

    def _moved(self, cursor: Cursor, seen: _Seen) -> Cursor:
        """At the newest stamp read; one in the future does not carry it away."""
        now = self._reader.now()
        newest = max((stamp for stamp in seen.stamps if stamp <= now), default=cursor.instante)
        marks = {_OLDEST_OPEN: min(seen.open_days).isoformat()} if seen.open_days else {}
        return Cursor(instante=max(newest, cursor.instante), marcas=marks)


def _day_before(instant: datetime, by: timedelta, zone: ZoneInfo) -> date:
    try:
        return max((instant.astimezone(UTC) - by).astimezone(zone).date(), _FIRST_DAY)
    except OverflowError:
        return _FIRST_DAY
