"""Reads the change feeds and keeps only what may need work: pages from the ERP, facts about them from the store.

Rows that the store knows and that have not changed cost nothing further; that is what makes an idle pass cheap.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from erp_bridge.core.adapter import Adapter, Capability, Cursor, Page, Unreadable
from erp_bridge.core.model import Atendimento, Movimentacao, Status
from erp_bridge.sync import fields, files
from erp_bridge.sync.digest import OVERTAKEN, Digester
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links, movements, waiting
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait


@dataclass
class Reading:
    """What one side's feed brought: tickets worth a look, by id."""

    side: Side
    count: int = 0
    unlinked: dict[str, Atendimento] = field(default_factory=dict)
    linked: dict[str, tuple[Link, Atendimento]] = field(default_factory=dict)
    news: dict[str, list[Movimentacao]] = field(default_factory=dict)  # movements nobody knows yet, by ticket
    steady: set[str] = field(default_factory=set)  # open, linked, and without news; ids only, they may be many
    complete: set[str] = field(default_factory=set)  # tickets whose whole history was listed
    unreadable: list[Unreadable] = field(default_factory=list)
    recovered: set[str] = field(default_factory=set)  # readable again: their messages were passed over before
    asleep: dict[str, list[Wait]] = field(default_factory=dict)  # quarantined or doubted, unchanged since
    cursor: Cursor | None = None
    newest: datetime | None = None  # the latest stamp on any ticket read
    changed: int = 0  # linked tickets with a changed field


#: The code of records that could not be translated.
UNREADABLE = "unreadable"


