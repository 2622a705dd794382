"""How a ticket looks at the terminal and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from erp_bridge.i18n import N_, _

if TYPE_CHECKING:
    from erp_bridge import Atendimento, Movimentacao
    from erp_bridge.core.footer import Footer

#: Fields in the order of the ERPs' own forms, with their labels.
LABELS = {
    "protocolo": N_("Protocolo"),
    "status": N_("Status"),
    "prioridade": N_("Priority"),
    "cliente": N_("Client"),
    "solicitante": N_("Requester"),
    "estrutura": N_("Structure"),
    "login": N_("Login"),
    "contrato": N_("Contract"),
    "plano": N_("Plan"),
    "ponto_roteamento": N_("Access point"),
    "etiqueta": N_("Label"),
    "assunto": N_("Subject"),
    "departamento": N_("Department"),
    "responsavel": N_("Responsible"),
    "processo": N_("Process"),
    "canal": N_("Channel"),
    "status_complementar": N_("Complementary status"),
    "origem": N_("Origin"),
    "endereco": N_("Address"),
    "data_reservada": N_("Reserved date"),
    "melhor_horario": N_("Best time"),
    "aberto_em": N_("Opened"),
    "alterado_em": N_("Changed"),
    "encerrado_em": N_("Closed"),
}

#: What serves the bridge, not the reader.
_INTERNAL = {"footer", "codigos", "versao"}


def as_json(ticket: Atendimento, movements: Sequence[Movimentacao] | None = None) -> dict[str, Any]:
    """The ticket's fields by their names, with ``movimentacoes`` where they were read."""
    document: dict[str, Any] = ticket.model_dump(mode="json", exclude=_INTERNAL)
    if movements is not None:
        document["movimentacoes"] = [m.model_dump(mode="json", exclude=_INTERNAL) for m in movements]
    return document


def print_ticket(erp: str, ticket: Atendimento, movements: Sequence[Movimentacao] = ()) -> None:
    """The ticket as a person reads it: heading, fields, text, history."""
    click.echo(f"{erp} {ticket.id}  {ticket.titulo}".rstrip())
    lines = [(_(label), words(getattr(ticket, name))) for name, label in LABELS.items()]
    width = max(len(label) for label, _value in lines)
    for label, value in lines:
        if value:
            click.echo(f"  {label:<{width}}  {value}")
    if ticket.descricao:
        click.echo()
        click.echo(_indented(ticket.descricao))
    _print_origin(ticket.footer)
    for movement in movements:
        heading = [words(movement.instante), movement.autor, movement.tipo.value, words(movement.status)]
        click.echo()
        click.echo("  " + " · ".join(part for part in heading if part))
        if movement.texto:
            click.echo(_indented(movement.texto))
        _print_origin(movement.footer)


def _print_origin(footer: Footer | None) -> None:
    """Where a copied text comes from, and what its own ERP has no field for."""
    if footer is not None:
        click.echo(f"    ← {footer.ref}  {footer.assinatura}".rstrip())
        for note in footer.notas:
            click.echo(f"      {note}")


def words(value: Any) -> str:
    """One field in one line; a term or person by name, with its id behind."""
    from datetime import date, datetime

    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if hasattr(value, "nome"):
        name = value.nome or getattr(value, "documento", None) or ""
        return f"{name} ({value.id})" if name and value.id else name or (value.id or "")
    return str(value)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
