"""``verify`` names what differs between the two sides, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from erp_bridge.sync.verify.compare import alike
from erp_bridge.sync.verify.meeting import Seen
from migrate.long_past import LongPast
from support.pair import SimulatedPair

Moved = Callable[..., Awaitable[tuple[LongPast, dict[str, str]]]]


def in_order(found: list[tuple[str, str | None, str | None, str]]) -> list[tuple[str, str | None, str | None, str]]:
    return sorted(found, key=lambda line: [part or "" for part in line])


async def test_a_text_altered_a_twin_removed_a_movement_doubled_are_exactly_three(moved: Moved) -> None:
    there, links = await moved()
    row = there.right.tables["su_ticket"][int(links["10002"])]
    row["menssagem"] = row["menssagem"].replace("desde cedo", "desde ontem")
    del there.right.tables["su_ticket"][int(links["10005"])]
    message = there.right_comments(links["10007"])[1]
    columns = ("mensagem", "id_ticket", "visibilidade_mensagens", "operador", "data")
    double = there.right.tables["su_mensagens"].insert({name: message[name] for name in columns})
    assert in_order(await there.differences()) == [
        ("*", "10002", links["10002"], "descricao"),
        ("+", "10007", links["10007"], f"m{double['id']}"),
        ("-", "10005", None, ""),
    ]


async def test_the_same_in_an_integrator(moved: Moved) -> None:
    there, links = await moved(right_kind="integrator")
    tables = there.right.tables
    tables["ocorrencias"][links["10002"]]["descri_oco"] = tables["ocorrencias"][links["10002"]]["descri_oco"].replace(
        "desde cedo", "desde ontem"
    )
    del tables["ocorrencias"][links["10005"]]
    copy = there.right_comments(links["10007"])[1]
    added = there.right.store.add_comment(links["10007"], copy["descri_com"], copy["codusu"], copy["nome_usu"])
    assert in_order(await there.differences()) == [
        ("*", "10002", links["10002"], "descricao"),
        ("+", "10007", links["10007"], f"c{added}"),
        ("-", "10005", None, ""),
    ]


async def test_each_kind_of_difference(moved: Moved) -> None:
    there, links = await moved()
    tables = there.right.tables
    first = there.right_comments(links["10001"])[0]
    first["mensagem"] = first["mensagem"].replace("Mensagem 1", "Mensagem um")  # a message altered
    del tables["su_mensagens"][int(there.right_comments(links["10002"])[0]["id"])]  # one removed
    tables["su_ticket"][int(links["10003"])]["su_status"] = "P"  # a field
    tables["su_ticket"][int(links["10004"])]["su_status"] = "??"  # a code that means nothing
    twice = {k: v for k, v in tables["su_ticket"][int(links["10006"])].items() if k != "id"}
    double = tables["su_ticket"].insert(twice)  # a second twin
    del there.left.tables["su_ticket"][10007]  # the original is gone
    source = there.left_messages("10001")[0]["id"], there.left_messages("10002")[0]["id"]
    assert in_order(await there.differences()) == [
        ("!", "10004", links["10004"], "status"),
        ("*", "10001", links["10001"], f"m{source[0]}"),
        ("*", "10003", links["10003"], "status"),
        ("+", "10006", str(double["id"]), ""),
        ("-", None, links["10007"], ""),
        ("-", "10002", links["10002"], f"m{source[1]}"),
    ]


async def test_what_storage_lost_is_no_difference(tmp_path: Path) -> None:
    there = SimulatedPair(tmp_path, right_kind="ixc", left=0, right=0, clients=20)
    there.right.options.charset = "utf8mb3"
    client = next(c for c in there.world.left.clientes if c.ativo and c.documento and not c.tecnico
                  and sum(d.documento == c.documento for d in there.world.right.clientes if d.ativo) == 1)  # fmt: skip
    subject = next(a for a in there.world.left.assuntos if a.canonico == "sem conexao")
    department = next(d for d in there.world.left.departamentos if d.canonico == "suporte tecnico")
    there.left.people.open_ticket(
        tipo="C", titulo="Sem conexão", menssagem="Cliente irritado 😡 e sem sinal", id_cliente=str(client.id),
        id_assunto=str(subject.id), id_ticket_setor=str(department.id), prioridade="M", su_status="P",
        origem_endereco="C", interacao_pendente="N",
    )  # fmt: skip
    await there.sync()
    async with there.bridge() as bridge:
        found = [d async for d in (await bridge.verification("suporte")).differences()]
    assert [(d.sign, d.field) for d in found] == [("~", "descricao")]


async def test_what_was_to_get_a_twin_and_has_none_is_missing(moved: Moved) -> None:
    there, _ = await moved()
    there.left.people.add("su_ticket", {k: v for k, v in there.left_tickets()["10000"].items() if k != "id"})
    assert await there.differences() == []  # opened before the pair's `since`, and by no migration
    new = max(there.left_tickets(), key=int)
    there.left.people.set_field(new, data_criacao="2026-09-14 10:00:00")
    assert await there.differences() == [("-", new, None, "")]


async def test_since_leaves_the_older_ones_out(moved: Moved) -> None:
    from datetime import date

    there, links = await moved(tickets=48)
    for left in ("10000", "10047"):
        there.right.tables["su_ticket"][int(links[left])]["titulo"] = "Outro"
    day = there.left_tickets()["10047"]["data_criacao"][:10]
    assert day > "2016-01-04"
    # the twins were all opened today: what counts is the day of the original
    assert [d[1] for d in await there.differences(since=date.fromisoformat(day))] == ["10047"]
    assert there.compared < 48
    del there.left.tables["su_ticket"][10047]
    assert (await there.differences(since=date.fromisoformat(day))) == [("-", None, links["10047"], "")]


@pytest.mark.parametrize(
    ("sent", "stored", "whole", "sign"),
    [
        ("a b", "a b", True, "="),
        ("a\r\nb ", "a\nb", True, "="),
        ("a b", "a  b", True, "~"),
        ("ação", "a??o", True, "~"),
        ("ação rápida", "ação", True, "*"),
        ("x" * 500, "x" * 300, False, "~"),
        ("x" * 500, "x" * 300, True, "*"),
        ("x" * 500, "x" * 50, False, "*"),
        ("sim", "não", False, "*"),
        ("", "algo", True, "*"),
    ],
)
def test_texts(sent: str, stored: str, whole: bool, sign: str) -> None:
    assert alike(sent, stored, whole=whole) == sign


def test_seen_numbers_take_a_bit_each() -> None:
    seen = Seen()
    for number in (0, 1, 7, 8, 65_000):
        assert number not in seen
        seen.add(number)
        assert number in seen
    assert 64_999 not in seen
    assert len(seen._bits) < 20_000
