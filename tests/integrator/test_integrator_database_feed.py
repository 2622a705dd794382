"""What changed since, read from the tables: nothing is missed, nothing is read without need, nothing is written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from erp_bridge.adapters.integrator import database
from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.model import Status
from erp_bridge.sandbox.integrator import codes
from integrator.database_box import LIKELY, PROVEN, DatabaseBox, insert, joined
from integrator.mariadb import MariaDb

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
#: Tickets of the large tenant, which is read in pages of 200; the figure in the adapter's README is that of 20,000.
MANY = int(os.environ.get("ERP_BRIDGE_MANY_TICKETS", "8000"))


@pytest.fixture
def box(mariadb: MariaDb) -> DatabaseBox:
    return DatabaseBox(mariadb)


async def read(erp: IntegratorAdapter, since: datetime | Cursor = LONG_AGO) -> list[Page]:
    return [page async for page in erp.changed_since(since)]


def ids(pages: list[Page]) -> set[str | None]:
    return {ticket.id for page in pages for ticket in page}


def said(pages: list[Page], id: str) -> list[str]:
    return [movement.texto for page in pages for movement in page.movimentacoes.get(id, ())]


def cursor_of(pages: list[Page]) -> Cursor:
    found = pages[-1].cursor
    assert found is not None
    return found


@pytest.mark.parametrize("change_stamp", [True, False])
async def test_what_people_do_shows_in_the_next_pass(mariadb, change_stamp):
    box = DatabaseBox(mariadb, change_stamp=change_stamp)
    open_ones = [id for id, row in box.tickets.items() if row["codsto"] == "01PENDENTE" and row["codcli"]]
    commented, changed, solved = open_ones[:3]
    async with box.reader(overlap="0s") as erp:
        cursor = cursor_of(await read(erp))
        box.clock.advance(timedelta(hours=1))
        box.sim.people.comment(commented, "Ligou de novo")
        box.sim.people.edit(changed, codsto="01ANDAMENT")
        box.sim.people.solve(solved, "Feito")
        opened = box.sim.people.open_ticket(codcli=box.a_client["codcli"], descri_oco="Novo")
        box.mirror()
        before = erp.requests
        pages = await read(erp, cursor)
        found = {ticket.id: ticket for page in pages for ticket in page}
        assert {commented, changed, solved, opened} <= found.keys()
        assert found[changed].status is Status.EM_PROGRESSO
        assert found[solved].status is Status.SOLUCIONADO
        assert said(pages, commented)[-1] == "Ligou de novo"
        assert said(pages, solved)[-1] == "Feito"
        # codes, rows, comments; and where rows have no stamp: codes of the open ones, and their rows; the clock's hour
        assert erp.requests - before == (3 if change_stamp else 5) + 1

        cursor = cursor_of(pages)
        assert cursor.instante == box.clock.now()
        box.clock.advance(60)
        before = erp.requests
        idle = await read(erp, cursor)
        assert erp.requests - before == (3 if change_stamp else 5)
        if change_stamp:
            assert ids(idle) == {commented, changed, solved, opened}  # those of the cursor's own second
        box.clock.advance(60)
        solved_now = next(id for id in open_ones[3:] if id != changed)
        box.sim.people.solve(solved_now)
        box.mirror()
        assert solved_now in ids(await read(erp, cursor_of(idle)))


@pytest.mark.parametrize("block", [1, 7, 20, 21])
async def test_codes_are_listed_block_by_block(box, monkeypatch, block):
    """Also where those with news of one kind do not come before those with news of another."""
    monkeypatch.setattr(database, "_CODES_AT_ONCE", block)
    box.sql("UPDATE ocorrencias SET data_sol = data_lan, data_lan = '1999-01-01' WHERE codoco < '01A0001I0Z'")
    assert 5 < len([id for id in box.tickets if id < "01A0001I0Z"]) < 25
    async with box.reader(page_size=3) as erp:
        pages = await read(erp)
        assert block == 1 or erp.requests < 70
    readable = ids(pages) | {entry.id for page in pages for entry in page.unreadable}
    assert readable == set(box.tickets)
    assert sum(len(page.atendimentos) + len(page.unreadable) for page in pages) == len(box.tickets)


async def test_comments_of_tickets_that_are_gone_do_not_cut_the_listing_short(box, monkeypatch):
    monkeypatch.setattr(database, "_CODES_AT_ONCE", 2)
    first = min(box.tickets)
    for n in range(6):
        box.sql("INSERT INTO comentarios (codcom, codoco, descri_com, data_com) VALUES (%s, %s, 'x', '2026-09-01')",
                f"01C000ORF{n}", f"00GONE000{n}")  # fmt: skip
    async with box.reader() as erp:
        assert first in ids(await read(erp))


async def test_days_without_hours(mariadb):
    """Where the column holds the day only, the whole day is read again: its rows all stand before the cursor."""
    box = DatabaseBox(mariadb, change_stamp=True)
    box.sql("ALTER TABLE ocorrencias MODIFY data_lan DATE, MODIFY data_sol DATE")
    cursor = Cursor(instante=box.clock.now(), marcas={"alterado_em": "1"})  # 15:00 there
    async with box.reader(overlap="0s") as erp:
        today = box.clock.now().strftime("%Y-%m-%d")
        box.sql("UPDATE ocorrencias SET data_lan = '2026-01-01', data_sol = '0000-00-00', alterado_em = NULL")
        box.sql("DELETE FROM comentarios")
        assert ids(await read(erp, cursor)) == set()
        opened, solved = sorted(box.tickets)[4:6]
        box.sql("UPDATE ocorrencias SET data_lan = %s WHERE codoco = %s", today, opened)
        box.sql("UPDATE ocorrencias SET data_sol = %s WHERE codoco = %s", today, solved)
        assert ids(await read(erp, cursor)) == {opened, solved}


async def test_the_beginning_of_time_and_stamps_of_any_type(mariadb):
    box = DatabaseBox(mariadb, change_stamp=True)
    box.sql("ALTER TABLE ocorrencias MODIFY alterado_em TIMESTAMP NULL, MODIFY data_sol VARCHAR(19)")
    async with box.reader() as erp:
        pages = await read(erp, datetime.min.replace(tzinfo=UTC))
        assert ids(pages) | {entry.id for page in pages for entry in page.unreadable} == set(box.tickets)
        assert {ticket.id for page in pages for ticket in page if ticket.encerrado_em} == {
            id for id, row in box.tickets.items() if row["data_sol"] != codes.ZERO
        }


async def test_comments_without_a_time_are_read_with_the_open_tickets(mariadb):
    columns = joined(PROVEN, LIKELY)
    del columns["comentarios"]["data_com"]
    box = DatabaseBox(mariadb, columns=columns, change_stamp=True)
    ticket = box.an_open_one
    async with box.reader(overlap="0s") as erp:
        assert not erp._source.dates_comments
        cursor = cursor_of(await read(erp))
        box.clock.advance(timedelta(hours=1))
        box.sql("INSERT INTO comentarios (codcom, codoco, descri_com) VALUES ('01CNEW0000', %s, 'Ligou')", ticket)
        pages = await read(erp, cursor)
        assert "Ligou" in said(pages, ticket)
        assert all(movement.instante is None for page in pages for m in page.movimentacoes.values() for movement in m)


async def test_a_comment_in_the_second_of_the_read_is_seen_by_the_next_pass(box):
    """Freshness goes by the clock of the database's server, an hour ahead of ours here."""
    box.clock.advance(timedelta(hours=1))
    moment = box.clock.now()  # before the server's clock is set an hour ahead
    box.set_clock(moment)
    box.clock.advance(timedelta(hours=-1))
    ticket = box.an_open_one
    stamp = codes.stamp(moment, box.sim.store.zone)
    add = "INSERT INTO comentarios (codcom, codoco, descri_com, data_com) VALUES (%s, %s, %s, %s)"
    async with box.reader(overlap="0s") as erp:
        assert erp.clock_offset == timedelta(hours=1, seconds=0.5)
        box.sql(add, "01CFRESH01", ticket, "um", stamp)
        cursor = cursor_of(await read(erp))
        assert cursor.instante < moment
        box.sql(add, "01CFRESH02", ticket, "dois", stamp)
        assert said(await read(erp, cursor), ticket)[-2:] == ["um", "dois"]


