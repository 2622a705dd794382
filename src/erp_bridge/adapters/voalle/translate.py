"""Voalle's records as canonical ones, and back. Pure: rows and terms in, values out; nothing here raises.

No public source shows a ticket's own text in the single read: it is an entry of the history. So what the bridge
opens carries its text, footer included, both as description and as first report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from erp_bridge.adapters.voalle import status as statuses
from erp_bridge.adapters.voalle.values import read_time, text
from erp_bridge.adapters.voalle.wire import ContractRow, EntryRow, PersonRow, Ref, TagRow, TicketRow, Whole
from erp_bridge.core import blocks, documento, footer
from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Movimentacao,
    Status,
    Termo,
    Tipo,
    Vinculo,
    Visibilidade,
)
from erp_bridge.core.status import TERMINAL
from erp_bridge.core.text import fold, same_but_for_losses
from erp_bridge.core.vocabulary import Vocabulary

#: The words of the bridge's own forwarding, which the history shows like a message: they tell nobody anything.
FORWARDED = "Encaminhado (erp_bridge)"

#: The opening's own entry is written within this of the ticket's beginning.
_OPENING = timedelta(minutes=5)


@dataclass(frozen=True)
class Terms:
    """What the tenant's ids mean, and how its times are to be read."""

    zone: ZoneInfo
    z_is_utc: bool
    assunto: Vocabulary
    departamento: Vocabulary
    responsavel: Vocabulary
    status: Mapping[str, Status]
    #: Texts, folded, that the ERP writes into histories by itself.
    silent: frozenset[str] = frozenset()

    def time(self, value: object) -> datetime | None:
        return read_time(value, self.zone, z_is_utc=self.z_is_utc)


@dataclass(frozen=True)
class Read:
    """A ticket and its history, as far as they could be read. What is set in ``unreadable`` is empty in the ticket."""

    atendimento: Atendimento
    movimentacoes: tuple[Movimentacao, ...] = ()
    unreadable: Unreadable | None = None


def read(whole: Whole, terms: Terms) -> Read:
    """The ticket, what of its history is not the opening itself, and what has no meaning here."""
    row = whole.ticket
    history = _oldest_first(whole.history, terms)
    stored, rest = _own_text(row, history, terms)
    texto, found_footer = footer.split(stored)
    descricao, script, primeiro_contato = blocks.split(texto)
    status = statuses.meaning(row.status, terms.status)
    tipo, wrong = _owner(row)
    if status is None:
        wrong = ("status", statuses.code(row.status))
    elif row.title is None:
        wrong = wrong or ("titulo", "")  # the client's list does not hold the ticket: no other call shows its title
    atendimento = Atendimento(
        id=row.id or None,
        protocolo=row.protocolo or None,
        tipo=tipo,
        cliente=_person(row.client, row.client_document),
        solicitante=_person(row.requestor, row.requestor_document),
        estrutura=_term(row.access_point, Vocabulary()) if tipo is Tipo.ESTRUTURA else None,
        ponto_roteamento=_link(row.access_point),
        contrato=_link(row.contract),
        etiqueta=_link(row.tag),
        assunto=_term(row.type, terms.assunto),
        departamento=_term(row.team, terms.departamento),
        responsavel=_term(row.responsible, terms.responsavel),
        titulo=row.title or "",
        descricao=descricao,
        script=script,
        primeiro_contato=primeiro_contato,
        status=status,
        aberto_em=terms.time(row.beginning),
        alterado_em=terms.time(row.modified),
        encerrado_em=terms.time(row.conclusion) if status in TERMINAL else None,
        footer=found_footer,
        codigos={"status": statuses.code(row.status)},
        versao=text(row.modified) or (row.modified.isoformat() if isinstance(row.modified, datetime) else None),
    )
    movements = tuple(movement for entry in rest if (movement := read_entry(entry, row.id, terms)) is not None)
    wrong = wrong or (None if row.id else ("id", ""))
    if wrong is None:
        wrong = next((("movimentacoes", "id") for entry in rest if entry.description.strip() and not entry.id), None)
    unreadable = Unreadable(id=row.id or row.protocolo, campo=wrong[0], codigo=wrong[1]) if wrong else None
    return Read(atendimento, movements, unreadable)


def read_entry(entry: EntryRow, ticket: str, terms: Terms) -> Movimentacao | None:
    """An entry of the history as a movement; None when it has no id, for then nothing could know it again.

    What the ERP or the bridge itself wrote there beside a change has no text: the change travels, not the word of it.
    """
    if not entry.id:
        return None
    texto, found_footer = footer.split(entry.description)
    if texto.strip() == FORWARDED or fold(texto) in terms.silent:
        texto = ""
    visibility = {True: Visibilidade.PRIVADA, False: Visibilidade.PUBLICA, None: None}
    return Movimentacao(
        id=entry_id(entry),
        atendimento_id=ticket,
        texto=texto,
        autor=entry.author or None,
        instante=terms.time(entry.beginning),
        visibilidade=visibility[entry.private],
        footer=found_footer,
    )


