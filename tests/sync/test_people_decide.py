"""Adoption, doubts, links by hand and retries: what people say is recorded, and the next pass carries it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge.sync.store.waiting import Kind
from support.kept import Past
from support.pair import SimulatedPair


@pytest.fixture
async def parked(settled: Past) -> SimulatedPair:
    """A pair large enough to hold tickets whose subject has no counterpart, after its first passes."""
    return await settled(clients=60, left=60, right=20)


async def test_twins_opened_by_hand_are_adopted_by_protocolo(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=20, paired=6)
    report = await pair.sync()
    assert report.adopted >= 4
    for left, right in (await pair.links()).items():
        protocolo = pair.left_tickets()[left]["protocolo"]
        text = pair.right_tickets()[right]["descri_oco"]
        if protocolo and protocolo in text and "-- erp_bridge" not in text:
            break
    else:
        raise AssertionError("no ticket of a pair opened by hand is linked")
    pair.clock.advance(60)
    assert (await pair.sync()).adopted == 0


async def test_adoption_can_be_switched_off(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=20, paired=6, pair={"adopt": '"off"'})
    assert (await pair.sync()).adopted == 0


async def test_a_second_ticket_that_names_a_linked_one_waits_for_a_person(synced: SimulatedPair) -> None:
    left, right = next(iter((await synced.links()).items()))
    row = synced.right_tickets()[right]
    protocolo = synced.left_tickets()[left]["protocolo"]
    new = synced.right.people.open_ticket(
        codcli=row["codcli"], codocop=row["codocop"], codcar=row["codcar"], descri_oco=f"vide protocolo {protocolo}"
    )
    synced.clock.advance(60)
    report = await synced.sync()
    (item,) = await synced.ask(lambda bridge: bridge.waiting(Kind.DOUBT))
    assert (report.exit_code, item["ticket"], item["code"]) == (3, new, "partner-linked")
    assert left in item["reason"]
    await synced.ask(lambda bridge: bridge.settle_doubt(item["id"], None))
    synced.clock.advance(60)
    assert (await synced.sync()).created["left"] == 1
    assert new in (await synced.links()).values()
    assert await synced.ask(lambda bridge: bridge.waiting(Kind.DOUBT)) == []


async def test_a_footer_copied_into_a_new_ticket_is_ignored(synced: SimulatedPair) -> None:
    left, right = next(
        (a, b) for a, b in (await synced.links()).items() if "[ref matriz" in synced.right_tickets()[b]["descri_oco"]
    )
    row = synced.right_tickets()[right]
    new = synced.right.people.open_ticket(
        codcli=row["codcli"], codocop=row["codocop"], codcar=row["codcar"], descri_oco=row["descri_oco"]
    )
    synced.clock.advance(60)
    await synced.sync()
    links = await synced.links()
    assert links[left] == right
    assert new in links.values()


async def test_links_by_hand(synced: SimulatedPair) -> None:
    links = await synced.links()
    left, right = next(iter(links.items()))
    number = (await synced.ask(lambda bridge: bridge.links("suporte")))[0].id
    await synced.ask(lambda bridge: bridge.unlink("suporte", number))
    synced.clock.advance(60)
    await synced.sync()
    assert left not in await synced.links()
    synced.left.people.comment(left, "só aqui")
    synced.clock.advance(60)
    report = await synced.sync(full=True)
    assert left not in await synced.links(), "a removed link is not made again"
    assert report.created_total() == 0
    assert len(synced.right_comments(right)) == len(
        [c for c in synced.right_comments(right) if "só aqui" not in c["descri_com"]]
    )


async def test_tickets_joined_by_hand_become_twins(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=20, paired=4, pair={"adopt": '"off"', "max_create": "0"})
    by_hand = next(
        (left, right)
        for right, there in pair.right_tickets().items()
        for left, here in pair.left_tickets().items()
        if here["protocolo"] and here["protocolo"] in there["descri_oco"]
    )
    async with pair.bridge() as bridge:
        await bridge.link("suporte", *by_hand)
    try:
        await pair.sync(max_create=1000)
    finally:
        assert (await pair.links())[by_hand[0]] == by_hand[1]


async def test_a_quarantined_ticket_rests_and_is_tried_again_when_asked(parked: SimulatedPair) -> None:
    items = await parked.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    item = next(i for i in items if i["code"] == "unmapped" and i["field"] == "assunto")
    parked.clock.advance(60)
    await parked.sync()
    assert await parked.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE)) == items
    if item["side"] == "left":
        parked.left.tables["su_ticket"][item["ticket"]]["id_assunto"] = "34"
    else:
        parked.right.tables["ocorrencias"][item["ticket"]]["codocop"] = "01TIPOSEMC"
    await parked.ask(lambda bridge: bridge.retry(item["id"]))
    parked.clock.advance(60)
    assert (await parked.sync()).created_total() == 1
    left_over = await parked.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    assert item["id"] not in {i["id"] for i in left_over}


async def test_a_new_vocabulary_line_frees_what_waited_for_it(parked: SimulatedPair) -> None:
    items = await parked.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    assert any(i["code"] == "unmapped" and i["field"] == "assunto" for i in items)
    text = parked.config_file.read_text(encoding="utf-8")
    parked.config_file.write_text(text + '\n[pair.suporte.fallback]\nassunto = "sem conexao"\n', encoding="utf-8")
    parked.clock.advance(60)
    report = await parked.sync()
    assert report.created_total() >= 1
    left_over = await parked.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    assert not any(i["code"] == "unmapped" and i["field"] == "assunto" for i in left_over)


async def test_suggested_links_find_the_tickets_opened_by_hand(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=20, paired=6)
    async with pair.bridge() as bridge:
        found = await bridge.suggest_links("suporte")
    by_hand = {
        (left, right)
        for right, there in pair.right_tickets().items()
        for left, here in pair.left_tickets().items()
        if here["protocolo"] and here["protocolo"] in there["descri_oco"]
    }
    assert by_hand & {(s.left, s.right) for s in found}
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
