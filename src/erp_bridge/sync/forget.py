"""LGPD: everything the store holds of one client is reduced to tombstones. The client is found live in the ERPs.

A tombstone is two ids and nothing else: neither record is ever linked, created again or updated.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, delete

from erp_bridge.core import documento as doc
from erp_bridge.core.adapter import Adapter, Capability
from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, links, steps
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.lease import hold
from erp_bridge.sync.store.schema import intents, movements, waiting

#: In a tombstone, the place of a twin that there never was.
NEVER = "never:"


@dataclass
class Forgotten:
    """What was found of a client in one pair. ``clients`` are ids, by side."""

    pair: str
    clients: dict[Side, list[str]] = field(default_factory=dict)
    links: int = 0
    unlinked: int = 0


async def forget(db: Database, pair: str, adapters: Both[Adapter], documento: str, now: float) -> Forgotten:
    """Bury what the store knows of a client in one pair; raises ``PairHeld`` while a pass is under way.

    Raises ``ConfigError`` for something that is no document, ``Unsupported`` where an ERP cannot list a client's
    tickets.
    """
    wanted = doc.normalise(documento)
    if not wanted:
        raise ConfigError("give the CPF or CNPJ whose tickets are to be forgotten")
    result = Forgotten(pair)
    tickets: dict[Side, list[str]] = {}
    for side in Side:
        result.clients[side], tickets[side] = await _tickets(adapters[side], wanted)
    with hold(db, pair) as lease, db.write(lease.fence) as tx:
        for side in Side:
            ledger.forget(tx, adapters[side].name, tickets[side])
            known = links.by_ids(tx, pair, side, tickets[side])
            for link in known.values():
                if not link.tombstone:
                    links.bury(tx, link.id)
                    result.links += 1
                for place in Side:
                    _drop(tx, pair, place, link.ids[place])
            for id in tickets[side]:
                _drop(tx, pair, side, id)
                if id not in known:
                    _bury_alone(tx, pair, side, id, now)
                    result.unlinked += 1
    return result


async def _tickets(adapter: Adapter, documento: str) -> tuple[list[str], list[str]]:
    if Capability.FIND_CLIENT not in adapter.capabilities:
        return [], []
    clients = [client.id for client in await adapter.clients_by_document(documento) if client.id]
    tickets = [ticket.id for id in clients for ticket in await adapter.tickets_of_client(id) if ticket.id]
    return clients, tickets


def _bury_alone(tx: Connection, pair: str, side: Side, id: str, now: float) -> None:
    nowhere = f"{NEVER}{side.value}:{id}"
    ids = Both(id, nowhere) if side is Side.LEFT else Both(nowhere, id)
    nothing: Both[dict[str, str]] = Both({}, {})
    links.bury(tx, links.add(tx, pair, ids, bases=nothing, protocolos=Both(None, None), made=None, since=now))


def _drop(tx: Connection, pair: str, side: Side, ticket: str) -> None:
    """Remove what else stands of a ticket: its movements, what waits, what passes noted, and intents."""
    for table in (movements, waiting):
        tx.execute(delete(table).where(table.c.pair == pair, table.c.side == side.value, table.c.ticket == ticket))
    tx.execute(delete(intents).where(intents.c.pair == pair, intents.c.side == side.value, intents.c.target == ticket))
    history.drop(tx, pair, side, ticket)
    steps.drop(tx, pair, side, ticket)
    here = (intents.c.pair == pair, intents.c.side == side.other.value, intents.c.source == ticket)
    tx.execute(delete(intents).where(*here))
