"""Reads tickets in bulk: what changed since, and what is open.

A change shows in three places: the ticket's own stamp, a new message (which need not touch the ticket), and a new
transfer. Tickets are read first, in the order of their ids, then the messages and transfers of the tickets in that
range, so that a closing is never seen without the message that explains it.

Two ways of reading:

* *Going on* from a cursor: messages and transfers above the ids it marks. An idle pass costs the page of tickets that
  the overlap holds, and one request for each of the other two.
* A *sweep* from a point in time, as at the first pass: messages and transfers by their dates. It can be resumed after
  each of its parts: its cursor then holds the last ticket's id.

Whichever it is, where the next pass goes on is fixed before tickets are left behind: what happens to those while later
ones are read lies beyond that point.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from erp_bridge.adapters.ixc import marks, values
from erp_bridge.adapters.ixc.client import IxcClient, Where, row_id
from erp_bridge.adapters.ixc.clients import Clients
from erp_bridge.adapters.ixc.marks import Mark
from erp_bridge.adapters.ixc.reading import MESSAGES, TICKETS, TRANSFERS, Reader
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.wire import SuTicket, as_text
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.clock import Clock
from erp_bridge.core.model import Movimentacao

#: Pages of tickets whose messages are read together.
_PAGES_AT_ONCE = 10
#: How many of the newest rows a sweep looks at to find where the next pass goes on.
_NEWEST = 20


@dataclass(frozen=True)
class _Log:
    """A table that grows with what happens to tickets, and its columns."""

    table: str
    ticket: str
    stamp: str


_MESSAGES = _Log(MESSAGES, "id_ticket", "data")
_TRANSFERS = _Log(TRANSFERS, "id_atendimento", "data_transferencia")
_LOGS = (_MESSAGES, _TRANSFERS)


@dataclass
class _Run:
    """One reading."""

    desde: datetime  # where the caller wants to start; the cursor never falls behind it
    since: datetime  # the same minus the overlap
    sweep: bool
    started: datetime  # by our clock
    after: int = 0  # tickets up to this id are done
    marks: dict[str, Mark] = field(default_factory=dict)  # where logs are read from; absent: by date
    final: dict[str, Mark] | None = None  # where the next pass reads them from, once that is fixed
    limit: datetime | None = None  # the cursor does not pass this stamp
    best: datetime | None = None  # the newest stamp below it


class Feed:
    """The feeds of one installation."""

    def __init__(
        self, settings: IxcSettings, client: IxcClient, reader: Reader, clients: Clients, clock: Clock
    ) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader
        self._clients = clients
        self._clock = clock
        self._zone = settings.timezone

    async def open_tickets(self, *, clientes: bool) -> AsyncIterator[Page]:
        """All but the solved and the cancelled; those of unknown status are among the unreadable."""
        still_open = (Where("su_status", "!=", "S"), Where("su_status", "!=", "C"))
        async for rows in self._client.records(SuTicket, TICKETS, *still_open):
            yield await self._page(rows, {}, clientes=clientes)

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool) -> AsyncIterator[Page]:
        run = await self._begin(desde)
        stamp = Where(self._settings.change_stamp, ">=", values.local_floor(run.since, self._zone))
        async for pages, last in self._parts(self._client.records(SuTicket, TICKETS, stamp, after=run.after)):
            self._note_stamps(run, pages)
            if not last and run.final is None:
                newest = await self._newest_marks()  # later messages may belong to tickets already passed
                run.final = {**run.marks, **newest}
            up_to = row_id(pages[-1][-1]) if pages and not last else None
            logs = {log: await self._log(log, run, up_to) for log in _LOGS}
            run.after = up_to or run.after
            reached = self._end(run, logs) if last else self._halfway(run) if run.sweep else None
            async for page in self._pages(run, pages, logs, clientes=clientes, cursor=reached):
                yield page

    async def _begin(self, desde: datetime | Cursor) -> _Run:
        started = self._clock.now()
        if not isinstance(desde, Cursor):
            limit = await self._limit_without_clock() if self._now(started) is None else None
            return _Run(desde, desde, sweep=True, started=started, limit=limit)
        found = {log.table: marks.read_mark(desde, log.table) for log in _LOGS}
        known = {table: mark for table, mark in found.items() if mark is not None}
        if desde.id.isdecimal():  # a sweep that was broken off
            limit, best = marks.read_instant(desde, "limite"), marks.read_instant(desde, "maior")
            return _Run(
                desde.instante, desde.instante, sweep=True, started=started, after=int(desde.id),
                final=known, limit=limit, best=best,
            )  # fmt: skip
        since = max(desde.instante, datetime.min.replace(tzinfo=UTC) + self._settings.overlap) - self._settings.overlap
        return _Run(desde.instante, since, sweep=False, started=started, marks=known)

    async def _limit_without_clock(self) -> datetime | None:
        """Up to where the tickets' stamps have settled, for an ERP that does not tell its time in its replies."""
        column = self._settings.change_stamp
        rows = await self._client.first(TICKETS, limit=_NEWEST, sort=column, newest=True)
        if self._now(self._clock.now()) is not None:
            return None  # it does: this was the first reply
        return marks.settled([stamp for row in rows if (stamp := self._stamp(row, column))], None)

    async def _parts(self, pages: AsyncIterator[list[SuTicket]]) -> AsyncIterator[tuple[list[list[SuTicket]], bool]]:
        """Several pages at a time, and whether they are the last; at least one part, if an empty one."""
        waiting: list[list[SuTicket]] = []
        async for page in pages:
            if len(waiting) == _PAGES_AT_ONCE:
                yield waiting, False
                waiting = []
            waiting.append(page)
        yield waiting, True

    async def _log(self, log: _Log, run: _Run, up_to: int | None) -> list[Row]:
        """What the log holds on the tickets of this part that was not handed over before."""
        mark = run.marks.get(log.table)
        where = []
        if mark is None:
            where.append(Where(log.stamp, ">=", values.local_floor(run.since, self._zone)))
        if run.after:
            where.append(Where(log.ticket, ">", str(run.after)))
        if up_to is not None:
            where.append(Where(log.ticket, "<=", str(up_to)))
        return await self._client.all(log.table, *where, after=mark.id if mark else 0, optional=log is _TRANSFERS)

    async def _newest_marks(self) -> dict[str, Mark]:
        """Up to where the logs have settled by now. A log that holds nothing goes on being read by date."""
        found = {}
        for log in _LOGS:
            rows = await self._client.first(log.table, limit=_NEWEST, newest=True, optional=log is _TRANSFERS)
            mark = self._moved(log, None, rows, self._now(self._clock.now()))
            if mark is not None:
                found[log.table] = Mark(mark.id)
        return found

    def _moved(self, log: _Log, mark: Mark | None, rows: Sequence[Row], now: datetime | None) -> Mark | None:
        stamped = sorted(((row_id(row), self._stamp(row, log.stamp)) for row in rows), key=lambda pair: pair[0])
        if mark is None and not stamped:
            return None
        return (mark or Mark(stamped[0][0] - 1)).moved(stamped, now)

    async def _pages(
        self,
        run: _Run,
        pages: Sequence[list[SuTicket]],
        logs: dict[_Log, list[Row]],
        *,
        clientes: bool,
        cursor: Cursor | None,
    ) -> AsyncIterator[Page]:
        """The part page by page; on its last one also the tickets of which only the logs tell."""
        new = {log: [row for row in rows if not self._seen(log, run, row)] for log, rows in logs.items()}
        told = await self._reader.histories(new[_MESSAGES], new[_TRANSFERS])
        shown = {row.id for page in pages for row in page}
        others = [id for id in told if id not in shown]
        rest = await self._reader.rows(others)
        for page in pages[:-1]:
            yield await self._page(page, told, clientes=clientes)
        last = pages[-1] if pages else []
        final = await self._page([*last, *rest], told, clientes=clientes, also=others)
        yield Page(final.atendimentos, final.movimentacoes, final.unreadable, cursor)

    async def _page(
        self,
        rows: Sequence[SuTicket],
        told: dict[str, list[Movimentacao]],
        *,
        clientes: bool,
        also: Sequence[str] = (),
    ) -> Page:
        if clientes:
            await self._reader.know_terms(rows)
        page = self._reader.page(rows)
        tickets = page.atendimentos
        if clientes:
            tickets = tuple(await self._clients.with_clients(tickets))
        ids = dict.fromkeys([*(row.id for row in rows), *also])
        return Page(tickets, {id: tuple(told[id]) for id in ids if id in told}, page.unreadable)

    def _seen(self, log: _Log, run: _Run, row: Row) -> bool:
        mark = run.marks.get(log.table)
        return mark is not None and row_id(row) in mark.seen

    def _note_stamps(self, run: _Run, pages: Sequence[Sequence[SuTicket]]) -> None:
        column = self._settings.change_stamp
        stamps = [
            [stamp for row in page if (stamp := values.instant(getattr(row, column), self._zone))] for page in pages
        ]
        if run.limit is None and stamps:
            run.limit = marks.upper_bound(stamps[0], self._now(run.started))
        if run.limit is not None:
            usable = [stamp for page in stamps for stamp in page if stamp <= run.limit]
            run.best = max([*usable, *([run.best] if run.best else [])], default=None)

    def _end(self, run: _Run, logs: dict[_Log, list[Row]]) -> Cursor:
        """Where the next pass goes on."""
        final = dict(run.final or {})
        if run.final is None:
            for log, rows in logs.items():
                mark = self._moved(log, run.marks.get(log.table), rows, self._now(run.started))
                if mark is not None:
                    final[log.table] = mark
        return Cursor(instante=max(run.desde, run.best or run.desde), marcas=_written(final))

    def _halfway(self, run: _Run) -> Cursor:
        """Where this sweep can be resumed."""
        found = _written(run.final or {})
        for name, instant in (("limite", run.limit), ("maior", run.best)):
            if instant is not None:
                found[name] = instant.isoformat()
        return Cursor(instante=run.desde, id=str(run.after), marcas=found)

    def _stamp(self, row: Row, column: str) -> datetime | None:
        return values.instant(as_text(row.get(column)), self._zone)

    def _now(self, ours: datetime) -> datetime | None:
        return self._client.erp_time(ours)


def _written(found: Mapping[str, Mark]) -> dict[str, str]:
    return {key: value for table, mark in found.items() for key, value in marks.write_mark(mark, table).items()}
