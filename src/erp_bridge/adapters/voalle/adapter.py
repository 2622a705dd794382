"""Voalle behind the adapter contract: each capability checked first, then left to who reads or writes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn, Self
from zoneinfo import ZoneInfo

from erp_bridge.adapters.voalle import support, wire
from erp_bridge.adapters.voalle.api import ApiSource
from erp_bridge.adapters.voalle.client import VoalleClient
from erp_bridge.adapters.voalle.directory import Directory
from erp_bridge.adapters.voalle.feed import ClientsFeed, Feed, InternalFeed
from erp_bridge.adapters.voalle.reading import Reader
from erp_bridge.adapters.voalle.settings import FeedKind, VoalleSettings
from erp_bridge.adapters.voalle.source import Source
from erp_bridge.adapters.voalle.writing import Writer
from erp_bridge.core.adapter import Capability, Cursor, FieldSupport, Idempotency, Page
from erp_bridge.core.errors import ConfigError, NotFound, Overtaken, Unsupported, ValidationFailed
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


class VoalleAdapter:
    """One Voalle, seen through the canonical model."""

    kind = "voalle"
    idempotency = Idempotency.SEARCH  # the client's list; whether it shows a new ticket at once is not known

    def __init__(self, settings: VoalleSettings, network: Network) -> None:
        self._settings = settings
        self._client = VoalleClient(settings, network)
        self._api = ApiSource(settings, self._client)
        self._directory = Directory(settings, self._client, network.clock)
        self._source: Source
        self._feed: Feed
        if settings.feed is FeedKind.DATABASE:
            self._source, self._reader, self._feed = self._by_database(network)
        else:
            self._source = self._api
            self._reader = Reader(settings, self._api, self._client, self._directory, network.clock)
            self._feed = (
                InternalFeed(settings, self._api, self._reader, self._client, network.clock)
                if settings.feed is FeedKind.INTERNAL
                else ClientsFeed(settings, self._api, self._reader, self._directory, network.clock)
            )
        self._writer = Writer(
            settings, self._source, self._client, self._reader, self._directory, network.clock
        )  # fmt: skip

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def timezone(self) -> ZoneInfo:
        return self._settings.timezone

    @property
    def capabilities(self) -> frozenset[Capability]:
        return support.capabilities(self._settings)

    @property
    def fields(self) -> Mapping[str, FieldSupport]:
        return support.fields(self._settings, self._source.hidden)

    @property
    def statuses(self) -> frozenset[Status]:
        return support.statuses(self._settings)

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
        """Tickets name their client without its document; with ``clientes`` that is looked up in a list of all."""
        return self._with_documents(self._feed.changed_since(desde), clientes)

    def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        self._require(Capability.OPEN_TICKETS)
        return self._with_documents(self._feed.open_tickets(), clientes)

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        return await self._reader.with_clients(atendimentos)

    async def get(self, id: str) -> Atendimento:
        return await self._reader.get(id)

    async def get_many(self, ids: Sequence[str]) -> Page:
        return await self._reader.get_many(ids)

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        return await self._reader.find_by_protocolo(protocolo)

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        """With their texts and footers, which costs two requests a ticket unless a database is read."""
        return await self._reader.tickets_of_client(cliente_id, status, order)

    async def reserve_protocolo(self) -> str | None:
        """None: this ERP numbers a ticket when it is created."""
        return None

    async def create(self, novo: Atendimento) -> Atendimento:
        return await self._writer.create(novo)

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        """The type by its own call, the status by a report; nothing else can be changed."""
        status, assunto = campos.pop("status", None), campos.pop("assunto", None)
        if campos or (assunto is not None and not isinstance(assunto, Termo)):
            self._lacks(Capability.UPDATE)
        if assunto is not None:
            self._require(Capability.UPDATE)
        if expected is not None:
            await self._still(id, expected)
        found: Atendimento | None = None
        if isinstance(assunto, Termo):
            found = await self._writer.reclassify(id, assunto)
        if isinstance(status, Status | str):
            found = await self._writer.set_status(id, Status(status), None)
        return found or await self._reader.get(id)

    async def movements(self, id: str) -> list[Movimentacao]:
        return (await self.movements_of([id]))[id]

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        return await self._reader.movements_of(ids)

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        return await self._writer.add_movement(id, movimentacao)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        return await self._writer.set_status(id, status, movimentacao)

    async def take_over(self, id: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.ASSUMIDO, Status.EM_PROGRESSO, "")

    async def pause(self, id: str, motivo: str) -> Atendimento:
        """A status value: the ERP has no call of its own for it (quirk 21)."""
        return await self._act(id, TipoMovimentacao.PAUSADO, Status.PENDENTE, motivo)

    async def solve(self, id: str, texto: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.SOLUCIONADO, Status.SOLUCIONADO, texto)

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.CANCELADO, Status.CANCELADO, motivo)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        self._require(Capability.FORWARD)
        return await self._writer.forward(id, departamento, responsavel)

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        self._require(Capability.SET_LABEL)
        return await self._writer.set_label(id, etiqueta)

    async def files(self, id: str) -> list[Arquivo]:
        present = wire.ticket(await self._client.ticket(id=id))
        return await self._reader.files(id, present.protocolo)

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        self._require(Capability.ATTACH)
        return await self._writer.attach(id, arquivo, dados)

    async def download(self, id: str, arquivo: Arquivo) -> bytes:
        """The content of a file that ``files(id)`` named. Raises ``NotFound``."""
        if not arquivo.id:
            raise NotFound("the file has no id", erp=self.name, operation="projects/assignmentsuploads/getfile")
        return (await self._client.file(id, arquivo.id)).content

    async def work_orders(self, id: str) -> list[OrdemServico]:
        self._lacks(Capability.WORK_ORDERS)

    async def find_client(self, documento: str) -> Cliente | None:
        found = await self._reader.clients_by_document(documento)
        ordered = sorted(found, key=lambda pair: not pair[1])  # active ones first
        return ordered[0][0] if ordered else None

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        return [cliente for cliente, ativo in await self._reader.clients_by_document(documento) if ativo]

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        violations = check_search(texto)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self._directory.search(texto.strip(), limite)

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        return await self._reader.contracts(cliente_id)

    async def access_point(self, contrato_id: str) -> Vinculo | None:
        """The access point behind a contract and whether it works: not while it is under maintenance."""
        found = await self._client.access_point(contrato_id)
        return wire.access_point(found) if found else None

    async def vocabulary(self, kind: str) -> list[Termo]:
        return await self._reader.vocabulary(kind)

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return await self._writer.parameters()

    async def _act(self, id: str, tipo: TipoMovimentacao, status: Status, texto: str) -> Atendimento:
        """What a person asks for: judged by the status machine, and never without the text that was given."""
        if status not in self.statuses:
            raise Unsupported(self.name, f"{Capability.SET_STATUS} {status}")
        movement = Movimentacao(tipo=tipo, texto=texto)
        violations = validate_movimentacao(movement, (await self._reader.get(id)).status)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self._writer.set_status(id, status, movement if texto.strip() else None)

    async def _still(self, id: str, expected: str) -> None:
        """A version that only the database shows is never the expected one elsewhere."""
        if (await self._reader.get(id)).versao != expected:
            raise Overtaken(f"ticket {id} has changed meanwhile: read it again", erp=self.name, operation="update")

    async def _with_documents(self, pages: AsyncIterator[Page], clientes: bool) -> AsyncIterator[Page]:
        async for page in pages:
            if clientes and page.atendimentos:
                tickets = tuple(await self._reader.with_clients(page.atendimentos))
                yield Page(tickets, page.movimentacoes, page.unreadable, page.cursor)
            else:
                yield page

    def _by_database(self, network: Network) -> tuple[Source, Reader, Feed]:
        settings = self._settings
        try:
            from erp_bridge.adapters.voalle.database import Database, DatabaseFeed  # its package comes with an extra
        except ModuleNotFoundError as error:
            if error.name != "psycopg":
                raise
            raise ConfigError(
                'database_url: reading a database needs the extra: pip install "erp-bridge[postgres]"',
                erp=settings.name,
            ) from None
        if settings.database_url is None:
            raise ConfigError('feed = "database" needs database_url', erp=settings.name)
        source = Database(settings, settings.database_url, network.clock)
        reader = Reader(settings, source, self._client, self._directory, network.clock)
        return source, reader, DatabaseFeed(settings, source, reader, network.clock)

    def _require(self, capability: Capability) -> None:
        if capability not in self.capabilities:
            self._lacks(capability)

    def _lacks(self, capability: Capability) -> NoReturn:
        raise Unsupported(self.name, capability)
