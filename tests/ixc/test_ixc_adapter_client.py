"""Requests as they leave: listings, inserts, edits, and what is repeated."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from erp_bridge.adapters.ixc.client import Where
from erp_bridge.core.errors import Malformed, Refused, Unavailable, Uncertain, Unsupported
from ixc.scripted import ERROR_PAGE, Call, ScriptedErp, listing, refused, stored


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"id": str(id)} for id in ids]


class TestListings:
    async def test_the_request(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", listing())
        await scripted.client.all("su_ticket", Where("su_status", "!=", "S"), Where("id_cliente", "=", "5"), after=7)
        [call] = scripted.calls
        assert (call.method, call.path, call.headers["ixcsoft"]) == ("POST", "su_ticket", "listar")
        grid = call.json.pop("grid_param") if False else json.loads(call.json["grid_param"])
        assert grid == [
            {"TB": "su_ticket.su_status", "OP": "!=", "P": "S"}, {"TB": "su_ticket.id_cliente", "OP": "=", "P": "5"},
        ]  # fmt: skip
        assert {key: value for key, value in call.json.items() if key != "grid_param"} == {
            "qtype": "su_ticket.id", "query": "7", "oper": ">", "page": "1", "rp": "200",
            "sortname": "su_ticket.id", "sortorder": "asc",
        }  # fmt: skip
        assert all(isinstance(value, str) for value in call.json.values())

    async def test_one_page_is_one_request(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", listing(*rows(1, 2)))
        assert await scripted.client.all("su_ticket") == rows(1, 2)
        assert len(scripted.calls) == 1

    async def test_the_next_page_starts_after_the_last_id(self) -> None:
        erp = ScriptedErp(page_size=2)
        erp.on(
            "list su_ticket",
            listing(*rows(1, 4), total="5"),
            listing(*rows(6, 9), total="3"),
            listing(*rows(11), total="1"),
        )
        async with erp.adapter:
            assert await erp.client.all("su_ticket") == rows(1, 4, 6, 9, 11)
        assert [call.json["query"] for call in erp.calls] == ["0", "4", "9"]
        assert {call.json["page"] for call in erp.calls} == {"1"}

    async def test_without_a_total_a_short_page_is_the_last(self) -> None:
        erp = ScriptedErp(page_size=2)
        erp.on("list x", {"rows": rows(1, 2)}, {"rows": rows(3)})
        async with erp.adapter:
            assert await erp.client.all("x") == rows(1, 2, 3)
        assert len(erp.calls) == 2

    async def test_more_rows_than_asked_for_and_the_same_row_twice(self) -> None:
        erp = ScriptedErp(page_size=2)
        erp.on("list su_ticket", listing(*rows(1, 2, 2, 3), total="4"), listing(*rows(3, 5), total="2"))
        async with erp.adapter:
            assert await erp.client.all("su_ticket", after=0) == rows(1, 2, 3)
            assert await erp.client.all("su_ticket", after=3) == rows(5)

    async def test_a_server_that_gives_the_same_page_for_ever(self) -> None:
        erp = ScriptedErp(page_size=2).on("list su_ticket", listing(*rows(1, 2), total="9"))
        async with erp.adapter:
            with pytest.raises(Malformed, match="same rows"):
                await erp.client.all("su_ticket")
        assert len(erp.calls) == 2

    async def test_a_server_that_does_not_sort(self) -> None:
        erp = ScriptedErp(page_size=2).on("list su_ticket", listing(*rows(9, 2), total="9"))
        async with erp.adapter:
            with pytest.raises(Malformed, match="sort"):
                await erp.client.all("su_ticket")

    async def test_of_a_single_value_in_is_equals(self, scripted: ScriptedErp) -> None:
        scripted.on("list cliente", listing())
        await scripted.client.among("cliente", "id", ["5"])
        await scripted.client.among("cliente", "id", ["7", "5", "x", "7", ""])
        await scripted.client.among("cliente", "id", [])
        grids = [json.loads(call.json["grid_param"]) for call in scripted.calls]
        assert grids == [
            [{"TB": "cliente.id", "OP": "=", "P": "5"}], [{"TB": "cliente.id", "OP": "IN", "P": "5,7"}],
        ]  # fmt: skip

    async def test_many_values_go_in_pieces_of_a_page(self) -> None:
        erp = ScriptedErp(page_size=2).on("list cliente", listing())
        async with erp.adapter:
            await erp.client.among("cliente", "id", ["1", "2", "3"])
        assert [json.loads(call.json["grid_param"])[0]["P"] for call in erp.calls] == ["1,2", "3"]

    @pytest.mark.parametrize("hiccup", [ERROR_PAGE, httpx2.Response(500, text=ERROR_PAGE), '{"page":"1","regis', ""])
    async def test_a_hiccup_is_read_again(self, scripted: ScriptedErp, hiccup: Any) -> None:
        scripted.on("list su_ticket", hiccup, listing(*rows(1)))
        assert await scripted.client.all("su_ticket") == rows(1)
        assert len(scripted.clock.slept) == 1

    async def test_the_error_page_for_good_is_a_refusal(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", ERROR_PAGE)
        with pytest.raises(Refused, match=r"Ocorreu um erro ao processar\. Contate o suporte") as caught:
            await scripted.client.all("su_ticket")
        assert (caught.value.erp, caught.value.operation) == ("matriz", "list su_ticket")
        assert len(scripted.calls) == 3

    async def test_another_page_for_good_is_malformed(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", "<html><body>Entrar</body></html>")
        with pytest.raises(Malformed, match="HTML"):
            await scripted.client.all("su_ticket")

    async def test_a_wrong_address_is_not_asked_again(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", httpx2.Response(404, text="<html>404 Not Found</html>"))
        with pytest.raises(Malformed, match="404"):
            await scripted.client.all("su_ticket")
        assert len(scripted.calls) == 1

    async def test_a_refusal_is_not_repeated(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", refused("Sem permissão"))
        with pytest.raises(Refused):
            await scripted.client.all("su_ticket")
        assert len(scripted.calls) == 1

    async def test_a_table_that_is_not_offered_is_left_alone_for_an_hour(self, scripted: ScriptedErp) -> None:
        scripted.on("list t", refused("Recurso t não está disponível!"))
        with pytest.raises(Unsupported):
            await scripted.client.all("t")
        for _ in range(3):
            assert await scripted.client.all("t", optional=True) == []
            assert await scripted.client.first("t", limit=1, optional=True) == []
        assert len(scripted.calls) == 2
        scripted.clock.advance(3601)
        scripted.on("list t", listing(*rows(1)))
        assert await scripted.client.all("t", optional=True) == rows(1)

    async def test_a_row_that_was_not_asked_for_is_not_it(self, scripted: ScriptedErp) -> None:
        scripted.on("list su_ticket", listing(*rows(1, 2)))
        assert await scripted.client.one("su_ticket", "2") == {"id": "2"}
        assert await scripted.client.one("su_ticket", "3") is None
        assert await scripted.client.one("su_ticket", "x1") is None


class TestWrites:
    async def test_an_insert_never_asks_for_a_listing(self, scripted: ScriptedErp) -> None:
        scripted.on("su_ticket", stored("9"))
        assert await scripted.client.insert("su_ticket", {"titulo": "Não é"}) == "9"
        [call] = scripted.calls
        assert call.method == "POST"
        assert "ixcsoft" not in call.headers
        assert call.body == b'{"titulo":"N\\u00e3o \\u00e9"}'

    async def test_json_in_utf8_on_demand(self) -> None:
        erp = ScriptedErp(ascii_json=False).on("su_ticket", stored("9"))
        async with erp.adapter:
            await erp.client.insert("su_ticket", {"titulo": "Não"})
        assert erp.calls[0].body == '{"titulo":"Não"}'.encode()

    async def test_an_edit(self, scripted: ScriptedErp) -> None:
        scripted.on("su_ticket/9", stored("9"))
        await scripted.client.replace("su_ticket", "9", {"titulo": "x"})
        assert (scripted.calls[0].method, scripted.calls[0].path) == ("PUT", "su_ticket/9")

    @pytest.mark.parametrize(
        "answer",
        [
            ERROR_PAGE,
            httpx2.Response(500, text=ERROR_PAGE),
            "",
            '{"type":"succ',
            {},
            {"type": "success", "message": ""},
        ],
    )
    async def test_an_unclear_answer_is_uncertain_and_not_repeated(self, scripted: ScriptedErp, answer: Any) -> None:
        scripted.on("su_ticket", answer)
        with pytest.raises(Uncertain):
            await scripted.client.insert("su_ticket", {})
        assert len(scripted.calls) == 1

    async def test_a_lost_answer_is_uncertain_and_not_repeated(self, scripted: ScriptedErp) -> None:
        scripted.on("su_ticket", httpx2.ReadError("reset"))
        with pytest.raises(Uncertain):
            await scripted.client.insert("su_ticket", {})
        assert len(scripted.calls) == 1

    async def test_no_connection_is_tried_again(self, scripted: ScriptedErp) -> None:
        scripted.on("su_ticket", httpx2.ConnectError("refused"), stored("9"))
        assert await scripted.client.insert("su_ticket", {}) == "9"

    async def test_an_upload_is_multipart(self, scripted: ScriptedErp) -> None:
        scripted.on("su_ticket_arquivos", stored("3"))
        id = await scripted.client.upload(
            "su_ticket_arquivos", {"id_ticket": "9"}, "local_arquivo", "foto.jpg", b"\xff\xd8"
        )
        [call] = scripted.calls
        assert id == "3"
        assert call.headers["content-type"].startswith("multipart/form-data")
        for part in (b'name="id_ticket"', b'name="local_arquivo"; filename="foto.jpg"', b"\xff\xd8"):
            assert part in call.body


class TestProtocolo:
    @pytest.mark.parametrize("answer", [202607581197, "202607581197", {"protocolo": "202607581197"}])
    async def test_every_form(self, scripted: ScriptedErp, answer: Any) -> None:
        scripted.on("gerar_protocolo_atendimento", answer)
        assert await scripted.adapter.reserve_protocolo() == "202607581197"
        assert "ixcsoft" not in scripted.calls[0].headers

    async def test_a_lost_number_is_no_lost_ticket(self, scripted: ScriptedErp) -> None:
        scripted.on("gerar_protocolo_atendimento", httpx2.ReadError("reset"))
        with pytest.raises(Unavailable, match="nothing was written"):
            await scripted.adapter.reserve_protocolo()
        assert len(scripted.calls) == 1

    async def test_a_page_is_no_number(self, scripted: ScriptedErp) -> None:
        scripted.on("gerar_protocolo_atendimento", ERROR_PAGE)
        with pytest.raises(Malformed):
            await scripted.adapter.reserve_protocolo()


async def test_pages_that_shift_lose_nothing() -> None:
    """A row leaves what was asked for while it is read: with page numbers row 5 would be skipped."""
    table = list(range(1, 8))
    erp = ScriptedErp(page_size=2)

    def serve(call: Call) -> dict[str, Any]:
        after = int(call.json["query"])
        found = [id for id in table if id > after]
        if len(erp.calls) == 2:
            table.remove(1)
        return listing(*rows(*found[:2]), total=str(len(found)))

    erp.on("list su_ticket", serve)
    async with erp.adapter:
        assert await erp.client.all("su_ticket") == rows(1, 2, 3, 4, 5, 6, 7)
