"""Finds out what became of writes whose outcome is unknown. Looks before anything is repeated.

A write counts as not carried out only after the ERP's ``settle`` and its declared lag; until then its ticket rests.
What cannot be proven either way becomes a doubt for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from erp_bridge.core.adapter import Capability, Idempotency
from erp_bridge.core.errors import AuthError, BridgeError, Malformed, NotFound, Refused, Unavailable
from erp_bridge.core.model import Atendimento, Movimentacao
from erp_bridge.sync import files
from erp_bridge.sync.digest import OVERTAKEN, Base
from erp_bridge.sync.events import Created
from erp_bridge.sync.merge import TOO_CLOSE
from erp_bridge.sync.posting import is_copy
from erp_bridge.sync.session import Session
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, links, movements, waiting
from erp_bridge.sync.store.database import LeaseLost, StoreError
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait


@dataclass
class Resolved:
    """Tickets to be read again because an intent about them was settled, by side of the source."""

    again: set[tuple[Side, str]]


class Resolver:
    """Settles the open intents of one pair."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._doubted: set[int] = set()
        self._histories: dict[tuple[Side, str], list[Movimentacao]] = {}

    async def run(self, *, last: bool = False) -> Resolved:
        """Look each open intent up once. Those that cannot be settled yet keep their tickets out of this pass.

        The ``last`` look of a pass leaves a note on each ticket, so that the next pass reads it whatever the feed says.
        """
        session, result = self.session, Resolved(set())
        session.held.clear()
        with session.db.read() as tx:
            open_ones = intents.open_ones(tx, session.pair)
        self._histories = await self._read_ahead(open_ones)
        for intent in open_ones:
            source = (intent.side.other, intent.source)
            try:
                settled = await self._settle(intent)
            except (LeaseLost, StoreError):
                raise
            except NotFound:
                settled = self._is_old(intent) and self._close(intent, "void")
            except (Unavailable, AuthError) as error:
                session.down[intent.side] = error.message
                settled = False
            except BridgeError:
                settled = False  # what it would be found by cannot be read: it stands in quarantine itself
            if last and intent.id not in self._doubted:
                self._come_back_to(intent)
            if settled:
                result.again.add(source)
            else:
                session.held.add(source)
        return result

    async def _read_ahead(self, open_ones: Sequence[Intent]) -> dict[tuple[Side, str], list[Movimentacao]]:
        """The histories in which messages are looked for, all at once; where that fails, each is read in its turn."""
        found: dict[tuple[Side, str], list[Movimentacao]] = {}
        for side in Side:
            adapter = self.session.adapters[side]
            messages = [i for i in open_ones if i.side is side and i.operation is Operation.MOVEMENT and i.target]
            targets = sorted({intent.target or "" for intent in messages})
            if len(targets) < 2 or Capability.MOVEMENTS not in adapter.capabilities:
                continue
            with suppress(Refused, NotFound, Unavailable, AuthError, Malformed):
                histories = await adapter.movements_of(targets)
                found |= {(side, target): history for target, history in histories.items()}
        return found

    async def _settle(self, intent: Intent) -> bool:
        match intent.operation:
            case Operation.TWIN:
                return await self._twin(intent)
            case Operation.MOVEMENT:
                return await self._movement(intent)
            case Operation.ATTACHMENT:
                return await self._attachment(intent)
            case _:
                # a field that was set twice is set once: the merge compares both sides afresh
                return self._is_old(intent) and self._close(intent, "void")

    # --- twins -------------------------------------------------------------------------------------------------

    async def _twin(self, intent: Intent) -> bool:
        candidates = await self._twins(intent)
        if candidates is None:
            return self._is_old(intent) and self._doubt(intent, "unproven")
        if not candidates:
            return self._is_old(intent) and (self._never_was(intent) if intent.target else self._not_found(intent))
        first, *newer = sorted(candidates, key=lambda a: (len(a.id or ""), a.id or ""))
        with self.session.db.read() as tx:
            known = links.by_ids(tx, self.session.pair, intent.side.other, [intent.source]).get(intent.source)
            taken = links.by_ids(tx, self.session.pair, intent.side, [first.id or ""])
        if known is None and taken:
            return False  # by one that the ERP gave the same number: first it is seen what became of that
        if known is None:
            await self._link(intent, first)
        elif intent.target == first.id:
            await self._look_back(intent, known, first)
        for extra in newer:
            detail = {"candidates": first.id or "", "erp": self.session.adapters[intent.side].name}
            self.session.park(Wait(Kind.DOUBT, intent.side, extra.id or "", "same-reference", "", detail))
        return self._close(intent, "done")

    async def _twins(self, intent: Intent) -> list[Atendimento] | None:
        """Records on the target that carry this intent's marker; None where the ERP gives no way to look."""
        adapter, source_erp = self.session.adapters[intent.side], self.session.adapters[intent.side.other].name
        if intent.target is not None:  # the ERP named it
            with suppress(NotFound):
                named = await adapter.get(intent.target)
                return [named] if is_copy(named, source_erp, intent.source, intent.marker) else []
            return []
        if intent.marker and Capability.FIND_BY_PROTOCOLO in adapter.capabilities:
            found = await adapter.find_by_protocolo(intent.marker)
            return [found] if found is not None else []
        if adapter.idempotency is Idempotency.NONE or Capability.TICKETS_OF_CLIENT not in adapter.capabilities:
            return None
        if intent.cliente is None:
            return None
        tickets = await adapter.tickets_of_client(intent.cliente, order="newest")
        marked = [
            ticket
            for ticket in tickets
            if ticket.footer and ticket.footer.ref.erp == source_erp and ticket.footer.ref.part is None
            and ticket.footer.ref.id == intent.source
        ]  # fmt: skip
        if marked:
            return marked
        with self.session.db.read() as tx:
            linked = links.by_ids(tx, self.session.pair, intent.side, [ticket.id or "" for ticket in tickets])
        return [
            ticket
            for ticket in tickets
            if ticket.id not in linked and ticket.footer is None
            and self._reads_alike(intent, ticket.descricao, ticket.aberto_em)
        ]  # fmt: skip

    def _never_was(self, intent: Intent) -> bool:
        """The ERP said that it opened this ticket, and does not show it: a person looks before it is made again."""
        session = self.session
        with session.db.write(session.lease.fence) as tx:
            link = links.by_ids(tx, session.pair, intent.side.other, [intent.source]).get(intent.source)
            if link is not None and not link.tombstone and link.ids[intent.side] == intent.target:
                links.drop(tx, link)
        return self._doubt(intent, "unproven")

    async def _look_back(self, intent: Intent, link: Link, twin: Atendimento) -> None:
        """It was opened and linked without a look, and is seen only now."""
        source = await self.session.adapters[intent.side.other].get(intent.source)
        with self.session.db.write(self.session.lease.fence) as tx:
            links.renew(tx, link.id, intent.side, self._base(intent.side, source, twin))

    def _base(self, side: Side, source: Atendimento, twin: Atendimento) -> Base:
        """The base of a twin that the bridge made and did not see at once."""
        digester, shared = self.session.db.digester, self.session.planner.shared
        crossing, target = self.session.planner.crossings[side.other], self.session.adapters[side]
        return {
            # what reads otherwise than the source says was edited since, or lost on the way: let the merge look
            campo: digester.field(twin, campo)
            if campo in ("cliente", "status")
            or crossing.same(source, twin, campo)
            or not self._sent(side, campo)
            or crossing.value(source, campo) in (None, "")  # nothing was sent: it is what the form starts with
            else OVERTAKEN
            for campo in shared
            if campo in target.fields and target.fields[campo].read
        }

    async def _link(self, intent: Intent, twin: Atendimento) -> None:
        session, side = self.session, intent.side
        digester = session.db.digester
        source = await session.adapters[side.other].get(intent.source)
        crossing = session.planner.crossings[side.other]
        base = self._base(side, source, twin)
        source_base = {**(intent.base or {})}
        if "status" in source_base and not crossing.same(source, twin, "status"):
            source_base["status"] = OVERTAKEN
        with session.db.write(session.lease.fence) as tx:
            links.add(
                tx,
                session.pair,
                Both(intent.source, twin.id or "") if side is Side.RIGHT else Both(twin.id or "", intent.source),
                bases=Both(source_base, base) if side is Side.RIGHT else Both(base, source_base),
                protocolos=Both.of(
                    lambda s: digester.protocolo(p) if (p := (twin if s is side else source).protocolo) else None
                ),
                made=side,
                since=session.now,
            )
        session.report.created[side] += 1
        left, right = (intent.source, twin.id or "") if side is Side.RIGHT else (twin.id or "", intent.source)
        session.events.tell(Created(session.pair, side, left, right))

    def _sent(self, side: Side, campo: str) -> bool:
        return self.session.adapters[side].fields[campo].create

    # --- messages ----------------------------------------------------------------------------------------------

    async def _movement(self, intent: Intent) -> bool:
        session, adapter = self.session, self.session.adapters[intent.side]
        if Capability.MOVEMENTS not in adapter.capabilities or intent.target is None:
            return self._is_old(intent) and self._doubt(intent, "unproven")
        history = self._histories.get((intent.side, intent.target))
        if history is None:
            history = (await adapter.movements_of([intent.target])).get(intent.target, [])
        source_erp = session.adapters[intent.side.other].name
        copies = [m for m in history if _refers(m, source_erp, intent)] or self._stripped(intent, history)
        if not copies:
            return self._is_old(intent) and self._not_found(intent)
        with session.db.write(session.lease.fence) as tx:
            source, copy = (intent.source, intent.marker or ""), (intent.target, copies[0].id or intent.part)
            movements.join(tx, session.pair, intent.side.other, source, copy, part=intent.part)
            session.report.movements[intent.side] += intent.marker is not None
            link = links.by_ids(tx, session.pair, intent.side, [intent.target]).get(intent.target)
            if link is not None and intent.base:
                links.renew(tx, link.id, intent.side.other, intent.base)  # the change that it told has arrived
            intents.close(tx, intent.id, "done")
        return True

    async def _attachment(self, intent: Intent) -> bool:
        session, adapter = self.session, self.session.adapters[intent.side]
        if Capability.FILES not in adapter.capabilities or intent.target is None:
            return self._is_old(intent) and self._doubt(intent, "unproven")
        there = (await files.entries(adapter, [intent.target])).get(intent.target, [])
        source_erp = session.adapters[intent.side.other].name
        copies = [entry for entry in there if _refers(entry, source_erp, intent)]
        if not copies:
            return self._is_old(intent) and self._not_found(intent)
        with session.db.write(session.lease.fence) as tx:
            source, copy = (intent.source, intent.marker or ""), (intent.target, copies[0].id or intent.part)
            movements.join(tx, session.pair, intent.side.other, source, copy, part=intent.part)
            session.report.movements[intent.side] += 1
            intents.close(tx, intent.id, "done")
        return True

    # --- records whose footer was deleted before the bridge looked ------------------------------------------------

    def _stripped(self, intent: Intent, history: Sequence[Movimentacao]) -> list[Movimentacao]:
        with self.session.db.read() as tx:
            target = intent.target or ""
            known = movements.known(tx, self.session.pair, intent.side, [target]).get(target, {})
        return [
            movement
            for movement in history
            if movement.id not in known and movement.footer is None
            and self._reads_alike(intent, movement.texto, movement.instante)
        ]  # fmt: skip

    def _reads_alike(self, intent: Intent, texto: str, written: datetime | None) -> bool:
        """Whether it has the very text that was sent, and is not older than the sending."""
        below_the_title = texto.partition("\n")[2]  # an ERP without titles has ours in the first line
        digests = {self.session.db.digester.text(text) for text in (texto, below_the_title) if text.strip()}
        if intent.digest not in digests:
            return False
        offset = self.session.planner.offsets[intent.side]
        return written is None or (written - offset).timestamp() >= intent.sent - TOO_CLOSE.total_seconds()

    # --- small pieces ------------------------------------------------------------------------------------------

    def _is_old(self, intent: Intent) -> bool:
        return self.session.now - intent.sent >= self.session.settle_time(intent.side).total_seconds()

    def _come_back_to(self, intent: Intent) -> None:
        detail = {"erp": self.session.adapters[intent.side].name}
        self.session.park(Wait(Kind.FAILED, intent.side.other, intent.source, "uncertain", "", detail))

    def _not_found(self, intent: Intent) -> bool:
        """Not carried out, unless the ERP said it was: then it may be hidden from us, and only a person can look."""
        return self._doubt(intent, "unproven") if intent.unseen else self._close(intent, "void")

    def _close(self, intent: Intent, state: intents.Ending) -> bool:
        with self.session.db.write(self.session.lease.fence) as tx:
            intents.close(tx, intent.id, state)
        return True

    def _doubt(self, intent: Intent, code: str) -> bool:
        session = self.session
        detail = {"erp": session.adapters[intent.side].name, "intent": str(intent.id)}
        with session.db.write(session.lease.fence) as tx:
            intents.close(tx, intent.id, "doubt")
            wait = Wait(Kind.DOUBT, intent.side.other, intent.source, code, intent.part, detail)
            waiting.put(tx, session.pair, wait, session.now)
            known = waiting.of_tickets(tx, session.pair, intent.side.other, [intent.source])
            waiting.clear(tx, [wait.id for wait in known if wait.kind is Kind.FAILED])  # it is no longer tried
        self._doubted.add(intent.id)
        return False


def _refers(movement: Movimentacao, erp: str, intent: Intent) -> bool:
    ref = movement.footer.ref if movement.footer else None
    return ref is not None and (ref.erp, ref.id, ref.part) == (erp, intent.source, intent.part)
