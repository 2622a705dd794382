"""When people were last told that something waits: kept in the store, so that restarts and other hosts know it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.schema import notices


@dataclass(frozen=True)
class Notice:
    """The last one of a pair. Times are seconds since 1970; ``seen`` is since when the newest waits that it told of."""

    tried: float = 0.0
    told: float = 0.0
    seen: float = 0.0


def last(tx: Connection, pair: str) -> Notice:
    row = tx.execute(select(notices).where(notices.c.pair == pair)).first()
    return Notice(row.tried, row.told, row.seen) if row is not None else Notice()


def claim(tx: Connection, pair: str, now: float, every: float) -> bool:
    """The right to tell people now; nobody else gets it for ``every`` seconds, whatever comes of it."""
    row = {"pair": pair, "tried": 0.0, "told": 0.0, "seen": 0.0}
    tx.execute(insert(tx, notices).on_conflict_do_nothing(), row)
    mine = (notices.c.pair == pair, (notices.c.tried <= now - every) | (notices.c.tried > now))
    return tx.execute(update(notices).where(*mine).values(tried=now)).rowcount == 1


def told(tx: Connection, pair: str, now: float, seen: float) -> None:
    """They know of this."""
    tx.execute(update(notices).where(notices.c.pair == pair).values(told=now, seen=seen))
