"""What a pair will be unable to carry, by what its two ERPs declare and by the tickets that they showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from erp_bridge.checkup.coverage import Coverage, carried, coverage, own_tickets, without_counterpart
from erp_bridge.checkup.demands import Demand, Share, demands
from erp_bridge.checkup.findings import Examined, Finding, State, listed, term
from erp_bridge.config import PairSettings
from erp_bridge.core.model import Atendimento
from erp_bridge.i18n import N_, _
from erp_bridge.sync.carried import not_carried
from erp_bridge.sync.carry import Crossing, Party
from erp_bridge.sync.fields import REQUIRED_TERMS
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.transform import Transform


def examine_pair(pair: PairSettings, ends: Both[Examined], transform: Transform | None = None) -> Iterator[Finding]:
    """Both directions, as far as the pair carries; nothing where one of its ERPs could not be examined."""
    left, right = ends.left.party, ends.right.party
    if left is None or right is None:
        failed = ", ".join(end.name for end in (ends.left, ends.right) if end.party is None)
        detail = _("not compared, because {erps} could not be examined", erps=failed)
        yield Finding(pair.name, N_("pair"), State.WARNING, detail, _("correct that first, then check again"))
        return
    parties = Both(left, right)
    yield from _fields(pair, parties)
    for side in Side:
        if not pair.carries(to_right=side is Side.LEFT):
            continue
        source, target = ends[side], ends[side.other]
        trigger = frozenset(pair.trigger)
        crossing = Crossing(parties[side], parties[side.other], pair.fallback, trigger, pair.name, transform)
        tickets = own_tickets(list(source.census.tickets.values()), parties[side], target.name, pair.scope)
        shown, failures = carried(crossing, tickets)
        if failures:
            yield _failed(pair, crossing, failures, len(tickets))
        for found in coverage(crossing, shown):
            yield _covered(pair, crossing, found)
        yield from _unused(pair, crossing, tickets)
        for demand in demands(crossing, shown, target.parameters):
            yield _demanded(pair, crossing, demand)


def _fields(pair: PairSettings, parties: Both[Party]) -> Iterator[Finding]:
    """Fields that one side has and the other can neither hold nor be told of."""
    for side, fields in not_carried(parties, lambda side: pair.carries(to_right=side is Side.LEFT)).items():
        if fields:
            detail = _(
                "from {erp} the other side cannot take: {fields}", erp=parties[side].erp, fields=", ".join(fields)
            )
            yield Finding(pair.name, N_("fields"), State.OK, detail)


def _failed(pair: PairSettings, crossing: Crossing, failures: Counter[str], tickets: int) -> Finding:
    """The pair's own step failed on some tickets: a pass would leave them in quarantine."""
    detail = _(
        "{erp} to {other}: {function} fails on {count} of {tickets} tickets: {reasons}",
        erp=crossing.source.erp, other=crossing.target.erp, function=pair.transform, count=failures.total(),
        tickets=tickets, reasons=listed([f"{why} ×{count}" for why, count in failures.most_common()]),
    )  # fmt: skip
    advice = _("correct the function; until then such tickets wait in quarantine")
    return Finding(pair.name, "transform", State.WARNING, detail, advice)


def _covered(pair: PairSettings, crossing: Crossing, found: Coverage) -> Finding:
    source, other = crossing.source.erp, crossing.target.erp
    detail = _(
        "{erp} to {other}: {kind} {percent} % ({covered} of {tickets} tickets)",
        erp=source, other=other, kind=found.campo, percent=found.percent, covered=found.covered, tickets=found.tickets,
    )  # fmt: skip
    if not found.missing:
        return Finding(pair.name, N_("vocabulary"), State.OK, detail)
    missing = [f"{_shown(found.campo, key)} ×{count}" for key, count in found.missing.most_common()]
    detail += _("; missing: {terms}", terms=listed(missing))
    if found.campo in pair.fallback:
        becomes = _("they become {name}", name=pair.fallback[found.campo])
        return Finding(pair.name, N_("vocabulary"), State.OK, detail, becomes)
    if found.campo == "status":
        advice = _(
            "until then such tickets wait in quarantine: write a line in [erp.{other}.vocab.status], "
            "or set [pair.{pair}.fallback] status",
            other=other, pair=pair.name,
        )  # fmt: skip
        return Finding(pair.name, N_("vocabulary"), State.WARNING, detail, advice)
    if found.campo in REQUIRED_TERMS:
        return Finding(pair.name, N_("vocabulary"), State.WARNING, detail, _how_to_map(pair, crossing, found.campo))
    return Finding(pair.name, N_("vocabulary"), State.OK, detail, _("they stay blank on twins"))


