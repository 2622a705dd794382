"""Files of tickets: what cannot travel is told in one line, once."""

from __future__ import annotations

from typing import Any

from erp_bridge.core.footer import split
from support.kept import Past
from support.pair import SimulatedPair


async def test_a_file_that_cannot_travel_becomes_one_message(synced: SimulatedPair) -> None:
    """IXC tells of a new file in no feed: the daily full pass looks for it, once for all open tickets."""
    left, right = await open_link(synced)
    synced.left.people.attach(left, "foto da CTO.jpg", b"\xff\xd8")
    synced.clock.advance(60)
    assert (await synced.sync()).movements == {"left": 0, "right": 0}
    assert (await synced.sync(full=True)).movements == {"left": 0, "right": 1}
    assert told(synced.right_comments(right), "descri_com") == ["Anexo em matriz: foto da CTO.jpg"]
    again = await synced.sync(full=True)
    assert again.movements == {"left": 0, "right": 0}


async def test_a_file_comes_along_with_the_next_edit(synced: SimulatedPair) -> None:
    left, right = await open_link(synced)
    synced.left.people.attach(left, "laudo.pdf", b"%PDF")
    synced.left.people.comment(left, "segue o laudo")
    synced.clock.advance(60)
    await synced.sync()
    said = [text for text in told(synced.right_comments(right), "descri_com", "") if "laudo" in text]
    assert said == ["segue o laudo", "Anexo em matriz: laudo.pdf"]


async def test_between_two_ixc_a_line_does_not_come_back(settled: Past) -> None:
    pair = await settled(right_kind="ixc")
    left, right = await open_link(pair)
    pair.left.people.attach(left, "foto.jpg", b"\xff\xd8")
    pair.clock.advance(60)
    await pair.sync(full=True)
    rows = [row for row in pair.right.tables["su_mensagens"].values() if str(row["id_ticket"]) == right]
    assert told(rows, "mensagem") == ["Anexo em matriz: foto.jpg"]
    pair.clock.advance(60)
    before = len(pair.left_messages(left))
    await pair.sync(full=True)
    assert len(pair.left_messages(left)) == before


async def open_link(pair: SimulatedPair) -> tuple[str, str]:
    tickets = pair.left_tickets()
    return next(ids for ids in (await pair.links()).items() if tickets[ids[0]]["su_status"] not in ("S", "C"))


def told(rows: list[dict[str, Any]], column: str, start: str = "Anexo em") -> list[str]:
    texts = [split(row[column].replace("<br />", ""))[0] for row in rows]
    return [text for text in texts if text.startswith(start)]
