"""The line that keeps what the target will not take as its own: when and by whom a ticket was opened and closed. Pure.

It stands in the footer of the twin, as ``* Histórico: aberto em 01/09/2026 08:00 por Maria; encerrado em 02/09/2026
17:30 por João``, in the source's local time, ``-`` for who is not known; the second half on closed tickets only. What
stands in a footer is no part of the text: it is cut before a digest, a merge or a validation sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from erp_bridge.core.model import Atendimento, Movimentacao, OrdemServico, Status

LABEL = "Histórico"
ORDER = "O.S."
NOBODY = "-"
CLOSED = (Status.SOLUCIONADO, Status.CANCELADO)


def history_line(ticket: Atendimento, history: Sequence[Movimentacao], opener: str | None, zone: ZoneInfo) -> str:
    """The line, without the star before it."""
    parts = [f"aberto em {stamp(ticket.aberto_em, zone)} por {_name(opener)}"]
    if ticket.status in CLOSED:
        when, who = _closing(ticket, history)
        parts.append(f"encerrado em {stamp(when, zone)} por {_name(who)}")
    return f"{LABEL}: {'; '.join(parts)}"


def order_line(erp: str, order: OrdemServico, zone: ZoneInfo) -> str:
    """A work order, which stays where it is."""
    told = [order.numero or order.id, order.status or NOBODY, stamp(order.aberta_em, zone)]
    return f"{ORDER} em {erp}: {' · '.join(told)}"


def stamp(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M") if moment else NOBODY


def _closing(ticket: Atendimento, history: Sequence[Movimentacao]) -> tuple[datetime | None, str | None]:
    """By the ticket's own time of closing, else by the last message that set its status."""
    setters = [m for m in history if m.status is ticket.status and m.footer is None]
    last = setters[-1] if setters else None
    return ticket.encerrado_em or (last.instante if last else None), last.autor if last else None


def _name(name: str | None) -> str:
    return " ".join((name or "").replace(";", ",").split()) or NOBODY
