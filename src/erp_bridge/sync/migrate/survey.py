"""Looks once through what the target held before, so that no ticket of the past gets a twin beside one that is there.

Only keyed digests are kept: of each unlinked ticket's protocolo, of words in its text that may be a protocolo, and of
the ticket that its footer names. Matching itself is the engine's, page by page, over what these digests bring up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from erp_bridge.core.adapter import Capability
from erp_bridge.core.model import Atendimento
from erp_bridge.sync import adopt
from erp_bridge.sync.migrate.archive import Span, can_list, last_id, listing
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import history, links


class Survey:
    """The tickets of one side that were there before."""

    def __init__(self, session: Session, side: Side) -> None:
        self.session = session
        self.side = side
        self.digester = session.db.digester

    async def run(self, deadline: float) -> bool:
        """Go on looking; whether it is at its end. It stops at ``deadline`` (monotonic seconds)."""
        session, adapter = self.session, self.session.adapters[self.side]
        with session.db.read() as tx:
            position, ended = history.surveyed(tx, session.pair, self.side)
        if ended or not can_list(adapter):
            return True
        async for page in listing(adapter, Span(), position):
            position = last_id(page) or position
            seen = list(self._digests(page.atendimentos))
            with session.db.write(session.lease.fence) as tx:
                known = links.by_ids(tx, session.pair, self.side, [ticket.id or "" for ticket in page])
                history.sight(tx, session.pair, self.side, (pair for pair in seen if pair[1] not in known))
                history.survey_moved(tx, session.pair, self.side, position, None)
            if session.clock.monotonic() >= deadline:
                return False
        with session.db.write(session.lease.fence) as tx:
            history.survey_moved(tx, session.pair, self.side, position, session.now)
        return True

    async def candidates(self, tickets: Mapping[str, Atendimento]) -> list[Atendimento]:
        """Unlinked tickets of that side that may be twins of these of the other one."""
        session, adapter = self.session, self.session.adapters[self.side]
        if Capability.GET not in adapter.capabilities or not tickets:
            return []
        wanted = {digest for ticket in tickets.values() for digest in self._asked(ticket)}
        with session.db.read() as tx:
            found = sorted({ticket for _, ticket in history.seen(tx, session.pair, self.side, wanted)})
            known = links.by_ids(tx, session.pair, self.side, found)
        found = [id for id in found if id not in known]
        return list(await adapter.get_many(found)) if found else []

    def _digests(self, tickets: tuple[Atendimento, ...]) -> Iterator[tuple[str, str]]:
        other = self.session.adapters[self.side.other].name
        for ticket in tickets:
            id = ticket.id or ""
            for named in adopt.claims([ticket], other).values():
                yield self.digester.of("claims", named), id
            if ticket.protocolo:
                yield self.digester.of("protocolo", ticket.protocolo), id
            for word in _numbers(ticket):
                yield self.digester.of("spoken", word), id

    def _asked(self, ticket: Atendimento) -> Iterator[str]:
        yield self.digester.of("claims", ticket.id or "")
        if ticket.protocolo:
            yield self.digester.of("spoken", ticket.protocolo)
        for word in _numbers(ticket):
            yield self.digester.of("protocolo", word)


def _numbers(ticket: Atendimento) -> set[str]:
    """Words of a text that may be a protocolo: those with a digit in them."""
    return {word for word in adopt.spoken_protocolos(ticket) if any(char.isdigit() for char in word)}
