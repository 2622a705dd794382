"""What the store knows of one ticket, and of the passes over its pair: read for people, never by the engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import journal, links
from erp_bridge.sync.store.journal import Pass
from erp_bridge.sync.store.schema import cursors, intents, migrated, movements, passes, waiting
from erp_bridge.sync.store.waiting import Kind, Wait, counts, of_tickets


@dataclass(frozen=True)
class Written:
    """One remote write, or the try at one: ``side`` is where it went, ``fields`` what it told, where that is noted.

    ``state`` is open | unseen | done | void | doubt; ``part`` names the movement that was copied; ``sent`` is in
    seconds since 1970; ``token`` is that of the pass, as in its steps.
    """

    id: int
    side: Side
    operation: str
    source: str
    target: str | None
    part: str
    state: str
    sent: float
    fields: tuple[str, ...]
    token: int = 0


@dataclass(frozen=True)
class Known:
    """One movement of a ticket on ``side``; ``state`` is carried | copy | kept, ``twin`` its counterpart."""

    side: Side
    ticket: str
    id: str
    twin: str | None
    state: str


@dataclass(frozen=True)
class Mark:
    """What a migration from ``source`` noted of the ticket; ``state`` as in the migration report."""

    source: Side
    month: str
    state: str
    code: str
    field: str


@dataclass(frozen=True)
class Standing:
    """How a pair stands: the error of its newest pass, when its last good one began, what stands open of it."""

    error: str | None = None
    good: float | None = None
    waiting: Mapping[Kind, int] = field(default_factory=dict)


def standings(tx: Connection, pairs: Iterable[str]) -> dict[str, Standing]:
    """How many pairs stand, in a few requests to the store; hundreds of pairs are looked at together."""
    newest = select(func.max(passes.c.id)).where(journal.in_earnest()).group_by(passes.c.pair)
    last = {row.pair: row for row in tx.execute(select(passes).where(passes.c.id.in_(newest)))}
    waits = set(tx.scalars(select(waiting.c.pair).distinct()))
    found = {}
    for pair in pairs:
        row, good = last.get(pair), None
        if row is not None and row.ended is not None and row.error is None:
            good = row.started
        elif row is not None:
            before = journal.last(tx, pair)
            good = before.started if before is not None else None
        open_ = counts(tx, pair) if pair in waits else {}
        found[pair] = Standing(row.error if row is not None else None, good, open_)
    return found


def passes_of(tx: Connection, pair: str, limit: int, *, before: int | None = None) -> list[Pass]:
    """The last passes of a pair, the newest first; ``before`` leaves out that one and all after it."""
    query = select(passes).where(passes.c.pair == pair).order_by(passes.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(passes.c.id < before)
    return [journal.from_row(row) for row in tx.execute(query)]


def read_until(tx: Connection, pair: str) -> Both[float | None]:
    """When each side's place in its feed was last noted, in seconds since 1970."""
    query = select(cursors.c.side, cursors.c.updated).where(cursors.c.pair == pair)
    found = {side: float(updated) for side, updated in tx.execute(query)}
    return Both.of(lambda side: found.get(side.value))


def writes_about(tx: Connection, pair: str, ids: Both[str | None]) -> list[Written]:
    """Writes to either ticket of a link, or from a ticket that has no twin yet; the oldest first."""
    here = intents.c
    about = []
    for side in Side:
        if ids[side] is not None:
            about.append(and_(here.side == side.value, here.target == ids[side]))
            about.append(and_(here.side == side.other.value, here.source == ids[side]))
    if not about:
        return []
    query = select(intents).where(here.pair == pair, or_(*about)).order_by(here.sent, here.id)
    return [_written(row) for row in tx.execute(query)]


def movements_of(tx: Connection, pair: str, ids: Both[str | None]) -> list[Known]:
    """Movements of either ticket of a link, by side and id."""
    found = []
    for side in Side:
        query = select(movements).where(
            movements.c.pair == pair, movements.c.side == side.value, movements.c.ticket == ids[side]
        )
        rows = [Known(side, row.ticket, row.id, row.twin, row.state) for row in tx.execute(query)]
        found += sorted(rows, key=lambda row: (len(row.id), row.id))
    return found


def waits_of(tx: Connection, pair: str, ids: Both[str | None]) -> list[Wait]:
    """What stands open of either ticket of a link, the oldest first."""
    found = [wait for side in Side if ids[side] for wait in of_tickets(tx, pair, side, [ids[side] or ""])]
    return sorted(found, key=lambda wait: (wait.since, wait.id))


def tickets_of(tx: Connection, wait: Wait) -> Both[str | None]:
    """The ids of both tickets of a waiting entry, as far as there are two."""
    link = links.by_ids(tx, wait.pair, wait.side, [wait.ticket]).get(wait.ticket)
    if link is not None:
        return link.ids.map(lambda id: id)
    return Both.of(lambda side: wait.ticket if side is wait.side else None)


def mark_of(tx: Connection, pair: str, ids: Both[str | None]) -> Mark | None:
    """What a migration noted of either ticket of a link."""
    for side in Side:
        query = select(migrated).where(
            migrated.c.pair == pair, migrated.c.source == side.value, migrated.c.ticket == ids[side]
        )
        row = tx.execute(query).first()
        if row is not None:
            return Mark(side, row.month, row.state, row.code, row.field)
    return None


def _written(row: Row[Any]) -> Written:
    return Written(
        id=row.id,
        side=Side(row.side),
        operation=row.operation,
        source=row.source,
        target=row.target,
        part=row.part,
        state=row.state,
        sent=row.sent,
        fields=tuple(json.loads(row.base)),
        token=row.token,
    )
