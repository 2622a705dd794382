"""Damage done by hand to one side or the other: ``verify`` names it, once, and nothing beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from desconto.provedor import BLOCO, open_request, with_one_contract
from erp_bridge.core.footer import RULE
from erp_bridge.sync.verify import meeting
from migrate.long_past import LongPast
from support.pair import SimulatedPair

Past = Callable[..., LongPast]
Moved = Callable[..., Awaitable[tuple[LongPast, dict[str, str]]]]
Line = tuple[str, str | None, str | None, str]


def sorted_lines(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: [part or "" for part in line])


def without_footer(text: str) -> str:
    return text.partition(RULE)[0].rstrip()


async def test_a_lost_footer_takes_author_and_day_with_it(moved: Moved) -> None:
    there, links = await moved()
    row = there.right.tables["su_ticket"][int(links["10001"])]
    row["menssagem"] = without_footer(row["menssagem"])
    whole, altered, kept = there.right_comments(links["10002"])
    whole["mensagem"] = without_footer(whole["mensagem"])
    altered["mensagem"] = without_footer(altered["mensagem"]) + " e mais nada"
    first, second, _ = (f"m{message['id']}" for message in there.left_messages("10002"))
    assert sorted_lines(await there.differences()) == [
        ("*", "10001", links["10001"], "descricao"),
        ("*", "10002", links["10002"], first),
        ("*", "10002", links["10002"], second),
    ]
    assert RULE in kept["mensagem"]


async def test_a_footer_that_names_another_ticket(moved: Moved) -> None:
    there, links = await moved()
    row = there.right.tables["su_ticket"][int(links["10001"])]
    row["menssagem"] = row["menssagem"].replace("[ref matriz 10001 ", "[ref matriz 10002 ")
    copy = there.right_comments(links["10003"])[0]
    copy["id_ticket"] = links["10004"]  # a copy that was moved to another ticket
    source = there.left_messages("10003")[0]["id"]
    assert sorted_lines(await there.differences()) == sorted_lines(
        [
            ("*", "10001", links["10001"], "descricao"),
            ("-", "10003", links["10003"], f"m{source}"),
            ("-", "10004", links["10004"], f"m{copy['id']}"),
        ]
    )


async def test_edits_of_the_original_show_too(moved: Moved) -> None:
    there, links = await moved()
    messages = [f"m{there.left_messages(ticket)[0]['id']}" for ticket in ("10000", "10001", "10002")]
    there.left_messages("10000")[0]["mensagem"] += " e mais"
    there.left_messages("10001")[0]["mensagem"] = ""
    copy = there.right_comments(links["10002"])[0]["id"]
    del there.left.tables["su_mensagens"][int(messages[2][1:])]
    there.left.tables["su_ticket"][10004]["su_status"] = "P"
    assert sorted_lines(await there.differences()) == [
        ("*", "10000", links["10000"], messages[0]),
        ("*", "10001", links["10001"], messages[1]),
        ("*", "10004", links["10004"], "status"),
        ("+", "10002", links["10002"], f"m{copy}"),
    ]


async def test_each_field_by_its_name(moved: Moved) -> None:
    there, links = await moved()
    world = there.world.right

    def another(entries: Any, than: str) -> str:
        return next(str(entry.id) for entry in entries if str(entry.id) != than)

    twins = iter(range(10_000, 10_012))
    changed = []
    for campo, column, value in (
        ("titulo", "titulo", "Outro"), ("prioridade", "prioridade", "A"), ("status", "su_status", "P"),
        ("interacao_pendente", "interacao_pendente", "E"), ("data_reservada", "data_reservada", "2030-01-01"),
        ("melhor_horario", "melhor_horario_reserva", "M"), ("assunto", "id_assunto", world.assuntos),
        ("departamento", "id_ticket_setor", world.departamentos),
        ("cliente", "id_cliente", [client for client in world.clientes if client.documento]),
    ):  # fmt: skip
        left = str(next(twins))
        row = there.right.tables["su_ticket"][int(links[left])]
        row[column] = value if isinstance(value, str) else another(value, row[column])
        changed.append(("*", left, links[left], campo))
    assert sorted_lines(await there.differences()) == changed


@pytest.mark.parametrize("sides", ["left", "right", "both"])
async def test_what_cannot_be_read_is_told_once(moved: Moved, sides: str) -> None:
    there, links = await moved()
    if sides != "right":
        there.left.tables["su_ticket"][10003]["su_status"] = "??"
    if sides != "left":
        there.right.tables["su_ticket"][int(links["10003"])]["su_status"] = "??"
    assert await there.differences() == [("!", "10003", links["10003"], "status")]
    assert there.compared == 11


async def test_a_file_that_is_missing(past: Past) -> None:
    there = past(6)
    for ticket in ("10001", "10002"):
        there.left.people.attach(ticket, "foto.jpg", b"jpeg", "poste")
    await there.migrate()
    assert await there.differences() == []
    links = await there.links()
    there.left.people.attach("10004", "outra.jpg", b"jpeg", "caixa")
    told = next(row for row in there.right_comments(links["10002"]) if "Anexo em matriz: foto.jpg" in row["mensagem"])
    del there.right.tables["su_mensagens"][int(told["id"])]
    assert sorted_lines(await there.differences()) == [
        ("-", "10002", links["10002"], "f2"),
        ("-", "10004", links["10004"], "f3"),
    ]


async def test_a_file_that_was_removed_where_it_travelled_as_itself(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, left_kind="voalle", right_kind="ixc")
    await pair.sync()
    tickets = pair.left_tickets()
    left = next(id for id in await pair.links() if tickets[id]["incident_status_id"] in (1, 2, 10))
    for name in ("foto.jpg", "planta.pdf"):
        pair.left.people.attach(left, name, b"\xff\xd8 content", "poste da rua")
    pair.left.people.comment(left, "segue a foto")
    pair.clock.advance(60)
    await pair.sync()
    before = await lines(pair)
    gone = next(id for id, row in pair.right.tables["su_ticket_arquivos"].items() if row["nome_arquivo"] == "foto.jpg")
    del pair.right.tables["su_ticket_arquivos"][gone]
    [new] = [line for line in await lines(pair) if line not in before]
    assert (new[0], new[1], new[3][:1]) == ("-", left, "f")


async def lines(pair: SimulatedPair) -> list[Line]:
    async with pair.bridge() as bridge:
        found = (await bridge.verification("suporte")).differences()
        return [(d.sign, d.left, d.right, d.field) async for d in found]


async def test_a_discount_request_in_form_on_its_twin_is_no_difference(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, right_kind="ixc", left=4, right=3)
    _, client, contract = with_one_contract(pair.world)[0]
    ticket = open_request(pair.left, client, contract, text=BLOCO)
    await pair.sync()
    twin = pair.right_tickets()[(await pair.links())[ticket]]
    assert without_footer(twin["menssagem"]) != pair.left_tickets()[ticket]["menssagem"]
    assert [line for line in await lines(pair) if line[1] == ticket] == []
    twin["menssagem"] = twin["menssagem"].replace("08:00", "09:00", 1)
    assert [line for line in await lines(pair) if line[1] == ticket] == [("*", ticket, str(twin["id"]), "descricao")]


@pytest.mark.parametrize("lacking", ["none", "left", "both"])
async def test_the_same_where_twins_do_not_come_in_order(
    moved: Moved, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    """Where none may wait for its twin, every one is asked for by its id."""
    from erp_bridge.adapters.ixc.adapter import IxcAdapter
    from erp_bridge.core.adapter import Capability

    there, links = await moved(erps={"matriz": {"page_size": "5"}, "filial": {"page_size": "4"}})
    monkeypatch.setattr(meeting, "ROOM", 0)
    monkeypatch.setattr(meeting, "AT_ONCE", 3)
    without = IxcAdapter.capabilities - {Capability.GET_MANY}
    monkeypatch.setattr(
        IxcAdapter, "capabilities",
        property(lambda erp: without if lacking == "both" or (lacking, erp.name) == ("left", "matriz")
                 else without | {Capability.GET_MANY}),
    )  # fmt: skip
    assert await there.differences() == []
    assert there.compared == 12
    tables = there.right.tables["su_ticket"]
    tables[int(links["10002"])]["titulo"] = "Outro"
    del tables[int(links["10005"])]
    tables[int(links["10006"])]["su_status"] = "??"
    del there.left.tables["su_ticket"][10007]
    there.left.tables["su_ticket"][10008]["su_status"] = "??"
    assert sorted_lines(await there.differences()) == [
        ("!", "10006", links["10006"], "status"),
        ("!", "10008", links["10008"], "status"),
        ("*", "10002", links["10002"], "titulo"),
        ("-", None, links["10007"], ""),
        ("-", "10005", None, ""),
    ]
