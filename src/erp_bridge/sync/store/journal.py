"""Where reading goes on, and how the passes went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from erp_bridge.core.adapter import Cursor
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.schema import cursors, passes

KEEP = 1000  # passes remembered for a pair


@dataclass(frozen=True)
class Pass:
    id: int
    started: float
    ended: float | None
    full: bool
    config: str
    offsets: Mapping[str, float]
    report: Mapping[str, Any]
    error: str | None


def cursor(tx: Connection, pair: str, side: Side) -> Cursor | None:
    query = select(cursors.c.value).where(cursors.c.pair == pair, cursors.c.side == side.value)
    value = tx.scalar(query)
    return Cursor.model_validate_json(value) if value else None


def save_cursor(tx: Connection, pair: str, side: Side, cursor: Cursor, now: float) -> None:
    place = (cursors.c.pair == pair, cursors.c.side == side.value)
    values = {"value": cursor.model_dump_json(), "updated": now}
    if tx.execute(update(cursors).where(*place).values(**values)).rowcount == 0:
        tx.execute(insert(cursors).values(pair=pair, side=side.value, **values))


def begin(tx: Connection, pair: str, *, now: float, full: bool, config: str) -> int:
    row = insert(passes).values(pair=pair, started=now, full=int(full), config=config)
    return int(tx.execute(row.returning(passes.c.id)).scalar_one())


def end(
    tx: Connection,
    pass_id: int,
    *,
    now: float,
    report: Mapping[str, Any],
    offsets: Mapping[str, float],
    error: str | None = None,
) -> None:
    values = {"ended": now, "report": json.dumps(report), "offsets": json.dumps(offsets), "error": error}
    tx.execute(update(passes).where(passes.c.id == pass_id).values(**values))
    pair = tx.scalar(select(passes.c.pair).where(passes.c.id == pass_id))
    tx.execute(delete(passes).where(passes.c.pair == pair, passes.c.id <= pass_id - KEEP))


def last(tx: Connection, pair: str, *, full: bool = False, whole: bool = True) -> Pass | None:
    """The newest pass of a pair; with ``whole`` the newest that ended without an error, with ``full`` a full one."""
    query = select(passes).where(passes.c.pair == pair).order_by(passes.c.id.desc()).limit(1)
    if whole:
        query = query.where(passes.c.ended.is_not(None), passes.c.error.is_(None))
    if full:
        query = query.where(passes.c.full == 1)
    row = tx.execute(query).first()
    if row is None:
        return None
    return Pass(
        id=row.id,
        started=row.started,
        ended=row.ended,
        full=bool(row.full),
        config=row.config,
        offsets=json.loads(row.offsets),
        report=json.loads(row.report),
        error=row.error,
    )
