"""Reads tickets in bulk, in the three ways round a call that the third-party API does not have (quirk 15).

None of them is told what has changed, but for the database. So what is open is read again, with its history, and the
engine compares contents (quirk 25): the time of creation alone would hide every later edit. A cursor's marks hold the
ids of the tickets that were open when they were last seen: each is delivered once more when it has been closed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from erp_bridge.adapters.voalle import wire
from erp_bridge.adapters.voalle.api import ApiSource
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.directory import Directory
from erp_bridge.adapters.voalle.reading import Reader
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.adapters.voalle.status import is_open
from erp_bridge.adapters.voalle.values import earlier
from erp_bridge.adapters.voalle.wire import TicketRow
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.clock import Clock

#: A ticket opened so long before a reading began was there by then.
_SETTLED = timedelta(minutes=5)
#: Marks of a cursor: the client polled last; the highest ticket id that was known when the last round of clients
#: began, and when this one began; the highest known now; the open tickets, all of them or by client.
_LAST, _BEFORE, _BEGAN, _HIGHEST, _OPEN, _OF_CLIENT = "client", "round_before", "round", "highest", "open", "open:"


class Feed(Protocol):
    """Tickets in bulk."""

    def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]: ...
    def open_tickets(self) -> AsyncIterator[Page]: ...


class ClientsFeed:
    """The clients in turns, ``clients_per_pass`` of them in each pass: one request a client, two an open ticket.

    From an instant it reads all of them: tickets opened since then, and those that are open now.
    """

    def __init__(
        self, settings: VoalleSettings, source: ApiSource, reader: Reader, directory: Directory, clock: Clock
    ) -> None:
        self._settings = settings
        self._source = source
        self._reader = reader
        self._directory = directory
        self._clock = clock

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        clients = await self._directory.served()
        again = isinstance(desde, Cursor)
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        marks = _Marks(cursor.marcas)
        old_round, new_round = _turn(clients, marks.last, self._settings.clients_per_pass) if again else ((), clients)
        settled = self._clock.now() + (self._source.clock_offset or timedelta(0)) - _SETTLED
        newest = cursor.instante
        for turn, begins in ((old_round, False), (new_round, bool(new_round))):
            if begins:
                marks.begin_round()
            for some in self._steps(turn):
                lists = await self._source.together(some, self._source.listed)
                chosen: list[TicketRow] = []
                for client, rows in lists.items():
                    since = None if again else cursor.instante
                    chosen += self._worth_reading(rows, marks.open_of(client), marks, since)
                    marks.see(client, rows, [id for id, row in rows.items() if self._is_open(row)])
                    if not again:
                        marks.were_there(id for id, row in rows.items() if self._opened_by(row, settled))
                page = self._reader.page(await self._source.read(chosen))
                newest = max([newest, *(ticket.aberto_em for ticket in page if ticket.aberto_em)])
                yield page
        last = (*old_round, *new_round)[-1:] or (marks.last,)
        yield Page(cursor=Cursor(instante=newest, marcas=marks.as_dict(last[0])))

    async def open_tickets(self) -> AsyncIterator[Page]:
        for some in self._steps(await self._directory.served()):
            lists = await self._source.together(some, self._source.listed)
            rows = [row for rows in lists.values() for row in rows.values() if self._is_open(row)]
            yield self._reader.page(await self._source.read(rows))

    def _steps(self, clients: Sequence[str]) -> list[Sequence[str]]:
        """As many clients as may be asked for at once."""
        step = self._settings.max_concurrency
        return [clients[start : start + step] for start in range(0, len(clients), step)]

    def _worth_reading(
        self, rows: Mapping[str, TicketRow], were_open: Iterable[str], marks: _Marks, since: datetime | None
    ) -> list[TicketRow]:
        """What is open, what was, and what came since: opened and closed again between two looks."""
        known_open = set(were_open)
        return [
            row
            for id, row in rows.items()
            if self._is_open(row)
            or id in known_open
            or (marks.is_new(id) if since is None else not self._opened_by(row, since))
        ]

    def _opened_by(self, row: TicketRow, moment: datetime) -> bool:
        """Whether it was surely opened before that moment."""
        opened = self._reader.terms.time(row.beginning)
        return opened is not None and opened < moment

    def _is_open(self, row: TicketRow) -> bool:
        return is_open(row.status, self._reader.terms.status)


class InternalFeed:
    """The internal list, by opening date: every ticket opened within ``window``, and those known to be open."""

    def __init__(
        self, settings: VoalleSettings, source: ApiSource, reader: Reader, client: VoalleClient, clock: Clock
    ) -> None:
        self._settings = settings
        self._source = source
        self._reader = reader
        self._client = client
        self._clock = clock

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        again = cursor is desde
        since = earlier(cursor.instante, self._settings.window) if again else cursor.instante
        highest, were_open = cursor.marcas.get(_HIGHEST, ""), set(cursor.marcas.get(_OPEN, "").split())
        newest, still_open, seen, top = cursor.instante, set[str](), set[str](), highest
        async for rows in self._listed(since):
            seen.update(row.id for row in rows)
            top = max([top, *(row.id for row in rows)], key=_order)
            opened = [self._reader.terms.time(row.beginning) for row in rows]
            newest = max([newest, *(moment for moment in opened if moment)])
            still_open.update(row.id for row in rows if self._is_open(row))
            wanted = [
                row
                for row in rows
                if not again or self._is_open(row) or row.id in were_open or _order(row.id) > _order(highest)
            ]
            yield self._reader.page(await self._source.read(wanted))
        older = sorted(were_open - seen, key=_order)  # opened before the window
        wholes = await self._source.tickets(older)
        still_open.update(whole.ticket.id for whole in wholes if self._is_open(whole.ticket))
        yield self._reader.page(wholes)
        marks = {_HIGHEST: top, _OPEN: " ".join(sorted(still_open, key=_order))}
        yield Page(cursor=Cursor(instante=newest, marcas=marks))

    async def open_tickets(self) -> AsyncIterator[Page]:
        """Every open ticket, however old: the list is read from its beginning."""
        async for rows in self._listed(datetime(2000, 1, 1, tzinfo=UTC)):
            yield self._reader.page(await self._source.read([row for row in rows if self._is_open(row)]))

    async def _listed(self, since: datetime) -> AsyncIterator[list[TicketRow]]:
        zone = self._settings.timezone
        until = self._clock.now() + timedelta(days=1)
        async for rows in self._client.opened_between(since.astimezone(zone), until.astimezone(zone)):
            yield [row for row in map(wire.listed, rows) if row.id]

    def _is_open(self, row: TicketRow) -> bool:
        return is_open(row.status, self._reader.terms.status)


class _Marks:
    """What the feed of clients remembers from one pass to the next."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.last = marks.get(_LAST, "")
        self._before, self._began = marks.get(_BEFORE, ""), marks.get(_BEGAN, "")
        self._highest = marks.get(_HIGHEST, "")
        self._open = {
            name.removeprefix(_OF_CLIENT): tuple(ids.split())
            for name, ids in marks.items()
            if name.startswith(_OF_CLIENT)
        }

    def begin_round(self) -> None:
        self._before, self._began = self._began, self._highest

    def were_there(self, ids: Iterable[str]) -> None:
        """Tickets that stood there when a first reading of all clients began."""
        self._began = max([self._began, *ids], key=_order)

    def open_of(self, client: str) -> tuple[str, ...]:
        return self._open.get(client, ())

    def is_new(self, id: str) -> bool:
        """Whether it may have been opened since this client was last polled, which was in the round before at most."""
        return _order(id) > _order(self._before)

    def see(self, client: str, ids: Iterable[str], open_ones: Sequence[str]) -> None:
        self._highest = max([self._highest, *ids], key=_order)
        self._open[client] = tuple(open_ones)

    def as_dict(self, last: str) -> dict[str, str]:
        marks = {_LAST: last, _BEFORE: self._before, _BEGAN: self._began, _HIGHEST: self._highest}
        marks |= {f"{_OF_CLIENT}{client}": " ".join(ids) for client, ids in self._open.items() if ids}
        return {name: value for name, value in marks.items() if value}


def _turn(clients: Sequence[str], last: str, count: int) -> tuple[Sequence[str], Sequence[str]]:
    """The next ``count`` clients behind ``last``: those that end a round, and those that begin one."""
    start = next((place for place, id in enumerate(clients) if _order(id) > _order(last)), len(clients))
    old = clients[start : start + count]
    if start == 0:
        return (), old
    return old, clients[: min(start, count - len(old))]


def _order(id: str) -> tuple[int, int, str]:
    """Ids by number; others behind them, by their letters. No id at all comes first."""
    if not id:
        return (-1, 0, "")
    return (0, int(id), "") if id.isdecimal() and len(id) < 19 else (1, 0, id)
