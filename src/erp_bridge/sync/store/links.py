"""Links: which record is whose twin, and the base digests of each side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Update, bindparam, func, insert, or_, select, update

from erp_bridge.sync.digest import Base
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.schema import links, movements

CHUNK = 500  # ids in one IN list


@dataclass(frozen=True)
class Link:
    """Two twins. ``made`` is the side whose record the bridge made; None when both were there before."""

    id: int
    pair: str
    ids: Both[str]
    bases: Both[Base]
    made: Side | None
    tombstone: bool
    writes: int
    since: float


class Twins(NamedTuple):
    """Which two records a link joins, and no more of it."""

    id: int
    ids: Both[str]
    made: Side | None
    tombstone: bool


def _link(row: Row[Any]) -> Link:
    return Link(
        id=row.id,
        pair=row.pair,
        ids=Both(row.left_id, row.right_id),
        bases=Both(json.loads(row.left_base), json.loads(row.right_base)),
        made=Side(row.made) if row.made else None,
        tombstone=row.state == "tombstone",
        writes=row.writes,
        since=row.since,
    )


def _column(side: Side, name: str) -> Any:
    return links.c[f"{side.value}_{name}"]


_TWINS = select(links.c.id, links.c.left_id, links.c.right_id, links.c.made, links.c.state)
_ONE = select(links).where(links.c.id == bindparam("number"))
_ADD = insert(links).returning(links.c.id)
_COUNT = select(func.count()).select_from(links).where(links.c.pair == bindparam("pair"), links.c.state == "active")
_NEXT_WRITE = (
    update(links).where(links.c.id == bindparam("number")).values(writes=links.c.writes + 1).returning(links.c.writes)
)
_WROTE = (
    update(links)
    .where(links.c.id == bindparam("number"), links.c.writes < bindparam("least"))
    .values(writes=bindparam("least"))
)


@cache
def _among(side: Side) -> Select[Any]:
    """The links of some records of one side."""
    chosen = _column(side, "id").in_(bindparam("ids", expanding=True))
    return select(links).where(links.c.pair == bindparam("pair"), chosen)


@cache
def _base(side: Side) -> Select[Any]:
    return select(_column(side, "base")).where(links.c.id == bindparam("number"))


@cache
def _renewed(side: Side) -> Update:
    chosen = links.c.id == bindparam("number")
    return update(links).where(chosen).values({_column(side, "base"): bindparam("base")})


def _twins(id: int, left: str, right: str, made: str, state: str) -> Twins:
    return Twins(id, Both(left, right), Side(made) if made else None, state == "tombstone")


def by_ids(tx: Connection, pair: str, side: Side, ids: Sequence[str]) -> dict[str, Link]:
    """The links of those records of one side, tombstones included."""
    found: dict[str, Link] = {}
    for start in range(0, len(ids), CHUNK):
        for link in map(_link, tx.execute(_among(side), {"pair": pair, "ids": ids[start : start + CHUNK]})):
            found[link.ids[side]] = link
    return found


def twins(tx: Connection, pair: str, side: Side, ids: Sequence[str]) -> dict[str, Twins]:
    """The same as :func:`by_ids` without what both sides held."""
    found: dict[str, Twins] = {}
    for start in range(0, len(ids), CHUNK):
        query = _TWINS.where(links.c.pair == pair, _column(side, "id").in_(ids[start : start + CHUNK]))
        for row in tx.execute(query):
            one = _twins(*row)
            found[one.ids[side]] = one
    return found


def twins_numbered(tx: Connection, numbers: Sequence[int]) -> list[Twins]:
    """Links by their numbers; tombstones, and what is no longer there, are left out."""
    found: list[Twins] = []
    for start in range(0, len(numbers), CHUNK):
        query = _TWINS.where(links.c.state == "active", links.c.id.in_(numbers[start : start + CHUNK]))
        found += [_twins(*row) for row in tx.execute(query.order_by(links.c.id))]
    return found


def by_protocolos(tx: Connection, pair: str, side: Side, digests: Iterable[str]) -> dict[str, Link]:
    """Links by the digest of that side's protocolo."""
    wanted = sorted(set(digests))
    found: dict[str, Link] = {}
    for start in range(0, len(wanted), CHUNK):
        column = _column(side, "prot")
        query = select(links, column.label("prot")).where(
            links.c.pair == pair, links.c.state == "active", column.in_(wanted[start : start + CHUNK])
        )
        for row in tx.execute(query):
            found[row.prot] = _link(row)
    return found


