"""From what was read to what is to be written, a :class:`Work` a ticket. Pure: records, bases and decisions in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from erp_bridge.core.adapter import Capability
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import Atendimento, Movimentacao, Status, Termo
from erp_bridge.core.rules import ParametrosAtendimento, repair_for_twin
from erp_bridge.sync import carried, fields
from erp_bridge.sync.carry import Crossing, Found, Party, Problem
from erp_bridge.sync.digest import OVERTAKEN, Digester
from erp_bridge.sync.merge import Carry, Clash, Policy, Settle, merge_field
from erp_bridge.sync.plan import Action, Attach, Copy, CreateTwin, Forward, Send, SetStatus, Work, Write
from erp_bridge.sync.scribe import Scribe, behind, joined
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.waiting import Kind, Wait

TERMINAL = (Status.SOLUCIONADO, Status.CANCELADO)
NOTHING: Both[Collection[str]] = Both((), ())


@dataclass(frozen=True)
class Rules:
    """What a pair's configuration says of merging."""

    policy: Mapping[str, Policy]
    direction: Literal["both", "left-to-right", "right-to-left"] = "both"
    reopen: bool = False

    def policy_of(self, campo: str) -> Policy:
        return self.policy.get(campo, self.policy.get("default", "newest"))

    def carries_from(self, source: Side) -> bool:
        return self.direction in ("both", "left-to-right" if source is Side.LEFT else "right-to-left")


