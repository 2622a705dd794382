"""Tickets between IXC's records and the canonical model. Pure, both directions.

Reading never fails: a code of ``tipo``, ``prioridade`` or ``su_status`` that has no meaning gives an ``Unreadable``,
any other unknown code None (``origem``: outro), and the raw code stays in ``codigos``. Writing refuses what has no
code here, and never guesses one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from erp_bridge.adapters.ixc import codes, texts, values
from erp_bridge.adapters.ixc.codes import Codes
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.values import present
from erp_bridge.adapters.ixc.wire import SuTicket, as_text
from erp_bridge.core import blocks, footer
from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Origem,
    OrigemEndereco,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
    trusted,
)
from erp_bridge.core.text import clean, normal, same_but_for_losses

#: Column by field of the model, for entries of the ERP's lists …
TERMS: Mapping[str, str] = {
    "assunto": "id_assunto",
    "departamento": "id_ticket_setor",
    "responsavel": "id_responsavel_tecnico",
    "canal": "id_canal_atendimento",
    "status_complementar": "id_evento_status_processo",
    "processo": "id_wfl_processo",
    "estrutura": "id_estrutura",
    "mensagem_padrao": "id_resposta",
}
#: … and for the client's connections.
LINKS: Mapping[str, str] = {"login": "id_login", "contrato": "id_contrato"}

#: Fields that share the column ``menssagem``.
IN_TEXT = frozenset({"descricao", "script", "primeiro_contato", "footer"})

_TEXTS = ("titulo", "menssagem", "endereco")
_TITLE, _ADDRESS = 200, 150  # what the columns hold; more would be cut by the database


@dataclass(frozen=True)
class Dialect:
    """How this installation speaks: its zone and the codes that the tenant's vocabulary lines add."""

    zone: ZoneInfo
    status: Codes[Status] = field(default=codes.STATUS)
    prioridade: Codes[Prioridade] = field(default=codes.PRIORIDADE)
    origem: Codes[Origem] = field(default=codes.ORIGEM)

    @classmethod
    def of(cls, zone: ZoneInfo, vocab: Mapping[str, Mapping[str, str]]) -> Dialect:
        return cls(
            zone,
            codes.STATUS.with_lines(vocab.get("status", {})),
            codes.PRIORIDADE.with_lines(vocab.get("prioridade", {})),
            codes.ORIGEM.with_lines(vocab.get("origem", {})),
        )

    def terms(self, kind: str) -> list[tuple[str, str]]:
        """Code and canonical name of an enumerated kind; those to write come first."""
        match kind:
            case "status":
                return [(code, member.value) for code, member in self.status.items()]
            case "prioridade":
                return [(code, member.value) for code, member in self.prioridade.items()]
            case _:
                return [(code, member.value) for code, member in self.origem.items()]


class NoCode(ValueError):
    """A value that this ERP has no code for."""

    def __init__(self, campo: str, valor: str) -> None:
        super().__init__(f"{campo}: this ERP has no code for {valor!r}")
        self.campo = campo


L = TypeVar("L", Cliente, Vinculo)
Named = Callable[[str, str], str]  # kind, id → canonical name, "" when not known


def read_ticket(row: SuTicket, dialect: Dialect, named: Named) -> Atendimento | Unreadable:
    """The canonical ticket, or which code of it means nothing."""
    tickets, unreadable = read_tickets([row], dialect, named)
    return tickets[0] if tickets else unreadable[0]


