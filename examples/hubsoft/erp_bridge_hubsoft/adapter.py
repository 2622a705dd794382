"""Hubsoft behind the adapter contract. What the vendor's documents do not show is not claimed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from erp_bridge import (
    Atendimento,
    Capability,
    Cliente,
    Cursor,
    FieldSupport,
    Idempotency,
    Movimentacao,
    NotFound,
    OrdemServico,
    Page,
    ParametrosAtendimento,
    Status,
    Termo,
    ValidationFailed,
    Vinculo,
)
from erp_bridge.adapter_api import Network, PlainAdapter, check_search
from erp_bridge_hubsoft import translate
from erp_bridge_hubsoft.client import HubsoftClient
from erp_bridge_hubsoft.feed import Feed
from erp_bridge_hubsoft.reading import Reader
from erp_bridge_hubsoft.settings import HubsoftSettings
from erp_bridge_hubsoft.writing import PARAMETERS, Writer


class HubsoftAdapter(PlainAdapter):
    """One Hubsoft, seen through the canonical model. ``PlainAdapter`` refuses all that is not named here."""

    capabilities = frozenset(
        {
            Capability.CHANGED_SINCE,
            Capability.GET,
            Capability.FIND_BY_PROTOCOLO,
            Capability.TICKETS_OF_CLIENT,
            Capability.CREATE,
            Capability.UPDATE,
            Capability.SET_STATUS,
            Capability.WORK_ORDERS,
            Capability.FIND_CLIENT,
            Capability.SEARCH_CLIENTS,
            Capability.CONTRACTS,
            Capability.VOCABULARY,
            Capability.PARAMETERS,
        }
    )
    statuses = frozenset({Status.SOLUCIONADO})
    idempotency = Idempotency.LISTING

    def __init__(self, settings: HubsoftSettings, network: Network) -> None:
        secrets = (settings.client_secret.reveal(), settings.user.reveal(), settings.password.reveal())
        super().__init__(settings, network, secrets=secrets)
        self._client = HubsoftClient(settings, self.http, self.clock)
        self._reader = Reader(settings, self._client, self.http, self.clock)
        self._feed = Feed(settings, self._client, self._reader)
        self._writer = Writer(settings, self._client, self._reader)

    @property
    def supported(self) -> Mapping[str, FieldSupport]:
        return translate.FIELDS

    async def ping(self) -> str:
        return f"Hubsoft with {len(await self._client.ticket_types())} types of ticket"

    # --- reading -----------------------------------------------------------------------------------------------

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        """All tickets of the days that may hold a change; the list shows no documents of clients."""
        async for page in self._feed.changed_since(desde):
            if clientes and page.atendimentos:
                yield Page(tuple(await self.with_clients(page.atendimentos)), unreadable=page.unreadable)
            else:
                yield page

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        return await self._reader.with_clients(atendimentos)

    async def get(self, id: str) -> Atendimento:
        return await self._reader.get(id)

    async def get_many(self, ids: Sequence[str]) -> Page:
        return await self._reader.get_many(ids)

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        try:
            return await self._reader.get(protocolo)
        except NotFound:
            return None

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        return await self._reader.tickets_of_client(cliente_id, status, order)

    async def work_orders(self, id: str) -> list[OrdemServico]:
        return translate.read_orders(await self._reader.row(id), self.timezone)

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        return [translate.read_client(row) for row in await self._reader.client_rows(documento)]

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        violations = check_search(texto)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self._reader.search_clients(texto.strip(), limite)

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        return {"contrato": await self._reader.services(cliente_id)}

    async def vocabulary(self, kind: str) -> list[Termo]:
        return await self._reader.vocabulary(kind)

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return PARAMETERS

    # --- writing -----------------------------------------------------------------------------------------------

    async def create(self, novo: Atendimento) -> Atendimento:
        return await self._writer.create(novo)

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        """The description only; a status has a call of its own."""
        if "descricao" not in campos or campos.keys() - {"descricao", "footer"}:
            self.lacks(Capability.UPDATE)
        return await self._writer.update(id, expected, campos)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        """Closing only, and without words: the call takes none."""
        if status not in self.statuses:
            self.lacks(f"{Capability.SET_STATUS} {status}")
        if movimentacao is not None and movimentacao.texto.strip():
            self.lacks(Capability.ADD_MOVEMENT)
        return await self._writer.close(id)
