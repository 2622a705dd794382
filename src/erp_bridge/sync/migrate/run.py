"""A migration from its first slice to its last: each under a lease of its own, so that others may work in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from erp_bridge.core.adapter import Capability
from erp_bridge.core.errors import ConfigError, Unavailable, Unsupported
from erp_bridge.core.model import Status
from erp_bridge.sync.commits import Commits
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.lookups import Lookups, vocabularies
from erp_bridge.sync.migrate.archive import Span, Told, can_list, count
from erp_bridge.sync.migrate.pages import Pages
from erp_bridge.sync.migrate.progress import Progress, Tracker
from erp_bridge.sync.migrate.slice import Slice
from erp_bridge.sync.migrate.survey import Survey
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.resolve import Resolver
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import history, intents, waiting
from erp_bridge.sync.store.history import Chosen, Migration
from erp_bridge.sync.store.lease import Lease, PairHeld, hold
from erp_bridge.transport.guard import send_guard

#: Between two slices, for others who wait for the pair.
PAUSE = 1.0
#: What failed, or an ERP that does not answer, is tried again after so long, twice as long each time, up to the last.
FIRST_WAIT, LAST_WAIT = 5.0, 300.0
#: So often in a row without anything brought to its end, and the migration stops.
PATIENCE = 8
#: Answers about clients and subjects are believed for so many questions; then they are put anew.
REMEMBERED = 5000
#: States that each slice takes up again, and those that a new run does besides.
UNFINISHED = ("pending", "failed")
WAITING = ("quarantined", "in_doubt", "skipped")


@dataclass(frozen=True)
class MigrateOptions:
    """What is moved: tickets of ``source`` opened from ``since`` on and before ``until`` (days there), of a status."""

    source: Side
    since: date | None = None
    until: date | None = None
    status: Status | None = None
    concurrency: int | None = None  # tickets at work at once; else what the target bears
    on_progress: Callable[[Progress], None] | None = None

    @property
    def chosen(self) -> Chosen:
        return Chosen(_day(self.since), _day(self.until), self.status.value if self.status else "")

    @property
    def span(self) -> Span:
        return Span(self.since, self.until, self.status)


class History:
    """Moves the history of one side of a pair. ``limits``: requests a minute, by name of the ERP."""

    def __init__(self, engine: Engine, options: MigrateOptions, limits: Mapping[str, int]) -> None:
        self.engine = engine
        self.options = options
        self.source = options.source
        self.report = PassReport(engine.pair.name)
        self.tracker = Tracker(engine.clock, limits, self._asked, time.process_time, options.on_progress)
        self._lookups = Lookups(engine.adapters[self.source.other])
        self._rested = 0.0

    async def run(self) -> PassReport:
        """All of it. Raises ``PairHeld`` at the start, later it waits for the other process.

        Raises also ``ConfigError``, ``Unsupported``, ``LeaseLost``, ``StoreError``, ``AuthError``.
        """
        self.check()
        clock, engine = self.engine.clock, self.engine
        began = clock.monotonic()
        first, stalled, wait = True, 0, FIRST_WAIT
        while True:
            try:
                with hold(engine.db, engine.pair.name) as lease:
                    finished, ended = await self._guarded(lease, first=first)
            except PairHeld:
                if first:
                    raise
                await self._rest(PAUSE, waiting_for_lease=True)
                continue
            first, stalled = False, 0 if finished else stalled + 1
            if ended and not self._left():
                break
            if stalled >= PATIENCE and (ended or self.report.error):
                break
            if finished or not (ended or self.report.error):
                wait = FIRST_WAIT
                await self._rest(PAUSE)
            else:
                await self._rest(max(wait, self._settle_time()))
                wait = min(2 * wait, LAST_WAIT)
        self.report.seconds = clock.monotonic() - began
        with engine.db.read() as tx:
            self.report.open = waiting.counts(tx, engine.pair.name)
        return self.report

    def check(self) -> None:
        """Raises ``ConfigError`` or ``Unsupported`` for what cannot be moved at all."""
        adapters, pair, source = self.engine.adapters, self.engine.pair, self.source
        if not self.engine.planner().rules.carries_from(source):
            raise ConfigError(f"the pair {pair.name} carries nothing from {adapters[source].name}: see its direction")
        if not can_list(adapters[source]):
            raise Unsupported(adapters[source].name, Capability.TICKETS_BETWEEN)
        for needed in (Capability.CREATE, Capability.GET):
            if needed not in adapters[source.other].capabilities:
                raise Unsupported(adapters[source.other].name, needed)

    # --- one slice ---------------------------------------------------------------------------------------------

    async def _guarded(self, lease: Lease, *, first: bool) -> tuple[int, bool]:
        guard = send_guard.set(lease.ensure)
        before = {side: self.engine.adapters[side].requests for side in Side}
        began, moved = self.engine.clock.monotonic(), sum(self.report.movements.values())
        migration = self._migration(lease, renew=first)
        try:
            return await self._slice(lease, migration, first=first)
        finally:
            send_guard.reset(guard)
            asked = {side: self.engine.adapters[side].requests - before[side] for side in Side}
            for side in Side:
                self.report.requests[side] += asked[side]
            seconds = self.engine.clock.monotonic() - began
            with suppress(Exception), self.engine.db.write(lease.fence) as tx:  # what broke it off says more
                moved = sum(self.report.movements.values()) - moved
                history.add_up(tx, migration.id, seconds, (asked[Side.LEFT], asked[Side.RIGHT]), moved)

    async def _slice(self, lease: Lease, migration: Migration, *, first: bool) -> tuple[int, bool]:
        """How many tickets were brought to their end, and whether the listing is at its own."""
        engine, clock = self.engine, self.engine.clock
        interval = engine.pair.interval.total_seconds()
        deadline = clock.monotonic() + interval - min(2.0, interval / 4)
        commits = Commits(engine.db, lease.fence)
        session = Session(
            engine.pair.name,
            engine.adapters,
            engine.db,
            lease,
            clock,
            engine.planner(),
            self.report,
            commits=commits,
            events=engine.events,
        )
        self.report.error = None
        try:
            if first and self.tracker.tell is not None:
                await self._count(migration)
            await Resolver(session).run()
            engine.hold_doubted(session)
            session.planner = engine.planner(await vocabularies(engine.adapters.map(Lookups)), quiet=True)
            self.report.not_carried = session.planner.not_carried()
            survey = Survey(session, self.source.other)
            if engine.pair.adopt != "off" and not await survey.run(deadline):
                self.tracker.look("survey")
                return 1, False
            piece = self._piece(session, migration, survey, deadline, first=first)
            await piece.run()
            await Resolver(session).run(last=True)
            ended = piece.ended and not session.down
            with engine.db.write(lease.fence) as tx:
                if ended:
                    history.end(tx, migration.id, session.now)
                intents.forget_closed(tx, session.pair, session.now)
        except Unavailable as error:
            session.down[self.source] = error.message
            return 0, False
        else:
            return piece.finished, ended
        finally:
            await commits.settled()
            if session.down:
                told = (f"{engine.adapters[side].name}: {text}" for side, text in session.down.items())
                self.report.error = "; ".join(told)
            self.tracker.look()

    async def _count(self, migration: Migration) -> None:
        """How much there is to do, for whoever looks on."""
        found = await count(self.engine.adapters[self.source], self.options.span)
        if found is not None:
            with self.engine.db.read() as tx:
                states = history.counts(tx, self.engine.pair.name, self.source)
            done = sum(tickets for *_, state, tickets in states if state in ("moved", "skipped"))
            self.tracker.total = max(0, found - (done if migration.position else 0))

    def _piece(self, session: Session, migration: Migration, survey: Survey, deadline: float, *, first: bool) -> Slice:
        engine, source, target = self.engine, self.source, self.engine.adapters[self.source.other]
        if self._lookups.asked > REMEMBERED:
            self._lookups = Lookups(target)
        told = Told(engine.adapters[source].name)
        pages = Pages(engine, session, source, self.options.span, self._lookups, told, survey)
        return Slice(
            session=session,
            source=source,
            pages=pages,
            migration_id=migration.id,
            position=migration.position,
            workers=self._workers(target.max_concurrency),
            deadline=deadline,
            tracker=self.tracker,
            retried=(*UNFINISHED, *WAITING) if first else UNFINISHED,
        )

    def _workers(self, bearable: int) -> int:
        """Tickets at work at once. Where the ERP's own limit holds, some more: while one waits for a commit, not for
        the ERP, another asks it.
        """
        wanted = self.options.concurrency or bearable
        return max(1, wanted) if wanted < bearable else bearable + (bearable + 1) // 2

    def _migration(self, lease: Lease, *, renew: bool) -> Migration:
        """The migration of this choice. One that had come to its end is listed once more, for what came since."""
        engine = self.engine
        with engine.db.write(lease.fence) as tx:
            found = history.begin(
                tx, engine.pair.name, self.source, self.options.chosen, engine.clock.now().timestamp()
            )
            if renew and found.ended is not None:
                history.restart(tx, found.id)
                position, _ = history.surveyed(tx, engine.pair.name, self.source.other)
                history.survey_moved(tx, engine.pair.name, self.source.other, position, None)
                found = history.begin(tx, engine.pair.name, self.source, self.options.chosen, found.started)
        return found

    # --- between slices ----------------------------------------------------------------------------------------

    def _left(self) -> int:
        with self.engine.db.read() as tx:
            return len(history.marked(tx, self.engine.pair.name, self.source, UNFINISHED, limit=1))

    async def _rest(self, seconds: float, *, waiting_for_lease: bool = False) -> None:
        self.tracker.waiting = waiting_for_lease
        self.tracker.look("pause")
        await self.engine.clock.sleep(seconds)
        self.tracker.waiting = False

    def _settle_time(self) -> float:
        """Until an open write may be judged."""
        target = self.engine.adapters[self.source.other]
        return max(PAUSE, (target.settle + target.lag).total_seconds())

    def _asked(self) -> Mapping[str, int]:
        return {self.engine.adapters[side].name: self.engine.adapters[side].requests for side in Side}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
