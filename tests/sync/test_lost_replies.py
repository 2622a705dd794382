"""Writes whose reply is lost are looked up before anything is repeated: nothing doubled, nothing missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from erp_bridge.core.footer import split
from erp_bridge.sync.store.waiting import Kind
from support.pair import SimulatedPair


def twins_by_source(pair: SimulatedPair) -> Counter[str]:
    """How many records on either side were made for each source ticket."""
    found: Counter[str] = Counter()
    for row in pair.left_tickets().values():
        footer = split(row["menssagem"])[1]
        if footer:
            found[str(footer.ref)] += 1
    for row in pair.right_tickets().values():
        footer = split(row["descri_oco"].rstrip())[1]
        if footer:
            found[str(footer.ref)] += 1
    return found


def copies_by_source(pair: SimulatedPair) -> Counter[str]:
    texts = [m["mensagem"] for m in pair.left.tables["su_mensagens"].values()]
    texts += [c["descri_com"].rstrip() for c in pair.right.tables["comentarios"].values()]
    return Counter(str(footer.ref) for text in texts if (footer := split(text)[1]))


async def passes(pair: SimulatedPair, count: int = 4) -> None:
    for _ in range(count):
        pair.clock.advance(60)
        await pair.sync()


@pytest.mark.parametrize(
    ("side", "operation"),
    [
        ("left", "POST su_ticket"),
        ("left", "POST su_mensagens"),
        ("right", "criarAtendimento"),
        ("right", "exemploComentar"),
        ("right", "exemploStatus"),
    ],
)
async def test_a_lost_reply_doubles_nothing(pair: SimulatedPair, side: str, operation: str) -> None:
    reference = SimulatedPair(pair.folder / "..")
    simulator = pair.left if side == "left" else pair.right
    simulator.faults.once("lost_reply", match=operation, count=2)
    report = await pair.sync()
    assert report.exit_code == 3
    assert [kind for kind, _ in simulator.faults.done].count("lost_reply") == 2
    await passes(pair)
    assert max(twins_by_source(pair).values()) == 1
    assert max(copies_by_source(pair).values()) == 1
    assert await pair.ask(lambda bridge: bridge.waiting(Kind.FAILED)) == []
    assert await pair.ask(lambda bridge: bridge.waiting(Kind.DOUBT)) == []
    del reference


async def test_a_request_that_never_arrived_is_made_by_a_later_pass(pair: SimulatedPair) -> None:
    pair.right.faults.once("reset_before", match="criarAtendimento", count=3)
    await pair.sync()
    await passes(pair)
    whole = SimulatedPair(pair.folder, world=pair.world)
    assert whole.world is pair.world
    assert set(twins_by_source(pair).values()) == {1}
    quarantined = {i["ticket"] for i in await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))}
    links = await pair.links()
    open_left = [
        id for id, row in pair.left_tickets().items() if row["su_status"] != "C" and not split(row["menssagem"])[1]
    ]
    assert all(id in links or id in quarantined for id in open_left)


async def test_while_the_outcome_is_unknown_the_ticket_rests(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, erps={"filial": {"settle": '"300s"'}})
    pair.right.faults.once("reset_before", match="criarAtendimento")
    await pair.sync()
    created = len(pair.right_tickets())
    pair.clock.advance(60)
    await pair.sync()
    assert len(pair.right_tickets()) == created
    pair.clock.advance(300)
    await pair.sync()
    assert len(pair.right_tickets()) == created + 1
    assert set(twins_by_source(pair).values()) == {1}


async def test_a_deleted_store_adopts_every_twin_by_its_footer(synced: SimulatedPair) -> None:
    links, left, right = await synced.links(), len(synced.left_tickets()), len(synced.right_tickets())
    copies = copies_by_source(synced)
    for file in synced.folder.glob("bridge.db*"):
        file.unlink()
    synced.clock.advance(600)
    report = await synced.sync()
    assert report.adopted == len(links)
    assert report.created_total() == 0
    assert await synced.links() == links
    assert (len(synced.left_tickets()), len(synced.right_tickets())) == (left, right)
    assert copies_by_source(synced) == copies
    synced.clock.advance(60)
    assert (await synced.sync()).rows == []


async def test_after_a_lost_store_new_comments_still_travel(synced: SimulatedPair) -> None:
    links = await synced.links()
    for file in synced.folder.glob("bridge.db*"):
        file.unlink()
    await synced.sync()
    left, right = next((a, b) for a, b in links.items() if synced.right_tickets()[b]["codsto"] == "01PENDENTE")
    synced.clock.advance(60)
    synced.right.people.comment(right, "depois da perda")
    synced.clock.advance(60)
    await synced.sync()
    assert [split(m["mensagem"])[0] for m in synced.left_messages(left)].count("depois da perda") == 1


async def test_a_restored_old_backup_ends_with_the_same_links(pair: SimulatedPair) -> None:
    await pair.sync()
    pair.clock.advance(3600)
    backup = {file: file.read_bytes() for file in pair.folder.glob("bridge.db*")}
    some = next(iter((await pair.links()).items()))
    like = pair.left_tickets()[some[0]]
    for number in range(5):
        pair.left.people.open_ticket(
            id_cliente=like["id_cliente"], id_assunto=like["id_assunto"], id_ticket_setor=like["id_ticket_setor"],
            titulo=f"Novo {number}", menssagem="texto", prioridade="M",
        )  # fmt: skip
    pair.clock.advance(60)
    await pair.sync()
    links = await pair.links()
    for file in pair.folder.glob("bridge.db*"):
        file.unlink()
    for file, content in backup.items():
        file.write_bytes(content)
    pair.clock.advance(60)
    report = await pair.sync()
    assert report.created_total() == 0
    assert await pair.links() == links
