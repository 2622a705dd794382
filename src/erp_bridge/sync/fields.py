"""The fields that two ERPs share, each side's own value of them, and their words for people. Pure.

A field's *own value* is what its ERP holds (a code, an id, a text in normal form), never the canonical name: so neither
a lossy translation nor an edited vocabulary line looks like a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from erp_bridge.core.model import Atendimento, Cliente, Termo, Vinculo
from erp_bridge.core.text import fold, normal

#: Merged field by field. The order is that of the plan as people read it.
MERGED = (
    "cliente", "status", "prioridade", "assunto", "departamento", "responsavel", "titulo", "descricao",
    "canal", "status_complementar", "interacao_pendente", "data_reservada", "melhor_horario", "endereco",
)  # fmt: skip

#: Lists of terms that are matched through the vocabulary when a ticket is carried over.
TERMS = ("assunto", "departamento", "responsavel", "canal", "status_complementar", "processo")

#: Terms a ticket cannot go without: unmatched, they take the fallback or the record waits in quarantine.
REQUIRED_TERMS = ("assunto", "departamento")

#: What a person acts upon. Where a target has no field for it, its first value stands in the footer and a change
#: is told there in one message.
TOLD_IN_WORDS = (
    "status", "prioridade", "assunto", "departamento", "responsavel", "titulo", "descricao",
    "canal", "status_complementar", "data_reservada", "melhor_horario", "endereco",
)  # fmt: skip

LABELS: Mapping[str, str] = {
    "cliente": "Cliente",
    "status": "Status",
    "prioridade": "Prioridade",
    "assunto": "Assunto",
    "departamento": "Departamento",
    "responsavel": "Responsável",
    "titulo": "Título",
    "descricao": "Descrição",
    "canal": "Canal",
    "status_complementar": "Status complementar",
    "interacao_pendente": "Interação pendente",
    "data_reservada": "Data reservada",
    "melhor_horario": "Melhor horário",
    "endereco": "Endereço",
    "processo": "Processo",
}


#: Labels that Portuguese grammar makes feminine.
_FEMININE = frozenset({"prioridade", "descricao", "interacao_pendente", "data_reservada"})


def changed_label(campo: str) -> str:
    """``Assunto alterado``, ``Prioridade alterada``."""
    return f"{LABELS[campo]} {'alterada' if campo in _FEMININE else 'alterado'}"


def own_value(atendimento: Atendimento, campo: str) -> str:
    """What the ticket's ERP itself holds in that field, as text; ``""`` when nothing."""
    if campo in atendimento.codigos:
        return atendimento.codigos[campo]
    return canonical_value(atendimento, campo)


def canonical_value(atendimento: Atendimento, campo: str) -> str:
    """The field's value as text: the id of a term or client, else its name; a text in normal form."""
    value = getattr(atendimento, campo)
    match value:
        case None:
            return ""
        case Termo() | Vinculo():
            return value.id or fold(value.nome)
        case Cliente():
            return value.id or value.documento or ""
        case StrEnum():
            return value.value
        case str():
            return normal(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def words(atendimento: Atendimento, campo: str) -> str:
    """The value as a person reads it, in one line."""
    value = getattr(atendimento, campo)
    match value:
        case None | "":
            return "-"
        case Termo() | Vinculo():
            return value.nome or value.id or "-"
        case Cliente():
            return value.nome or value.id or "-"
        case StrEnum():
            return value.value.replace("_", " ")
        case date():
            return value.strftime("%d/%m/%Y")
        case _:
            line = " ".join(str(value).split())
            return line if len(line) <= 200 else f"{line[:199]}…"
