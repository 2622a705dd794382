"""What passes found and did about single tickets: which side had news, which fields go which way, what was written.

Names of fields, numbers and codes only, never a value. A row for each ticket and pass that had something to do about
it; passes in a row that found just the same share one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.links import CHUNK
from erp_bridge.sync.store.schema import steps

#: So long, in seconds, what became of a ticket is remembered, and of so many tickets of a pair at most.
KEPT, MOST = 90 * 86400.0, 100_000


@dataclass(frozen=True)
class Share:
    """What concerns one side: names of fields, how many movements, or the ticket as a whole, seen or made anew."""

    fields: tuple[str, ...] = ()
    movements: int = 0
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields or self.movements or self.whole)


NOTHING: Both[Share] = Both(Share(), Share())


@dataclass(frozen=True)
class Step:
    """One ticket in one pass. ``read`` is the news of each side, ``to`` what was to go to each, ``written`` what went.

    ``agreed`` are fields that turned out to be the same on both sides; ``waits`` are (kind, field, code) of what was
    set down. Times are seconds since 1970; ``times`` is how many passes in a row found the same.
    """

    ids: Both[str | None]
    read: Both[Share] = NOTHING
    to: Both[Share] = NOTHING
    adopted: bool = False
    agreed: tuple[str, ...] = ()
    waits: tuple[tuple[str, str, str], ...] = ()
    written: Both[Share] = NOTHING
    read_at: float = 0.0
    merged_at: float = 0.0
    written_at: float | None = None
    pass_id: int = 0
    token: int = 0
    times: int = 1
    id: int = field(default=0, compare=False)

    def __bool__(self) -> bool:
        shares = (self.read.left, self.read.right, self.to.left, self.to.right)
        return bool(self.adopted or self.agreed or self.waits or any(shares))

    @property
    def _told(self) -> tuple[object, ...]:
        return (self.ids, self.read, self.to, self.adopted, self.agreed, self.waits)

    def is_again(self, other: Step) -> bool:
        """Whether it says the same of the same ticket as an earlier one from which nothing was written."""
        return self._told == other._told and other.written == NOTHING


def note(tx: Connection, pair: str, found: Iterable[Step]) -> None:
    """Write them down; one that says again what the newest of its ticket says is counted there."""
    wanted = list(found)
    newest = _newest(tx, pair, wanted)
    fresh, again = [], []
    for step in wanted:
        before = newest.get(_place(step))
        if before is not None and step.is_again(before):
            now = {"pass": step.pass_id, "token": step.token, "merged_at": step.merged_at, "times": before.times + 1}
            again.append({"row": before.id, **now})
        else:
            fresh.append(_row(pair, step))
    if fresh:
        tx.execute(insert(steps), fresh)
    if again:
        names = ("pass", "token", "merged_at", "times")
        statement = update(steps).where(steps.c.id == bindparam("row"))
        tx.execute(statement.values({name: bindparam(name) for name in names}), again)


def went(tx: Connection, pair: str, token: int, now: float, written: Iterable[tuple[Both[str], Both[Share]]]) -> None:
    """Add what was written about tickets, each by both its ids, to what that pass had noted of them."""
    rows: dict[Side, list[dict[str, Any]]] = {Side.LEFT: [], Side.RIGHT: []}
    for ids, shares in written:
        by = Side.RIGHT if shares.left.whole else Side.LEFT  # of a new ticket only its own id was known
        rows[by].append({"own": ids[by], "left_id": ids.left, "right_id": ids.right, "written": _json(shares),
                         "written_at": now})  # fmt: skip
    names = ("left_id", "right_id", "written", "written_at")
    for side in Side:
        ours = (steps.c.pair == pair, steps.c.token == token, _id(side) == bindparam("own"))
        if rows[side]:
            tx.execute(update(steps).where(*ours).values({name: bindparam(name) for name in names}), rows[side])


def of_ticket(tx: Connection, pair: str, ids: Both[str | None], limit: int) -> list[Step]:
    """The newest of either ticket of a link, the oldest first."""
    found: dict[int, Row[Any]] = {}
    for side in Side:  # apart, so that each finds its index
        if ids[side] is not None:
            query = select(steps).where(steps.c.pair == pair, _id(side) == ids[side])
            found |= {row.id: row for row in tx.execute(query.order_by(steps.c.id.desc()).limit(limit))}
    return [_step(found[number]) for number in sorted(found)[-limit:]]


def forget(tx: Connection, pair: str, now: float) -> None:
    """Drop what is old, and the oldest where there is too much."""
    tx.execute(delete(steps).where(steps.c.pair == pair, steps.c.merged_at < now - KEPT))
    mine = select(steps.c.id).where(steps.c.pair == pair).order_by(steps.c.id.desc())
    last = tx.scalar(mine.limit(1).offset(MOST))
    if last is not None:
        tx.execute(delete(steps).where(steps.c.pair == pair, steps.c.id <= last))


def drop(tx: Connection, pair: str, side: Side, ticket: str) -> None:
    """Remove what stands of one ticket."""
    tx.execute(delete(steps).where(steps.c.pair == pair, _id(side) == ticket))


# --- rows ----------------------------------------------------------------------------------------------------------


def _id(side: Side) -> Any:
    return steps.c.left_id if side is Side.LEFT else steps.c.right_id


def _place(step: Step) -> tuple[Side, str]:
    left, right = step.ids.left, step.ids.right
    return (Side.LEFT, left) if left is not None else (Side.RIGHT, right or "")


def _newest(tx: Connection, pair: str, wanted: Sequence[Step]) -> Mapping[tuple[Side, str], Step]:
    """The newest that stands of each of these tickets."""
    found = {}
    places = [_place(step) for step in wanted]
    for side in Side:
        ids = [id for place, id in places if place is side]
        for start in range(0, len(ids), CHUNK):
            chosen = and_(steps.c.pair == pair, _id(side).in_(ids[start : start + CHUNK]))
            last = select(func.max(steps.c.id)).where(chosen).group_by(_id(side))
            for row in tx.execute(select(steps).where(steps.c.id.in_(last))):
                step = _step(row)
                found[side, step.ids[side] or ""] = step
    return found


def _row(pair: str, step: Step) -> dict[str, Any]:
    merged = {"to": _shares(step.to), "adopted": step.adopted, "agreed": step.agreed, "waits": step.waits}
    return {
        "pair": pair, "pass": step.pass_id, "token": step.token, "left_id": step.ids.left, "right_id": step.ids.right,
        "read_at": step.read_at, "merged_at": step.merged_at, "read": _json(step.read),
        "merged": json.dumps({name: value for name, value in merged.items() if value}),
    }  # fmt: skip


def _step(row: Row[Any]) -> Step:
    merged = json.loads(row.merged)
    return Step(
        ids=Both(row.left_id, row.right_id),
        read=_both(json.loads(row.read)),
        to=_both(merged.get("to", {})),
        adopted=merged.get("adopted", False),
        agreed=tuple(merged.get("agreed", ())),
        waits=tuple((kind, campo, code) for kind, campo, code in merged.get("waits", ())),
        written=_both(json.loads(row.written)),
        read_at=row.read_at,
        merged_at=row.merged_at,
        written_at=row.written_at,
        pass_id=row._mapping["pass"],
        token=row.token,
        times=row.times,
        id=row.id,
    )


def _json(shares: Both[Share]) -> str:
    return json.dumps(_shares(shares))


def _shares(shares: Both[Share]) -> dict[str, dict[str, Any]]:
    """Without what is empty."""
    return {
        side.value: {name: value for name, value in vars(shares[side]).items() if value}
        for side in Side
        if shares[side]
    }


def _both(told: Mapping[str, Mapping[str, Any]]) -> Both[Share]:
    def share(side: Side) -> Share:
        found = Share(**told.get(side.value, {}))
        return replace(found, fields=tuple(found.fields))

    return Both.of(share)