class Reader:
    """Reads one side of one pair."""

    def __init__(
        self, db: Database, pair: str, side: Side, adapter: Adapter, other_erp: str, shared: Sequence[str], config: str
    ) -> None:
        self.db = db
        self.pair = pair
        self.side = side
        self.adapter = adapter
        self.other_erp = other_erp
        self.shared = shared
        self.config = config
        self._readable = {campo for campo, support in adapter.fields.items() if support.read}

    async def feed(self, start: datetime | Cursor, *, also_open: bool) -> Reading:
        """Everything since ``start``; with ``also_open`` every open ticket too."""
        reading = Reading(self.side)
        seen: set[str] = set()
        async for page in self._pages(start, also_open):
            fresh = [a for a in page.atendimentos if a.id not in seen]
            seen.update(a.id or "" for a in fresh)
            reading.count += len(fresh)
            stamps = [stamp for a in fresh for stamp in (a.aberto_em, a.alterado_em) if stamp]
            reading.newest = max([*stamps, *([reading.newest] if reading.newest else [])], default=None)
            reading.unreadable += page.unreadable
            reading.cursor = page.cursor or reading.cursor
            with self.db.read() as tx:
                self.sort(tx, reading, fresh, page.movimentacoes)
        return reading

    async def again(self, reading: Reading, ids: Iterable[str]) -> None:
        """Read tickets by id, with their whole history, whatever the feed said of them."""
        wanted = [id for id in dict.fromkeys(ids) if id]
        if not wanted or Capability.GET not in self.adapter.capabilities:
            return
        page = await self.adapter.get_many(wanted)
        reading.unreadable += page.unreadable
        for wait_id in wanted:
            reading.asleep.pop(wait_id, None)
        history = await self.histories(reading, [a.id or "" for a in page.atendimentos])
        with self.db.read() as tx:
            self.sort(tx, reading, page.atendimentos, history, forced=True)

    async def histories(self, reading: Reading, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        """The whole histories of those tickets, in bulk, without what is known already."""
        if not ids or Capability.MOVEMENTS not in self.adapter.capabilities:
            return {}
        found = await self.adapter.movements_of(ids)
        reading.complete.update(ids)
        return {id: list(history) for id, history in found.items()}

    async def files(self, reading: Reading, ids: Sequence[str]) -> None:
        """Add the files of those tickets to their news."""
        for id, entries in (await files.entries(self.adapter, ids)).items():
            if entries:
                reading.news[id] = [*reading.news.get(id, []), *entries]

    async def new_files(self, reading: Reading) -> None:
        """Look for files in open tickets without other news: no feed tells of them."""
        found = await files.entries(self.adapter, sorted(reading.steady))
        with self.db.read() as tx:
            known = movements.known(tx, self.pair, self.side, list(found))
        news = [id for id, entries in found.items() if any(entry.id not in known.get(id, {}) for entry in entries)]
        await self.again(reading, news)

    def sort(
        self,
        tx: Connection,
        reading: Reading,
        tickets: Sequence[Atendimento],
        history: Mapping[str, Sequence[Movimentacao]],
        *,
        forced: bool = False,
    ) -> None:
        """Put tickets where they belong: linked and changed, not linked yet, or nothing to do."""
        ids = [a.id or "" for a in tickets]
        known_links = links.by_ids(tx, self.pair, self.side, ids)
        known = movements.known(tx, self.pair, self.side, [id for id in ids if history.get(id)])
        waits: dict[str, list[Wait]] = {}
        for wait in waiting.of_tickets(tx, self.pair, self.side, ids):
            waits.setdefault(wait.ticket, []).append(wait)
        twins = {link.ids[self.side.other]: id for id, link in known_links.items()}
        for wait in waiting.of_tickets(tx, self.pair, self.side.other, list(twins)):
            waits.setdefault(twins[wait.ticket], []).append(wait)
        for ticket in tickets:
            id = ticket.id or ""
            news = [m for m in history.get(id, ()) if m.id not in known.get(id, {})]
            link = known_links.get(id)
            if link is not None and link.tombstone:
                continue
            if any(wait.code == UNREADABLE for wait in waits.get(id, ())):
                reading.recovered.add(id)
            if link is None:
                self._unlinked(reading, ticket, waits.get(id, []), forced=forced)
                if id in reading.unlinked and news:
                    reading.news[id] = news
                continue
            news = [m for m in news if m.texto.strip() or m.footer]
            changed = [c for c in self.shared if not self._same(ticket, c, link, waits.get(id, []))]
            base = link.bases[self.side]
            reading.changed += any(base.get(c, OVERTAKEN) != OVERTAKEN for c in changed)
            resting = {w.field for w in waits.get(id, ()) if w.kind is Kind.QUARANTINE and w.side is self.side}
            if changed or forced or any(m.id not in resting for m in news):
                reading.linked[id] = (link, ticket)
                if news:
                    reading.news[id] = news
            elif ticket.status not in (Status.SOLUCIONADO, Status.CANCELADO):
                reading.steady.add(id)

    def _unlinked(self, reading: Reading, ticket: Atendimento, waits: list[Wait], *, forced: bool) -> None:
        seen = fingerprint(self.db.digester, ticket, self.config)
        parked = [w for w in waits if w.kind in (Kind.QUARANTINE, Kind.DOUBT)]
        if parked and not forced and all(w.detail.get("seen") == seen and not w.decision for w in parked):
            reading.asleep[ticket.id or ""] = parked
            return
        reading.unlinked[ticket.id or ""] = ticket

    def _same(self, ticket: Atendimento, campo: str, link: Link, waits: list[Wait]) -> bool:
        if campo not in self._readable:
            return True
        conflict = next((w for w in waits if w.kind is Kind.CONFLICT and w.field == campo), None)
        if conflict is None:
            return self.db.digester.unchanged(ticket, campo, link.bases[self.side])
        # a conflict that stands over the same value asks nothing new; over any other it may have ended
        digest = self.db.digester.field(ticket, campo)
        return conflict.detail.get(self.side.value) == digest and not conflict.decision

    async def _pages(self, start: datetime | Cursor, also_open: bool) -> AsyncIterator[Page]:
        async for page in self.adapter.changed_since(start, clientes=False):
            yield page
        if also_open and Capability.OPEN_TICKETS in self.adapter.capabilities:
            async for page in self.adapter.open_tickets(clientes=False):
                yield page


def fingerprint(digester: Digester, ticket: Atendimento, config: str) -> str:
    """What a parked record looked like, and under which configuration: it is tried again when either changes."""
    values = [f"{campo}={fields.own_value(ticket, campo)}" for campo in (*fields.MERGED, "processo", "estrutura")]
    return digester.of("seen", "\n".join([config, *values]))


def pair_of(side: Side, mine: Reading, theirs: Reading) -> Both[Reading]:
    return Both(mine, theirs) if side is Side.LEFT else Both(theirs, mine)
