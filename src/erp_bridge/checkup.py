"""Asks each configured ERP whether it can be reached and what it can do, and compares that with what the pairs want.

One ERP that fails does not keep the others from being examined. Nothing is written, unless a test ticket is named.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from erp_bridge.adapters.registry import connect
from erp_bridge.config import Config, PairSettings
from erp_bridge.config.checks import FIXED_NAMES
from erp_bridge.core.adapter import Adapter, Capability
from erp_bridge.core.errors import AuthError, BridgeError, Unsupported
from erp_bridge.core.model import Atendimento, Movimentacao, Origem, Termo, Visibilidade
from erp_bridge.core.settings import VOCABULARY_KINDS, ErpSettings
from erp_bridge.core.text import fold, same_but_for_losses
from erp_bridge.i18n import N_, _, rendered
from erp_bridge.sync.carry import Crossing
from erp_bridge.sync.digest import Digester
from erp_bridge.sync.lookups import party
from erp_bridge.sync.planning import Planner, Rules
from erp_bridge.sync.scribe import Scribe
from erp_bridge.sync.side import Both
from erp_bridge.transport.network import Network

SKEW = timedelta(seconds=30)

#: Without these an ERP cannot take full part in a pair.
FOR_SYNC = {Capability.CHANGED_SINCE, Capability.CREATE, Capability.ADD_MOVEMENT, Capability.SET_STATUS}

#: Kinds of terms without which a ticket cannot be carried; the others stay blank on a twin.
NEEDED = ("assunto", "departamento")


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was seen, and what to do when it is not as it should be."""

    subject: str
    topic: str
    state: State
    detail: str
    advice: str = ""


