"""Reads the tenant's own tables instead of its saved queries; the same rows, and work orders beside them.

The schema is looked at once, when the adapter is entered: what no public source proves is read where it is there, and
left out where it is not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, text

from erp_bridge.adapters.integrator import grants, sql
from erp_bridge.adapters.integrator.address import parse
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.adapters.integrator.mysql import Mysql, SchemaChanged, grant
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.sql import Schema, Statements
from erp_bridge.core.adapter import Capability
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret

#: Codes listed by one statement: few enough to hold, and so many that one statement lists all but the first time.
_CODES_AT_ONCE = 50_000
#: The server's clock is asked again after so long.
_CLOCK_KEPT = timedelta(hours=1)

#: What each capability reads.
_READS: Mapping[Capability, tuple[tuple[str, ...], ...]] = {
    Capability.CHANGED_SINCE: (("ocorrencias", *sql.NEEDED),),
    Capability.OPEN_TICKETS: (("ocorrencias", *sql.NEEDED),),
    Capability.GET: (("ocorrencias", *sql.NEEDED),),
    Capability.FIND_BY_PROTOCOLO: (("ocorrencias", "numero_oco"),),
    Capability.TICKETS_OF_CLIENT: (("ocorrencias", "codcli"),),
    Capability.FIND_CLIENT: (("clientes", "codcli", "cpf"), ("clientes", "codcli", "cnpj")),
    Capability.SEARCH_CLIENTS: (("clientes", "codcli", "nome_cli"),),
    Capability.WORK_ORDERS: (("ordem_servico", "codords", "codoco"),),
}
#: The columns behind fields of the model; one of them is enough.
_SHOWS: Mapping[str, tuple[str, ...]] = {
    "protocolo": ("numero_oco",),
    "cliente": ("codcli",),
    "estrutura": ("codcon",),
    "ponto_roteamento": ("codcon",),
    "plano": ("codsercli",),
    "assunto": ("codocop",),
    "departamento": ("codcar",),
    "descricao": ("descri_oco",),
    "script": ("descri_oco",),
    "primeiro_contato": ("descri_oco",),
    "origem": ("tipo_contato",),
    "contato": ("nome_contato", "celular_resposta", "fone_resposta", "email_resposta"),
    "alterado_em": ("alterado_em",),
}


class Database:
    """One tenant's tables. Writes, and the few lists with a public call, stay with the client."""

    def __init__(self, settings: IntegratorSettings, url: Secret, client: IntegratorClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._address = parse(url.reveal(), settings.name)
        self._mysql = Mysql(settings.name, self._address, settings.timeout.total_seconds(), clock)
        self._schema: Schema | None = None  # until the adapter is entered
        self._version = ""
        self._offset: timedelta | None = None
        self._offset_until = float("-inf")

    # --- what there is -----------------------------------------------------------------------------------------

    @property
    def offers(self) -> frozenset[Capability]:
        """Before the schema was looked at: what public sources prove. That leaves out comments, which need an id."""
        if self._schema is None:
            return frozenset(_READS)
        found = {
            capability
            for capability, ways in _READS.items()
            if any(self._schema.has(name, *columns) for name, *columns in ways)
        }
        if self._schema.comment_id and self._schema.has("comentarios", "codoco", "descri_com"):
            found.add(Capability.MOVEMENTS)
        if Capability.GET in found:
            found.add(Capability.GET_MANY)
        return frozenset(found)

    @property
    def hidden(self) -> frozenset[str]:
        if self._schema is None:
            return frozenset()
        there = self._schema.tables["ocorrencias"].keys()
        return frozenset(campo for campo, columns in _SHOWS.items() if there.isdisjoint(columns))

    @property
    def dates_comments(self) -> bool:
        return self._statements.dates_comments

    @property
    def lag(self) -> timedelta:
        return self._address.lag

    @property
    def requests(self) -> int:
        return self._mysql.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._offset

    async def open(self) -> None:
        """Raises ``ConfigError`` for a user that may write, or a schema that is not Integrator's."""
        if self._schema is not None:
            return
        [about] = await self._mysql.rows(text("SELECT VERSION() AS version"), operation="version")
        self._version = str(about["version"])
        await self._refuse_a_writer()
        await self._read_clock()
        self._schema = await self._look()

    async def aclose(self) -> None:
        await self._mysql.aclose()

    async def about(self) -> str:
        missing = self._opened.missing
        without = f"; not there: {', '.join(missing)}" if missing else ""
        return f"read from its database ({self._version}, schema {self._address.schema}){without}"

    # --- tickets -----------------------------------------------------------------------------------------------

    async def changed(self, desde: str, apos: str = "") -> AsyncIterator[list[RowData]]:
        await self._read_clock()
        codes = lambda after: self._statements.changed(desde, after, _CODES_AT_ONCE)  # noqa: E731
        async for rows in self._pages(codes, "changed", apos):
            yield rows

    async def open_tickets(self) -> AsyncIterator[list[RowData]]:
        async for rows in self._pages(lambda after: self._statements.open(after, _CODES_AT_ONCE), "open"):
            yield rows

    async def tickets(self, codocos: Sequence[str]) -> list[RowData]:
        wanted = [codoco for codoco in codocos if codoco.isascii()]
        return await self._rows(self._statements.tickets(wanted), "ocorrencias") if wanted else []

    async def by_protocolo(self, numero_oco: str) -> list[RowData]:
        if not numero_oco.isascii():
            return []
        return await self._rows(self._statements.by_protocolo(numero_oco), "ocorrencias")

    async def of_client(self, codcli: str) -> list[RowData]:
        return await self._rows(self._statements.of_client(codcli), "ocorrencias") if codcli.isascii() else []

    async def comments(self, codocos: Sequence[str]) -> list[RowData]:
        wanted = [codoco for codoco in codocos if codoco.isascii()]
        return await self._rows(self._statements.comments(wanted), "comentarios") if wanted else []

    async def work_orders(self, codoco: str) -> list[RowData]:
        return await self._rows(self._statements.work_orders(codoco), "ordem_servico") if codoco.isascii() else []

    # --- clients and lists -------------------------------------------------------------------------------------

    async def clients(self, documento: str) -> list[RowData]:
        return await self._rows(self._statements.clients(documento), "clientes")

    async def search_clients(self, texto: str, limite: int) -> list[RowData]:
        return await self._rows(self._statements.search_clients(texto, limite), "clientes")

    async def plans(self, codcli: str) -> list[RowData]:
        if not self._opened.has("servicos_cli", "codsercli", "codcli"):
            return await self._client.service_details(codcli)
        return await self._rows(self._statements.plans(codcli), "servicos_cli") if codcli.isascii() else []

    async def types(self) -> list[RowData]:
        if not self._opened.has("oco_padrao", "codocop", "nome_ocop"):
            return await self._client.ticket_types()
        return await self._listed("oco_padrao")

    async def categories(self) -> list[RowData]:
        return await self._listed("categoria_oco")

    async def roles(self) -> list[RowData]:
        return await self._listed("cargos")

    # --- pieces ------------------------------------------------------------------------------------------------

    async def _pages(
        self, codes: Callable[[str], Select[Any]], operation: str, after: str = ""
    ) -> AsyncIterator[list[RowData]]:
        """Codes first, by one walk over the table; then the rows of ``page_size`` codes at a time."""
        size = self._settings.page_size
        while True:
            found = [str(row["codoco"]).rstrip() for row in await self._rows(codes(after), operation)]
            for start in range(0, len(found), size):
                yield await self._rows(self._statements.tickets(found[start : start + size]), operation)
            if len(found) < _CODES_AT_ONCE:
                return
            after = found[-1]

    async def _listed(self, name: str) -> list[RowData]:
        there = self._opened.has(name, *sql.COLUMNS[name][:2])
        return await self._rows(self._statements.listed(name), name) if there else []

    async def _look(self) -> Schema:
        """What the schema holds and this user may see."""
        name = self._address.schema
        schema = Schema.of(await self._mysql.rows(sql.columns_of(name), operation="information_schema"))
        if not schema.has("ocorrencias", *sql.NEEDED):
            raise ConfigError(
                f"the schema {name} shows this user no table ocorrencias with {', '.join(sql.NEEDED)}: "
                f"correct the schema in database_url, or {grant(name)}",
                erp=self._settings.name,
            )
        return schema

    async def _refuse_a_writer(self) -> None:
        if self._address.allow_write_user:
            return
        shown = await self._mysql.rows(text("SHOW GRANTS"), operation="grants")
        found = grants.writing([str(value) for row in shown for value in row.values()], self._address.schema)
        if found:
            more = f" and {len(found) - 3} more" if len(found) > 3 else ""
            raise ConfigError(
                f"the database user may write ({', '.join(found[:3])}{more}): make one that can read only, with "
                f"{grant(self._address.schema)}; or add allow_write_user=1 to database_url",
                erp=self._settings.name,
            )

    async def _read_clock(self) -> None:
        """The server's clock minus ours. It tells whole seconds, so half of one is added."""
        if self._clock.monotonic() < self._offset_until:
            return
        before = self._clock.now()
        [row] = await self._mysql.rows(text("SELECT CAST(UTC_TIMESTAMP() AS CHAR) AS utc"), operation="clock")
        ours = before + (self._clock.now() - before) / 2
        theirs = datetime.fromisoformat(str(row["utc"])).replace(tzinfo=UTC)
        self._offset = theirs + timedelta(seconds=0.5) - ours
        self._offset_until = self._clock.monotonic() + _CLOCK_KEPT.total_seconds()

    async def _rows(self, statement: Select[Any], operation: str) -> list[RowData]:
        try:
            return await self._mysql.rows(statement, operation=operation)
        except SchemaChanged:
            self._schema = await self._look()  # the tenant was upgraded meanwhile; the next pass goes by what is there
            raise

    @property
    def _opened(self) -> Schema:
        if self._schema is None:
            raise RuntimeError("an adapter that reads a database is entered with `async with` before it is used")
        return self._schema

    @property
    def _statements(self) -> Statements:
        return Statements(self._opened)
