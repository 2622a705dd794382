"""What a discount request comes to, told on its twin: lines of the footer, so they are never taken for an edit.

The fee is that of the ticket's contract where it was opened; where that ERP does not tell it, that of the contract
which the twin gets. Which way of counting binds a provider only it knows, so each of them has its amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from erp_bridge.core.adapter import Adapter
from erp_bridge.core.desconto import CalculoDesconto, PoliticaDesconto, SolicitacaoDesconto
from erp_bridge.core.desconto.decisao import reais
from erp_bridge.core.errors import Unavailable
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Atendimento
from erp_bridge.sync.carry import Found
from erp_bridge.sync.desconto.pedidos import NOT_TOLD, Leitor, quantias
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side

#: The ways of counting in words.
WORDS: Mapping[PoliticaDesconto, str] = {
    PoliticaDesconto.POR_MINUTO: "por minuto",
    PoliticaDesconto.POR_HORA: "por hora",
    PoliticaDesconto.MANUTENCAO_PROGRAMADA: "manutenção programada",
}


async def told(session: Session, side: Side, ticket: Atendimento, found: Found) -> Footer | None:
    """The footer of the twin with the amounts in it; None, for the usual footer, where they are not known."""
    solicitacao = SolicitacaoDesconto.from_atendimento(ticket, session.adapters[side].timezone).solicitacao
    if not solicitacao.intervalos:
        return None
    fee = await _fee(session.adapters[side], ticket)
    if fee is None:
        links = [link for campo in ("contrato", "plano") for link in found.conexoes.get(campo, ()) if link.ativo]
        fee = await _fee(session.adapters[side.other], Atendimento(contrato=links[0])) if len(links) == 1 else None
    footer = session.planner.scribe.footer(side, ticket)
    return footer.model_copy(update={"notas": (*footer.notas, linha(quantias(solicitacao, fee)))}) if fee else None


def linha(amounts: Mapping[PoliticaDesconto, CalculoDesconto]) -> str:
    """``Desconto calculado: por minuto R$ 0,90 · por hora R$ 0,97 (391 min, mensalidade R$ 99,90)``."""
    first = next(iter(amounts.values()))
    ways = " · ".join(f"{WORDS[way]} R$ {reais(amount.valor)}" for way, amount in amounts.items())
    return f"Desconto calculado: {ways} ({first.minutos} min, mensalidade R$ {reais(first.base)})"


async def _fee(erp: Adapter, ticket: Atendimento) -> Decimal | None:
    """The fee of the ticket's contract. A pass never fails for want of it: the amounts are a help, no field."""
    leitor = Leitor(erp)
    try:
        return await leitor.mensalidade(await leitor.contrato(ticket))
    except (*NOT_TOLD, Unavailable):
        return None
