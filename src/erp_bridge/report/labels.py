"""Names of states and statuses in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, plain, say
from erp_bridge.sync.migrate.report import State

#: In the order in which they are stacked and listed.
STATES: Mapping[State, Words] = {
    "moved": say(N_("moved")),
    "quarantined": say(N_("quarantined")),
    "in_doubt": say(N_("in doubt")),
    "failed": say(N_("not delivered")),
    "skipped": say(N_("skipped")),
    "pending": say(N_("not finished")),
}

#: Domain words stay Portuguese; only a reader of English is told what they mean.
_STATUSES = {
    "novo": Words("novo (new)", "novo"),
    "pendente": Words("pendente (pending)", "pendente"),
    "em_progresso": Words("em progresso (in progress)", "em progresso"),
    "solucionado": Words("solucionado (solved)", "solucionado"),
    "cancelado": Words("cancelado (cancelled)", "cancelado"),
}


def status_name(status: str) -> Words:
    """A status of the model; one that could not be read has none."""
    if not status:
        return say(N_("no readable status"))
    return _STATUSES.get(status, plain(status))
