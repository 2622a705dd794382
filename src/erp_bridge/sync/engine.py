"""One pass over one pair: resolve, read, match, plan, check the gates, apply, remember where to go on.

The steps stand in :meth:`Engine._steps` in their order; each lives in a module of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from erp_bridge.config import PairSettings
from erp_bridge.core.adapter import Adapter
from erp_bridge.core.clock import Clock
from erp_bridge.core.vocabulary import Vocabulary
from erp_bridge.sync import failing, gates
from erp_bridge.sync.adopt import Ambiguity
from erp_bridge.sync.apply import Applier
from erp_bridge.sync.assemble import Assembler, Ring
from erp_bridge.sync.carry import Crossing
from erp_bridge.sync.events import SILENT, Events
from erp_bridge.sync.lookups import Lookups, party, vocabularies
from erp_bridge.sync.matching import Matcher, Matching
from erp_bridge.sync.plan import Plan, Row, Work
from erp_bridge.sync.planning import Planner, Rules
from erp_bridge.sync.reading import UNREADABLE, Reader, Reading, fingerprint
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.resolve import Resolver
from erp_bridge.sync.scribe import Scribe
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.steps import Diary
from erp_bridge.sync.store import journal, links, waiting
from erp_bridge.sync.store.database import Database, LeaseLost
from erp_bridge.sync.store.lease import Lease, hold
from erp_bridge.sync.store.waiting import Kind, Wait
from erp_bridge.sync.transform import Transform
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.log import one_pass

#: Tickets worked on at the same time, at most; each ERP's own limit holds besides.
WORKERS = 16

#: Where reading starts for a pair without `since`: what is open comes on top.
RECENT = timedelta(days=1)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PassOptions:
    """What the caller of one pass may set. ``only`` is a saved plan: signature by ``left|right``."""

    dry_run: bool = False
    full: bool = False
    max_create: int | None = None
    max_changes: int | None = None
    allow: frozenset[str] = frozenset()
    only: Mapping[str, str] | None = None
    on_progress: Progress | None = None


class Engine:
    """Runs passes over one pair. ``config`` is a fingerprint of all that decides how records are carried."""

    def __init__(
        self,
        pair: PairSettings,
        adapters: Both[Adapter],
        db: Database,
        clock: Clock,
        ring: Ring,
        config: str,
        *,
        transform: Transform | None = None,
        events: Events = SILENT,
    ) -> None:
        self.pair = pair
        self.adapters = adapters
        self.db = db
        self.clock = clock
        self.ring = ring
        self.config = config
        self.transform = transform
        self.events = events
        self.plan = Plan(pair.name, ())

    async def run(self, options: PassOptions) -> PassReport:
        """One pass under the pair's lease; ``plan`` holds what it did or, on a dry run, would do.

        Raises ``PairHeld``, ``LeaseLost``, ``StoreError``, ``GateClosed``, ``AuthError``, ``Unavailable``.
        """
        with one_pass(), hold(self.db, self.pair.name) as lease:
            guard = send_guard.set(lease.ensure)
            try:
                return await self._pass(lease, options)
            finally:
                send_guard.reset(guard)

    async def _pass(self, lease: Lease, options: PassOptions) -> PassReport:
        began = self.clock.monotonic()
        before = self.adapters.map(lambda adapter: adapter.requests)
        report = PassReport(self.pair.name, dry_run=options.dry_run)
        pass_id = self._open_pass(lease, report, options)
        session = Session(
            self.pair.name, self.adapters, self.db, lease, self.clock, self.planner(), report, events=self.events
        )
        error: str | None = failing.INTERRUPTED
        try:
            await self._steps(session, options, pass_id)
            down = {self.adapters[side].name: why for side, why in session.down.items()}
            error = failing.LOOKED if options.dry_run or options.only is not None else failing.lost(down) or None
        except Exception as failure:
            error = failing.kept(failure)
            raise
        finally:
            report.seconds = self.clock.monotonic() - began
            for side in Side:
                report.requests[side] = self.adapters[side].requests - before[side]
            self._close_pass(lease, pass_id, report, error)
        return report

    async def _steps(self, session: Session, options: PassOptions, pass_id: int) -> None:
        report = session.report
        resolved = await self._resolve(session, options)
        readers = Both.of(lambda side: self.reader(session, side))
        readings = await self._read(session, readers, resolved)
        diary = Diary(session, pass_id)
        self._check_reading(readings, options, report)
        matching = await Matcher(session, self.pair.adopt).run(readings)
        found = self.set_down(session, readings, matching.doubts, options)
        works = await self._works(session, readings, readers, matching, options)
        self.plan = Plan(self.pair.name, tuple(works))
        report.rows = list(self.plan.rows())
        gates.check_changes(self.plan.changes, _limit(options.max_changes, self.pair.max_changes))
        if options.dry_run:
            report.foresee(works)
        else:
            works = works if options.only is None else self._as_saved(works, options.only, report)
            await self._apply(session, works, matching, options, diary)
            await Resolver(session).run(last=True)
            if options.only is None and not session.down:
                self._go_on_from(session, readings)
        with self.db.read() as tx:
            foreseen = [*found, *(wait for work in works for wait in work.waits)] if options.dry_run else []
            report.open = waiting.counts(tx, self.pair.name, foreseen)
        if session.down:
            report.down = sorted({self.adapters[side].name for side in session.down})
            report.error = "; ".join(f"{self.adapters[side].name}: {text}" for side, text in session.down.items())

    # --- before reading ----------------------------------------------------------------------------------------

    def _open_pass(self, lease: Lease, report: PassReport, options: PassOptions) -> int:
        now = self.clock.now().timestamp()
        with self.db.write(lease.fence, durable=False) as tx:
            last_full = journal.last(tx, self.pair.name, full=True)
            due = last_full is None or now - last_full.started >= self.pair.full_every.total_seconds()
            report.full = options.full or due
            return journal.begin(tx, self.pair.name, now=now, full=report.full, config=self.config)

    async def _resolve(self, session: Session, options: PassOptions) -> set[tuple[Side, str]]:
        resolved = set() if options.dry_run else (await Resolver(session).run()).again
        self.hold_doubted(session)
        return resolved

    def hold_doubted(self, session: Session) -> None:
        """Tickets with a write that only a person can judge take no part until then."""
        with self.db.read() as tx:
            for wait in waiting.listed(tx, self.pair.name, Kind.DOUBT):
                if "intent" in wait.detail and not wait.decision:
                    session.held.add((wait.side, wait.ticket))

    def planner(self, vocab: Both[Mapping[str, Vocabulary]] | None = None, *, quiet: bool = False) -> Planner:
        """What plans single tickets; ``quiet``: nothing of it is told to clients, or opens a work order."""
        parties = Both.of(lambda side: party(self.adapters[side], vocab[side] if vocab else None))
        trigger: frozenset[str] = frozenset(() if quiet else self.pair.trigger)
        return Planner(
            pair=self.pair.name,
            parties=parties,
            crossings=Both.of(
                lambda side: Crossing(
                    parties[side], parties[side.other], self.pair.fallback, trigger, self.pair.name, self.transform
                )
            ),
            scribe=Scribe(parties, self.adapters.map(lambda adapter: adapter.timezone), quiet),
            offsets=self.adapters.map(lambda adapter: adapter.clock_offset or timedelta()),
            rules=Rules(
                policy={campo: policy.value for campo, policy in self.pair.policy.items()},
                direction=self.pair.direction.value,
                reopen=self.pair.reopen == "allow",
            ),
            digester=self.db.digester,
        )

    # --- reading -----------------------------------------------------------------------------------------------

    def reader(self, session: Session, side: Side) -> Reader:
        other = self.adapters[side.other].name
        shared = session.planner.shared
        return Reader(self.db, self.pair.name, side, self.adapters[side], other, shared, self.config)

    async def _read(
        self, session: Session, readers: Both[Reader], resolved: Iterable[tuple[Side, str]]
    ) -> Both[Reading]:
        """Both feeds side by side, then the records that wait for another try."""
        full = session.report.full

        async def feed(side: Side) -> Reading:
            with self.db.read() as tx:
                cursor = journal.cursor(tx, self.pair.name, side)
            start = self.since(side) if full or cursor is None else cursor
            reading = await readers[side].feed(start, also_open=full or cursor is None)
            session.report.read[side] = reading.count
            return reading

        left, right = await asyncio.gather(feed(Side.LEFT), feed(Side.RIGHT))
        readings = Both(left, right)
        wanted = self._waiting_for_another_try(session, resolved, readings)
        for side in Side:
            wanted[side] |= readings[side].recovered
            await readers[side].again(readings[side], sorted(wanted[side]))
            if full:
                await readers[side].new_files(readings[side])
        return readings

    def since(self, side: Side) -> datetime:
        if self.pair.since is None:
            return self.clock.now() - RECENT
        return datetime.combine(self.pair.since, time(), self.adapters[side].timezone)

    def _waiting_for_another_try(
        self, session: Session, resolved: Iterable[tuple[Side, str]], readings: Both[Reading]
    ) -> dict[Side, set[str]]:
        wanted: dict[Side, set[str]] = {Side.LEFT: set(), Side.RIGHT: set()}
        for side, id in resolved:
            wanted[side].add(id)
        with self.db.read() as tx:
            previous = journal.last(tx, self.pair.name)
            renewed = session.report.full or previous is None or previous.config != self.config
            for wait in waiting.listed(tx, self.pair.name):
                renewed_here = renewed or wait.ticket in readings[wait.side].linked
                if wait.kind is Kind.FAILED or wait.decision or (wait.kind is Kind.QUARANTINE and renewed_here):
                    wanted[wait.side].add(wait.ticket)
            for side in Side:
                for link in links.by_ids(tx, self.pair.name, side, sorted(wanted[side])).values():
                    wanted[side.other].add(link.ids[side.other])
        return wanted

    def _check_reading(self, readings: Both[Reading], options: PassOptions, report: PassReport) -> None:
        names = self.adapters.map(lambda adapter: adapter.name)
        with self.db.read() as tx:
            linked = links.count(tx, self.pair.name)
            previous = journal.last(tx, self.pair.name)
        known = previous.offsets if previous else {}
        gates.check_clock(
            names,
            {side: self.adapters[side].clock_offset for side in Side},
            {side: timedelta(seconds=known[side]) if side in known else None for side in Side},
            {side: readings[side].newest for side in Side},
            self.clock.now(),
            datetime.fromtimestamp(previous.started, UTC) if previous else None,
            options.allow,
        )
        if report.full:
            gates.check_emptied(names, {side: readings[side].count for side in Side}, linked, options.allow)
        gates.check_mass_change(names, {side: readings[side].changed for side in Side}, linked, options.allow)

    # --- planning ----------------------------------------------------------------------------------------------

    async def _works(
        self,
        session: Session,
        readings: Both[Reading],
        readers: Both[Reader],
        matching: Matching,
        options: PassOptions,
    ) -> list[Work]:
        report = session.report
        assembler = Assembler(session, self.pair, self.ring, readings, readers, self.since, self.config)
        report.not_carried = session.planner.not_carried()
        busy = readings.left.linked or readings.right.linked or matching.adoptions
        if not busy and not readings.left.unlinked and not readings.right.unlinked:
            return []
        lookups = self.adapters.map(Lookups)
        session.planner = self.planner(await vocabularies(lookups))
        adopted = {(side, link.ids[side]) for side in Side for link in matching.adoptions}
        works = await assembler.linked(matching)
        limit = _limit(options.max_create, self.pair.max_create)
        for side in Side:
            fresh = [t for t in assembler.fresh(side) if (side, t.id) not in adopted]
            works += await assembler.new(side, fresh, lookups[side.other], limit, options.on_progress)
        gates.check_creates(sum(1 for work in works if work.creates), limit)
        return self._of_use([*works, *assembler.dropped])

    def _of_use(self, works: Iterable[Work]) -> list[Work]:
        """Without those that have nothing to do, unless something waits that may be settled by that very fact."""
        with self.db.read() as tx:
            waits = {(w.side, w.ticket) for w in waiting.listed(tx, self.pair.name) if w.kind is not Kind.DOUBT}
        return [w for w in works if not w.is_idle or any((side, w.ids[side]) in waits for side in Side)]

    def set_down(
        self, session: Session, readings: Both[Reading], doubts: Iterable[Ambiguity], options: PassOptions
    ) -> list[Wait]:
        """Records that could not be read or matched are shown to a person; those that can be read again are not."""
        found: list[Wait] = []
        for side in Side:
            for bad in readings[side].unreadable:
                detail = {"raw": bad.codigo, "erp": self.adapters[side].name}
                found.append(Wait(Kind.QUARANTINE, side, bad.id, UNREADABLE, bad.campo, detail))
        for doubt in doubts:
            record = readings[doubt.side].unlinked.pop(doubt.id, None)
            if record is not None:
                seen = fingerprint(self.db.digester, record, self.config)
                detail = {"candidates": " ".join(doubt.candidates), "seen": seen, "erp": self.adapters[doubt.side].name}
                found.append(Wait(Kind.DOUBT, doubt.side, doubt.id, doubt.code, "", detail))
        if options.dry_run:
            return found
        session.park(*found)
        if any(readings[side].recovered for side in Side):
            with self.db.write(session.lease.fence) as tx:
                for side in Side:
                    waits = waiting.of_tickets(tx, self.pair.name, side, sorted(readings[side].recovered))
                    waiting.clear(tx, [wait.id for wait in waits if wait.code == UNREADABLE])
        return found

    # --- writing -----------------------------------------------------------------------------------------------

    async def _apply(
        self, session: Session, works: list[Work], matching: Matching, options: PassOptions, diary: Diary
    ) -> None:
        total, done = len(works), 0

        def count(_work: Work) -> None:
            nonlocal done
            done += 1
            if options.on_progress:
                options.on_progress("apply", done, total)

        if not works and not matching.partings and not matching.settled and not session.report.full:
            return  # an idle pass waits for no disk
        with self.db.write(session.lease.fence) as tx:
            for link_id in matching.partings:
                links.bury(tx, link_id)
            diary.plan(tx, works)
        workers = min(WORKERS, self.adapters.left.max_concurrency + self.adapters.right.max_concurrency)
        await Applier(session, on_done=count).run(works, workers=workers)
        with self.db.write(session.lease.fence) as tx:
            waiting.clear(tx, matching.settled)  # not before it is done: what a person said is said once
            diary.end(tx)

    def _as_saved(self, works: list[Work], saved: Mapping[str, str], report: PassReport) -> list[Work]:
        """Of these works those that stand in the saved plan unchanged; the rest of that plan is refused."""
        found = {work.key: work for work in works}
        agreed = []
        for key, signature in saved.items():
            work = found.get(key)
            if work is not None and work.signature(self.db.digester) == signature:
                agreed.append(work)
            else:
                left, _, right = key.partition("|")
                report.refused.append(Row("!", left or None, right or None, "refused", reason="changed since the plan"))
        return agreed

    def _go_on_from(self, session: Session, readings: Both[Reading]) -> None:
        with self.db.write(session.lease.fence, durable=False) as tx:
            for side in Side:
                cursor = readings[side].cursor
                if cursor is not None:
                    journal.save_cursor(tx, self.pair.name, side, cursor, session.now)

    def _close_pass(self, lease: Lease, pass_id: int, report: PassReport, error: str | None) -> None:
        offsets = {
            side.value: offset.total_seconds()
            for side in Side
            if (offset := self.adapters[side].clock_offset) is not None
        }
        now = self.clock.now().timestamp()
        # who was overtaken says nothing more
        with suppress(LeaseLost), self.db.write(lease.fence, durable=False) as tx:
            journal.end(tx, pass_id, now=now, report=report.as_json(), offsets=offsets, error=error)


def _limit(given: int | None, configured: int) -> int:
    return configured if given is None else given
