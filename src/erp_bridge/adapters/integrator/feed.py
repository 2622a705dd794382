"""Reads tickets in bulk: what changed since, and what is open.

Rows come by ticket code, not by time, so the cursor moves at the end of the feed only. Their comments are read with
them, once per page. Where rows have no change stamp (quirk 23) the open tickets are read again in every pass: a changed
type or status shows there and nowhere else. So does a new comment, where comments have no time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from erp_bridge.adapters.integrator import times, translate
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.adapters.integrator.reading import Reader
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.source import Source
from erp_bridge.adapters.integrator.wire import TicketRow
from erp_bridge.core.adapter import Capability, Cursor, Page
from erp_bridge.core.clock import Clock
from erp_bridge.core.model import Atendimento, Status
from erp_bridge.core.status import TERMINAL

#: A record stamped less than this before it was read may still have a sibling of the same second to come.
_TOO_FRESH = timedelta(seconds=2)
#: Before any ticket of any Integrator.
_EVER = "1900-01-01 00:00:00"
#: The mark in a cursor that says whether rows carry ``alterado_em``.
_STAMPED = "alterado_em"


@dataclass
class _Seen:
    """What one pass has come across."""

    ids: set[str] = field(default_factory=set)
    stamps: list[datetime] = field(default_factory=list)
    stamped: bool | None = None  # whether rows carry a change stamp; None while no row was seen


class Feed:
    """The feeds of one Integrator."""

    def __init__(self, settings: IntegratorSettings, source: Source, reader: Reader, clock: Clock) -> None:
        self._settings = settings
        self._source = source
        self._reader = reader
        self._clock = clock

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        since = times.earlier(cursor.instante, self._settings.overlap) if cursor is desde else cursor.instante
        started = self._clock.now()
        seen = _Seen(stamped={"1": True, "0": False}.get(cursor.marcas.get(_STAMPED, "")))
        local = times.write_floor(since, self._settings.timezone)
        async for rows in _unseen(self._source.changed(local), seen):
            if rows:
                seen.stamped = any(row.alterado_em is not None for row in rows)
            page = await self._with_comments(self._page(rows))
            seen.stamps += self._stamps(rows, page)
            yield page
        unstamped_comments = self._reads_comments and not self._source.dates_comments
        if Capability.OPEN_TICKETS in self._source.offers and (unstamped_comments or not seen.stamped):
            async for rows in _unseen(self._source.open_tickets(), seen):
                page = self._page(rows)
                yield await self._with_comments(page) if unstamped_comments else page
        yield Page(cursor=self._moved(cursor, seen, started))

    async def open_tickets(self) -> AsyncIterator[Page]:
        async for rows in _unseen(self._source.open_tickets(), _Seen()):
            page = self._page(rows)
            still_open = tuple(ticket for ticket in page.atendimentos if ticket.status not in TERMINAL)
            yield Page(atendimentos=still_open, unreadable=page.unreadable)

    async def between(
        self, desde: datetime | None, ate: datetime | None, status: Status | None, apos: str
    ) -> AsyncIterator[Page]:
        """Tickets opened in that time, by ``codoco``: picked from the feed, since no query asks for the opening."""
        since = times.write_floor(desde, self._settings.timezone) if desde else _EVER
        async for rows in self._source.changed(since, apos):
            page = self._page([TicketRow.model_validate(row) for row in rows])
            chosen = tuple(t for t in page.atendimentos if _opened(t, desde, ate) and status in (None, t.status))
            if chosen or page.unreadable:
                yield Page(atendimentos=chosen, unreadable=page.unreadable)

    @property
    def _reads_comments(self) -> bool:
        return Capability.MOVEMENTS in self._source.offers

    def _page(self, rows: Sequence[TicketRow]) -> Page:
        reads = [translate.read_ticket(row, self._reader.terms) for row in rows]
        return Page(
            atendimentos=tuple(read.atendimento for read in reads if read.unreadable is None),
            unreadable=tuple(read.unreadable for read in reads if read.unreadable is not None),
        )

    async def _with_comments(self, page: Page) -> Page:
        """The page with its tickets' comments; a ticket of which one cannot be read is unreadable itself."""
        ids = [ticket.id for ticket in page.atendimentos if ticket.id]
        if not ids or not self._reads_comments:
            return page
        comments, unreadable = await self._reader.movements_of(ids)
        bad = {at.id for at in unreadable}
        return Page(
            atendimentos=tuple(ticket for ticket in page.atendimentos if ticket.id not in bad),
            movimentacoes={id: tuple(movements) for id, movements in comments.items() if id not in bad},
            unreadable=(*page.unreadable, *unreadable),
        )

    def _stamps(self, rows: Sequence[TicketRow], page: Page) -> list[datetime]:
        zone = self._settings.timezone
        columns = [text for row in rows for text in (row.data_lan, row.data_sol, row.alterado_em or "") if text]
        found = [times.read(text, zone) for text in columns]
        found += [movement.instante for movements in page.movimentacoes.values() for movement in movements]
        return [stamp for stamp in found if stamp is not None]

    def _moved(self, cursor: Cursor, seen: _Seen, started: datetime) -> Cursor:
        """The cursor at the newest stamp that nothing can slip in before any more, by the ERP's own clock."""
        settled = started + (self._source.clock_offset or timedelta(0)) - self._source.lag - _TOO_FRESH
        newest = max((stamp for stamp in seen.stamps if stamp <= settled), default=cursor.instante)
        marks = {} if seen.stamped is None else {_STAMPED: "1" if seen.stamped else "0"}
        return Cursor(instante=max(newest, cursor.instante), marcas=marks)


def _opened(ticket: Atendimento, desde: datetime | None, ate: datetime | None) -> bool:
    opened = ticket.aberto_em
    if opened is None:
        return desde is None and ate is None
    return (desde is None or opened >= desde) and (ate is None or opened < ate)


async def _unseen(pages: AsyncIterator[list[RowData]], seen: _Seen) -> AsyncIterator[list[TicketRow]]:
    """The rows of a listing that this pass has not come across, each once."""
    async for page in pages:
        rows = [TicketRow.model_validate(row) for row in page]
        unique = {row.codoco or f"?{place}": row for place, row in enumerate(rows)}
        yield [row for code, row in unique.items() if code not in seen.ids]
        seen.ids.update(row.codoco for row in rows if row.codoco)
