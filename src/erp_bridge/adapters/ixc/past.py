"""Reads the past: tickets by the day on which they were opened, and what belongs to many of them at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from erp_bridge.adapters.ixc import movements, values
from erp_bridge.adapters.ixc.catalogue import Catalogue
from erp_bridge.adapters.ixc.client import IxcClient, Where
from erp_bridge.adapters.ixc.reading import TICKETS, Reader
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.values import present
from erp_bridge.adapters.ixc.wire import OrdemRecord, SuTicket
from erp_bridge.core.adapter import Page
from erp_bridge.core.errors import Refused
from erp_bridge.core.model import OrdemServico, Status


class Past:
    """The history of one installation."""

    def __init__(
        self, settings: IxcSettings, client: IxcClient, reader: Reader, catalogue: Catalogue, dialect: Dialect
    ) -> None:
        self._settings = settings
        self._client = client
        self._reader = reader
        self._catalogue = catalogue
        self._dialect = dialect
        self._page: Sequence[SuTicket] = ()  # the last one

    async def tickets(
        self, desde: datetime | None, ate: datetime | None, status: Status | None, apos: str
    ) -> AsyncIterator[Page]:
        after = int(apos) if apos.isdecimal() else 0
        async for rows in self._client.records(SuTicket, TICKETS, *self._where(desde, ate, status), after=after):
            self._page = rows
            await self._reader.know_terms(rows)
            yield self._reader.page(rows)

    async def count(self, desde: datetime | None, ate: datetime | None, status: Status | None) -> int | None:
        return await self._client.count(TICKETS, *self._where(desde, ate, status))

    def _where(self, desde: datetime | None, ate: datetime | None, status: Status | None) -> list[Where]:
        zone = self._settings.timezone
        where = []
        if desde is not None:
            where.append(Where("data_criacao", ">=", values.local_floor(desde, zone)))
        if ate is not None:
            where.append(Where("data_criacao", "<", values.local_text(ate, zone)))
        if status is not None:
            code = self._dialect.status.write(status)
            if code is None:
                raise Refused(f"status: this ERP has no code for {status.value!r}", erp=self._settings.name)
            where.append(Where("su_status", "=", code))
        return where

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        """Names of the users that opened these tickets. The last page of tickets is not asked for again."""
        found = _opened_by(self._page)
        if missing := [id for id in ids if id not in found]:
            found |= _opened_by(await self._reader.rows(missing))
        users = {id: found[id] for id in ids if found.get(id)}
        await self._catalogue.know({"usuario": sorted(set(users.values()))})
        named = {id: self._catalogue.named("usuario", user) for id, user in users.items()}
        return {id: name for id, name in named.items() if name}

    async def work_orders(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        found: dict[str, list[OrdemServico]] = {id: [] for id in ids}
        for row in await self._client.among("su_oss_chamado", "id_ticket", ids, optional=True):
            record = OrdemRecord.of(row)
            found.setdefault(record.id_ticket, []).append(movements.read_order(record, self._settings.timezone))
        return found


def _opened_by(rows: Sequence[SuTicket]) -> dict[str, str]:
    """The user's id by ticket."""
    return {row.id: present(row.id_usuario_abertura) or "" for row in rows}
