"""What must be true of both ERPs and the store once everything has come to rest, whatever happened before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench
from faults.hands import IxcHands, Mark, Record, Said, words_of
from faults.town import SIDES, Town

#: Passes after which everything must have come to rest.
ENOUGH = 8
_OWN_WORDS = re.compile(r"[sd]\d+(\.\d+)?")


class Broken(AssertionError):
    """At least one promise was not kept; ``kinds`` counts them by name."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.kinds = Counter(kind for kind, _ in faults)
        super().__init__("\n".join(f"{kind}: {what}" for kind, what in faults))


@dataclass
class Rest:
    """How it stands after quiescence."""

    links: list[tuple[str, str]]
    since: dict[tuple[str, str], float]  # when they were linked
    waiting: dict[tuple[str, str], list[dict[str, Any]]]  # by (side, ticket), each with its kind
    open_intents: int


def quiesce(bench: Bench) -> list[PassReport]:
    """No more faults, and passes until nothing is left to do; then one more, which must write nothing."""
    for simulator in bench.simulators.values():
        simulator.faults.clear()
    bench.weather.hidden_for, bench.weather.shuffled, bench.weather.late_writes = 0.0, False, []
    reports = []
    for _ in range(ENOUGH):
        bench.advance(SETTLE + 1)
        reports.append(bench.sync_once())
        bench.advance(60)
        if reports[-1] is not None and not reports[-1].rows and not reports[-1].open.get(Kind.FAILED):
            break
    writes = {side: hands.writes() for side, hands in bench.hands.items()}
    last = bench.sync_once()
    faults: list[tuple[str, str]] = []
    if last is None or last.rows:
        faults.append(("restless", f"the last pass still has work: {(last and last.rows) or bench.last_error!r}"))
    if last is not None:
        full = bench.sync_once(full=True)
        left_over = [row for row in full.rows if row.direction != "!"] if full else [bench.last_error]
        if left_over:
            faults.append(("restless", f"a full pass finds what the others left: {left_over}"))
    if writes != {side: hands.writes() for side, hands in bench.hands.items()}:
        faults.append(("restless", "a pass without news wrote something"))
    if faults:
        raise Broken(faults)
    return [report for report in [*reports, last] if report is not None]


def check(bench: Bench, town: Town) -> None:
    """Every invariant. Raises ``Broken`` with all that is wrong."""
    rest = standing(bench)
    faults = [*_store(rest), *_twins(bench, town, rest), *doubled(bench, town), *_never(bench, town)]
    for left, right in rest.links:
        records = {"left": bench.hands["left"].tickets()[left], "right": bench.hands["right"].tickets()[right]}
        for source in SIDES:
            faults += _movements(bench, town, rest, records, source)
        faults += _fields(bench, rest, records)
    if faults:
        raise Broken(faults)


def standing(bench: Bench) -> Rest:
    def look(bridge: Bridge) -> Rest:
        waiting: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for kind in Kind:
            for item in bridge.waiting(kind):
                waiting[item["side"], item["ticket"]].append(item | {"kind": kind})
        since = {(link.ids.left, link.ids.right): link.since for link in bridge.links("suporte")}
        return Rest(list(since), since, waiting, bridge.status("suporte")[0].open_intents)

    return bench.ask_bridge(look)


def doubled(bench: Bench, town: Town) -> Iterator[tuple[str, str]]:
    """One ticket has one twin, one movement one copy: counted by the markers that records were born with."""
    spared = town.ledger.unprovable
    twins = Counter(mark for mark in bench.audit.tickets.values() if mark)
    for mark, count in twins.items():
        if count > 1 and (town.side_of(mark.erp), mark.ticket) not in spared:
            yield "doubled", f"{count} twins of {mark}"
    copies = Counter((where, mark) for (where, _, _), mark in bench.audit.messages.items() if mark)
    for (_, mark), count in copies.items():
        own = mark.part is None or _OWN_WORDS.fullmatch(mark.part)
        if count > 1 and (town.side_of(mark.erp), mark.ticket) not in spared and not (own and town.ledger.stores_lost):
            yield "doubled", f"{count} copies of {mark}"


def _store(rest: Rest) -> Iterator[tuple[str, str]]:
    if rest.open_intents:
        yield "store", f"{rest.open_intents} intents are still open"
    for items in rest.waiting.values():
        yield from (("store", f"still to be tried again: {i}") for i in items if i["kind"] is Kind.FAILED)


def _twins(bench: Bench, town: Town, rest: Rest) -> Iterator[tuple[str, str]]:
    """Each ticket of the town is linked to the record made for it, or stands where a person sees it."""
    linked = {"left": dict(rest.links), "right": {right: left for left, right in rest.links}}
    for side, id in town.ledger.opened:
        record = bench.hands[side].tickets()[id]
        twin = linked[side].get(id)
        if twin is None:
            if record.status != "cancelado" and not rest.waiting.get((side, id)):
                yield "missing", f"{side} {id} has no twin"
            continue
        made_of = bench.audit.tickets.get((_other(side), twin))
        if made_of != Mark(bench.hands[side].name, id, None) and (side, id) not in town.ledger.unprovable:
            yield "wrong twin", f"{side} {id} is linked to {twin}, which was made of {made_of}"
    for (side, id), mark in bench.audit.tickets.items():
        if mark is None:
            yield "unmarked", f"{side} {id} was made without a marker"
        elif (source := (town.side_of(mark.erp), mark.ticket)) in bench.audit.tickets:
            made_of = bench.audit.tickets[source]
            origin = (town.side_of(made_of.erp), made_of.ticket) if made_of else source
            if town.ledger.unprovable.isdisjoint({source, origin}):
                yield "echo", f"{side} {id} is a twin of a twin"
        elif id not in linked[side] and not rest.waiting.get((side, id)) and (side, id) not in town.ledger.unprovable:
            yield "orphan", f"{side} {id}, made of {mark}, has no link"


