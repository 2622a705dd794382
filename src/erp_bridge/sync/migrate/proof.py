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
from erp_bridge.sync.posting import Posted
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import intents, links, movements, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.waiting import Kind, Wait


async def prove(session: Session, posted: Sequence[Posted]) -> None:
    """Close what is seen to be there. What is not stays open, for the resolver; so does all where nothing is read."""
    for side in Side:
        here = [one for one in posted if one.side is side]
        if not here:
            continue
        twins = {one.twin.id or "": one.twin for one in here}
        try:
            adapter = session.adapters[side]
            histories = await adapter.movements_of(list(twins))
            moved = {id: t for one in here if one.noted.action.status for id, t in [(one.twin.id or "", one.twin)]}
            stored = await read_back(adapter, moved)
        except (LeaseLost, StoreError, AuthError):
            raise
        except BridgeError as error:
            if isinstance(error, Unavailable):
                session.down[side] = error.message
            continue
        await session.commit(partial(_close, session, here, histories, stored))


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
    posted: Sequence[Posted],
    histories: Mapping[str, Sequence[Movimentacao]],
    stored: Mapping[str, Atendimento],
    tx: Connection,
) -> None:
    for one in posted:
        noted, target = one.noted, one.twin.id or ""
        if noted.message is not None:
            copy = _seen(one, histories.get(target, ()))
            if copy is None:
                _not_there(tx, session, one)
                continue
            completes = noted.action.completes if isinstance(noted.action, Send) else ""
            source = (one.link.ids[one.side.other], completes)
            movements.join(tx, session.pair, one.side.other, source, (target, copy), part=noted.part)
            session.report.movements[one.side] += bool(completes)
        _settle(tx, session, one, stored.get(target))
        intents.close(tx, noted.number, "done")


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


def _not_there(tx: Connection, session: Session, one: Posted) -> None:
    """The ERP said yes and does not show it: nothing is repeated before the resolver has looked."""
    intents.left_open(tx, one.noted.number, session.now, unseen=True)
    detail = {"erp": session.adapters[one.side].name}
    wait = Wait(Kind.FAILED, one.side.other, one.link.ids[one.side.other], "uncertain", "", detail)
    waiting.put(tx, session.pair, wait, session.now)
