"""Books an approved discount once: looks for its mark, notes an intent, sends, and tells the ticket what was booked.

A booking that was cut off is settled before anything is sent again: the record that carries the mark proves that it
was carried out; its absence after the ERP's ``settle`` that it was not; what proves neither waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection

from erp_bridge.core.adapter import Adapter, Billing, Capability
from erp_bridge.core.billing import PART, Lancamento, OrdemDesconto, Requisicao, mark
from erp_bridge.core.desconto import DecisaoDesconto, PoliticaDesconto
from erp_bridge.core.errors import BridgeError, Malformed, Refused, Unavailable, Uncertain, Unseen, Unsupported
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento, Movimentacao, Status, Visibilidade
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.desconto.ledger import Entry
from erp_bridge.sync.desconto.pedidos import Leitor, Pedido
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import links
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.intents import Operation
from erp_bridge.sync.store.lease import Lease, hold
from erp_bridge.transport.guard import send_guard

if TYPE_CHECKING:
    from erp_bridge.sync.service import Bridge

#: What a record cannot be looked up with, now or ever: it proves nothing either way.
_BLIND = (Refused, Malformed, Unsupported)
_NONE = "none"  # a person's word that nothing was carried out


class Estado(StrEnum):
    """What is known of a booking."""

    LANCADO = "lancado"
    NAO_LANCADO = "nao_lancado"
    EM_DUVIDA = "em_duvida"


@dataclass(frozen=True)
class Situacao:
    """What became of a request so far. ``repetidos`` are further records with its mark, which nobody should find.

    ``sumiu``: it was booked, and the ERP does not show it any more. ``avisado``: the ticket says so itself; None where
    that was not tried. ``falta`` says why it does not, where it was.
    """

    erp: str
    ticket: str
    estado: Estado
    lancamento: Lancamento | None = None
    repetidos: tuple[Lancamento, ...] = ()
    sumiu: bool = False
    avisado: bool | None = None
    falta: str = ""


@dataclass(frozen=True)
class Escolha:
    """What whoever books may add to what the ticket says. ``aprovar`` makes the decision at the same time."""

    valor: Decimal | None = None
    politica: PoliticaDesconto | None = None
    validade: date | None = None
    aprovar: bool = False


@dataclass(frozen=True)
class Preparado:
    """A booking that can be sent as it is. ``requisicao`` is the exact request."""

    pedido: Pedido
    ordem: OrdemDesconto
    requisicao: Requisicao


class Lancador:
    """Bookings in one ERP."""

    def __init__(self, bridge: Bridge, erp: Adapter) -> None:
        if Capability.BOOK_DISCOUNT not in erp.capabilities:
            raise Unsupported(erp.name, Capability.BOOK_DISCOUNT)
        self.bridge = bridge
        self.erp = erp
        self.billing = cast(Billing, erp)
        self.leitor = Leitor(erp)

    async def situacao(self, id: str) -> Situacao:
        """What is known of a ticket's booking. Reads only; a booking cut off a moment ago is waited for."""
        pedido = await self.leitor.pedido(id)
        return await self._look(pedido, self._entry(id))

    async def preparar(self, id: str, escolha: Escolha) -> Preparado:
        """The booking of a ticket as it would be sent. Raises ``Refused`` where something is missing or against it."""
        pedido = await self.leitor.pedido(id)
        cliente = pedido.atendimento.cliente.id if pedido.atendimento.cliente else None
        if cliente is None or pedido.contrato is None:
            raise self._refused(f"ticket {id} names no contract, and its client has no single active one: set it there")
        valor = self._valor(pedido, escolha)
        ordem = OrdemDesconto(
            erp=self.erp.name,
            atendimento=id,
            cliente=cliente,
            contrato=pedido.contrato,
            valor=valor,
            dia=self._today(),
            validade=escolha.validade,
        )
        return Preparado(pedido, ordem, await self.billing.discount_request(ordem))

    async def lancar(self, preparado: Preparado) -> Situacao:
        """Book it, unless that was done before. Raises ``PairHeld`` while another process books in this store."""
        with self._writing() as lease:
            known = await self._settled(lease, preparado.pedido)
            if known.estado is not Estado.NAO_LANCADO:
                return await self._told(lease, preparado.pedido, known)
            await self._refuse_twins(preparado.pedido)
            return await self._told(lease, preparado.pedido, await self._send(lease, preparado))

    async def concluir(self, id: str) -> Situacao:
        """Settle a booking that was cut off, without sending one: what is known is noted, and told in the ticket."""
        pedido = await self.leitor.pedido(id)
        with self._writing() as lease:
            return await self._told(lease, pedido, await self._settled(lease, pedido))

    async def recusar(self, id: str, motivo: str) -> Movimentacao:
        """Say in the ticket that there will be no discount. Raises ``Refused`` where one was booked already."""
        pedido = await self.leitor.pedido(id)
        known = await self._look(pedido, self._entry(id))
        if known.estado is not Estado.NAO_LANCADO:
            raise self._refused(f"a discount was booked for ticket {id}, or may have been: it cannot be refused now")
        texto = DecisaoDesconto(aprovado=False, motivo=motivo).texto()
        return await self.erp.add_movement(id, Movimentacao(texto=texto, visibilidade=Visibilidade.PRIVADA))

    # --- what is to be booked ----------------------------------------------------------------------------------

    def _valor(self, pedido: Pedido, escolha: Escolha) -> Decimal:
        decisao = pedido.decidido.decisao if pedido.decidido else None
        if not escolha.aprovar and (decisao is None or not decisao.aprovado):
            if decisao is None:
                raise self._refused(f"ticket {pedido.id} has no decision yet: it is booked once it is approved")
            raise self._refused(f"the request of ticket {pedido.id} was refused: it is booked once it is approved")
        said = decisao.valor if decisao and decisao.aprovado and not escolha.aprovar else None
        if said is not None and escolha.valor not in (None, said):
            raise self._refused(f"the decision in ticket {pedido.id} says {said}, not {escolha.valor}")
        valor = escolha.valor or said or self._calculado(pedido, escolha.politica)
        if pedido.mensalidade is not None and valor > pedido.mensalidade:
            raise self._refused(f"{valor} is more than the monthly fee of {pedido.mensalidade}")
        return valor

    def _calculado(self, pedido: Pedido, politica: PoliticaDesconto | None) -> Decimal:
        """What the interruption comes to, where that is one amount."""
        chosen = [c for way, c in pedido.quantias.items() if politica in (None, way)]
        amounts = {c.valor for c in chosen}
        if len(amounts) != 1:
            raise self._refused(f"ticket {pedido.id} does not say how much: give the amount, or the way of counting")
        [valor] = amounts
        if not valor:
            raise self._refused(f"the interruption of ticket {pedido.id} comes to nothing: there is nothing to book")
        return valor

    async def _refuse_twins(self, pedido: Pedido) -> None:
        """The same request may stand in another ERP too, and may have been booked there."""
        for name, id in self._twins(pedido.id):
            known = self._entry(id, name) is not None
            if not known:
                other = await self.bridge.erp(name)
                if Capability.BOOK_DISCOUNT not in other.capabilities:
                    continue
                contrato = await Leitor(other).contrato(await other.get(id))
                known = bool(contrato and await cast(Billing, other).find_discounts(contrato, mark(name, id)))
            if known:
                raise self._refused(
                    f"ticket {pedido.id} is {id} in {name}, and a discount was booked there, or may have been: look at "
                    "that one first"
                )

    def _twins(self, id: str) -> list[tuple[str, str]]:
        """The records of the same ticket in other ERPs, through all pairs of this store."""
        seen, todo = {(self.erp.name, id)}, [(self.erp.name, id)]
        with self.bridge.db.read() as tx:
            while todo:
                erp, ticket = todo.pop()
                for pair in self.bridge.config.pair.values():
                    for side in (side for side in Side if getattr(pair, side.value) == erp):
                        link = links.by_ids(tx, pair.name, side, [ticket]).get(ticket)
                        twin = (getattr(pair, side.other.value), link.ids[side.other]) if link else None
                        if twin is not None and link is not None and not link.tombstone and twin not in seen:
                            seen.add(twin)
                            todo.append(twin)
        return sorted(seen - {(self.erp.name, id)})

    # --- what became of it -------------------------------------------------------------------------------------

    async def _look(self, pedido: Pedido, entry: Entry | None) -> Situacao:
        """What the mark in the ERP and the store's own note prove together."""
        try:
            found = await self._marked(pedido, entry)
            if not found and entry is not None and entry.is_open:
                await self._let_settle(entry)
                found = await self._marked(pedido, entry)
        except _BLIND:
            if entry is None or not entry.is_open:
                raise
            return self._situacao(pedido, Estado.EM_DUVIDA)
        if found:
            return self._situacao(pedido, Estado.LANCADO, found)
        if entry is None:
            return self._situacao(pedido, Estado.NAO_LANCADO)
        if entry.state == "done":
            gone = Lancamento(id=entry.id or "?", onde="")
            return replace(self._situacao(pedido, Estado.LANCADO, [gone]), sumiu=True)
        if entry.state == "open" or entry.decision == _NONE:
            return self._situacao(pedido, Estado.NAO_LANCADO)
        if entry.decision:
            return self._situacao(pedido, Estado.LANCADO, [Lancamento(id=entry.decision, onde="")])
        return self._situacao(pedido, Estado.EM_DUVIDA)

    async def _settled(self, lease: Lease, pedido: Pedido) -> Situacao:
        """The same, noted in the store."""
        entry = self._entry(pedido.id)
        seen = await self._look(pedido, entry)
        name, id, db = self.erp.name, pedido.id, self.bridge.db
        with db.write(lease.fence) as tx:
            if entry is not None and seen.estado is Estado.NAO_LANCADO:
                ledger.void(tx, name, id, entry.number)
            elif entry is not None and seen.estado is Estado.EM_DUVIDA:
                ledger.doubt(tx, name, id, entry.number, self._now)
            elif seen.estado is Estado.LANCADO and seen.lancamento is not None and not seen.sumiu:
                number = entry.number if entry else self._noted(tx, lease, id, Operation.DISCOUNT, pedido, "found")
                ledger.done(tx, name, id, number, seen.lancamento.id)
        return seen

    async def _marked(self, pedido: Pedido, entry: Entry | None) -> list[Lancamento]:
        """Records with the request's mark: on its contract, and on the one that it had when it was booked."""
        contracts = {pedido.contrato, entry.contrato if entry else None} - {None}
        marca = mark(self.erp.name, pedido.id)
        return [one for c in sorted(filter(None, contracts)) for one in await self.billing.find_discounts(c, marca)]

    async def _let_settle(self, entry: Entry) -> None:
        """Until a request that was under way has arrived, or never will."""
        rest = (self.erp.settle + self.erp.lag).total_seconds() - (self._now - entry.sent)
        if rest > 0:
            await self.bridge.clock.sleep(rest)

    def _situacao(self, pedido: Pedido, estado: Estado, found: Sequence[Lancamento] = ()) -> Situacao:
        first = found[0] if found else None
        return Situacao(self.erp.name, pedido.id, estado, first, tuple(found[1:]))

    # --- sending -----------------------------------------------------------------------------------------------

    async def _send(self, lease: Lease, preparado: Preparado) -> Situacao:
        pedido, db, name = preparado.pedido, self.bridge.db, self.erp.name
        content = preparado.requisicao.model_dump_json()
        with db.write(lease.fence) as tx:
            number = self._noted(tx, lease, pedido.id, Operation.DISCOUNT, pedido, content)
        try:
            booked = await self.billing.book_discount(preparado.requisicao)
        except Uncertain as error:
            with db.write(lease.fence) as tx:
                ledger.left_open(tx, number, self._now, unseen=isinstance(error, Unseen))
            seen = await self._settled(lease, pedido)
            if seen.estado is Estado.NAO_LANCADO:
                text = f"the ERP did not carry out the booking, and nothing was booked ({error.message}): try again"
                raise Unavailable(text, erp=name, operation=error.operation) from None
            return seen
        except (LeaseLost, StoreError):
            raise
        except BridgeError:
            with db.write(lease.fence) as tx:
                ledger.void(tx, name, pedido.id, number)
            raise
        with db.write(lease.fence) as tx:
            ledger.done(tx, name, pedido.id, number, booked.id)
        return self._situacao(pedido, Estado.LANCADO, [booked])

    async def _told(self, lease: Lease, pedido: Pedido, seen: Situacao) -> Situacao:
        """Write the booking into the ticket, once. It travels to the twin like any message."""
        if seen.estado is not Estado.LANCADO or seen.lancamento is None or seen.sumiu:
            return seen
        needed = {Capability.ADD_MOVEMENT, Capability.MOVEMENTS}
        if not needed <= self.erp.capabilities or pedido.atendimento.status is Status.CANCELADO:
            return replace(seen, avisado=False)
        try:
            return replace(seen, avisado=await self._tell(lease, pedido, seen.lancamento))
        except (LeaseLost, StoreError):
            raise
        except BridgeError as error:  # the money is booked; that the ticket does not say so yet must not hide it
            return replace(seen, avisado=False, falta=error.message)

    async def _tell(self, lease: Lease, pedido: Pedido, lancamento: Lancamento) -> bool:
        name, id, db = self.erp.name, pedido.id, self.bridge.db
        ref = Ref(erp=name, id=id, part=PART)
        entry = self._entry(id, operation=Operation.MOVEMENT)
        if await self._says(id, ref):
            return True
        if entry is not None and entry.is_open:
            await self._let_settle(entry)
            if await self._says(id, ref):
                return True
        with db.write(lease.fence) as tx:
            if entry is not None:
                ledger.void(tx, name, id, entry.number)
            number = self._noted(tx, lease, id, Operation.MOVEMENT, pedido, str(ref))
        try:
            stored = await self.erp.add_movement(id, self._message(pedido.atendimento, lancamento, ref))
        except Uncertain as error:
            with db.write(lease.fence) as tx:
                ledger.left_open(tx, number, self._now, unseen=isinstance(error, Unseen))
            raise
        except (LeaseLost, StoreError):
            raise
        except BridgeError:
            with db.write(lease.fence) as tx:
                ledger.void(tx, name, id, number)
            raise
        with db.write(lease.fence) as tx:
            ledger.done(tx, name, id, number, stored.id or "")
        return True

    async def _says(self, id: str, ref: Ref) -> bool:
        history = (await self.erp.movements_of([id])).get(id, [])
        return any(movement.footer is not None and movement.footer.ref == ref for movement in history)

    def _message(self, ticket: Atendimento, lancamento: Lancamento, ref: Ref) -> Movimentacao:
        where = f"{lancamento.onde} {lancamento.id}".strip()
        valor = lancamento.valor if lancamento.valor else None
        texto = DecisaoDesconto(aprovado=True, valor=valor, motivo=f"lançado em {self.erp.name} ({where})").texto()
        stamp = self.bridge.clock.now().astimezone(self.erp.timezone).strftime("%d/%m/%Y %H:%M")
        footer = Footer(ref=ref, protocolo=ticket.protocolo, assinatura=f"erp_bridge · {stamp} · {self.erp.name}")
        return Movimentacao(texto=texto, visibilidade=Visibilidade.PRIVADA, footer=footer)

    # --- small pieces ------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Lease]:
        """The right to book in this store; no request leaves that could outlast it."""
        with hold(self.bridge.db, ledger.LEASE) as lease:
            guard: Callable[[float], None] = lease.ensure
            token = send_guard.set(guard)
            try:
                yield lease
            finally:
                send_guard.reset(token)

    def _noted(self, tx: Connection, lease: Lease, id: str, operation: Operation, pedido: Pedido, content: str) -> int:
        return ledger.note(
            tx, self.erp.name, id, operation, contrato=pedido.contrato or "", now=self._now, token=lease.fence.token,
            digest=self.bridge.db.digester.of("desconto", content),
        )  # fmt: skip

    def _entry(self, id: str, erp: str | None = None, operation: Operation = Operation.DISCOUNT) -> Entry | None:
        with self.bridge.db.read() as tx:
            return ledger.entry(tx, erp or self.erp.name, id, operation)

    @property
    def _now(self) -> float:
        return self.bridge.clock.now().timestamp()

    def _today(self) -> date:
        now = self.bridge.clock.now() + (self.erp.clock_offset or timedelta())
        return now.astimezone(self.erp.timezone).date()

    def _refused(self, text: str) -> Refused:
        return Refused(text, erp=self.erp.name)