@dataclass(frozen=True)
class Planner:
    """Plans single tickets of one pair."""

    pair: str
    parties: Both[Party]
    crossings: Both[Crossing]  # by source side
    scribe: Scribe
    offsets: Both[timedelta]  # each ERP's clock minus ours
    rules: Rules
    digester: Digester

    @property
    def shared(self) -> tuple[str, ...]:
        """Fields that at least one side reads and the other can be told of."""
        return tuple(campo for campo in fields.MERGED if any(self._reaches(side, campo) for side in Side))

    def not_carried(self) -> dict[Side, list[str]]:
        """Per source side, fields that it reads and the other side can neither hold nor be told of."""
        return carried.not_carried(self.parties, self.rules.carries_from)

    def new(
        self,
        side: Side,
        source: Atendimento,
        movements: Sequence[Movimentacao],
        found: Found,
        parametros: ParametrosAtendimento,
        hoje: date,
        footer: Footer | None = None,
    ) -> Work:
        """A ticket of ``side`` that has no twin yet: the twin, its movements, then its status."""
        crossing, target = self.crossings[side], self.parties[side.other]
        twin, problems = crossing.twin(source, footer or self.scribe.footer(side, source), found)
        held = {campo for campo, support in target.fields.items() if support.create}
        twin, violations = repair_for_twin(twin, parametros, hoje, held=held)
        told = {problem.campo for problem in problems}
        problems += tuple(Problem(v.campo, v.code) for v in violations if v.campo not in told)
        # a new one needs no status to be set: where every ticket begins, it stays
        status = None if source.status is Status.NOVO else crossing.status(source.status)
        if isinstance(status, Problem):
            problems += (status,)
        ids, records = _place(side, source.id, None), _place(side, source, None)
        if problems:
            waits = tuple(Wait(Kind.QUARANTINE, side, source.id or "", p.code, p.campo, p.detail) for p in problems)
            return Work(ids, records, source=side, waits=waits)
        twin, rest = self.scribe.cut(side, twin)
        actions: list[Action] = [CreateTwin(side.other, twin)]
        waits = ()
        if target.takes_messages:
            actions += self.scribe.rest(side, source, rest)
            said, waits = self._said(side, source, movements)
            actions += self.scribe.copies(side, source, said)
        if isinstance(status, Status) and status is not twin.status:
            actions += self._status_actions(side, source, status, actions)
        return Work(ids, records, source=side, actions=tuple(actions), waits=waits)

    def linked(
        self,
        link: Link,
        records: Both[Atendimento],
        movements: Both[Sequence[Movimentacao]],
        decisions: Mapping[str, Decision] | None = None,
        *,
        copies: tuple[Copy, ...] = (),
        delivered: Both[Collection[str]] = NOTHING,
    ) -> Work:
        """Two twins: per direction the changed fields, then the movements, then the status.

        A link without a number is one to be adopted: nothing is known of either side's past. ``delivered`` are the
        markers of messages that each side holds already.
        """
        adopts = link.id == 0
        merged = _Merged(adopts=adopts)
        for campo in self.shared:
            self._merge(campo, link, records, movements, decisions or {}, merged)
        actions: list[Action] = []
        kept: dict[Side, tuple[str, ...]] = {}
        for side in Side:
            sent, kept[side.other] = self._deliveries(side, records, movements[side.other], merged, delivered[side])
            actions += sent
        return Work(
            ids=link.ids.map(lambda id: id),
            records=records.map(lambda record: record),
            link=None if adopts else link,
            made=link.made,
            adopts=adopts,
            actions=tuple(actions),
            settled=tuple(merged.settled),
            kept=Both(kept[Side.LEFT], kept[Side.RIGHT]),
            copies=copies,
            waits=tuple(merged.waits),
            changed=Both(merged.changed[Side.LEFT], merged.changed[Side.RIGHT]),
        )

    # --- merging -----------------------------------------------------------------------------------------------

    def _reaches(self, source: Side, campo: str) -> bool:
        return carried.reaches(self.parties, self.rules.carries_from, source, campo)

    def _merge(
        self,
        campo: str,
        link: Link,
        records: Both[Atendimento],
        movements: Both[Sequence[Movimentacao]],
        decisions: Mapping[str, Decision],
        merged: _Merged,
    ) -> None:
        changed = Both.of(
            lambda side: (
                self.parties[side].supports(campo).read
                and not self.digester.unchanged(records[side], campo, link.bases[side])
            )
        )
        if campo == "cliente":
            self._client(link, records, changed, merged)
            return
        if campo == "descricao" and self._owes_text(link, records, merged):
            return
        if merged.adopts and not all(self._reaches(side, campo) for side in Side):
            merged.settled.append(campo)
            return
        # where one side alone was edited, its text may begin like the other's and say more: that is no loss of storage
        losses = merged.adopts or (changed.left and changed.right)
        outcome = merge_field(
            changed,
            equal=any(self.crossings[s].same(records[s], records[s.other], campo, losses=losses) for s in Side)
            and all(self.parties[side].supports(campo).read for side in Side),
            policy=self.rules.policy_of(campo),
            stamps=Both.of(lambda side: self._stamp(side, campo, records[side], movements[side])),
            direction=self.rules.direction,
        )
        digests = self._digests(records, campo)
        for side in Side:
            merged.changed[side] |= changed[side]
        decision = decisions.get(campo)
        if isinstance(outcome, Clash | Carry) and decision is not None and decision.digests == digests:
            outcome = Carry(decision.take) if decision.take else Clash("both-changed")
        match outcome:
            case Settle():
                merged.settled.append(campo)
            case Carry(source=source):
                merged.carried[source].append(campo)
            case Clash(code=code):
                merged.conflict(Side.LEFT, records.left.id or "", campo, code, digests)

    def _owes_text(self, link: Link, records: Both[Atendimento], merged: _Merged) -> bool:
        """Whether the pass that made the twin ended before all of a long text had arrived: the rest goes there now.

        Of a twin found again after its store was lost nobody knows; the messages that stand there tell.
        """
        side = link.made
        if side is None or link.bases[side.other].get("descricao", OVERTAKEN) != OVERTAKEN:
            return False
        whole = self.crossings[side.other].value(records[side.other], "descricao")
        if isinstance(whole, Problem):
            return False
        merged.owed[side] = behind(records[side].descricao, whole)
        return merged.owed[side] != ""

    def _client(self, link: Link, records: Both[Atendimento], changed: Both[bool], merged: _Merged) -> None:
        if merged.adopts:
            merged.settled.append("cliente")
            return
        for side in Side:
            if changed[side] and link.bases[side].get("cliente") is not None:
                seen = self._digests(records, "cliente")
                merged.conflict(side, records[side].id or "", "cliente", "client-changed", seen)

    def _stamp(self, side: Side, campo: str, record: Atendimento, movements: Sequence[Movimentacao]) -> datetime | None:
        """When the field was edited there, on our clock; None where the ERP does not tell."""
        stamp = record.alterado_em
        if campo == "status":
            setters = [m.instante for m in movements if m.status is record.status and m.instante]
            closed = record.encerrado_em if record.status in TERMINAL else None
            stamp = max(setters) if setters else closed or stamp
        return stamp - self.offsets[side] if stamp else None

    # --- delivering --------------------------------------------------------------------------------------------

    def _deliveries(
        self,
        side: Side,
        records: Both[Atendimento],
        movements: Sequence[Movimentacao],
        merged: _Merged,
        delivered: Collection[str],
    ) -> tuple[list[Action], tuple[str, ...]]:
        """What goes to ``side``, and the movements of its other side that are only remembered."""
        source, target, party = records[side.other], records[side], self.parties[side]
        textual = [m for m in movements if m.texto.strip()]
        if not self.rules.carries_from(side.other):
            return [], tuple(m.id or "" for m in textual)
        if target.status is Status.CANCELADO:
            self._too_late(side, records, textual, merged)
            return [], ()
        kept = tuple(m.id or "" for m in textual)
        copies: list[Send | Attach] = []
        if party.takes_messages:
            textual, waits = self._said(side.other, source, textual)
            merged.waits += waits
            kept = tuple(m.id or "" for m in textual)
            rest = self.scribe.rest(side.other, source, merged.owed.get(side, ""))
            if rest and all(send.part in delivered for send in rest):
                merged.settled.append("descricao")
            copies = [*rest, *self.scribe.copies(side.other, source, textual)]
            copies = [send for send in copies if send.part not in delivered]
            kept = tuple(id for id in kept if id not in {send.completes for send in copies})
        told, written = [], {}
        for campo in merged.carried[side.other]:
            if campo == "status":
                continue
            value = self.crossings[side.other].value(source, campo)
            if isinstance(value, Problem):
                merged.quarantine(side.other, source.id or "", value)
            elif carried.can_change(party, campo):
                written[campo] = value
            else:
                told.append(campo)
        departamento = written.pop("departamento", None) if Capability.FORWARD in party.capabilities else None
        # before anything that touches the ticket: a record that has changed since it was read is not written over
        actions: list[Action] = [Write(side, written)] if written else []
        actions += copies
        shown = self.crossings[side.other].shown(source)
        actions += [self.scribe.told(side.other, cast(Atendimento, shown), target, campo) for campo in told]
        if isinstance(departamento, Termo):
            actions.append(Forward(side, departamento))
        if "status" in merged.carried[side.other]:
            actions += self._status_change(side.other, source, target, actions, merged)
        return actions, kept

    def _said(
        self, side: Side, source: Atendimento, movements: Sequence[Movimentacao]
    ) -> tuple[list[Movimentacao], tuple[Wait, ...]]:
        """The movements as they are carried, and what to set down of those that the pair's own step failed on."""
        said = [self.crossings[side].said(movement) for movement in movements]
        waits = (
            Wait(Kind.QUARANTINE, side, source.id or "", problem.code, problem.campo, problem.detail)
            for problem in said
            if isinstance(problem, Problem)
        )
        return [movement for movement in said if not isinstance(movement, Problem)], tuple(waits)

    def _too_late(
        self, side: Side, records: Both[Atendimento], movements: Sequence[Movimentacao], merged: _Merged
    ) -> None:
        """A cancelled ticket takes nothing more: what should go there is shown to a person."""
        detail, ticket = {"erp": self.parties[side].erp}, records[side.other].id or ""
        for movement in movements:
            part = movement.id or ""
            merged.waits.append(Wait(Kind.QUARANTINE, side.other, ticket, "target-cancelled", part, detail))
        for campo in merged.carried[side.other]:
            merged.conflict(side.other, ticket, campo, "target-cancelled", self._digests(records, campo), detail)

    def _digests(self, records: Both[Atendimento], campo: str) -> Both[str]:
        return Both.of(lambda side: self.digester.field(records[side], campo))

    def _status_change(
        self, side: Side, source: Atendimento, target: Atendimento, before: list[Action], merged: _Merged
    ) -> list[Action]:
        status = self.crossings[side].status(source.status)
        if isinstance(status, Problem):
            merged.quarantine(side, source.id or "", status)
            return []
        if status is None or status is target.status:
            merged.settled.append("status")
            return []
        if target.status is Status.SOLUCIONADO and status not in TERMINAL and not self.rules.reopen:
            records = Both(source, target) if side is Side.LEFT else Both(target, source)
            detail = {"erp": self.parties[side.other].erp}
            merged.conflict(side, source.id or "", "status", "reopen", self._digests(records, "status"), detail)
            return []
        return self._status_actions(side, source, status, before, target)

    def _status_actions(
        self, side: Side, source: Atendimento, status: Status, before: list[Action], target: Atendimento | None = None
    ) -> list[Action]:
        """How ``status`` reaches the other side of ``side``; it may join the last message in ``before``."""
        party = self.parties[side.other]
        if status not in party.statuses:
            if not party.takes_messages or (target is None and status is Status.PENDENTE):
                return []  # and a new ticket waits for somebody anyway
            if target is not None:
                return [self.scribe.told(side, source, target, "status")]
            return [replace(self.scribe.status(side, source, status), status=None)]
        if Capability.MOVEMENT_STATUS in party.capabilities:
            last = before[-1] if before else None
            if isinstance(last, Send) and last.part and last.movimentacao.status is source.status:
                before[-1] = joined(last, status)
                return []
            return [self.scribe.status(side, source, status)]
        return [SetStatus(side.other, status)]


