"""The two feeds of the API: clients polled in turns, and the internal list by opening (quirks 15, 16, 25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from erp_bridge.adapters.voalle.adapter import VoalleAdapter
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.model import Status
from voalle.voalle_box import LONG_AGO, START, VoalleBox

CLOSED = (3, 4, 8)


async def read(erp: VoalleAdapter, since: datetime | Cursor = LONG_AGO) -> list[Page]:
    return [page async for page in erp.changed_since(since, clientes=False)]


def ids(pages: list[Page]) -> set[str]:
    return {ticket.id or "" for page in pages for ticket in page}


def cursor_of(pages: list[Page]) -> Cursor:
    assert all(page.cursor is None for page in pages[:-1])
    assert pages[-1].cursor is not None
    return Cursor.model_validate_json(pages[-1].cursor.model_dump_json())  # as it comes back from a store


def reachable(box: VoalleBox) -> dict[str, dict[str, Any]]:
    """Tickets of clients that stand in the list of contracts."""
    owners = {row["client_id"] for row in box.sim.tables["contracts"].values()}
    return {id: row for id, row in box.tickets.items() if row["client_id"] in owners}


def is_open(row: dict[str, Any]) -> bool:
    return row["incident_status_id"] not in CLOSED


async def test_from_an_instant_all_clients_are_read():
    box = VoalleBox()
    recent = START - timedelta(days=10)
    async with box.adapter() as erp:
        assert ids(await read(erp)) == set(reachable(box))
        since = ids(await read(erp, recent))
    expected = {
        id for id, row in reachable(box).items()
        if is_open(row) or datetime.fromisoformat(row["beginning_date"] + "-03:00") >= recent
    }  # fmt: skip
    assert since == expected
    assert len(since) < len(reachable(box))


async def test_what_people_do_shows_in_the_next_pass():  # quirk 25
    box = VoalleBox()
    open_ones = [id for id, row in reachable(box).items() if is_open(row)]
    commented, changed, retitled, solved = open_ones[:4]
    async with box.adapter() as erp:
        cursor = cursor_of(await read(erp))
        box.clock.advance(3600)
        box.sim.people.comment(commented, "Ligou de novo")
        other = next(id for id in box.sim.tables["incident_types"] if id != box.tickets[changed]["incident_type_id"])
        box.sim.people.reclassify(changed, other)
        box.sim.people.retitle(retitled, "Outro título")
        box.sim.people.solve(solved, "Feito")
        opened = str(box.sim.people.open_ticket())
        quick = str(box.sim.people.open_ticket())
        box.sim.people.solve(quick, "Já foi")
        pages = await read(erp, cursor)
        found = {ticket.id: ticket for page in pages for ticket in page}
        history = {id: movements for page in pages for id, movements in page.movimentacoes.items()}
        assert {commented, changed, retitled, solved, opened, quick} <= found.keys()
        assert history[commented][-1].texto == "Ligou de novo"
        assert found[changed].assunto is not None
        assert (found[changed].assunto.id, found[retitled].titulo) == (str(other), "Outro título")
        assert (found[solved].status, history[solved][-1].texto) == (Status.SOLUCIONADO, "Feito")
        assert found[quick].status is Status.SOLUCIONADO

        after = await read(erp, cursor_of(pages))
        assert solved not in ids(after)  # delivered once as closed
        still_open = {id for id, row in reachable(box).items() if is_open(row)}
        assert ids(after) - {quick} == still_open  # opened within this round: a second look at most
        third = await read(erp, cursor_of(after))
        assert ids(third) == still_open


async def test_clients_are_polled_in_turns():
    box = VoalleBox()
    everyone = sorted({row["client_id"] for row in box.sim.tables["contracts"].values()})
    async with box.adapter(clients_per_pass=7) as erp:
        cursor = cursor_of(await read(erp))
        polled: list[int] = []
        for _ in range(-(-len(everyone) // 7)):
            before = len(box.sim.requests)
            cursor = cursor_of(await read(erp, cursor))
            turn = [int(call.last) for call in box.sim.requests[before:] if "solicitationlist" in call.name]
            assert len(turn) == 7
            polled += turn
    assert set(polled) == set(everyone)


async def test_closed_and_opened_between_two_turns_is_seen_in_its_clients_turn():
    box = VoalleBox()
    clients = [row["client_id"] for row in box.sim.tables["contracts"].values()]
    first, last = min(clients), max(clients)
    async with box.adapter(clients_per_pass=5) as erp:
        cursor = cursor_of(await read(erp))
        opened = set[str]()
        seen = list[str]()
        for turn in range(3 * -(-len(set(clients)) // 5)):
            if turn in (2, 5):
                box.clock.advance(60)
                for client in (first, last):
                    id = str(box.sim.people.open_ticket(client_id=client))
                    box.sim.people.solve(id, "Feito")
                    opened.add(id)
            pages = await read(erp, cursor)
            seen += [ticket.id or "" for page in pages for ticket in page if ticket.id in opened]
            cursor = cursor_of(pages)
    assert set(seen) == opened
    assert all(seen.count(id) <= 2 for id in opened)


@pytest.mark.parametrize("per_pass", [1, 4, 7, 100])
async def test_whatever_is_opened_and_closed_between_two_looks_is_seen(per_pass):
    box, rng = VoalleBox(), Random(per_pass)
    clients = sorted({row["client_id"] for row in box.sim.tables["contracts"].values()})[:9]
    opened, seen = set[str](), set[str]()
    async with box.adapter(clients=[str(client) for client in clients], clients_per_pass=per_pass) as erp:
        cursor = cursor_of(await read(erp))
        rounds = -(-len(clients) // per_pass)
        for turn in range(6 * rounds):
            if turn < 4 * rounds:
                box.clock.advance(60)
                id = str(box.sim.people.open_ticket(client_id=rng.choice(clients)))
                box.sim.people.solve(id, "Feito")
                opened.add(id)
            pages = await read(erp, cursor)
            seen |= ids(pages) & opened
            cursor = cursor_of(pages)
    assert seen == opened


async def test_only_the_clients_of_the_configuration():
    box = VoalleBox()
    wanted = [str(row["client_id"]) for row in reachable(box).values()][:2]
    async with box.adapter(clients=wanted) as erp:
        found = await read(erp)
    assert {str(box.tickets[id]["client_id"]) for id in ids(found)} == set(wanted)
    assert box.sim.count("contract/getpaged") == 0


async def test_an_idle_pass_costs_one_request_a_client_and_two_an_open_ticket():
    box = VoalleBox()
    async with box.adapter() as erp:
        cursor = cursor_of(await read(erp))
        cursor = cursor_of(await read(erp, cursor))
        before = erp.requests
        pages = await read(erp, cursor)
        clients = len({row["client_id"] for row in box.sim.tables["contracts"].values()})
        assert erp.requests - before == clients + 2 * len(ids(pages))


async def test_the_cursor_holds_ids_only():
    box = VoalleBox()
    async with box.adapter() as erp:
        cursor = cursor_of(await read(erp))
    for name, value in cursor.marcas.items():
        assert name.removeprefix("open:").isidentifier() or name.removeprefix("open:").isdecimal()
        assert all(id.isdecimal() for id in value.split())
    newest = max(row["beginning_date"] for row in reachable(box).values())
    assert cursor.instante.strftime("%Y-%m-%d %H:%M:%S") == newest


async def test_unreadable_tickets_are_named_and_pin_nothing():
    box = VoalleBox()
    strange = box.an_open_one
    box.sim.people.change("incident_status", 1, title="Em garantia")
    async with box.adapter(statuses={"2": "em_progresso"}) as erp:
        pages = await read(erp)
        unreadable = {entry.id: entry for page in pages for entry in page.unreadable}
        assert (unreadable[strange].campo, unreadable[strange].codigo) == ("status", "1")
        box.sim.people.change("incident_status", 1, title="Abertura")
        assert strange in ids(await read(erp, cursor_of(pages)))


# --- the internal list ------------------------------------------------------------------------------------------------


def owned(box: VoalleBox) -> dict[str, dict[str, Any]]:
    return {id: row for id, row in box.tickets.items() if row["client_id"]}


async def test_the_internal_list_is_read_by_opening():
    box = VoalleBox()
    async with box.adapter(feed="internal", page_size=7) as erp:
        first = await read(erp)
        assert ids(first) == set(owned(box))
        named = {entry.id for page in first for entry in page.unreadable}
        assert ids(first) | named == set(box.tickets)
        cursor = cursor_of(first)
        old = next(id for id, row in owned(box).items() if is_open(row))
        box.sim.people.edit(old, beginning_date="2026-01-01 00:00:00")  # long before the window
        for days in (0, 40):
            box.clock.advance(timedelta(days=days))
            box.sim.people.comment(old, f"depois de {days}")
            quick = str(box.sim.people.open_ticket())
            box.sim.people.solve(quick, "Já foi")
            pages = await read(erp, cursor)
            assert {old, quick} <= ids(pages)
            history = {id: movements for page in pages for id, movements in page.movimentacoes.items()}
            assert history[old][-1].texto == f"depois de {days}"
            cursor = cursor_of(pages)
        box.sim.people.solve(old, "Feito")
        closed = await read(erp, cursor)
        assert old in ids(closed)
        assert old not in ids(await read(erp, cursor_of(closed)))
    assert {call.query["page"] for call in box.sim.requests if call.name == "GetAllSolicitations"} >= {"1", "2"}


async def test_every_open_ticket_of_the_internal_list():
    box = VoalleBox()
    async with box.adapter(feed="internal") as erp:
        found = {ticket.id async for page in erp.open_tickets() for ticket in page}
    assert found == {id for id, row in owned(box).items() if is_open(row)}


@pytest.mark.parametrize("feed", ["clients", "internal"])
async def test_reading_again_from_a_cursor_misses_nothing_wherever_it_stood(feed):
    box = VoalleBox()
    async with box.adapter(feed=feed) as erp:
        cursor = cursor_of(await read(erp))
        known: set[str] = set()
        for step in range(4):
            opened = str(box.sim.people.open_ticket())
            if step % 2:
                box.sim.people.cancel(opened)
            found = await read(erp, cursor)
            assert opened in ids(found)
            assert known - {id for id in known if not is_open(box.tickets[id])} <= ids(found)
            again = await read(erp, cursor)  # the pass was killed before it kept the new cursor
            assert opened in ids(again)
            cursor = cursor_of(again)
            known.add(opened)
