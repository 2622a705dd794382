"""What changed since, page by page: what is asked, what is seen, and where the cursor stands afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from erp_bridge.core.adapter import Cursor, Page, Unreadable
from erp_bridge.core.errors import Malformed, Refused
from erp_bridge.core.model import Status
from integrator.fake_tenant import FakeTenant, adapter, comment, paged, row, rows_of
from support.clock import FakeClock

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo, and what FakeClock starts with
SINCE = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def tickets(pages: list[Page]) -> list[str | None]:
    return [ticket.id for page in pages for ticket in page]


def cursor_of(pages: list[Page]) -> Cursor:
    assert [page.cursor is not None for page in pages] == [False] * (len(pages) - 1) + [True]
    found = pages[-1].cursor
    assert found is not None
    return found


async def feed(tenant: FakeTenant, since: datetime | Cursor = SINCE, **keys: Any) -> list[Page]:
    async with adapter(tenant, **keys) as erp:
        return [page async for page in erp.changed_since(since)]


def codes(count: int) -> list[str]:
    return [f"01A{n:07}" for n in range(1, count + 1)]


async def test_the_first_pass_asks_from_that_instant_in_local_time():
    tenant = FakeTenant(atendimentos=paged([row()]), abertos=paged([row()]))
    pages = await feed(tenant)
    assert tickets(pages) == ["01A0000001"]
    assert tenant.asked("atendimentos") == [{"desde": "2026-03-01 00:00:00", "apos": "", "limite": "200"}]


async def test_the_overlap_is_taken_off_a_cursor_only():
    tenant = FakeTenant()
    await feed(tenant, Cursor(instante=SINCE), overlap="30m")
    assert tenant.asked("atendimentos")[0]["desde"] == "2026-02-28 23:30:00"


async def test_the_beginning_of_time_is_no_problem():
    start = datetime.min.replace(tzinfo=UTC)
    pages = await feed(FakeTenant(), start)
    assert cursor_of(pages).instante == start
    await feed(FakeTenant(), cursor_of(pages))


@pytest.mark.parametrize(("count", "size", "requests"), [(0, 5, 1), (3, 5, 1), (5, 5, 2), (12, 5, 3)])
async def test_pages_follow_the_codes(count, size, requests):
    tenant = FakeTenant(atendimentos=paged([row(code) for code in codes(count)]))
    pages = await feed(tenant, page_size=size)
    assert tickets(pages) == codes(count)
    assert len(tenant.asked("atendimentos")) == requests
    assert [call["apos"] for call in tenant.asked("atendimentos")] == ["", *codes(count)[size - 1 :: size]][:requests]


async def test_a_server_that_cuts_long_answers_loses_nothing():
    """It gives 30 rows at most, though 200 are asked for; whether it does so is not known in advance."""
    rows = [row(code) for code in codes(70)]
    answer = paged(rows)
    tenant = FakeTenant(atendimentos=lambda params: answer({**params, "limite": "30"}))
    assert tickets(await feed(tenant)) == codes(70)


async def test_once_a_server_has_proved_itself_short_pages_cost_nothing_more():
    tenant = FakeTenant(atendimentos=paged([row(code) for code in codes(70)]))
    async with adapter(tenant) as erp:
        for requests in (2, 1, 1):
            tenant.calls.clear()
            assert len(tickets([page async for page in erp.changed_since(SINCE)])) == 70
            assert len(tenant.asked("atendimentos")) == requests


async def test_a_server_that_gives_more_than_asked_is_heard_out():
    rows = [row(code) for code in codes(12)]
    tenant = FakeTenant(atendimentos=lambda params: [r for r in rows if r["codoco"] > params["apos"]])
    assert tickets(await feed(tenant, page_size=5)) == codes(12)


async def test_rows_that_appear_and_go_between_pages_do_not_disturb():
    rows = [row(code) for code in codes(6)]

    def answer(params: dict[str, Any]) -> list[dict[str, Any]]:
        found = paged(list(rows))(params)
        if not params["apos"]:
            rows.pop(0)
            rows.append(row("01A9999999"))
        return found

    assert tickets(await feed(FakeTenant(atendimentos=answer), page_size=3)) == [*codes(6), "01A9999999"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda params: [row(code) for code in codes(5)], "same rows again"),
        (lambda params: [row(code) for code in reversed(codes(5))], "order of codoco"),
        (lambda params: [row(None) for _ in range(5)], "without codoco"),
    ],
)
async def test_a_query_that_cannot_be_paged_is_named(answer, words):  # quirk 17
    with pytest.raises(Malformed, match=f"the saved query atendimentos .*{words}"):
        await feed(FakeTenant(atendimentos=answer), page_size=5)


async def test_doubled_rows_count_once():
    tenant = FakeTenant(atendimentos=[row("01A"), row("01A"), row("01B")])
    assert tickets(await feed(tenant)) == ["01A", "01B"]


async def test_comments_come_with_their_tickets_once_per_page():
    comments = [comment("01A0000001", "C2", "dois", "2026-03-10 10:00:00"), comment("01A0000001", "C1", "um"),
                comment("01A0000003", "C3", "três"), comment("alheio", "C4", "x")]  # fmt: skip
    tenant = FakeTenant(atendimentos=paged([row(code) for code in codes(3)]), comentarios=comments)
    pages = await feed(tenant, page_size=2)
    assert [call["codocos"] for call in tenant.asked("comentarios")] == ["01A0000001,01A0000002", "01A0000003"]
    found = {id: [m.texto for m in movements] for page in pages for id, movements in page.movimentacoes.items()}
    assert found == {"01A0000001": ["um", "dois"], "01A0000002": [], "01A0000003": ["três"]}


async def test_without_the_query_no_comments_are_asked_for():
    tenant = FakeTenant(atendimentos=paged([row()]))
    pages = await feed(tenant, queries={"atendimentos": "01Q0000000"})
    assert tickets(pages) == ["01A0000001"]
    assert pages[0].movimentacoes == {}
    assert tenant.names == ["atendimentos"]


async def test_an_idle_pass_costs_three_requests_however_many_links():
    """The overlap's rows, their comments in one piece, the open ones: nothing per ticket."""
    rows = [row(code) for code in codes(150)]
    tenant = FakeTenant(atendimentos=paged(rows[:15]), abertos=paged(rows), comentarios=[])
    async with adapter(tenant) as erp:
        first = [page async for page in erp.changed_since(SINCE)]
        tenant.calls.clear()
        second = [page async for page in erp.changed_since(cursor_of(first))]
    assert tenant.names == ["atendimentos", "comentarios", "abertos"]
    assert sorted(filter(None, tickets(second))) == codes(150)