@dataclass
class Examined:
    """One ERP after its examination; ``terms`` by kind, as far as it has lists."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    terms: dict[str, list[Termo]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(finding.state is State.ERROR for finding in self.findings)

    def say(self, topic: str, state: State, detail: str, advice: str = "") -> None:
        self.findings.append(Finding(self.name, topic, state, detail, advice))


async def examine(
    config: Config, names: Sequence[str] = (), *, write_test: str | None = None, network: Network | None = None
) -> tuple[list[Examined], list[Finding]]:
    """The ERPs of those names (none: all), and what is to be said of the pairs between them."""
    network = network or Network()
    chosen = [config.erp[name] for name in names or config.erp]
    erps = await asyncio.gather(*(_erp(settings, network, write_test) for settings in chosen))
    by_name = {erp.name: erp for erp in erps if not erp.failed}
    pairs: list[Finding] = []
    for pair in config.pair.values():
        if pair.left in by_name and pair.right in by_name:
            ends = Both(
                connect(config.erp[pair.left], network=network), connect(config.erp[pair.right], network=network)
            )
            pairs += _not_carried(pair, ends)
            pairs += _unmapped(pair, by_name[pair.left], by_name[pair.right])
    return list(erps), pairs


async def _erp(settings: ErpSettings, network: Network, write_test: str | None) -> Examined:
    seen = Examined(settings.name)
    try:
        async with connect(settings, network=network) as erp:
            seen.say(N_("connection"), State.OK, rendered(await erp.ping()))
            _clock(seen, erp.clock_offset)
            _capabilities(seen, erp)
            await _terms(seen, erp, settings)
            await _codes(seen, erp)
            if write_test:
                await _write_test(seen, erp, write_test)
    except AuthError as error:
        seen.say(N_("credentials"), State.ERROR, rendered(error.message))
    except BridgeError as error:
        seen.say(N_("connection"), State.ERROR, rendered(error.message))
    return seen


def _clock(seen: Examined, offset: timedelta | None) -> None:
    topic = N_("clock")
    if offset is None:
        seen.say(topic, State.WARNING, _("the ERP does not tell its time"))
        return
    seconds = f"{round(offset.total_seconds()):+d} s"
    if abs(offset) <= SKEW:
        seen.say(topic, State.OK, seconds)
    else:
        advice = _("set the clock of the ERP or of this machine (NTP)")
        seen.say(topic, State.WARNING, _("the ERP's clock differs from ours by {seconds}", seconds=seconds), advice)


def _capabilities(seen: Examined, erp: Adapter) -> None:
    missing = sorted(set(Capability) - erp.capabilities)
    if not missing:
        seen.say(N_("capabilities"), State.OK, _("all"))
        return
    detail = _("without: {names}", names=", ".join(missing))
    if FOR_SYNC & set(missing):
        advice = _("see the README of the adapter {kind} for what makes them available", kind=erp.kind)
        seen.say(N_("capabilities"), State.WARNING, detail, advice)
    else:
        seen.say(N_("capabilities"), State.OK, detail)


async def _terms(seen: Examined, erp: Adapter, settings: ErpSettings) -> None:
    for kind in VOCABULARY_KINDS:
        try:
            seen.terms[kind] = await erp.vocabulary(kind)
        except Unsupported:
            continue
    counts = ", ".join(f"{kind} {len(terms)}" for kind, terms in seen.terms.items() if terms)
    seen.say(N_("vocabulary"), State.OK, counts or _("no lists"))
    for kind, names in FIXED_NAMES.items():
        lines = settings.vocab.get(kind, {})
        alone = [term for term in seen.terms.get(kind, ()) if term.id not in lines and term.nome not in names]
        if alone:
            detail = _("{kind} without a meaning here: {terms}", kind=kind, terms=_listed(alone))
            advice = _("write a line for each in [erp.{erp}.vocab.{kind}]", erp=erp.name, kind=kind)
            seen.say(N_("vocabulary"), State.WARNING, detail, advice)


async def _codes(seen: Examined, erp: Adapter) -> None:
    """Codes in the open tickets that mean nothing here; those of status, priority and kind keep a ticket back."""
    if Capability.OPEN_TICKETS not in erp.capabilities:
        return
    read = 0
    barred: Counter[str] = Counter()
    blank: Counter[str] = Counter()
    async for page in erp.open_tickets(clientes=False):
        read += len(page.atendimentos) + len(page.unreadable)
        barred.update(f"{record.campo}={record.codigo}" for record in page.unreadable)
        for ticket in page:
            blank.update(_unknown(ticket))
    detail = _("{count} open tickets read", count=read)
    if barred:
        advice = _("write a vocabulary line for each code, or correct the tickets; until then they wait in quarantine")
        seen.say(N_("codes"), State.WARNING, f"{detail}; {_('unreadable')}: {_counted(barred)}", advice)
    elif blank:
        seen.say(N_("codes"), State.OK, f"{detail}; {_('unknown, left blank on twins')}: {_counted(blank)}")
    else:
        seen.say(N_("codes"), State.OK, detail)


def _unknown(ticket: Atendimento) -> Iterator[str]:
    for campo, code in ticket.codigos.items():
        if code not in ("", "0") and getattr(ticket, campo, code) in (None, Origem.OUTRO):
            yield f"{campo}={code}"


def _counted(codes: Counter[str]) -> str:
    return ", ".join(f"{code} ×{count}" for code, count in codes.most_common(8))


async def _write_test(seen: Examined, erp: Adapter, id: str) -> None:
    """A comment on a test ticket must arrive whole and must not move its status."""
    topic = N_("write test")
    text = _('Write test of erp_bridge: accents áéíõç, an emoji 👍, a "quotation".')
    before = await erp.get(id)
    sent = await erp.add_movement(id, Movimentacao(texto=text, visibilidade=Visibilidade.PRIVADA))
    after = await erp.get(id)
    if after.status is not before.status:
        advice = _('set comment_status = "repeat" in [erp.{name}]', name=erp.name)
        moved = _("the comment moved the status from {before} to {after}", before=before.status, after=after.status)
        seen.say(topic, State.ERROR, moved, advice)
    elif sent.texto == text:
        seen.say(topic, State.OK, _("the comment arrived whole and left the status as it was"))
    elif same_but_for_losses(text, sent.texto):
        seen.say(topic, State.WARNING, _("the comment arrived with characters replaced: {text}", text=sent.texto))
    else:
        seen.say(topic, State.ERROR, _("the comment arrived as another text: {text}", text=sent.texto))


def _not_carried(pair: PairSettings, ends: Both[Adapter]) -> Iterator[Finding]:
    """Fields that one side has and the other can neither hold nor be told of."""
    parties = ends.map(party)
    planner = Planner(
        pair=pair.name,
        parties=parties,
        crossings=Both.of(lambda side: Crossing(parties[side], parties[side.other], pair.fallback, frozenset())),
        scribe=Scribe(parties, ends.map(lambda erp: erp.timezone)),
        offsets=Both(timedelta(), timedelta()),
        rules=Rules(policy={}, direction=pair.direction.value),
        digester=Digester(bytes(32)),
    )
    for side, fields in planner.not_carried().items():
        if fields:
            listed = ", ".join(fields)
            detail = _("from {erp} the other side cannot take: {fields}", erp=ends[side].name, fields=listed)
            yield Finding(pair.name, N_("fields"), State.OK, detail)


def _unmapped(pair: PairSettings, left: Examined, right: Examined) -> Iterator[Finding]:
    """Terms of either side that have no counterpart on the other."""
    for kind in VOCABULARY_KINDS:
        if kind in FIXED_NAMES or not left.terms.get(kind) or not right.terms.get(kind):
            continue
        for side, other in ((left, right), (right, left)):
            known = {fold(term.nome) for term in other.terms[kind]}
            alone = [term for term in side.terms[kind] if fold(term.nome) not in known]
            if not alone:
                continue
            detail = _("{kind} of {erp} without a counterpart: {terms}", kind=kind, erp=side.name, terms=_listed(alone))
            if kind not in NEEDED:
                yield Finding(pair.name, N_("vocabulary"), State.OK, detail, _("they stay blank on twins"))
            elif kind in pair.fallback:
                becomes = _("they become {name}", name=pair.fallback[kind])
                yield Finding(pair.name, N_("vocabulary"), State.OK, detail, becomes)
            else:
                advice = _(
                    "`erp-bridge vocab suggest {left} {right}` proposes lines; or set [pair.{pair}.fallback] {kind}",
                    left=left.name, right=right.name, pair=pair.name, kind=kind,
                )  # fmt: skip
                yield Finding(pair.name, N_("vocabulary"), State.WARNING, detail, advice)


def _listed(terms: Sequence[Termo]) -> str:
    listed = ", ".join(f"{term.nome or '?'} ({term.id})" for term in terms[:8])
    return listed + (_(" and {count} more", count=len(terms) - 8) if len(terms) > 8 else "")
