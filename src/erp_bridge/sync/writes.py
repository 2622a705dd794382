"""One ticket's writes to an ERP: each is noted, sent, and closed with what came back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from erp_bridge.core.adapter import Capability
from erp_bridge.core.errors import (
    AuthError,
    BridgeError,
    Malformed,
    NotFound,
    Refused,
    Unavailable,
    Uncertain,
    Unseen,
)
from erp_bridge.core.footer import Ref
from erp_bridge.core.model import Atendimento
from erp_bridge.sync import files
from erp_bridge.sync.digest import OVERTAKEN, Base
from erp_bridge.sync.plan import Action, Attach, CreateTwin, Forward, Send, SetStatus, Work, Write
from erp_bridge.sync.posting import Ahead, Opened, Posted, addressed, without_look
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, links, movements
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.links import Link

T = TypeVar("T")


class SourceAway(Exception):
    """The ERP that a file comes from does not answer."""


class Writes:
    """The writes of one work, in its order. ``link`` is the ticket's, as soon as there is one."""

    def __init__(self, session: Session, work: Work) -> None:
        self.session = session
        self.work = work
        self.link: Link | None = work.link
        self.fresh: Atendimento | None = None  # the twin as just created
        self.delivered: set[str] = set()  # movements that arrived
        self.touched: set[Side] = set()
        self.ahead: Ahead | None = None  # what was noted together with a new link

    async def make(self, action: Action) -> None:
        """Raises what the adapters raise, ``LeaseLost``, ``StoreError`` and ``SourceAway``."""
        match action:
            case CreateTwin():
                await self._create(action)
            case Send():
                await self._send(action)
            case Attach():
                await self._attach(action)
            case Write():
                await self._write(action)
            case SetStatus():
                await self._set_status(action)
            case Forward():
                await self._forward(action)

    def base(self, side: Side, record: Atendimento, campos: Iterable[str]) -> Base:
        """What the link says of that record, of fields that its ERP can read."""
        readable = self.session.adapters[side].fields
        return self.session.db.digester.base(record, [c for c in campos if c in readable and readable[c].read])

    def protocolo(self, record: Atendimento | None) -> str | None:
        """The digest of its number."""
        return self.session.db.digester.protocolo(record.protocolo) if record and record.protocolo else None

    async def _sent(self, intent: Intent, send: Callable[[], Awaitable[T]]) -> tuple[int, T]:
        """Note the intent, send, and hand back its number with what came back; the caller closes it with its result."""
        number = await self.session.commit(lambda tx: intents.note(tx, intent))
        return number, await self._tried(number, send)

    async def _tried(self, number: int, send: Callable[[], Awaitable[T]]) -> T:
        """Send what was noted under that number."""
        session = self.session
        try:
            return await send()
        except Uncertain as error:
            with session.db.write(session.lease.fence) as tx:
                intents.left_open(tx, number, session.now, unseen=isinstance(error, Unseen))
            raise
        except (LeaseLost, StoreError):
            raise
        except BridgeError:
            with session.db.write(session.lease.fence) as tx:
                intents.close(tx, number, "void")
            raise

    async def _create(self, action: CreateTwin) -> None:
        session, side = self.session, action.side
        source = self._record(side.other)
        adapter = session.adapters[side]
        protocolo = await adapter.reserve_protocolo()
        twin = action.twin.model_copy(update={"protocolo": protocolo})
        shared = session.planner.shared
        base = self.base(side.other, source, shared)
        later = {campo for step in self.work.actions if not isinstance(step, CreateTwin) for campo in step.settles}
        base |= dict.fromkeys(later & base.keys(), OVERTAKEN)  # not delivered yet
        ahead, unseen = Ahead(session, side), without_look(session, side, Capability.POST_TICKET)
        number, stored = await self._sent(
            self._intent(
                Operation.TWIN, side, twin.descricao, base=base, marker=protocolo,
                cliente=twin.cliente.id if twin.cliente else None,
            ),
            lambda: ahead.open(twin) if unseen else adapter.create(twin),
        )  # fmt: skip
        taken = {campo for campo in shared if campo in adapter.fields and adapter.fields[campo].create}
        sent = twin.model_copy(update={campo: None for campo in shared if campo not in taken})
        known = session.stored_base(side, stored, sent, shared)
        bases = {side.other: base, side: dict.fromkeys(known, OVERTAKEN) if unseen else known}
        records = {side.other: source, side: stored}

        def close(tx: Connection) -> Link | None:
            if unseen and links.by_ids(tx, session.pair, side, [stored.id or ""]):
                intents.left_open(tx, number, session.now, unseen=True)
                return None  # it named a record that was another's: it has to be looked for
            link_id = links.add(
                tx,
                session.pair,
                Both.of(lambda s: records[s].id or ""),
                bases=Both.of(lambda s: bases[s]),
                protocolos=Both.of(lambda s: self.protocolo(records[s])),
                made=side,
                since=session.now,
            )
            if unseen:
                intents.aim(tx, number, stored.id or "")  # stays open until the ticket was seen
            else:
                intents.close(tx, number, "done")
            link = links.get(tx, link_id)
            if link is not None:
                told = lambda campos: self.base(side.other, source, campos)  # noqa: E731
                ahead.note(tx, link, stored, self.work.actions, self._intent, told)
            return link

        self.link = await session.commit(close)
        if self.link is None:
            raise Uncertain("the ERP named a ticket that it named before", erp=adapter.name, operation="create")
        self.fresh, self.ahead = stored, ahead
        if unseen and session.posted is not None:
            session.posted.append(Opened(side, self._link(), stored, number, sent))
        session.report.created[side] += 1
        if session.planner.crossings[side.other].trigger:
            await self._own_rows(side, stored)

    async def _own_rows(self, side: Side, twin: Atendimento) -> None:
        """What the ERP wrote by itself because the twin carries a trigger: listed at once, and never carried."""
        rows = await self.session.adapters[side].movements(twin.id or "")
        with self.session.db.write(self.session.lease.fence) as tx:
            movements.remember(tx, self.session.pair, side, twin.id or "", [m.id or "" for m in rows], "kept")

    async def _send(self, action: Send) -> None:
        session, side, link = self.session, action.side, self._link()
        if not action.part and self.fresh is not None and self.fresh.status is action.status:
            self._settle(action.settles)
            return
        if await self._posted(action):
            return
        part = action.part
        if not part:
            with session.db.write(session.lease.fence) as tx:
                part = f"s{links.next_write(tx, link.id)}"
                if action.status is None and self.fresh is None:
                    # what stands there has lost to what is told now: it must not pass for news afterwards
                    links.renew(tx, link.id, side, self.base(side, self._record(side), action.settles))
        message = addressed(action, part)
        adapter, target = session.adapters[side], link.ids[side]
        told = self.base(side.other, self._record(side.other), action.settles)
        number, stored = await self._sent(
            self._intent(
                Operation.MOVEMENT, side, message.texto, part=part, target=target,
                marker=action.completes or None, base=None if action.status else told,
            ),
            lambda: adapter.add_movement(target, message),
        )  # fmt: skip
        after = await self._read_back(side, target) if action.status is not None else None
        with session.db.write(session.lease.fence) as tx:
            intents.close(tx, number, "done")
            source = (link.ids[side.other], action.completes)
            movements.join(tx, session.pair, side.other, source, (target, stored.id or part), part=part)
            if action.settles and (after is not None or action.status is None):
                links.renew(tx, link.id, side.other, told)
            if after is not None:
                sent = Atendimento(status=action.status)
                links.renew(tx, link.id, side, session.stored_base(side, after, sent, ("status",)))
        if action.completes:
            self.delivered.add(action.completes)
            session.report.movements[side] += 1
        if action.settles:
            self.touched.add(side)

    async def _posted(self, action: Send | SetStatus) -> bool:
        """Whether it was noted ahead, and so is written now without a look."""
        noted = self.ahead.of(action) if self.ahead is not None else None
        if self.ahead is None or noted is None or self.fresh is None or self.session.posted is None:
            return False
        ahead, twin = self.ahead, self.fresh
        number = await ahead.in_time(noted)
        id = await self._tried(number, lambda: ahead.post(noted, twin))
        self.session.posted.append(Posted(action.side, self._link(), twin, noted, id))
        if isinstance(action, Send) and action.completes:
            self.delivered.add(action.completes)
        return True

    async def _attach(self, action: Attach) -> None:
        """The file itself; where the source no longer gives it or the target does not take it, a line that tells it."""
        session, side, link = self.session, action.side, self._link()
        source, target, part = link.ids[side.other], link.ids[side], action.part
        adapter = session.adapters[side]
        try:
            data = await files.content(session.adapters[side.other], source, action.arquivo)
        except Unavailable as error:
            raise SourceAway(error.message) from None
        except (NotFound, Refused, Malformed):
            await self._send(action.line)
            return
        sent = files.marked(action.arquivo, Ref(erp=session.adapters[side.other].name, id=source, part=part))
        try:
            number, stored = await self._sent(
                self._intent(Operation.ATTACHMENT, side, f"{part} {len(data)}", part=part, target=target, marker=part),
                lambda: adapter.attach(target, sent, data),
            )
        except Refused:
            await self._send(action.line)
            return
        with session.db.write(session.lease.fence) as tx:
            intents.close(tx, number, "done")
            copy = (target, files.entry_id(stored) if stored.id else part)
            movements.join(tx, session.pair, side.other, (source, action.completes), copy, part=part)
        self.delivered.add(action.completes)
        session.report.movements[side] += 1

    async def _write(self, action: Write) -> None:
        side, link = action.side, self._link()
        adapter, target = self.session.adapters[side], link.ids[side]
        expected = self._record(side).versao
        number, stored = await self._sent(
            self._intent(Operation.FIELDS, side, str(sorted(action.campos)), target=target),
            lambda: adapter.update(target, expected=expected, **action.campos),
        )
        self._close_fields(number, action, stored, Atendimento(**action.campos))

    async def _set_status(self, action: SetStatus) -> None:
        side, link = action.side, self._link()
        if self.fresh is not None and self.fresh.status is action.status:
            self._settle(action.settles)
            return
        if await self._posted(action):
            return
        adapter, target = self.session.adapters[side], link.ids[side]
        number, stored = await self._sent(
            self._intent(Operation.STATUS, side, action.status.value, target=target),
            lambda: adapter.set_status(target, action.status),
        )
        self._close_fields(number, action, stored, Atendimento(status=action.status))

    async def _forward(self, action: Forward) -> None:
        side, link = action.side, self._link()
        adapter, target = self.session.adapters[side], link.ids[side]
        number, stored = await self._sent(
            self._intent(Operation.FORWARD, side, action.departamento.id or "", target=target),
            lambda: adapter.forward(target, action.departamento),
        )
        self._close_fields(number, action, stored, Atendimento(departamento=action.departamento))

    # --- small pieces ------------------------------------------------------------------------------------------

    def _close_fields(
        self, number: int, action: Write | SetStatus | Forward, stored: Atendimento, sent: Atendimento
    ) -> None:
        session, side, link = self.session, action.side, self._link()
        with session.db.write(session.lease.fence) as tx:
            intents.close(tx, number, "done")
            links.renew(tx, link.id, side, session.stored_base(side, stored, sent, action.settles))
            source = self._record(side.other)
            links.renew(tx, link.id, side.other, self.base(side.other, source, action.settles))
        self.touched.add(side)

    def _settle(self, campos: tuple[str, ...]) -> None:
        """Both sides agree already: only the source's base was still open."""
        session, link = self.session, self._link()
        for side in Side:
            record = self.work.records[side]
            if record is not None:
                with session.db.write(session.lease.fence) as tx:
                    links.renew(tx, link.id, side, self.base(side, record, campos))

    async def _read_back(self, side: Side, target: str) -> Atendimento | None:
        try:
            return await self.session.adapters[side].get(target)
        except (LeaseLost, StoreError, AuthError):
            raise
        except BridgeError:
            return None  # the bases stay: the next pass compares both sides afresh

    def _intent(
        self,
        operation: Operation,
        side: Side,
        payload: str,
        *,
        part: str = "",
        target: str | None = None,
        marker: str | None = None,
        cliente: str | None = None,
        base: Base | None = None,
    ) -> Intent:
        session = self.session
        return Intent(
            pair=session.pair,
            side=side,
            operation=operation,
            source=self._record(side.other).id or "",
            digest=session.db.digester.text(payload),
            sent=session.now,
            token=session.lease.fence.token,
            part=part,
            target=target,
            marker=marker,
            cliente=cliente,
            base=base,
        )

    def _record(self, side: Side) -> Atendimento:
        record = self.work.records[side]
        if record is None and self.fresh is not None:
            return self.fresh
        if record is None:
            raise ValueError("this work has no record of that side")
        return record

    def _link(self) -> Link:
        if self.link is None:
            raise ValueError("a ticket without a twin takes no messages")
        return self.link
