"""Which terms and codes tickets really have: those that changed in the last months, and those that are open.

Reading three months may take hundreds of requests. So it starts with the last days, looks further back only while
that is likely to stay within :data:`REQUESTS`, and remembers how far back it came.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from erp_bridge.core.adapter import Adapter, Capability, Cursor, Page
from erp_bridge.core.model import Atendimento

#: How far back is looked, one after the other.
DAYS = (10, 30, 90)
#: A reading of one ERP ends with the page that brings it here; there are two: changed tickets, and open ones.
REQUESTS = 200

#: Tickets whose clients are asked for together.
_AT_ONCE = 200

#: Texts of tickets are hardly ever needed here, and may be long.
_WITHOUT_TEXTS = {"descricao": "", "script": (), "primeiro_contato": None}


@dataclass
class Census:
    """Tickets by id. ``unreadable`` holds ``campo=codigo`` of those that could not be read, by id."""

    tickets: dict[str, Atendimento] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    days: int = 0  # how far back; 0: open tickets only
    whole: bool = True  # whether these are all tickets of those days
    all_open: bool = True  # whether these are all open tickets
    idle: int | None = None  # requests that a pass takes in which nothing is new

    def __len__(self) -> int:
        return len(self.tickets) + len(self.unreadable)

    def add(self, reading: Reading) -> None:
        self.tickets |= reading.tickets
        self.unreadable |= reading.unreadable


@dataclass
class Reading:
    """What one feed showed; ``cursor`` is where it goes on."""

    tickets: dict[str, Atendimento] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    whole: bool = True
    cursor: Cursor | None = None
    requests: int = 0


async def take(erp: Adapter, now: datetime, *, entire: bool = False) -> Census:
    """What the ERP's feeds show. ``now`` is a time of the ERP's clock.

    ``entire``: with texts and clients, as a pass reads them, because a pair's own step may look at them.
    """
    census = Census()
    if Capability.CHANGED_SINCE in erp.capabilities:
        cursor = await _changed(erp, now, census, entire)
        if cursor is not None:
            census.idle = (await _read(erp.changed_since(cursor, clientes=False), erp)).requests
    if Capability.OPEN_TICKETS in erp.capabilities:
        reading = await _read(erp.open_tickets(clientes=False), erp, entire)
        census.all_open = reading.whole
        census.add(reading)
    if entire:
        await _name_clients(erp, census)
    return census


async def _name_clients(erp: Adapter, census: Census) -> None:
    """Documents and names of the tickets' clients; of the first ones only, where all would take too long."""
    before, tickets = erp.requests, list(census.tickets.values())
    for start in range(0, len(tickets), _AT_ONCE):
        if erp.requests - before >= REQUESTS:
            break
        for ticket in await erp.with_clients(tickets[start : start + _AT_ONCE]):
            census.tickets[ticket.id or ""] = ticket


async def _changed(erp: Adapter, now: datetime, census: Census, entire: bool) -> Cursor | None:
    """Count the tickets of as many days as can be afforded; where such a reading goes on, if it was whole."""
    cursor: Cursor | None = None
    for days, next_days in zip(DAYS, (*DAYS[1:], 0), strict=True):
        reading = await _read(erp.changed_since(now - timedelta(days=days), clientes=False), erp, entire)
        if reading.whole or not census.days:
            census.days, census.whole = days, reading.whole
            census.add(reading)
        if not reading.whole:
            break
        cursor = reading.cursor
        if reading.requests * next_days > REQUESTS * days:
            break
    return cursor


async def _read(feed: AsyncIterator[Page], erp: Adapter, entire: bool = False) -> Reading:
    before = erp.requests
    reading = Reading()
    async for page in feed:
        for ticket in page:
            reading.tickets[ticket.id or ""] = ticket if entire else ticket.model_copy(update=_WITHOUT_TEXTS)
        for record in page.unreadable:
            reading.unreadable[record.id] = f"{record.campo}={record.codigo}"
        reading.cursor = page.cursor or reading.cursor
        if erp.requests - before >= REQUESTS:
            reading.whole = False
            break
    aclose = getattr(feed, "aclose", None)
    if aclose is not None:
        await aclose()
    reading.requests = erp.requests - before
    return reading
