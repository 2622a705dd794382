"""Reads back what was written to new tickets without a look, many tickets at once, and closes its intents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from sqlalchemy import Connection

from erp_bridge.core.adapter import Adapter, Archive, Capability
from erp_bridge.core.errors import AuthError, BridgeError, Unavailable
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.sync.plan import Send
from erp_bridge.sync.posting import Opened, Posted, is_copy
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, links, movements, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.links import Link
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
            made = [stored[id] for one in opened if (id := one.twin.id or "") in stored]
            stored |= {ticket.id or "": ticket for ticket in await adapter.with_clients(made)} if made else {}
        except (LeaseLost, StoreError, AuthError):
            raise
        except BridgeError as error:
            if isinstance(error, Unavailable):
                session.down[side] = error.message
            continue
        await session.commit(partial(_close, session, opened, written, histories, stored))


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


def _close(
    session: Session,
    opened: Sequence[Opened],
    written: Sequence[Posted],
    histories: Mapping[str, Sequence[Movimentacao]],
    stored: Mapping[str, Atendimento],
    tx: Connection,
) -> None:
    for made in opened:
        _there(tx, session, made, stored.get(made.twin.id or ""))
    for one in written:
        noted, target = one.noted, one.twin.id or ""
        if noted.message is not None:
            copy = _seen(one, histories.get(target, ()))
            if copy is None:
                _not_there(tx, session, one.side, one.link, noted.number)
                continue
            completes = noted.action.completes if isinstance(noted.action, Send) else ""
            source = (one.link.ids[one.side.other], completes)
            movements.join(tx, session.pair, one.side.other, source, (target, copy), part=noted.part)
            session.report.movements[one.side] += bool(completes)
        _settle(tx, session, one, stored.get(target))
        intents.close(tx, noted.number, "done")


def _there(tx: Connection, session: Session, made: Opened, stored: Atendimento | None) -> None:
    """The link gets its base from what is there; a field that reads otherwise than it was sent was edited since."""
    source = session.adapters[made.side.other].name, made.link.ids[made.side.other]
    if stored is None or not is_copy(stored, *source, made.twin.protocolo):
        _not_there(tx, session, made.side, made.link, made.number)
        return
    base = session.stored_base(made.side, stored, made.sent, session.planner.shared)
    links.renew(tx, made.link.id, made.side, base)
    intents.close(tx, made.number, "done")


def _seen(one: Posted, history: Sequence[Movimentacao]) -> str | None:
    """The id under which a message stands there."""
    message = one.noted.message
    for movement in history:
        if one.id is not None and movement.id == one.id:
            return movement.id
        if message and message.footer and movement.footer and movement.footer.ref == message.footer.ref:
            return movement.id
    return None


def _settle(tx: Connection, session: Session, one: Posted, after: Atendimento | None) -> None:
    """Renew the bases of what it delivered. A status that reads otherwise was not taken: the next pass tries again."""
    action, side = one.noted.action, one.side
    if not action.settles:
        return
    if action.status is None:
        links.renew(tx, one.link.id, side.other, one.noted.told)
        return
    if after is None:
        return  # the bases stay: the next pass compares both sides afresh
    digester = session.db.digester
    links.renew(tx, one.link.id, side, {"status": digester.field(after, "status")})
    if after.status is action.status:
        links.renew(tx, one.link.id, side.other, one.noted.told)
        return
    detail = {"erp": session.adapters[side].name}
    wait = Wait(Kind.QUARANTINE, side.other, one.link.ids[side.other], "refused", "status", detail)
    waiting.put(tx, session.pair, wait, session.now)


def _not_there(tx: Connection, session: Session, side: Side, link: Link, number: int) -> None:
    """The ERP said yes and does not show it: nothing is repeated before the resolver has looked."""
    intents.left_open(tx, number, session.now, unseen=True)
    detail = {"erp": session.adapters[side].name}
    wait = Wait(Kind.FAILED, side.other, link.ids[side.other], "uncertain", "", detail)
    waiting.put(tx, session.pair, wait, session.now)
