"""Examines one ERP, subject by subject; what fails in one does not keep the next from being looked at."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import cast

from erp_bridge.adapters.registry import connect
from erp_bridge.checkup import capabilities, census, permissions, writing
from erp_bridge.checkup.findings import Examined, State, listed, term
from erp_bridge.config.checks import FIXED_NAMES
from erp_bridge.core.adapter import Adapter, Capability, Inspecting
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import AuthError, BridgeError, ConfigError, Unavailable, Unsupported
from erp_bridge.core.model import Atendimento, Origem
from erp_bridge.core.settings import VOCABULARY_KINDS, ErpSettings
from erp_bridge.core.vocabulary import Vocabulary
from erp_bridge.i18n import N_, _, rendered
from erp_bridge.sync.lookups import KINDS, party
from erp_bridge.transport.network import Network

_log = logging.getLogger(__name__)

SKEW = timedelta(seconds=30)

#: Of so many subjects at most it is asked what they demand.
_SUBJECTS = 300


async def examine_erp(
    settings: ErpSettings, network: Network, write_test: str | None, *, entire: bool = False
) -> Examined:
    """Whatever happens, an answer: the other ERPs wait for theirs. ``entire``: see :func:`census.take`."""
    seen = Examined(settings.name)
    try:
        closed = connect(settings, network=network)
        seen.capabilities = closed.capabilities
        async with closed as erp:
            seen.capabilities = erp.capabilities  # some know them only now
            try:
                await _examine(seen, erp, settings, network.clock, write_test, entire)
            finally:
                seen.requests = erp.requests
    except AuthError as error:
        seen.blame(N_("credentials"), error)
    except ConfigError as error:
        seen.blame(N_("configuration"), error)
    except BridgeError as error:
        seen.blame(N_("connection"), error)
    except Exception as error:
        _log.info("check of %s failed", settings.name, exc_info=True)
        hint = _("this is a fault of erp-bridge itself; -v before the command shows where")
        seen.say(N_("fault"), State.ERROR, f"{type(error).__name__}: {str(error).partition(chr(10))[0]}", hint)
    return seen


async def _examine(
    seen: Examined, erp: Adapter, settings: ErpSettings, clock: Clock, write_test: str | None, entire: bool
) -> None:
    seen.say(N_("connection"), State.OK, rendered(await erp.ping()))
    _clock(seen, erp.clock_offset)
    capabilities.tell(seen, erp)
    await _terms(seen, erp, settings)
    if Capability.INSPECT in erp.capabilities:
        with _looking_at(seen, N_("permissions")):
            await _notices(seen, cast("Inspecting", erp))
    with _looking_at(seen, N_("tickets")):
        if {Capability.CHANGED_SINCE, Capability.OPEN_TICKETS} & erp.capabilities:
            seen.census = await census.take(erp, clock.now() + (erp.clock_offset or timedelta()), entire=entire)
            _tickets(seen)
            _codes(seen)
    with _looking_at(seen, N_("permissions")):
        await permissions.try_reading(seen, erp)
    with _looking_at(seen, N_("parameters")):
        await _parameters(seen, erp)
    seen.party = party(erp, {kind: Vocabulary(seen.terms.get(kind, ())) for kind in KINDS})
    if write_test:
        with _looking_at(seen, N_("write test")):
            await writing.test(seen, erp, write_test)


@contextmanager
def _looking_at(seen: Examined, topic: str) -> Iterator[None]:
    """An error ends this subject alone, unless it would meet the next one as well."""
    try:
        yield
    except (AuthError, Unavailable):
        raise
    except BridgeError as error:
        seen.blame(topic, error)


def _clock(seen: Examined, offset: timedelta | None) -> None:
    topic = N_("clock")
    if offset is None:
        advice = _("compare it with this machine's by hand: edits on both sides are told apart by their times")
        seen.say(topic, State.WARNING, _("the ERP does not tell its time"), advice)
        return
    seconds = f"{round(offset.total_seconds()):+d} s"
    if abs(offset) <= SKEW:
        seen.say(topic, State.OK, seconds)
    else:
        advice = _("set the clock of the ERP or of this machine (NTP)")
        seen.say(topic, State.WARNING, _("the ERP's clock differs from ours by {seconds}", seconds=seconds), advice)


async def _terms(seen: Examined, erp: Adapter, settings: ErpSettings) -> None:
    for kind in VOCABULARY_KINDS:
        with _looking_at(seen, N_("vocabulary")), suppress(Unsupported):
            seen.terms[kind] = await erp.vocabulary(kind)
    counts = ", ".join(f"{kind} {len(found)}" for kind, found in seen.terms.items() if found)
    seen.say(N_("vocabulary"), State.OK, counts or _("no lists"))
    for kind, names in FIXED_NAMES.items():
        lines = settings.vocab.get(kind, {})
        alone = [t for t in seen.terms.get(kind, ()) if t.id not in lines and t.nome not in names]
        if alone:
            shown = listed([term(t.id, t.nome) for t in alone])
            advice = _("write a line for each in [erp.{erp}.vocab.{kind}]", erp=erp.name, kind=kind)
            detail = _("{kind} without a meaning here: {terms}", kind=kind, terms=shown)
            seen.say(N_("vocabulary"), State.WARNING, detail, advice)


async def _notices(seen: Examined, erp: Inspecting) -> None:
    for notice in await erp.inspect():
        seen.barred |= notice.lacks
        state = State.WARNING if notice.advice else State.OK
        seen.say(notice.topic, state, rendered(notice.message), rendered(notice.advice))


#: Topics of notices, which adapters know in English only.
_TOPICS = (N_("permissions"), N_("hidden tickets"))


def _tickets(seen: Examined) -> None:
    """How many there are to judge by, and what it takes to see that nothing is new."""
    counted = seen.census
    if not counted.days:
        detail = _("{count} read: those open now", count=len(counted))
    else:
        detail = _("{count} read: changed in the last {days} days, or open now", count=len(counted), days=counted.days)
    if not (counted.whole and counted.all_open):
        most = census.REQUESTS
        detail += _("; a part of them, for {count} requests were not enough for all", count=most)
    elif counted.days and counted.days < census.DAYS[-1]:
        most, days = census.REQUESTS, census.DAYS[-1]
        detail += _("; {days} days would take more than {count} requests", days=days, count=most)
    if counted.idle is not None:
        detail += _("; a pass without news takes {count} requests", count=counted.idle)
    seen.say(N_("tickets"), State.OK, detail)


def _codes(seen: Examined) -> None:
    """Codes that mean nothing here; those of status, priority and kind keep a ticket back."""
    barred = Counter(seen.census.unreadable.values())
    blank = Counter(code for ticket in seen.census.tickets.values() for code in _unknown(ticket))
    if barred:
        advice = _("write a vocabulary line for each code, or correct the tickets; until then they wait in quarantine")
        seen.say(N_("codes"), State.WARNING, f"{_('unreadable')}: {_counted(barred)}", advice)
    if blank:
        seen.say(N_("codes"), State.OK, f"{_('unknown, left blank on twins')}: {_counted(blank)}")
    if not barred and not blank and len(seen.census):
        seen.say(N_("codes"), State.OK, _("all known"))


def _unknown(ticket: Atendimento) -> Iterator[str]:
    for campo, code in ticket.codigos.items():
        if code not in ("", "0") and getattr(ticket, campo, code) in (None, Origem.OUTRO):
            yield f"{campo}={code}"


def _counted(codes: Counter[str]) -> str:
    return listed([f"{code} ×{count}" for code, count in codes.most_common()])


async def _parameters(seen: Examined, erp: Adapter) -> None:
    """What each subject demands of a ticket. Adapters keep their lists, so this hardly costs a request."""
    if Capability.PARAMETERS not in erp.capabilities:
        return
    ids = [subject.id for subject in seen.terms.get("assunto", ()) if subject.id]
    seen.parameters = {id or "": await erp.parameters(id) for id in (None, *ids[:_SUBJECTS])}
