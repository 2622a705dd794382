"""The journey of one ticket: what was read, merged and written, and when, from what the store knows. Ids and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from erp_bridge.config import PairSettings
from erp_bridge.core.errors import NotFound
from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, plain, say
from erp_bridge.service.web import words
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links, trace
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.trace import Known, Mark, Written
from erp_bridge.sync.store.waiting import Kind, Wait

#: operation → what was done to the ERP named {erp}.
_DONE: Mapping[str, str] = {
    "twin": N_("twin created in {erp}"),
    "movement": N_("message written in {erp}"),
    "attachment": N_("file attached in {erp}"),
    "fields": N_("fields changed in {erp}"),
    "status": N_("status set in {erp}"),
    "forward": N_("forwarded in {erp}"),
    "discount": N_("discount booked in {erp}"),
}
_ENDINGS: Mapping[str, tuple[Words, str]] = {
    "done": (say(N_("done")), "good"),
    "open": (say(N_("outcome not known yet")), "warn"),
    "unseen": (say(N_("accepted, and not to be seen there")), "warn"),
    "void": (say(N_("not carried out")), "soft"),
    "doubt": (say(N_("in doubt")), "warn"),
}
_KINDS: Mapping[Kind, tuple[Words, str]] = {
    Kind.CONFLICT: (say(N_("conflict")), "conflicts"),
    Kind.QUARANTINE: (say(N_("quarantine")), "quarantine"),
    Kind.DOUBT: (say(N_("doubt")), "doubts"),
    Kind.FAILED: (say(N_("not delivered, tried again by the next pass")), ""),
}
#: Of a movement on one side: what it is.
MOVEMENTS: Mapping[str, Words] = {
    "carried": say(N_("carried over")),
    "copy": say(N_("written by the bridge")),
    "kept": say(N_("not carried: it was there before, or is the ERP's own")),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened ``at`` (in seconds since 1970); ``look`` is how it is shown, ``link`` where one acts."""

    at: float
    what: Words
    more: Words
    look: str = "good"
    link: str = ""
    rank: int = 1  # among those of one moment


@dataclass(frozen=True)
class Journey:
    """``ids`` are those of both tickets, as far as there are two; ``agreed`` the fields that both sides share."""

    pair: PairSettings
    ids: Both[str | None]
    link: Link | None
    steps: tuple[Step, ...]
    movements: tuple[Known, ...]
    agreed: Both[tuple[str, ...]]
    read: Both[float | None]
    mark: Mark | None


def journey(bridge: Bridge, pair: str, erp: str, ticket: str) -> Journey:
    """Raises ``ConfigError`` for an unknown pair, ``NotFound`` for an ERP that is not in it."""
    settings = bridge.pair(pair)
    side = next((side for side in Side if getattr(settings, side.value) == erp), None)
    if side is None:
        raise NotFound(f"{pair} has no ERP of that name")
    with bridge.db.read() as tx:
        link = links.by_ids(tx, pair, side, [ticket]).get(ticket)
        own: Both[str | None] = Both.of(lambda one: ticket if one is side else None)
        ids: Both[str | None] = Both(link.ids.left, link.ids.right) if link else own
        writes = trace.writes_about(tx, pair, ids)
        waits = trace.waits_of(tx, pair, ids)
        known = trace.movements_of(tx, pair, ids)
        read = trace.read_until(tx, pair)
        mark = trace.mark_of(tx, pair, ids)
    names = Both(settings.left, settings.right)
    steps = [_of_write(write, names) for write in writes] + [_of_wait(wait) for wait in waits]
    if link is not None:
        steps.append(_of_link(link, names))
    agreed = Both.of(lambda one: tuple(link.bases[one]) if link else ())
    steps.sort(key=lambda step: (step.at, step.rank))
    return Journey(settings, ids, link, tuple(steps), tuple(known), agreed, read, mark)


def _of_link(link: Link, names: Both[str]) -> Step:
    ids = plain(f"{names.left} {link.ids.left} ⇄ {names.right} {link.ids.right}")
    if link.tombstone:
        return Step(link.since, say(N_("linked; parted since, and never carried again")), ids, "soft", rank=0)
    if link.made is None:
        return Step(link.since, say(N_("linked: both tickets were there already")), ids, rank=0)
    return Step(link.since, say(N_("linked: the bridge made the ticket in {erp}"), erp=names[link.made]), ids, rank=0)


def _of_write(write: Written, names: Both[str]) -> Step:
    erp = names[write.side]
    ending, look = _ENDINGS.get(write.state, (plain(write.state), "soft"))
    template = _DONE.get(write.operation)
    done = say(template, erp=erp) if template else plain(f"{write.operation} {erp}")
    more = []
    if write.part:
        more.append(say(N_("copy of {part} of {erp}"), part=write.part, erp=names[write.side.other]))
    if write.fields and write.operation != "twin":
        more.append(plain(", ".join(words.label(campo).en for campo in write.fields)))
    more.append(ending)
    rest = Words(" · ".join(m.en for m in more), " · ".join(m.pt for m in more))
    return Step(write.sent, done, rest, look, rank=-1 if write.operation == "twin" else 1)


def _of_wait(wait: Wait) -> Step:
    kind, place = _KINDS[wait.kind]
    why = words.why(wait)
    what = Words(f"{kind.en}: {why.en}", f"{kind.pt}: {why.pt}")
    more = say(N_("seen {count} times"), count=wait.attempts) if wait.attempts > 1 else plain("")
    if wait.decision is not None:
        more = say(N_("decided; the next pass carries it out"))
    return Step(wait.since, what, more, "warn", f"/{place}/{wait.id}" if place else "")
