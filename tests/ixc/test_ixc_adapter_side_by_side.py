"""Long listings are read in stretches of ids side by side; whatever the ids look like, each row comes once."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterable
from typing import Any

import pytest

from erp_bridge.adapters.ixc.wire import SuTicket
from erp_bridge.core.errors import Refused
from ixc.scripted import Call, ScriptedErp, listing, refused

SIZE = 4


class Shelf:
    """A table that answers by ids, as the ERP does."""

    def __init__(self, ids: Iterable[int], *, heeds_bounds: bool = True) -> None:
        self.ids = sorted(ids)
        self.heeds_bounds = heeds_bounds
        self.asked = 0

    def __call__(self, call: Call) -> Any:
        self.asked += 1
        wanted = [id for id in self.ids if id > int(call.json["query"])]
        for item in json.loads(call.json.get("grid_param", "[]")):
            if item["OP"] == "<=" and self.heeds_bounds:
                wanted = [id for id in wanted if id <= int(item["P"])]
        rows = [{"id": str(id), "titulo": f"t{id}"} for id in wanted[: int(call.json["rp"])]]
        return listing(*rows, total=str(len(wanted)))


def erp_with(shelf: Any, **keys: Any) -> ScriptedErp:
    return ScriptedErp(page_size=SIZE, **keys).on("list su_ticket", shelf)


async def read(erp: ScriptedErp, after: int = 0) -> list[int]:
    async with erp.adapter:
        pages = [page async for page in erp.client.records(SuTicket, "su_ticket", after=after)]
    assert all(pages)
    assert all(row.titulo == f"t{row.id}" for page in pages for row in page)
    return [int(row.id) for page in pages for row in page]


async def test_without_gaps_it_costs_no_more_requests() -> None:
    shelf = Shelf(range(1000, 1100))
    assert await read(erp_with(shelf)) == shelf.ids
    assert shelf.asked == 25


async def test_the_end_is_asked_for_beside_the_others() -> None:
    """It alone has no upper bound, and is no round trip more after all others."""
    shelf, bounded = Shelf(range(1000, 1100)), []

    def noted(call: Call) -> Any:
        bounded.append("grid_param" in call.json)
        return shelf(call)

    assert await read(erp_with(noted)) == shelf.ids
    assert bounded == [False, *[True] * 23, False]


async def test_while_the_first_page_is_handled_no_more_are_asked_for_than_may_be_in_flight() -> None:
    """What its handling asks for itself, such as names, would have to wait behind them."""
    shelf = Shelf(range(1, 200))
    erp = erp_with(shelf, max_concurrency=3)
    async with erp.adapter:
        pages = erp.client.records(SuTicket, "su_ticket")
        await anext(pages)
        for _ in range(100):
            await asyncio.sleep(0)
        assert shelf.asked == 1 + 3
        await anext(pages)
        for _ in range(100):
            await asyncio.sleep(0)
        assert shelf.asked == 1 + 3 + 4
        await pages.aclose()


async def test_a_short_listing_is_read_page_by_page() -> None:
    shelf = Shelf(range(1, 4 * SIZE))
    erp = erp_with(shelf)
    assert await read(erp) == shelf.ids
    assert not any("grid_param" in call.json for call in erp.calls)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_ids_look_like(seed: int) -> None:
    """Sparse, dense, with wide gaps, in clusters."""
    dice = random.Random(seed)
    ids, at = set(), dice.randrange(1, 10**6)
    for _ in range(150):
        at += dice.choice([1, 1, 1, 2, dice.randrange(1, 10), dice.choice([1, 1, 1, 10**5])])
        ids.add(at)
    shelf = Shelf(ids)
    assert await read(erp_with(shelf)) == shelf.ids
    assert shelf.asked < 4 * len(ids) / SIZE  # a gap costs what was asked for behind it


async def test_an_erp_that_does_not_heed_the_bound() -> None:
    shelf = Shelf(range(10, 500, 7), heeds_bounds=False)
    assert await read(erp_with(shelf)) == shelf.ids


async def test_rows_come_and_go_while_they_are_read() -> None:
    """What is there from first to last is read once; a total that has become too high keeps nobody waiting."""
    shelf = Shelf(range(1, 201))

    def moving(call: Call) -> Any:
        if shelf.asked == 10:
            shelf.ids = [id for id in shelf.ids if id <= 120] + list(range(300, 330))
        return shelf(call)

    found = await read(erp_with(moving))
    assert found == sorted(set(found))
    assert {*range(1, 121), *range(300, 330)} <= set(found)
    assert shelf.asked < 60


async def test_no_more_at_once_than_allowed() -> None:
    shelf, inside, most = Shelf(range(1, 200)), 0, 0
    erp = erp_with(shelf, max_concurrency=3)
    send = erp.client._http._exchange.send

    async def counted(*args: Any, **keys: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        try:
            return await send(*args, **keys)
        finally:
            inside -= 1

    erp.client._http._exchange.send = counted
    assert await read(erp) == shelf.ids
    assert most == 3


async def test_who_stops_early_leaves_nothing_behind() -> None:
    erp = erp_with(Shelf(range(1, 500)))
    async with erp.adapter:
        pages = erp.client.records(SuTicket, "su_ticket")
        for _ in range(3):
            await anext(pages)
        await pages.aclose()
        asked = len(erp.calls)
        await asyncio.sleep(0)
        assert len(erp.calls) == asked
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_error_ends_all_of_it() -> None:
    shelf = Shelf(range(1, 500))
    erp = erp_with(lambda call: shelf(call) if shelf.asked < 7 else refused("Sem permissão"))
    with pytest.raises(Refused):
        await read(erp)
    assert asyncio.all_tasks() == {asyncio.current_task()}
