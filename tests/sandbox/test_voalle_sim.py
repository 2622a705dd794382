"""The simulated Voalle: its three addresses, its tokens, its envelope, its options and faults."""

from __future__ import annotations

import json

import httpx2
import pytest
from voalle_sim_box import INTERNAL, PREFIX, Box

from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import generate


@pytest.fixture
def box() -> Box:
    return Box()


# --- tokens


async def test_client_credentials_give_a_token_without_a_refresh(box: Box) -> None:
    reply = await box.grant()
    answer = reply.json()
    assert (reply.status_code, answer["expires_in"], answer["token_type"]) == (200, 3600, "Bearer")
    assert "refresh_token" not in answer  # quirk 12
    assert (await box.send("GET", "incidenttypespaged")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "x"}, 400, "invalid_client"),
        ({"client_secret": "Segredo-da-demo"}, 400, "invalid_client"),
        ({"client_secret": None}, 400, "invalid_client"),
        ({"scope": "openid"}, 400, "invalid_scope"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"syndata": "x"}, 401, "unauthorized_client"),
        ({"syndata": None}, 401, "unauthorized_client"),
    ],
)
async def test_wrong_credentials_give_none(box: Box, changed: dict[str, str | None], status: int, error: str) -> None:
    reply = await box.grant(**changed)
    assert (reply.status_code, reply.json()) == (status, {"error": error})


async def test_a_user_who_is_no_integrator_is_turned_away(box: Box) -> None:
    box.sim.login.integrator = False
    assert (await box.grant()).status_code == 401  # quirk 13
    assert (await password_grant(box)).status_code == 401


async def password_grant(box: Box, **changed: str) -> httpx2.Response:
    form = {
        "grant_type": "password", "scope": "syngw synpaygw offline_access", "client_id": "synauth",
        "client_secret": "segredo-da-plataforma", "username": "integracao", "password": "senha-da-demo",
        "syndata": "chave-da-demo", **changed,
    }  # fmt: skip
    return await box.client.post("/connect/token", data=form)


async def test_a_password_gives_a_refresh_token_that_is_good_once(box: Box) -> None:
    assert (await password_grant(box, password="x")).json() == {"error": "invalid_grant"}
    assert "refresh_token" not in (await password_grant(box, scope="syngw")).json()
    refresh = (await password_grant(box)).json()["refresh_token"]  # quirk 12
    form = {
        "grant_type": "refresh_token", "client_id": "synauth", "client_secret": "segredo-da-plataforma",
        "refresh_token": refresh,
    }  # fmt: skip
    first = await box.client.post("/connect/token", data=form)
    box.token = first.json()["access_token"]
    assert (await box.send("GET", "incidenttypespaged")).status_code == 200
    again = await box.client.post("/connect/token", data=form)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    form["refresh_token"] = first.json()["refresh_token"]
    assert (await box.client.post("/connect/token", data=form)).status_code == 200


async def test_tokens_end_with_the_clock_or_when_told(box: Box) -> None:
    await box.ok("GET", "incidenttypespaged")
    box.later(seconds=3599)
    assert (await box.send("GET", "incidenttypespaged")).status_code == 200
    box.later(seconds=1)
    reply = await box.send("GET", "incidenttypespaged")
    assert (reply.status_code, reply.content) == (401, b"")  # quirk 12
    assert reply.headers["www-authenticate"].startswith("Bearer")
    box.token = ""
    await box.ok("GET", "incidenttypespaged")
    box.sim.expire_tokens()
    assert (await box.send("GET", "incidenttypespaged")).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {token}", "token-de-pessoa"])
async def test_nothing_is_told_without_a_token(box: Box, header: str) -> None:
    await box.ok("GET", "incidenttypespaged")
    reply = await box.send("GET", "incidenttypespaged", headers={"Authorization": header.format(token=box.token)})
    assert reply.status_code == 401


async def test_each_side_of_the_erp_has_a_token_of_its_own(box: Box) -> None:
    await box.ok("GET", "incidenttypespaged")
    assert (await box.all()).status_code == 200
    assert (await box.all(token=box.token)).status_code == 401  # quirk 11
    person = {"Authorization": f"Bearer {box.sim.user_token}"}
    assert (await box.send("GET", "incidenttypespaged", headers=person)).status_code == 401


# --- addresses


