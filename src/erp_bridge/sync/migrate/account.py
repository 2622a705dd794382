"""Makes the report of a migration from the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection

from erp_bridge.sync.migrate.report import Group, Item, MigrationReport, Reason
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history

#: What is listed ticket by ticket.
_LISTED = ("quarantined", "in_doubt", "failed", "skipped", "pending")


def account(tx: Connection, pair: str, names: Both[str], source: Side | None = None) -> MigrationReport | None:
    """What became of all that was moved from that side, else from the side of the last migration; None of nothing.

    The choice is that of the last migration; time and requests are those of all from that side.
    """
    last = history.newest(tx, pair, source)
    if last is None:
        return None
    source, runs = last.source, history.all_of(tx, pair, last.source)
    ended = [run.ended for run in runs]
    return MigrationReport(
        pair=pair,
        direction="left-to-right" if source is Side.LEFT else "right-to-left",
        source=names[source],
        target=names[source.other],
        started=_when(min(run.started for run in runs)),
        ended=None if None in ended else _when(max(stamp for stamp in ended if stamp is not None)),
        since=last.chosen.since,
        until=last.chosen.until,
        status=last.chosen.status,
        seconds=sum(run.seconds for run in runs),
        requests={"left": sum(run.requests[0] for run in runs), "right": sum(run.requests[1] for run in runs)},
        movements=sum(run.movements for run in runs),
        groups=tuple(_groups(history.counts(tx, pair, source))),
        reasons=tuple(Reason(*row) for row in history.reasons(tx, pair, source)),  # type: ignore[arg-type]
        items=tuple(
            Item(mark.ticket, mark.month, mark.status, mark.state, mark.code, mark.field)  # type: ignore[arg-type]
            for mark in history.marked(tx, pair, source, _LISTED)
        ),
    )


def _groups(counts: Iterable[tuple[str, str, str, int]]) -> Iterable[Group]:
    for (month, status), rows in groupby(counts, key=lambda row: row[:2]):
        yield Group(month, status, **{state: count for _, _, state, count in rows})


def _when(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
