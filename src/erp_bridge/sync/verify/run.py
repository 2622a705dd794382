"""Streams both sides of a pair and compares twin with twin; memory does not grow with their number.

One side is listed page by page and the other read by id; then that one is listed too, for what has no twin. Of the
store only this is asked: who is whose twin, and which tickets were to get one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from erp_bridge.core.adapter import Capability, Page
from erp_bridge.core.model import Atendimento, Movimentacao, Status
from erp_bridge.core.text import fold
from erp_bridge.sync import adopt, files
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.lookups import Lookups
from erp_bridge.sync.migrate.archive import Span, listing
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, links, movements
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.verify.compare import Difference, Sign, ticket_fields, ticket_messages

#: Answers about clients that are remembered before they are asked for anew.
REMEMBERED = 5000


@dataclass
class Count:
    """What has been looked at: pairs of twins, and fields and messages that agree."""

    compared: int = 0
    agreed: int = 0


class Seen:
    """Numbers of links that were looked at; a bit for each."""

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


class Verification:
    """One look at a pair. ``since``: tickets opened from that day on, in each ERP's own zone."""

    def __init__(self, engine: Engine, since: date | None = None) -> None:
        self.engine = engine
        self.span = Span(since=since)
        self.count = Count()
        self._seen = Seen()
        self._lookups = engine.adapters.map(Lookups)
        self._planner: Planner = engine.planner()

    async def differences(self) -> AsyncIterator[Difference]:
        """All but what agrees. Raises what reading raises, and ``Unsupported`` where an ERP lists nothing."""
        left, right = await asyncio.gather(*(self._lookups[side].vocabularies() for side in Side))
        self._planner = self.engine.planner(Both(left, right))
        # listed first is the side that would take a request for each ticket, if it is only one
        lacks = [side for side in Side if Capability.GET_MANY not in self.engine.adapters[side].capabilities]
        first = lacks[0] if len(lacks) == 1 else Side.LEFT
        for side in (first, first.other):
            async for page in listing(self.engine.adapters[side], self.span):
                for difference in await self._page(side, page):
                    yield difference

    # --- a page ------------------------------------------------------------------------------------------------

    async def _page(self, side: Side, page: Page) -> list[Difference]:
        pair = self.engine.pair.name
        tickets = {ticket.id or "": ticket for ticket in page}
        with self.engine.db.read() as tx:
            known = links.by_ids(tx, pair, side, [*tickets, *(bad.id for bad in page.unreadable)])
            marks = history.marks_of(tx, pair, side, [id for id in tickets if id not in known])
        found = []
        for bad in page.unreadable:
            link = known.get(bad.id)
            if link is None or link.id not in self._seen:  # else it was told from the other side
                found.append(self._placed("!", side, bad.id, link.ids[side.other] if link else None, bad.campo))
        linked = {id: link for id, link in known.items() if id in tickets and not link.tombstone}
        unseen = {id: link for id, link in linked.items() if link.id not in self._seen}
        for link in unseen.values():
            self._seen.add(link.id)
        found += await self._twins(side, tickets, unseen)
        alone = [ticket for id, ticket in tickets.items() if id not in known]
        found += await self._alone(side, alone, {id: mark.state for id, mark in marks.items()})
        return found

    async def _twins(self, side: Side, tickets: dict[str, Atendimento], linked: dict[str, Link]) -> list[Difference]:
        if not linked:
            return []
        adapters = self.engine.adapters
        other_ids = [link.ids[side.other] for link in linked.values()]
        there = await adapters[side.other].get_many(other_ids)
        mine, theirs, mine_said, theirs_said = await asyncio.gather(
            adapters[side].with_clients([tickets[id] for id in linked]),
            adapters[side.other].with_clients(list(there.atendimentos)),
            self._histories(side, list(linked)),
            self._histories(side.other, other_ids),
        )
        records = {side: {t.id or "": t for t in mine}, side.other: {t.id or "": t for t in theirs}}
        said = {side: mine_said, side.other: theirs_said}
        bad = {unreadable.id: unreadable.campo for unreadable in there.unreadable}
        found: list[Difference] = []
        for id, link in linked.items():
            other = link.ids[side.other]
            if other in bad:
                found.append(self._placed("!", side, id, other, bad[other]))
            elif other not in records[side.other]:
                found.append(self._placed("-", side, id, None))
            else:
                self.count.compared += 1
                both = Both.of(lambda s, link=link: records[s][link.ids[s]])  # type: ignore[misc]
                words = Both.of(lambda s, link=link: said[s].get(link.ids[s], []))  # type: ignore[misc]
                found += self._compare(link, both, words)
        return found

    def _compare(
        self, link: Link, records: Both[Atendimento], messages: Both[Sequence[Movimentacao]]
    ) -> Iterator[Difference]:
        engine = self.engine
        with engine.db.read() as tx:
            known = Both.of(lambda s: movements.known(tx, engine.pair.name, s, [link.ids[s]]).get(link.ids[s], {}))
        today = engine.clock.now().date()
        signs: list[tuple[Sign, str]] = [*ticket_fields(self._planner, link, records, messages, today)]
        signs += ticket_messages(self._planner, link, records, messages, known)
        for sign, field in signs:
            if sign == "=":
                self.count.agreed += 1
            else:
                yield Difference(sign, link.ids.left, link.ids.right, field)

    async def _histories(self, side: Side, ids: list[str]) -> dict[str, list[Movimentacao]]:
        adapter = self.engine.adapters[side]
        found: dict[str, list[Movimentacao]] = {}
        if Capability.MOVEMENTS in adapter.capabilities and ids:
            found = await adapter.movements_of(ids)
        for id, entries in (await files.entries(adapter, ids)).items():
            found[id] = [*found.get(id, []), *entries]
        return found

    # --- tickets without a twin --------------------------------------------------------------------------------

    async def _alone(self, side: Side, tickets: list[Atendimento], states: dict[str, str]) -> list[Difference]:
        """A second copy of a ticket is one too many; of the rest those are missing that should have a twin."""
        named = adopt.claims(tickets, self.engine.adapters[side.other].name)
        with self.engine.db.read() as tx:
            claimed = links.by_ids(tx, self.engine.pair.name, side.other, sorted(set(named.values())))
        found = []
        for ticket in tickets:
            id = ticket.id or ""
            if id in named and named[id] in claimed:
                found.append(self._placed("+", side.other, named[id], id))
            elif await self._is_expected(side, ticket, states.get(id)):
                found.append(self._placed("-", side, id, None))
        return found

    async def _is_expected(self, side: Side, ticket: Atendimento, state: str | None) -> bool:
        """Whether it should have a twin: by a migration that took it up, or by the rules of the pair."""
        engine, rules = self.engine, self._planner.rules
        if state == "skipped" or not rules.carries_from(side):
            return False
        if not self._in_scope(side, ticket) or self._is_copy(side, ticket):
            return False
        if state is None and (
            ticket.status is Status.CANCELADO or (ticket.aberto_em and ticket.aberto_em < engine.since(side))
        ):
            return False
        return engine.pair.unknown_client != "skip" or await self._client_is_known(side, ticket)

    def _in_scope(self, side: Side, ticket: Atendimento) -> bool:
        for campo, names in self.engine.pair.scope.items():
            term = self._planner.parties[side].named(campo, getattr(ticket, campo))
            if names and (term is None or fold(term.nome) not in {fold(name) for name in names}):
                return False
        return True

    def _is_copy(self, side: Side, ticket: Atendimento) -> bool:
        """Whether it is a twin in another pair, which this one does not pass on."""
        engine = self.engine
        if engine.pair.forward:
            return False
        with engine.db.read() as tx:
            made = links.twins_of(tx, engine.ring.places[side], [ticket.id or ""])
        ours = {engine.adapters.left.name, engine.adapters.right.name}
        foreign = ticket.footer is not None and ticket.footer.ref.erp in engine.ring.erps - ours
        return bool(made) or foreign

    async def _client_is_known(self, side: Side, ticket: Atendimento) -> bool:
        lookups = self._lookups[side.other]
        if lookups.asked > REMEMBERED:
            self._lookups = self.engine.adapters.map(Lookups)
        [whole] = await self.engine.adapters[side].with_clients([ticket])
        return bool((await lookups.found(whole.cliente.documento if whole.cliente else None)).clientes)

    @staticmethod
    def _placed(sign: Sign, side: Side, mine: str | None, theirs: str | None, field: str = "") -> Difference:
        left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
        return Difference(sign, left, right, field)