async def test_the_three_ports_know_their_own_paths_only(box: Box) -> None:
    paths = {"/connect/token": box.sim.token_app, PREFIX + "getclient": box.sim.api_app, INTERNAL: box.sim.internal_app}
    for own, app in paths.items():
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://erp") as client:
            for path in paths:
                known = {401, 400} if path == own else {404}  # quirk 11
                assert (await client.post(path) if "token" in path else await client.get(path)).status_code in known


async def test_what_does_not_exist_is_not_found(box: Box) -> None:
    for path in ("servicedesk/protocol", "people/12/contracts", "changedsince", ""):  # quirks 26, 15
        assert (await box.send("GET", path)).status_code == 404
    assert (await box.client.get("/api/v1/ServiceDesk/Other", headers=person(box))).status_code == 404
    internal = await box.client.get(INTERNAL.replace("AllSolicitations", "X"), headers=person(box))
    assert internal.status_code == 404
    assert (await box.send("GET", "GetAllSolicitations")).status_code == 404


def person(box: Box) -> dict[str, str]:
    return {"Authorization": f"Bearer {box.sim.user_token}"}


async def test_there_is_no_delete_and_each_call_has_one_method(box: Box) -> None:
    id = await box.opened()
    for method, path in (
        ("DELETE", f"solicitationlist/{id}"),
        ("DELETE", "projects/assignmentsuploads"),  # quirk 8
        ("GET", "projects/getsolicitationdata"),
        ("PUT", "opendetailedsolicitation"),
    ):
        assert (await box.send(method, path)).status_code == 405
    assert (await box.client.get("/connect/token")).status_code == 405


