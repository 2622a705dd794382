"""Reads the tenant's own tables (PostgreSQL): whole tickets in bulk, and the one feed that knows what has changed.

The schema is looked at once, when the adapter is entered: what no public source proves is read where it is there, and
left out where it is not. Writing stays with the API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from erp_bridge.adapters.voalle import sql
from erp_bridge.adapters.voalle.address import parse
from erp_bridge.adapters.voalle.postgres import Postgres, RowText, SchemaChanged, grant
from erp_bridge.adapters.voalle.reading import Reader
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.adapters.voalle.sql import Schema, Statements
from erp_bridge.adapters.voalle.values import earlier, ident, yes
from erp_bridge.adapters.voalle.wire import EntryRow, Ref, TicketRow, Whole
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret
from erp_bridge.core.status import TERMINAL

#: Ids listed by one statement: few enough to hold, and so many that one lists all but the first time.
_IDS_AT_ONCE = 50_000
#: Tickets in one question.
_TICKETS_AT_ONCE = 500
_CLOCK_KEPT = timedelta(hours=1)
#: A record stamped less than this before it was read may still have a sibling of the same second to come.
_TOO_FRESH = timedelta(seconds=2)

#: The columns behind fields of the model.
_SHOWS: Mapping[str, tuple[str, str]] = {
    "contrato": ("g", "contract_id"),
    "etiqueta": ("i", "contract_service_tag_id"),
    "assunto": ("i", "incident_type_id"),
    "departamento": ("i", "team_id"),
    "responsavel": ("a", "responsible_id"),
    "solicitante": ("a", "requestor_id"),
    "descricao": ("a", "description"),
    "encerrado_em": ("a", "conclusion_date"),
    "estrutura": ("i", "authentication_access_point_id"),
    "ponto_roteamento": ("i", "authentication_access_point_id"),
}


class Database:
    """One tenant's tables."""

    def __init__(self, settings: VoalleSettings, url: Secret, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._address = parse(url.reveal(), settings.name)
        timeout = settings.timeout.total_seconds()
        self._postgres = Postgres(settings.name, self._address, timeout, str(settings.timezone), clock)
        self._schema: Schema | None = None  # until the adapter is entered
        self._version = ""
        self._offset: timedelta | None = None
        self._offset_until = float("-inf")

    @property
    def hidden(self) -> frozenset[str]:
        if self._schema is None:
            return frozenset()
        return frozenset(campo for campo, place in _SHOWS.items() if not self._schema.shows(*place))

    @property
    def lag(self) -> timedelta:
        return self._address.lag

    @property
    def requests(self) -> int:
        return self._postgres.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._offset

    async def open(self) -> None:
        """Raises ``ConfigError`` for a user that may write, or a schema that is not Voalle's."""
        if self._schema is not None:
            return
        [about] = await self._rows("SELECT current_setting('server_version') AS version", operation="version")
        self._version = (about["version"] or "").partition(" ")[0]
        await self.read_clock()
        schema = await self._look()
        await self._refuse_a_writer()
        self._schema = schema

    async def aclose(self) -> None:
        await self._postgres.aclose()

    async def about(self) -> str:
        hidden = f"; not there: {', '.join(sorted(self.hidden))}" if self.hidden else ""
        return f"read from its database (PostgreSQL {self._version}){hidden}"

    # --- tickets -----------------------------------------------------------------------------------------------

    async def tickets(self, ids: Sequence[str], *, titles: bool = True) -> list[Whole]:
        found: list[Whole] = []
        wanted = [id for id in ids if id.isascii() and id.isdecimal()]
        for start in range(0, len(wanted), _TICKETS_AT_ONCE):
            some = wanted[start : start + _TICKETS_AT_ONCE]
            rows = await self._rows(self._statements.tickets(Statements.by_ids), [some], operation="assignments")
            found += await self._whole(rows)
        order = {id: place for place, id in enumerate(wanted)}
        return sorted(found, key=lambda whole: order[whole.ticket.id])

    async def by_protocolo(self, protocolo: str) -> Whole | None:
        statement = self._statements.tickets(Statements.by_protocolo)
        found = await self._whole(await self._rows(statement, [_plain(protocolo)], operation="assignments"))
        return found[0] if found else None

    async def of_client(self, client_id: str) -> list[Whole]:
        statement = f"{self._statements.tickets(Statements.of_client)} ORDER BY a.id DESC"
        return await self._whole(await self._rows(statement, [_plain(client_id)], operation="assignments"))

    async def history(self, id: str) -> list[EntryRow]:
        return (await self._entries([id])).get(id, [])

    async def changed(self, since: datetime) -> AsyncIterator[list[str]]:
        """Ids of what has changed since then, in pages."""
        await self.read_clock()
        local = earlier(since, timedelta(0)).astimezone(self._settings.timezone).replace(tzinfo=None)
        async for page in self._pages(self._statements.changed(), {"since": local.isoformat(" ")}, "changed"):
            yield page

    async def open_ones(self) -> AsyncIterator[list[str]]:
        """Ids of what is open, in pages; some that are closed may be among them."""
        closed = [id for id, status in self._settings.status_of_id.items() if status in TERMINAL]
        async for page in self._pages(self._statements.open(), {"closed": closed}, "open"):
            yield page

    async def read_clock(self) -> None:
        """The server's clock minus ours."""
        if self._clock.monotonic() < self._offset_until:
            return
        before = self._clock.now()
        statement = "SELECT extract(epoch FROM clock_timestamp())::text AS now"
        [row] = await self._rows(statement, operation="clock")
        ours = before + (self._clock.now() - before) / 2
        self._offset = datetime.fromtimestamp(float(row["now"] or 0), UTC) - ours
        self._offset_until = self._clock.monotonic() + _CLOCK_KEPT.total_seconds()

    # --- pieces ------------------------------------------------------------------------------------------------

    async def _pages(self, statement: str, values: Mapping[str, object], operation: str) -> AsyncIterator[list[str]]:
        after, size = "0", min(self._settings.page_size, _TICKETS_AT_ONCE)
        while True:
            asked = {**values, "after": after, "limit": _IDS_AT_ONCE}
            found = [row["id"] or "" for row in await self._rows(statement, asked, operation=operation)]
            for start in range(0, len(found), size):
                yield found[start : start + size]
            if len(found) < _IDS_AT_ONCE:
                return
            after = found[-1]

    async def _whole(self, rows: Sequence[RowText]) -> list[Whole]:
        tickets = [_ticket(row) for row in rows]
        entries = await self._entries([ticket.id for ticket in tickets])
        return [Whole(ticket, tuple(entries.get(ticket.id, ()))) for ticket in tickets]

    async def _entries(self, ids: Sequence[str]) -> dict[str, list[EntryRow]]:
        if not ids:
            return {}
        rows = await self._rows(self._statements.entries(), [[_plain(id) for id in ids]], operation="reports")
        found: dict[str, list[EntryRow]] = {}
        for row in rows:
            found.setdefault(row["ticket"] or "", []).append(_entry(row))
        return found

    async def _look(self) -> Schema:
        """What the schema holds and this user may see."""
        names = sorted({*sql.TABLES.values()})
        schema = Schema.of(await self._rows(sql.COLUMNS_OF, [names], operation="information_schema"))
        if schema.missing:
            raise ConfigError(
                f"the database shows this user no {', '.join(schema.missing[:3])}: correct the database or the option "
                f"schema in database_url, or {grant(self._address)}",
                erp=self._settings.name,
            )
        return schema

    async def _refuse_a_writer(self) -> None:
        if self._address.allow_write_user:
            return
        rows = await self._rows(sql.writable(sorted({*sql.TABLES.values()})), operation="grants")
        if rows:
            names = ", ".join(row["name"] or "" for row in rows[:3])
            raise ConfigError(
                f"the database user may write ({names}): make one that can read only, with {grant(self._address)}; "
                "or add allow_write_user=1 to database_url",
                erp=self._settings.name,
            )

    async def _rows(
        self, statement: str, parameters: Sequence[object] | Mapping[str, object] | None = None, *, operation: str
    ) -> list[RowText]:
        try:
            return await self._postgres.rows(statement, parameters, operation=operation)
        except SchemaChanged:
            if self._schema is not None:
                self._schema = await self._look()  # the tenant was upgraded meanwhile; the next pass goes by it
            raise

    @property
    def _statements(self) -> Statements:
        if self._schema is None:
            raise RuntimeError("an adapter that reads a database is entered with `async with` before it is used")
        return Statements(self._schema)


class DatabaseFeed:
    """``assignments.modified`` as the cursor, with an overlap; reports too, whether or not they stamp their ticket."""

    def __init__(self, settings: VoalleSettings, source: Database, reader: Reader, clock: Clock) -> None:
        self._settings = settings
        self._source = source
        self._reader = reader
        self._clock = clock

    async def changed_since(self, desde: datetime | Cursor) -> AsyncIterator[Page]:
        cursor = desde if isinstance(desde, Cursor) else Cursor(instante=desde)
        since = earlier(cursor.instante, self._settings.overlap) if cursor is desde else cursor.instante
        started, stamps = self._clock.now(), list[datetime]()
        async for ids in self._source.changed(since):
            page = self._reader.page(await self._source.tickets(ids))
            for ticket in page:
                history = page.movimentacoes.get(ticket.id or "", ())
                moments = (ticket.aberto_em, ticket.alterado_em, *(movement.instante for movement in history))
                stamps += [moment for moment in moments if moment]
            yield page
        settled = started + (self._source.clock_offset or timedelta(0)) - self._source.lag - _TOO_FRESH
        newest = max((stamp for stamp in stamps if stamp <= settled), default=cursor.instante)
        yield Page(cursor=Cursor(instante=max(newest, cursor.instante)))

    async def open_tickets(self) -> AsyncIterator[Page]:
        async for ids in self._source.open_ones():
            page = self._reader.page(await self._source.tickets(ids))
            still_open = tuple(ticket for ticket in page.atendimentos if ticket.status not in TERMINAL)
            yield Page(still_open, page.movimentacoes, page.unreadable)


def _ticket(row: RowText) -> TicketRow:
    def ref(id: str, name: str) -> Ref:
        return Ref(ident(row[id]), (row[name] or "").strip())

    words = [(row["service_tag"] or "").strip(), (row["tag"] or "").strip()]
    return TicketRow(
        id=row["id"] or "",
        protocolo=ident(row["protocol"]) or "",
        title=row["title"] or "",
        description=row["description"] or "",
        status=Ref(row["status_id"], (row["status"] or "").strip()),
        type=ref("type_id", "type"),
        team=ref("team_id", "team"),
        client=ref("client_id", "client"),
        client_document=row["client_tx_id"] or "",
        requestor=ref("requestor_id", "requestor"),
        requestor_document=row["requestor_tx_id"] or "",
        responsible=ref("responsible_id", "responsible"),
        tag=Ref(ident(row["tag_id"]), " - ".join(dict.fromkeys(word for word in words if word))),
        contract=Ref(ident(row["contract_id"])),
        access_point=ref("access_point_id", "access_point"),
        beginning=row["beginning"] or row["created"],
        conclusion=row["conclusion"],
        modified=row["modified"],
    )


def _entry(row: RowText) -> EntryRow:
    return EntryRow(
        id=row["id"] or "",
        kind=row["kind"] or "",
        title=row["title"] or "",
        description=row["description"] or "",
        private=yes(row["private"]),
        author=row["author"] or "",
        beginning=row["created"],
    )


def _plain(text: str) -> str:
    """Without what no PostgreSQL text can hold."""
    return text.replace("\0", "")
