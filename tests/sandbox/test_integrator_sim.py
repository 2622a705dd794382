"""The simulated Integrator: its address, its envelope, its credentials, its options and faults."""

from __future__ import annotations

import json
import re

import httpx2
import pytest
from integrator_box import CREDENTIALS, PATH, Box

from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.integrator import Call, IntegratorSimulator
from erp_bridge.sandbox.world import generate, integrator_queries, integrator_submethods

CODE = re.compile(r"01[0-9A-Z]{8}")


@pytest.fixture
def box() -> Box:
    return Box()


# --- transport and envelope


async def test_other_addresses_are_unknown(box: Box) -> None:
    response = await box.client.post("/server.php", json={})
    assert response.status_code == 404
    assert response.text.startswith("<html>")


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"request": {"method": "list"}}', b"\xff"])
async def test_what_is_no_envelope_is_answered_in_plain_text(box: Box, body: bytes) -> None:
    response = await box.client.post(PATH, content=body)
    assert (response.status_code, response.text) == (200, "Requisição inválida")  # quirk 5


async def test_get_other_receiver_and_missing_version_are_answered_in_plain_text(box: Box) -> None:
    assert (await box.client.get(PATH)).text == "Requisição inválida"
    request = {"sendRequest": "x", "method": "list", "submethod": "atendimento.listTypes", "params": CREDENTIALS}
    assert (await box.client.post(PATH, json={"request": request})).text == "Requisição inválida"
    request["sendRequest"] = "integrator.server"
    response = await box.client.post(PATH, json={"request": request}, headers={"ApplicationV": ""})
    assert (response.status_code, response.text) == (200, "Versão da aplicação não informada")
    assert (await box.client.post(PATH, json={"request": request})).json()["error"] is False


@pytest.mark.parametrize("wrong", [{"_user": "X"}, {"_passwd": ""}, {"_user": None}, {"_passwd": "Senha-da-demo"}])
async def test_credentials_are_checked_in_every_call(box: Box, wrong: dict[str, str]) -> None:
    assert await box.call("atendimento.listTypes")
    assert await box.refused("atendimento.listTypes", **wrong) == "Usuário ou senha inválidos"  # quirks 1, 6


async def test_user_and_password_may_be_any_text() -> None:
    box = Box(user="joana@isp", password="ç 1")  # quirk 12
    assert await box.call("atendimento.listTypes", _user="joana@isp", _passwd="ç 1")
    assert await box.refused("atendimento.listTypes")


async def test_unknown_submethods_queries_and_methods(box: Box) -> None:
    response = await box.send("atendimento.fechar")
    assert (response.status_code, response.text) == (200, "Submetodo atendimento.fechar nao encontrado")  # quirk 5
    assert await box.refused("view.execute", _consulta="01NAOEXIST", formato_padrao="X") == "Consulta não encontrada"
    assert "Formato" in (await box.send("view.execute", _consulta="01QCARGOS0")).text
    assert (await box.send("atendimento.listTypes", "delete")).json()["error"] is True
    assert await box.call("atendimento.listTypes", "execute")


async def test_replies_are_utf8_json_dated_by_the_clock_of_the_erp(box: Box) -> None:
    box.later(hours=-3)
    response = await box.send("view.execute", _consulta="01QCARGOS0", formato_padrao="X")
    assert response.headers["date"] == "Tue, 10 Mar 2026 12:00:00 GMT"
    assert "Comercial / Vendas" in json.loads(response.content.decode("utf-8"))["data"]["results"][1]["nome_car"]


async def test_no_rows_no_data(box: Box) -> None:
    response = await box.send("view.execute", _consulta="01QATEND01", formato_padrao="X", codoco="01NADA0000")
    assert response.json() == {"error": False, "exception": ""}  # quirk 3


