"""One slice of a migration under one lease: pages are prepared, tickets carried over side by side, writes read back.

The three go on at the same time and hand over through short queues, so that memory does not grow with the history.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from erp_bridge.core.errors import AuthError, Unavailable
from erp_bridge.sync.apply import Applier
from erp_bridge.sync.migrate.marks import judged
from erp_bridge.sync.migrate.pages import Batch, Pages
from erp_bridge.sync.migrate.progress import Tracker
from erp_bridge.sync.migrate.proof import prove
from erp_bridge.sync.plan import Work
from erp_bridge.sync.posting import Opened, Posted
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import history, links, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.history import Mark

#: Tickets whose writes are read back together.
TOGETHER = 40


@dataclass
class Slice:
    """What one slice shares. ``deadline`` is in monotonic seconds: after it no further ticket is begun."""

    session: Session
    source: Side
    pages: Pages
    migration_id: int
    position: str
    workers: int
    deadline: float
    tracker: Tracker
    retried: Sequence[str]  # states that are taken up again
    finished: int = 0
    _done: list[tuple[Mark, Work | None]] = field(default_factory=list)
    _settled: list[int] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _at_end: bool = False
    _cut_short: bool = False

    async def run(self) -> None:
        """Raises ``LeaseLost``, ``StoreError`` and ``AuthError``; an ERP that does not answer ends it early."""
        posted: list[Posted | Opened] = []
        self.session.posted = posted
        try:
            async with asyncio.TaskGroup() as group:
                proving = group.create_task(self._prove())
                try:
                    await self._move(group)
                finally:
                    self._at_end = True
                    self._wake.set()
                await proving
        except* (LeaseLost, StoreError, AuthError) as failures:
            raise _first(failures) from None
        finally:
            self.session.posted = None

    @property
    def ended(self) -> bool:
        """Whether the listing is at its end and all of it was handed out."""
        return self.pages.ended and not self._cut_short

    # --- handing out -------------------------------------------------------------------------------------------

    async def _move(self, group: asyncio.TaskGroup) -> None:
        batches: asyncio.Queue[Batch | None] = asyncio.Queue(maxsize=1)
        works: asyncio.Queue[tuple[Mark, Work] | None] = asyncio.Queue(maxsize=self.workers)
        preparing = group.create_task(self._prepare(batches))
        working = [group.create_task(self._work(works)) for _ in range(self.workers)]
        while (batch := await batches.get()) is not None:
            if not await self._hand_out(batch, works):
                self._cut_short = True
                preparing.cancel()
                break
        for _ in working:
            await works.put(None)
        await asyncio.wait(working)

    async def _hand_out(self, batch: Batch, works: asyncio.Queue[tuple[Mark, Work] | None]) -> bool:
        """Whether all of the batch was begun."""
        if self._is_over:
            return False
        session = self.session
        with session.db.write(session.lease.fence) as tx:
            history.note(tx, session.pair, self.source, [mark for mark, _ in batch.works])
            history.note(tx, session.pair, self.source, batch.marks)
            for link_id in batch.partings:
                links.bury(tx, link_id)
            if batch.position:
                history.move(tx, self.migration_id, batch.position)
        for mark in batch.marks:
            if mark.state == "pending":
                self._done.append((mark, None))
            else:
                self.tracker.note(mark.state)
        self._settled += batch.settled
        for pair in batch.works:
            if self._is_over:
                return False  # they have a mark: the next slice takes them up
            await works.put(pair)
        return True

    @property
    def _is_over(self) -> bool:
        return bool(self.session.down) or self.session.clock.monotonic() >= self.deadline

    async def _prepare(self, batches: asyncio.Queue[Batch | None]) -> None:
        try:
            async for batch in self._batches():
                await batches.put(batch)
        except Unavailable as error:
            self.session.down[self.source] = error.message
            self._cut_short = True
        await batches.put(None)

    async def _batches(self) -> AsyncIterator[Batch]:
        async for batch in self.pages.left_over(self.retried):
            yield batch
        async for batch in self.pages.listed(self.position):
            yield batch

    # --- carrying over -----------------------------------------------------------------------------------------

    async def _work(self, works: asyncio.Queue[tuple[Mark, Work] | None]) -> None:
        applier = Applier(self.session)
        while (pair := await works.get()) is not None:
            await applier.carry_out(pair[1])
            self._done.append(pair)
            if len(self._done) >= TOGETHER:
                self._wake.set()

    # --- reading back ------------------------------------------------------------------------------------------

    async def _prove(self) -> None:
        while not self._at_end:
            await self._wake.wait()
            self._wake.clear()
            await self._prove_once()
        await self._prove_once()
        if self._settled:
            await self.session.commit(lambda tx: waiting.clear(tx, self._settled))

    async def _prove_once(self) -> None:
        """First the tickets, then the writes: of a ticket that is done all writes are among these, or proven."""
        session = self.session
        done, self._done = self._done, []
        posted, session.posted = session.posted or [], []
        await prove(session, posted)
        skipped = {mark.ticket for mark, work in done if work is not None and not work.actions and not work.waits
                   and work.source is not None}  # fmt: skip
        marks = [mark for mark, _ in done]
        if not marks:
            return

        def close() -> list[Mark]:
            with session.db.write(session.lease.fence) as tx:
                found = judged(tx, session.pair, self.source, marks, skipped=skipped)
                history.note(tx, session.pair, self.source, found)
                return found

        for mark in await asyncio.to_thread(close):
            self.finished += mark.state == "moved"
            self.tracker.note(mark.state)
        self.tracker.look()


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of several that failed together."""
    inner = failures.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
