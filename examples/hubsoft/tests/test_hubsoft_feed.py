"""The list goes by the day of opening: what may still change is read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fake_hubsoft import API
from hubsoft_box import Box

from erp_bridge import Cursor, Status


async def read(box: Box, since: datetime | Cursor) -> tuple[dict[str, Status | None], Cursor]:
    found: dict[str, Status | None] = {}
    cursors = []
    async for page in box.erp.changed_since(since, clientes=False):
        found |= {ticket.id or "": ticket.status for ticket in page}
        cursors += [page.cursor] if page.cursor else []
    assert len(cursors) == 1
    return found, cursors[0]


async def test_every_page_is_read_and_the_cursor_moves_to_the_newest_stamp() -> None:
    box = Box()
    opened = [box.hub.add(opened=box.local(f"2026-09-{day:02} 10:00:00")) for day in range(1, 13)]
    found, cursor = await read(box, datetime(2026, 9, 1, tzinfo=UTC))
    assert set(found) == set(opened)
    assert cursor.instante == box.local("2026-09-12 10:00:00")
    assert cursor.marcas == {"aberto_desde": "2026-09-01"}


async def test_a_change_of_a_known_open_ticket_is_seen_however_old_it_is() -> None:
    box = Box()
    old = box.hub.add(opened=box.local("2026-07-10 10:00:00"))
    box.hub.add(opened=box.local("2026-09-15 10:00:00"))
    _, cursor = await read(box, datetime(2026, 7, 1, tzinfo=UTC))
    box.hub.close(old)
    found, cursor = await read(box, cursor)
    assert found[old] is Status.SOLUCIONADO
    found, _ = await read(box, cursor)
    assert old not in found  # closed and seen: the window has moved on


async def test_the_window_has_an_end() -> None:
    box = Box(reread="30d")
    box.hub.add(opened=box.local("2026-03-10 10:00:00"))
    newest = box.hub.add(opened=box.local("2026-09-15 10:00:00"))
    found, cursor = await read(box, datetime(2026, 3, 11, tzinfo=UTC))
    assert len(found) == 2  # from a date instead of a cursor: what is a little older may have changed since
    assert set((await read(box, cursor))[0]) == {newest}


async def test_a_stamp_in_the_future_does_not_carry_the_cursor_away() -> None:
    box = Box()
    box.hub.add(opened=box.local("2026-09-15 10:00:00"))
    box.hub.add(opened=box.clock.now() + timedelta(hours=3))
    _, cursor = await read(box, datetime(2026, 9, 1, tzinfo=UTC))
    assert cursor.instante == box.local("2026-09-15 10:00:00")


async def test_nothing_read_leaves_the_cursor_where_it_is() -> None:
    box = Box()
    start = datetime(2026, 9, 1, tzinfo=UTC)
    found, cursor = await read(box, start)
    assert (found, cursor.instante, cursor.marcas) == ({}, start, {})


async def test_an_idle_pass_costs_the_pages_of_its_window() -> None:
    box = Box()
    for day in range(1, 13):
        box.hub.add(opened=box.local(f"2026-09-{day:02} 10:00:00"))
    _, cursor = await read(box, datetime(2026, 9, 1, tzinfo=UTC))
    box.hub.requests.clear()
    await read(box, cursor)
    assert box.hub.requests == [f"POST {API}/atendimento/paginado/5"] * 3


async def test_the_beginning_of_time_is_a_date_like_any_other() -> None:
    box = Box()
    protocolo = box.hub.add()
    assert set((await read(box, datetime.min.replace(tzinfo=UTC)))[0]) == {protocolo}