async def test_one_row_may_come_as_an_object() -> None:
    async def shapes(single: str) -> set[type]:
        box = Box(single=single)
        codoco = box.sim.store.codocos[0]
        params = {"_consulta": "01QATEND01", "formato_padrao": "X", "codoco": codoco}
        return {type((await box.send("view.execute", **params)).json()["data"]["results"]) for _ in range(20)}

    assert await shapes("object") == {dict}  # quirk 4
    assert await shapes("list") == {list}
    assert await shapes("seeded") == {dict, list}


async def test_requests_are_written_down_without_credentials(box: Box) -> None:
    await box.view("cargos")
    await box.view("comentarios", codocos="01A")
    await box.client.get("/x")
    assert box.sim.requests[1] == Call(
        "view.execute comentarios", {"_consulta": "01QCOMENT0", "formato_padrao": "X", "codocos": "01A"}
    )
    assert [box.sim.count(), box.sim.count("view.execute"), box.sim.count("GET /x")] == [3, 2, 1]


async def test_faults_strike_by_operation() -> None:
    faults = Faults()
    box = Box(faults=faults)
    faults.once("reset_before", match="criarAtendimento")
    faults.once("status", match="view.execute abertos", code=503, retry_after=7)
    faults.once("html", match="listTypes", status=200)
    before = len(box.sim.tables["ocorrencias"])
    with pytest.raises(ConnectionResetError):
        await box.send("datasource.criarAtendimento")
    response = await box.send("view.execute", _consulta="01QATEND03", formato_padrao="X", apos="", limite="1")
    assert (response.status_code, response.headers["retry-after"]) == (503, "7")
    response = await box.send("atendimento.listTypes")
    assert response.status_code == 200
    assert response.text.startswith("Fatal error")  # quirk 5
    assert faults.waiting == []
    assert (len(box.sim.tables["ocorrencias"]), box.sim.count()) == (before, 3)


async def test_orders_for_the_server_itself() -> None:
    faults = Faults()
    box = Box(faults=faults)
    faults.once("refuse", match="exemploStatus", message="Sem permissão")
    codoco = box.sim.store.codocos[0]
    assert await box.refused("atendimento.exemploStatus", codoco=codoco, codsto="01CONCLUID") == "Sem permissão"
    faults.once("noop", match="exemploComentar")
    comments = len(box.sim.tables["comentarios"])
    assert await box.call("atendimento.exemploComentar", codoco=codoco, descri_com="x") == []
    assert len(box.sim.tables["comentarios"]) == comments
    faults.once("more_rows", match="atendimentos")
    assert len(await box.view("atendimentos", desde="2000-01-01", apos="", limite=4)) == 7


def test_options_that_make_no_sense_are_refused() -> None:
    world = generate(1, clients=3, left=0, right=2)
    for options in ({"single": "x"}, {"charset": "utf16"}, {"without": ["atendimentoz"]}, {"side": "top"}):
        with pytest.raises(ValueError):
            IntegratorSimulator(world, **options)  # type: ignore[arg-type]


async def test_a_tenant_may_lack_queries_and_submethods() -> None:
    box = Box(without=["comentarios", "atendimento.exemploComentar"])
    assert await box.refused("view.execute", _consulta="01QCOMENT0", formato_padrao="X", codocos="")
    assert "nao encontrado" in (await box.send("atendimento.exemploComentar", codoco="x", descri_com="x")).text
    assert await box.view("cargos")


def test_queries_and_submethods_for_a_configuration_are_those_of_the_tenant() -> None:
    assert all(CODE.fullmatch(code) for code in integrator_queries().values())
    assert len(set(integrator_queries().values())) == 9
    assert set(integrator_submethods()) == {"comentar", "alterar_status"}


async def test_over_real_http() -> None:
    from erp_bridge.sandbox.server import Server

    box = Box()
    with Server(box.sim.app) as server:
        async with httpx2.AsyncClient(base_url=server.url, headers={"ApplicationV": "Integrator/6"}) as client:
            box.client = client
            assert len(await box.view("cargos")) == 5
            response = await box.send("atendimento.listTypes")
            assert response.headers.get_list("date") == ["Tue, 10 Mar 2026 15:00:00 GMT"]
