"""What a status means here: by its configured id first, else by its title in normal form (quirk 18). Pure."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.adapters.voalle.wire import Ref
from erp_bridge.core.model import Status
from erp_bridge.core.status import TERMINAL
from erp_bridge.core.text import fold

_WORDS: Mapping[Status, str] = {
    Status.NOVO: "abertura aberto aberta novo nova",
    Status.EM_PROGRESSO: "andamento em_andamento em_analise",
    Status.PENDENTE: "pendente aguardando_retorno cliente_ausente agendado agendada reaberto reaberta",
    Status.SOLUCIONADO: (
        "fechamento encerramento encerrado encerrada fechado fechada concluido concluida resolvido resolvida "
        "finalizado finalizada"
    ),
    Status.CANCELADO: "cancelado cancelada",
}
#: Titles seen in public queries and programs, folded.
TITLES: Mapping[str, Status] = {
    word.replace("_", " "): status for status, words in _WORDS.items() for word in words.split()
}


def meaning(status: Ref, of_id: Mapping[str, Status]) -> Status | None:
    """The canonical status; None where neither the id nor the title has a meaning."""
    return of_id.get(status.id or "") or TITLES.get(fold(status.name))


def is_open(status: Ref, of_id: Mapping[str, Status]) -> bool:
    """Whether a row of a list must be looked at: what is not known to be closed. Lists give the title only.

    An id that is configured is believed before a title; of a mere title the usual meaning is enough here, for what
    counts is whether work on the ticket has ended, not how.
    """
    return meaning(status, of_id) not in TERMINAL


def code(status: Ref) -> str:
    """The ERP's own value, for digests and messages."""
    return status.id or status.name
