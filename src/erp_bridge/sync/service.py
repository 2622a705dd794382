"""The bridge as the command line and integrators see it: passes, plans, and what waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

from erp_bridge.adapters.registry import connect
from erp_bridge.config import Config, PairSettings
from erp_bridge.config.model import Direction
from erp_bridge.core.adapter import Adapter
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError, NotFound
from erp_bridge.sync.assemble import Ring
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.engine import Engine, PassOptions
from erp_bridge.sync.events import SILENT, Events, watched
from erp_bridge.sync.forget import Forgotten, forget
from erp_bridge.sync.matching import NONE
from erp_bridge.sync.migrate import jsonl
from erp_bridge.sync.migrate.account import account
from erp_bridge.sync.migrate.archive import Span
from erp_bridge.sync.migrate.estimate import Estimate, Estimator
from erp_bridge.sync.migrate.progress import Progress
from erp_bridge.sync.migrate.report import MigrationReport
from erp_bridge.sync.migrate.run import History, MigrateOptions
from erp_bridge.sync.plan import Plan
from erp_bridge.sync.reasons import reason
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import care, intents, journal, lease, links, moving, trace, waiting
from erp_bridge.sync.store.database import Database, open_database
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait
from erp_bridge.sync.suggest import Suggestion, suggest_links
from erp_bridge.sync.transform import Transform, load
from erp_bridge.sync.verify.run import Verification
from erp_bridge.transport.network import Network

PLAN_FORMAT = 1


@dataclass(frozen=True)
class PairStatus:
    """How a pair stands. ``lag`` is the time since the last pass that ended well."""

    pair: str
    enabled: bool
    links: int
    open_intents: int
    waiting: Mapping[Kind, int]
    last_started: datetime | None
    last_ended: datetime | None
    lag_seconds: float | None
    last_error: str | None
    next_run: datetime | None
    holder: str | None
    not_carried: Mapping[str, Sequence[str]]

    def as_json(self) -> dict[str, Any]:
        return {
            "pair": self.pair,
            "enabled": self.enabled,
            "links": self.links,
            "open_intents": self.open_intents,
            "conflicts": self.waiting.get(Kind.CONFLICT, 0),
            "quarantined": self.waiting.get(Kind.QUARANTINE, 0),
            "in_doubt": self.waiting.get(Kind.DOUBT, 0),
            "failed": self.waiting.get(Kind.FAILED, 0),
            "last_started": _iso(self.last_started),
            "last_ended": _iso(self.last_ended),
            "lag_seconds": None if self.lag_seconds is None else round(self.lag_seconds, 1),
            "last_error": self.last_error,
            "next_run": _iso(self.next_run),
            "worker": self.holder,
            "not_carried": dict(self.not_carried),
        }


class Bridge:
    """A configuration brought to life: its ERPs, opened when first needed, and its state store."""

    def __init__(self, config: Config, network: Network | None = None, *, events: Events = SILENT) -> None:
        self.config = config
        self.events = events
        self._transforms: dict[str, Transform] = {}
        self.network = network or Network()
        self._stack = AsyncExitStack()
        self._adapters: dict[str, Adapter] = {}
        self._db: Database | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()
        if self._db is not None:
            self._db.close()

    @property
    def clock(self) -> Clock:
        return self.network.clock

    @property
    def db(self) -> Database:
        """The state store, made or upgraded on first use."""
        if self._db is None:
            state = self.config.state
            self._db = open_database(state.database_url(), key=state.key, key_file=state.key_file)
        return self._db

    async def erp(self, name: str) -> Adapter:
        """One ERP of the configuration, ready to use."""
        if name not in self._adapters:
            adapter = connect(self.config.erp[name], network=self.network)
            self._adapters[name] = await self._stack.enter_async_context(adapter)
        return self._adapters[name]

    # --- passes ------------------------------------------------------------------------------------------------

    async def sync(self, pair: str, options: PassOptions | None = None) -> PassReport:
        """One pass over a pair."""
        engine = await self._engine(pair)
        return await watched(self.events, self.db, pair, engine.run(options or PassOptions()))

    async def plan(self, pair: str, options: PassOptions | None = None) -> tuple[Plan, PassReport]:
        """What a pass would do now; nothing is written to either ERP."""
        given = options or PassOptions()
        engine = await self._engine(pair)
        report = await engine.run(
            PassOptions(
                dry_run=True, full=given.full, max_create=given.max_create, max_changes=given.max_changes,
                allow=given.allow, on_progress=given.on_progress,
            )
        )  # fmt: skip
        return engine.plan, report

    def saved(self, plan: Plan) -> dict[str, Any]:
        """A plan as it may be kept in a file: ids, field names and digests, no values."""
        return {
            "format": PLAN_FORMAT,
            "pair": plan.pair,
            "made": self.clock.now().isoformat(timespec="seconds"),
            "works": [
                {
                    "key": work.key,
                    "signature": work.signature(self.db.digester),
                    "steps": [
                        {"direction": row.direction, "left": row.left, "right": row.right,
                         "action": row.action, "field": row.field}
                        for row in work.rows()
                    ],
                }
                for work in plan.works
                if work.actions or work.adopts
            ],
        }  # fmt: skip

    async def apply(self, document: Mapping[str, Any], options: PassOptions | None = None) -> PassReport:
        """Carry out a saved plan. What has changed since is refused, record by record."""
        try:
            pair = str(document["pair"])
            only = {str(work["key"]): str(work["signature"]) for work in document["works"]}
            known = document["format"] == PLAN_FORMAT
        except (KeyError, TypeError):
            known = False
        if not known:
            raise ConfigError("this is not a plan that `erp-bridge plan --out` has written")
        given = options or PassOptions()
        engine = await self._engine(pair)
        chosen = PassOptions(only=only, max_create=len(only), max_changes=len(only), allow=given.allow,
                             on_progress=given.on_progress)  # fmt: skip
        return await watched(self.events, self.db, pair, engine.run(chosen))

    # --- history -----------------------------------------------------------------------------------------------

    async def migrate(self, pair: str, options: MigrateOptions) -> PassReport:
        """Move the history of one side to the other; goes on where it was broken off."""
        engine = await self._engine(pair)
        return await watched(self.events, self.db, pair, History(engine, options, self._limits(engine.pair)).run())

    async def estimate(
        self, pair: str, options: MigrateOptions, on_page: Callable[[int], None] | None = None
    ) -> tuple[Estimate, PassReport]:
        """What ``migrate`` would have to do; nothing is written to either ERP."""
        engine = await self._engine(pair)
        limits, report = self._limits(engine.pair), PassReport(pair, dry_run=True)
        History(engine, options, limits).check()
        estimator = Estimator(engine, options.source, options.span, limits, options.concurrency, on_page)
        found = await estimator.run(report)
        with self.db.read() as tx:
            report.open = waiting.counts(tx, pair)
        return found, report

    def _limits(self, pair: PairSettings) -> dict[str, int]:
        return {name: self.config.erp[name].requests_per_minute for name in (pair.left, pair.right)}

    async def export_tickets(self, erp: str, span: Span, to: IO[str]) -> int:
        """Write an ERP's tickets as JSON Lines; how many."""
        return await jsonl.export(await self.erp(erp), span, to)

    async def import_tickets(
        self, lines: jsonl.Lines, erp: str, on_progress: Callable[[Progress], None] | None = None
    ) -> PassReport:
        """Create the tickets of a file in an ERP. What was created before, by whatever run, is not created again."""
        target = await self.erp(erp)
        source = jsonl.FileAdapter(lines, target.timezone, self.clock)
        pair = PairSettings(
            name=f"import.{lines.erp}.{erp}", left=lines.erp, right=erp, direction=Direction.LEFT_TO_RIGHT,
            adopt="footer",
        )  # fmt: skip
        adapters: Both[Adapter] = Both(source, target)
        engine = Engine(pair, adapters, self.db, self.clock, Ring(), self._fingerprint(pair, erp))
        limits = {erp: self.config.erp[erp].requests_per_minute}
        async with source:
            return await History(engine, MigrateOptions(Side.LEFT, on_progress=on_progress), limits).run()

    async def verification(self, pair: str, since: date | None = None) -> Verification:
        """A look at whether both sides of a pair agree; it changes nothing, neither there nor in the store."""
        return Verification(await self._engine(pair), since)

    def migration(self, pair: str, source: Side | None = None) -> MigrationReport | None:
        """What has become of the migration of a pair so far, from the store alone; None where there was none."""
        settings = self.pair(pair)
        with self.db.read() as tx:
            return account(tx, pair, Both(settings.left, settings.right), source)

    async def _engine(self, name: str) -> Engine:
        pair = self.pair(name)
        left, right = await self.erp(pair.left), await self.erp(pair.right)
        adapters: Both[Adapter] = Both(left, right)
        return Engine(
            pair, adapters, self.db, self.clock, self._ring(pair), self._fingerprint(pair),
            transform=self.transform(pair), events=self.events,
        )  # fmt: skip

    def transform(self, pair: PairSettings) -> Transform | None:
        """The function that the pair names, if it does. Raises ``ConfigError`` when it is not there."""
        if pair.transform is None:
            return None
        if pair.transform not in self._transforms:
            self._transforms[pair.transform] = load(pair.transform, self.config.folder)
        return self._transforms[pair.transform]

    def pair(self, name: str) -> PairSettings:
        """The pair of that name. Raises ``ConfigError`` naming those there are."""
        if name not in self.config.pair:
            known = ", ".join(self.config.pair) or "none"
            raise ConfigError(f"there is no pair {name!r} in {self.config.path}; there are: {known}")
        return self.config.pair[name]

    def _ring(self, pair: PairSettings) -> Ring:
        def places(erp: str) -> tuple[tuple[str, Side], ...]:
            return tuple(place for place in self._places.get(erp, ()) if place[0] != pair.name)

        return Ring(Both(places(pair.left), places(pair.right)), frozenset(self.config.erp))

    @cached_property
    def _places(self) -> Mapping[str, Sequence[tuple[str, Side]]]:
        """Where each ERP stands in the pairs: made once, for there may be hundreds."""
        found: dict[str, list[tuple[str, Side]]] = {}
        for pair in self.config.pair.values():
            for side in Side:
                found.setdefault(getattr(pair, side.value), []).append((pair.name, side))
        return found

    def _fingerprint(self, pair: PairSettings, *erps: str) -> str:
        names = erps or (pair.left, pair.right)
        parts = [pair.model_dump_json(), *(self.config.erp[name].model_dump_json() for name in names)]
        transform = self.transform(pair)
        parts += [transform.version] if transform else []  # what it failed on is tried again when it was changed
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()

    # --- what waits --------------------------------------------------------------------------------------------

    def waiting(self, kind: Kind, pair: str | None = None, lang: str = "en") -> list[dict[str, Any]]:
        """What stands open, as the command line lists it."""
        with self.db.read() as tx:
            found = waiting.listed(tx, pair, kind)
        return [_item(wait, lang) for wait in found]

    def wait(self, kind: Kind, id: int) -> Wait:
        with self.db.read() as tx:
            found = waiting.get(tx, id)
        if found is None or found.kind is not kind:
            raise NotFound(f"nothing of that kind waits under the number {id}")
        return found

    async def values(self, wait: Wait) -> dict[str, dict[str, str]]:
        """Both tickets of a waiting entry as they are now, read from the ERPs: field → value, by side.

        Of a booking, which belongs to no pair, the one ticket there is.
        """
        from erp_bridge.sync.fields import MERGED, words

        alone = ledger.erp_of(wait.pair)
        pair = self.pair(wait.pair) if alone is None else None
        with self.db.read() as tx:
            ids = trace.tickets_of(tx, wait)
        found: dict[str, dict[str, str]] = {}
        for side in Side:
            id = ids[side]
            if id is not None:
                ticket = await (await self.erp(alone or getattr(pair, side.value))).get(id)
                found[side.value] = {"id": id} | {campo: words(ticket, campo) for campo in MERGED}
        return found

    def take(self, id: int, side: Side) -> None:
        """Say which side is right in a conflict; the next pass carries it out."""
        self._decide(self.wait(Kind.CONFLICT, id), side.value)

    def settle_doubt(self, id: int, twin: str | None) -> None:
        """Say which record is the twin, or that there is none; the next pass carries it out."""
        self._decide(self.wait(Kind.DOUBT, id), twin or NONE)

    def retry(self, id: int | None = None) -> int:
        """Let the next pass try quarantined records again: one, or all. Returns how many."""
        if id is not None:
            chosen = [self.wait(Kind.QUARANTINE, id)]
        else:
            with self.db.read() as tx:
                chosen = waiting.listed(tx, None, Kind.QUARANTINE)
        for wait in chosen:
            self._decide(wait, "retry")
        return len(chosen)

    def _decide(self, wait: Wait, decision: str) -> None:
        with self.db.write() as tx:
            waiting.decide(tx, wait.id, decision)

    # --- links -------------------------------------------------------------------------------------------------

    def links(self, pair: str) -> list[Link]:
        self.pair(pair)
        with self.db.read() as tx:
            return links.all_of(tx, pair)

    async def link(self, pair: str, left: str, right: str) -> None:
        """Join two tickets that are twins already; the next pass carries it out. Raises ``NotFound``."""
        settings = self.pair(pair)
        await (await self.erp(settings.left)).get(left)
        await (await self.erp(settings.right)).get(right)
        wait = Wait(Kind.DOUBT, Side.LEFT, left, "link-requested", "", {"candidates": right})
        with self.db.write() as tx:
            for side, id in ((Side.LEFT, left), (Side.RIGHT, right)):
                if links.by_ids(tx, pair, side, [id]):
                    raise ConfigError(f"{id} of {getattr(settings, side.value)} has a link already")
            waiting.decide(tx, waiting.put(tx, pair, wait, self.clock.now().timestamp()), right)

    def unlink(self, pair: str, link_id: int) -> None:
        """Part two twins for good; the next pass carries it out. Neither is carried again."""
        with self.db.write() as tx:
            found = links.get(tx, link_id)
            if found is None or found.pair != pair or found.tombstone:
                raise NotFound(f"{pair} has no link with the number {link_id}")
            wait = Wait(Kind.DOUBT, Side.LEFT, found.ids.left, "unlink-requested", "", {"link": str(link_id)})
            waiting.decide(tx, waiting.put(tx, pair, wait, self.clock.now().timestamp()), "unlink")

    async def suggest_links(self, pair: str) -> list[Suggestion]:
        """Open tickets of both sides that look like twins, best first. Nothing is recorded."""
        settings = self.pair(pair)
        with self.db.read() as tx:
            known = links.all_of(tx, pair)
        taken = Both.of(lambda side: {link.ids[side] for link in known})
        return await suggest_links(Both(await self.erp(settings.left), await self.erp(settings.right)), taken)

    # --- the store ---------------------------------------------------------------------------------------------

    async def forget(self, documento: str) -> list[Forgotten]:
        """Reduce all that the store holds of a client to tombstones, in every pair."""
        found = []
        for pair in self.config.pair.values():
            adapters: Both[Adapter] = Both(await self.erp(pair.left), await self.erp(pair.right))
            found.append(await forget(self.db, pair.name, adapters, documento, self.clock.now().timestamp()))
        return found

    def backup(self, folder: Path) -> care.Copied:
        """Copy the store with its key, also while a daemon uses it."""
        return care.backup(self.db, folder, self.config.state.key_file)

    def move_store(self, url: str) -> moving.Moved:
        """Move the store to another place; nobody may be at work. The configuration must name that place afterwards."""
        return moving.move(self.db, self.config.state, self.config.pair, url)

    def examine_store(self) -> list[tuple[str, bool, str]]:
        """The store's health: topic, whether it is right, what was seen."""
        return care.examine(self.db, self.config.state.key_file)

    # --- how it stands -----------------------------------------------------------------------------------------

    def status(self, pair: str | None = None) -> list[PairStatus]:
        """How each pair stands, from the store alone."""
        names = [pair] if pair is not None else list(self.config.pair)
        return [self._status(self.pair(name)) for name in names]

    def _status(self, pair: PairSettings) -> PairStatus:
        with self.db.read() as tx:
            newest = journal.last(tx, pair.name, whole=False)
            good = journal.last(tx, pair.name)
            now = self.clock.now().timestamp()
            return PairStatus(
                pair=pair.name,
                enabled=pair.enabled,
                links=links.count(tx, pair.name),
                open_intents=intents.count_open(tx, pair.name),
                waiting=waiting.counts(tx, pair.name),
                last_started=_when(newest.started) if newest else None,
                last_ended=_when(good.ended) if good and good.ended else None,
                lag_seconds=now - good.started if good else None,
                last_error=newest.error if newest else None,
                next_run=_when(newest.started + pair.interval.total_seconds()) if newest and pair.enabled else None,
                holder=lease.holder(tx, pair.name),
                not_carried=good.report.get("not_carried", {}) if good else {},
            )


def _item(wait: Wait, lang: str) -> dict[str, Any]:
    return {
        "id": wait.id,
        "pair": wait.pair,
        "side": wait.side.value,
        "ticket": wait.ticket,
        "field": wait.field,
        "code": wait.code,
        "reason": reason(wait, lang),
        "since": _iso(_when(wait.since)),
    }


def _when(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
