"""Hubsoft's tickets as canonical ones, and back. Pure: rows and terms in, values out; nothing here raises.

Hubsoft has no title, priority or address. Of department, responsible and contact the two shapes of a ticket do not
show the same (quirk 8), so none of them is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from erp_bridge import (
    Atendimento,
    Cliente,
    Contato,
    FieldSupport,
    OrdemServico,
    Status,
    Termo,
    Unreadable,
    Vinculo,
)
from erp_bridge.adapter_api import TERMINAL, Vocabulary, blocks, documento, footer, text
from erp_bridge_hubsoft import wire
from erp_bridge_hubsoft.wire import TicketRow

_READ = FieldSupport(read=True)
_WRITTEN_ONCE = FieldSupport(read=True, create=True)

FIELDS: Mapping[str, FieldSupport] = {
    "id": _READ,
    "protocolo": _READ,
    "tipo": _WRITTEN_ONCE,
    "cliente": _WRITTEN_ONCE,
    "contrato": _WRITTEN_ONCE,
    "assunto": _WRITTEN_ONCE,
    "descricao": FieldSupport(read=True, create=True, change=True),
    "script": _WRITTEN_ONCE,
    "primeiro_contato": _WRITTEN_ONCE,
    "status": FieldSupport(read=True, change=True),
    "aberto_em": _READ,
    "encerrado_em": _READ,
}

#: What the ERP writes behind the text of a ticket that came in by the API (quirk 10).
_ADDED = re.compile(r"\s*\|\s*ATENDIMENTO ABERTO VIA (?:API|CENTRAL DO ASSINANTE)\s*\Z")
#: What ``codigos["status"]`` adds to the words of a closed ticket.
_CLOSED = "/fechado"


@dataclass
class Terms:
    """What the tenant's words mean. ``type_ids`` finds the id of a type of ticket by the ERP's own name for it."""

    zone: ZoneInfo
    assunto: Vocabulary
    status: Mapping[str, Status]
    type_ids: dict[str, str]


@dataclass(frozen=True)
class Read:
    """A ticket as far as it could be read. What is named in ``unreadable`` is empty in the ticket."""

    atendimento: Atendimento
    unreadable: Unreadable | None = None


def read_ticket(row: TicketRow, terms: Terms) -> Read:
    """The ticket in a row. Its id is its protocolo, by which alone a ticket can be read (quirk 7)."""
    texto, found_footer = footer.split(_ADDED.sub("", row.descricao))
    descricao, script, primeiro_contato = blocks.split(texto)
    status, words = _status(row, terms.status)
    atendimento = Atendimento(
        id=row.protocolo or None,
        protocolo=row.protocolo or None,
        cliente=_client(row),
        contrato=Vinculo(id=row.service_id, nome=row.service_name, ativo=active(row.service_status))
        if row.service_id
        else None,
        assunto=_subject(row, terms),
        descricao=descricao,
        script=script,
        primeiro_contato=primeiro_contato,
        status=status,
        aberto_em=row.opened,
        encerrado_em=row.closed if status in TERMINAL else None,
        footer=found_footer,
        codigos={"status": words, "id_atendimento": row.id},
        versao=version(row),
    )
    wrong = None
    if not row.protocolo:
        wrong = ("protocolo", row.id)
    elif not row.client_code:
        wrong = ("cliente", "")
    elif status is None:
        wrong = ("status", words)
    return Read(atendimento, Unreadable(row.protocolo or row.id, *wrong) if wrong else None)


def version(row: TicketRow) -> str:
    """A mark of all that can change: Hubsoft keeps no stamp of a change."""
    parts = (row.descricao, text.fold(row.status), str(row.is_closed))
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def write_text(ticket: Atendimento) -> str:
    """What the one field for text holds: description, script and first contact as blocks, footer."""
    return footer.join(blocks.join(ticket.descricao, ticket.script, ticket.primeiro_contato), ticket.footer)


def write_contact(contato: Contato | None, client: Mapping[str, object], fallback: str | None) -> dict[str, str]:
    """Who asks, and on which number: the ticket's own words, else the client's."""
    given = contato or Contato()
    found = {
        "nome": given.nome or wire.column(client, "nome_razaosocial"),
        "telefone": telephone(given.telefone or wire.column(client, "telefone_primario") or fallback or ""),
        "email": given.email or "",
    }
    return {key: value for key, value in found.items() if value}


def telephone(words: str) -> str:
    """Area and number in digits alone, as the call wants them."""
    digits = re.sub(r"\D", "", words).lstrip("0")
    return digits[2:] if len(digits) > 11 and digits.startswith("55") else digits


def read_client(row: Mapping[str, object]) -> Cliente:
    return Cliente(
        id=wire.column(row, "codigo_cliente") or None,
        documento=documento.normalise(wire.column(row, "cpf_cnpj")),
        nome=wire.column(row, "nome_razaosocial") or None,
    )


def read_services(client: Mapping[str, object]) -> list[Vinculo]:
    """The client's services. Of the many columns beside these, a password among them, nothing is looked at."""
    services = client.get("servicos")
    found = [row for row in services if isinstance(row, Mapping)] if isinstance(services, list) else []
    return [
        Vinculo(
            id=wire.column(row, "id_cliente_servico"),
            nome=wire.column(row, "nome"),
            ativo=active(wire.column(row, "status_prefixo")),
        )
        for row in found
        if wire.column(row, "id_cliente_servico")
    ]


def active(prefix: str) -> bool | None:
    """Only the two words that the vendor's examples explain; what another one means is not known."""
    return {"servico_habilitado": True, "cancelado": False}.get(prefix)


def read_orders(row: TicketRow, zone: ZoneInfo) -> list[OrdemServico]:
    return [
        OrdemServico(
            id=wire.column(order, "id_ordem_servico"),
            numero=wire.column(order, "numero_ordem_servico") or None,
            status=wire.column(order, "status") or None,
            aberta_em=wire.local(wire.column(order, "data_cadastro"), zone),
        )
        for order in row.orders
        if wire.column(order, "id_ordem_servico")
    ]


def open_orders(orders: Iterable[OrdemServico]) -> list[OrdemServico]:
    return [order for order in orders if text.fold(order.status or "") != "finalizado"]


def _client(row: TicketRow) -> Cliente | None:
    if not row.client_code:
        return None
    document = documento.normalise(row.client_document)
    return Cliente(id=row.client_code, documento=document, nome=row.client_name or None)


def _subject(row: TicketRow, terms: Terms) -> Termo | None:
    id = row.type_id or terms.type_ids.get(text.fold(row.type_name))
    if not id and not row.type_name:
        return None
    return Termo(id=id, nome=(terms.assunto.named(id).nome if id else "") or row.type_name)


def _status(row: TicketRow, meanings: Mapping[str, Status]) -> tuple[Status | None, str]:
    """Open or closed is told by the closing date; the words beside it say how; without words it is a solution."""
    if not row.is_closed:
        words = text.fold(row.status)
        meaning = meanings.get(words)
        return (None if meaning in TERMINAL else meaning), words
    words = text.fold(row.closed_how)
    meaning = meanings.get(words) if words else Status.SOLUCIONADO
    return (meaning if meaning in TERMINAL else None), words + _CLOSED
