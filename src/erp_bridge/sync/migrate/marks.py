"""What has become of tickets, as the store tells: a link, an open write, something that waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from erp_bridge.core.model import Atendimento
from erp_bridge.sync.migrate.report import State
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, links, waiting
from erp_bridge.sync.store.history import Mark
from erp_bridge.sync.store.waiting import Kind, Wait

#: Under doubt before conflict before quarantine before failed, as everywhere.
_STATES: Mapping[Kind, State] = {
    Kind.DOUBT: "in_doubt", Kind.CONFLICT: "quarantined", Kind.QUARANTINE: "quarantined", Kind.FAILED: "failed",
}  # fmt: skip
_RANK = list(_STATES)


def month_of(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m") if moment else ""


def begun(ticket: Atendimento, zone: ZoneInfo) -> Mark:
    """A ticket that is taken up."""
    status = ticket.status.value if ticket.status else ""
    return Mark(ticket.id or "", month_of(ticket.aberto_em, zone), status, "pending")


def judged(
    tx: Connection, pair: str, source: Side, marks: Sequence[Mark], *, skipped: Collection[str] = ()
) -> list[Mark]:
    """The same marks with what has become of their tickets by now."""
    ids = [mark.ticket for mark in marks]
    known = links.by_ids(tx, pair, source, ids)
    unsettled = intents.sources_of_open(tx, pair, source.other)
    waits = _worst(waiting.of_tickets(tx, pair, source, ids))
    found = []
    for mark in marks:
        wait = waits.get(mark.ticket)
        if wait is not None:
            found.append(_with(mark, _STATES[wait.kind], wait.code, wait.field))
        elif mark.ticket in skipped:
            found.append(_with(mark, "skipped"))
        elif mark.ticket in unsettled or mark.ticket not in known:
            found.append(_with(mark, "pending"))
        else:
            found.append(_with(mark, "moved"))
    return found


def _worst(waits: Sequence[Wait]) -> dict[str, Wait]:
    found: dict[str, Wait] = {}
    for wait in waits:
        worse = found.get(wait.ticket)
        if worse is None or _RANK.index(wait.kind) < _RANK.index(worse.kind):
            found[wait.ticket] = wait
    return found


def _with(mark: Mark, state: State, code: str = "", field: str = "") -> Mark:
    return Mark(mark.ticket, mark.month, mark.status, state, code, field)
