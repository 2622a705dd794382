"""Whoever embeds the engine is told what happened, once, in ids; whoever listens badly disturbs nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from erp_bridge.config import load
from erp_bridge.core.errors import BridgeError
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.events import Adopted, Created, Events, PassEnded, Updated, Waiting
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.lease import PairHeld, hold
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair

HANDLERS = [field.name for field in dataclasses.fields(Events)]


class Heard:
    """All events in their order."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self.events = Events(**dict.fromkeys(HANDLERS, self.all.append))

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.all if isinstance(event, kind)]


async def sync(pair: SimulatedPair, events: Events, **options: Any) -> None:
    if not pair.config_file.exists():
        pair.write_config()
    async with Bridge(load(pair.config_file), pair.network(), events=events) as bridge:
        await bridge.sync("suporte", PassOptions(**options))


async def test_a_pass_tells_what_it_created_and_what_waits_once(pair: SimulatedPair) -> None:
    heard = Heard()
    await sync(pair, heard.events)
    links = await pair.links()
    created = heard.of(Created)
    assert {(event.left, event.right) for event in created} == set(links.items())
    assert {event.side for event in created} == {Side.LEFT, Side.RIGHT}
    parked = [item["id"] for item in await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))]
    assert [event.id for event in heard.of(Waiting)] == parked != []
    [ended] = heard.of(PassEnded)
    assert heard.all[-1] is ended
    assert sum(ended.counts["created"].values()) == len(created)

    again = Heard()
    pair.clock.advance(60)
    await sync(pair, again.events, full=True)
    assert [type(event) for event in again.all] == [PassEnded]  # nothing new, and what waits was told


async def test_edits_and_conflicts(synced: SimulatedPair) -> None:
    left, right = next(
        (one, other)
        for one, other in (await synced.links()).items()
        if synced.left_tickets()[one]["su_status"] in ("N", "P")
    )
    message = synced.left.people.comment(left, "Ligou de novo")
    synced.left.people.set_field(left, prioridade="C")
    heard = Heard()
    synced.clock.advance(5)
    await sync(synced, heard.events)
    [updated] = heard.of(Updated)
    assert updated == Updated("suporte", Side.RIGHT, left, right, ("prioridade",), (f"m{message}",))

    synced.clock.advance(3600)
    synced.left.people.set_status(left, "S", "Resolvido")
    synced.clock.advance(1)
    synced.right.people.set_status(right, "01ANDAMENT")
    heard = Heard()
    synced.clock.advance(5)
    await sync(synced, heard.events)
    [conflict] = heard.of(Waiting)
    assert (conflict.kind, conflict.field, conflict.code) == (Kind.CONFLICT, "status", "both-changed")
    [item] = await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT))
    assert conflict.id == item["id"]


async def test_adoption_is_told_as_such(synced: SimulatedPair) -> None:
    links = await synced.links()
    (synced.folder / "bridge.db").unlink()
    heard = Heard()
    await sync(synced, heard.events)
    told = {(event.left, event.right) for event in heard.of(Adopted)}
    assert told <= set(links.items())
    assert told
    assert heard.of(Created) == []


async def test_a_dry_run_tells_only_its_end(pair: SimulatedPair) -> None:
    heard = Heard()
    await sync(pair, heard.events, dry_run=True)
    [ended] = heard.all
    assert ended.counts["dry_run"] is True


async def test_a_broken_listener_stops_nothing(pair: SimulatedPair) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("no")

    await sync(pair, Events(**dict.fromkeys(HANDLERS, broken)))
    assert await pair.links()


async def test_a_pass_that_was_broken_off_says_by_what(pair: SimulatedPair) -> None:
    heard = Heard()
    with pytest.raises(BridgeError):
        await sync(pair, heard.events, max_create=1)
    [ended] = heard.of(PassEnded)
    assert (ended.counts, ended.error) == (None, "GateClosed")


async def test_who_finds_the_pair_held_tells_nothing(pair: SimulatedPair) -> None:
    heard = Heard()
    async with pair.bridge() as other:
        with hold(other.db, "suporte"), pytest.raises(PairHeld):
            await sync(pair, heard.events)
    assert heard.all == []


async def test_events_hold_no_words(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    heard = Heard()
    await sync(pair, heard.events)
    told = repr(heard.all)
    people = [word for c in pair.world.left.clientes for word in (c.pessoa.nome, c.documento) if word]
    assert people
    assert not [word for word in people if word in told]
