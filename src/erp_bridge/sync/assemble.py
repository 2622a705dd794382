"""Brings together what planning needs for each ticket, and asks the planner. Between reading and the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from erp_bridge.config import PairSettings
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Atendimento, Movimentacao, Status, Termo
from erp_bridge.core.text import fold
from erp_bridge.sync import gates
from erp_bridge.sync.desconto import quantias
from erp_bridge.sync.lookups import Lookups
from erp_bridge.sync.matching import Matching
from erp_bridge.sync.plan import Copy, Work
from erp_bridge.sync.planning import Decision
from erp_bridge.sync.reading import Reader, Reading, fingerprint
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links, movements, waiting
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind


@dataclass(frozen=True)
class Ring:
    """Where each ERP of the pair stands in other pairs of this store, for the rule of hubs."""

    places: Both[tuple[tuple[str, Side], ...]] = field(default_factory=lambda: Both((), ()))
    erps: frozenset[str] = frozenset()  # every ERP of the configuration


class Past(Protocol):
    """What is told of a ticket of the past beside its own words. With one, cancelled and old tickets get twins too."""

    def footer(self, side: Side, ticket: Atendimento, history: Sequence[Movimentacao]) -> Footer: ...


class Assembler:
    """Makes the works of one pass."""

    def __init__(
        self,
        session: Session,
        pair: PairSettings,
        ring: Ring,
        readings: Both[Reading],
        readers: Both[Reader],
        since: Callable[[Side], datetime],
        config: str,
        past: Past | None = None,
    ) -> None:
        self.session = session
        self.pair = pair
        self.ring = ring
        self.readings = readings
        self.readers = readers
        self.since = since
        self.config = config
        self.past = past
        self.dropped: list[Work] = []  # without anything to do: no twin will be made

    # --- tickets without a twin --------------------------------------------------------------------------------

    def fresh(self, side: Side) -> list[Atendimento]:
        """Tickets of a side that should get a twin: in scope, not cancelled, not themselves a twin of another pair."""
        session, unlinked = self.session, self.readings[side].unlinked
        if not session.planner.rules.carries_from(side):
            return []
        with session.db.read() as tx:
            copies = set() if self.pair.forward else links.twins_of(tx, self.ring.places[side], list(unlinked))
        chosen = []
        for id, ticket in unlinked.items():
            if id in copies or self._is_foreign(ticket) or (side, id) in session.held:
                continue
            if not self._in_scope(side, ticket):
                self._drop(side, ticket)
            elif ticket.status is Status.CANCELADO and self.past is None:
                session.report.skipped += 1
                self._drop(side, ticket)
            else:
                chosen.append(ticket)
        return chosen

    def _drop(self, side: Side, ticket: Atendimento) -> None:
        mine, nothing = (ticket.id, ticket), (None, None)
        left, right = (mine, nothing) if side is Side.LEFT else (nothing, mine)
        self.dropped.append(Work(Both(left[0], right[0]), Both(left[1], right[1]), source=side))

    def _is_foreign(self, ticket: Atendimento) -> bool:
        ours = {adapter.name for adapter in (self.session.adapters.left, self.session.adapters.right)}
        ref = ticket.footer.ref if ticket.footer else None
        return ref is not None and ref.erp in self.ring.erps - ours and not self.pair.forward

    def _in_scope(self, side: Side, ticket: Atendimento) -> bool:
        for campo, names in self.pair.scope.items():
            term = self.session.planner.parties[side].named(campo, getattr(ticket, campo))
            if names and (term is None or fold(term.nome) not in {fold(name) for name in names}):
                return False
        if (
            self.past is not None
            or self.pair.since is None
            or ticket.aberto_em is None
            or ticket.aberto_em >= self.since(side)
        ):
            return True
        return self.session.report.full and ticket.status not in (Status.SOLUCIONADO, Status.CANCELADO)

    async def new(
        self,
        side: Side,
        tickets: list[Atendimento],
        target: Lookups,
        limit: int,
        on_progress: Callable[[str, int, int], None] | None,
    ) -> list[Work]:
        """Works of tickets that have no twin. Stops at the gate as soon as it is passed."""
        reading, works = self.readings[side], []
        tickets = await self.session.adapters[side].with_clients(tickets)
        unread = [t.id or "" for t in tickets if (t.id or "") not in reading.complete]
        reading.news.update(await self.readers[side].histories(reading, unread))
        await self.readers[side].files(reading, [t.id or "" for t in tickets])
        await target.ahead(ticket.cliente.documento for ticket in tickets if ticket.cliente)
        step = max(1, target.adapter.max_concurrency)
        for start in range(0, len(tickets), step):
            some = tickets[start : start + step]
            works += await asyncio.gather(*(self._new(side, ticket, target) for ticket in some))
            gates.check_creates(sum(1 for work in works if work.creates), limit)
            if on_progress:
                on_progress("plan", start + len(some), len(tickets))
        return [self._parked(side, work) for work in works]

    async def _new(self, side: Side, ticket: Atendimento, target: Lookups) -> Work:
        planner = self.session.planner
        subject = planner.crossings[side].value(ticket, "assunto")
        found = await target.found(ticket.cliente.documento if ticket.cliente else None)
        parametros = await target.parameters(subject if isinstance(subject, Termo) else None)
        today = self.session.clock.now().astimezone(target.adapter.timezone).date()
        news = self.readings[side].news.get(ticket.id or "", [])
        footer = self.past.footer(side, ticket, news) if self.past else None
        if self.past is None and planner.parties[side].asks_for_discount(ticket):
            footer = await quantias.told(self.session, side, ticket, found)
        return planner.new(side, ticket, news, found, parametros, today, footer)

    def _parked(self, side: Side, work: Work) -> Work:
        """Quarantines carry the look of their record: it rests until the record or the configuration changes."""
        record = work.records[side]
        if record is None or not work.waits:
            return work
        if self.pair.unknown_client == "skip" and any(wait.code == "unknown-client" for wait in work.waits):
            self.session.report.skipped += 1
            return replace(work, waits=())
        seen = fingerprint(self.session.db.digester, record, self.config)
        return replace(work, waits=tuple(replace(w, detail={**w.detail, "seen": seen}) for w in work.waits))

    # --- tickets with a twin -----------------------------------------------------------------------------------

    async def linked(self, matching: Matching) -> list[Work]:
        """Works of linked tickets of which a side has news, and of those to be adopted."""
        found: dict[str, Link] = {link.ids.left: link for link in matching.adoptions}
        for side in Side:
            found |= {link.ids.left: link for link, _ in self.readings[side].linked.values()}
        held = self.session.held
        pairs = [link for link in found.values() if not any((side, link.ids[side]) in held for side in Side)]
        records = {side: await self._records(side, pairs) for side in Side}
        for side in Side:
            adopted = [link.ids[side] for link in matching.adoptions]
            self.readings[side].news.update(await self.readers[side].histories(self.readings[side], adopted))
            await self.readers[side].files(self.readings[side], [link.ids[side] for link in pairs])
        decisions = self._decisions()
        works = []
        for link in pairs:
            left, right = records[Side.LEFT].get(link.ids.left), records[Side.RIGHT].get(link.ids.right)
            if left is None or right is None:
                continue  # gone from a listing means nothing by itself
            works.append(self._linked(link, Both(left, right), decisions.get(link.ids.left)))
        return works

    def _linked(self, link: Link, records: Both[Atendimento], decisions: dict[str, Decision] | None) -> Work:
        news, copies, delivered = self._recognise(link)
        planner = self.session.planner
        if link.id:
            return planner.linked(link, records, news, decisions, copies=copies, delivered=delivered)
        # of twins that were there before only later movements travel, and what a lost store left half delivered
        begun = Both.of(lambda s: planner.scribe.begun(s, records[s], news[s], delivered[s.other]))
        work = planner.linked(link, records, begun, decisions, copies=copies, delivered=delivered)
        known = Both.of(lambda s: {m.id or "" for m in news[s]} - {m.id or "" for m in begun[s]})
        return replace(work, kept=Both.of(lambda s: (*work.kept[s], *sorted(known[s]))))

    async def _records(self, side: Side, pairs: Collection[Link]) -> dict[str, Atendimento]:
        """Both twins of a changed ticket are looked at as they are now, not as the feed last showed them."""
        reading = self.readings[side]
        known = reading.unlinked | {id: ticket for id, (_, ticket) in reading.linked.items()}
        missing = [link.ids[side] for link in pairs if link.ids[side] not in known]
        if not missing:
            return known
        page = await self.session.adapters[side].get_many(missing)
        return known | {ticket.id or "": ticket for ticket in page}

    def _recognise(self, link: Link) -> tuple[Both[Sequence[Movimentacao]], tuple[Copy, ...], Both[Collection[str]]]:
        """Split a link's unknown movements into news of people and messages of the bridge, told by their footers.

        Last come the markers of all messages of the bridge, by the side on which they stand.
        """
        session = self.session
        with session.db.read() as tx:
            known = Both.of(lambda s: movements.known(tx, session.pair, s, [link.ids[s]]).get(link.ids[s], {}))
        news: dict[Side, list[Movimentacao]] = {Side.LEFT: [], Side.RIGHT: []}
        copies: list[Copy] = []
        delivered = Both.of(lambda s: {part for part in known[s].values() if part is not None})
        for side in Side:
            # one copy of a movement is the bridge's; a second with the same footer is somebody's paste
            taken = {id for id, copy in known[side.other].items() if copy is not None}
            twin = (session.adapters[side.other].name, link.ids[side.other])
            for movement in self.readings[side].news.get(link.ids[side], []):
                if movement.id in known[side]:
                    continue
                ref = movement.footer.ref if movement.footer else None
                part = ref.part if ref and (ref.erp, ref.id) == twin else None
                if part is None or part in taken or part in delivered[side]:
                    news[side].append(movement)
                else:
                    copies.append(Copy(side, movement.id or "", part))
                    delivered[side].add(part)
        return Both(news[Side.LEFT], news[Side.RIGHT]), tuple(copies), Both(delivered.left, delivered.right)

    def _decisions(self) -> dict[str, dict[str, Decision]]:
        """What people were asked of conflicts and what they said, by left ticket and field."""
        found: dict[str, dict[str, Decision]] = {}
        session = self.session
        with session.db.read() as tx:
            for wait in waiting.listed(tx, session.pair, Kind.CONFLICT):
                asked = wait.code == "both-changed"
                if wait.decision not in ("left", "right") and not asked:
                    continue
                left: str | None = wait.ticket
                if wait.side is Side.RIGHT:
                    link = links.by_ids(tx, session.pair, Side.RIGHT, [wait.ticket]).get(wait.ticket)
                    left = link.ids.left if link else None
                digests = Both(wait.detail.get("left", ""), wait.detail.get("right", ""))
                found.setdefault(left or "", {})[wait.field] = Decision(
                    Side(wait.decision) if wait.decision else None, digests
                )
        return found
