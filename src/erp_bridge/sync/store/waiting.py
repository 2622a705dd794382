"""What waits: for a person (conflict, quarantine, doubt) or for the next pass (failed). Codes and ids, no values."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from erp_bridge.sync.side import Side
from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.schema import waiting

#: The largest number that a row can have.
LARGEST = 2**63 - 1

# what every pass asks stands here as made: making a statement costs several times what it takes to run it
_SAME = select(waiting).where(
    *(waiting.c[name] == bindparam(name) for name in ("pair", "kind", "side", "ticket", "field"))
)
_OF_PAIR = select(waiting).where(waiting.c.pair == bindparam("pair")).order_by(waiting.c.id)
_OF_TICKETS = select(waiting).where(
    waiting.c.pair == bindparam("pair"),
    waiting.c.side == bindparam("side"),
    waiting.c.ticket.in_(bindparam("tickets", expanding=True)),
)
_PLACES = select(waiting.c.side, waiting.c.ticket, waiting.c.kind).where(waiting.c.pair == bindparam("pair"))


class Kind(StrEnum):
    """For whom or what an entry waits: a person's word, or with ``FAILED`` the next pass."""

    CONFLICT = "conflict"
    QUARANTINE = "quarantine"
    DOUBT = "doubt"
    FAILED = "failed"


@dataclass(frozen=True)
class Wait:
    """One thing that stands open. ``detail`` fills the words of its code; ``decision`` is what a person said."""

    kind: Kind
    side: Side
    ticket: str
    code: str
    field: str = ""
    detail: Mapping[str, str] = dataclasses.field(default_factory=dict)
    pair: str = ""
    id: int = 0
    since: float = 0.0
    attempts: int = 0
    decision: str | None = None


def _wait(row: Row[Any]) -> Wait:
    return Wait(
        kind=Kind(row.kind),
        side=Side(row.side),
        ticket=row.ticket,
        code=row.code,
        field=row.field,
        detail=json.loads(row.detail),
        pair=row.pair,
        id=row.id,
        since=row.since,
        attempts=row.attempts,
        decision=row.decision,
    )


def put(tx: Connection, pair: str, wait: Wait, now: float) -> int:
    """Set it down, or renew what stands already; it keeps its number and its `since`."""
    place = {"pair": pair, "kind": wait.kind.value, "side": wait.side.value, "ticket": wait.ticket, "field": wait.field}
    known = tx.execute(_SAME, place).first()
    values: dict[str, Any] = {"code": wait.code, "detail": json.dumps(dict(wait.detail))}
    if known is None:
        inserted = insert(tx, waiting).on_conflict_do_nothing()
        inserted = inserted.values(since=now, attempts=1, decision=None, **place, **values)
        made = tx.scalar(inserted.returning(waiting.c.id))
        if made is not None:
            return int(made)
        known = tx.execute(_SAME, place).one()  # a person at the command line was faster
    if (known.code, known.detail) != (values["code"], values["detail"]) or wait.code != "both-changed":
        values["decision"] = None  # it was said of something else, or was carried out and changed nothing
    values["attempts"] = known.attempts + 1
    tx.execute(update(waiting).where(waiting.c.id == known.id).values(**values))
    return int(known.id)


def clear(tx: Connection, ids: Sequence[int]) -> None:
    if ids:
        tx.execute(delete(waiting).where(waiting.c.id.in_(ids)))


def listed(tx: Connection, pair: str | None = None, kind: Kind | None = None) -> list[Wait]:
    query = _OF_PAIR if pair is not None else select(waiting).order_by(waiting.c.id)
    if kind is not None:
        query = query.where(waiting.c.kind == kind.value)
    return [_wait(row) for row in tx.execute(query, {"pair": pair} if pair is not None else {})]


def get(tx: Connection, id: int) -> Wait | None:
    if not 0 < id <= LARGEST:  # not every database takes a larger number for an answer
        return None
    row = tx.execute(select(waiting).where(waiting.c.id == id)).first()
    return _wait(row) if row else None


def of_tickets(tx: Connection, pair: str, side: Side, tickets: Sequence[str]) -> list[Wait]:
    if not tickets:
        return []
    return [_wait(row) for row in tx.execute(_OF_TICKETS, {"pair": pair, "side": side.value, "tickets": tickets})]


def decide(tx: Connection, id: int, decision: str) -> None:
    """Record what a person said; the next pass carries it out."""
    tx.execute(update(waiting).where(waiting.c.id == id).values(decision=decision))


def counts(tx: Connection, pair: str, also: Sequence[Wait] = ()) -> dict[Kind, int]:
    """Records that stand open, each once: under doubt before conflict before quarantine before failed.

    ``also`` are entries that a plan would set down.
    """
    rank = [Kind.DOUBT, Kind.CONFLICT, Kind.QUARANTINE, Kind.FAILED]
    worst: dict[tuple[str, str], Kind] = {}
    planned = [(wait.side.value, wait.ticket, wait.kind.value) for wait in also]
    for side, ticket, kind in [*tx.execute(_PLACES, {"pair": pair}), *planned]:
        place, seen = (side, ticket), Kind(kind)
        if place not in worst or rank.index(seen) < rank.index(worst[place]):
            worst[place] = seen
    return {kind: sum(1 for seen in worst.values() if seen is kind) for kind in Kind}


def total(tx: Connection, pair: str) -> int:
    return tx.scalar(select(func.count()).select_from(waiting).where(waiting.c.pair == pair)) or 0
