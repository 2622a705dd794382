"""How many tickets are read, how far back, and what that costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State, census
from erp_bridge.core.adapter import Adapter, Capability, Cursor, Page, Unreadable
from erp_bridge.core.model import Atendimento

NOW = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)
#: Columns that date what happened, by table.
OLD = {
    "su_ticket": ("data_criacao", "data_ultima_alteracao", "ultima_atualizacao"),
    "su_mensagens": ("data",),
    "su_transf_atendimento": ("data_transferencia",),
}
ALL = frozenset({Capability.CHANGED_SINCE, Capability.OPEN_TICKETS})


class Busy:
    """An ERP that gets one ticket a day; each of its pages of one ticket costs ``cost`` requests."""

    def __init__(self, cost: int, capabilities: frozenset[Capability] = ALL, opened: int = 0) -> None:
        self.cost, self.capabilities, self.opened = cost, capabilities, opened
        self.requests = 0
        self.asked: list[Any] = []
        self.closed = 0

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool) -> AsyncIterator[Page]:
        assert not clientes
        self.asked.append(desde if isinstance(desde, Cursor) else (NOW - desde).days)
        days = [] if isinstance(desde, Cursor) else range((NOW - desde).days)
        try:
            for day in days:
                self.requests += self.cost
                yield Page((_ticket(f"d{day}"),))
            self.requests += 1
            yield Page(cursor=Cursor(instante=NOW))
        finally:
            self.closed += 1

    async def open_tickets(self, *, clientes: bool) -> AsyncIterator[Page]:
        for number in range(self.opened):
            self.requests += self.cost
            yield Page((_ticket(f"o{number}"),), unreadable=(Unreadable("d1", "status", "AG"),))


def _ticket(id: str) -> Atendimento:
    return Atendimento(id=id, descricao="long " * 1000)


async def take(erp: Busy) -> census.Census:
    return await census.take(cast("Adapter", erp), NOW)


async def test_a_quiet_erp_is_read_for_all_ninety_days() -> None:
    erp = Busy(cost=1, opened=3)
    counted = await take(erp)
    assert erp.asked == [10, 30, 90, Cursor(instante=NOW)]
    assert (counted.days, counted.whole, counted.all_open) == (90, True, True)
    assert len(counted.tickets) == 93
    assert counted.unreadable == {"d1": "status=AG"}
    assert counted.idle == 1
    assert erp.closed == 4


async def test_what_would_cost_too_much_is_not_begun() -> None:
    erp = Busy(cost=5)  # 10 days: 51 requests, 30 days: 151, 90 days: 451
    counted = await take(erp)
    assert erp.asked == [10, 30, Cursor(instante=NOW)]
    assert (counted.days, counted.whole) == (30, True)
    assert len(counted.tickets) == 30
    assert counted.idle == 1


async def test_a_reading_that_grows_too_long_is_dropped_for_the_shorter_one_that_is_whole() -> None:
    class Uneven(Busy):
        async def changed_since(self, desde: datetime | Cursor, *, clientes: bool) -> AsyncIterator[Page]:
            self.cost = 1 if isinstance(desde, Cursor) or (NOW - desde).days == 10 else 10
            async for page in super().changed_since(desde, clientes=clientes):
                yield page

    erp = Uneven(cost=1)
    counted = await take(erp)
    assert erp.asked == [10, 30, Cursor(instante=NOW)]
    assert (counted.days, counted.whole, len(counted.tickets)) == (10, True, 10)
    assert erp.requests <= 11 + census.REQUESTS + 1


async def test_not_even_ten_days_can_be_afforded() -> None:
    erp = Busy(cost=40, opened=20)
    counted = await take(erp)
    assert erp.asked == [10]
    assert (counted.days, counted.whole, counted.all_open, counted.idle) == (10, False, False, None)
    assert len(counted.tickets) == 10  # five of either feed
    assert erp.requests == 2 * census.REQUESTS
    assert erp.closed == 1  # a feed that is left is closed


async def test_an_erp_without_a_feed() -> None:
    erp = Busy(cost=1, capabilities=frozenset({Capability.OPEN_TICKETS}), opened=2)
    counted = await take(erp)
    assert (erp.asked, counted.days, len(counted.tickets), counted.idle) == ([], 0, 2, None)


async def test_texts_of_tickets_are_not_kept() -> None:
    assert {ticket.descricao for ticket in (await take(Busy(cost=1))).tickets.values()} == {""}


@pytest.mark.parametrize(
    ("lang", "detail"),
    [
        ("en", "{count} read: changed in the last 90 days, or open now; a pass without news takes 3 requests"),
        ("pt-BR", "{count} lidos: alterados nos últimos 90 dias, ou abertos agora; uma passada sem novidades custa 3"),
    ],
)
async def test_it_is_said_what_was_read(tmp_path: Path, lang: str, detail: str) -> None:
    pair = simulated(tmp_path)
    finding = (await look(pair, "matriz", lang=lang)).one("matriz", "tickets")
    assert finding.state is State.OK
    assert finding.detail.startswith(detail.format(count=len(pair.left.tables["su_ticket"])))


async def test_a_ticket_closed_long_ago_is_not_read_and_an_old_open_one_is(tmp_path: Path) -> None:
    pair = simulated(tmp_path, right=1)
    for name, columns in OLD.items():
        for row in pair.left.tables[name].values():
            row.update(dict.fromkeys(columns, "2026-05-02 09:00:00"))  # four months ago
    tickets = pair.left.tables["su_ticket"]
    still_open = {str(id) for id, row in tickets.items() if row["su_status"] not in ("S", "C")}
    assert 0 < len(still_open) < len(tickets)
    counted = (await look(pair, "matriz")).erps["matriz"].census
    assert counted.tickets.keys() | counted.unreadable.keys() == still_open


@pytest.mark.parametrize(
    ("lang", "part"),
    [("en", "a part of them, for 3 requests were not enough for all"),
     ("pt-BR", "uma parte deles, pois 3 requisições não bastaram para todos")],
)  # fmt: skip
async def test_a_sample_is_called_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, part: str) -> None:
    monkeypatch.setattr(census, "REQUESTS", 3)
    pair = simulated(tmp_path, left=40, erps={"matriz": {"page_size": "2"}})
    assert part in (await look(pair, "matriz", lang=lang)).one("matriz", "tickets").detail


@pytest.mark.parametrize(
    ("lang", "part"),
    [("en", "; 90 days would take more than 8 requests"), ("pt-BR", "; 90 dias custariam mais que 8 requisições")],
)
async def test_fewer_days_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, part: str) -> None:
    monkeypatch.setattr(census, "REQUESTS", 8)
    detail = (await look(simulated(tmp_path), "matriz", lang=lang)).one("matriz", "tickets").detail
    assert part in detail
    assert ("last 10 days" if lang == "en" else "últimos 10 dias") in detail


async def test_days_are_counted_back_from_the_erps_own_time(tmp_path: Path) -> None:
    """Tickets are stamped by its clock, however wrong that is."""
    pair = simulated(tmp_path)
    tickets, here = pair.left.tables["su_ticket"], pair.clock.now
    pair.left._state.now = pair.left.app._now = lambda: here() + timedelta(days=400)
    still_open = {str(id) for id, row in tickets.items() if row["su_status"] not in ("S", "C")}
    counted = (await look(pair, "matriz")).erps["matriz"].census
    assert counted.tickets.keys() | counted.unreadable.keys() == still_open


async def test_codes_without_a_meaning(tmp_path: Path) -> None:
    pair = simulated(tmp_path)
    for row in pair.left.tables["su_ticket"].values():
        row |= {"su_status": row["su_status"] or "N", "id_ticket_origem": "I"}
    pair.left.people.set_field("10001", su_status="P", prioridade="M")
    known = await look(pair, "matriz")
    unreadable = len(known.erps["matriz"].census.unreadable)
    pair.left.people.set_field("10001", su_status="AG")
    pair.left.people.set_field("10002", id_ticket_origem="A")
    report = await look(pair, "matriz")
    barred = report.one("matriz", "codes", "unreadable: ")
    assert len(report.erps["matriz"].census.unreadable) == unreadable + 1
    assert "status=AG ×" in barred.detail
    assert barred.state is State.WARNING
    assert barred.advice.startswith("write a vocabulary line for each code")
    blank = report.one("matriz", "codes", "unknown, left blank")
    assert (blank.state, blank.detail) == (State.OK, "unknown, left blank on twins: origem=A ×1")


async def test_codes_that_are_all_known(tmp_path: Path) -> None:
    pair = simulated(tmp_path)
    for row in pair.left.tables["su_ticket"].values():
        row.update({"su_status": "P", "prioridade": "M", "id_ticket_origem": "I"})
    assert (await look(pair, "matriz")).one("matriz", "codes").detail == "all known"
    assert (await look(pair, "matriz", lang="pt-BR")).one("matriz", "codes").detail == "todos conhecidos"
