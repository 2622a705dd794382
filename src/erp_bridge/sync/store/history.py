"""How far migrations of history have come, what became of each of their tickets, and what the target held before.

Ids, months, statuses, codes and keyed digests only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from erp_bridge.sync.side import Side
from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.links import CHUNK
from erp_bridge.sync.store.schema import migrated, migrations, sightings, surveys


@dataclass(frozen=True)
class Chosen:
    """What a migration takes: days of opening (``YYYY-MM-DD``, the second one is not included) and a status."""

    since: str = ""
    until: str = ""
    status: str = ""


@dataclass(frozen=True)
class Migration:
    """One migration; ``position`` is the id in the source up to which every ticket is done or has a mark."""

    id: int
    pair: str
    source: Side
    chosen: Chosen
    position: str
    started: float
    ended: float | None
    seconds: float
    requests: tuple[int, int]
    movements: int


@dataclass(frozen=True)
class Mark:
    """What became of one ticket of the source. ``state`` as in the migration report."""

    ticket: str
    month: str
    status: str
    state: str
    code: str = ""
    field: str = ""


def _migration(row: Row[Any]) -> Migration:
    return Migration(
        id=row.id,
        pair=row.pair,
        source=Side(row.source),
        chosen=Chosen(row.since, row.until, row.status),
        position=row.position,
        started=row.started,
        ended=row.ended,
        seconds=row.seconds,
        requests=(row.requests_left, row.requests_right),
        movements=row.movements,
    )


# --- migrations ------------------------------------------------------------------------------------------------


def begin(tx: Connection, pair: str, source: Side, chosen: Chosen, now: float) -> Migration:
    """The migration of that choice, made where there is none yet."""
    place = {"pair": pair, "source": source.value, "since": chosen.since, "until": chosen.until,
             "status": chosen.status}  # fmt: skip
    tx.execute(insert(tx, migrations).on_conflict_do_nothing().values(**place, started=now))
    query = select(migrations).where(*(migrations.c[name] == value for name, value in place.items()))
    return _migration(tx.execute(query).one())


def newest(tx: Connection, pair: str, source: Side | None = None) -> Migration | None:
    """The migration of a pair that was begun last."""
    query = select(migrations).where(migrations.c.pair == pair)
    if source is not None:
        query = query.where(migrations.c.source == source.value)
    row = tx.execute(query.order_by(migrations.c.started.desc(), migrations.c.id.desc()).limit(1)).first()
    return _migration(row) if row else None


def all_of(tx: Connection, pair: str, source: Side) -> list[Migration]:
    query = select(migrations).where(migrations.c.pair == pair, migrations.c.source == source.value)
    return [_migration(row) for row in tx.execute(query.order_by(migrations.c.id))]


def move(tx: Connection, migration_id: int, position: str) -> None:
    tx.execute(update(migrations).where(migrations.c.id == migration_id).values(position=position))


def end(tx: Connection, migration_id: int, now: float | None) -> None:
    """The listing is at its end; with None it goes on."""
    tx.execute(update(migrations).where(migrations.c.id == migration_id).values(ended=now))


def restart(tx: Connection, migration_id: int) -> None:
    """List from the beginning once more, for what has come since."""
    tx.execute(update(migrations).where(migrations.c.id == migration_id).values(position="", ended=None))


def add_up(tx: Connection, migration_id: int, seconds: float, requests: tuple[int, int], movements: int) -> None:
    here = migrations.c
    tx.execute(
        update(migrations)
        .where(here.id == migration_id)
        .values(
            seconds=here.seconds + seconds,
            requests_left=here.requests_left + requests[0],
            requests_right=here.requests_right + requests[1],
            movements=here.movements + movements,
        )
    )


# --- tickets ---------------------------------------------------------------------------------------------------


def note(tx: Connection, pair: str, source: Side, marks: Iterable[Mark]) -> None:
    """Write marks, over those that stand already."""
    rows = [{"pair": pair, "source": source.value, **vars(mark)} for mark in marks]
    if not rows:
        return
    statement = insert(tx, migrated)
    told = {name: statement.excluded[name] for name in ("month", "status", "state", "code", "field")}
    tx.execute(statement.on_conflict_do_update(index_elements=["pair", "source", "ticket"], set_=told), rows)


def marks_of(tx: Connection, pair: str, source: Side, tickets: Sequence[str]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for start in range(0, len(tickets), CHUNK):
        query = select(migrated).where(
            migrated.c.pair == pair,
            migrated.c.source == source.value,
            migrated.c.ticket.in_(tickets[start : start + CHUNK]),
        )
        found |= {row.ticket: _mark(row) for row in tx.execute(query)}
    return found


def marked(
    tx: Connection, pair: str, source: Side, states: Sequence[str], *, after: str = "", limit: int | None = None
) -> list[Mark]:
    """Marks in those states by ticket, from the one behind ``after``."""
    query = select(migrated).where(
        migrated.c.pair == pair,
        migrated.c.source == source.value,
        migrated.c.state.in_(states),
        migrated.c.ticket > after,
    )
    return [_mark(row) for row in tx.execute(query.order_by(migrated.c.ticket).limit(limit))]


def counts(tx: Connection, pair: str, source: Side) -> list[tuple[str, str, str, int]]:
    """(month, status, state, tickets), sorted."""
    groups = (migrated.c.month, migrated.c.status, migrated.c.state)
    query = select(*groups, func.count()).where(migrated.c.pair == pair, migrated.c.source == source.value)
    return [tuple(row) for row in tx.execute(query.group_by(*groups).order_by(*groups))]


def reasons(tx: Connection, pair: str, source: Side) -> list[tuple[str, str, str, int]]:
    """(state, code, field, tickets) of what was not moved, the most frequent first."""
    groups = (migrated.c.state, migrated.c.code, migrated.c.field)
    query = select(*groups, func.count().label("found")).where(
        migrated.c.pair == pair, migrated.c.source == source.value, migrated.c.code != ""
    )
    return [tuple(row) for row in tx.execute(query.group_by(*groups).order_by(func.count().desc(), *groups))]


def _mark(row: Row[Any]) -> Mark:
    return Mark(row.ticket, row.month, row.status, row.state, row.code, row.field)


# --- what the target held before -------------------------------------------------------------------------------


def surveyed(tx: Connection, pair: str, side: Side) -> tuple[str, bool]:
    """How far a side was looked through for twins, and whether to its end."""
    row = tx.execute(select(surveys).where(surveys.c.pair == pair, surveys.c.side == side.value)).first()
    return (row.position, row.ended is not None) if row else ("", False)


def survey_moved(tx: Connection, pair: str, side: Side, position: str, ended: float | None) -> None:
    values = {"position": position, "ended": ended}
    statement = insert(tx, surveys).values(pair=pair, side=side.value, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["pair", "side"], set_=values))


def sight(tx: Connection, pair: str, side: Side, seen: Iterable[tuple[str, str]]) -> None:
    """Note (digest, ticket) of a side."""
    rows = [{"pair": pair, "side": side.value, "digest": digest, "ticket": ticket} for digest, ticket in seen]
    if rows:
        tx.execute(insert(tx, sightings).on_conflict_do_nothing(), rows)


def seen(tx: Connection, pair: str, side: Side, digests: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(digest, ticket) of those digests."""
    wanted = sorted(set(digests))
    for start in range(0, len(wanted), CHUNK):
        query = select(sightings.c.digest, sightings.c.ticket).where(
            sightings.c.pair == pair,
            sightings.c.side == side.value,
            sightings.c.digest.in_(wanted[start : start + CHUNK]),
        )
        for row in tx.execute(query):
            yield row.digest, row.ticket


def drop(tx: Connection, pair: str, side: Side, ticket: str) -> None:
    """Remove what stands of a ticket."""
    here = (migrated.c.pair == pair, migrated.c.source == side.value, migrated.c.ticket == ticket)
    tx.execute(delete(migrated).where(*here))
    there = (sightings.c.pair == pair, sightings.c.side == side.value, sightings.c.ticket == ticket)
    tx.execute(delete(sightings).where(*there))
