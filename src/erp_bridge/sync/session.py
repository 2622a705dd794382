"""What every step of one pass shares: the pair, its two ERPs, the store, and the right to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from erp_bridge.core.adapter import Adapter
from erp_bridge.core.clock import Clock
from erp_bridge.core.model import Atendimento
from erp_bridge.core.text import same_but_for_losses
from erp_bridge.sync.commits import Commits
from erp_bridge.sync.digest import OVERTAKEN, Base
from erp_bridge.sync.events import SILENT, Events
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.lease import Lease
from erp_bridge.sync.store.waiting import Wait

if TYPE_CHECKING:
    from erp_bridge.sync.posting import Opened, Posted

T = TypeVar("T")


@dataclass
class Session:
    """One pass over one pair."""

    pair: str
    adapters: Both[Adapter]
    db: Database
    lease: Lease
    clock: Clock
    planner: Planner
    report: PassReport
    held: set[tuple[Side, str]] = field(default_factory=set)  # tickets with an intent that is not settled yet
    down: dict[Side, str] = field(default_factory=dict)  # ERPs that stopped answering during this pass
    commits: Commits | None = None  # where many tickets are at work for long
    events: Events = SILENT
    posted: list[Posted | Opened] | None = None  # what is read back later, many tickets at once

    @property
    def now(self) -> float:
        return self.clock.now().timestamp()

    def settle_time(self, side: Side) -> timedelta:
        adapter = self.adapters[side]
        return adapter.settle + adapter.lag

    async def commit(self, write: Callable[[Connection], T]) -> T:
        """What ``write`` gives, in one short transaction."""
        if self.commits is not None:
            return await self.commits.do(write)
        with self.db.write(self.lease.fence) as tx:
            return write(tx)

    def park(self, *waits: Wait) -> None:
        """Set down what waits, at once."""
        if waits:
            with self.db.write(self.lease.fence) as tx:
                for wait in waits:
                    waiting.put(tx, self.pair, wait, self.now)

    def stored_base(self, side: Side, stored: Atendimento, sent: Atendimento, campos: tuple[str, ...]) -> Base:
        """The base after a write, from its read-back: a value as it was sent, known losses aside, becomes the base.

        Any other value is somebody else's edit: its base then matches nothing, and the next pass carries the edit.
        """
        adapter = self.adapters[side]
        return {
            campo: self.db.digester.field(stored, campo) if as_sent(sent, stored, campo) else OVERTAKEN
            for campo in campos
            if campo in adapter.fields and adapter.fields[campo].read
        }


def as_sent(sent: Atendimento, stored: Atendimento, campo: str) -> bool:
    """Whether the stored field is what was sent. A field that was not sent is whatever the ERP put there."""
    ours, theirs = getattr(sent, campo), getattr(stored, campo)
    if ours in (None, "") or campo == "cliente":
        return True
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours == theirs or same_but_for_losses(ours, theirs)
    if hasattr(ours, "id") and hasattr(theirs, "id"):
        return bool(ours.id == theirs.id)
    return bool(ours == theirs)
