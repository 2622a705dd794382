"""Notes what a pass finds and does about each ticket, for whoever asks later. Names of fields and numbers, no values.

It is noted in transactions that the pass makes anyway: what was read and merged before the first write, what was
written after the last. A pass that is killed between them leaves its intents, which tell the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from erp_bridge.core.model import Atendimento
from erp_bridge.sync.digest import Digester
from erp_bridge.sync.events import Adopted, Created, Events, PassEnded, Updated, Waiting
from erp_bridge.sync.plan import Attach, CreateTwin, Send, Work
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, steps
from erp_bridge.sync.store.steps import Share, Step


@dataclass(frozen=True, kw_only=True)
class _Heard(Events):
    """Hands on what it hears, and remembers it."""

    events: list[Created | Adopted | Updated | Waiting | PassEnded] = field(default_factory=list)

    def tell(self, event: Created | Adopted | Updated | Waiting | PassEnded) -> None:
        self.events.append(event)
        super().tell(event)


class Diary:
    """What one pass notes. Made when both sides have been read."""

    def __init__(self, session: Session, pass_id: int) -> None:
        self._session = session
        self._pass_id = pass_id
        self._read_at = session.now
        self._heard = _Heard(**vars(session.events))
        session.events = self._heard

    def plan(self, tx: Connection, works: Iterable[Work]) -> None:
        """What was read, and what comes of it."""
        session, now = self._session, self._session.now
        if session.report.full:
            steps.forget(tx, session.pair, now)
            intents.forget_closed(tx, session.pair, now - steps.KEPT)
        readable = session.adapters.map(lambda adapter: [c for c in session.planner.shared if adapter.fields[c].read])
        found = (step_of(work, session.db.digester, readable) for work in works if not work.is_idle)
        token = session.lease.fence.token
        steps.note(tx, session.pair, [
            replace(step, read_at=self._read_at, merged_at=now, pass_id=self._pass_id, token=token)
            for step in found if step
        ])  # fmt: skip

    def end(self, tx: Connection) -> None:
        """What was written."""
        session = self._session
        told = written(self._heard.events)
        steps.went(tx, session.pair, session.lease.fence.token, session.now, told.items())


def step_of(work: Work, digester: Digester, readable: Both[Collection[str]]) -> Step:
    """What was read of one ticket and what is to come of it; false where that is nothing."""
    to = Both.of(lambda side: _to(work, side))
    waits = tuple((wait.kind.value, wait.field, wait.code) for wait in work.waits)

    def news(side: Side) -> Share:
        record, link = work.records[side], work.link
        if record is None:
            return Share()
        stopped = sum(w.side is side and w.field not in ("", *Atendimento.model_fields) for w in work.waits)
        movements = to[side.other].movements + len(work.kept[side]) + stopped
        if link is None:
            return Share((), movements, whole=True)
        changed = (campo for campo in readable[side] if not digester.unchanged(record, campo, link.bases[side]))
        return Share(tuple(changed), movements)

    read: Both[Share] = Both.of(news)
    if not (to.left or to.right or waits or work.adopts) and work.link is None:
        return Step(work.ids)  # not taken up: outside the scope, or not carried from that side
    return Step(work.ids, read, to, work.adopts, work.settled, waits)


def _to(work: Work, side: Side) -> Share:
    actions = [action for action in work.actions if action.side is side]
    campos = [campo for action in actions for campo in getattr(action, "settles", ())]
    messages = {action.completes for action in actions if isinstance(action, Send | Attach)} - {""}
    return Share(tuple(dict.fromkeys(campos)), len(messages), any(isinstance(a, CreateTwin) for a in actions))


def written(
    events: Iterable[Created | Adopted | Updated | Waiting | PassEnded],
) -> dict[Both[str], Both[Share]]:
    """By both ids of a ticket, what went to each side."""
    found: dict[Both[str], Both[Share]] = {}
    for event in events:
        match event:
            case Created(side=side, left=left, right=right):
                share = Share(whole=True)
            case Updated(side=side, left=left, right=right, fields=campos, movements=movements):
                share = Share(campos, len(movements))
            case _:
                continue
        before = found.get(Both(left, right), steps.NOTHING)
        found[Both(left, right)] = Both(share, before.right) if side is Side.LEFT else Both(before.left, share)
    return found
