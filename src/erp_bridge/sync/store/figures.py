"""How all pairs stand, in a handful of statements whatever their number: for those who measure every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from erp_bridge.sync.store.schema import intents, leases, links, passes, waiting
from erp_bridge.sync.store.waiting import Kind

#: Of several things that one record waits for, the first counts.
_RANK = (Kind.DOUBT, Kind.CONFLICT, Kind.QUARANTINE, Kind.FAILED)


@dataclass
class Figures:
    """One pair. ``in_step`` is when the last pass that ended well had begun, in seconds since 1970."""

    in_step: float | None = None
    links: int = 0
    open_intents: int = 0
    waiting: dict[Kind, int] = field(default_factory=dict)


def figures(tx: Connection) -> Mapping[str, Figures]:
    """By pair; those without any row are not in it."""
    found: dict[str, Figures] = {}

    def of(pair: str) -> Figures:
        return found.setdefault(pair, Figures())

    good = (passes.c.pair == leases.c.pair, passes.c.ended.is_not(None), passes.c.error.is_(None))
    newest = select(passes.c.started).where(*good).order_by(passes.c.id.desc()).limit(1).scalar_subquery()
    for pair, started in tx.execute(select(leases.c.pair, newest)):  # whoever worked on a pair has left a lease
        of(pair).in_step = started
    linked = select(links.c.pair, func.count()).where(links.c.state == "active").group_by(links.c.pair)
    for pair, count in tx.execute(linked):
        of(pair).links = count
    unsettled = intents.c.state.in_(("open", "unseen"))
    for pair, count in tx.execute(select(intents.c.pair, func.count()).where(unsettled).group_by(intents.c.pair)):
        of(pair).open_intents = count
    worst: dict[tuple[str, str, str], Kind] = {}
    for pair, side, ticket, kind in tx.execute(
        select(waiting.c.pair, waiting.c.side, waiting.c.ticket, waiting.c.kind)
    ):
        place, seen = (pair, side, ticket), Kind(kind)
        if place not in worst or _RANK.index(seen) < _RANK.index(worst[place]):
            worst[place] = seen
    for (pair, _side, _ticket), kind in worst.items():
        counts = of(pair).waiting
        counts[kind] = counts.get(kind, 0) + 1
    return found
