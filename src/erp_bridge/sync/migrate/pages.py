"""From a page of the past to what is to be done about it: who has a twin, who gets one, who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from erp_bridge.core.adapter import Page
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.sync.assemble import Assembler
from erp_bridge.sync.engine import Engine, PassOptions
from erp_bridge.sync.lookups import Lookups
from erp_bridge.sync.matching import Matcher, Matching
from erp_bridge.sync.migrate.archive import Footers, Span, Told, last_id, listing
from erp_bridge.sync.migrate.marks import begun
from erp_bridge.sync.migrate.survey import Survey
from erp_bridge.sync.plan import Work
from erp_bridge.sync.reading import Reading
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, links
from erp_bridge.sync.store.history import Mark

#: Marks that are taken up again at a time.
LEFT_OVER = 100
#: New tickets that are planned at a time: few at first, so that there is soon something to write.
FIRST, AT_ONCE = 12, 50
#: More twins than a migration ever makes: its gates are other ones.
NO_LIMIT = 10**9


@dataclass
class Batch:
    """What one page leads to. ``marks`` are of tickets without a work here; ``position`` is None for what was left."""

    works: list[tuple[Mark, Work]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)  # what people said, once it is carried out
    partings: list[int] = field(default_factory=list)
    position: str | None = None


class Pages:
    """The pages of one slice: what earlier ones left over, then the listing from where it stood."""

    def __init__(
        self,
        engine: Engine,
        session: Session,
        source: Side,
        span: Span,
        lookups: Lookups,
        told: Told,
        survey: Survey,
    ) -> None:
        self.engine = engine
        self.session = session
        self.source = source
        self.span = span
        self.lookups = lookups
        self.told = told
        self.survey = survey
        self.readers = Both.of(lambda side: engine.reader(session, side))
        self.ended = False  # whether the listing has come to its end
        self._planned_at_once = FIRST

    async def left_over(self, states: Sequence[str]) -> AsyncIterator[Batch]:
        """Tickets with a mark in one of those states, read anew with their whole history."""
        session, after = self.session, ""
        while True:
            with session.db.read() as tx:
                marks = history.marked(tx, session.pair, self.source, states, after=after, limit=LEFT_OVER)
            if not marks:
                return
            after = marks[-1].ticket
            page = await session.adapters[self.source].get_many([mark.ticket for mark in marks])
            async for batch in self._batches(page, {mark.ticket: mark for mark in marks}):
                yield batch

    async def listed(self, position: str) -> AsyncIterator[Batch]:
        async for page in listing(self.session.adapters[self.source], self.span, position):
            async for batch in self._batches(page, {}):
                yield batch
            yield Batch(position=last_id(page))
        self.ended = True

    async def _batches(self, page: Page, again: dict[str, Mark]) -> AsyncIterator[Batch]:
        """First what is there already or waits, then the new ones, some at a time, so that work can begin."""
        session, side, batch = self.session, self.source, Batch()
        session.report.read[side] += len(page.atendimentos)
        taken = list(page.atendimentos) if again else self._news(page.atendimentos, batch)
        readings = Both.of(Reading)
        mine = readings[side]
        mine.unreadable += page.unreadable
        ids = [ticket.id or "" for ticket in taken]
        told, _ = await asyncio.gather(self._histories(mine, ids), self.told.learn(session.adapters[side], ids))
        with session.db.read() as tx:
            self.readers[side].sort(tx, mine, taken, told, forced=True)
        matching = await self._match(readings)
        self.engine.set_down(session, readings, matching.doubts, PassOptions())
        batch.settled, batch.partings = matching.settled, matching.partings
        assembler = Assembler(
            session, self.engine.pair, self.engine.ring, readings, self.readers, self.engine.since, self.engine.config,
            past=Footers(session.planner.scribe, self.told),
        )  # fmt: skip
        batch.works = self._begun(await assembler.linked(matching))
        adopted = {link.ids[side] for link in matching.adoptions}
        fresh = [ticket for ticket in assembler.fresh(side) if ticket.id not in adopted]
        busy = {mark.ticket for mark, _ in batch.works} | {ticket.id for ticket in fresh}
        left = {ticket.id or "": ticket for ticket in taken if ticket.id not in busy}
        self._without_work(batch, left, mine, again, page)
        batch.marks += [
            Mark(bad.id, "", "", "quarantined", "unreadable", bad.campo) for bad in page.unreadable if bad.id
        ]
        yield batch
        start = 0
        while start < len(fresh):
            some = fresh[start : start + self._planned_at_once]
            works = await assembler.new(side, some, self.lookups, NO_LIMIT, None)
            start, self._planned_at_once = start + len(some), min(2 * self._planned_at_once, AT_ONCE)
            yield Batch(works=self._begun(works))

    async def _histories(self, mine: Reading, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        pieces = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
        found = await asyncio.gather(*(self.readers[self.source].histories(mine, piece) for piece in pieces))
        return {id: history for piece in found for id, history in piece.items()}

    def _begun(self, works: Sequence[Work]) -> list[tuple[Mark, Work]]:
        zone = self.session.adapters[self.source].timezone
        records = ((work.records[self.source], work) for work in works)
        return [(begun(record, zone), work) for record, work in records if record is not None]

    def _news(self, tickets: Sequence[Atendimento], batch: Batch) -> list[Atendimento]:
        """Those that no migration has taken up. One with a twin already is where it should be."""
        session, zone = self.session, self.session.adapters[self.source].timezone
        ids = [ticket.id or "" for ticket in tickets]
        with session.db.read() as tx:
            marks = history.marks_of(tx, session.pair, self.source, ids)
            known = links.by_ids(tx, session.pair, self.source, ids)
        there = [begun(t, zone) for t in tickets if t.id in known and t.id not in marks and not known[t.id].tombstone]
        batch.marks += [Mark(mark.ticket, mark.month, mark.status, "moved") for mark in there]
        return [ticket for ticket in tickets if ticket.id not in marks and ticket.id not in known]

    async def _match(self, readings: Both[Reading]) -> Matching:
        session, how = self.session, self.engine.pair.adopt
        if how != "off":
            there = await self.survey.candidates(readings[self.source].unlinked)
            readings[self.source.other].unlinked.update({ticket.id or "": ticket for ticket in there})
        return await Matcher(session, how).run(readings)

    def _without_work(
        self, batch: Batch, left: dict[str, Atendimento], mine: Reading, again: dict[str, Mark], page: Page
    ) -> None:
        """Tickets for which there is nothing to do now, and why."""
        session, zone = self.session, self.session.adapters[self.source].timezone
        with session.db.read() as tx:
            known = links.by_ids(tx, session.pair, self.source, list(left))
        buried = {id for id, link in known.items() if link.tombstone}
        doubted = {id for id in left if id not in mine.unlinked and id not in mine.linked}
        for id, ticket in left.items():
            mark = begun(ticket, zone)
            if id in buried:  # parted by a person, or forgotten
                batch.marks.append(Mark(id, mark.month, mark.status, "skipped"))
            elif (self.source, id) in session.held or id in doubted:
                batch.marks.append(mark)  # judged with the others
            elif id in mine.linked:  # its twin cannot be read
                batch.marks.append(Mark(id, mark.month, mark.status, "quarantined", "notfound"))
            else:  # another pair's, or out of scope
                session.report.skipped += 1
                if id in again:
                    batch.marks.append(Mark(id, mark.month, mark.status, "skipped"))
        read = {ticket.id for ticket in page.atendimentos} | {bad.id for bad in page.unreadable}
        batch.marks += [
            Mark(id, mark.month, mark.status, "quarantined", "notfound") for id, mark in again.items() if id not in read
        ]
