"""A file whose content its ERP gives travels as itself, once, wherever the bridge dies."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench
from faults.invariants import quiesce
from faults.town import Town
from faults.wire import Kill
from support.pair import SimulatedPair

PHOTO = b"\xff\xd8\xff\xe0 not really a photo"


def uploads(bench: Bench) -> list[tuple[str, bytes]]:
    rows = bench.right.tables["su_ticket_arquivos"]
    return [(row["nome_arquivo"], bench.right.files[int(row["id"])]) for row in rows.values()
            if row["nome_arquivo"] == "foto.jpg"]  # fmt: skip


def begun() -> tuple[Bench, str]:
    """A Voalle with a ticket that has a twin in an IXC, and a new file."""
    bench = Bench("ixc", left_kind="voalle")
    town = Town(bench)
    ticket = town.open("left")
    quiesce(bench)
    bench.left.people.attach(ticket, "foto.jpg", PHOTO, "poste da rua")
    bench.left.people.comment(ticket, "segue a foto")
    bench.advance(60)
    return bench, ticket


def test_a_file_arrives_with_its_content_and_does_not_come_back() -> None:
    bench, _ = begun()
    bench.sync_once()
    assert uploads(bench) == [("foto.jpg", PHOTO)]
    files = len(bench.left.files)
    quiesce(bench)
    assert uploads(bench) == [("foto.jpg", PHOTO)]
    assert len(bench.left.files) == files
    bench.close()


@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_a_killed_upload_is_not_made_twice(when: str) -> None:
    for at in (1, 2):
        bench, _ = begun()
        bench.sync_once(Kill(at, when, writes=True))  # type: ignore[arg-type]
        assert bench.kills == 1
        bench.advance(SETTLE + 1)
        quiesce(bench)
        assert uploads(bench) == [("foto.jpg", PHOTO)]
        bench.close()


def test_a_lost_store_knows_the_upload_by_its_label() -> None:
    bench, _ = begun()
    bench.sync_once()
    bench.advance(60)
    bench.put_store({})
    quiesce(bench)
    assert uploads(bench) == [("foto.jpg", PHOTO)]
    bench.close()


def test_a_file_that_the_other_erp_refuses_is_told_in_a_line() -> None:
    bench, _ = begun()
    bench.right.options.refuse["POST su_ticket_arquivos"] = "Extensão não permitida"
    bench.sync_once()
    quiesce(bench)
    assert uploads(bench) == []
    said = [row["mensagem"] for row in bench.right.tables["su_mensagens"].values()]
    assert sum("Anexo em matriz: foto.jpg" in text for text in said) == 1
    bench.close()


async def test_where_uploads_cannot_be_listed_a_lost_reply_asks_a_person(tmp_path: Path) -> None:
    """Integrator tells nobody which files a ticket has: whether the upload arrived cannot be proven."""
    pair = SimulatedPair(tmp_path, left_kind="voalle")
    await pair.sync()
    tickets = pair.left_tickets()
    left = next(id for id in await pair.links() if tickets[id]["incident_status_id"] in (1, 2, 10))
    pair.left.people.attach(left, "foto.jpg", PHOTO)
    pair.left.people.comment(left, "segue a foto")
    pair.clock.advance(60)
    pair.right.faults.once("lost_reply", match="addAnexo")
    await pair.sync()
    pair.clock.advance(60)
    await pair.sync()
    (doubt,) = await pair.ask(lambda bridge: bridge.waiting(Kind.DOUBT))
    assert doubt["code"] == "unproven"
    assert doubt["field"].startswith("f")
