"""The change feed against a simulated ERP: what it finds, what it costs, and where it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.model import Status
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.world import generate
from ixc.ixc_box import NOW, Box, collect

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STRANGE = {"10009"}  # the world's ticket with a code that nobody knows


async def first_pass(box: Box, since: datetime = LONG_AGO, **options: Any) -> Page:
    page = await collect(box.erp.changed_since(since, clientes=False, **options))
    box.clock.advance(60)
    box.sim.requests.clear()
    return page


async def next_pass(box: Box, cursor: Cursor | None) -> Page:
    assert cursor is not None
    return await collect(box.erp.changed_since(cursor, clientes=False))


def ids(page: Page) -> list[str | None]:
    return [ticket.id for ticket in page.atendimentos]


class TestFirstPass:
    async def test_everything_is_there_once(self, box: Box) -> None:
        page = await first_pass(box)
        assert sorted(ids(page), key=int) == ids(page)  # type: ignore[arg-type]
        assert set(ids(page)) | {bad.id for bad in page.unreadable} == {row["id"] for row in box.tickets.values()}
        assert {bad.id for bad in page.unreadable} == STRANGE

    async def test_with_its_messages_and_transfers(self, box: Box) -> None:
        page = await first_pass(box)
        told = {movement.id for movements in page.movimentacoes.values() for movement in movements}
        messages = {f"m{row['id']}" for row in box.sim.tables["su_mensagens"].values()}
        transfers = {f"t{row['id']}" for row in box.sim.tables["su_transf_atendimento"].values()}
        assert told == messages | transfers
        assert messages

    async def test_since_a_time_also_by_messages(self, box: Box) -> None:
        ticket = ids(await first_pass(box))[0]
        since = box.clock.now()
        box.clock.advance(10)
        box.sim.options.comment_stamps = "none"
        box.sim.people.comment(ticket or "", "Alguma novidade?")
        page = await collect(box.erp.changed_since(since, clientes=False))
        assert ids(page) == [ticket]
        assert [m.texto for m in page.movimentacoes[ticket or ""]] == ["Alguma novidade?"]

    async def test_a_time_without_a_zone_is_the_erps(self, box: Box) -> None:
        box.clock.advance(60)
        ticket = box.sim.people.open_ticket()
        local = datetime(2026, 9, 15, 15, 0, 30)
        assert ids(await collect(box.erp.changed_since(local, clientes=False))) == [ticket]

    async def test_with_clients_and_names(self, box: Box) -> None:
        page = await collect(box.erp.changed_since(LONG_AGO))
        with_client = [ticket for ticket in page.atendimentos if ticket.cliente]
        assert with_client
        assert any(ticket.cliente.documento for ticket in with_client if ticket.cliente)
        assert all(ticket.assunto and ticket.assunto.nome for ticket in with_client)

    async def test_nothing_at_all(self) -> None:
        box = Box(generate(1, clients=3, left=0, right=0, now=NOW))
        page = await first_pass(box)
        assert (page.atendimentos, page.movimentacoes) == ((), {})
        assert page.cursor is not None
        assert page.cursor.instante == LONG_AGO
        ticket = box.sim.people.open_ticket()
        box.sim.people.comment(ticket, "Olá")
        page = await next_pass(box, page.cursor)
        assert ids(page) == [ticket]
        assert len(page.movimentacoes[ticket]) == 1


class TestIdlePass:
    async def test_it_costs_three_requests(self, box: Box) -> None:
        page = await first_pass(box)
        for _ in range(3):
            box.sim.requests.clear()
            page = await next_pass(box, page.cursor)
            assert box.sim.requests == ["list su_ticket", "list su_mensagens", "list su_transf_atendimento"]
            box.clock.advance(60)

    async def test_rows_in_the_overlap_cost_no_more(self, box: Box) -> None:
        page = await first_pass(box)
        ticket = box.sim.people.open_ticket()
        box.sim.people.comment(ticket, "Olá")
        page = await next_pass(box, page.cursor)
        for _ in range(3):  # the message was fresh: it is read again, and known
            box.clock.advance(2)
            box.sim.requests.clear()
            page = await next_pass(box, page.cursor)
            assert ids(page) == [ticket]
            assert page.movimentacoes == {}
            assert len(box.sim.requests) == 3

    async def test_several_pages_in_the_overlap_cost_one_each(self) -> None:
        box = Box(keys={"page_size": 4})
        for _ in range(10):
            box.sim.people.open_ticket()
        page = await first_pass(box)
        page = await next_pass(box, page.cursor)
        box.sim.requests.clear()
        page = await next_pass(box, page.cursor)
        assert len(ids(page)) == 10
        assert sorted(box.sim.requests) == ["list su_mensagens", *["list su_ticket"] * 3, "list su_transf_atendimento"]

    async def test_without_a_clock_too(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(box.erp._client), "erp_time", lambda self, ours: None)
        page = await first_pass(box)
        for _ in range(3):
            box.clock.advance(60)
            page = await next_pass(box, page.cursor)
        box.sim.requests.clear()
        page = await next_pass(box, page.cursor)
        assert len(box.sim.requests) == 3
        assert page.movimentacoes == {}

    async def test_a_table_that_is_not_offered_is_asked_for_once_an_hour(self, box: Box) -> None:
        box.sim.options.unavailable = ("su_canal_atendimento", "su_transf_atendimento")
        page = await first_pass(box)
        page = await next_pass(box, page.cursor)
        assert box.sim.requests == ["list su_ticket", "list su_mensagens"]

    async def test_a_cursor_survives_the_store(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.comment(ids(page)[0] or "", "Olá")
        page = await next_pass(box, page.cursor)
        assert page.cursor is not None
        assert Cursor.model_validate_json(page.cursor.model_dump_json()) == page.cursor


class TestChanges:
    async def test_a_new_ticket(self, box: Box) -> None:
        page = await first_pass(box)
        ticket = box.sim.people.open_ticket()
        assert ids(await next_pass(box, page.cursor)) == [ticket]

    async def test_an_edit(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.set_field("10002", titulo="Outro título")
        [ticket] = await next_pass(box, page.cursor)
        assert (ticket.id, ticket.titulo) == ("10002", "Outro título")

    async def test_a_message_that_does_not_touch_the_ticket(self, box: Box) -> None:
        box.sim.options.comment_stamps = "none"
        page = await first_pass(box)
        old = ids(page)[:3]
        for id in old:
            box.sim.people.comment(id or "", f"Para {id}")
        page = await next_pass(box, page.cursor)
        assert set(ids(page)) == set(old)
        assert {id: [m.texto for m in found] for id, found in page.movimentacoes.items()} == {
            id: [f"Para {id}"] for id in old
        }
        assert box.sim.count("list su_ticket") == 2  # the feed, and all three in one

    async def test_a_transfer_that_does_not_touch_the_ticket(self, box: Box) -> None:
        page = await first_pass(box)
        row = {"id_atendimento": "10003", "data_transferencia": "2026-09-15 15:01:00", "id_departamento_destino": "2"}
        box.sim.tables["su_transf_atendimento"].insert(row)
        page = await next_pass(box, page.cursor)
        assert ids(page) == ["10003"]
        assert (page.movimentacoes["10003"][0].id or "")[0] == "t"

    async def test_a_message_of_a_ticket_that_cannot_be_read(self, box: Box) -> None:
        box.sim.options.comment_stamps = "none"
        page = await first_pass(box)
        box.sim.people.comment("10009", "Olá")
        page = await next_pass(box, page.cursor)
        assert [(bad.id, bad.campo, bad.codigo) for bad in page.unreadable] == [("10009", "status", "AG")]

    async def test_a_status_by_a_person(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.set_status("10002", "S", "Resolvido")
        page = await next_pass(box, page.cursor)
        assert [(t.id, t.status) for t in page] == [("10002", Status.SOLUCIONADO)]
        assert page.movimentacoes["10002"][-1].texto == "Resolvido"

    async def test_the_author_has_a_name(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.comment("10002", "Olá")
        page = await next_pass(box, page.cursor)
        name = box.sim.tables["usuarios"][box.sim.people.operator]["nome"]
        assert page.movimentacoes["10002"][0].autor == name

    async def test_messages_come_with_the_page_of_their_ticket(self) -> None:
        box = Box(generate(1, clients=10, left=30, right=0, now=NOW), keys={"page_size": 4})
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            shown = {ticket.id for ticket in page} | {bad.id for bad in page.unreadable}
            assert set(page.movimentacoes) <= shown


class TestHoldingBack:
    async def test_what_is_stamped_in_the_second_of_reading_is_read_again(self, box: Box) -> None:
        page = await first_pass(box)
        first = box.sim.people.open_ticket()
        page = await next_pass(box, page.cursor)
        assert ids(page) == [first]
        second = box.sim.people.open_ticket()  # in the same second
        page = await collect(box.open(overlap=0).changed_since(page.cursor, clientes=False))
        assert ids(page) == [first, second]

    async def test_a_message_that_became_visible_late(self, box: Box) -> None:
        """Its number was given before that of a message which was read, its transaction ended after."""
        page = await first_pass(box)
        early = box.sim.people.comment("10002", "escrita primeiro, visível depois")
        box.sim.people.comment("10003", "escrita depois")
        row = box.sim.tables["su_mensagens"][early].full()
        del box.sim.tables["su_mensagens"][early]
        page = await next_pass(box, page.cursor)
        assert [m.texto for m in page.movimentacoes["10003"]] == ["escrita depois"]
        box.sim.tables["su_mensagens"].insert({k: v for k, v in row.items() if k != "id"}, int(early))
        box.clock.advance(1)
        page = await next_pass(box, page.cursor)
        assert {id: [m.texto for m in found] for id, found in page.movimentacoes.items()} == {
            "10002": ["escrita primeiro, visível depois"]
        }

    async def test_a_ticket_that_became_visible_minutes_late(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.set_field("10003", titulo="mais novo")
        box.clock.advance(60)
        page = await next_pass(box, page.cursor)
        assert page.cursor is not None
        assert page.cursor.instante == NOW + timedelta(seconds=60)
        box.tickets["10002"]["titulo"] = "visível só agora"
        box.tickets["10002"]["ultima_atualizacao"] = "2026-09-15 14:50:00"
        assert "10002" in ids(await next_pass(box, page.cursor))

    async def test_the_cursor_holds_stamps_of_the_erp_only(self, box: Box) -> None:
        page = await first_pass(box)
        box.sim.people.set_field("10002", titulo="x")
        box.clock.advance(60)
        page = await next_pass(box, page.cursor)
        assert page.cursor is not None
        assert page.cursor.instante == NOW + timedelta(seconds=60)  # the edit's own, not the reading's

    async def test_it_never_goes_back(self, box: Box) -> None:
        page = await first_pass(box)
        before = page.cursor
        page = await next_pass(box, before)
        assert before is not None
        assert page.cursor is not None
        assert page.cursor.instante >= before.instante

    async def test_a_stamp_in_the_future_does_not_carry_it_away(self, box: Box) -> None:
        page = await first_pass(box)
        box.tickets["10002"]["ultima_atualizacao"] = "2031-01-01 00:00:00"
        for _ in range(3):
            page = await next_pass(box, page.cursor)
            box.clock.advance(60)
        assert page.cursor is not None
        assert page.cursor.instante < box.clock.now()
        ticket = box.sim.people.open_ticket()
        assert ticket in ids(await next_pass(box, page.cursor))

    async def test_a_message_with_a_future_date_does_not_pin_it(self, box: Box) -> None:
        page = await first_pass(box)
        message = box.sim.people.comment("10002", "do futuro")
        box.sim.tables["su_mensagens"][message]["data"] = "2031-01-01 00:00:00"
        page = await next_pass(box, page.cursor)
        assert len(page.movimentacoes["10002"]) == 1
        box.clock.advance(60)
        page = await next_pass(box, page.cursor)
        assert page.cursor is not None
        assert page.cursor.marcas["su_mensagens"] == message
        assert page.movimentacoes == {}

    @pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(minutes=7)])
    async def test_a_skewed_clock_changes_nothing(self, skew: timedelta) -> None:
        box = Box()
        box.sim._state.now = lambda: box.clock.now() + skew
        page = await first_pass(box)
        for number in range(3):
            ticket = box.sim.people.open_ticket()
            box.sim.people.comment(ticket, f"Olá {number}")
            page = await next_pass(box, page.cursor)
            assert ticket in ids(page)
            assert [m.texto for m in page.movimentacoes[ticket]] == [f"Olá {number}"]
            box.clock.advance(600)

    async def test_the_doubled_hour(self) -> None:
        """23:50, then the clock goes back to 23:00: what is stamped 23:10 is later all the same."""
        start = datetime(2018, 2, 18, 1, 50, tzinfo=UTC)
        box = Box(generate(1, clients=5, left=2, right=0, now=start), keys={"overlap": 0})
        box.clock._start = start
        page = await first_pass(box, start - timedelta(days=90))
        first = box.sim.people.open_ticket()
        box.clock.advance(60)
        page = await next_pass(box, page.cursor)
        assert first in ids(page)
        box.clock.advance(timedelta(minutes=20))
        second = box.sim.people.open_ticket()
        assert box.tickets[second]["data_criacao"].startswith("2018-02-17 23:1")
        assert second in ids(await next_pass(box, page.cursor))


class TestManyPages:
    def world(self) -> Box:
        return Box(generate(1, clients=10, left=60, right=0, now=NOW), keys={"page_size": 2})

    async def test_rows_change_while_they_are_read(self) -> None:
        box = self.world()
        box.sim.faults = Faults("shift_pages=1", seed=3)
        box.sim.app._faults = box.sim.faults
        seen: list[str | None] = []
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            seen += [ticket.id for ticket in page] + [bad.id for bad in page.unreadable]
            box.clock.advance(1)
        assert len(seen) == len(set(seen))
        assert set(seen) == {row["id"] for row in box.tickets.values()}

    async def test_what_changes_behind_the_reader_is_read_by_the_next_pass(self) -> None:
        box = self.world()
        edited = False
        cursor = None
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            cursor = page.cursor
            box.clock.advance(timedelta(hours=2))  # a very slow reading
            if not edited:
                edited = True
                box.sim.people.set_field("10001", titulo="Mudou")
                box.sim.people.comment("10001", "Mudou")
                box.sim.people.transfer("10001", "2")
                box.sim.people.comment("10060", "Não lido ainda")  # a higher number, in a later part
        assert cursor is not None
        page = await next_pass(box, cursor)
        assert "10001" in ids(page)
        assert [m.texto for m in page.movimentacoes["10001"]] == ["Mudou", ""]

    async def test_an_edit_behind_the_reader_is_not_outrun_by_a_later_one_ahead_of_it(self) -> None:
        box = self.world()
        cursor, count = None, 0
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            cursor = page.cursor
            count += 1
            box.clock.advance(timedelta(hours=2))
            if count < 3:
                box.sim.people.set_field("10001" if count == 1 else "10060", titulo="Mudou")
        assert cursor is not None
        assert {"10001", "10060"} <= set(ids(await next_pass(box, cursor)))

    async def test_after_a_long_silence_too(self) -> None:
        box = self.world()
        page = await first_pass(box, NOW)
        for id in [row["id"] for row in box.tickets.values()]:
            box.sim.people.set_field(id, endereco="Rua Nova, 1")
            box.sim.people.comment(id, f"Para {id}")
        box.clock.advance(60)
        seen: dict[str, list[str]] = {}
        edited, cursor = False, None
        async for some in box.erp.changed_since(page.cursor, clientes=False):  # type: ignore[arg-type]
            for id, movements in some.movimentacoes.items():
                seen.setdefault(id, []).extend(m.texto for m in movements)
            cursor = some.cursor
            box.clock.advance(timedelta(hours=2))
            if not edited:
                edited = True
                box.sim.people.comment("10001", "Mais uma")
                box.sim.people.comment("10060", "Não lido ainda")  # a higher number, in a later part
        seen["10060"].remove("Não lido ainda")
        assert seen == {row["id"]: [f"Para {row['id']}"] for row in box.tickets.values()}
        assert [m.texto for m in (await next_pass(box, cursor)).movimentacoes["10001"]] == ["Mais uma"]

    async def test_a_sweep_can_be_resumed(self) -> None:
        box = self.world()
        whole = await collect(self.world().erp.changed_since(LONG_AGO, clientes=False))
        cursor: Cursor | None = None
        read: list[str | None] = []
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            read += ids(page)
            cursor = page.cursor
            if cursor is not None:
                break
        assert cursor is not None
        assert cursor.id
        box.sim.requests.clear()
        async for page in box.open(page_size=2).changed_since(cursor, clientes=False):
            assert not set(ids(page)) & set(read)
            read += ids(page)
            cursor = page.cursor or cursor
        assert read == ids(whole)
        assert cursor.id == ""
        box.clock.advance(60)
        assert len((await next_pass(box, cursor)).movimentacoes) == 0

    async def test_the_end_of_a_resumed_sweep_forgets_nothing(self) -> None:
        box = self.world()
        cursor: Cursor | None = None
        async for page in box.erp.changed_since(LONG_AGO, clientes=False):
            cursor = page.cursor
            if cursor is not None:
                break
        box.clock.advance(timedelta(days=3))  # the daemon was away
        box.sim.people.comment("10001", "Enquanto isso")
        box.sim.people.set_field("10001", titulo="Enquanto isso")
        box.clock.advance(60)
        page = await next_pass(box, cursor)
        page = await next_pass(box, page.cursor)
        assert "10001" in ids(page)
        assert [m.texto for m in page.movimentacoes["10001"]] == ["Enquanto isso"]

    async def test_without_a_clock_it_moves_on_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        box = self.world()
        monkeypatch.setattr(type(box.erp._client), "erp_time", lambda self, ours: None)
        page = await first_pass(box)
        stamps = sorted({row["ultima_atualizacao"] for row in box.tickets.values()})
        assert page.cursor is not None
        local = page.cursor.instante.astimezone(box.erp.timezone)
        assert local.strftime("%Y-%m-%d %H:%M:%S") == stamps[-2]

    async def test_more_rows_than_asked_for(self) -> None:
        box = self.world()
        box.sim.options.more_rows_than_rp = True
        page = await collect(box.erp.changed_since(LONG_AGO, clientes=False))
        assert len(ids(page)) + len(page.unreadable) == len(box.tickets)
        assert len(set(ids(page))) == len(ids(page))

    @pytest.mark.parametrize("option", ["total_as_int", "registros_as_object", "unstable_ties"])
    async def test_other_shapes(self, option: str) -> None:
        box = self.world()
        setattr(box.sim.options, option, True)
        page = await collect(box.erp.changed_since(LONG_AGO, clientes=False))
        assert len(ids(page)) + len(page.unreadable) == len(box.tickets)


class TestOpenTickets:
    async def test_all_but_the_closed(self, box: Box) -> None:
        page = await collect(box.erp.open_tickets())
        stored = {row["id"] for row in box.tickets.values() if row["su_status"] not in ("S", "C")}
        assert set(ids(page)) | {bad.id for bad in page.unreadable} == stored
        assert page.cursor is None
        assert all(ticket.status not in (Status.SOLUCIONADO, Status.CANCELADO) for ticket in page)


async def test_the_other_column_for_changes(box: Box) -> None:
    erp = box.open(change_stamp="data_ultima_alteracao")
    page = await collect(erp.changed_since(LONG_AGO, clientes=False))
    box.clock.advance(60)
    ticket = box.sim.people.open_ticket()
    assert ids(await collect(erp.changed_since(page.cursor, clientes=False))) == [ticket]
