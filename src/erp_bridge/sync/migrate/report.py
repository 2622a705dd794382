"""What became of a migration, as a value: counts by month and status, reasons, and the records that were not moved.

Ids, codes, counts and times only; nothing of it names a person. It can be made at any time from the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

#: What a record has come to. ``pending``: begun and not brought to its end yet.
State = Literal["moved", "quarantined", "in_doubt", "failed", "skipped", "pending"]
STATES: tuple[State, ...] = ("moved", "quarantined", "in_doubt", "failed", "skipped", "pending")


@dataclass(frozen=True)
class Group:
    """Tickets opened in one month (``YYYY-MM``, the source's own time; ``""`` unknown) that stand in one status there.

    ``status`` is a value of the model (``solucionado``), ``""`` for a record that could not be read.
    """

    month: str
    status: str
    moved: int = 0
    quarantined: int = 0
    in_doubt: int = 0
    failed: int = 0
    skipped: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, state) for state in STATES)

    def as_json(self) -> dict[str, Any]:
        return {"month": self.month, "status": self.status, **{state: getattr(self, state) for state in STATES}}


@dataclass(frozen=True)
class Reason:
    """Why so many records stand in a state: the code of :mod:`erp_bridge.sync.reasons`, and the field it is about."""

    state: State
    code: str
    field: str
    count: int

    def as_json(self) -> dict[str, Any]:
        return {"state": self.state, "code": self.code, "field": self.field, "count": self.count}


@dataclass(frozen=True)
class Item:
    """One record of the source that was not moved, or not wholly: its id there, and why."""

    ticket: str
    month: str
    status: str
    state: State
    code: str
    field: str

    def as_json(self) -> dict[str, Any]:
        return {
            "ticket": self.ticket, "month": self.month, "status": self.status, "state": self.state, "code": self.code,
            "field": self.field,
        }  # fmt: skip


@dataclass(frozen=True)
class MigrationReport:
    """A migration of ``pair`` from ``source`` to ``target`` (names of the configuration).

    ``started`` and ``ended`` are aware; ``ended`` is None while it is not at its end. ``requests`` are by side
    (``left``, ``right``), ``seconds`` those of all runs together, without the pauses between them. ``since``,
    ``until`` (days, ``YYYY-MM-DD``) and ``status`` are the choice that was made, ``""`` where there was none.
    ``groups`` are sorted by month and status, ``reasons`` by count, the largest first, ``items`` by ticket.
    """

    pair: str
    direction: Literal["left-to-right", "right-to-left"]
    source: str
    target: str
    started: datetime
    ended: datetime | None = None
    since: str = ""
    until: str = ""
    status: str = ""
    seconds: float = 0.0
    requests: Mapping[str, int] = field(default_factory=lambda: {"left": 0, "right": 0})
    movements: int = 0
    groups: tuple[Group, ...] = ()
    reasons: tuple[Reason, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def totals(self) -> Mapping[State, int]:
        """Records by what became of them."""
        return {state: sum(getattr(group, state) for group in self.groups) for state in STATES}

    @property
    def total(self) -> int:
        return sum(self.totals.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "pair": self.pair,
            "direction": self.direction,
            "source": self.source,
            "target": self.target,
            "started": self.started.isoformat(timespec="seconds"),
            "ended": self.ended.isoformat(timespec="seconds") if self.ended else None,
            "since": self.since,
            "until": self.until,
            "status": self.status,
            "seconds": round(self.seconds, 1),
            "requests": dict(self.requests),
            "movements": self.movements,
            "total": self.total,
            "totals": dict(self.totals),
            "groups": [group.as_json() for group in self.groups],
            "reasons": [reason.as_json() for reason in self.reasons],
            "items": [item.as_json() for item in self.items],
        }
