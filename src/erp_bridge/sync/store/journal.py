"""Where reading goes on, and how the passes went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, insert, or_, select, update

from erp_bridge.core.adapter import Cursor
from erp_bridge.sync.failing import LOOKED
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.schema import cursors, passes

KEEP = 300  # passes remembered for a pair; its last full one besides, however old

_CURSOR = select(cursors.c.value).where(cursors.c.pair == bindparam("pair"), cursors.c.side == bindparam("side"))
_MOVE = (
    update(cursors)
    .where(cursors.c.pair == bindparam("of"), cursors.c.side == bindparam("on"))
    .values(value=bindparam("value"), updated=bindparam("updated"))
)
_BEGIN = insert(passes).returning(passes.c.id)
_END = (
    update(passes)
    .where(passes.c.id == bindparam("number"))
    .values({name: bindparam(name) for name in ("ended", "report", "offsets", "error")})
    .returning(passes.c.pair)
)
_MINE = select(passes.c.id).where(passes.c.pair == bindparam("pair")).order_by(passes.c.id.desc())
_OLD = _MINE.limit(1).offset(bindparam("kept"))


@dataclass(frozen=True)
class Pass:
    id: int
    started: float
    ended: float | None
    full: bool
    config: str
    offsets: Mapping[str, float]
    report: Mapping[str, Any]
    error: str | None  # None: it ended well; else lines as ``sync.failing`` makes them

    @property
    def looked(self) -> bool:
        """Whether it was asked to look only: it neither failed nor brought anything over."""
        return self.error == LOOKED


def cursor(tx: Connection, pair: str, side: Side) -> Cursor | None:
    value = tx.scalar(_CURSOR, {"pair": pair, "side": side.value})
    return Cursor.model_validate_json(value) if value else None


def save_cursor(tx: Connection, pair: str, side: Side, cursor: Cursor, now: float) -> None:
    values = {"value": cursor.model_dump_json(), "updated": now}
    if tx.execute(_MOVE, {"of": pair, "on": side.value, **values}).rowcount == 0:
        tx.execute(insert(cursors).values(pair=pair, side=side.value, **values))


def begin(tx: Connection, pair: str, *, now: float, full: bool, config: str) -> int:
    row = {"pair": pair, "started": now, "full": int(full), "config": config}
    return int(tx.execute(_BEGIN, row).scalar_one())


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
    pair = tx.scalar(_END, {"number": pass_id, **values})
    # numbers are given to all pairs in turn: they do not tell how many there are
    old = tx.scalar(_OLD, {"pair": pair, "kept": KEEP})
    if old is not None:
        whole = _MINE.where(passes.c.full == 1, passes.c.ended.is_not(None), passes.c.error.is_(None))
        full = tx.scalar(whole.limit(1), {"pair": pair})
        tx.execute(delete(passes).where(passes.c.pair == pair, passes.c.id <= old, passes.c.id != (full or 0)))


def last(tx: Connection, pair: str, *, full: bool = False, whole: bool = True) -> Pass | None:
    """The newest pass of a pair that was to do its work; with ``whole`` the newest that ended without an error.

    With ``full`` a full one.
    """
    row = tx.execute(_last(full, whole), {"pair": pair}).first()
    return from_row(row) if row is not None else None


@cache
def _last(full: bool, whole: bool) -> Select[Any]:
    query = select(passes).where(passes.c.pair == bindparam("pair"), in_earnest()).order_by(passes.c.id.desc()).limit(1)
    if whole:
        query = query.where(passes.c.ended.is_not(None), passes.c.error.is_(None))
    return query.where(passes.c.full == 1) if full else query


def in_earnest() -> ColumnElement[bool]:
    """Leaves out passes that were asked to look only."""
    return or_(passes.c.error.is_(None), passes.c.error != LOOKED)


def from_row(row: Row[Any]) -> Pass:
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
