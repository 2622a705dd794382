"""Reads back what was written to new tickets without a look, many tickets at once, and closes its intents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Connection

from erp_bridge.core.adapter import Adapter, Archive, Capability
from erp_bridge.core.errors import AuthError, BridgeError, Unavailable
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.sync.digest import Base
from erp_bridge.sync.plan import Send
from erp_bridge.sync.posting import Opened, Posted, is_copy
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, links, movements, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.movements import Copied
from erp_bridge.sync.store.waiting import Kind, Wait


async def prove(session: Session, posted: Sequence[Posted | Opened]) -> None:
    """Close what is seen to be there. What is not stays open, for the resolver; so does all where nothing is read."""
    for side in Side:
        opened = [one for one in posted if one.side is side and isinstance(one, Opened)]
        written = [one for one in posted if one.side is side and isinstance(one, Posted)]
        told = list(dict.fromkeys(one.twin.id or "" for one in written if one.noted.message is not None))
        looked_at = {one.twin.id or "": one.twin for one in opened}
        looked_at |= {one.twin.id or "": one.twin for one in written if one.noted.action.status}
        if not (told or looked_at):
            continue
        try:
            adapter = session.adapters[side]
            histories = await adapter.movements_of(told) if told else {}
            stored = await read_back(adapter, looked_at)
            new = [stored[id] for one in opened if (id := one.twin.id or "") in stored]
            stored |= {ticket.id or "": ticket for ticket in await adapter.with_clients(new)} if new else {}
        except (LeaseLost, StoreError, AuthError):
            raise
        except BridgeError as error:
            if isinstance(error, Unavailable):
                session.down[side] = error.message
            continue
        found = _Found(session, side)
        for made in opened:
            found.opened(made, stored.get(made.twin.id or ""))
        for one in written:
            found.written(one, histories.get(one.twin.id or "", ()), stored.get(one.twin.id or ""))
        await session.commit(found.note)
        session.report.movements[side] += sum(bool(copied.source[1]) for copied in found.copies)


async def read_back(adapter: Adapter, twins: Mapping[str, Atendimento]) -> dict[str, Atendimento]:
    """Tickets made a moment ago, as they are now; in one listing where the ERP does not take many ids at once."""
    found: dict[str, Atendimento] = {}
    opened = [twin.aberto_em for twin in twins.values() if twin.aberto_em]
    listed = Capability.TICKETS_BETWEEN in adapter.capabilities and len(opened) == len(twins) > 1
    if listed and Capability.GET_MANY not in adapter.capabilities:
        async for page in cast(Archive, adapter).tickets_between(min(opened), None):
            found |= {ticket.id or "": ticket for ticket in page if ticket.id in twins}
    missing = [id for id in twins if id not in found]
    if missing:
        found |= {ticket.id or "": ticket for ticket in await adapter.get_many(missing)}
    return found


@dataclass
class _Found:
    """What the reading told, before it is noted. ``bases`` are renewed, by link and side; ``missing`` are not there."""

    session: Session
    side: Side
    closed: list[int] = field(default_factory=list)
    missing: list[tuple[Link, int]] = field(default_factory=list)
    copies: list[Copied] = field(default_factory=list)
    bases: dict[tuple[int, Side], Base] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)

    def opened(self, made: Opened, stored: Atendimento | None) -> None:
        """The link gets its base from what is there; a field that reads otherwise than it was sent was edited since."""
        session, source = self.session, made.link.ids[self.side.other]
        if stored is None or not is_copy(stored, session.adapters[self.side.other].name, source, made.twin.protocolo):
            self.missing.append((made.link, made.number))
            return
        self._renew(made.link, self.side, session.stored_base(self.side, stored, made.sent, session.planner.shared))
        self.closed.append(made.number)

    def written(self, one: Posted, history: Sequence[Movimentacao], stored: Atendimento | None) -> None:
        noted = one.noted
        if noted.message is not None:
            copy = _seen(one, history)
            if copy is None:
                self.missing.append((one.link, noted.number))
                return
            completes = noted.action.completes if isinstance(noted.action, Send) else ""
            source = (one.link.ids[self.side.other], completes)
            self.copies.append(Copied(self.side.other, source, (one.twin.id or "", copy), noted.part))
        self._settle(one, stored)
        self.closed.append(noted.number)

    def _settle(self, one: Posted, after: Atendimento | None) -> None:
        """Renew the bases of what it delivered. A status that reads otherwise was not taken: a person is told."""
        action, side = one.noted.action, self.side
        if not action.settles:
            return
        if action.status is None:
            self._renew(one.link, side.other, one.noted.told)
            return
        if after is None:
            return  # the bases stay: the next pass compares both sides afresh
        self._renew(one.link, side, {"status": self.session.db.digester.field(after, "status")})
        if after.status is action.status:
            self._renew(one.link, side.other, one.noted.told)
            return
        detail = {"erp": self.session.adapters[side].name}
        source = one.link.ids[side.other]
        self.waits.append(Wait(Kind.QUARANTINE, side.other, source, "refused", "status", detail))

    def _renew(self, link: Link, side: Side, base: Base) -> None:
        self.bases[link.id, side] = {**self.bases.get((link.id, side), {}), **base}

    def note(self, tx: Connection) -> None:
        """What is not there stays open: nothing is repeated before the resolver has looked."""
        session, detail = self.session, {"erp": self.session.adapters[self.side].name}
        for link, number in self.missing:
            intents.left_open(tx, number, session.now, unseen=True)
            source = link.ids[self.side.other]
            waiting.put(
                tx, session.pair, Wait(Kind.FAILED, self.side.other, source, "uncertain", "", detail), session.now
            )
        for wait in self.waits:
            waiting.put(tx, session.pair, wait, session.now)
        movements.join_all(tx, session.pair, self.copies)
        links.renew_all(tx, self.bases)
        intents.close_all(tx, self.closed, "done")


def _seen(one: Posted, history: Sequence[Movimentacao]) -> str | None:
    """The id under which a message stands there."""
    message = one.noted.message
    for movement in history:
        if one.id is not None and movement.id == one.id:
            return movement.id
        if message and message.footer and movement.footer and movement.footer.ref == message.footer.ref:
            return movement.id
    return None