def get(tx: Connection, link_id: int) -> Link | None:
    row = tx.execute(_ONE, {"number": link_id}).first()
    return _link(row) if row else None


def all_of(tx: Connection, pair: str) -> list[Link]:
    query = select(links).where(links.c.pair == pair, links.c.state == "active").order_by(links.c.id)
    return [_link(row) for row in tx.execute(query)]


def count(tx: Connection, pair: str) -> int:
    return tx.scalar(_COUNT, {"pair": pair}) or 0


def twins_of(tx: Connection, places: Iterable[tuple[str, Side]], ids: Sequence[str]) -> set[str]:
    """Which of one ERP's records the bridge made, in any pair of this store; ``places`` are (pair, that ERP's side)."""
    found: set[str] = set()
    for pair, side in places:
        for start in range(0, len(ids), CHUNK):
            column = _column(side, "id")
            query = select(column).where(
                links.c.pair == pair, links.c.made == side.value, column.in_(ids[start : start + CHUNK])
            )
            found.update(tx.scalars(query))
    return found


def add(
    tx: Connection,
    pair: str,
    ids: Both[str],
    *,
    bases: Both[Base],
    protocolos: Both[str | None],
    made: Side | None,
    since: float,
) -> int:
    """A new link; its number. The database refuses a second link of either record."""
    row = {
        "pair": pair,
        "left_id": ids.left,
        "right_id": ids.right,
        "left_base": json.dumps(bases.left),
        "right_base": json.dumps(bases.right),
        "left_prot": protocolos.left,
        "right_prot": protocolos.right,
        "made": made.value if made else "",
        "state": "active",
        "writes": 0,
        "since": since,
    }
    return int(tx.execute(_ADD, row).scalar_one())


def renew(tx: Connection, link_id: int, side: Side, base: Base) -> None:
    """Put new digests of some fields into one side's base; the others stay."""
    known = json.loads(tx.scalar(_base(side), {"number": link_id}) or "{}")
    tx.execute(_renewed(side), {"number": link_id, "base": json.dumps({**known, **base})})


def renew_all(tx: Connection, renewals: Mapping[tuple[int, Side], Base]) -> None:
    """:func:`renew` for many sides of links."""
    for side in Side:
        column, numbers = _column(side, "base"), [number for number, where in renewals if where is side]
        for start in range(0, len(numbers), CHUNK):
            query = select(links.c.id, column).where(links.c.id.in_(numbers[start : start + CHUNK]))
            rows = [
                {"number": number, "base": json.dumps({**json.loads(known), **renewals[number, side]})}
                for number, known in tx.execute(query)
            ]
            if rows:
                tx.execute(_renewed(side), rows)


def next_write(tx: Connection, link_id: int) -> int:
    """The number of the link's next message of the bridge's own, for its ``sN`` marker."""
    return int(tx.execute(_NEXT_WRITE, {"number": link_id}).scalar_one())


def wrote(tx: Connection, link_id: int, least: int) -> None:
    """So many were numbered before, as their markers tell: an older store, put back, knows of fewer."""
    tx.execute(_WROTE, {"number": link_id, "least": least})


def drop(tx: Connection, link: Link) -> None:
    """As if it had never been; for one that turned out to have only one record."""
    tx.execute(links.delete().where(links.c.id == link.id))
    _drop_movements(tx, link)


def bury(tx: Connection, link_id: int) -> None:
    """Leave a tombstone: the two ids and nothing else. Neither record is ever linked or carried again."""
    tx.execute(
        update(links)
        .where(links.c.id == link_id)
        .values(state="tombstone", left_base="{}", right_base="{}", left_prot=None, right_prot=None, made="", writes=0)
    )
    link = get(tx, link_id)
    if link is not None:
        _drop_movements(tx, link)


def _drop_movements(tx: Connection, link: Link) -> None:
    tx.execute(
        movements.delete().where(
            movements.c.pair == link.pair,
            or_(
                (movements.c.side == Side.LEFT.value) & (movements.c.ticket == link.ids.left),
                (movements.c.side == Side.RIGHT.value) & (movements.c.ticket == link.ids.right),
            ),
        )
    )
