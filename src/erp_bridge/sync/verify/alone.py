"""Tickets that are nobody's twin: which of them are one copy too many, and which should have a twin."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from erp_bridge.core.model import Atendimento, Status
from erp_bridge.core.text import fold
from erp_bridge.sync import adopt
from erp_bridge.sync.engine import Engine
from erp_bridge.sync.lookups import Lookups
from erp_bridge.sync.planning import Planner
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, links

#: Answers about clients that are remembered before they are asked for anew.
REMEMBERED = 5000


class Alone:
    """Judges tickets without a link, a page at a time."""

    def __init__(self, engine: Engine, planner: Planner) -> None:
        self._engine = engine
        self._parties = planner.parties
        self._rules = planner.rules
        self._since = Both.of(engine.since)
        self._scope = {campo: {fold(name) for name in names} for campo, names in engine.pair.scope.items() if names}
        self._lookups = engine.adapters.map(Lookups)
        self._told: set[tuple[Side, str]] = set()  # a listing may give a ticket twice

    async def judge(self, side: Side, tickets: Sequence[Atendimento]) -> tuple[dict[str, str], list[str]]:
        """Second copies (id → the ticket that is copied), and the ids of those that lack a twin."""
        tickets = [ticket for ticket in tickets if (side, ticket.id or "") not in self._told]
        if not tickets:
            return {}, []
        pair = self._engine.pair.name
        named = adopt.claims(tickets, self._engine.adapters[side.other].name)
        with self._engine.db.read() as tx:
            claimed = links.twins(tx, pair, side.other, sorted(set(named.values())))
            marks = history.marks_of(tx, pair, side, [ticket.id or "" for ticket in tickets])
        doubles = {id: original for id, original in named.items() if original in claimed}
        rest = [
            ticket for ticket in tickets
            if ticket.id not in doubles and self._is_due(side, ticket, marks.get(ticket.id or ""))
        ]  # fmt: skip
        rest = self._but_copies(side, rest)
        if self._engine.pair.unknown_client == "skip":
            rest = await self._with_known_clients(side, rest)
        missing = [ticket.id or "" for ticket in rest]
        self._told.update((side, id) for id in (*doubles, *missing))
        return doubles, missing

    def _is_due(self, side: Side, ticket: Atendimento, mark: history.Mark | None) -> bool:
        """Whether it should have a twin: by a migration that took it up, or by the rules of the pair."""
        if not self._rules.carries_from(side) or (mark is not None and mark.state == "skipped"):
            return False
        old = ticket.aberto_em is not None and ticket.aberto_em < self._since[side]
        if mark is None and (old or ticket.status is Status.CANCELADO):
            return False
        for campo, names in self._scope.items():
            term = self._parties[side].named(campo, getattr(ticket, campo))
            if term is None or fold(term.nome) not in names:
                return False
        return True

    def _but_copies(self, side: Side, tickets: list[Atendimento]) -> list[Atendimento]:
        """Without twins in another pair, which this one does not pass on."""
        engine = self._engine
        if engine.pair.forward or not tickets:
            return tickets
        with engine.db.read() as tx:
            made = links.twins_of(tx, engine.ring.places[side], [ticket.id or "" for ticket in tickets])
        foreign = engine.ring.erps - {engine.adapters.left.name, engine.adapters.right.name}
        return [t for t in tickets if t.id not in made and not (t.footer and t.footer.ref.erp in foreign)]

    async def _with_known_clients(self, side: Side, tickets: list[Atendimento]) -> list[Atendimento]:
        """Those whose client the other side knows; a pair may skip all others."""
        if not tickets:
            return []
        whole = await self._engine.adapters[side].with_clients(tickets)
        documents = {ticket.id: ticket.cliente.documento if ticket.cliente else None for ticket in whole}
        if self._lookups[side.other].asked > REMEMBERED:
            self._lookups = self._engine.adapters.map(Lookups)
        lookups, named = self._lookups[side.other], sorted(filter(None, set(documents.values())))
        await lookups.clients_ahead(named)
        clients = await asyncio.gather(*(lookups.clients(documento) for documento in named))
        known = {documento for documento, found in zip(named, clients, strict=True) if found}
        return [ticket for ticket in tickets if documents[ticket.id] in known]
