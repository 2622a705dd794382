"""Looks for twins among records without a link, before anything is created. I/O around the pure rules of ``adopt``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from erp_bridge.core.adapter import Capability
from erp_bridge.core.model import Atendimento
from erp_bridge.sync import adopt
from erp_bridge.sync.adopt import Adoption, Ambiguity
from erp_bridge.sync.reading import Reading
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, links, movements, waiting
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait

NONE = "none"  # the decision that a record has no twin


@dataclass
class Matching:
    """What was found: links to adopt (without a number yet), doubts, and waiting entries that a person settled."""

    adoptions: list[Link] = field(default_factory=list)
    partings: list[int] = field(default_factory=list)  # links that a person wants removed
    doubts: list[Ambiguity] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)


class Matcher:
    """Matches the unlinked records of both readings of a pass."""

    def __init__(self, session: Session, how: str) -> None:
        self.session = session
        self.how = how  # protocolo | footer | off

    async def run(self, readings: Both[Reading]) -> Matching:
        result = Matching()
        free = Both.of(lambda side: set(readings[side].unlinked))  # not spoken for yet
        self._decided(result, readings, free)
        if self.how in ("protocolo", "footer"):
            await self._by_footer(readings, result, free)
        if self.how == "protocolo":
            await self._by_protocolo(readings, result, free)
        return result

    def _decided(self, result: Matching, readings: Both[Reading], free: Both[set[str]]) -> None:
        """What people said of doubts."""
        session = self.session
        with session.db.read() as tx:
            waits = [w for w in waiting.listed(tx, session.pair, Kind.DOUBT) if w.decision]
        for wait in waits:
            if "link" in wait.detail:
                result.partings.append(int(wait.detail["link"]))
            elif wait.decision != NONE and wait.field:
                self._join_movement(wait)
            elif wait.decision != NONE:
                ids = Both(wait.ticket, wait.decision or "")
                ids = ids if wait.side is Side.LEFT else Both(ids.right, ids.left)
                if not self._linked(ids):
                    self._adopt(result, ids, None, free)
            free[wait.side].discard(wait.ticket)
            result.settled.append(wait.id)

    def _linked(self, ids: Both[str]) -> bool:
        with self.session.db.read() as tx:
            return any(links.by_ids(tx, self.session.pair, side, [ids[side]]) for side in Side)

    def _join_movement(self, wait: Wait) -> None:
        session = self.session
        with session.db.write(session.lease.fence) as tx:
            intent = intents.get(tx, int(wait.detail.get("intent", "0")))
            if intent is not None and intent.target is not None:
                source, copy = (wait.ticket, intent.marker or ""), (intent.target, wait.decision or "")
                movements.join(tx, session.pair, wait.side, source, copy, part=intent.part)

    async def _by_footer(self, readings: Both[Reading], result: Matching, free: Both[set[str]]) -> None:
        names = self.session.adapters.map(lambda adapter: adapter.name)
        for side in Side:
            mine, theirs = readings[side], readings[side.other]
            named = adopt.claims((mine.unlinked[id] for id in sorted(free[side])), names[side.other])
            before = set(theirs.unlinked)
            await self._fetch(theirs, sorted(set(named.values()) - before))
            free[side.other].update(set(theirs.unlinked) - before)
        unlinked: Both[Mapping[str, Atendimento]] = Both.of(
            lambda side: {id: readings[side].unlinked[id] for id in sorted(free[side])}
        )
        adoptions, doubts = adopt.match_footers(unlinked, names)
        for adoption in adoptions:
            self._adopt(result, adoption.ids, adoption.made, free)
        self._doubt(result, doubts, free)

    async def _by_protocolo(self, readings: Both[Reading], result: Matching, free: Both[set[str]]) -> None:
        session = self.session
        unlinked: Both[dict[str, Atendimento]] = Both.of(
            lambda side: {id: readings[side].unlinked[id] for id in sorted(free[side])}
        )
        spoken = Both.of(lambda side: self._words(unlinked[side].values()))
        digester = session.db.digester
        linked: dict[Side, dict[str, str]] = {}
        with session.db.read() as tx:
            for side in Side:
                by_digest = {digester.protocolo(word): word for word in spoken[side.other]}
                found = links.by_protocolos(tx, session.pair, side, by_digest)
                linked[side] = {by_digest[digest]: link.ids[side] for digest, link in found.items()}
        for side in Side:
            # only records that name each other need their clients' documents
            near = [
                ticket
                for ticket in unlinked[side].values()
                if ticket.protocolo in spoken[side.other]
                or self._words([ticket]) & {other.protocolo for other in unlinked[side.other].values()}
            ]
            for ticket in await session.adapters[side].with_clients(near) if near else []:
                unlinked[side][ticket.id or ""] = ticket
                readings[side].unlinked[ticket.id or ""] = ticket
        adoptions, doubts = adopt.match_protocolos(
            Both(unlinked.left, unlinked.right), Both(linked[Side.LEFT], linked[Side.RIGHT])
        )
        for adoption in adoptions:
            self._adopt(result, adoption.ids, adoption.made, free)
        self._doubt(result, doubts, free)

    @staticmethod
    def _words(tickets: Iterable[Atendimento]) -> set[str]:
        return {word for ticket in tickets for word in adopt.spoken_protocolos(ticket)}

    async def _fetch(self, reading: Reading, ids: list[str]) -> None:
        """Named tickets that this pass has not read: they must exist to be adopted."""
        adapter = self.session.adapters[reading.side]
        if not ids or Capability.GET not in adapter.capabilities:
            return
        page = await adapter.get_many(ids)
        with self.session.db.read() as tx:
            known = links.by_ids(tx, self.session.pair, reading.side, ids)
        for ticket in page:
            if ticket.id and ticket.id not in known:
                reading.unlinked[ticket.id] = ticket

    def _adopt(self, result: Matching, ids: Both[str], made: Side | None, free: Both[set[str]]) -> None:
        adoption = Adoption(ids, made)
        for side in Side:
            free[side].discard(ids[side])
        nothing: Both[dict[str, str]] = Both({}, {})
        result.adoptions.append(
            Link(0, self.session.pair, adoption.ids, nothing, made, tombstone=False, writes=0, since=self.session.now)
        )

    def _doubt(self, result: Matching, doubts: Iterable[Ambiguity], free: Both[set[str]]) -> None:
        for doubt in doubts:
            free[doubt.side].discard(doubt.id)
            result.doubts.append(doubt)