@dataclass(frozen=True)
class Decision:
    """What a person said of a conflict, and of which values; ``take`` is None while there is no answer."""

    take: Side | None
    digests: Both[str]


@dataclass
class _Merged:
    """What merging has found so far for one link."""

    adopts: bool = False
    carried: dict[Side, list[str]] = field(default_factory=lambda: {Side.LEFT: [], Side.RIGHT: []})
    changed: dict[Side, bool] = field(default_factory=lambda: {Side.LEFT: False, Side.RIGHT: False})
    settled: list[str] = field(default_factory=list)
    owed: dict[Side, str] = field(default_factory=dict)  # the rest of a twin's text, by the twin's side
    waits: list[Wait] = field(default_factory=list)

    def conflict(
        self,
        side: Side,
        ticket: str,
        campo: str,
        code: str,
        digests: Both[str],
        detail: Mapping[str, str] | None = None,
    ) -> None:
        seen = {"left": digests.left, "right": digests.right, **(detail or {})}
        self.waits.append(Wait(Kind.CONFLICT, side, ticket, code, campo, seen))

    def quarantine(self, side: Side, ticket: str, problem: Problem) -> None:
        self.waits.append(Wait(Kind.QUARANTINE, side, ticket, problem.code, problem.campo, problem.detail))


def _place(side: Side, mine: Any, theirs: Any) -> Both[Any]:
    return Both(mine, theirs) if side is Side.LEFT else Both(theirs, mine)
