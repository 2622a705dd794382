"""The first pass over 120 + 60 tickets: each mappable one gets exactly one twin, the rest waits with its reason."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from erp_bridge.core.footer import split
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimulatedPair, PassReport]:
    """120 + 60 tickets after one pass; the tests only look at it."""
    pair = SimulatedPair(tmp_path_factory.mktemp("big"), clients=80, left=120, right=60)
    return pair, asyncio.run(pair.sync())


async def test_every_mappable_ticket_gets_exactly_one_twin(big: tuple[SimulatedPair, PassReport]) -> None:
    pair, report = big
    assert report.exit_code == 3
    links = await pair.links()
    assert len(links) == report.created_total() == len(set(links.values()))
    waiting = await pair.ask(lambda bridge: [i for kind in Kind for i in bridge.waiting(kind)])
    parked = {(item["side"], item["ticket"]) for item in waiting}
    cancelled_left = {id for id, row in pair.left_tickets().items() if row["su_status"] == "C"}
    cancelled_right = {id for id, row in pair.right_tickets().items() if row["codsto"] == "01CANCELAD"}
    left_alone = [
        id for id in pair.left_tickets() if id not in links and ("left", id) not in parked and id not in cancelled_left
    ]
    right_alone = [
        id
        for id in pair.right_tickets()
        if id not in links.values() and ("right", id) not in parked and id not in cancelled_right
    ]
    assert (left_alone, right_alone) == ([], [])
    assert all(item["reason"] and item["field"] for item in waiting)


async def test_what_cannot_be_carried_names_field_and_raw_code(big: tuple[SimulatedPair, PassReport]) -> None:
    pair, _ = big
    items = await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    by_code = {item["code"]: item for item in items}
    unmapped = next(i for i in items if i["code"] == "unmapped" and i["field"] == "assunto" and i["side"] == "left")
    raw = pair.left_tickets()[unmapped["ticket"]]["id_assunto"]
    assert f'"{raw}"' in unmapped["reason"]
    client = by_code["unknown-client"]
    ticket = (pair.left_tickets() if client["side"] == "left" else pair.right_tickets())[client["ticket"]]
    assert f"client {ticket.get('id_cliente') or ticket.get('codcli')} " in client["reason"]


async def test_a_twin_carries_text_footer_status_and_messages_in_order(big: tuple[SimulatedPair, PassReport]) -> None:
    pair, _ = big
    links = await pair.links()
    checked = 0
    for left, right in links.items():
        row, twin = pair.left_tickets()[left], pair.right_tickets()[right]
        text, footer = split(twin["descri_oco"].rstrip())
        if footer is None:
            continue
        assert footer.ref.id == left
        assert footer.protocolo == (row["protocolo"] or None)
        assert text.startswith(row["titulo"].strip())
        solved = twin["data_sol"] != "0000-00-00 00:00:00"
        assert solved == (row["su_status"] == "S")
        wanted = [f"m{m['id']}" for m in pair.left_messages(left) if m["mensagem"].strip()]
        files = pair.left.tables["su_ticket_arquivos"].values()
        wanted += [f"f{file['id']}" for file in files if str(file["id_ticket"]) == left]
        copies = [split(c["descri_com"])[1] for c in pair.right_comments(right)]
        assert [copy.ref.part for copy in copies if copy] == wanted
        checked += 1
    assert checked > 80


async def test_a_dry_run_writes_nothing_to_either_erp(pair: SimulatedPair) -> None:
    before = (dict(pair.left_tickets()), dict(pair.right_tickets()))
    report = await pair.sync(dry_run=True)
    assert report.dry_run
    assert any(row.action == "create" for row in report.rows)
    foreseen = report.as_json()
    assert (dict(pair.left_tickets()), dict(pair.right_tickets())) == before
    assert await pair.links() == {}
    done = (await pair.sync()).as_json()
    same = ("read", "created", "updated", "movements", "adopted", "quarantined", "conflicts", "skipped")
    assert {key: foreseen[key] for key in same} == {key: done[key] for key in same}


async def test_one_way_pairs_create_on_one_side_only(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, pair={"direction": '"left-to-right"'})
    report = await pair.sync()
    assert report.created["right"] > 0
    assert report.created["left"] == 0


async def test_scope_narrows_what_is_created(tmp_path: Path) -> None:
    pair = SimulatedPair(
        tmp_path, clients=60, left=40, right=0, tables='[pair.suporte.scope]\nassunto = ["sem conexao"]'
    )
    report = await pair.sync()
    assert 0 < report.created_total() < 20
    links = await pair.links()
    subjects = {pair.left_tickets()[left]["id_assunto"] for left in links}
    assert subjects == {"34"}


async def test_an_unknown_client_may_be_skipped(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=10, pair={"unknown_client": '"skip"'})
    report = await pair.sync()
    codes = await pair.ask(lambda bridge: {i["code"] for i in bridge.waiting(Kind.QUARANTINE)})
    assert "unknown-client" not in codes
    assert report.skipped > 0


async def test_the_second_pass_is_silent_and_cheap(big: tuple[SimulatedPair, PassReport]) -> None:
    pair, _ = big
    pair.clock.advance(60)
    report = await pair.sync()
    assert Counter(report.rows) == Counter()
    assert report.created_total() == 0
    assert max(report.requests.values()) <= 12
    pair.clock.advance(7200)
    later = await pair.sync()
    assert max(later.requests.values()) <= 4
