"""Movements that the bridge knows, on both sides: by id, so that none is carried twice and no copy comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Connection, bindparam, select

from erp_bridge.sync.side import Side
from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.links import CHUNK
from erp_bridge.sync.store.schema import movements

#: carried: a person's, delivered. copy: ours. kept: was there before the link, or the ERP's own; not carried.
State = Literal["carried", "copy", "kept"]

_NOTED = select(movements.c.ticket, movements.c.id, movements.c.twin, movements.c.state).where(
    movements.c.pair == bindparam("pair"),
    movements.c.side == bindparam("side"),
    movements.c.ticket.in_(bindparam("tickets", expanding=True)),
)


class Noted(NamedTuple):
    """What the store says of a movement: of a copy, ``twin`` is the part of the ticket that it is a copy of."""

    twin: str | None
    state: str


def noted(tx: Connection, pair: str, side: Side, tickets: Sequence[str]) -> dict[str, dict[str, Noted]]:
    """Known movements by ticket and id."""
    found: dict[str, dict[str, Noted]] = {}
    for start in range(0, len(tickets), CHUNK):
        some = {"pair": pair, "side": side.value, "tickets": tickets[start : start + CHUNK]}
        for ticket, id, twin, state in tx.execute(_NOTED, some).all():
            found.setdefault(ticket, {})[id] = Noted(twin, state)
    return found


def known(tx: Connection, pair: str, side: Side, tickets: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Known movements by ticket: id → its copy on the other side, or None."""
    found = noted(tx, pair, side, tickets)
    return {ticket: {id: one.twin for id, one in of.items()} for ticket, of in found.items()}


def remember(tx: Connection, pair: str, side: Side, ticket: str, ids: Iterable[str], state: State) -> None:
    """Note movements that are not to be carried. Those known already stay as they are."""
    rows = [{"pair": pair, "side": side.value, "ticket": ticket, "id": id, "twin": None, "state": state} for id in ids]
    if rows:
        tx.execute(insert(tx, movements).on_conflict_do_nothing(), rows)


class Copied(NamedTuple):
    """A delivered movement and its copy, each as (ticket, movement); ``side`` is the source's.

    A long movement arrives in several copies, each with a ``part`` of its own. The source's id is given with the last
    of them only, and ``""`` with the others: until then the movement is not known as delivered.
    """

    side: Side
    source: tuple[str, str]
    copy: tuple[str, str]
    part: str = ""


def join(
    tx: Connection, pair: str, side: Side, source: tuple[str, str], copy: tuple[str, str], *, part: str = ""
) -> None:
    """Note a delivered movement and its copy; see :class:`Copied`."""
    join_all(tx, pair, [Copied(side, source, copy, part)])


def join_all(tx: Connection, pair: str, copied: Iterable[Copied]) -> None:
    rows = []
    for side, source, copy, part in copied:
        theirs = {"pair": pair, "side": side.other.value, "ticket": copy[0], "id": copy[1]}
        rows.append({**theirs, "twin": part or source[1], "state": "copy"})
        if source[1]:
            mine = {"pair": pair, "side": side.value, "ticket": source[0], "id": source[1]}
            rows.append({**mine, "twin": copy[1], "state": "carried"})
    if not rows:
        return
    statement = insert(tx, movements)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["pair", "side", "ticket", "id"],
            set_={"twin": statement.excluded.twin, "state": statement.excluded.state},
        ),
        rows,
    )