def _never(bench: Bench, town: Town) -> Iterator[tuple[str, str]]:
    yield from (("forbidden", offence) for offence in bench.audit.offences)
    yield from (("deleted", id) for id in bench.audit.vanished())
    for side, hands in bench.hands.items():
        yield from (("deleted", f"{side}: {name}") for name in hands.deletions)


def _movements(
    bench: Bench, town: Town, rest: Rest, records: dict[str, Record], source: str
) -> Iterator[tuple[str, str]]:
    """Of one direction of a link: none missing, none cut short, their order kept, no echo."""
    target = _other(source)
    here, there = records[source], records[target]
    erp, history = bench.hands[source].name, bench.hands[source].history(here.id)
    pieces: dict[str, list[Said]] = defaultdict(list)
    own_words, rest_of_text = 0, ""
    for said in bench.hands[target].history(there.id):
        mark = bench.audit.messages.get((target, there.id, said.id))
        if mark is None or (mark.erp, mark.ticket) != (erp, here.id) or mark.part is None:
            continue
        if mark.part.startswith("d"):
            rest_of_text += said.words
        elif _OWN_WORDS.fullmatch(mark.part):
            own_words += "alterad" in said.text
        else:
            pieces[mark.part.partition(".")[0]].append(said)
    late = {str(item["field"]) for item in rest.waiting.get((source, here.id), ())}
    wanted = [said for said in history if not said.by_bridge and said.words]
    for said in wanted:
        copy = "".join(piece.words for piece in pieces.get(said.id, ()))
        if not copy:
            if said.id not in late and not _before_adoption(town, rest, (source, here.id, said.id), records):
                yield "missing", f"{source} {here.id}/{said.id} did not arrive in {target} {there.id}"
        elif _squashed(copy) != _squashed(said.words) and "<" not in said.words.replace("<fim>", ""):
            yield "cut", f"{source} {here.id}/{said.id}: of {len(said.words)} characters {len(copy)} arrived"
    untouched = {(source, here.id), (target, there.id)}.isdisjoint(town.ledger.rewritten | town.ledger.tampered)
    if there.by_bridge and untouched and (source, here.id) in town.ledger.opened:
        whole = _squashed(words_of(there.text) + rest_of_text)
        if _squashed(words_of(here.text)) not in whole:
            yield "cut", f"of the text of {source} {here.id} not all arrived in {target} {there.id}"
    theirs = {said.id for said in history if said.by_bridge}
    if (source, here.id) not in town.ledger.unprovable:
        yield from (("echo", f"{target} {there.id} got back its own {part}") for part in pieces if part in theirs)
    order = [said.id for said in wanted if said.id in pieces]
    arrived = sorted(order, key=lambda part: _place(pieces[part][0].id))
    if order != arrived and not (town.ledger.stores_lost or town.ledger.clock_went_back):
        yield "order", f"{source} {here.id}: {order} arrived as {arrived}"
    edits = town.ledger.edits[source, here.id]
    if own_words > edits and (source, here.id) in town.ledger.opened and not town.ledger.stores_lost:
        yield "doubled", f"{own_words} words on {edits} edits of {source} {here.id}"


def _before_adoption(town: Town, rest: Rest, said: tuple[str, str, str], records: dict[str, Record]) -> bool:
    """After a store was lost, twins are adopted, and then only later messages travel."""
    linked_at = rest.since[records["left"].id, records["right"].id]
    return town.ledger.stores_lost > 0 and town.ledger.said_at.get(said, 0.0) <= linked_at


def _fields(bench: Bench, rest: Rest, records: dict[str, Record]) -> Iterator[tuple[str, str]]:
    """Both sides agree, or a person is asked; and nobody is asked for nothing."""
    left, right = records["left"], records["right"]
    asked = {
        str(item["field"]): item
        for side in SIDES
        for item in rest.waiting.get((side, records[side].id), ())
        if item["kind"] in (Kind.CONFLICT, Kind.QUARANTINE)
    }
    pairs = {"status": (_open(left.status), _open(right.status))}
    if all(isinstance(hands, IxcHands) for hands in bench.hands.values()):
        pairs |= {"titulo": (left.title, right.title), "prioridade": (left.priority, right.priority)}
    for campo, (here, there) in pairs.items():
        where = f"{campo} of {left.id} | {right.id}: {here} | {there}"
        if here != there and campo not in asked:
            yield "apart", where
        if here == there and campo in asked:
            yield "needless", f"{where}, yet {asked[campo]['code']} is asked"


def _open(status: str) -> str:
    return "pendente" if status == "novo" else status


def _other(side: str) -> str:
    return "right" if side == "left" else "left"


def _squashed(text: str) -> str:
    return "".join(text.split())


def _place(id: str) -> tuple[int, str]:
    return (len(id), id)
