"""Who gets in, what a request is taken for, and in which clothes replies come."""

from __future__ import annotations

import json

import httpx2
import pytest

from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import generate
from sandbox.ixc_web import LIST, Clock, Web, basic, small_erp, ticket_form


async def test_without_basic_credentials_nothing_answers():
    sim, _, _ = small_erp()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sim.app), base_url="http://ixc") as http:
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic ###"}):
            assert (await http.post("/webservice/v1/empresa", headers=headers)).status_code == 400
        elsewhere = await http.get("/adm.php", headers=basic(sim.token))
        assert elsewhere.status_code == 404


async def test_a_wrong_token_meets_the_web_servers_page():
    sim, _, _ = small_erp()
    reply = await Web(sim, token=sim.token[:-1] + "?").page("empresa")
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "text/html"
    assert "Authorization Required" in reply.text


async def test_a_new_token_closes_the_old_one_out():
    sim, _, web = small_erp()
    sim.token = "61:" + "0" * 64
    assert (await web.page("empresa")).status_code == 401
    assert (await Web(sim).ask("empresa"))["total"] == "1"


async def test_forbidden_and_refused_by_address():
    sim, _, web = small_erp()
    sim.options.access = "forbidden"
    assert (await web.page("empresa")).status_code == 403
    sim.options.access = "ip"
    reply = await web.page("empresa")
    assert reply.status_code == 200
    assert reply.json() == {"type": "error", "message": "Seu IP não está liberado para efetuar login!"}


async def test_listing_needs_its_header_or_a_post_inserts():
    sim, _, web = small_erp()
    asked = {"qtype": "su_ticket.id", "query": "1", "oper": "=", **ticket_form()}
    assert (await web.http.request("GET", "/su_ticket", json=asked)).status_code == 404
    assert (await web.http.request("GET", "/su_ticket", json=asked, headers=LIST)).json() == {"page": "1", "total": "0"}
    for word in ("inserir", "", "LISTA"):
        reply = await web.http.post("/su_ticket", json=asked, headers={"ixcsoft": word})
        assert reply.json()["type"] == "success"
    assert len(sim.tables["su_ticket"]) == 3
    created = await web.http.post("/su_ticket", json=ticket_form(), headers={"ixcsoft": " Listar "})
    assert created.json()["total"] == "3"
    changed = await web.http.put("/su_ticket/1", json=ticket_form(titulo="outro"), headers=LIST)
    assert changed.json()["total"] == "3"
    assert sim.tables["su_ticket"][1]["titulo"] == "Lentidão à noite"


async def test_bodies_come_as_json_form_or_multipart():
    sim, _, web = small_erp()
    await web.http.post("/su_ticket", json=ticket_form())
    await web.http.post("/su_ticket", data=ticket_form())
    parts = {name: (None, value) for name, value in ticket_form().items()}
    await web.http.post("/su_ticket", files=parts)
    raw = json.dumps(ticket_form(), ensure_ascii=False).encode()
    await web.http.post("/su_ticket", content=raw, headers={"Content-Type": "application/json"})
    rows = list(sim.tables["su_ticket"].values())
    assert len(rows) == 4
    assert {row["menssagem"] for row in rows} == {"Só à noite.\r\nPede retorno."}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"titulo": ["x"]}', b'{"titulo": "\\ud83d"}', b'{"titulo": "\xe9"}'])
async def test_a_body_that_is_none_gives_the_html_page(body):
    sim, _, web = small_erp(error_status=500)
    reply = await web.http.post("/su_ticket", content=body)
    assert (reply.status_code, reply.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "Contate o suporte IXC Soft" in reply.text
    assert not sim.tables["su_ticket"]


async def test_json_comes_as_text_x_json_in_ascii():
    _, _, web = small_erp()
    reply = await web.page("cliente")
    assert reply.headers["content-type"] == "text/x-json; charset=utf-8"
    assert b"Jo\\u00e3o \\u00c1vila" in reply.content
    assert (await web.http.post("/get_boleto", json={})).headers["content-type"] == "text/html; charset=ISO-8859-1"


async def test_what_is_not_offered_says_so():
    sim, _, web = small_erp()
    for name in ("su_canal_atendimento", "su_ticket_assumir", "su_transf_atendimento_99999"):
        assert await web.ask(name) == {"type": "error", "message": f"Recurso {name} não está disponível!"}
    sim.options.unavailable = ()
    assert (await web.ask("su_canal_atendimento"))["total"] == "0"


async def test_messages_follow_the_users_language():
    _, _, web = small_erp(language="en")
    assert (await web.post("su_ticket", **ticket_form()))["message"] == "Record successfully inserted!"
    assert "Fill in the field assunto!" in (await web.post("su_ticket", **ticket_form(id_assunto="")))["message"]


async def test_the_date_header_is_the_erps_own_clock():
    sim, clock, web = small_erp()
    assert (await web.page("empresa")).headers["date"] == "Tue, 01 Sep 2026 11:00:00 GMT"
    clock.advance(-3600)
    sim.faults.once("status", code=503)
    assert (await web.page("empresa")).headers["date"] == "Tue, 01 Sep 2026 10:00:00 GMT"


async def test_every_request_is_counted_also_the_failed():
    sim, _, web = small_erp()
    sim.faults.once("status", code=503, match="POST su_ticket")
    await web.http.post("/su_ticket", json=ticket_form())
    await web.post("su_ticket", **ticket_form())
    await web.ask("su_ticket")
    await web.put("su_ticket/1", ticket_form(prioridade="A"))
    assert sim.requests == ["POST su_ticket", "POST su_ticket", "list su_ticket", "PUT su_ticket"]
    assert sim.count("POST") == 2
    assert sim.counts()["list su_ticket"] == 1
    assert sim.sent[-1] == ("PUT su_ticket", ticket_form(prioridade="A"))
    assert len(sim.sent) == 2


async def test_both_sides_of_a_world_can_be_served():
    world, clock = generate(seed=5, clients=30, left=25, right=15), Clock()
    left, right = IxcSimulator(world, now=clock), IxcSimulator(world, side="right", now=clock)
    assert left.token != right.token
    assert (await Web(left).ask("su_ticket"))["total"] == "25"
    assert (await Web(right).ask("su_ticket"))["total"] == "15"
    numbers = [await Web(sim).post("gerar_protocolo_atendimento") for sim in (left, right)]
    taken = [int(ticket.protocolo) for ticket in world.left.tickets + world.right.tickets]
    assert len({*numbers, *taken}) == 2 + 40


async def test_a_refusal_can_be_ordered_for_a_while_or_once():
    sim, _, web = small_erp()
    sim.options.refuse["POST su_ticket"] = "Usuário sem permissão"
    sim.faults.once("refuse", match="PUT", message="Registro bloqueado")
    assert await web.post("su_ticket", **ticket_form()) == {"type": "error", "message": "Usuário sem permissão<br />"}
    ticket = sim.people.open_ticket()
    assert (await web.put(f"su_ticket/{ticket}", ticket_form()))["message"] == "Registro bloqueado<br />"
    assert (await web.put(f"su_ticket/{ticket}", ticket_form()))["type"] == "success"