def _unused(pair: PairSettings, crossing: Crossing, tickets: list[Atendimento]) -> Iterator[Finding]:
    """Terms of the lists that have no counterpart either, though none of these tickets has them."""
    for kind in REQUIRED_TERMS:
        used = Counter(ref.id for ticket in tickets if (ref := getattr(ticket, kind)))
        alone = [key for key in without_counterpart(crossing, kind) if not used[key[0]]]
        if alone and kind not in pair.fallback:
            detail = _(
                "{kind} of {erp} without a counterpart, on no ticket so far: {terms}",
                kind=kind, erp=crossing.source.erp, terms=listed([term(*key) for key in alone]),
            )  # fmt: skip
            yield Finding(pair.name, N_("vocabulary"), State.OK, detail, _how_to_map(pair, crossing, kind))


def _how_to_map(pair: PairSettings, crossing: Crossing, kind: str) -> str:
    return _(
        "`erp-bridge vocab suggest {left} {right}` proposes lines; or set [pair.{pair}.fallback] {kind}",
        left=pair.left, right=pair.right, pair=pair.name, kind=kind,
    )  # fmt: skip


def _demanded(pair: PairSettings, crossing: Crossing, demand: Demand) -> Finding:
    source, other = crossing.source.erp, crossing.target.erp
    shares = sorted(demand.shares, key=lambda share: (-share.lacking, -share.tickets))
    subjects = listed([_share(share, demand) for share in shares])
    affected = sum(share.tickets for share in shares) if demand.chosen else demand.lacking
    state = State.WARNING if affected else State.OK
    values = {"erp": source, "other": other, "campo": demand.campo, "subjects": subjects}
    if demand.chosen:
        detail = _(
            "{other} demands {campo}, which is filled in for clients who have exactly one there; "
            "tickets of {erp} with such subjects: {subjects}",
            **values,
        )  # fmt: skip
        advice = _(
            "tickets of clients with several or none wait in quarantine: lift the demand in {other}, "
            "or open such tickets there by hand and `erp-bridge link` them",
            other=other,
        )  # fmt: skip
    elif demand.campo in REQUIRED_TERMS:
        detail = _("{other} demands {campo}; tickets of {erp} without one: {subjects}", **values)
        advice = _(
            "they wait in quarantine: fill the field in {erp}, or set [pair.{pair}.fallback] {campo}",
            pair=pair.name, **values,
        )  # fmt: skip
    elif demand.brought:
        detail = _("{other} demands {campo}; tickets of {erp} without one: {subjects}", **values)
        advice = _("they wait in quarantine: lift the demand in {other}, or fill the field in {erp}", **values)
    else:
        detail = _("{other} demands {campo}, which does not come from {erp}: {subjects}", **values)
        advice = _("they wait in quarantine: lift the demand in {other}", other=other)
        if demand.campo == "processo":
            advice += _('; or set trigger = ["processo"] in [pair.{pair}]: it opens work orders', pair=pair.name)
    return Finding(pair.name, N_("demands"), state, detail, advice)


def _share(share: Share, demand: Demand) -> str:
    subject = term(share.assunto.id, share.assunto.nome) if share.assunto else _("without a subject")
    if not share.tickets:
        return _("{subject} (no ticket so far)", subject=subject)
    return f"{subject} ×{share.tickets}" if demand.chosen else f"{subject} {share.lacking}/{share.tickets}"


def _shown(campo: str, key: tuple[str, str]) -> str:
    return key[0] if campo == "status" else term(*key)
