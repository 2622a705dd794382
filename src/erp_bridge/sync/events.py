"""What a program that embeds the engine may listen to: small values that hold ids, never names or texts.

An event is told after its fact is in the state store. It is a courtesy: a process that is killed tells nothing more,
so what must not be missed is read from the store (``Bridge.waiting``, ``Bridge.links``). A listener runs in the event
loop between two steps: let it be quick, and hand longer work on (a queue, a task). What it raises is logged and
stops nothing. On a dry run only the end of the pass is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from erp_bridge.sync.report import PassReport
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.lease import PairHeld
from erp_bridge.sync.store.waiting import Kind
from erp_bridge.transport.log import get_logger

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Created:
    """A twin was created: ``side`` is where, ``left`` and ``right`` are the ids of both tickets."""

    pair: str
    side: Side
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """Two tickets that were there already were joined."""

    pair: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Updated:
    """A ticket on ``side`` was brought up to date: names of the fields and ids of the movements carried there."""

    pair: str
    side: Side
    left: str
    right: str
    fields: tuple[str, ...]
    movements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something began to wait for a person. ``id`` is its number in ``conflicts``, ``quarantine`` or ``doubts``."""

    pair: str
    kind: Kind
    id: int
    side: Side
    ticket: str
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class PassEnded:
    """A pass or a run of a migration ended.

    ``counts`` has the keys that ``erp-bridge sync --json`` prints, and is None where it was broken off; ``error`` then
    names the class of what broke it. With ``counts`` and an ``error``, an ERP stopped answering on the way.
    """

    pair: str
    counts: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Events:
    """Whom to tell of what: ``Bridge(config, events=Events(on_conflict=tell_the_team))``."""

    on_created: Callable[[Created], None] | None = None
    on_adopted: Callable[[Adopted], None] | None = None
    on_updated: Callable[[Updated], None] | None = None
    on_conflict: Callable[[Waiting], None] | None = None
    on_quarantine: Callable[[Waiting], None] | None = None
    on_doubt: Callable[[Waiting], None] | None = None
    on_pass_end: Callable[[PassEnded], None] | None = None

    def tell(self, event: Created | Adopted | Updated | Waiting | PassEnded) -> None:
        """Hand the event to whoever listens to its kind."""
        match event:
            case Created():
                _tell(self.on_created, event)
            case Adopted():
                _tell(self.on_adopted, event)
            case Updated():
                _tell(self.on_updated, event)
            case Waiting(kind=Kind.CONFLICT):
                _tell(self.on_conflict, event)
            case Waiting(kind=Kind.QUARANTINE):
                _tell(self.on_quarantine, event)
            case Waiting():
                _tell(self.on_doubt, event)
            case PassEnded():
                _tell(self.on_pass_end, event)

    @property
    def about_waiting(self) -> bool:
        return any((self.on_conflict, self.on_quarantine, self.on_doubt))


#: Nobody listens.
SILENT = Events()


def _tell(listener: Callable[[E], None] | None, event: E) -> None:
    if listener is None:
        return
    try:
        listener(event)
    except Exception:  # who listens must not disturb who works
        get_logger(pair=getattr(event, "pair", None)).exception(
            "a listener failed", listener=getattr(listener, "__qualname__", repr(listener))
        )


async def watched(events: Events, db: Database, pair: str, work: Awaitable[PassReport]) -> PassReport:
    """What ``work`` gives; then what came to wait in it is told, and that it ended."""
    before = _numbers(db, pair) if events.about_waiting else frozenset()
    error: str | None = "CancelledError"
    report: PassReport | None = None
    try:
        report = await work
        error = report.error
    except Exception as failure:
        error = type(failure).__name__
        raise
    else:
        return report
    finally:
        if error != PairHeld.__name__:  # what another process sets down is told by that process
            if events.about_waiting:
                _tell_new(events, db, pair, before)
            events.tell(PassEnded(pair, report.as_json() if report else None, error))


def _numbers(db: Database, pair: str) -> frozenset[int]:
    with db.read() as tx:
        return frozenset(wait.id for wait in waiting.listed(tx, pair))


def _tell_new(events: Events, db: Database, pair: str, before: frozenset[int]) -> None:
    with db.read() as tx:
        found = [wait for wait in waiting.listed(tx, pair) if wait.id not in before and wait.kind is not Kind.FAILED]
    for wait in found:
        events.tell(Waiting(pair, wait.kind, wait.id, wait.side, wait.ticket, wait.field, wait.code))