async def test_a_copy_that_lags_behind_holds_the_cursor_back(box):
    """A row of a second ago may stand in the main database and not in its copy yet."""
    now = max(row["data_com"] for row in box.comments.values())
    newest = datetime.fromisoformat(f"{now}-03:00")
    box.set_clock(newest + timedelta(seconds=30))
    async with box.reader(box.url(lag="60s")) as erp:
        assert erp.lag == timedelta(seconds=60)
        assert cursor_of(await read(erp)).instante < newest
    async with box.reader(box.url(lag="10s")) as erp:
        assert cursor_of(await read(erp)).instante == newest


async def test_the_clock_is_asked_again_after_an_hour(box):
    async with box.reader() as erp:
        first = erp.clock_offset
        assert first is not None
        box.clock.advance(3599)
        await read(erp)
        assert erp.clock_offset == first
        box.clock.advance(1)
        await read(erp)
        assert erp.clock_offset == first - timedelta(hours=1)  # the server's stands still in this test


# --- many


def grow(box: DatabaseBox, count: int) -> list[dict[str, Any]]:
    """The world's tickets again and again, with two comments and every fourth with a work order."""
    tickets, comments = list(box.tickets.values()), list(box.comments.values())
    many = [
        {**tickets[n % len(tickets)], "codoco": codes.code(codes.TICKET, 100_000 + n), "numero_oco": str(5_000_000 + n)}
        for n in range(count)
    ]
    said = [
        {**comments[n % len(comments)], "codcom": codes.code(codes.COMMENT, 100_000 + n),
         "codoco": many[n % count]["codoco"]}
        for n in range(2 * count)
    ]  # fmt: skip
    orders = [
        {"codords": codes.code("O", n), "numero_os": n, "codoco": many[n]["codoco"], "data_cad": "2026-09-01"}
        for n in range(0, count, 4)
    ]
    with box.server.root(box.schema) as cursor:
        for name, rows in (("ocorrencias", many), ("comentarios", said), ("ordem_servico", orders)):
            cursor.execute(f"DELETE FROM {name}")
            insert(cursor, name, list(box.columns[name]), rows)
    return many


