"""What a migration would have to do: counted over the whole listing, and drawn from a sample. Nothing is written."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from erp_bridge.core.adapter import Adapter, Capability, Idempotency, Page
from erp_bridge.core.model import Atendimento
from erp_bridge.sync import fields
from erp_bridge.sync.assemble import Assembler
from erp_bridge.sync.carry import Crossing, Problem
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.lookups import Lookups, vocabularies
from erp_bridge.sync.migrate.archive import Footers, Span, Told, listing
from erp_bridge.sync.migrate.marks import month_of
from erp_bridge.sync.migrate.pages import AT_ONCE, NO_LIMIT
from erp_bridge.sync.migrate.slice import TOGETHER
from erp_bridge.sync.plan import Attach, Send, SetStatus, Work
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.reading import Reading
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, links
from erp_bridge.sync.store.lease import hold

#: Tickets of which a plan is made.
SAMPLE = 100
#: Requests that the source takes for a page of new tickets beside its messages.
PER_PAGE = 6


@dataclass
class Estimate:
    """``gaps``: (field, code, name, what happens: "quarantine" or "blank") by tickets; ``sampled`` are planned ones."""

    tickets: int = 0
    there: int = 0  # with a twin, or moved, already
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    gaps: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    sampled: int = 0
    creates: int = 0  # of the sample
    writes: int = 0  # messages, files and statuses of the sample
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)  # (code, field) in the sample
    requests: dict[Side, int] = field(default_factory=lambda: {Side.LEFT: 0, Side.RIGHT: 0})
    seconds: float = 0.0
    limited_by: str = ""  # the ERP whose limit decides; "" where its answers do

    @property
    def to_move(self) -> int:
        return self.tickets - self.there

    def as_json(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "already_there": self.there,
            "to_move": self.to_move,
            "months": [{"month": m, "status": s, "tickets": n} for (m, s), n in sorted(self.months.items())],
            "gaps": [
                {"field": campo, "code": code, "name": name, "then": then, "tickets": count}
                for (campo, code, name, then), count in self.gaps.most_common()
            ],
            "sample": {
                "tickets": self.sampled, "would_move": self.creates, "writes": self.writes,
                "problems": [
                    {"code": code, "field": campo, "tickets": count}
                    for (code, campo), count in self.problems.most_common()
                ],
            },
            "requests": {side.value: self.requests[side] for side in Side},
            "hours": round(self.seconds / 3600, 2),
            "limited_by": self.limited_by,
        }  # fmt: skip


class Estimator:
    """Looks at the whole listing once. ``limits``: requests a minute, by name of the ERP."""

    def __init__(
        self,
        engine: Engine,
        source: Side,
        span: Span,
        limits: Mapping[str, int],
        concurrency: int | None,
        on_page: Callable[[int], None] | None = None,
    ) -> None:
        self.engine = engine
        self.source = source
        self.span = span
        self.limits = limits
        self.concurrency = concurrency or engine.adapters[source.other].max_concurrency
        self.found = Estimate()
        self._on_page = on_page
        self._drawn: list[Atendimento] = []
        self._rng = random.Random(0)

    async def run(self, report: PassReport) -> Estimate:
        engine, side = self.engine, self.source
        before = {s: engine.adapters[s].requests for s in Side}
        began = engine.clock.monotonic()
        lookups = engine.adapters.map(Lookups)
        planner = engine.planner(await vocabularies(lookups), quiet=True)
        async for page in listing(engine.adapters[side], self.span):
            self._count(page, planner.crossings[side])
            if self._on_page:
                self._on_page(self.found.tickets)
        listed = engine.adapters[side].requests
        works = await self._plans(report, planner, lookups[side.other])
        asked = {s: engine.adapters[s].requests - before[s] for s in Side}
        seconds = (engine.clock.monotonic() - began) / max(1, sum(asked.values()))
        self._judge(works)
        self._extrapolate(asked, listed - before[side], seconds)
        report.read[side] = self.found.tickets
        report.requests |= asked
        report.seconds = engine.clock.monotonic() - began
        return self.found

    # --- all of them -------------------------------------------------------------------------------------------

    def _count(self, page: Page, crossing: Crossing) -> None:
        engine, found = self.engine, self.found
        ids = [ticket.id or "" for ticket in page]
        with engine.db.read() as tx:
            known = links.by_ids(tx, engine.pair.name, self.source, ids)
            marks = history.marks_of(tx, engine.pair.name, self.source, ids)
        zone = engine.adapters[self.source].timezone
        found.tickets += len(page.unreadable)
        for bad in page.unreadable:
            found.months["", ""] += 1
            found.gaps[bad.campo, bad.codigo, "", "quarantine"] += 1
        for ticket in page:
            found.tickets += 1
            found.months[month_of(ticket.aberto_em, zone), ticket.status or ""] += 1
            mark = marks.get(ticket.id or "")
            if ticket.id in known and (mark is None or mark.state == "moved"):
                found.there += 1
                continue
            self._look_for_gaps(ticket, crossing)
            self._draw(ticket)

    def _look_for_gaps(self, ticket: Atendimento, crossing: Crossing) -> None:
        for campo in (*fields.TERMS, "status"):
            if campo == "processo" or not (crossing.target.supports(campo).create or campo == "status"):
                continue
            value = crossing.value(ticket, campo)
            if isinstance(value, Problem):
                self.found.gaps[campo, value.detail.get("raw", ""), value.detail.get("name", ""), "quarantine"] += 1
            elif value is None and campo != "status" and (term := getattr(ticket, campo)) is not None:
                named = crossing.source.named(campo, term)
                self.found.gaps[campo, term.id or "", named.nome if named else "", "blank"] += 1

    def _draw(self, ticket: Atendimento) -> None:
        """Keep a fair sample of what has come by."""
        place = self.found.to_move
        if len(self._drawn) < SAMPLE:
            self._drawn.append(ticket)
        elif (chosen := self._rng.randrange(place)) < SAMPLE:
            self._drawn[chosen] = ticket

    # --- some of them ------------------------------------------------------------------------------------------

    async def _plans(self, report: PassReport, planner: Planner, target: Lookups) -> list[Work]:
        engine, side = self.engine, self.source
        if not self._drawn:
            return []
        with hold(engine.db, engine.pair.name) as lease:
            session = Session(engine.pair.name, engine.adapters, engine.db, lease, engine.clock, planner, report)
            report.not_carried = planner.not_carried()
            readings = Both.of(Reading)
            readers = Both.of(lambda s: engine.reader(session, s))
            readings[side].unlinked.update({ticket.id or "": ticket for ticket in self._drawn})
            told = Told(engine.adapters[side].name)
            past = Footers(planner.scribe, told)
            assembler = Assembler(
                session, engine.pair, engine.ring, readings, readers, engine.since, engine.config, past=past
            )
            fresh = assembler.fresh(side)
            await told.learn(engine.adapters[side], [ticket.id or "" for ticket in fresh])
            return await assembler.new(side, fresh, target, NO_LIMIT, None)

    def _judge(self, works: list[Work]) -> None:
        found = self.found
        found.sampled = len(self._drawn)
        for work in works:
            found.creates += work.creates is not None
            found.writes += sum(isinstance(action, Send | Attach | SetStatus) for action in work.actions)
            found.problems.update({(wait.code, wait.field) for wait in work.waits})

    def _extrapolate(self, asked: Mapping[Side, int], listed: int, answer: float) -> None:
        """Requests and time for all, by those of the sample. ``answer``: seconds that one takes."""
        found, side = self.found, self.source
        target = self.engine.adapters[side.other]
        share = found.to_move / found.sampled if found.sampled else 0.0
        creates, writes = found.creates * share, found.writes * share
        found.requests[side] = round(listed + (asked[side] - listed) * share + PER_PAGE * found.to_move / AT_ONCE)
        written = creates * _to_create(target) + writes * _to_write(target)
        found.requests[side.other] = round(written + 3 * creates / TOGETHER + asked[side.other] * share)
        waits = {
            "": max(found.requests[side], found.requests[side.other]) * answer / self.concurrency,
            **{
                self.engine.adapters[s].name: found.requests[s] * 60 / self.limits[self.engine.adapters[s].name]
                for s in Side
            },
        }
        found.limited_by = max(waits, key=lambda name: waits[name])
        found.seconds = waits[found.limited_by]


def _to_create(target: Adapter) -> int:
    """Requests for a ticket: a number reserved where that is how it is found again, the ticket, a look where needed."""
    return 1 + (target.idempotency is Idempotency.PROTOCOLO) + (Capability.POST_TICKET not in target.capabilities)


def _to_write(target: Adapter) -> int:
    return 1 if Capability.POST_MOVEMENT in target.capabilities else 3
