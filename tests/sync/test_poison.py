"""One poisonous ticket among many: the others flow, it waits with its reason, and a retry works after the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge.core.footer import split
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair


async def poisoned(pair: SimulatedPair, left: str) -> None:
    """A message of 2 MB, bytes that are no text, and a status without a meaning, in one ticket."""
    pair.left.people.comment(left, "á" * 2_000_000)
    pair.left.people.comment(left, "meio emoji \ud83d e um controle \x00 aqui")
    pair.left.people.set_field(left, su_status="??")


async def test_the_others_flow_and_a_fix_is_enough(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    bad = next(id for id, row in pair.left_tickets().items() if row["su_status"] == "N")
    await poisoned(pair, bad)
    report = await pair.sync()
    assert report.created["right"] >= 3
    (item,) = [i for i in await pair.ask(lambda b: b.waiting(Kind.QUARANTINE)) if i["ticket"] == bad]
    assert (item["code"], item["field"]) == ("unreadable", "status")
    assert bad not in await pair.links()
    pair.left.people.set_field(bad, su_status="P")
    await pair.ask(lambda b: b.retry(item["id"]))
    pair.clock.advance(60)
    await pair.sync()
    right = (await pair.links())[bad]
    comments = [split(c["descri_com"].rstrip()) for c in pair.right_comments(right)]
    whole = "".join(text for text, _ in comments)
    assert whole.count("á") >= 2_000_000, "the long message arrived in pieces"
    assert "meio emoji" in whole
    pair.clock.advance(60)
    assert (await pair.sync()).rows == []


@pytest.mark.parametrize("code", ["??", "AG", ""])
async def test_a_status_without_a_meaning_is_never_guessed(pair: SimulatedPair, code: str) -> None:
    bad = next(id for id, row in pair.left_tickets().items() if row["su_status"] == "N")
    pair.left.people.set_field(bad, su_status=code)
    await pair.sync()
    (item,) = [i for i in await pair.ask(lambda b: b.waiting(Kind.QUARANTINE)) if i["ticket"] == bad]
    assert (item["code"], item["field"]) == ("unreadable", "status")