def entry_id(entry: EntryRow) -> str:
    """The id of a movement says which kind of entry it is: whether the kinds number theirs together is not known."""
    return f"h{entry.kind}_{entry.id}" if entry.kind else f"h{entry.id}"


def write_text(novo: Atendimento) -> str:
    """The text of a new ticket: description, blocks, footer."""
    return footer.join(blocks.join(novo.descricao, novo.script, novo.primeiro_contato), novo.footer)


def read_client(row: PersonRow) -> Cliente:
    return Cliente(id=row.id or None, documento=_document(row.document), nome=row.name or None)


def read_contract(row: ContractRow) -> Vinculo:
    name = " - ".join(part for part in (row.number, row.name) if part)
    return Vinculo(id=row.id or row.number, nome=name, ativo=row.active)


def read_tag(row: TagRow) -> Vinculo:
    return Vinculo(id=row.id, nome=row.name, ativo=row.active)


def _own_text(row: TicketRow, history: Sequence[EntryRow], terms: Terms) -> tuple[str, list[EntryRow]]:
    """The ticket's own text, and the entries that are not its opening."""
    opening = _opening(row, history, terms)
    others = [entry for entry in history if entry is not opening]
    if opening is None:
        return row.description or "", others
    if row.description is not None and row.description.strip():
        same = same_but_for_losses(row.description, opening.description)
        same = same or same_but_for_losses(opening.description, row.description)
        return row.description, others if same or _opens(opening) else list(history)
    if _opens(opening) or _at_the_beginning(row, opening, terms):
        return opening.description, others
    return "", list(history)


def _opening(row: TicketRow, history: Sequence[EntryRow], terms: Terms) -> EntryRow | None:
    """The oldest entry; but where the ERP's clock went back a later one looks older, and is farther from the beginning.

    A twin's beginning was set by the bridge, on another clock: there the footer tells.
    """
    worded = [entry for entry in history if entry.description.strip()]
    opened = terms.time(row.beginning)
    apart = [abs(moment - opened) for entry in worded if opened and (moment := terms.time(entry.beginning))]
    if not worded or len(apart) < len(worded) or _opens(worded[0]):  # untimed, they come in order
        return next(iter(worded), None)
    signed = [place for place, entry in enumerate(worded) if _opens(entry)]
    return worded[min([0, *signed] if signed else range(len(worded)), key=apart.__getitem__)]


def _opens(entry: EntryRow) -> bool:
    """Whether it carries the footer of a ticket, not that of a message."""
    found = footer.split(entry.description)[1]
    return found is not None and found.ref.part is None


def _at_the_beginning(row: TicketRow, entry: EntryRow, terms: Terms) -> bool:
    opened, written = terms.time(row.beginning), terms.time(entry.beginning)
    return opened is None or written is None or abs(written - opened) <= _OPENING


def _oldest_first(history: Sequence[EntryRow], terms: Terms) -> list[EntryRow]:
    """By time, then by id; as it came where a time is missing."""
    timed = [(terms.time(entry.beginning), _number(entry.id), entry) for entry in history]
    if any(moment is None for moment, _, _ in timed):
        return list(history)
    return [entry for _, _, entry in sorted(timed, key=lambda part: (part[0], part[1]))]


def _number(id: str) -> int:
    return int(id) if re.fullmatch(r"[0-9]{1,18}", id) else 0


def _owner(row: TicketRow) -> tuple[Tipo, tuple[str, str] | None]:
    """Whose ticket it is: a client's, else an access point's."""
    if row.client.id:
        return Tipo.CLIENTE, None
    return (Tipo.ESTRUTURA, None) if row.access_point.id else (Tipo.CLIENTE, ("cliente", ""))


def _term(found: Ref, vocabulary: Vocabulary) -> Termo | None:
    """The term with its canonical name, else the ERP's; one that comes without an id is known by its name."""
    id = found.id or found.name
    return Termo(id=id, nome=vocabulary.named(id).nome or found.name) if id else None


def _link(found: Ref) -> Vinculo | None:
    id = found.id or found.name
    return Vinculo(id=id, nome=found.name) if id else None


def _person(found: Ref, document: str) -> Cliente | None:
    if found.id is None:
        return None
    return Cliente(id=found.id, documento=_document(document), nome=found.name or None)


def _document(number: str) -> str | None:
    """Digits; one that lost its leading zeros gets them back, one of zeros is none."""
    found = documento.normalise(number) or ""
    if not found.strip("0"):
        return None
    for width in (11, 14):
        if width - 2 <= len(found) <= width:
            return found.zfill(width)
    return found
