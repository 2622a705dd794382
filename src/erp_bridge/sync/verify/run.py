"""Streams both sides of a pair and compares twin with twin; memory does not grow with their number.

Of the store only this is asked: who is whose twin, which message is whose copy, and which tickets were to get a twin.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time

from erp_bridge.core.adapter import Capability
from erp_bridge.core.model import Movimentacao
from erp_bridge.sync import files
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.lookups import Lookups, vocabularies
from erp_bridge.sync.migrate.archive import Span, count
from erp_bridge.sync.migrate.progress import Progress, Tracker
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import movements
from erp_bridge.sync.verify.alone import Alone
from erp_bridge.sync.verify.compare import NO_NOTES, Comparison, Difference, Notes, Pair, Sign
from erp_bridge.sync.verify.meeting import Batch, Case, Meeting

#: Batches that are read while an earlier one is compared.
AHEAD = 2


@dataclass
class Count:
    """What has been looked at: pairs of twins, and fields and messages that agree."""

    compared: int = 0
    agreed: int = 0


@dataclass
class Look:
    """A batch with all that belongs to it: lines that are certain already, and pairs to compare."""

    listed: int
    found: list[Difference] = field(default_factory=list)
    pairs: list[tuple[Pair, Both[Notes]]] = field(default_factory=list)


class Verification:
    """One look at a pair. ``since``: tickets opened from that day on, in each ERP's own zone; of twins the original."""

    def __init__(self, engine: Engine, since: date | None = None) -> None:
        self.engine = engine
        self.span = Span(since=since)
        self.count = Count()

    async def differences(
        self, on_progress: Callable[[Progress], None] | None = None, limits: Mapping[str, int] | None = None
    ) -> AsyncGenerator[Difference, None]:
        """All but what agrees. Raises what reading raises, and ``Unsupported`` where an ERP lists nothing.

        ``on_progress`` is told now and then how many tickets of both sides were gone through; ``limits`` are requests a
        minute by name of the ERP, to tell it what is waited for.
        """
        engine = self.engine
        planner = engine.planner(await vocabularies(engine.adapters.map(Lookups)))
        comparison = Comparison(planner, engine.clock.now().date())
        # where twins are asked for by id, that is done on the side that takes many in one request, if one does not
        lacks = [side for side in Side if Capability.GET_MANY not in engine.adapters[side].capabilities]
        meeting = Meeting(engine, self.span, lacks[0] if len(lacks) == 1 else Side.LEFT)
        tracker = Tracker(engine.clock, limits or {}, self._asked, time.process_time, on_progress)
        if on_progress is not None:
            tracker.total = await self._total()
            tracker.look()
        async with aclosing(self._looks(meeting, comparison, Alone(engine, planner))) as looks:
            async for look in looks:
                for difference in look.found:
                    yield difference
                for pair, noted in look.pairs:
                    self.count.compared += 1
                    for sign, campo in comparison.signs(pair, noted):
                        if sign == "=":
                            self.count.agreed += 1
                        else:
                            yield Difference(sign, pair.twins.ids.left, pair.twins.ids.right, campo)
                tracker.states = Counter({"listed": look.listed})
                tracker.look()

    # --- reading -----------------------------------------------------------------------------------------------

    async def _looks(self, meeting: Meeting, comparison: Comparison, alone: Alone) -> AsyncGenerator[Look, None]:
        """Batch after batch; the next ones are read meanwhile."""
        reading: deque[asyncio.Task[Look]] = deque()
        try:
            async with aclosing(meeting.batches()) as batches:
                async for batch in batches:
                    reading.append(asyncio.create_task(self._read(batch, meeting.first, comparison, alone)))
                    if len(reading) > AHEAD:
                        yield await reading.popleft()
            while reading:
                yield await reading.popleft()
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _read(self, batch: Batch, first: Side, comparison: Comparison, alone: Alone) -> Look:
        look = Look(batch.listed, [_placed("!", batch.side, *bad) for bad in batch.unreadable])
        cases = await self._complete(batch.cases, first, look)
        left, right, (doubles, missing) = await asyncio.gather(
            self._histories(Side.LEFT, cases), self._histories(Side.RIGHT, cases), alone.judge(batch.side, batch.alone)
        )
        look.found += [_placed("+", batch.side.other, original, id) for id, original in doubles.items()]
        look.found += [_placed("-", batch.side, id, None) for id in missing]
        pairs = []
        for case in cases:
            ids, records = case.twins.ids, Both(case.records[Side.LEFT], case.records[Side.RIGHT])
            pairs.append(comparison.pair(case.twins, records, Both(left.get(ids.left, ()), right.get(ids.right, ()))))
        look.pairs = self._with_notes(pairs)
        return look

    async def _complete(self, cases: list[Case], first: Side, look: Look) -> list[Case]:
        """Reads the tickets that are not there yet. What has only one of the two is told of and left out."""
        for side in (first, first.other):
            wanted = [case.twins.ids[side] for case in cases if side not in case.records]
            if not wanted:
                continue
            page = await self.engine.adapters[side].get_many(wanted)
            found = {ticket.id: ticket for ticket in page}
            unreadable = {bad.id: bad.campo for bad in page.unreadable}
            left = []
            for case in cases:
                id, other = case.twins.ids[side], case.twins.ids[side.other]
                if side not in case.records and id in found:
                    case.records[side] = found[id]
                if side in case.records:
                    left.append(case)
                elif id in unreadable:
                    look.found.append(_placed("!", side, id, other, unreadable[id]))
                else:
                    look.found.append(_placed("-", side.other, other, None))
            cases = [case for case in left if not self._is_older(case)]
        return cases

    def _is_older(self, case: Case) -> bool:
        """Whether the original was opened before the day that was chosen; its twin was made later than that."""
        made, since = case.twins.made, self.span.since
        original = case.records.get(made.other) if made else None
        if made is None or since is None or original is None or original.aberto_em is None:
            return False
        return original.aberto_em < datetime.combine(since, clock_time(), self.engine.adapters[made.other].timezone)

    async def _histories(self, side: Side, cases: Sequence[Case]) -> dict[str, list[Movimentacao]]:
        """Messages and files by ticket; the documents of the clients are put into the tickets meanwhile."""
        adapter = self.engine.adapters[side]
        if not cases:
            return {}
        ids = [case.twins.ids[side] for case in cases]
        whole, said, attached = await asyncio.gather(
            adapter.with_clients([case.records[side] for case in cases]),
            self._messages(side, ids),
            files.entries(adapter, ids),
        )
        for case, ticket in zip(cases, whole, strict=True):
            case.records[side] = ticket
        for id, entries in attached.items():
            if entries:
                said[id] = [*said.get(id, []), *entries]
        return said

    async def _messages(self, side: Side, ids: list[str]) -> dict[str, list[Movimentacao]]:
        adapter = self.engine.adapters[side]
        return await adapter.movements_of(ids) if Capability.MOVEMENTS in adapter.capabilities else {}

    def _with_notes(self, pairs: Sequence[Pair]) -> list[tuple[Pair, Both[Notes]]]:
        """Each with what the store says of its messages, where they do not tell it themselves."""
        unclear = [pair for pair in pairs if not pair.is_clear()]
        if not unclear:
            return [(pair, NO_NOTES) for pair in pairs]
        name = self.engine.pair.name
        with self.engine.db.read() as tx:
            said = Both.of(lambda side: movements.noted(tx, name, side, [pair.twins.ids[side] for pair in unclear]))
        notes = {
            pair.twins.id: Both(said.left.get(pair.twins.ids.left, {}), said.right.get(pair.twins.ids.right, {}))
            for pair in unclear
        }
        return [(pair, notes.get(pair.twins.id, NO_NOTES)) for pair in pairs]

    # --- how far it is -----------------------------------------------------------------------------------------

    async def _total(self) -> int | None:
        """Tickets of both sides, where both tell."""
        counts = await asyncio.gather(*(count(self.engine.adapters[side], self.span) for side in Side))
        known = [some for some in counts if some is not None]
        return sum(known) if len(known) == len(counts) else None

    def _asked(self) -> Mapping[str, int]:
        adapters = self.engine.adapters
        return {adapters[side].name: adapters[side].requests for side in Side}


def _placed(sign: Sign, side: Side, mine: str | None, theirs: str | None, field: str = "") -> Difference:
    left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
    return Difference(sign, left, right, field)
