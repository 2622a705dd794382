"""Records that cannot be read wait with their raw code; when they can be read again, nothing of them is missing."""

from __future__ import annotations

from erp_bridge.core.footer import split
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair


async def test_what_was_said_while_a_ticket_was_unreadable_arrives_later(synced: SimulatedPair) -> None:
    left, right = next(
        (a, b)
        for a, b in (await synced.links()).items()
        if synced.left_tickets()[a]["su_status"] in ("N", "P", "EP")
        and synced.right_tickets()[b]["codsto"] == "01PENDENTE"
    )
    status = synced.left_tickets()[left]["su_status"]
    synced.left.people.set_field(left, su_status="AG")
    synced.left.people.comment(left, "dito enquanto ilegível")
    synced.clock.advance(60)
    report = await synced.sync()
    assert report.exit_code == 3
    (item,) = [i for i in await synced.ask(lambda b: b.waiting(Kind.QUARANTINE)) if i["ticket"] == left]
    assert (item["code"], item["field"]) == ("unreadable", "status")
    assert '"AG"' in item["reason"]
    synced.clock.advance(7200)
    await synced.sync()
    synced.left.people.set_field(left, su_status=status)
    synced.clock.advance(60)
    await synced.sync()
    texts = [split(c["descri_com"].rstrip())[0] for c in synced.right_comments(right)]
    assert texts.count("dito enquanto ilegível") == 1
    assert left not in {i["ticket"] for i in await synced.ask(lambda b: b.waiting(Kind.QUARANTINE))}


async def test_an_unreadable_ticket_does_not_hold_back_the_others(synced: SimulatedPair) -> None:
    links = list((await synced.links()).items())
    bad, _ = links[0]
    good, twin = next((a, b) for a, b in links[1:] if synced.right_tickets()[b]["codsto"] == "01PENDENTE")
    synced.left.people.set_field(bad, prioridade="ZZ")
    synced.left.people.comment(good, "este segue")
    synced.clock.advance(60)
    await synced.sync()
    assert "este segue" in [split(c["descri_com"].rstrip())[0] for c in synced.right_comments(twin)]
