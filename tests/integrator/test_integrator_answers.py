"""The many forms of Integrator's answers, and what each means for a read and for a write."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from erp_bridge.core.errors import AuthError, BridgeError, Malformed, Refused, Unavailable, Uncertain
from erp_bridge.core.model import Movimentacao
from integrator.fake_tenant import PASSWORD, URL, USER, FakeTenant, adapter, refused, row

OK = {"error": False, "exception": ""}
READS_NOTHING = [
    {**OK},
    {},
    {**OK, "data": None},
    {**OK, "data": []},
    {**OK, "data": {}},
    {**OK, "data": {"results": []}},
    {**OK, "data": {"results": None}},
    {"error": "false", "exception": ""},
    {"error": 0},
    {"error": None, "exception": "isto não conta"},
]


@pytest.mark.parametrize("answer", READS_NOTHING)
async def test_no_rows(answer):  # quirk 3
    async with adapter(FakeTenant(clientes=httpx2.Response(200, json=answer))) as erp:
        assert await erp.find_client("11144477735") is None


@pytest.mark.parametrize("results", [row(), [row()], {"CODOCO": "01A0000001  ", "Codcli": 55, "extra": {"a": 1}}])
async def test_one_row_is_an_object_or_a_list(results):  # quirks 4, 7, 17
    async with adapter(FakeTenant(atendimento=httpx2.Response(200, json={**OK, "data": {"results": results}}))) as erp:
        ticket = await erp.get("01A0000001")
        assert ticket.cliente is not None
        assert (ticket.id, ticket.cliente.id) == ("01A0000001", "55")


async def test_any_content_type_any_charset_and_a_bom():  # quirk 8
    body = '{"data": {"results": [{"codoco": "01A", "codcli": "5", "descri_oco": "ação"}]}}'
    for content in (body.encode("utf-8-sig"), body.encode("latin-1")):
        answer = httpx2.Response(200, content=content, headers={"content-type": "text/html; charset=iso-8859-1"})
        async with adapter(FakeTenant(atendimento=answer)) as erp:
            assert (await erp.get("01A")).descricao == "ação"


REFUSALS: list[tuple[Any, str]] = [
    (refused("Cliente bloqueado"), "Cliente bloqueado"),
    (httpx2.Response(200, json={"error": 1, "exception": "<b>Cliente</b>\n bloqueado"}), "Cliente bloqueado"),
    (httpx2.Response(200, json={"error": "Falhou", "exception": None}), "Falhou"),
    (httpx2.Response(200, json={"error": True}), "the ERP refused without saying why"),
    (httpx2.Response(200, json={"exception": "Sem permissão"}), "Sem permissão"),
    (httpx2.Response(200, json={"error": {"code": 5}, "exception": ["x"]}), "the ERP refused without saying why"),
    (httpx2.Response(400, json={"error": True, "exception": "Parâmetro"}), "Parâmetro"),
    (httpx2.Response(422, json={}), "HTTP 422 without a text"),
]


@pytest.mark.parametrize(("answer", "text"), REFUSALS)
async def test_refusals_in_the_erps_own_words(answer, text):  # quirk 6
    async with adapter(FakeTenant(atendimento=answer, **{"tenant.comenta": answer})) as erp:
        with pytest.raises(Refused) as read:
            await erp.get("01A")
        with pytest.raises(Refused) as written:
            await erp.add_movement("01A", Movimentacao(texto="x"))
    assert read.value.message == written.value.message == text
    assert (read.value.erp, read.value.operation) == ("filial", "atendimento")
    assert written.value.operation == "tenant.comenta"


ODD: list[tuple[Any, type[BridgeError], type[BridgeError]]] = [
    # answer, what a read raises, what a write raises
    (httpx2.Response(200, text="Erro ao conectar no banco"), Refused, Uncertain),  # quirk 5
    (httpx2.Response(200, json="Erro ao conectar no banco"), Refused, Uncertain),
    (httpx2.Response(200, text="<!DOCTYPE html><title>Entrar</title>"), Malformed, Uncertain),
    (httpx2.Response(200, text="<br />\n<b>Fatal error</b>: x"), Malformed, Uncertain),
    (httpx2.Response(200, text=""), Malformed, Uncertain),
    (httpx2.Response(200, text=" \n"), Malformed, Uncertain),
    (httpx2.Response(200, text='{"data": {"results": [{"codo'), Malformed, Uncertain),
    (httpx2.Response(200, json=[1, 2]), Malformed, Uncertain),
    (httpx2.Response(200, json={"data": {"results": "ok"}}), Malformed, Uncertain),
    (httpx2.Response(200, json={"data": {"results": [1]}}), Malformed, Uncertain),
    (httpx2.Response(200, json={"data": "texto"}), Malformed, Uncertain),
    (httpx2.Response(404, text="<html>Not Found</html>"), Malformed, Malformed),
    (httpx2.Response(404, json={"error": True, "exception": "x"}), Malformed, Malformed),
    (httpx2.Response(302, headers={"location": "https://outro.example/login"}), Malformed, Malformed),
    (httpx2.Response(400, text="<html>Bad Request</html>"), Malformed, Malformed),
    (httpx2.Response(413, text="Request Entity Too Large"), Refused, Refused),
    (httpx2.Response(500, text="Fatal error"), Unavailable, Uncertain),
    (httpx2.Response(500, json={"error": True, "exception": "Deadlock"}), Unavailable, Uncertain),
    (httpx2.Response(401, text="x"), AuthError, AuthError),
    (httpx2.Response(403, json={"error": True, "exception": "x"}), AuthError, AuthError),
    (httpx2.ReadTimeout("late"), Unavailable, Uncertain),
    (httpx2.ConnectError("refused"), Unavailable, Unavailable),
]


@pytest.mark.parametrize(("answer", "read", "written"), ODD)
async def test_other_answers(answer, read, written):
    tenant = FakeTenant(atendimento=answer, **{"tenant.comenta": answer})
    async with adapter(tenant) as erp:
        with pytest.raises(BridgeError) as reading:
            await erp.get("01A")
        with pytest.raises(BridgeError) as writing:
            await erp.add_movement("01A", Movimentacao(texto="x"))
    assert (type(reading.value), type(writing.value)) == (read, written)
    for error in (reading.value, writing.value):
        assert "\n" not in error.message
        assert len(error.message) < 500
    if not isinstance(answer, httpx2.ConnectError):
        assert len(tenant.asked("tenant.comenta")) == 1  # a write is never repeated blindly (quirk 22)


async def test_a_wrong_address_says_what_to_check():
    async with adapter(FakeTenant(atendimento=httpx2.Response(404, text="<html>404</html>"))) as erp:
        with pytest.raises(Malformed, match=r"integrator\.server\.php"):
            await erp.get("01A")


@pytest.mark.parametrize("answer", [{**OK}, {**OK, "data": {"results": "ok"}}, {"data": {"results": {"x": 1}}}])
async def test_a_write_counts_as_done_when_the_erp_says_so(answer):
    tenant = FakeTenant(**{"tenant.comenta": httpx2.Response(200, json=answer)})
    async with adapter(tenant, queries={}) as erp:
        assert (await erp.add_movement("01A", Movimentacao(texto="x"))).texto == "x"


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": {"results": None}}])
async def test_a_write_answered_by_neither_yes_nor_no_is_uncertain(answer):
    tenant = FakeTenant(**{"tenant.comenta": httpx2.Response(200, json=answer)})
    async with adapter(tenant, queries={}) as erp:
        with pytest.raises(Uncertain, match="neither yes nor no"):
            await erp.add_movement("01A", Movimentacao(texto="x"))


async def test_the_envelope():  # quirks 1, 2, 12
    tenant = FakeTenant(atendimento=[row()])
    async with adapter(tenant) as erp:
        await erp.get("01A0000001")
        assert erp.requests == 1
    request = tenant.bodies[0]["request"]
    assert request["sendRequest"] == "integrator.server"
    assert (request["method"], request["submethod"]) == ("list", "view.execute")
    assert (request["params"]["_user"], request["params"]["_passwd"]) == (USER, PASSWORD)
    assert tenant.paths == ["/integrator.server.php"]
    assert tenant.headers[0]["applicationv"] == "Integrator/6"
    assert tenant.headers[0]["content-type"].startswith("application/json")


@pytest.mark.parametrize("url", [f"{URL}/", f"{URL}/integrator.server.php"])
async def test_the_address_may_be_pasted_whole(url):
    tenant = FakeTenant(atendimento=[row()])
    async with adapter(tenant, url=url) as erp:
        await erp.get("01A0000001")
    assert tenant.paths == ["/integrator.server.php"]


async def test_ping_counts_types_and_explains_a_refusal():
    async with adapter(FakeTenant(**{"atendimento.listTypes": [{"codocop": "1"}, {"codocop": "2"}]})) as erp:
        assert await erp.ping() == "Integrator with 2 ticket types"
    async with adapter(FakeTenant(**{"atendimento.listTypes": refused("Usuário ou senha inválidos")})) as erp:
        with pytest.raises(Refused, match=r"Usuário ou senha inválidos .*keys user and password"):
            await erp.ping()
