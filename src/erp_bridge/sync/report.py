"""What one pass did, in numbers, and the exit status that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from erp_bridge.sync.plan import Row, Send, Work
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.waiting import Kind


def _zero() -> dict[Side, int]:
    return {Side.LEFT: 0, Side.RIGHT: 0}


@dataclass
class PassReport:
    """Counts of one pass; ``created[RIGHT]`` counts tickets created *in* the right ERP."""

    pair: str
    dry_run: bool = False
    full: bool = False
    read: dict[Side, int] = field(default_factory=_zero)
    created: dict[Side, int] = field(default_factory=_zero)
    updated: dict[Side, int] = field(default_factory=_zero)
    adopted: int = 0
    movements: dict[Side, int] = field(default_factory=_zero)
    open: Mapping[Kind, int] = field(default_factory=dict)
    open_intents: int = 0
    skipped: int = 0
    not_carried: Mapping[Side, list[str]] = field(default_factory=dict)
    requests: dict[Side, int] = field(default_factory=_zero)
    seconds: float = 0.0
    refused: list[Row] = field(default_factory=list)  # saved plans only: records that have changed since
    rows: list[Row] = field(default_factory=list)
    error: str | None = None
    down: list[str] = field(default_factory=list)  # ERPs that stopped answering on the way

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's ``--json``."""
        return {
            "pair": self.pair,
            "dry_run": self.dry_run,
            "read": _sides(self.read),
            "created": _sides(self.created),
            "updated": _sides(self.updated),
            "adopted": self.adopted,
            "movements": _sides(self.movements),
            "conflicts": self.open.get(Kind.CONFLICT, 0),
            "quarantined": self.open.get(Kind.QUARANTINE, 0),
            "in_doubt": self.open.get(Kind.DOUBT, 0),
            "failed": self.open.get(Kind.FAILED, 0),
            "skipped": self.skipped,
            "not_carried": {side.value: campos for side, campos in self.not_carried.items()},
            "requests": _sides(self.requests),
            "seconds": round(self.seconds, 3),
        }

    def foresee(self, works: Iterable[Work]) -> None:
        """Count what a plan would do, as if it had been carried out."""
        for work in works:
            self.adopted += work.adopts
            if work.creates:
                self.created[work.creates] += 1
            for side in Side:
                sent = [action for action in work.actions if action.side is side]
                self.movements[side] += sum(1 for action in sent if isinstance(action, Send) and action.completes)
                self.updated[side] += not work.creates and any(getattr(action, "settles", ()) for action in sent)

    def created_total(self) -> int:
        return sum(self.created.values())

    @property
    def exit_code(self) -> int:
        """0 done; 1 an ERP was lost on the way; 3 done, but something waits."""
        if self.error:
            return 1
        return 3 if self.refused or any(self.open.values()) else 0


def _sides(counts: Mapping[Side, int]) -> dict[str, int]:
    return {side.value: counts[side] for side in Side}
