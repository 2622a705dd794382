"""The adapters without ``async``, for scripts: the same methods, run on an event loop in a thread of their own.

```python
with erp_bridge.blocking.connect("ixc", url=..., token=..., timezone="America/Sao_Paulo") as erp:
    print(erp.get("123").titulo)
```
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from erp_bridge.adapters import registry
from erp_bridge.core.adapter import (
    Adapter,
    Archive,
    Billing,
    Capability,
    Cursor,
    Directory,
    Downloading,
    FieldSupport,
    Idempotency,
    Inspecting,
    ListingFiles,
    Notice,
    Page,
)
from erp_bridge.core.billing import Fatura, Lancamento, OrdemDesconto, Requisicao
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.model import Arquivo, Atendimento, Cliente, Movimentacao, OrdemServico, Status, Termo, Vinculo
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.core.settings import ErpSettings
from erp_bridge.transport.network import Network

T = TypeVar("T")


def connect(erp: str | ErpSettings, /, *, network: Network | None = None, **keys: object) -> BlockingErp:
    """An ERP to be used in ``with``; takes what :func:`erp_bridge.connect` takes."""
    loop = _Loop()
    try:
        return BlockingErp(loop.call(_open(erp, network, keys)), loop)
    except BaseException:
        loop.stop()
        raise


async def _open(erp: str | ErpSettings, network: Network | None, keys: Mapping[str, object]) -> Adapter:
    return registry.connect(erp, network=network, **keys)


class _Loop:
    """An event loop that runs in a thread until it is stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="erp_bridge.blocking", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end and give the result; an interrupted caller takes the work down with it."""
        if not self._thread.is_alive():
            work.close()
            raise RuntimeError("this ERP is closed: open it again with connect()")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def each(self, items: AsyncIterator[T]) -> Iterator[T]:
        """An asynchronous iterator as a plain one; leaving it early closes it."""

        async def step() -> tuple[T, ...]:
            try:
                return (await anext(items),)
            except StopAsyncIteration:
                return ()

        async def close() -> None:
            aclose = getattr(items, "aclose", None)
            if aclose is not None:
                await aclose()

        try:
            while found := self.call(step()):
                yield found[0]
        finally:
            if self._thread.is_alive():
                self.call(close())

    def stop(self) -> None:
        if self._thread.is_alive():
            self.call(self._loop.shutdown_asyncgens())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


class BlockingErp:
    """One ERP; see :class:`erp_bridge.Adapter` for what each method does and raises."""

    def __init__(self, adapter: Adapter, loop: _Loop) -> None:
        self._erp = adapter
        self._loop = loop
        self._wait = loop.call

    def __enter__(self) -> Self:
        try:
            self._wait(self._erp.__aenter__())
        except BaseException:
            self._loop.stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and end the thread; once is enough, twice does no harm."""
        if self._loop._thread.is_alive():
            try:
                self._wait(self._erp.__aexit__(None, None, None))
            finally:
                self._loop.stop()

    @property
    def name(self) -> str:
        return self._erp.name

    @property
    def kind(self) -> str:
        return self._erp.kind

    @property
    def timezone(self) -> ZoneInfo:
        return self._erp.timezone

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._erp.capabilities

    @property
    def fields(self) -> Mapping[str, FieldSupport]:
        return self._erp.fields

    @property
    def statuses(self) -> frozenset[Status]:
        return self._erp.statuses

    @property
    def idempotency(self) -> Idempotency:
        return self._erp.idempotency

    @property
    def lag(self) -> timedelta:
        return self._erp.lag

    @property
    def settle(self) -> timedelta:
        return self._erp.settle

    @property
    def max_text(self) -> int:
        return self._erp.max_text

    @property
    def max_concurrency(self) -> int:
        return self._erp.max_concurrency

    @property
    def requests(self) -> int:
        return self._erp.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._erp.clock_offset

    def ping(self) -> str:
        return self._wait(self._erp.ping())

    def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> Iterator[Page]:
        return self._loop.each(self._erp.changed_since(desde, clientes=clientes))

    def open_tickets(self, *, clientes: bool = True) -> Iterator[Page]:
        return self._loop.each(self._erp.open_tickets(clientes=clientes))

    def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        return self._wait(self._erp.with_clients(atendimentos))

    def get(self, id: str) -> Atendimento:
        return self._wait(self._erp.get(id))

    def get_many(self, ids: Sequence[str]) -> Page:
        return self._wait(self._erp.get_many(ids))

    def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        return self._wait(self._erp.find_by_protocolo(protocolo))

    def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        return self._wait(self._erp.tickets_of_client(cliente_id, status=status, order=order))

    def reserve_protocolo(self) -> str | None:
        return self._wait(self._erp.reserve_protocolo())

    def create(self, novo: Atendimento) -> Atendimento:
        return self._wait(self._erp.create(novo))

    def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        return self._wait(self._erp.update(id, expected=expected, **campos))

    def movements(self, id: str) -> list[Movimentacao]:
        return self._wait(self._erp.movements(id))

    def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        return self._wait(self._erp.movements_of(ids))

    def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        return self._wait(self._erp.add_movement(id, movimentacao))

    def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        return self._wait(self._erp.set_status(id, status, movimentacao=movimentacao))

    def take_over(self, id: str) -> Atendimento:
        return self._wait(self._erp.take_over(id))

    def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        return self._wait(self._erp.forward(id, departamento, responsavel))

    def pause(self, id: str, motivo: str) -> Atendimento:
        return self._wait(self._erp.pause(id, motivo))

    def solve(self, id: str, texto: str) -> Atendimento:
        return self._wait(self._erp.solve(id, texto))

    def cancel(self, id: str, motivo: str) -> Atendimento:
        return self._wait(self._erp.cancel(id, motivo))

    def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        return self._wait(self._erp.set_label(id, etiqueta))

    def files(self, id: str) -> list[Arquivo]:
        return self._wait(self._erp.files(id))

    def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        return self._wait(self._erp.attach(id, arquivo, dados))

    def work_orders(self, id: str) -> list[OrdemServico]:
        return self._wait(self._erp.work_orders(id))

    def find_client(self, documento: str) -> Cliente | None:
        return self._wait(self._erp.find_client(documento))

    def clients_by_document(self, documento: str) -> list[Cliente]:
        return self._wait(self._erp.clients_by_document(documento))

    def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        return self._wait(self._erp.search_clients(texto, limite))

    def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        return self._wait(self._erp.contracts(cliente_id))

    def vocabulary(self, kind: str) -> list[Termo]:
        return self._wait(self._erp.vocabulary(kind))

    def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return self._wait(self._erp.parameters(assunto_id))

    # --- what only some adapters can do: Unsupported, before any request, where a capability is missing ----------

    def _able(self, capability: Capability) -> Any:
        if capability not in self._erp.capabilities:
            raise Unsupported(self.name, capability.value)
        return self._erp

    def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        erp: ListingFiles = self._able(Capability.FILES_OF)
        return self._wait(erp.files_of(ids))

    def download(self, id: str, arquivo: Arquivo) -> bytes:
        erp: Downloading = self._able(Capability.DOWNLOAD)
        return self._wait(erp.download(id, arquivo))

    def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> Iterator[Page]:
        erp: Archive = self._able(Capability.TICKETS_BETWEEN)
        return self._loop.each(erp.tickets_between(desde, ate, status=status, apos=apos))

    def count_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None
    ) -> int | None:
        erp: Archive = self._able(Capability.TICKETS_BETWEEN)
        return self._wait(erp.count_between(desde, ate, status=status))

    def openers(self, ids: Sequence[str]) -> dict[str, str]:
        erp: Archive = self._able(Capability.TICKETS_BETWEEN)
        return self._wait(erp.openers(ids))

    def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        erp: Archive = self._able(Capability.TICKETS_BETWEEN)
        return self._wait(erp.work_orders_of(ids))

    def clients_by_documents(self, documentos: Sequence[str]) -> dict[str, list[Cliente]]:
        erp: Directory = self._able(Capability.CLIENTS_BY_DOCUMENTS)
        return self._wait(erp.clients_by_documents(documentos))

    def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        erp: Directory = self._able(Capability.CLIENTS_BY_DOCUMENTS)
        return self._wait(erp.contracts_of(cliente_ids))

    def contract_fee(self, contrato_id: str) -> Decimal | None:
        erp: Billing = self._able(Capability.CONTRACT_FEE)
        return self._wait(erp.contract_fee(contrato_id))

    def invoices(self, cliente_id: str, contrato_id: str | None = None) -> list[Fatura]:
        erp: Billing = self._able(Capability.INVOICES)
        return self._wait(erp.invoices(cliente_id, contrato_id))

    def discount_request(self, ordem: OrdemDesconto) -> Requisicao:
        erp: Billing = self._able(Capability.BOOK_DISCOUNT)
        return self._wait(erp.discount_request(ordem))

    def book_discount(self, requisicao: Requisicao) -> Lancamento:
        erp: Billing = self._able(Capability.BOOK_DISCOUNT)
        return self._wait(erp.book_discount(requisicao))

    def find_discounts(self, contrato_id: str, marca: str) -> list[Lancamento]:
        erp: Billing = self._able(Capability.BOOK_DISCOUNT)
        return self._wait(erp.find_discounts(contrato_id, marca))

    def inspect(self) -> list[Notice]:
        erp: Inspecting = self._able(Capability.INSPECT)
        return self._wait(erp.inspect())


#: The optional abilities that scripts may use. ``Posting`` is left out: it is the engine's own short way.
OPTIONAL = (ListingFiles, Downloading, Archive, Directory, Billing, Inspecting)

for _face in vars(BlockingErp).values():  # said once, in the contract
    for _contract in (Adapter, *OPTIONAL):
        _said = vars(_contract).get(getattr(_face, "__name__", ""))
        if _said is not None and callable(_face) and not _face.__doc__:
            _face.__doc__ = _said.__doc__
