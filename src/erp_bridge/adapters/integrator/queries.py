"""Reads through the queries saved in the tenant, and through the few public calls that read.

What a tenant's query does is up to its author (quirk 17), so paging is checked and not trusted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.wire import column
from erp_bridge.core.adapter import Capability
from erp_bridge.core.errors import Malformed

#: No server is expected to cut a list at fewer rows than this by itself.
_NEVER_CUT = 20


class SavedQueries:
    """One tenant's rows, asked for by ``view.execute``."""

    hidden: frozenset[str] = frozenset()  # a tenant's columns show when rows come, not before
    dates_comments = True
    lag = timedelta(0)
    requests = 0  # the client counts them

    def __init__(self, settings: IntegratorSettings, client: IntegratorClient) -> None:
        self._settings = settings
        self._client = client
        self._whole = {"atendimentos": _NEVER_CUT, "abertos": _NEVER_CUT}  # rows the server is known to give at once

    @property
    def offers(self) -> frozenset[Capability]:
        queries = self._settings.queries
        codes = {
            Capability.CHANGED_SINCE: queries.atendimentos,
            Capability.OPEN_TICKETS: queries.abertos,
            Capability.GET: queries.atendimento,
            Capability.FIND_BY_PROTOCOLO: queries.atendimento_protocolo,
            Capability.TICKETS_OF_CLIENT: queries.atendimentos_cliente,
            Capability.MOVEMENTS: queries.comentarios,
            Capability.FIND_CLIENT: queries.clientes,
            Capability.SEARCH_CLIENTS: queries.clientes_busca,
        }
        return frozenset(capability for capability, code in codes.items() if code)

    @property
    def clock_offset(self) -> timedelta | None:
        return self._client.clock_offset

    async def open(self) -> None:
        pass

    async def aclose(self) -> None:
        pass

    async def about(self) -> str:
        return ""

    def changed(self, desde: str, apos: str = "") -> AsyncIterator[list[RowData]]:
        return self._pages("atendimentos", apos, desde=desde)

    def open_tickets(self) -> AsyncIterator[list[RowData]]:
        return self._pages("abertos")

    async def tickets(self, codocos: Sequence[str]) -> list[RowData]:
        """One request per ticket, for no public query takes several; as many at once as the ERP may bear."""
        found: list[RowData] = []
        waiting = iter(codocos)

        async def work() -> None:
            for codoco in waiting:
                found.extend(await self._client.query("atendimento", codoco=codoco))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(len(codocos), self._settings.max_concurrency)):
                    group.create_task(work())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return found

    async def by_protocolo(self, numero_oco: str) -> list[RowData]:
        return await self._client.query("atendimento_protocolo", numero_oco=numero_oco)

    async def of_client(self, codcli: str) -> list[RowData]:
        return await self._client.query("atendimentos_cliente", codcli=codcli)

    async def comments(self, codocos: Sequence[str]) -> list[RowData]:
        return await self._client.query("comentarios", codocos=",".join(codocos))

    async def work_orders(self, codoco: str) -> list[RowData]:
        return []

    async def clients(self, documento: str) -> list[RowData]:
        return await self._client.query("clientes", documento=documento)

    async def search_clients(self, texto: str, limite: int) -> list[RowData]:
        return await self._client.query("clientes_busca", texto=texto, limite=str(limite))

    async def plans(self, codcli: str) -> list[RowData]:
        return await self._client.service_details(codcli)

    async def types(self) -> list[RowData]:
        return await self._client.ticket_types()

    async def categories(self) -> list[RowData]:
        return []

    async def roles(self) -> list[RowData]:
        return await self._client.query("cargos") if self._settings.queries.cargos else []

    async def _pages(self, query: str, after: str = "", **params: str) -> AsyncIterator[list[RowData]]:
        """The rows of a listing, page by page in the order of their codes.

        Whether the server cuts long answers by itself is not known. So a page shorter than asked for ends the
        listing only if the server has proved before that it gives so many rows at once; else one more page is asked.
        """
        limit, seen = self._settings.page_size, set[str]()
        last_count = 0
        while True:
            rows = await self._client.query(query, **params, apos=after, limite=str(limit))
            if not rows:
                if last_count < limit:
                    self._whole[query] = max(self._whole[query], last_count)
                return
            codes = [column(row.get("codoco")) for row in rows]
            if seen.issuperset(codes):
                raise self._wrong(query, "gives the same rows again; it must give those with codoco > apos only")
            yield rows
            seen = set(codes)  # of the last page: a listing of years would not fit into memory
            if len(rows) < limit and len(rows) <= self._whole[query]:
                return
            if "" in codes:
                raise self._wrong(query, "gives rows without codoco")
            if not _ascending(codes):
                raise self._wrong(query, "does not give its rows in the order of codoco")
            after, last_count = codes[-1], len(rows)

    def _wrong(self, query: str, what: str) -> Malformed:
        return Malformed(f"the saved query {query} {what}: correct it", erp=self._settings.name, operation=query)


def _ascending(codes: Sequence[str]) -> bool:
    """In the order in which a database compares texts, or numbers where the codes are such."""
    if all(code.isdecimal() for code in codes) and list(codes) == sorted(codes, key=int):
        return True
    folded = [code.upper() for code in codes]
    return folded == sorted(folded)
