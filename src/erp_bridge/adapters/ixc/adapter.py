"""IXC Provedor as the bridge sees it: the adapter's contract, carried out by the modules beside this one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from erp_bridge.adapters.ixc import inspection, support
from erp_bridge.adapters.ixc.billing import Billing
from erp_bridge.adapters.ixc.catalogue import Catalogue
from erp_bridge.adapters.ixc.client import IxcClient
from erp_bridge.adapters.ixc.clients import Clients
from erp_bridge.adapters.ixc.feed import Feed
from erp_bridge.adapters.ixc.moving import Mover
from erp_bridge.adapters.ixc.past import Past
from erp_bridge.adapters.ixc.reading import Reader
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.writing import Writer
from erp_bridge.core.adapter import Capability, Cursor, FieldSupport, Idempotency, Notice, Page
from erp_bridge.core.billing import Fatura, Lancamento, OrdemDesconto, Requisicao
from erp_bridge.core.errors import BridgeError, Uncertain, Unsupported
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    OrdemServico,
    Status,
    Termo,
    TipoMovimentacao,
    Vinculo,
)
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.transport.network import Network


class IxcAdapter:
    """One IXC."""

    kind = "ixc"
    capabilities: frozenset[Capability] = support.CAPABILITIES
    fields: Mapping[str, FieldSupport] = support.FIELDS
    statuses: frozenset[Status] = support.STATUSES
    idempotency = Idempotency.PROTOCOLO
    lag = timedelta(0)

    def __init__(self, settings: IxcSettings, network: Network) -> None:
        clock, dialect = network.clock, Dialect.of(settings.timezone, settings.vocab)
        self._settings = settings
        self._client = IxcClient(settings, network)
        self._catalogue = Catalogue(self._client, settings, dialect, clock)
        self._clients = Clients(self._client, settings.name, clock)
        self._reader = Reader(settings, self._client, self._catalogue, self._clients, dialect)
        self._past = Past(settings, self._client, self._reader, self._catalogue, dialect)
        self._feed = Feed(settings, self._client, self._reader, self._clients, clock)
        self._writer = Writer(settings, self._client, self._reader, self._catalogue, self._clients, dialect, clock)
        self._mover = Mover(settings, self._client, self._reader, self._writer, dialect)
        self._billing = Billing(settings, self._client)
        if settings.desconto is not None:
            self.capabilities = support.CAPABILITIES | {Capability.BOOK_DISCOUNT}

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def timezone(self) -> ZoneInfo:
        return self._settings.timezone

    @property
    def settle(self) -> timedelta:
        return self._settings.settled_after

    @property
    def max_text(self) -> int:
        return self._settings.max_text

    @property
    def max_concurrency(self) -> int:
        return self._settings.max_concurrency

    @property
    def requests(self) -> int:
        return self._client.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._client.clock_offset

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()

    async def ping(self) -> str:
        return await self._reader.ping()

    async def hidden_by(self) -> list[str]:
        """Beyond the contract, for ``check``: settings of the token's user that hide tickets from the bridge."""
        return await self._reader.hidden_by()

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        if isinstance(desde, datetime) and desde.tzinfo is None:
            desde = desde.replace(tzinfo=self.timezone)
        async for page in self._feed.changed_since(desde, clientes=clientes):
            yield page

    async def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        async for page in self._feed.open_tickets(clientes=clientes):
            yield page

    async def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        async for page in self._past.tickets(desde, ate, status, apos):
            yield page

    async def count_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None
    ) -> int | None:
        return await self._past.count(desde, ate, status)

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        return await self._past.openers(ids)

    async def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        return await self._past.work_orders(ids)

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        return await self._clients.with_clients(atendimentos)

    async def get(self, id: str) -> Atendimento:
        return await self._reader.get(id)

    async def get_many(self, ids: Sequence[str]) -> Page:
        """Without their clients: see :meth:`with_clients`."""
        return self._reader.page(await self._reader.rows(ids))

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        return await self._reader.find_by_protocolo(protocolo)

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        return await self._reader.tickets_of_client(cliente_id, status, order)

    async def reserve_protocolo(self) -> str | None:
        return await self._client.reserve_protocolo()

    async def create(self, novo: Atendimento) -> Atendimento:
        stored = await self._writer.create(novo)
        first = novo.primeiro_contato
        if first is None or not first.resolvido or novo.footer is not None:
            return stored
        try:
            return await self.solve(stored.id or "", first.solucao or "")
        except BridgeError as error:  # a refusal would read as "nothing was written", and the ticket would be doubled
            text = f"ticket {stored.id} (protocolo {stored.protocolo}) was opened but not solved: {error.message}"
            raise Uncertain(text, erp=self.name, operation=error.operation) from error

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        """All fields but ``status`` (see :meth:`set_status`) and ``departamento`` (see :meth:`forward`)."""
        return await self._writer.update(id, expected, campos)

    async def movements(self, id: str) -> list[Movimentacao]:
        return (await self._reader.movements_of([id])).get(id, [])

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        return await self._reader.movements_of(ids)

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        return await self._mover.add_movement(id, movimentacao)

    async def post_ticket(self, novo: Atendimento) -> Atendimento:
        return await (self._writer.post(novo) if novo.footer is not None else self.create(novo))

    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        return await self._mover.post(atendimento, movimentacao)

    async def post_status(self, id: str, status: Status) -> None:
        raise Unsupported(self.name, "setting a status without a message")

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        return await self._mover.set_status(id, status, movimentacao)

    async def take_over(self, id: str) -> Atendimento:
        return await self._mover.set_status(id, Status.EM_PROGRESSO, None)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        return await self._mover.forward(id, departamento, responsavel)

    async def pause(self, id: str, motivo: str) -> Atendimento:
        reason = Movimentacao(tipo=TipoMovimentacao.PAUSADO, texto=motivo)
        return await self._mover.set_status(id, Status.PENDENTE, reason)

    async def solve(self, id: str, texto: str) -> Atendimento:
        solution = Movimentacao(tipo=TipoMovimentacao.SOLUCIONADO, texto=texto)
        return await self._mover.set_status(id, Status.SOLUCIONADO, solution)

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        reason = Movimentacao(tipo=TipoMovimentacao.CANCELADO, texto=motivo)
        return await self._mover.set_status(id, Status.CANCELADO, reason)

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        raise Unsupported(self.name, Capability.SET_LABEL)

    async def files(self, id: str) -> list[Arquivo]:
        return await self._reader.files(id)

    async def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        return await self._reader.files_of(ids)

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        return await self._mover.attach(id, arquivo, dados)

    async def work_orders(self, id: str) -> list[OrdemServico]:
        return await self._reader.work_orders(id)

    async def find_client(self, documento: str) -> Cliente | None:
        return await self._clients.find(documento)

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        return await self._clients.by_document(documento)

    async def clients_by_documents(self, documentos: Sequence[str]) -> dict[str, list[Cliente]]:
        return await self._clients.by_documents(documentos)

    async def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        return await self._clients.contracts_of(cliente_ids)

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        return await self._clients.search(texto, limite)

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        return await self._clients.contracts(cliente_id)

    async def vocabulary(self, kind: str) -> list[Termo]:
        return list((await self._catalogue.vocabulary(kind)).terms)

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return await self._reader.parameters(assunto_id)

    async def contract_fee(self, contrato_id: str) -> Decimal | None:
        return await self._billing.fee(contrato_id)

    async def invoices(self, cliente_id: str, contrato_id: str | None = None) -> list[Fatura]:
        return await self._billing.invoices(cliente_id, contrato_id)

    async def discount_request(self, ordem: OrdemDesconto) -> Requisicao:
        return await self._billing.request(ordem)

    async def book_discount(self, requisicao: Requisicao) -> Lancamento:
        return await self._billing.book(requisicao)

    async def find_discounts(self, contrato_id: str, marca: str) -> list[Lancamento]:
        return await self._billing.find(contrato_id, marca)

    async def inspect(self) -> list[Notice]:
        """What is out of the reach of the token's user, and whether tickets are hidden from it (quirks 21, 32)."""
        return await inspection.inspect(self._client, self._settings)
