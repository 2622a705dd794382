"""Brings each ticket together with its twin out of the listings of both sides; memory does not grow with either.

Twins mostly come in the same order on both sides, for one was made after the other. So both are listed side by side,
and a ticket waits for its twin to be listed too: then each is read once. Where too many wait, twins are read by id.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from itertools import islice

from erp_bridge.core.adapter import Page
from erp_bridge.core.model import Atendimento
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.migrate.archive import Span, listing
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links
from erp_bridge.sync.store.links import Twins

#: Tickets of one side that wait for their twins at the most.
ROOM = 1000
#: Twins that are looked at together.
AT_ONCE = 200


@dataclass
class Case:
    """Two linked tickets; ``records`` lacks what is still to be read."""

    twins: Twins
    records: dict[Side, Atendimento]


@dataclass
class Batch:
    """What is to be looked at together; ``listed`` tickets came so far, of both sides.

    ``alone`` and ``unreadable`` (id, twin's id if any, field) are of ``side``.
    """

    side: Side
    listed: int
    cases: list[Case] = field(default_factory=list)
    alone: list[Atendimento] = field(default_factory=list)
    unreadable: list[tuple[str, str | None, str]] = field(default_factory=list)


class Seen:
    """Numbers of links; a bit for each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1024 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))

    def without(self, other: Seen) -> Iterator[int]:
        """Those that are not in ``other``, ascending."""
        for place, bits in enumerate(self._bits):
            if bits:
                yield from (number for number in range(place << 3, (place + 1) << 3)
                            if bits & 1 << (number & 7) and number not in other)  # fmt: skip


class Meeting:
    """The tickets of both sides of a pair.

    A twin that does not come is asked for on ``first.other``; ``first`` is the side that would take a request for each
    ticket, if it is only one.
    """

    def __init__(self, engine: Engine, span: Span, first: Side) -> None:
        self._engine = engine
        self._span = span
        self.first = first
        self._listed = 0
        self._awaited: Both[dict[str, Case]] = Both({}, {})  # by id, tickets of that side whose twins have come
        self._met: list[Case] = []
        self._seen = Seen()  # looked at, or told of
        self._came = Seen()  # listed on the second side
        self._told: set[tuple[Side, str]] = set()  # unreadable ones without a link

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """All tickets, each once. Raises what reading raises, and ``Unsupported`` where an ERP lists nothing."""
        async with AsyncExitStack() as stack:
            pages = {}
            for side in (self.first, self.first.other):
                coming = _ahead(listing(self._engine.adapters[side], self._span))
                pages[side] = await stack.enter_async_context(aclosing(coming))
            read = dict.fromkeys(pages, 0)
            while pages:
                side = min(pages, key=lambda side: (len(self._awaited[side.other]), read[side]))
                page = await anext(pages[side], None)
                if page is None:
                    del pages[side]
                    continue
                read[side] += 1
                batch = self._sorted(side, page)
                self._make_room()
                if batch.alone or batch.unreadable:
                    yield batch
                while len(self._met) >= AT_ONCE:
                    yield self._next()
        for case in self._awaited[self.first.other].values():
            self._take(case)
        while self._met:
            yield self._next()
        for cases in self._strays():
            yield Batch(self.first, self._listed, cases)

    def _sorted(self, side: Side, page: Page) -> Batch:
        """Tickets that are awaited meet their twins here; of the others the store is asked who their twins are."""
        self._listed += len(page.atendimentos) + len(page.unreadable)
        batch = Batch(side, self._listed)
        new: dict[str, Atendimento] = {}
        for ticket in page.atendimentos:
            case = self._awaited[side].pop(ticket.id or "", None)
            if case is None:
                new[ticket.id or ""] = ticket
            else:
                case.records[side] = ticket
                self._take(case)
        unreadable = {bad.id: bad.campo for bad in page.unreadable}
        known: dict[str, Twins] = {}
        if new or unreadable:
            with self._engine.db.read() as tx:
                known = links.twins(tx, self._engine.pair.name, side, [*new, *unreadable])
        for id, campo in unreadable.items():
            self._cannot_read(batch, id, campo, known.get(id))
        for id, ticket in new.items():
            twins = known.get(id)
            if twins is None:
                batch.alone.append(ticket)
            elif not twins.tombstone and twins.id not in self._seen:
                self._awaited[side.other][twins.ids[side.other]] = Case(twins, {side: ticket})
                if side is not self.first:
                    self._came.add(twins.id)
        return batch

    def _cannot_read(self, batch: Batch, id: str, campo: str, twins: Twins | None) -> None:
        """Told once, whichever side it is told of, and however often it is listed."""
        if twins is None and (batch.side, id) not in self._told:
            self._told.add((batch.side, id))
            batch.unreadable.append((id, None, campo))
        if twins is not None and twins.id not in self._seen:
            self._seen.add(twins.id)
            self._awaited[batch.side].pop(id, None)
            batch.unreadable.append((id, twins.ids[batch.side.other], campo))

    def _take(self, case: Case) -> None:
        self._seen.add(case.twins.id)
        self._met.append(case)

    def _make_room(self) -> None:
        """Of those that have waited longest the twins are read by id, or they themselves once their twin comes."""
        for side in Side:
            waiting = self._awaited[side.other]
            for id in list(waiting)[: len(waiting) - ROOM] if len(waiting) > ROOM else ():
                case = waiting.pop(id)
                if side is self.first:
                    self._take(case)

    def _next(self) -> Batch:
        cases, self._met = self._met[:AT_ONCE], self._met[AT_ONCE:]
        return Batch(self.first, self._listed, cases)

    def _strays(self) -> Iterator[list[Case]]:
        """When both listings are at their end: what the second one showed and the first did not."""
        numbers = self._came.without(self._seen)
        while some := list(islice(numbers, AT_ONCE)):
            yield self._cases(some)

    def _cases(self, numbers: list[int]) -> list[Case]:
        with self._engine.db.read() as tx:
            found = links.twins_numbered(tx, numbers)
        waiting = self._awaited[self.first]
        return [waiting.get(twins.ids[self.first]) or Case(twins, {}) for twins in found]


async def _ahead(pages: AsyncIterator[Page]) -> AsyncGenerator[Page, None]:
    """The same pages; the next one is asked for while the present one is worked on."""

    async def turn() -> Page | None:
        return await anext(pages, None)

    coming = asyncio.create_task(turn())
    try:
        while (page := await coming) is not None:
            coming = asyncio.create_task(turn())
            yield page
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
