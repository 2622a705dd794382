"""An adapter that can do nothing yet: the ground for one's own, so that only what an ERP can do has to be written.

There is no need to inherit from it: an adapter is any object of the shape of ``Adapter``. What it saves is the thirty
methods that an ERP does not have, each of which must raise ``Unsupported`` before any request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn, Self
from zoneinfo import ZoneInfo

from erp_bridge.core.adapter import Capability, Cursor, FieldSupport, Idempotency, Page
from erp_bridge.core.errors import NotFound, Refused, Unsupported, ValidationFailed
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
from erp_bridge.core.rules import (
    ParametrosAtendimento,
    complete,
    repair_for_twin,
    validate,
    validate_movimentacao,
)
from erp_bridge.core.settings import ErpSettings
from erp_bridge.transport.network import Network


class PlainAdapter:
    """Declares nothing and refuses everything. Override what the ERP has, and name it in ``capabilities``.

    ``capabilities``, ``statuses``, ``idempotency``, ``lag`` and ``supported`` may be overridden by plain class
    attributes. ``http`` sends the requests, ``clock`` tells the time; ``headers`` go with every request, and neither
    the credentials in them nor ``secrets`` are ever logged.
    """

    def __init__(
        self,
        settings: ErpSettings,
        network: Network,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
    ) -> None:
        self.settings = settings
        self.clock = network.clock
        self.http = network.client(settings, headers=headers, secrets=secrets)

    # --- what it says of itself --------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def kind(self) -> str:
        return self.settings.adapter

    @property
    def timezone(self) -> ZoneInfo:
        return self.settings.timezone

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset()

    @property
    def supported(self) -> Mapping[str, FieldSupport]:
        """The fields of the model that this ERP has; those left out it has not."""
        return {}

    @property
    def fields(self) -> Mapping[str, FieldSupport]:
        """Every field of the model, those that have no place here included."""
        return {name: self.supported.get(name, FieldSupport()) for name in Atendimento.model_fields}

    @property
    def statuses(self) -> frozenset[Status]:
        return frozenset()

    @property
    def idempotency(self) -> Idempotency:
        return Idempotency.NONE

    @property
    def lag(self) -> timedelta:
        return timedelta(0)

    @property
    def settle(self) -> timedelta:
        return self.settings.settled_after

    @property
    def max_text(self) -> int:
        return self.settings.max_text

    @property
    def max_concurrency(self) -> int:
        return self.settings.max_concurrency

    @property
    def requests(self) -> int:
        return self.http.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self.http.clock_offset

    @property
    def text_goes_with_status(self) -> bool:
        """Whether words can be given along with a change of status."""
        return Capability.ADD_MOVEMENT in self.capabilities

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.http.aclose()

    # --- reading -----------------------------------------------------------------------------------------------

    async def ping(self) -> str:
        raise NotImplementedError("every adapter needs a ping: one cheap read that proves address and credentials")

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        self.lacks(Capability.CHANGED_SINCE)
        yield Page()  # never reached: it makes this an iterator

    async def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        self.lacks(Capability.OPEN_TICKETS)
        yield Page()  # never reached: it makes this an iterator

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        """As they are; right where every ticket is read with its client's document."""
        return list(atendimentos)

    async def get(self, id: str) -> Atendimento:
        self.lacks(Capability.GET)

    async def get_many(self, ids: Sequence[str]) -> Page:
        """One after the other by ``get``, where an ERP has no call for several."""
        self.require(Capability.GET)
        found = []
        for id in dict.fromkeys(ids):
            try:
                found.append(await self.get(id))
            except NotFound:
                continue
        return Page(atendimentos=tuple(found))

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        self.lacks(Capability.FIND_BY_PROTOCOLO)

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        self.lacks(Capability.TICKETS_OF_CLIENT)

    async def movements(self, id: str) -> list[Movimentacao]:
        return (await self.movements_of([id]))[id]

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        self.lacks(Capability.MOVEMENTS)

    async def files(self, id: str) -> list[Arquivo]:
        self.lacks(Capability.FILES)

    async def work_orders(self, id: str) -> list[OrdemServico]:
        self.lacks(Capability.WORK_ORDERS)

    async def find_client(self, documento: str) -> Cliente | None:
        found = await self.clients_by_document(documento)
        return found[0] if found else None

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        self.lacks(Capability.FIND_CLIENT)

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        self.lacks(Capability.SEARCH_CLIENTS)

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        self.lacks(Capability.CONTRACTS)

    async def vocabulary(self, kind: str) -> list[Termo]:
        self.lacks(Capability.VOCABULARY)

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        self.lacks(Capability.PARAMETERS)

    # --- writing -----------------------------------------------------------------------------------------------

    async def reserve_protocolo(self) -> str | None:
        """None: most ERPs number a ticket when it is created."""
        return None

    async def create(self, novo: Atendimento) -> Atendimento:
        self.lacks(Capability.CREATE)

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        self.lacks(Capability.UPDATE)

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        self.lacks(Capability.ADD_MOVEMENT)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        self.lacks(Capability.SET_STATUS)

    async def take_over(self, id: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.ASSUMIDO, Status.EM_PROGRESSO, "")

    async def pause(self, id: str, motivo: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.PAUSADO, Status.PENDENTE, motivo)

    async def solve(self, id: str, texto: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.SOLUCIONADO, Status.SOLUCIONADO, texto)

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        return await self._act(id, TipoMovimentacao.CANCELADO, Status.CANCELADO, motivo)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        self.lacks(Capability.FORWARD)

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        self.lacks(Capability.SET_LABEL)

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        self.lacks(Capability.ATTACH)

    # --- for those who build on it -----------------------------------------------------------------------------

    def require(self, capability: Capability) -> None:
        """Raise ``Unsupported`` unless it is declared; for capabilities that hang on the configuration."""
        if capability not in self.capabilities:
            self.lacks(capability)

    def lacks(self, capability: Capability | str) -> NoReturn:
        raise Unsupported(self.name, capability)

    def completed(
        self, novo: Atendimento, parametros: ParametrosAtendimento, *, held: Collection[str] = ("cliente",)
    ) -> Atendimento:
        """A ticket to be opened, with what forms fill in by themselves. Raises ``ValidationFailed``.

        One that a person opens is judged as a form would. A twin (it has a ``footer``) is judged by what the ERP itself
        cannot go without: of the fields that it has, ``held``.
        """
        if novo.footer is None:
            ready = complete(novo, parametros)
            violations = validate(ready, parametros)
        else:
            ready, violations = repair_for_twin(novo, parametros, None, held=held)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return ready

    def fitting(self, texto: str) -> str:
        """The text as it is stored, footer included; raises ``Refused`` where ``max_text`` would cut it."""
        if len(texto) > self.max_text:
            words = f"texto: {len(texto)} characters are more than max_text = {self.max_text}"
            raise Refused(words, erp=self.name)
        return texto

    async def _act(self, id: str, tipo: TipoMovimentacao, status: Status, texto: str) -> Atendimento:
        """What a person asks for: judged by the status machine, and never without the text that was given."""
        self.require(Capability.SET_STATUS)
        if status not in self.statuses:
            self.lacks(f"{Capability.SET_STATUS} {status}")
        if texto.strip() and not self.text_goes_with_status:
            self.lacks(Capability.ADD_MOVEMENT)
        movement = Movimentacao(tipo=tipo, texto=texto)
        before = (await self.get(id)).status if Capability.GET in self.capabilities else None
        violations = validate_movimentacao(movement, before)
        if violations:
            raise ValidationFailed(violations, erp=self.name)
        return await self.set_status(id, status, movimentacao=movement if texto.strip() else None)
