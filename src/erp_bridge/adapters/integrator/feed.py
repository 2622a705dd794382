"""Reads tickets in bulk: what changed since, and what is open.

Rows come by ticket code, not by time, so the cursor moves at the end of the feed only. Their comments are read with
them, once per page. Where the tenant's query has no change stamp (quirk 23) the open tickets are read again in every
pass: a changed type or status shows there and nowhere else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from erp_bridge.adapters.integrator import times, translate
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.reading import Reader
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.wire import TicketRow
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Malformed
from erp_bridge.core.status import TERMINAL

#: A record stamped less than this before it was read may still have a sibling of the same second to come.
_TOO_FRESH = timedelta(seconds=2)
#: No server is expected to cut a list at fewer rows than this by itself.
_NEVER_CUT = 20
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

    def __init__(self, settings: IntegratorSettings, client: IntegratorClient, reader: Reader, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader
        self._clock = clock
        self._whole = {"atendimentos": _NEVER_CUT, "abertos": _NEVER_CUT}  # rows the server is known to give at once

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        since = times.earlier(cursor.instante, self._settings.overlap) if cursor is desde else cursor.instante
        started = self._clock.now()
        seen = _Seen(stamped={"1": True, "0": False}.get(cursor.marcas.get(_STAMPED, "")))
        async for rows in self._pages("atendimentos", seen, desde=times.write_floor(since, self._settings.timezone)):
            if rows:
                seen.stamped = any(row.alterado_em is not None for row in rows)
            page = await self._with_comments(self._page(rows))
            seen.stamps += self._stamps(rows, page)
            yield page
        if self._settings.queries.abertos and not seen.stamped:
            async for rows in self._pages("abertos", seen):
                yield self._page(rows)
        yield Page(cursor=self._moved(cursor, seen, started))

    async def open_tickets(self) -> AsyncIterator[Page]:
        async for rows in self._pages("abertos", _Seen()):
            page = self._page(rows)
            still_open = tuple(ticket for ticket in page.atendimentos if ticket.status not in TERMINAL)
            yield Page(atendimentos=still_open, unreadable=page.unreadable)

    async def _pages(self, query: str, seen: _Seen, **params: str) -> AsyncIterator[list[TicketRow]]:
        """The rows of a listing not seen before, page by page in the order of their codes.

        Whether the server cuts long answers by itself is not known. So a page shorter than asked for ends the
        listing only if the server has proved before that it gives so many rows at once; else one more page is asked.
        """
        limit, after, own = self._settings.page_size, "", set[str]()
        last_count = 0
        while True:
            answer = await self._client.query(query, **params, apos=after, limite=str(limit))
            rows = [TicketRow.model_validate(row) for row in answer]
            if not rows:
                if last_count < limit:
                    self._whole[query] = max(self._whole[query], last_count)
                return
            codes = [row.codoco for row in rows]
            if own.issuperset(codes):
                raise self._wrong(query, "gives the same rows again; it must give those with codoco > apos only")
            unique = {row.codoco or f"?{place}": row for place, row in enumerate(rows)}
            yield [row for code, row in unique.items() if code not in seen.ids]
            own.update(codes)
            seen.ids.update(filter(None, codes))
            if len(rows) < limit and len(rows) <= self._whole[query]:
                return
            if "" in codes:
                raise self._wrong(query, "gives rows without codoco")
            if not _ascending(codes):
                raise self._wrong(query, "does not give its rows in the order of codoco")
            after, last_count = codes[-1], len(rows)

    def _page(self, rows: Sequence[TicketRow]) -> Page:
        reads = [translate.read_ticket(row, self._reader.terms) for row in rows]
        return Page(
            atendimentos=tuple(read.atendimento for read in reads if read.unreadable is None),
            unreadable=tuple(read.unreadable for read in reads if read.unreadable is not None),
        )

    async def _with_comments(self, page: Page) -> Page:
        """The page with its tickets' comments; a ticket of which one cannot be read is unreadable itself."""
        ids = [ticket.id for ticket in page.atendimentos if ticket.id]
        if not ids or not self._settings.queries.comentarios:
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
        settled = started + (self._client.clock_offset or timedelta(0)) - _TOO_FRESH
        newest = max((stamp for stamp in seen.stamps if stamp <= settled), default=cursor.instante)
        marks = {} if seen.stamped is None else {_STAMPED: "1" if seen.stamped else "0"}
        return Cursor(instante=max(newest, cursor.instante), marcas=marks)

    def _wrong(self, query: str, what: str) -> Malformed:
        return Malformed(f"the saved query {query} {what}: correct it", erp=self._settings.name, operation=query)


def _ascending(codes: Sequence[str]) -> bool:
    """In the order in which a database compares texts, or numbers where the codes are such."""
    if all(code.isdecimal() for code in codes) and list(codes) == sorted(codes, key=int):
        return True
    folded = [code.upper() for code in codes]
    return folded == sorted(folded)
