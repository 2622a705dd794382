"""How discount requests and bookings look at the terminal and in JSON. Amounts in JSON are texts with a point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.i18n import N_, _, language, rendered

if TYPE_CHECKING:
    from erp_bridge import CalculoDesconto, LeituraDesconto
    from erp_bridge.adapters.opa import Conversa
    from erp_bridge.core.billing import Fatura, Lancamento
    from erp_bridge.sync.desconto.booking import Preparado, Situacao
    from erp_bridge.sync.desconto.ledger import Entry
    from erp_bridge.sync.desconto.pedidos import Decidido, Pedido

#: The ways of counting in words.
POLICIES = {
    "por_minuto": N_("by the minute"),
    "por_hora": N_("by the hour"),
    "manutencao_programada": N_("planned maintenance"),
}
#: What the store knows of a booking, by the state of its intent.
STATES = {"done": "lancado", "open": "em_aberto", "unseen": "em_aberto", "doubt": "em_duvida"}
STATE_WORDS = {
    "lancado": N_("booked"),
    "em_aberto": N_("cut off: `desconto book` finds out what became of it"),
    "em_duvida": N_("in doubt: see `doubts`"),
}


def reais(value: Decimal) -> str:
    from erp_bridge.core.desconto.decisao import reais as written

    return f"R$ {written(value)}"


def print_amount(found: CalculoDesconto) -> None:
    click.echo(reais(found.valor))
    click.echo(
        _(
            "{way}: {minutes} min of a monthly fee of {fee}",
            way=_(POLICIES[found.politica.value]), minutes=found.minutos, fee=reais(found.base),
        )
    )  # fmt: skip


# --- a request -------------------------------------------------------------------------------------------------


def request_json(leitura: LeituraDesconto, block: str, zone: tzinfo, conversa: Conversa | None) -> dict[str, Any]:
    asked = leitura.solicitacao
    document: dict[str, Any] = asked.model_dump(mode="json", exclude={"cliente", "contrato"})
    document |= {
        "cliente": asked.cliente.id if asked.cliente else None,
        "contrato": asked.contrato.id if asked.contrato else None,
        "nao_lido": list(leitura.nao_lido),
        "brutos": {label: text for label, text in leitura.brutos.items() if label in leitura.nao_lido},
        "violacoes": _violations(leitura, zone),
        "bloco": block,
    }
    if conversa is not None:
        document["opa"] = _conversation_json(conversa)
    return document


def print_request(leitura: LeituraDesconto, block: str, zone: tzinfo, conversa: Conversa | None) -> None:
    click.echo(block.strip())
    for label in leitura.nao_lido:
        typed = leitura.brutos.get(label, "")
        click.echo(_("Not read: {label}", label=label) + (f" ({' '.join(typed.split())})" if typed else ""), err=True)
    for violation in _violations(leitura, zone):
        click.echo(_("Note: {line}", line=f"{violation['message']} ({violation['code']})"), err=True)
    if conversa is not None:
        click.echo(conversa.em_palavras(zone))


def _violations(leitura: LeituraDesconto, zone: tzinfo) -> list[dict[str, str]]:
    from erp_bridge.core.desconto import validar_desconto

    return [
        {
            "code": violation.code,
            "campo": violation.campo,
            "severity": violation.severity,
            "message": violation.mensagem if language() == "pt-BR" else violation.message,
        }
        for violation in validar_desconto(leitura.solicitacao, timezone=zone)
    ]


def _conversation_json(conversa: Conversa) -> dict[str, Any]:
    return {
        "protocolo": conversa.protocolo,
        "status": conversa.status,
        "canal": conversa.canal,
        "agente": conversa.agente,
        "inicio": _iso(conversa.inicio),
        "fim": _iso(conversa.fim),
    }


# --- a request in an ERP ---------------------------------------------------------------------------------------


def pedido_json(pedido: Pedido, entry: Entry | None) -> dict[str, Any]:
    asked, ticket = pedido.leitura.solicitacao, pedido.atendimento
    return {
        "erp": pedido.erp,
        "id": pedido.id,
        "protocolo": ticket.protocolo,
        "cliente": ticket.cliente.id if ticket.cliente else None,
        "contrato": pedido.contrato,
        "motivo": asked.motivo.value if asked.motivo else None,
        "data_ocorrido": _iso(asked.data_ocorrido),
        "interrupcoes": [{"inicio": _iso(start), "fim": _iso(end)} for start, end in asked.intervalos],
        "minutos": next((amount.minutos for amount in pedido.quantias.values()), None),
        "mensalidade": _money(pedido.mensalidade),
        "valores": {way.value: _money(amount.valor) for way, amount in pedido.quantias.items()},
        "nao_lido": list(pedido.leitura.nao_lido),
        "decisao": _decision_json(pedido.decidido),
        "lancamento": {"estado": STATES[entry.state], "id": entry.id} if entry else None,
        "faturas": None if pedido.faturas is None else [_invoice_json(one) for one in pedido.faturas],
    }


def print_pedido(pedido: Pedido, entry: Entry | None) -> None:
    asked, ticket = pedido.leitura.solicitacao, pedido.atendimento
    who = ticket.cliente.nome or ticket.cliente.id if ticket.cliente else ""
    click.echo(f"{pedido.erp} {pedido.id}  {ticket.protocolo or ''}  {who}".rstrip())
    lines: list[tuple[str, str]] = [(_("Reason"), asked.motivo.value.replace("_", " ") if asked.motivo else "")]
    lines += [(_("Interruption"), f"{_when(start)} - {_when(end)}") for start, end in asked.intervalos]
    lines.append((_("Monthly fee"), reais(pedido.mensalidade) if pedido.mensalidade is not None else ""))
    lines.append((_("Amount"), _amounts(pedido.quantias)))
    lines.append((_("Decision"), _decision(pedido.decidido)))
    lines.append((_("Booking"), _(STATE_WORDS[STATES[entry.state]]) if entry else ""))
    lines.append((_("Not readable"), ", ".join(pedido.leitura.nao_lido)))
    for invoice in pedido.faturas or ():
        due = invoice.vencimento.strftime("%d/%m/%Y") if invoice.vencimento else "?"
        told = _("{id}, due {day}: {open} open", id=invoice.id, day=due, open=reais(invoice.aberto))
        lines.append((_("Open invoice"), told))
    width = max(len(label) for label, _text in lines)
    for label, text in lines:
        if text:
            click.echo(f"  {label:<{width}}  {text}")


def _amounts(quantias: Mapping[Any, CalculoDesconto]) -> str:
    minutes = next((amount.minutos for amount in quantias.values()), None)
    ways = ", ".join(f"{_(POLICIES[way.value])} {reais(amount.valor)}" for way, amount in quantias.items())
    return f"{ways} ({minutes} min)" if ways else ""


def _decision(decidido: Decidido | None) -> str:
    if decidido is None:
        return _("none yet")
    decisao = decidido.decisao
    said = _("approved") if decisao.aprovado else _("refused")
    amount = f" {reais(decisao.valor)}" if decisao.valor is not None else ""
    who = ", ".join(part for part in (decidido.autor or _("author unknown"), _when(decidido.instante)) if part)
    return f"{said}{amount} ({who})"


def _decision_json(decidido: Decidido | None) -> dict[str, Any] | None:
    if decidido is None:
        return None
    return {
        "aprovado": decidido.decisao.aprovado,
        "valor": _money(decidido.decisao.valor),
        "motivo": decidido.decisao.motivo,
        "autor": decidido.autor,
        "instante": _iso(decidido.instante),
    }


def _invoice_json(invoice: Fatura) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "contrato": invoice.contrato,
        "vencimento": _iso(invoice.vencimento),
        "valor": _money(invoice.valor),
        "aberto": _money(invoice.aberto),
        "descricao": invoice.descricao,
    }


# --- a booking -------------------------------------------------------------------------------------------------


def waits(situacao: Situacao) -> bool:
    """Whether a person must look at something."""
    doubtful = situacao.estado.value == "em_duvida" or situacao.sumiu
    return doubtful or bool(situacao.repetidos or situacao.falta)


def booking_json(situacao: Situacao, preparado: Preparado | None, *, dry_run: bool) -> dict[str, Any]:
    booked = situacao.lancamento
    return {
        "erp": situacao.erp,
        "ticket": situacao.ticket,
        "dry_run": dry_run,
        "estado": situacao.estado.value,
        "lancamento": _booked_json(booked) if booked else None,
        "repetidos": [_booked_json(one) for one in situacao.repetidos],
        "sumiu": situacao.sumiu,
        "avisado": situacao.avisado,
        "valor": _money(preparado.ordem.valor) if preparado else None,
        "requisicao": preparado.requisicao.model_dump(mode="json") if preparado else None,
    }


def print_booking(situacao: Situacao, preparado: Preparado | None, *, dry_run: bool) -> None:
    booked = situacao.lancamento
    if situacao.estado.value == "nao_lancado":
        if preparado is not None:
            print_request_to_send(preparado)
        click.echo(_("Nothing is booked, and nothing was sent.") if dry_run else _("Nothing is booked."))
    elif situacao.estado.value == "em_duvida":
        click.echo(
            _("Whether it is booked cannot be proven: see `doubts`. Nothing more is sent until that is settled.")
        )
    elif situacao.sumiu:
        click.echo(_("It was booked as {id}, and {erp} does not show it any more: somebody took it back there.",
                     id=booked.id if booked else "?", erp=situacao.erp))  # fmt: skip
    elif booked is not None:
        amount = reais(booked.valor) if booked.valor is not None else ""
        click.echo(_("Booked: {where} {id} {amount}", where=booked.onde, id=booked.id, amount=amount).rstrip())
    for one in situacao.repetidos:
        line = _("a second record has the same mark: {where} {id}; take one of them back", where=one.onde, id=one.id)
        click.echo(_("Error: {line}", line=line), err=True)
    if situacao.falta:
        line = _("the ticket does not say so yet ({why}): call `desconto book` again", why=rendered(situacao.falta))
        click.echo(_("Error: {line}", line=line), err=True)


def print_request_to_send(preparado: Preparado) -> None:
    """The exact request, and what it is about."""
    order, request, decided = preparado.ordem, preparado.requisicao, preparado.pedido.decidido
    click.echo(
        _("Ticket {id}, contract {contract}: {amount}",
          id=order.atendimento, contract=order.contrato, amount=reais(order.valor))
    )  # fmt: skip
    click.echo(f"{_('Decision')}: {_decision(decided)}")
    click.echo(f"{request.method} {request.path}")
    click.echo(json.dumps(dict(request.body), ensure_ascii=False, indent=2))


def _booked_json(one: Lancamento) -> dict[str, Any]:
    return {"id": one.id, "onde": one.onde, "valor": _money(one.valor)}


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _when(value: datetime | None) -> str:
    return value.strftime("%d/%m/%Y %H:%M") if value is not None else ""
