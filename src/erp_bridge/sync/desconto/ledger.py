"""What the store remembers of bookings: an intent for each, kept for good, so that no request is booked a second time.

The rows stand in the table of intents under a key of their ERP. No pair can have that name, so passes leave them
alone: a discount is booked by a person's command, also in an ERP that is in no pair.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, waiting
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.schema import intents as table
from erp_bridge.sync.store.schema import waiting as waits
from erp_bridge.sync.store.waiting import Kind, Wait

#: The lease of all bookings in one store: one request may stand in two ERPs as twins.
LEASE = "desconto:"
#: The code of a booking of which nobody can prove what became of it.
UNPROVEN = "discount-unproven"


@dataclass(frozen=True)
class Entry:
    """A booking, or the message that tells of it, as the store knows it. ``state`` is that of an intent.

    ``id`` is the record's id in the ERP, where it is known; ``decision`` what a person said of a doubt.
    """

    number: int
    operation: Operation
    state: str  # open | unseen | done | void | doubt
    sent: float
    contrato: str | None
    id: str | None
    decision: str | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "unseen")


def key(erp: str) -> str:
    """The place of an ERP's bookings in the tables of the store."""
    return f"{LEASE}{erp}"


def erp_of(pair: str) -> str | None:
    """The ERP whose bookings stand in that place; None where it is that of a pair."""
    return pair.removeprefix(LEASE) if pair.startswith(LEASE) else None


def in_doubt(tx: Connection, erps: Sequence[str]) -> list[str]:
    """Those of these ERPs with bookings that wait for a person."""
    query = select(waits.c.pair).where(waits.c.pair.in_([key(erp) for erp in erps])).distinct()
    found = set(tx.scalars(query))
    return [erp for erp in erps if key(erp) in found]


def entry(tx: Connection, erp: str, ticket: str, operation: Operation = Operation.DISCOUNT) -> Entry | None:
    """The last try at that ticket, if there was one that may have left something."""
    here = (table.c.pair == key(erp), table.c.source == ticket, table.c.operation == operation.value)
    row = tx.execute(select(table).where(*here, table.c.state != "void").order_by(table.c.id.desc())).first()
    return _entry(row, _decision(tx, erp, ticket)) if row else None


def entries(tx: Connection, erp: str) -> dict[str, Entry]:
    """The bookings of an ERP by ticket; those proven not carried out are left out."""
    here = (table.c.pair == key(erp), table.c.operation == Operation.DISCOUNT.value, table.c.state != "void")
    rows = tx.execute(select(table).where(*here).order_by(table.c.id))
    return {row.source: _entry(row, _decision(tx, erp, row.source)) for row in rows}


def note(
    tx: Connection, erp: str, ticket: str, operation: Operation, *, contrato: str, digest: str, now: float, token: int
) -> int:
    """Write down what is about to be sent; its number."""
    return intents.note(
        tx,
        Intent(
            pair=key(erp), side=Side.LEFT, operation=operation, source=ticket, target=contrato, digest=digest, sent=now,
            token=token,
        ),
    )  # fmt: skip


def left_open(tx: Connection, number: int, now: float, *, unseen: bool) -> None:
    intents.left_open(tx, number, now, unseen=unseen)


def done(tx: Connection, erp: str, ticket: str, number: int, id: str) -> None:
    """It was carried out, under that id."""
    tx.execute(update(table).where(table.c.id == number).values(state="done", base=json.dumps({"id": id})))
    clear_doubt(tx, erp, ticket)


def void(tx: Connection, erp: str, ticket: str, number: int) -> None:
    """It is proven, or was said by a person, that nothing was carried out."""
    intents.close(tx, number, "void")
    clear_doubt(tx, erp, ticket)


def doubt(tx: Connection, erp: str, ticket: str, number: int, now: float) -> None:
    """Leave it to a person: it stands in ``doubts`` until somebody says what became of it."""
    intents.close(tx, number, "doubt")
    detail = {"erp": erp, "ticket": ticket}
    waiting.put(tx, key(erp), Wait(Kind.DOUBT, Side.LEFT, ticket, UNPROVEN, "", detail), now)


def clear_doubt(tx: Connection, erp: str, ticket: str) -> None:
    tx.execute(delete(waits).where(waits.c.pair == key(erp), waits.c.ticket == ticket))


def forget(tx: Connection, erp: str, tickets: Sequence[str]) -> None:
    """Drop what the store holds of these tickets' bookings; the marks in the ERP still keep them from being doubled."""
    tx.execute(delete(table).where(table.c.pair == key(erp), table.c.source.in_(tickets)))
    tx.execute(delete(waits).where(waits.c.pair == key(erp), waits.c.ticket.in_(tickets)))


def _decision(tx: Connection, erp: str, ticket: str) -> str | None:
    found = waiting.of_tickets(tx, key(erp), Side.LEFT, [ticket])
    return next((wait.decision for wait in found if wait.decision), None)


def _entry(row: Row[Any], decision: str | None) -> Entry:
    return Entry(
        number=row.id,
        operation=Operation(row.operation),
        state=row.state,
        sent=row.sent,
        contrato=row.target,
        id=json.loads(row.base).get("id"),
        decision=decision,
    )
