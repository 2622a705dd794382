"""The journey of one ticket: what was read, merged and written, and when, from what the store knows. Ids and times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from erp_bridge.config import PairSettings
from erp_bridge.core.errors import NotFound
from erp_bridge.i18n import N_
from erp_bridge.report.words import Words, plain, say
from erp_bridge.service.web import words
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links, steps, trace
from erp_bridge.sync.store.links import Link
from erp_bridge.sync.store.steps import NOTHING, Share
from erp_bridge.sync.store.steps import Step as Noted
from erp_bridge.sync.store.trace import Known, Mark, Written
from erp_bridge.sync.store.waiting import Kind, Wait

#: Passes over one ticket that are told of, the newest.
PASSES = 100
#: For so many days what was read and merged is remembered.
DAYS = int(steps.KEPT // 86400)

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
    """One thing that happened ``at`` (in seconds since 1970); ``look`` is how it is shown, ``link`` where one acts.

    It happened ``times`` times, the last one at ``until``.
    """

    at: float
    what: Words
    more: Words
    look: str = "good"
    link: str = ""
    rank: int = 1  # among those of one moment
    times: int = 1
    until: float = 0.0


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
        noted = steps.of_ticket(tx, pair, ids, PASSES)
        waits = trace.waits_of(tx, pair, ids)
        known = trace.movements_of(tx, pair, ids)
        read = trace.read_until(tx, pair)
        mark = trace.mark_of(tx, pair, ids)
    names = Both(settings.left, settings.right)
    happened = [_of_write(write, names) for write in _named(writes, noted)] + [_of_wait(wait) for wait in waits]
    told = {write.token for write in writes}
    happened += [step for one in noted for step in _of_pass(one, names, is_told=one.token in told)]
    if link is not None:
        happened.append(_of_link(link, names))
    agreed = Both.of(lambda one: tuple(link.bases[one]) if link else ())
    happened.sort(key=lambda step: (step.at, step.rank))
    return Journey(settings, ids, link, tuple(happened), tuple(known), agreed, read, mark)


def _of_link(link: Link, names: Both[str]) -> Step:
    ids = plain(f"{names.left} {link.ids.left} ⇄ {names.right} {link.ids.right}")
    if link.tombstone:
        return Step(link.since, say(N_("linked; parted since, and never carried again")), ids, "soft", rank=0)
    if link.made is None:
        return Step(link.since, say(N_("linked: both tickets were there already")), ids, rank=0)
    return Step(link.since, say(N_("linked: the bridge made the ticket in {erp}"), erp=names[link.made]), ids, rank=0)


# --- one pass ------------------------------------------------------------------------------------------------------


def _of_pass(one: Noted, names: Both[str], *, is_told: bool) -> Iterator[Step]:
    """What one pass read and made of it; what it wrote too, unless its writes are told one by one."""
    for side in Side:
        if one.read[side]:
            first = one.read[side].whole
            what = say(N_("read in {erp} for the first time") if first else N_("read in {erp}: news"), erp=names[side])
            yield Step(one.read_at, what, _share(one.read[side]), "soft", rank=-4)
    merged = Step(one.merged_at, say(N_("compared and merged")), _merged(one, names), "soft", rank=-3)
    if one.times > 1:
        merged = replace(merged, at=one.read_at, times=one.times, until=one.merged_at)
    yield merged
    if one.written_at is not None and not is_told and one.written != NOTHING:
        yield Step(one.written_at, say(N_("written")), _parts(_going(one.written, names)), rank=2)


def _merged(one: Noted, names: Both[str]) -> Words:
    parts = [*_going(one.to, names)]
    if one.adopted:
        parts.insert(0, say(N_("taken for twins")))
    if one.agreed:
        parts.append(say(N_("the same on both sides: {fields}"), fields=_fields(one.agreed)))
    for kind, campo, code in one.waits:
        name = _KINDS[Kind(kind)][0]
        parts.append(Words(*(" ".join((text, *([words.label(campo).en] if campo else []), f"`{code}`")) for text in
                             (name.en, name.pt))))  # fmt: skip
    return _parts([*(parts or [say(N_("nothing to carry"))]), say(N_("pass {number}"), number=plain(str(one.pass_id)))])


def _going(shares: Both[Share], names: Both[str]) -> Iterator[Words]:
    for side in Side:
        if shares[side]:
            yield say(N_("to {erp}: {what}"), erp=names[side], what=_share(shares[side], N_("a new ticket")))


def _share(share: Share, whole: str = "") -> Words:
    parts = [say(whole)] if share.whole and whole else []
    if share.fields:
        parts.append(_fields(share.fields))
    if share.movements:
        parts.append(say(N_("movements: {count}"), count=share.movements))
    return _parts(parts, ", ")


def _fields(campos: Iterable[str]) -> Words:
    return plain(", ".join(words.label(campo).en for campo in campos))


def _parts(parts: Iterable[Words], between: str = " · ") -> Words:
    found = list(parts)
    return Words(between.join(part.en for part in found), between.join(part.pt for part in found))


# --- one thing -----------------------------------------------------------------------------------------------------


def _named(writes: Sequence[Written], noted: Iterable[Noted]) -> Iterator[Written]:
    """Writes of several fields at once with the names of those fields, which the pass has noted."""
    planned = {one.token: one.to for one in noted}
    forwarded = {write.token for write in writes if write.operation == "forward"}
    for write in writes:
        if write.operation == "fields" and not write.fields and write.token in planned:
            others = {"status", *(("departamento",) if write.token in forwarded else ())}
            campos = tuple(campo for campo in planned[write.token][write.side].fields if campo not in others)
            yield replace(write, fields=campos)
        else:
            yield write


def _of_write(write: Written, names: Both[str]) -> Step:
    erp = names[write.side]
    ending, look = _ENDINGS.get(write.state, (plain(write.state), "soft"))
    template = _DONE.get(write.operation)
    done = say(template, erp=erp) if template else plain(f"{write.operation} {erp}")
    more = []
    if write.part:
        more.append(say(N_("copy of {part} of {erp}"), part=write.part, erp=names[write.side.other]))
    if write.fields and write.operation != "twin":
        more.append(_fields(write.fields))
    return Step(write.sent, done, _parts([*more, ending]), look, rank=-1 if write.operation == "twin" else 1)


def _of_wait(wait: Wait) -> Step:
    kind, place = _KINDS[wait.kind]
    why = words.why(wait)
    what = Words(f"{kind.en}: {why.en}", f"{kind.pt}: {why.pt}")
    more = say(N_("seen {count} times"), count=wait.attempts) if wait.attempts > 1 else plain("")
    if wait.decision is not None:
        more = say(N_("decided; the next pass carries it out"))
    return Step(wait.since, what, more, "warn", f"/{place}/{wait.id}" if place else "")