async def test_open_tickets_are_read_again_while_rows_have_no_stamp():  # quirk 23
    changed = row("01A", codsto="01ANDAMENT")
    tenant = FakeTenant(atendimentos=paged([row("01B")]), abertos=paged([changed, row("01B")]))
    pages = await feed(tenant)
    assert tickets(pages) == ["01B", "01A"]  # each once
    assert cursor_of(pages).marcas == {"alterado_em": "0"}
    assert len(tenant.asked("comentarios")) == 1


async def test_a_ticket_cancelled_by_its_code_alone_shows_among_the_open_ones():
    tenant = FakeTenant(abertos=paged([row("01A", codsto="01CANCELAD")]))
    [ticket] = [ticket for page in await feed(tenant) for ticket in page]
    assert ticket.status is Status.CANCELADO


async def test_rows_with_a_stamp_spare_the_open_ones():
    tenant = FakeTenant(atendimentos=paged([row("01A", alterado_em="2026-03-10 09:00:00")]))
    pages = await feed(tenant)
    assert cursor_of(pages).marcas == {"alterado_em": "1"}
    tenant.answers["atendimentos"] = []
    pages = await feed(tenant, cursor_of(pages))  # remembered, also when nothing is read
    assert "abertos" not in tenant.names
    assert cursor_of(pages).marcas == {"alterado_em": "1"}


async def test_a_stamp_that_is_still_empty_is_a_stamp():
    pages = await feed(FakeTenant(atendimentos=paged([row("01A", alterado_em=None)])))
    assert cursor_of(pages).marcas == {"alterado_em": "1"}


