"""Carries out a plan: notes an intent, sends, closes it. Each step is committed; a killed pass costs one record.

What fails is sorted by what can be done about it: unknown outcomes stay open for the resolver, refusals wait for a
person, an ERP that does not answer is left alone for the rest of the pass.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from erp_bridge.core.errors import (
    AuthError,
    BridgeError,
    Overtaken,
    Refused,
    Unavailable,
    Uncertain,
    ValidationFailed,
)
from erp_bridge.core.footer import record_of
from erp_bridge.core.model import Atendimento
from erp_bridge.sync.events import Adopted, Created, Updated
from erp_bridge.sync.plan import Action, Attach, Copy, CreateTwin, Send, Work
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links, movements, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait
from erp_bridge.sync.writes import SourceAway, Writes
from erp_bridge.transport.log import bound

#: The marker of a message of the bridge's own, and its number; people may write anything, so no more digits than occur.
_OWN_WORD = re.compile(r"s([0-9]{1,6})(?:\.|$)")


class Stop(Exception):
    """The rest of this ticket's work must wait."""


class Applier:
    """Runs works, several tickets at a time, each ticket's steps in order."""

    def __init__(self, session: Session, *, on_done: Callable[[Work], None] | None = None) -> None:
        self.session = session
        self._on_done = on_done

    async def run(self, works: Iterable[Work], *, workers: int) -> None:
        """Carry out all works. Raises ``LeaseLost``, ``StoreError`` and ``AuthError``; anything else is set down."""
        queue = iter(works)

        async def worker() -> None:
            for work in queue:
                await self.carry_out(work)
                if self._on_done:
                    self._on_done(work)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(workers):
                    group.create_task(worker())
        except* (LeaseLost, StoreError, AuthError) as group_error:
            raise group_error.exceptions[0] from None

    async def carry_out(self, work: Work) -> None:
        """Carry out one work; raises as :meth:`run` does."""
        if any(action.side in self.session.down for action in work.actions):
            return
        try:
            with bound(ticket=work.key):
                await _Ticket(self.session, work).carry_out()
        except Stop:
            return


