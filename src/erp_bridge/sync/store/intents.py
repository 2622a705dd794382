"""Intents: a write is noted before it is sent and closed once its outcome is known. No open one is repeated blindly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from erp_bridge.sync.digest import Base
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.links import CHUNK
from erp_bridge.sync.store.schema import intents

#: done: carried out. void: proven not carried out. doubt: unprovable, a person decides.
Ending = Literal["done", "void", "doubt"]
_OPEN = ("open", "unseen")
_NOTE = insert(intents).returning(intents.c.id)
_NOTE_ALL = insert(intents).returning(intents.c.id, sort_by_parameter_order=True)
_CLOSE = update(intents).where(intents.c.id == bindparam("number")).values(state=bindparam("state"))
_OPEN_ONES = (
    select(intents).where(intents.c.pair == bindparam("pair"), intents.c.state.in_(_OPEN)).order_by(intents.c.id)
)


class Operation(StrEnum):
    TWIN = "twin"
    MOVEMENT = "movement"  # any message, also one that sets a status or tells a change
    ATTACHMENT = "attachment"
    FIELDS = "fields"
    STATUS = "status"  # a status by a call of its own
    FORWARD = "forward"
    DISCOUNT = "discount"  # noted under the key of its ERP, not of a pair: see ``sync.desconto.ledger``


@dataclass(frozen=True)
class Intent:
    """One remote write. ``side`` is where it goes; ``source`` and ``part`` name what is copied, as in the footer.

    ``digest`` is that of the text alone: by it a record is known again whose footer somebody has deleted meanwhile.
    """

    pair: str
    side: Side
    operation: Operation
    source: str
    digest: str
    sent: float
    token: int
    part: str = ""
    target: str | None = None
    marker: str | None = None
    cliente: str | None = None
    base: Base | None = None
    unseen: bool = False  # the ERP said yes, and does not show the record
    id: int = 0


def _intent(row: Row[Any]) -> Intent:
    return Intent(
        id=row.id,
        pair=row.pair,
        side=Side(row.side),
        operation=Operation(row.operation),
        source=row.source,
        part=row.part,
        target=row.target,
        marker=row.marker,
        cliente=row.cliente,
        digest=row.digest,
        base=json.loads(row.base),
        sent=row.sent,
        token=row.token,
        unseen=row.state == "unseen",
    )


def note(tx: Connection, intent: Intent) -> int:
    """Write the intent down, open; its number."""
    return int(tx.execute(_NOTE, _row(intent)).scalar_one())


def note_all(tx: Connection, noted: Sequence[Intent]) -> list[int]:
    """Several at once; their numbers, in that order."""
    return list(tx.scalars(_NOTE_ALL, [_row(intent) for intent in noted])) if noted else []


def _row(intent: Intent) -> dict[str, Any]:
    return {
        "pair": intent.pair,
        "side": intent.side.value,
        "operation": intent.operation.value,
        "source": intent.source,
        "part": intent.part,
        "target": intent.target,
        "marker": intent.marker,
        "cliente": intent.cliente,
        "digest": intent.digest,
        "base": json.dumps(intent.base or {}),
        "sent": intent.sent,
        "token": intent.token,
        "state": "open",
    }


def left_open(tx: Connection, intent_id: int, now: float, *, unseen: bool) -> None:
    """The outcome is not known at this time; ``unseen``: the ERP said yes, and does not show the record."""
    state = "unseen" if unseen else "open"
    tx.execute(update(intents).where(intents.c.id == intent_id).values(sent=now, state=state))


def at(intent: Intent, sent: float) -> Intent:
    """The same write, leaving at that time."""
    return replace(intent, sent=sent)


def sent_by(tx: Connection, intent_id: int, sent: float) -> None:
    """It leaves at that time at the latest."""
    tx.execute(update(intents).where(intents.c.id == intent_id).values(sent=sent))


def aim(tx: Connection, intent_id: int, target: str) -> None:
    """The ERP said that this is the record; it was not seen there yet."""
    tx.execute(update(intents).where(intents.c.id == intent_id).values(target=target))


def close(tx: Connection, intent_id: int, state: Ending) -> None:
    tx.execute(_CLOSE, {"number": intent_id, "state": state})


def close_all(tx: Connection, intent_ids: Sequence[int], state: Ending) -> None:
    for start in range(0, len(intent_ids), CHUNK):
        some = intents.c.id.in_(intent_ids[start : start + CHUNK])
        tx.execute(update(intents).where(some).values(state=state))


def open_ones(tx: Connection, pair: str) -> list[Intent]:
    return [_intent(row) for row in tx.execute(_OPEN_ONES, {"pair": pair})]


def sources_of_open(tx: Connection, pair: str, side: Side) -> set[str]:
    """Tickets of the other side from which a write to ``side`` is open."""
    here = (intents.c.pair == pair, intents.c.side == side.value, intents.c.state.in_(_OPEN))
    return set(tx.scalars(select(intents.c.source).where(*here)))


def get(tx: Connection, intent_id: int) -> Intent | None:
    row = tx.execute(select(intents).where(intents.c.id == intent_id)).first()
    return _intent(row) if row else None


def count_open(tx: Connection, pair: str) -> int:
    query = select(func.count()).select_from(intents).where(intents.c.pair == pair, intents.c.state.in_(_OPEN))
    return tx.scalar(query) or 0


def forget_closed(tx: Connection, pair: str, before: float) -> None:
    """Drop intents that were settled long ago; they prove nothing any more."""
    tx.execute(
        intents.delete().where(intents.c.pair == pair, intents.c.state.in_(("done", "void")), intents.c.sent < before)
    )
