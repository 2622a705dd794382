"""Integrator behind the adapter contract: each capability checked first, then left to who reads or writes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NoReturn, Self
from zoneinfo import ZoneInfo

from erp_bridge.adapters.integrator import support
from erp_bridge.adapters.integrator.billing import Billing
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.feed import Feed
from erp_bridge.adapters.integrator.queries import SavedQueries
from erp_bridge.adapters.integrator.reading import Reader
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.source import Source
from erp_bridge.adapters.integrator.writing import Writer
from erp_bridge.core.adapter import Capability, Cursor, FieldSupport, Idempotency, Page
from erp_bridge.core.billing import Fatura, Lancamento, OrdemDesconto, Requisicao
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError, Malformed, Overtaken, Unsupported, ValidationFailed
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
from erp_bridge.core.rules import ParametrosAtendimento, check_search, validate_movimentacao
from erp_bridge.transport.network import Network


class IntegratorAdapter:
    """One Integrator, seen through the canonical model."""

    kind = "integrator"

    def __init__(self, settings: IntegratorSettings, network: Network) -> None:
        self._settings = settings
        self._client = IntegratorClient(settings, network)
        self._source = _source(settings, self._client, network.clock)
        self._reader = Reader(settings, self._source, self._client, network.clock)
        self._feed = Feed(settings, self._source, self._reader, network.clock)
        self._writer = Writer(settings, self._source, self._client, self._reader, network.clock)
        self._billing = Billing(settings, self._client, network.clock)

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def timezone(self) -> ZoneInfo:
        return self._settings.timezone

    @property
    def capabilities(self) -> frozenset[Capability]:
        """With a database, what it holds beyond the proven columns shows once the adapter was entered."""
        return support.capabilities(self._settings, self._source.offers)

    @property
    def fields(self) -> Mapping[str, FieldSupport]:
        return support.fields(self._settings, self._source.hidden)

    @property
    def statuses(self) -> frozenset[Status]:
        return support.statuses(self._settings)

    @property
    def idempotency(self) -> Idempotency:
        return support.idempotency(self._source.offers)

    @property
    def lag(self) -> timedelta:
        return self._source.lag

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
        return self._client.requests + self._source.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._source.clock_offset

    async def __aenter__(self) -> Self:
        try:
            await self._source.open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()
        await self._source.aclose()

    async def ping(self) -> str:
        return await self._reader.ping()

    def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        """Rows carry their client, so ``clientes`` saves nothing here."""
        self._require(Capability.CHANGED_SINCE)
        return self._feed.changed_since(desde)

    def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        self._require(Capability.OPEN_TICKETS)
        return self._feed.open_tickets()

    def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        self._require(Capability.TICKETS_BETWEEN)
        return self._feed.between(desde, ate, status, apos)

    async def count_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None
    ) -> int | None:
        """No query tells."""
        return None

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        """Of nobody: who opened a ticket stands in no row."""
        return {}

    async def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        self._require(Capability.WORK_ORDERS)
        return {id: await self._reader.work_orders(id) for id in ids}

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        """As they are: a row without its client's document has none that any query could add."""
        return list(atendimentos)

    async def get(self, id: str) -> Atendimento:
        self._require(Capability.GET)
        return await self._reader.get(id)

    async def get_many(self, ids: Sequence[str]) -> Page:
        self._require(Capability.GET)
        return await self._reader.get_many(ids)

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        self._require(Capability.FIND_BY_PROTOCOLO)
        return await self._reader.find_by_protocolo(protocolo)

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        self._require(Capability.TICKETS_OF_CLIENT)
        return await self._reader.tickets_of_client(cliente_id, status, order)

    async def reserve_protocolo(self) -> str | None:
        """None: this ERP numbers a ticket when it is created."""
        return None

    async def create(self, novo: Atendimento) -> Atendimento:
        return await self._writer.create(novo)

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        """Only the status can be changed, and that by its own call."""
        status = campos.pop("status", None)
        if campos or not isinstance(status, Status | str):
            self._lacks(Capability.UPDATE)
        self._require(Capability.SET_STATUS)
        if expected is not None:
            await self._still(id, expected)
        return await self._writer.set_status(id, Status(status), None)

    async def movements(self, id: str) -> list[Movimentacao]:
        return (await self.movements_of([id]))[id]

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        self._require(Capability.MOVEMENTS)
        found, unreadable = await self._reader.movements_of(ids)
        if unreadable:
            raise Malformed(
                f"a comment of ticket {unreadable[0].id} has no codcom: add that column to the saved query comentarios",
                erp=self.name,
                operation="comentarios",
            )
        return found

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        self._require(Capability.ADD_MOVEMENT)
        return await self._writer.add_movement(id, movimentacao)

    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        self._require(Capability.POST_MOVEMENT)
        return await self._writer.post(atendimento.id or "", movimentacao)

    async def post_status(self, id: str, status: Status) -> None:
        self._require(Capability.SET_STATUS)
        await self._writer.post_status(id, status)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        self._require(Capability.SET_STATUS)
        return await self._writer.set_status(id, status, movimentacao)

    async def take_over(self, id: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.ASSUMIDO, Status.EM_PROGRESSO, "")

    async def pause(self, id: str, motivo: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.PAUSADO, Status.PENDENTE, motivo)

    async def solve(self, id: str, texto: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.SOLUCIONADO, Status.SOLUCIONADO, texto)

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.CANCELADO, Status.CANCELADO, motivo)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        self._lacks(Capability.FORWARD)

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        self._lacks(Capability.SET_LABEL)

    async def files(self, id: str) -> list[Arquivo]:
        self._lacks(Capability.FILES)

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        return await self._writer.attach(id, arquivo, dados)

    async def work_orders(self, id: str) -> list[OrdemServico]:
        self._require(Capability.WORK_ORDERS)
        return await self._reader.work_orders(id)

    async def find_client(self, documento: str) -> Cliente | None:
        self._require(Capability.FIND_CLIENT)
        found = await self._reader.clients_by_document(documento)
        ordered = sorted(found, key=lambda pair: not pair[1])  # active ones first
        return ordered[0][0] if ordered else None

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        self._require(Capability.FIND_CLIENT)
        return [cliente for cliente, ativo in await self._reader.clients_by_document(documento) if ativo]

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        self._require(Capability.SEARCH_CLIENTS)
        violations = check_search(texto)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self._reader.search_clients(texto.strip(), limite)

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        return await self._reader.contracts(cliente_id)

    async def vocabulary(self, kind: str) -> list[Termo]:
        return await self._reader.vocabulary(kind)

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return self._writer.parameters()

    async def contract_fee(self, contrato_id: str) -> Decimal | None:
        self._lacks(Capability.CONTRACT_FEE)

    async def invoices(self, cliente_id: str, contrato_id: str | None = None) -> list[Fatura]:
        """Of all contracts: no invoice says which one it is for."""
        return await self._billing.invoices(cliente_id)

    async def discount_request(self, ordem: OrdemDesconto) -> Requisicao:
        self._lacks(Capability.BOOK_DISCOUNT)

    async def book_discount(self, requisicao: Requisicao) -> Lancamento:
        self._lacks(Capability.BOOK_DISCOUNT)

    async def find_discounts(self, contrato_id: str, marca: str) -> list[Lancamento]:
        self._lacks(Capability.BOOK_DISCOUNT)

    async def _act(self, id: str, tipo: TipoMovimentacao, status: Status, texto: str) -> Atendimento:
        """What a person asks for: judged by the status machine, and never without the text that was given."""
        self._require(Capability.SET_STATUS)
        if status not in self.statuses:
            raise Unsupported(self.name, f"{Capability.SET_STATUS} {status}")
        movement = Movimentacao(tipo=tipo, texto=texto)
        if texto.strip() and not support.carries_text(self._settings):
            self._lacks(Capability.ADD_MOVEMENT)
        before = (await self._reader.get(id)).status if Capability.GET in self.capabilities else None
        violations = validate_movimentacao(movement, before)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self._writer.set_status(id, status, movement if texto.strip() else None)

    async def _still(self, id: str, expected: str) -> None:
        """A version that the tenant's query does not show (quirk 23) is never the expected one."""
        self._require(Capability.GET)
        if (await self._reader.get(id)).versao != expected:
            raise Overtaken(f"ticket {id} has changed meanwhile: read it again", erp=self.name, operation="update")

    def _require(self, capability: Capability) -> None:
        if capability not in self.capabilities:
            self._lacks(capability)

    def _lacks(self, capability: Capability) -> NoReturn:
        raise Unsupported(self.name, capability)


def _source(settings: IntegratorSettings, client: IntegratorClient, clock: Clock) -> Source:
    """The database where one is named, else the saved queries."""
    if settings.database_url is None:
        return SavedQueries(settings, client)
    try:
        from erp_bridge.adapters.integrator.database import Database  # its packages come with an extra

        return Database(settings, settings.database_url, client, clock)
    except ModuleNotFoundError as error:
        if error.name not in ("sqlalchemy", "pymysql"):
            raise
        raise ConfigError(
            'database_url: reading a database needs the extra: pip install "erp-bridge[mysql]"', erp=settings.name
        ) from None
