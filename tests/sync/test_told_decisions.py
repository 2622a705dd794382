"""A field that one ERP cannot change: an edit is told there in words, and what it won against is no news any more."""

from __future__ import annotations

from erp_bridge.core.footer import split
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair
from sync.test_edits import linked_open


async def test_a_decision_for_the_side_that_is_told_in_words_is_not_undone(synced: SimulatedPair) -> None:
    left, right = linked_open(synced, await synced.links())
    text = synced.right_tickets()[right]["descri_oco"]
    synced.left.people.set_field(left, titulo="Sem sinal na rua toda")
    synced.right.people.edit(right, descri_oco=f"Título da filial\n{text.partition(chr(10))[2]}")
    synced.clock.advance(5)
    await synced.sync(full=True)
    (item,) = await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT))
    assert (item["field"], item["code"]) == ("titulo", "both-changed")

    await synced.ask(lambda bridge: bridge.take(item["id"], Side.LEFT))
    synced.clock.advance(60)
    await synced.sync(full=True)
    told = split(synced.right_comments(right)[-1]["descri_com"].rstrip())[0]
    assert told == "Título alterado em matriz: Título da filial → Sem sinal na rua toda"
    assert await synced.ask(lambda bridge: bridge.waiting(Kind.CONFLICT)) == []
    for _ in range(2):
        synced.clock.advance(60)
        rows = (await synced.sync(full=True)).rows
        assert [row for row in rows if row.left == left] == []
    assert synced.left_tickets()[left]["titulo"] == "Sem sinal na rua toda"


async def test_words_told_again_after_an_old_store_was_put_back_are_numbered_on(synced: SimulatedPair) -> None:
    """Two messages of one number would look like one and somebody's copy of it, which travels."""
    left, right = linked_open(synced, await synced.links())
    old = {path: path.read_bytes() for path in synced.folder.glob("bridge.db*")}
    before = len(synced.left_messages(left))
    synced.left.people.set_field(left, prioridade="C")
    for _ in range(3):
        synced.clock.advance(60)
        await synced.sync(full=True)
        for path in synced.folder.glob("bridge.db*"):
            path.unlink()
        for path, content in old.items():
            path.write_bytes(content)
    synced.clock.advance(60)
    await synced.sync(full=True)
    footers = [split(comment["descri_com"].rstrip())[1] for comment in synced.right_comments(right)]
    told = [footer.ref.part for footer in footers if footer and (footer.ref.part or "").startswith("s")]
    assert len(told) == len(set(told)) > 1
    assert len(synced.left_messages(left)) == before
