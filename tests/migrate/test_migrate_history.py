"""History is moved whole, once, and left alone by ``sync`` afterwards."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import date

import pytest

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.footer import split
from erp_bridge.core.model import Status
from erp_bridge.sync.store.waiting import Kind
from migrate.long_past import MESSAGES, Died, LongPast

Past = Callable[..., LongPast]
Moved = Callable[..., Awaitable[tuple[LongPast, dict[str, str]]]]
KINDS = pytest.mark.parametrize("kind", ["ixc", "integrator"])
LINE = re.compile(
    r"Histórico: aberto em \d\d/\d\d/2016 \d\d:\d\d por [^;]+(; encerrado em \d\d/\d\d/2016 \d\d:\d\d por [^;]+)?"
)


def text(past: LongPast, row: dict[str, str]) -> str:
    return row["menssagem"] if past.kinds["right"] == "ixc" else row["descri_oco"].rstrip()


@KINDS
async def test_everything_arrives_in_order_and_in_its_status(past: Past, kind: str) -> None:
    there = past(24, right_kind=kind)
    report = await there.migrate()
    assert report.exit_code == 0
    assert report.as_json()["created"] == {"left": 0, "right": 24}
    assert report.as_json()["movements"] == {"left": 0, "right": 24 * MESSAGES}
    links = await there.links()
    assert len(links) == 24
    said = {"P": "01AGUARDAN", "EP": "01EMANDAME", "S": "01CONCLUID", "C": "01CANCELAD"}
    for left, right in links.items():
        row, twin = there.left_tickets()[left], there.right_tickets()[right]
        body, footer = split(text(there, twin))
        assert footer is not None
        assert (footer.ref.id, footer.protocolo) == (left, row["protocolo"])
        closed = row["su_status"] in ("S", "C")
        match = LINE.fullmatch(footer.notas[0])
        assert match
        assert (match[1] is not None) == closed
        assert row["menssagem"] in body
        if kind == "ixc":
            assert twin["su_status"] == row["su_status"]
        elif row["su_status"] in ("S", "C"):
            assert twin["codsto"] == said[row["su_status"]]
        column = "mensagem" if kind == "ixc" else "descri_com"
        copies = [split(message[column])[1] for message in there.right_comments(right)]
        wanted = [f"m{message['id']}" for message in there.left_messages(left)]
        assert [copy.ref.part for copy in copies if copy] == wanted


@KINDS
async def test_again_it_does_nothing_and_sync_leaves_history_alone(past: Past, kind: str) -> None:
    there = past(12, right_kind=kind)
    await there.migrate()
    before = there.right_tickets(), there.left_tickets()
    again = await there.migrate()
    assert again.created_total() == 0
    assert (await there.account()).totals["moved"] == 12
    for options in ({}, {"full": True}):
        there.clock.advance(3600)
        report = await there.sync(**options)
        assert (report.rows, report.exit_code) == ([], 0)
    assert (there.right_tickets(), there.left_tickets()) == before
    assert await there.differences() == []


async def test_sync_goes_on_from_there(moved: Moved) -> None:
    there, _ = await moved(12)
    there.clock.advance(3600)
    await there.sync()
    left, right = next((left, right) for left, right in (await there.links()).items()
                       if there.left_tickets()[left]["su_status"] == "P")  # fmt: skip
    there.left.people.comment(left, "O cliente voltou a ligar.")
    there.clock.advance(60)
    report = await there.sync()
    assert report.movements["right"] == 1
    assert "voltou a ligar" in there.right_comments(right)[-1]["mensagem"]
    assert await there.differences() == []


async def test_messages_of_the_past_notify_nobody(past: Past) -> None:
    there = past(2)
    for message in there.left.tables["su_mensagens"].values():
        message["visibilidade_mensagens"] = "PU"
    await there.migrate()
    rows = there.right.tables["su_mensagens"].values()
    assert {row["visibilidade_mensagens"] for row in rows} == {"PR"}
    assert all("* Visibilidade: publica" in row["mensagem"] for row in rows)


async def test_the_past_opens_no_work_order_whatever_the_pair_says(past: Past) -> None:
    there = past(2, pair={"trigger": '["processo"]'})
    process = there.world.left.processos[0]
    for row in there.left.tables["su_ticket"].values():
        row["id_wfl_processo"] = str(process.id)
    await there.migrate()
    there.clock.advance(60)
    assert len(there.right_tickets()) == 2
    assert {row["id_wfl_processo"] for row in there.right_tickets().values()} <= {"", "0"}
    assert len(there.right.tables["su_oss_chamado"]) == 0


async def test_work_orders_and_files_are_told_in_words(past: Past) -> None:
    there = past(1)
    there.left.people.add(
        "su_oss_chamado", id_ticket="10000", protocolo="77/16", status="F", data_abertura="2016-01-04 09:00:00"
    )
    there.left.people.attach("10000", "foto.jpg", b"...")
    await there.migrate()
    twin = there.right_tickets()["1"]["menssagem"]
    assert re.search(r"\* O\.S\. em matriz: 77/16 · \w+ · 04/01/2016 09:00", twin)
    said = [split(message["mensagem"]) for message in there.right_comments("1")]
    [line] = [(body, footer) for body, footer in said if "foto.jpg" in body]
    assert line[0] == "Anexo em matriz: foto.jpg"
    there.clock.advance(3600)
    assert (await there.sync()).rows == []
    assert await there.differences() == []


async def test_what_is_chosen(past: Past) -> None:
    there = past(48)
    opened = [row["data_criacao"][:10] for row in there.left_tickets().values()]
    await there.migrate(since=date(2016, 1, 5), status=Status.SOLUCIONADO)
    wanted = sum(
        row["su_status"] == "S" and row["data_criacao"] >= "2016-01-05" for row in there.left_tickets().values()
    )
    assert (await there.account()).totals["moved"] == wanted > 0
    await there.migrate(until=date(2016, 1, 5))
    assert (await there.account()).totals["moved"] == wanted + sum(day < "2016-01-05" for day in opened)


async def test_a_direction_that_the_pair_does_not_carry_is_refused(past: Past) -> None:
    there = past(1, pair={"direction": '"right-to-left"'})
    with pytest.raises(ConfigError, match="carries nothing from matriz"):
        await there.migrate()


async def test_slices_give_up_the_lease_and_another_may_work_in_between(past: Past) -> None:
    there = past(40, ping=0.05, pair={"interval": '"3s"'})
    async with there.bridge() as bridge:
        from erp_bridge.sync.migrate.run import MigrateOptions
        from erp_bridge.sync.side import Side

        pauses: list[object] = []
        sleep = there.clock.sleep

        async def between(seconds: float) -> None:
            with bridge.db.read() as tx:
                from erp_bridge.sync.store.lease import holder

                pauses.append(holder(tx, "suporte"))
            await sleep(seconds)

        there.clock.sleep = between  # type: ignore[method-assign]
        report = await bridge.migrate("suporte", MigrateOptions(Side.LEFT))
    assert report.created["right"] == 40
    assert len(pauses) >= 2
    assert set(pauses) == {None}


async def test_what_waits_is_told_and_tried_again_by_the_next_run(past: Past) -> None:
    there = past(8)
    first = there.left_tickets()["10000"]
    client = there.left.tables["cliente"][int(first["id_cliente"])]
    same = [row for row in there.right.tables["cliente"].values()
            if re.sub(r"\D", "", row["cnpj_cpf"]) == re.sub(r"\D", "", client["cnpj_cpf"])]  # fmt: skip
    same[0]["ativo"] = "N"
    report = await there.migrate()
    assert report.exit_code == 3
    account = await there.account()
    assert account.totals["quarantined"] == 1
    [item] = account.items
    assert (item.ticket, item.month, item.code, item.field) == ("10000", "2016-01", "unknown-client", "cliente")
    same[0]["ativo"] = "S"
    assert (await there.migrate()).exit_code == 0
    assert (await there.account()).totals["moved"] == 8


async def test_a_lost_store_doubles_nothing(moved: Moved) -> None:
    there, _ = await moved(12)
    tickets, messages = len(there.right_tickets()), len(there.right.tables["su_mensagens"])
    there.lose_store()
    report = await there.migrate()
    assert report.created_total() == 0
    assert report.adopted == 12
    assert (len(there.right_tickets()), len(there.right.tables["su_mensagens"])) == (tickets, messages)


async def test_a_twin_opened_by_hand_is_adopted_not_doubled(moved: Moved) -> None:
    there, links = await moved(12)
    right = links["10003"]
    row = there.right.tables["su_ticket"][int(right)]
    row["menssagem"] = f"Aberto à mão; na outra base é o {there.left_tickets()['10003']['protocolo']}"
    there.lose_store()
    await there.migrate()
    assert len(there.right_tickets()) == 12
    assert (await there.links())["10003"] == right


@pytest.mark.parametrize("at", [20, 30, 36, 42, 47, 54, 61, 68, 75])
async def test_a_death_at_any_request_repeats_nothing(past: Past, at: int) -> None:
    there = past(10)
    there.dies_at = at
    with pytest.raises((Died, BaseExceptionGroup)):
        await there.migrate()
    there.dies_at = None
    there.clock.advance(60)
    assert (await there.migrate()).exit_code == 0
    assert len(there.right_tickets()) == 10
    assert len(there.right.tables["su_mensagens"]) == 10 * MESSAGES
    assert await there.differences() == []
    after = await there.sync()  # the bases of what was seen only after the death are right
    assert (after.rows, sum(after.updated.values()), sum(after.open.values())) == ([], 0, 0)


@pytest.mark.parametrize("at", [None, 40, 60])
async def test_an_edit_before_the_new_ticket_was_seen_is_an_edit(past: Past, at: int | None) -> None:
    there = past(8)
    urgent: list[str] = []

    def edit(request: str) -> None:
        rows = there.right_tickets()
        if rows and not urgent:
            urgent.append(first := next(iter(rows)))
            rows[first]["prioridade"] = "C"

    there.on_request = edit
    there.dies_at = at
    with nullcontext() if at is None else pytest.raises((Died, BaseExceptionGroup)):
        await there.migrate()
    there.dies_at = None
    there.clock.advance(60)
    await there.migrate()
    await there.sync()
    links = {right: left for left, right in (await there.links()).items()}
    assert there.left_tickets()[links[urgent[0]]]["prioridade"] == "C"
    assert (await there.sync()).rows == []


@KINDS
async def test_lost_replies_double_nothing(past: Past, kind: str) -> None:
    there = past(20, right_kind=kind)
    for match in ("POST su_ticket", "POST su_mensagens", "criarAtendimento", "exemploComentar"):
        there.right.faults.once("lost_reply", match=match, count=3)
    await there.migrate()
    there.clock.advance(60)
    await there.migrate()
    assert len(there.right_tickets()) == 20
    assert sum(len(there.right_comments(id)) for id in there.right_tickets()) == 20 * MESSAGES
    assert await there.differences() == []


@pytest.mark.parametrize("match", ["POST su_mensagens", "POST su_ticket"])
async def test_a_yes_that_did_nothing_is_not_believed(past: Past, match: str) -> None:
    there = past(4)
    await there.migrate(until=date(2015, 1, 1))  # nothing, but the connection is proven
    there.right.faults.once("noop", match=match, count=1)
    report = await there.migrate()
    assert report.exit_code == 3
    doubts = await there.ask(lambda bridge: bridge.waiting(Kind.DOUBT))
    assert [item["code"] for item in doubts] == ["unproven"]
    assert (await there.account()).totals["in_doubt"] == 1


async def test_an_erp_that_is_away_for_a_while_is_waited_for(past: Past) -> None:
    there = past(12)
    there.right.faults.once("status", match="POST su_ticket", count=40, code=503)
    report = await there.migrate()
    assert report.exit_code == 0
    assert len(there.right_tickets()) == 12


async def test_two_migrations_at_once_are_one(past: Past) -> None:
    from erp_bridge.sync.store.lease import PairHeld

    there = past(6)
    there.write_config()
    results = await asyncio.gather(there.migrate(), there.migrate(), return_exceptions=True)
    assert sum(isinstance(result, PairHeld) for result in results) == 1
    assert len(there.right_tickets()) == 6
