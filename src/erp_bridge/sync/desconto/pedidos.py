"""Reads discount requests out of an ERP: the block, the fee and what it comes to, finance's decision, open invoices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import cast

from erp_bridge.core.adapter import Adapter, Billing, Capability
from erp_bridge.core.billing import Fatura
from erp_bridge.core.desconto import (
    CalculoDesconto,
    DecisaoDesconto,
    LeituraDesconto,
    PoliticaDesconto,
    SolicitacaoDesconto,
    detalhar_desconto,
    e_solicitacao_desconto,
    ler_decisao,
)
from erp_bridge.core.errors import Malformed, NotFound, Refused, Unsupported
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.core.vocabulary import Vocabulary

#: What says that an ERP does not tell something, and not that it cannot be reached.
NOT_TOLD = (Refused, NotFound, Malformed, Unsupported)


@dataclass(frozen=True)
class Decidido:
    """A decision with the movement that states it. ``autor`` is None where the ERP does not tell."""

    decisao: DecisaoDesconto
    autor: str | None
    instante: datetime | None


@dataclass(frozen=True)
class Pedido:
    """A ticket that asks for a discount, with all that is to be known before one decides or books.

    ``mensalidade`` and ``faturas`` are None where the ERP does not tell. ``quantias`` holds what the interruption comes
    to by each way of counting that fits it; it is empty as long as the fee or an end of the interruption is not known.
    """

    erp: str
    atendimento: Atendimento
    leitura: LeituraDesconto
    contrato: str | None
    mensalidade: Decimal | None
    quantias: Mapping[PoliticaDesconto, CalculoDesconto]
    decidido: Decidido | None
    faturas: tuple[Fatura, ...] | None
    movimentacoes: tuple[Movimentacao, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        return self.atendimento.id or ""


class Leitor:
    """Discount requests of one ERP."""

    def __init__(self, erp: Adapter) -> None:
        self.erp = erp
        self._names: dict[str, Vocabulary] = {}
        self._fees: dict[str, Decimal | None] = {}

    async def pedido(self, id: str) -> Pedido:
        """The request of that ticket. Raises ``Refused`` for a ticket that is none."""
        atendimento = await self._named(await self.erp.get(id))
        if not e_solicitacao_desconto(atendimento):
            raise Refused(
                f"ticket {id} is no discount request: its subject or its department is another one", erp=self.erp.name
            )
        return await self._pedido(atendimento, await self._histories([id]))

    async def abertos(self) -> AsyncIterator[Pedido]:
        """The requests among the open tickets, in the order of their ids."""
        found: list[Atendimento] = []
        async for page in self.erp.open_tickets(clientes=False):
            found += [named for ticket in page if e_solicitacao_desconto(named := await self._named(ticket))]
        found.sort(key=lambda ticket: (len(ticket.id or ""), ticket.id or ""))
        histories = await self._histories([ticket.id or "" for ticket in found])
        for ticket in await self.erp.with_clients(found):
            yield await self._pedido(ticket, histories)

    async def contrato(self, atendimento: Atendimento) -> str | None:
        """The ticket's contract; where it names none, the only active one of its client."""
        for link in (atendimento.contrato, atendimento.plano):
            if link is not None and link.id:
                return link.id
        cliente = atendimento.cliente.id if atendimento.cliente else None
        if cliente is None or Capability.CONTRACTS not in self.erp.capabilities:
            return None
        links = await self.erp.contracts(cliente)
        active = [link for campo in ("contrato", "plano") for link in links.get(campo, ()) if link.ativo]
        return active[0].id if len(active) == 1 else None

    async def mensalidade(self, contrato: str | None) -> Decimal | None:
        """The monthly fee of a contract, where the ERP tells it."""
        if contrato is None or Capability.CONTRACT_FEE not in self.erp.capabilities:
            return None
        if contrato not in self._fees:
            try:
                self._fees[contrato] = await cast(Billing, self.erp).contract_fee(contrato)
            except NOT_TOLD:
                self._fees[contrato] = None
        return self._fees[contrato]

    async def _pedido(self, atendimento: Atendimento, histories: Mapping[str, Sequence[Movimentacao]]) -> Pedido:
        leitura = SolicitacaoDesconto.from_atendimento(atendimento, self.erp.timezone)
        contrato = await self.contrato(atendimento)
        fee = await self.mensalidade(contrato)
        history = tuple(histories.get(atendimento.id or "", ()))
        return Pedido(
            erp=self.erp.name,
            atendimento=atendimento,
            leitura=leitura,
            contrato=contrato,
            mensalidade=fee,
            quantias=quantias(leitura.solicitacao, fee),
            decidido=decisao_de(history),
            faturas=await self._faturas(atendimento, contrato),
            movimentacoes=history,
        )

    async def _faturas(self, atendimento: Atendimento, contrato: str | None) -> tuple[Fatura, ...] | None:
        cliente = atendimento.cliente.id if atendimento.cliente else None
        if cliente is None or Capability.INVOICES not in self.erp.capabilities:
            return None
        try:
            return tuple(await cast(Billing, self.erp).invoices(cliente, contrato))
        except NOT_TOLD:
            return None

    async def _histories(self, ids: Sequence[str]) -> Mapping[str, Sequence[Movimentacao]]:
        if not ids or Capability.MOVEMENTS not in self.erp.capabilities:
            return {}
        return await self.erp.movements_of(ids)

    async def _named(self, atendimento: Atendimento) -> Atendimento:
        """With the names of subject and department, which feeds leave out."""
        found = {}
        for campo in ("assunto", "departamento"):
            termo = getattr(atendimento, campo)
            if termo is not None and termo.id and not termo.nome:
                if campo not in self._names:
                    self._names[campo] = await self._vocabulary(campo)
                found[campo] = self._names[campo].named(termo.id)
        return atendimento.model_copy(update=found) if found else atendimento

    async def _vocabulary(self, campo: str) -> Vocabulary:
        try:
            return Vocabulary(await self.erp.vocabulary(campo))
        except Unsupported:
            return Vocabulary()


def quantias(solicitacao: SolicitacaoDesconto, fee: Decimal | None) -> dict[PoliticaDesconto, CalculoDesconto]:
    """What a request comes to by each way of counting that fits it. Which one binds a provider it must know itself."""
    if fee is None or not solicitacao.intervalos:
        return {}
    planned = PoliticaDesconto.MANUTENCAO_PROGRAMADA
    ways = [planned] if solicitacao.programada else [way for way in PoliticaDesconto if way is not planned]
    return {way: detalhar_desconto(fee, solicitacao.intervalos, way) for way in ways}


def decisao_de(movimentacoes: Sequence[Movimentacao]) -> Decidido | None:
    """The last decision that the movements, in their order, state."""
    for movement in reversed(movimentacoes):
        decisao = ler_decisao(movement.texto)
        if decisao is not None:
            return Decidido(decisao, _author(movement), movement.instante)
    return None


def _author(movement: Movimentacao) -> str | None:
    """Who wrote it; of a copy the one whom its footer names, not the bridge's own user."""
    if movement.footer is None:
        return movement.autor
    name = movement.footer.assinatura.partition(" · ")[0]
    return None if name in ("", "-") else name
