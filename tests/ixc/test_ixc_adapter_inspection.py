"""What the adapter finds out about the token's own user (quirks 21 and 32). More of it in ``tests/checkup``."""

from __future__ import annotations

from typing import Any

import pytest

from erp_bridge import i18n
from erp_bridge.adapters.ixc import inspection
from erp_bridge.core.adapter import Capability, Notice
from erp_bridge.transport.network import Network
from ixc.ixc_box import adapter
from ixc.scripted import ERROR_PAGE, ScriptedErp, listing, refused

TABLES = [table.name for table in inspection._tables(adapter(Network())._settings)]
NO_FILTER = dict.fromkeys(inspection._FILTERS, "N")


def user(scripted: ScriptedErp, **columns: str) -> ScriptedErp:
    """An IXC whose tables are empty but for the token's user."""
    for table in TABLES:
        scripted.on(f"list {table}", listing())
    return scripted.on("list usuarios", listing({"id": "61", **columns}))


def one(notices: list[Notice], part: str) -> Notice:
    [found] = [notice for notice in notices if part in notice.message]
    return found


async def test_it_is_declared() -> None:
    assert Capability.INSPECT in adapter(Network()).capabilities


async def test_an_installation_that_shows_no_flags(scripted: ScriptedErp) -> None:
    """A record without these columns says nothing of filters, and is not taken for saying that there are none."""
    unknown = await user(scripted, nome="Integração").adapter.inspect()
    assert one(unknown, "the filters of the token's user (61) cannot be read").advice
    known = await user(scripted, nome="Integração", **NO_FILTER).adapter.inspect()
    assert not one(known, "no filter of the token's user (61) is switched on").advice


@pytest.mark.parametrize("flag", inspection._FILTERS)
async def test_each_filter_is_told(scripted: ScriptedErp, flag: str) -> None:
    notices = await user(scripted, **{**NO_FILTER, flag: "S"}).adapter.inspect()
    assert one(notices, "are switched on").message.endswith(f": {flag}")


async def test_the_error_page_for_a_table(scripted: ScriptedErp) -> None:
    user(scripted, **NO_FILTER).on("list wfl_processo", ERROR_PAGE)
    notice = one(await scripted.adapter.inspect(), "wfl_processo")
    assert notice.message.startswith("wfl_processo cannot be read: processes have no names; ")
    assert notice.advice.endswith("[erp.matriz.vocab.processo]")


@pytest.mark.parametrize(
    ("view", "column"),
    [("su_mensagens", "id_ticket"), ("su_transf_atendimento", "id_atendimento"), ("su_oss_chamado", "id_ticket")],
)
async def test_each_view_is_compared(scripted: ScriptedErp, view: str, column: str) -> None:
    rows: list[dict[str, Any]] = [{"id": "7", column: "20"}, {"id": "8", column: "9"}, {"id": "9", column: "0"}]
    user(scripted, **NO_FILTER).on(f"list {view}", listing(*rows)).on("list su_ticket", listing({"id": "9"}))
    notice = one(await scripted.adapter.inspect(), "listing of tickets shows")
    assert notice.topic == "hidden tickets"
    assert "shows 1 of the 2 tickets that the newest 3 messages" in notice.message
    assert "among these are 20;" in notice.message


async def test_only_the_first_ids_are_named(scripted: ScriptedErp) -> None:
    rows = [{"id": str(n), "id_ticket": str(n), "su_status": "P"} for n in range(1, 31)]
    user(scripted, **NO_FILTER).on("list su_mensagens", listing(*rows))
    message = one(await scripted.adapter.inspect(), "listing of tickets shows").message
    assert "shows 0 of the 30 tickets" in message
    assert "it lacks P 30/30; among these are 1, 2, 3, 4, 5, 6, 7, 8, …;" in message


async def test_it_only_lists(scripted: ScriptedErp) -> None:
    rows = [{"id": "1", "id_ticket": "5"}]
    user(scripted, **NO_FILTER).on("list su_mensagens", listing(*rows))
    await scripted.adapter.inspect()
    assert all(call.lists for call in scripted.calls)
    assert len(scripted.calls) == len(TABLES) + 2  # and one page of tickets, and the user


async def test_all_of_it_is_said_in_portuguese(scripted: ScriptedErp) -> None:
    for table in TABLES:
        scripted.on(f"list {table}", refused(f"Recurso {table} não está disponível!"))
    notices = await scripted.adapter.inspect()
    notices += await user(scripted, **NO_FILTER).adapter.inspect()
    notices += await user(scripted, **(NO_FILTER | {"filtra_setor": "S"})).adapter.inspect()
    i18n.use("pt-BR")
    try:
        for text in [text for notice in notices for text in (notice.message, notice.advice) if text]:
            assert i18n.rendered(text) != text
            assert not {"have", "cannot", "token's", "tickets", "the"} & set(i18n.rendered(text).split())
    finally:
        i18n.use("en")