@pytest.mark.slow
async def test_thousands_of_tickets_are_read_and_then_only_what_changed(
    mariadb: MariaDb, record_property: Callable[[str, object], None]
) -> None:
    box = DatabaseBox(mariadb, "isp_many", change_stamp=True)
    many = grow(box, MANY)
    box.sql(
        "UPDATE ocorrencias SET alterado_em = %s WHERE codoco = %s",
        codes.stamp(box.clock.now(), box.sim.store.zone),
        many[-1]["codoco"],
    )  # alone in the cursor's second
    async with box.reader(overlap="0s") as erp:
        started = time.perf_counter()
        tickets = comments = 0
        pages: list[Page] = []
        async for page in erp.changed_since(LONG_AGO):
            tickets += len(page.atendimentos) + len(page.unreadable)
            comments += sum(map(len, page.movimentacoes.values()))
            pages = [page]
        seconds = time.perf_counter() - started
        record_property("rows_per_second", round((tickets + comments) / seconds))
        print(f"\n{tickets} tickets and {comments} comments in {seconds:.1f} s")
        assert tickets == MANY
        assert comments > 1.75 * MANY  # those of unreadable tickets are not read

        box.clock.advance(timedelta(hours=1))
        now = codes.stamp(box.clock.now(), box.sim.store.zone)
        readable = [row["codoco"] for row in many if row["codcli"] and row["codsto"] == "01PENDENTE"]
        edited, commented, solved = readable[10], readable[500], readable[-2]
        box.sql("UPDATE ocorrencias SET codsto = '01ANDAMENT', alterado_em = %s WHERE codoco = %s", now, edited)
        box.sql("UPDATE ocorrencias SET data_sol = %s WHERE codoco = %s", now, solved)
        box.sql("INSERT INTO comentarios (codcom, codoco, descri_com, data_com) VALUES ('01CNEW0000', %s, 'Oi', %s)",
                commented, now)  # fmt: skip
        before = erp.requests
        pages = await read(erp, cursor_of(pages))
        assert ids(pages) == {edited, commented, solved, many[-1]["codoco"]}
        assert erp.requests - before < 20
        assert said(pages, commented)[-1] == "Oi"

        orders = [order for n in range(0, 200, 4) for order in await erp.work_orders(many[n]["codoco"])]
        assert [order.numero for order in orders] == [str(n) for n in range(0, 200, 4)]
    assert len(mariadb.said_by(box.user)) > MANY / 100
    assert mariadb.writes_of(box.user) == []