@pytest.mark.parametrize(
    ("columns", "comment_at", "expected"),
    [
        ({"data_lan": "2026-03-10 08:00:00"}, None, "08:00:00"),
        ({"data_sol": "2026-03-10 09:15:00"}, None, "09:15:00"),
        ({"alterado_em": "2026-03-10 10:00:00"}, None, "10:00:00"),
        ({}, "2026-03-10 11:00:01", "11:00:01"),
        ({"codsto": "01UNKNOWN", "data_lan": "2026-03-10 11:30:00"}, None, "11:30:00"),  # unreadable, yet no pin
        ({"data_lan": "2026-03-10 11:59:58"}, None, "11:59:58"),
        ({"data_lan": "2026-03-10 11:59:59"}, None, None),  # less than 2 s old: held back
        ({"data_lan": "2026-03-11 08:00:00"}, None, None),  # the future is not to be trusted
        ({"data_lan": "0000-00-00"}, None, None),
        ({"data_lan": "2026-02-01 08:00:00"}, None, None),  # never back
    ],
)
async def test_the_cursor_stands_on_the_newest_stamp_of_the_erp(columns, comment_at, expected):
    comments = [comment("01A", "C1", "x", comment_at)] if comment_at else []
    columns = {"data_lan": "2026-03-05 00:00:00" if expected else "0000-00-00", **columns}
    pages = await feed(FakeTenant(atendimentos=paged([row("01A", **columns)]), comentarios=comments))
    clock_text = f"2026-03-10 {expected}" if expected else "2026-03-01 00:00:00"
    assert cursor_of(pages).instante == datetime.fromisoformat(f"{clock_text}-03:00")


async def test_what_happens_while_the_pass_runs_is_left_to_the_next_one():
    """The second page is read ten minutes after the first: what it shows of those minutes may lack on the first."""
    clock = FakeClock()
    rows = [row("01A", data_lan="2026-03-10 11:00:00"), row("01B", data_lan="2026-03-10 12:05:00")]

    def answer(params: dict[str, Any]) -> list[dict[str, Any]]:
        found = paged(rows)(params)
        clock.advance(600)
        return found

    async with adapter(FakeTenant(atendimentos=answer), clock=clock, page_size=1) as erp:
        pages = [page async for page in erp.changed_since(SINCE)]
    assert tickets(pages) == ["01A", "01B"]
    assert cursor_of(pages).instante == datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(("skew", "expected"), [(timedelta(minutes=-5), None), (timedelta(minutes=5), "12:03:00")])
async def test_freshness_is_judged_by_the_erps_clock(skew, expected):
    date = (NOW + skew).strftime("%a, %d %b %Y %H:%M:%S GMT")
    stamp = "2026-03-10 11:57:00" if expected is None else f"2026-03-10 {expected}"

    def answer(params: dict[str, Any]) -> httpx2.Response:
        reply = rows_of(paged([row("01A", data_lan=stamp)])(params))
        reply.headers["date"] = date
        return reply

    pages = await feed(FakeTenant(atendimentos=answer))
    assert cursor_of(pages).instante == (datetime.fromisoformat(f"{stamp}-03:00") if expected else SINCE)


async def test_a_pass_that_is_broken_off_has_no_cursor():
    def answer(params: dict[str, Any]) -> Any:
        return httpx2.Response(200, text="Erro") if params["apos"] else [row(code) for code in codes(2)]

    async with adapter(FakeTenant(atendimentos=answer), page_size=2) as erp:
        pages = erp.changed_since(SINCE)
        first = await anext(pages)
        with pytest.raises(Refused, match="Erro"):
            await anext(pages)
    assert tickets([first]) == codes(2)
    assert first.cursor is None


async def test_unreadable_rows_are_named_and_the_others_come_through():
    rows = [row("01A", codsto="01X"), row("01B"), row("01C", codcli="", codpros="01P"), row("01D")]
    comments = [comment("01D", "", "sem codcom")]
    pages = await feed(FakeTenant(atendimentos=paged(rows), comentarios=comments))
    assert tickets(pages) == ["01B"]
    assert [entry for page in pages for entry in page.unreadable] == [
        Unreadable("01A", "status", "01X"),
        Unreadable("01C", "cliente", "codpros:01P"),
        Unreadable("01D", "movimentacoes", "codcom"),
    ]


async def test_open_tickets():
    rows = [
        row("01A"),
        row("01B", data_sol="2026-03-10 09:00:00"),
        row("01C", codsto="01CANCELAD"),
        row("01D", codsto="?"),
    ]
    tenant = FakeTenant(abertos=paged(rows))
    async with adapter(tenant) as erp:
        pages = [page async for page in erp.open_tickets(clientes=False)]
    assert tickets(pages) == ["01A"]
    assert [entry.id for page in pages for entry in page.unreadable] == ["01D"]
    assert all(page.cursor is None for page in pages)
    assert tenant.asked("abertos") == [{"apos": "", "limite": "200"}]