async def test_over_real_http_on_three_ports() -> None:
    box = Box()
    with Server(box.sim.token_app) as tokens, Server(box.sim.api_app) as api, Server(box.sim.internal_app) as internal:
        async with httpx2.AsyncClient() as client:
            box.client = client
            form = {
                "grant_type": "client_credentials", "scope": "syngw", "client_id": box.sim.client_id,
                "client_secret": box.sim.client_secret, "syndata": box.sim.syndata,
            }  # fmt: skip
            token = (await client.post(f"{tokens.url}/connect/token", data=form)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            reply = await client.post(f"{api.url}{PREFIX}opendetailedsolicitation", json=box.payload(), headers=headers)
            assert reply.json()["success"] is True
            assert reply.headers.get_list("date") == ["Tue, 10 Mar 2026 15:00:00 GMT"]
            assert (await client.get(f"{api.url}/connect/token", headers=headers)).status_code == 404
            assert (await client.get(f"{internal.url}{INTERNAL}", headers=person(box))).status_code == 200
    assert box.sim.count() == 4


# --- envelope


async def test_the_envelope_and_its_keys(box: Box) -> None:
    answer = (await box.send("GET", "companiesplacespaged")).json()
    assert set(answer) == {"success", "messages", "response", "dataResponseType", "elapsedTime"}
    assert await box.refused("GET", "people/txid/00000000000") == "Pessoa não encontrada"


@pytest.mark.parametrize(
    "body", [b'{"assignmentId": 1, // o protocolo\n "description": "x"}', b"[1]", b"{", b'"x"', b"\xff"]
)  # quirk 7
async def test_what_is_no_json_object_is_a_bad_request(box: Box, body: bytes) -> None:
    reply = await box.send("POST", "solicitationnewnote", content=body)
    assert reply.status_code == 400


@pytest.mark.parametrize(("ids", "kinds"), [("number", {int}), ("string", {str}), ("mixed", {int, str})])
async def test_ids_are_numbers_or_texts(ids: str, kinds: set[type]) -> None:
    box = Box(ids=ids)
    id = next(iter(box.sim.tables["assignments"]))
    answers = [await box.data(id) for _ in range(20)]
    assert {type(answer["assignmentId"]) for answer in answers} == kinds  # quirk 4
    assert {type(answer["protocol"]) for answer in answers} == kinds
    assert {type(answer["incidentStatus"]["id"]) for answer in answers} == kinds
    assert {str(answer["assignmentId"]) for answer in answers} == {str(id)}
    assert {type(answer["criticity"]) for answer in answers} == {int}


@pytest.mark.parametrize(("history", "kinds"), [("array", {list}), ("envelope", {dict}), ("alternate", {list, dict})])
async def test_a_history_may_come_bare(history: str, kinds: set[type]) -> None:
    box = Box(history=history)
    id = next(iter(box.sim.tables["assignments"]))
    replies = [await box.send("GET", f"getsolicitationhistory?assignmentId={id}") for _ in range(4)]
    assert {type(reply.json()) for reply in replies} == kinds  # quirk 3
    assert await box.history(id) == await box.history(id)
    assert await box.refused("GET", "getsolicitationhistory?assignmentId=1") == "Solicitação não encontrada"


async def test_replies_are_utf8_and_survive_lone_surrogates(box: Box) -> None:
    payload = box.payload(assignment={"description": "a\r\nb \n\n\ud83d 🙂 "})
    id = int((await box.ok("POST", "opendetailedsolicitation", content=json.dumps(payload)))["assignmentId"])
    assert (await box.history(id))[0]["description"] == "a\r\nb \n\n? 🙂 "
    reply = await box.send("GET", f"getsolicitationhistory?assignmentId={id}")
    assert reply.headers["content-type"] == "application/json; charset=utf-8"


# --- options, faults, bookkeeping


async def test_a_tenant_may_lack_or_forbid_calls() -> None:
    box = Box(without=["solicitationlist"], forbidden=["projects/assignmentsuploads"])
    assert (await box.send("GET", f"solicitationlist/{box.served()}")).status_code == 404
    assert (await box.send("POST", "projects/assignmentsuploads?protocol=1")).status_code == 403
    assert (await box.send("GET", "projects/assignmentsuploads/getfile?id=1")).status_code == 403
    await box.ok("GET", "getclient")


async def test_requests_are_written_down_without_credentials(box: Box) -> None:
    id = await box.opened()
    await box.all(Page="1")
    assert [call.operation for call in box.sim.requests] == [
        "POST connect/token", "POST opendetailedsolicitation", "GET GetAllSolicitations"
    ]  # fmt: skip
    assert box.sim.requests[0].body == {"grant_type": "client_credentials", "scope": "syngw"}
    assert box.sim.requests[1].body["assignment"]["title"] == "Sem conexão"
    assert box.sim.requests[2].query == {"page": "1"}
    await box.ok("GET", f"solicitationlist/{box.ticket(id)['client_id']}")
    assert [box.sim.count(), box.sim.count("solicitationlist"), box.sim.count("POST")] == [4, 1, 2]
    written = json.dumps([[c.operation, c.query, c.body] for c in box.sim.requests])
    assert not any(secret in written for secret in ("segredo", "chave-da-demo", box.token))


async def test_faults_strike_by_operation() -> None:
    faults = Faults()
    box = Box(faults=faults)
    before = len(box.sim.tables["assignments"])
    faults.once("reset_before", match="connect/token")
    with pytest.raises(ConnectionResetError):
        await box.grant()
    faults.once("lost_reply", match="opendetailed")
    with pytest.raises(ConnectionResetError):
        await box.opened()
    assert len(box.sim.tables["assignments"]) == before + 1
    faults.once("status", match="solicitationlist", code=429, retry_after=7)
    reply = await box.send("GET", f"solicitationlist/{box.served()}")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")  # quirk 14
    faults.once("html", match="getclient", status=500)
    assert (await box.send("GET", "getclient")).text.startswith("<html>")
    assert faults.waiting == []


async def test_orders_for_the_server_itself() -> None:
    faults = Faults()
    box = Box(faults=faults)
    before = len(box.sim.tables["assignments"])
    faults.once("refuse", match="opendetailed", message="Sem permissão")
    assert await box.refused("POST", "opendetailedsolicitation", json=box.payload()) == "Sem permissão"
    faults.once("noop", match="opendetailed")
    assert await box.ok("POST", "opendetailedsolicitation", json=box.payload()) is None
    assert len(box.sim.tables["assignments"]) == before
    faults.once("more_rows", match="GetAll")
    assert len((await box.all(Page="1", PageSize="4")).json()["response"]["data"]) == 7
    faults.once("more_rows", match="getclient", extra=1)
    assert len((await box.ok("GET", "getclient?Page=1&PageSize=4"))["data"]) == 5


def test_options_that_make_no_sense_are_refused() -> None:
    world = generate(1, clients=3, left=0, right=2)
    with pytest.raises(ValueError, match="sides"):
        VoalleSimulator(world, side="top")
    with pytest.raises(TypeError):
        VoalleSimulator(world, colour="red")


@pytest.mark.parametrize("side", ["left", "right"])
async def test_either_side_of_a_world(side: str) -> None:
    world = generate(1, clients=20, left=30, right=10)
    sim = VoalleSimulator(world, side=side)
    assert len(sim.tables["assignments"]) == {"left": 30, "right": 10}[side]
    assert all(row["protocol"] for row in sim.tables["assignment_incidents"].values())