class _Ticket:
    """The steps of one work."""

    def __init__(self, session: Session, work: Work) -> None:
        self.session = session
        self.work = work
        self.writes = Writes(session, work)
        self.refused: set[str] = set()
        self.done: list[Action] = []

    async def carry_out(self) -> None:
        self._begin()
        try:
            for action in self.work.actions:
                await self._step(action)
        finally:
            self._tell()
            if self.writes.ahead is not None:
                await self.writes.ahead.forget_unsent()
        self._finish()
        for side in self.writes.touched:
            if self.writes.fresh is None:
                self.session.report.updated[side] += 1

    def _tell(self) -> None:
        """Tell those who listen what became of the ticket."""
        if self.writes.link is None:
            return
        tell, pair, ids = self.session.events.tell, self.session.pair, self.writes.link.ids
        if self.writes.fresh is not None and self.work.creates is not None:
            tell(Created(pair, self.work.creates, ids.left, ids.right))
            return
        if self.work.adopts:
            tell(Adopted(pair, ids.left, ids.right))
        for side in Side:
            done = [action for action in self.done if action.side is side]
            campos = tuple(campo for action in done for campo in getattr(action, "settles", ()))
            told = tuple(action.completes for action in done if isinstance(action, Send | Attach) and action.completes)
            if campos or told:
                tell(Updated(pair, side, ids.left, ids.right, campos, told))

    # --- before and after --------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """What needs no write to an ERP: adoption, settled bases, movements only remembered, what waits."""
        session, work = self.session, self.work
        if not work.notes:
            return
        with session.db.write(session.lease.fence) as tx:
            if work.adopts:
                self.writes.link = links.get(tx, self._adopt(tx))
                session.report.adopted += 1
            if self.writes.link is not None:
                for side in Side:
                    record = work.records[side]
                    if work.settled and record is not None:
                        links.renew(tx, self.writes.link.id, side, self.writes.base(side, record, work.settled))
                    movements.remember(tx, session.pair, side, self.writes.link.ids[side], work.kept[side], "kept")
                for copy in work.copies:
                    self._recognise(tx, self.writes.link, copy)
            for wait in work.waits:
                waiting.put(tx, session.pair, wait, session.now)

    def _recognise(self, tx: Connection, link: Link, copy: Copy) -> None:
        """Note a message of the bridge that was found by its footer."""
        side = copy.side
        source, found = (link.ids[side.other], ""), (link.ids[side], copy.id)
        movements.join(tx, self.session.pair, side.other, source, found, part=copy.part)
        if own := _OWN_WORD.match(copy.part):
            links.wrote(tx, link.id, int(own[1]))

    def _adopt(self, tx: Connection) -> int:
        session, work = self.session, self.work
        left, right = work.ids.left, work.ids.right
        if left is None or right is None:
            raise ValueError("an adoption joins two records")
        return links.add(
            tx,
            session.pair,
            Both(left, right),
            bases=Both({}, {}),
            protocolos=work.records.map(self.writes.protocolo),
            made=work.made,
            since=session.now,
        )

    def _finish(self) -> None:
        """Drop what no longer waits: all of the ticket's, but what was set down anew or concerns other movements."""
        session, work = self.session, self.work
        again = {(w.kind, w.side, w.field) for w in work.waits}
        again |= {(Kind.QUARANTINE, side, campo) for side in Side for campo in self.refused}
        done: list[int] = []
        with session.db.read() as tx:
            for side in Side:
                if self.writes.fresh is not None and self.work.records[side] is None:
                    continue  # nothing waits of a ticket that was only just made
                id = self.writes.link.ids[side] if self.writes.link else work.ids[side]
                for wait in waiting.of_tickets(tx, session.pair, side, [id] if id else []):
                    if (wait.kind, side, wait.field) in again or wait.kind is Kind.DOUBT:
                        continue
                    is_field = wait.field == "" or wait.field in Atendimento.model_fields
                    if is_field or wait.field in self.writes.delivered or wait.field in work.kept[side]:
                        done.append(wait.id)
        if done:
            with session.db.write(session.lease.fence) as tx:
                waiting.clear(tx, done)

    # --- one step ----------------------------------------------------------------------------------------------

    async def _step(self, action: Action) -> None:
        if isinstance(action, Send) and action.part and record_of(action.part) in self.refused:
            return  # the rest of a movement whose beginning was refused
        try:
            await self.writes.make(action)
            self.done.append(action)
        except (LeaseLost, StoreError, AuthError):
            raise
        except Uncertain:
            self._set_down(Kind.FAILED, "uncertain", action)
            raise Stop from None
        except SourceAway as error:
            self.session.down[action.side.other] = str(error)
            self._set_down(Kind.FAILED, "unavailable", action)
            raise Stop from None
        except Unavailable as error:
            self.session.down[action.side] = error.message
            self._set_down(Kind.FAILED, "unavailable", action)
            raise Stop from None
        except Overtaken:
            self._set_down(Kind.FAILED, "overtaken", action)
            raise Stop from None
        except BridgeError as error:
            self._refusal(action, error)

    def _refusal(self, action: Action, error: BridgeError) -> None:
        code = "refused" if isinstance(error, Refused) else type(error).__name__.lower()
        if isinstance(error, ValidationFailed):
            for violation in error.violations:
                self._set_down(Kind.QUARANTINE, violation.code, action, violation.campo)
        else:
            for campo in self._named(action):
                self._set_down(Kind.QUARANTINE, code, action, campo)
        if isinstance(action, CreateTwin):
            raise Stop from None

    def _named(self, action: Action) -> tuple[str, ...]:
        if isinstance(action, CreateTwin):
            return ("",)
        if isinstance(action, Send | Attach) and action.part:
            return (record_of(action.part),)
        return action.settles

    def _set_down(self, kind: Kind, code: str, action: Action, campo: str | None = None) -> None:
        side = action.side.other
        ticket = self.work.ids[side] or (self.writes.link.ids[side] if self.writes.link else "")
        if campo is None:
            campo = ""
        if kind is Kind.QUARANTINE:
            self.refused.add(campo)
        detail = {"erp": self.session.adapters[action.side].name}
        self.session.park(Wait(kind, side, ticket, code, campo, detail))