def read_tickets(
    rows: Sequence[SuTicket], dialect: Dialect, named: Named
) -> tuple[list[Atendimento], list[Unreadable]]:
    """The same for the rows of a page, apart: each in the order of the rows."""
    found = _Found.on(rows, named)
    read = [_read(_fit(row), dialect, found) for row in rows]
    fields = [fields for fields in read if isinstance(fields, dict)]
    return trusted(Atendimento, fields, _GIVEN), [fault for fault in read if isinstance(fault, Unreadable)]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the ids on a page name, by what stands in the column. Many stand on several tickets; each is made once."""

    assunto: Mapping[str, Termo | None]
    departamento: Mapping[str, Termo | None]
    responsavel: Mapping[str, Termo | None]
    canal: Mapping[str, Termo | None]
    status_complementar: Mapping[str, Termo | None]
    processo: Mapping[str, Termo | None]
    estrutura: Mapping[str, Termo | None]
    mensagem_padrao: Mapping[str, Termo | None]
    login: Mapping[str, Vinculo | None]
    contrato: Mapping[str, Vinculo | None]
    cliente: Mapping[str, Cliente | None]

    @classmethod
    def on(cls, rows: Sequence[SuTicket], named: Named) -> _Found:
        terms = {
            campo: {id: _term(known, named(campo, known)) if (known := present(id)) else None for id in ids}
            for campo, ids in ids_on(rows, TERMS).items()
        }
        ids = ids_on(rows, {**LINKS, "cliente": "id_cliente"})
        return cls(
            **terms,
            login=_linked(Vinculo, ids["login"], nome="", ativo=None),
            contrato=_linked(Vinculo, ids["contrato"], nome="", ativo=None),
            cliente=_linked(Cliente, ids["cliente"], documento=None, nome=None),
        )


def ids_on(rows: Sequence[SuTicket], columns: Mapping[str, str]) -> dict[str, set[str]]:
    """What stands in these columns of a page, by field."""
    return {campo: set(map(attrgetter(column), rows)) for campo, column in columns.items()}


@lru_cache(maxsize=4096)  # a few hundred entries of lists stand on all tickets
def _term(id: str, nome: str) -> Termo:
    return Termo(id=id, nome=nome)


def _linked(kind: type[L], columns: Collection[str], **rest: Any) -> dict[str, L | None]:
    """Objects of which nothing is known but the id."""
    ids = {column: clean(id) for column in columns if (id := present(column))}
    made = trusted(kind, [{"id": id, **rest} for id in ids.values()], _BY_ID)
    return {**dict.fromkeys(columns), **dict(zip(ids, made, strict=True))}


def _fit(row: SuTicket) -> SuTicket:
    """The row with all its short texts fit for any ERP; nearly all are."""
    if "".join(_SHORT(row)).isprintable():
        return row
    return replace(row, **{name: clean(text) for name, text in zip(_SHORT_NAMES, _SHORT(row), strict=True)})


def _read(row: SuTicket, dialect: Dialect, found: _Found) -> dict[str, Any] | Unreadable:
    """Every field as validation would leave it, so that none need be validated: see ``trusted``."""
    tipo, status = codes.TIPO.read(row.tipo), dialect.status.read(row.su_status)
    prioridade = dialect.prioridade.read(row.prioridade)
    if tipo is None:
        return Unreadable(row.id, "tipo", row.tipo)
    if status is None:
        return Unreadable(row.id, "status", row.su_status)
    if prioridade is None and row.prioridade:
        return Unreadable(row.id, "prioridade", row.prioridade)
    if tipo is Tipo.CLIENTE:
        origens, origem_endereco = codes.ORIGEM_ENDERECO, row.origem_endereco
    else:
        origens, origem_endereco = codes.ORIGEM_ENDERECO_ESTRUTURA, row.origem_endereco_estrutura
    fields = _EMPTY.copy()
    fields["id"] = row.id or None
    fields["protocolo"] = row.protocolo.strip() or None
    fields["tipo"] = tipo
    fields["cliente"] = found.cliente[row.id_cliente]
    fields["estrutura"] = found.estrutura[row.id_estrutura]
    fields["login"] = found.login[row.id_login]
    fields["contrato"] = found.contrato[row.id_contrato]
    fields["assunto"] = found.assunto[row.id_assunto]
    fields["titulo"] = row.titulo
    text = texts.read_form(row.menssagem)
    fields["descricao"], fields["script"], fields["primeiro_contato"], fields["footer"] = text
    fields["origem_endereco"] = origens.read(origem_endereco)
    fields["endereco"] = row.endereco or None
    fields["latitude"] = values.number(row.latitude)
    fields["longitude"] = values.number(row.longitude)
    fields["processo"] = found.processo[row.id_wfl_processo]
    fields["departamento"] = found.departamento[row.id_ticket_setor]
    fields["responsavel"] = found.responsavel[row.id_responsavel_tecnico]
    fields["canal"] = found.canal[row.id_canal_atendimento]
    fields["status_complementar"] = found.status_complementar[row.id_evento_status_processo]
    fields["prioridade"] = prioridade
    fields["data_reservada"] = values.day(row.data_reservada)
    fields["melhor_horario"] = codes.MELHOR_HORARIO.read(row.melhor_horario_reserva)
    origem = dialect.origem.read(row.id_ticket_origem)
    fields["origem"] = origem or (Origem.OUTRO if row.id_ticket_origem else None)
    fields["interacao_pendente"] = codes.INTERACAO_PENDENTE.read(row.interacao_pendente)
    fields["status"] = status
    fields["mensagem_padrao"] = found.mensagem_padrao[row.id_resposta]
    fields["aberto_em"] = values.instant(row.data_criacao, dialect.zone)
    alterado_em = values.instant(row.data_ultima_alteracao, dialect.zone)
    fields["alterado_em"] = alterado_em or values.instant(row.ultima_atualizacao, dialect.zone)
    fields["codigos"] = {
        "tipo": row.tipo,
        "status": row.su_status,
        "prioridade": row.prioridade,
        "origem": row.id_ticket_origem,
        "interacao_pendente": row.interacao_pendente,
        "melhor_horario": row.melhor_horario_reserva,
        "origem_endereco": origem_endereco,
    }
    fields["versao"] = row.ultima_atualizacao or None
    return fields


#: Every field of the model; copied and filled in, since making a large dictionary anew takes twice as long.
_EMPTY: dict[str, Any] = dict.fromkeys(Atendimento.model_fields)
#: What IXC has a column for, whether or not something stands in it.
_GIVEN = set(_EMPTY) - {"solicitante", "plano", "ponto_roteamento", "etiqueta", "contato", "encerrado_em"}
_BY_ID = {"id"}
#: The columns that become texts as they are.
_SHORT_NAMES = (
    "id", "protocolo", "titulo", "endereco", "ultima_atualizacao", "tipo", "su_status", "prioridade",
    "id_ticket_origem", "interacao_pendente", "melhor_horario_reserva", "origem_endereco", "origem_endereco_estrutura",
)  # fmt: skip
_SHORT = attrgetter(*_SHORT_NAMES)


def columns(campos: Mapping[str, Any], tipo: Tipo, dialect: Dialect) -> dict[str, str]:
    """The columns that hold these fields, as a write wants them. Terms and links count by their ids.

    Fields that IXC has no column for are left out. Raises :class:`NoCode`.
    """
    found: dict[str, str] = {}
    for campo, value in campos.items():
        if campo in TERMS or campo in LINKS:
            found[TERMS.get(campo) or LINKS[campo]] = (value.id or "") if value is not None else ""
        elif campo in _WRITTEN:
            found |= _WRITTEN[campo](value, tipo, dialect)
    return found


def description(ticket: Atendimento) -> str:
    """What the one column for texts holds: the description, script and first contact as blocks, the footer."""
    return footer.join(blocks.join(ticket.descricao, ticket.script, ticket.primeiro_contato), ticket.footer)


def whole_record(row: Row, changes: Mapping[str, str]) -> dict[str, str]:
    """A row as read, changed and made fit to be written back as a whole (quirks 12, 13, 19).

    Every column goes back, also those unknown here; but neither the id nor the database's own stamp. Dates that were
    read as ``YYYY-MM-DD`` are written as ``dd/mm/yyyy``, zero dates as nothing.
    """
    record = {}
    for column, raw in row.items():
        if column in ("id", "ultima_atualizacao"):
            continue
        text = as_text(raw)
        record[column] = values.brazilian(text) if _holds_a_date(column, text) else text
    return {**record, **changes, "atualizar_cliente": "", "atualizar_login": ""}


def same(column: str, sent: str, stored: str) -> bool:
    """Whether a column already has the value that is to be sent to it."""
    if column in _TEXTS:
        return normal(sent) == normal(stored)
    if column.startswith("id_") and column != "id_ticket_origem":
        return present(sent) == present(stored)
    if column.startswith("data_"):
        return values.moment(sent) == values.moment(stored)
    if column in ("latitude", "longitude"):
        return values.number(sent) == values.number(stored)
    return sent == stored


def kept(column: str, sent: str, stored: str, before: str) -> bool:
    """Whether a column holds what was sent to it, known losses of storage aside.

    A value that is still the old one was not kept, even if it looks like the new one cut short. An editor may have
    turned line ends into tags.
    """
    if same(column, sent, stored):
        return True
    lossy = column in _TEXTS and not same(column, before, stored)
    return lossy and same_but_for_losses(values.plain(sent), values.plain(stored))


def _holds_a_date(column: str, text: str) -> bool:
    if not column.startswith("data"):
        return False
    return text[4:5] == "-" and text[7:8] == "-" and len(text) in (10, 16, 19)


def _code(campo: str, codes_of: Codes[Any], value: Any) -> str:
    if value is None:
        return ""
    code = codes_of.write(value)
    if code is None:
        raise NoCode(campo, str(value))
    return code


def _origin(value: OrigemEndereco | None, tipo: Tipo) -> dict[str, str]:
    if tipo is Tipo.ESTRUTURA:
        return {"origem_endereco_estrutura": _code("origem_endereco", codes.ORIGEM_ENDERECO_ESTRUTURA, value)}
    return {"origem_endereco": _code("origem_endereco", codes.ORIGEM_ENDERECO, value)}


def _day(value: date | None) -> str:
    return values.brazilian_day(value) if value else ""


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


#: How each further field is written.
_WRITTEN: Mapping[str, Callable[[Any, Tipo, Dialect], dict[str, str]]] = {
    "tipo": lambda v, t, d: {"tipo": _code("tipo", codes.TIPO, v)},
    "protocolo": lambda v, t, d: {"protocolo": v or ""},
    "cliente": lambda v, t, d: {"id_cliente": (v.id or "") if v else ""},
    "titulo": lambda v, t, d: {"titulo": v[:_TITLE]},
    "origem_endereco": lambda v, t, d: _origin(v, t),
    "endereco": lambda v, t, d: {"endereco": (v or "")[:_ADDRESS]},
    "latitude": lambda v, t, d: {"latitude": _number(v)},
    "longitude": lambda v, t, d: {"longitude": _number(v)},
    "prioridade": lambda v, t, d: {"prioridade": _code("prioridade", d.prioridade, v)},
    "data_reservada": lambda v, t, d: {"data_reservada": _day(v)},
    "melhor_horario": lambda v, t, d: {"melhor_horario_reserva": _code("melhor_horario", codes.MELHOR_HORARIO, v)},
    "origem": lambda v, t, d: {"id_ticket_origem": _code("origem", d.origem, v)},
    "interacao_pendente": lambda v, t, d: {
        "interacao_pendente": _code("interacao_pendente", codes.INTERACAO_PENDENTE, v)
    },
    "status": lambda v, t, d: {"su_status": _code("status", d.status, v)},
}
