"""Whole tickets by the third-party API: the single read, the history, and the title from the client's list.

That is two requests a ticket, and one more for each client; there is no call for several tickets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from erp_bridge.adapters.voalle import wire
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.settings import VoalleSettings
from erp_bridge.adapters.voalle.wire import EntryRow, TicketRow, Whole
from erp_bridge.core.errors import NotFound

T = TypeVar("T")
K = TypeVar("K")

#: What only the database shows.
HIDDEN = frozenset({"contrato", "alterado_em", "encerrado_em", "estrutura", "ponto_roteamento"})


class ApiSource:
    """One tenant's tickets."""

    hidden = HIDDEN
    requests = 0  # the client counts them

    def __init__(self, settings: VoalleSettings, client: VoalleClient) -> None:
        self._settings = settings
        self._client = client

    @property
    def lag(self) -> timedelta:
        return self._settings.lag

    @property
    def clock_offset(self) -> timedelta | None:
        return self._client.clock_offset

    async def open(self) -> None:
        pass

    async def aclose(self) -> None:
        pass

    async def about(self) -> str:
        return ""

    async def tickets(self, ids: Sequence[str], *, titles: bool = True) -> list[Whole]:
        found = await self.together(ids, self._data)
        return await self._completed([row for row in found.values() if row is not None], titles=titles)

    async def by_protocolo(self, protocolo: str) -> Whole | None:
        try:
            row = wire.ticket(await self._client.ticket(protocolo=protocolo))
        except NotFound:
            return None
        return (await self._completed([row]))[0] if row.protocolo == protocolo else None

    async def of_client(self, client_id: str) -> list[Whole]:
        rows = await self.listed(client_id)
        return await self.read(list(rows.values()))

    async def listed(self, client_id: str) -> dict[str, TicketRow]:
        """The rows of a client's list by id, newest first: what they show is little (quirk 16)."""
        rows = [wire.listed(row) for row in await self._client.tickets_of(client_id)]
        ordered = sorted((row for row in rows if row.id), key=lambda row: (len(row.id), row.id), reverse=True)
        return {row.id: row for row in ordered}

    async def read(self, rows: Sequence[TicketRow]) -> list[Whole]:
        """The whole tickets of rows of a list, which knows their titles."""
        titles = {row.id: row for row in rows}
        found = await self.together(list(titles), self._data)
        data = [wire.titled(row, titles[id]) for id, row in found.items() if row is not None]
        return await self._with_histories(data)

    async def history(self, id: str) -> list[EntryRow]:
        try:
            return [wire.entry(row) for row in await self._client.history(id)]
        except NotFound:
            return []

    async def together(self, keys: Sequence[K], ask: Callable[[K], Awaitable[T]]) -> dict[K, T]:
        """One question for each, as many at once as the ERP may bear."""
        found: dict[K, T] = {}
        waiting = iter(dict.fromkeys(keys))

        async def work() -> None:
            for key in waiting:
                found[key] = await ask(key)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(len(keys), self._settings.max_concurrency)):
                    group.create_task(work())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return {key: found[key] for key in dict.fromkeys(keys)}

    async def _completed(self, data: Sequence[TicketRow], *, titles: bool = True) -> list[Whole]:
        """With titles, where the single read shows none, and histories."""
        owners = [row.client.id for row in data if titles and row.title is None and row.client.id]
        lists: Mapping[str, Mapping[str, TicketRow]] = await self.together(owners, self.listed)
        titled = [wire.titled(row, lists.get(row.client.id or "", {}).get(row.id)) for row in data]
        return await self._with_histories(titled)

    async def _with_histories(self, rows: Sequence[TicketRow]) -> list[Whole]:
        histories = await self.together([row.id for row in rows], self.history)
        return [Whole(row, tuple(histories[row.id])) for row in rows]

    async def _data(self, id: str) -> TicketRow | None:
        try:
            row = wire.ticket(await self._client.ticket(id=id))
        except NotFound:
            return None
        return row if row.id == id else None
