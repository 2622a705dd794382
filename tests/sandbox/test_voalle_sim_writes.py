"""The simulated Voalle's writing side: opening, reports, notes, other types, passing on, files."""

from __future__ import annotations

from typing import Any

import pytest
from voalle_sim_box import CANCELLED, CLOSED, LOCAL, OPEN, STARTED, WAITING, Box

from erp_bridge.sandbox.tenant import VOALLE_FORWARD
from erp_bridge.sandbox.voalle.loading import HOUSE

OPENING = "opendetailedsolicitation"
REPORT = "projects/createsolicitationreport"
INTEGRATION = HOUSE + 561


@pytest.fixture
def box() -> Box:
    return Box(ids="number")


async def test_an_opened_ticket_stands_as_it_was_sent(box: Box) -> None:
    client = box.served()
    answer = await box.ok("POST", OPENING, json=box.payload())
    assert set(answer) == {"protocol", "assignmentId", "message"}
    row = box.ticket(answer["assignmentId"])
    assert row["protocol"] == answer["protocol"]  # quirk 20
    assert (row["title"], row["description"], row["priority"]) == ("Sem conexão", "Cliente relata: LOS vermelho", 2)
    assert (row["client_id"], row["requestor_id"], row["created_by"]) == (client, client, 561)
    assert (row["contract_service_tag_id"], row["incident_type_id"]) == (box.tag_of(client), 534)
    assert (row["service_level_agreement_id"], row["catalog_service_id"], row["company_place_id"]) == (3, None, 1)
    assert (row["beginning_date"], row["final_date"], row["conclusion_date"]) == (LOCAL, None, None)  # quirk 22
    assert row["created"] == row["modified"] == LOCAL
    (entry,) = await box.history(answer["assignmentId"])
    assert (entry["description"], entry["person"]["id"]) == ("Cliente relata: LOS vermelho", INTEGRATION)  # quirk 13


async def test_the_first_report_may_say_something_else(box: Box) -> None:
    id = await box.opened(assignment={"report": {"description": "Cliente informa outra coisa"}})
    assert [entry["description"] for entry in await box.history(id)] == ["Cliente informa outra coisa"]
    assert box.ticket(id)["description"] == "Cliente relata: LOS vermelho"


async def test_the_same_call_twice_makes_two_tickets_with_greater_ids(box: Box) -> None:
    first, second = [await box.ok("POST", OPENING, json=box.payload()) for _ in range(2)]  # quirk 23
    assert first["assignmentId"] < second["assignmentId"]
    assert first["protocol"] < second["protocol"]


async def test_every_value_may_be_a_text(box: Box) -> None:
    payload = {key: str(value) if isinstance(value, int) else value for key, value in box.payload().items()}
    payload["assignment"] |= {"priority": "4", "companyPlaceId": "1"}
    id = (await box.ok("POST", OPENING, json=payload))["assignmentId"]  # quirk 4
    assert (box.ticket(id)["priority"], box.ticket(id)["client_id"]) == (4, box.served())


@pytest.mark.parametrize(
    ("zulu", "given", "stored"),
    [
        ("local", "2026-03-01T09:00:00.000Z", "2026-03-01 09:00:00"),  # quirk 9
        ("honoured", "2026-03-01T09:00:00.000Z", "2026-03-01 06:00:00"),
        ("local", "2026-03-01T09:00:00-03:00", "2026-03-01 09:00:00"),
        ("local", "2026-03-01T09:00:00+00:00", "2026-03-01 06:00:00"),
        ("honoured", "2026-03-01T09:00:00", "2026-03-01 09:00:00"),
        ("honoured", "2026-03-01", "2026-03-01 00:00:00"),
        ("honoured", "", LOCAL),
        ("honoured", None, LOCAL),
    ],
)
async def test_dates_in_their_spellings(zulu: str, given: str | None, stored: str) -> None:
    box = Box(ids="number", zulu=zulu)
    id = await box.opened(assignment={"beginningDate": given, "finalDate": given})
    assert box.ticket(id)["beginning_date"] == stored
    assert box.ticket(id)["final_date"] == (stored if given else None)


@pytest.mark.parametrize("status", [CLOSED, 3, CANCELLED])
async def test_a_closing_status_opens_and_closes_at_once(box: Box, status: int) -> None:
    row = box.ticket(await box.opened(incidentStatusId=status))
    assert (row["incident_status_id"], row["conclusion_date"], row["progress"]) == (status, LOCAL, 100)  # quirk 19


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"incidentStatusId": 99}, "Status do atendimento não encontrado: 99"),
        ({"incidentStatusId": None}, "status do atendimento é obrigatório"),
        ({"incidentStatusId": ""}, "status do atendimento é obrigatório"),
        ({"incidentTypeId": 1}, "Tipo de solicitação"),
        ({"incidentTypeId": 0}, "tipo de solicitação é obrigatório"),
        ({"incidentTypeId": 599}, "inativo"),
        ({"clientId": 1}, "Cliente não encontrado"),
        ({"clientId": 0}, "cliente é obrigatório"),
        ({"clientId": INTEGRATION}, "não é cliente"),
        ({"personId": 1}, "Solicitante"),
        ({"contractServiceTagId": 1}, "Etiqueta"),
        ({"serviceLevelAgreementId": 99}, "SLA"),
        ({"catalogServiceId": 1}, "Serviço"),
        ({"teamCode": "nada"}, "Equipe"),
        ({"authenticationAccessPointCode": "nada"}, "Ponto de acesso"),
        ({"assignment": {"title": " "}}, "título"),
        ({"assignment": {"companyPlaceId": 9}}, "Local"),
        ({"assignment": {"beginningDate": "ontem"}}, "Data inválida"),
        ({"incidentTypeId": "abc"}, "Valor inválido"),
    ],
)
async def test_opening_is_refused(box: Box, changed: dict[str, Any], said: str) -> None:
    before = len(box.sim.tables["assignments"])
    assert said in await box.refused("POST", OPENING, json=box.payload(**changed))
    assert len(box.sim.tables["assignments"]) == before


async def test_a_payload_without_its_assignment_is_refused(box: Box) -> None:
    payload = box.payload()
    del payload["assignment"]
    assert "assignment" in await box.refused("POST", OPENING, json=payload)


async def test_a_client_without_a_contract_in_force_is_not_served(box: Box) -> None:
    client = box.served()
    payload = box.payload(client)
    for contract in box.sim.tables["contracts"].values():
        if contract["client_id"] == client:
            contract["status"] = 4
    assert "contrato" in await box.refused("POST", OPENING, json=payload)
    box.sim.options.client_needs_contract = False
    assert await box.ok("POST", OPENING, json=payload)


async def test_a_service_tag_has_to_be_the_clients(box: Box) -> None:
    others = [tag["id"] for tag in box.sim.tables["contract_service_tags"].values()]
    mine = {id for id in others if owner(box, id) == box.served()}
    stranger = next(id for id in others if id not in mine)
    assert "não pertence" in await box.refused("POST", OPENING, json=box.payload(contractServiceTagId=stranger))


def owner(box: Box, tag_id: int) -> int:
    contract = box.sim.tables["contract_service_tags"][tag_id]["contract_id"]
    return int(box.sim.tables["contracts"][contract]["client_id"])


async def test_the_team_is_the_types_unless_one_is_named(box: Box) -> None:
    assert box.ticket(await box.opened())["team_id"] == 504
    assert box.ticket(await box.opened(teamCode="502"))["team_id"] == 502
    box.sim.options.team_code_on_external = False
    assert box.ticket(await box.opened(teamCode="502"))["team_id"] == 504


async def test_a_ticket_about_the_network_needs_no_client(box: Box) -> None:
    point = next(iter(box.sim.tables["authentication_access_points"].values()))
    id = await box.opened(
        matrixType=2, clientId=0, personId=INTEGRATION, contractServiceTagId=0, teamCode="507",
        authenticationAccessPointCode=point["code"],
    )  # fmt: skip
    row = box.ticket(id)
    assert (row["client_id"], row["team_id"], row["authentication_access_point_id"]) == (None, 507, point["id"])
    assert (await box.data(id))["client"] is None


async def test_the_short_way_to_open_and_to_close_at_once(box: Box) -> None:
    client = box.served()
    contract = next(c["id"] for c in box.sim.tables["contracts"].values() if c["client_id"] == client)
    body = {"description": "Sem sinal", "clientId": client, "contractId": contract, "contractServiceTagId": 0}
    row = box.ticket((await box.ok("POST", "opensolicitation", json=body))["assignmentId"])
    assert (row["description"], row["incident_status_id"], row["client_id"]) == ("Sem sinal", OPEN, client)
    row = box.ticket((await box.ok("POST", "opensolicitation", json=body | {"close": True}))["assignmentId"])
    assert (row["incident_status_id"], row["conclusion_date"]) == (CLOSED, LOCAL)  # quirk 19
    stranger = next(c["id"] for c in box.sim.tables["contracts"].values() if c["client_id"] != client)
    assert "não pertence" in await box.refused("POST", "opensolicitation", json=body | {"contractId": stranger})


# --- reports and notes


async def report(box: Box, id: int, status: Any = OPEN, **changed: Any) -> Any:
    body = {"assignmentId": id, "incidentStatusId": status, "description": "Trocada a ONU", **changed}
    return await box.ok("POST", REPORT, json=body)


async def test_a_report_sets_the_status_it_carries(box: Box) -> None:
    id = await box.opened()
    box.later(minutes=5)
    await report(box, id, STARTED)  # quirk 17
    assert (box.ticket(id)["incident_status_id"], box.ticket(id)["modified"]) == (STARTED, "2026-03-10 12:05:00")
    await report(box, id, WAITING)  # quirk 21
    await report(box, id, WAITING)
    assert box.ticket(id)["incident_status_id"] == WAITING
    await report(box, id, str(CLOSED), progress="0", priority="35", notificationTarget="0", privateReport="true")
    row = box.ticket(id)
    assert (row["incident_status_id"], row["priority"], row["progress"]) == (CLOSED, 35, 100)
    assert row["conclusion_date"] == "2026-03-10 12:05:00"
    await report(box, id, STARTED)
    assert box.ticket(id)["conclusion_date"] is None
    entries = (await box.history(id))[1:]
    assert [entry["private"] for entry in entries] == [False, False, False, True, False]
    assert {entry["description"] for entry in entries} == {"Trocada a ONU"}
    assert {entry["person"]["id"] for entry in entries} == {INTEGRATION}  # quirk 13


async def test_a_report_finds_its_ticket_by_either_id(box: Box) -> None:
    id = await box.opened()
    protocol = box.ticket(id)["protocol"]
    await report(box, 0, protocol=protocol)
    await report(box, id, protocol=str(protocol))  # quirk 20
    assert len(await box.history(id)) == 3
    for wrong in ({"protocol": 1}, {"assignmentId": 1}, {"assignmentId": 1, "protocol": protocol}):
        body = {"assignmentId": id, "incidentStatusId": OPEN, "description": "x", **wrong}
        assert "não encontrada" in await box.refused("POST", REPORT, json=body)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"incidentStatusId": 99}, "não encontrado: 99"),
        ({"incidentStatusId": None}, "obrigatório"),
        ({"description": " \n"}, "descrição"),
    ],
)
async def test_a_report_is_refused(box: Box, changed: dict[str, Any], said: str) -> None:
    id = await box.opened()
    before = box.ticket(id)
    body = {"assignmentId": id, "incidentStatusId": STARTED, "description": "x", **changed}
    box.later(minutes=1)
    assert said in await box.refused("POST", REPORT, json=body)
    assert box.ticket(id) == before
    assert len(await box.history(id)) == 1


async def test_a_note_touches_neither_status_nor_stamp(box: Box) -> None:
    id = await box.opened(incidentStatusId=STARTED)
    box.later(minutes=1)
    body = {"assignmentId": id, "personId": box.served(), "title": "Aviso", "description": "Cliente ligou"}
    assert (await box.ok("POST", "solicitationnewnote", json=body))["id"] == (await box.history(id))[1]["id"]
    entry = (await box.history(id))[1]
    assert (entry["title"], entry["description"], entry["private"]) == ("Aviso", "Cliente ligou", False)
    assert entry["person"]["id"] == INTEGRATION  # quirk 13
    assert (box.ticket(id)["incident_status_id"], box.ticket(id)["modified"]) == (STARTED, LOCAL)
    box.sim.options.note_modifies = True
    await box.ok("POST", "solicitationnewnote", json=body)
    assert box.ticket(id)["modified"] == "2026-03-10 12:01:00"
    for wrong in ({"assignmentId": 1}, {"personId": 1}, {"description": ""}):
        assert await box.refused("POST", "solicitationnewnote", json=body | wrong)


async def test_a_closed_ticket_may_be_final() -> None:
    box = Box(ids="number", closed_is_final=True)
    id = await box.opened(incidentStatusId=CANCELLED)
    body = {"assignmentId": id, "incidentStatusId": OPEN, "description": "x"}
    assert "encerrada" in await box.refused("POST", REPORT, json=body)
    assert "encerrada" in await box.refused("POST", "solicitationnewnote", json=body)
    upload = f"projects/assignmentsuploads?protocol={box.ticket(id)['protocol']}"
    assert "encerrada" in await box.refused("POST", upload, files={"File": ("a.txt", b"a")})


async def test_texts_are_cut_and_replaced_silently() -> None:
    box = Box(ids="number", max_text=12, charset="latin1")
    id = await box.opened(assignment={"description": "Ação 👍 – 1234567890"})
    await report(box, id, description="é" * 30)
    assert [entry["description"] for entry in await box.history(id)] == ["Ação ? ? 123", "é" * 12]


# --- classification, passing on, tags


async def test_another_type_by_its_code(box: Box) -> None:
    id = await box.opened()
    protocol = box.ticket(id)["protocol"]
    body = {"protocol": str(protocol), "solicitationServiceMatrixCode": "01.01", "incidentTypeCode": "01TIPOLENT"}
    box.later(minutes=1)
    await box.ok("POST", "solicitationmaintenance", json=body | {"report": "Era lentidão"})
    row = box.ticket(id)
    assert (row["incident_type_id"], row["solicitation_service_matrix_code"]) == (535, "01.01")
    assert row["modified"] == "2026-03-10 12:01:00"
    assert (await box.history(id))[1]["description"] == "Era lentidão"
    await box.ok("POST", "solicitationmaintenance", json=body)
    assert len(await box.history(id)) == 2
    assert "não encontrado" in await box.refused(
        "POST", "solicitationmaintenance", json=body | {"incidentTypeCode": "535"}
    )
    assert "não encontrada" in await box.refused("POST", "solicitationmaintenance", json=body | {"protocol": id})
    assert await box.refused("POST", "solicitationmaintenance", json={"protocol": protocol})


async def test_passing_on_is_refused_where_nobody_knows_the_payload(box: Box) -> None:
    id = await box.opened()
    body = {"protocol": box.ticket(id)["protocol"], "teamCode": "502", "description": "x"}
    assert "não permitida" in await box.refused("POST", "projects/solicitation/forward", json=body)
    assert box.ticket(id)["team_id"] == 504


async def test_passing_on_where_the_tenant_knows_the_payload() -> None:
    box = Box(ids="number", forward_fields=VOALLE_FORWARD)
    id = await box.opened()
    body = {"protocol": box.ticket(id)["protocol"], "teamCode": "502", "personId": "", "description": "Ao financeiro"}
    await box.ok("POST", "projects/solicitation/forward", json=body)
    assert (box.ticket(id)["team_id"], box.ticket(id)["responsible_id"]) == (502, None)
    entry = (await box.history(id))[-1]
    assert (entry["description"], entry["team"]["id"]) == ("Ao financeiro", 502)
    await box.ok("POST", "projects/solicitation/forward", json=body | {"personId": HOUSE + 562})
    assert (await box.data(id))["responsible"]["id"] == HOUSE + 562
    for wrong in ({"teamCode": ""}, {"teamCode": "x"}, {"protocol": 1}):
        assert await box.refused("POST", "projects/solicitation/forward", json=body | wrong)


async def test_another_tag_by_a_call_of_this_tenant_alone(box: Box) -> None:
    id = await box.opened(contractServiceTagId=0)
    tag = box.tag_of(box.served())
    await box.ok("POST", "exemplo/alteraretiqueta", json={"assignmentId": id, "contractServiceTagId": tag})
    assert box.ticket(id)["contract_service_tag_id"] == tag
    for wrong in (0, 1, next(t for t in box.sim.tables["contract_service_tags"] if owner(box, t) != box.served())):
        body = {"assignmentId": id, "contractServiceTagId": wrong}
        assert await box.refused("POST", "exemplo/alteraretiqueta", json=body)


# --- files


async def test_a_file_goes_up_and_comes_down(box: Box) -> None:
    id = await box.opened()
    protocol, content = box.ticket(id)["protocol"], bytes(range(256))
    upload = f"projects/assignmentsuploads?protocol={protocol}&documentationTypeCode=1.01"
    answer = await box.ok("POST", upload, files={"File": ("óculos 1.png", content)})
    listing = await box.ok("GET", f"projects/assignmentsuploads?assignmentId={id}&pageNumber=1&pageSize=10")
    (row,) = listing["data"]
    assert (row["id"], row["fileName"], row["size"]) == (answer["id"], "óculos 1.png", 256)
    reply = await box.send("GET", f"projects/assignmentsuploads/getfile?id={row['id']}&assignmentId={id}")
    assert (reply.content, reply.headers["content-type"]) == (content, "image/png")
    assert "filename" in reply.headers["content-disposition"]
    assert await box.refused("GET", f"projects/assignmentsuploads/getfile?id={row['id']}&assignmentId=1")
    assert await box.refused("GET", "projects/assignmentsuploads?protocol=1")


async def test_files_are_paged_by_other_names(box: Box) -> None:
    id = await box.opened()
    for number in range(5):
        box.sim.people.attach(id, f"{number}.txt", b"x")
    names = []
    for page in (1, 2, 3):
        path = f"projects/assignmentsuploads?assignmentId={id}&pageNumber={page}&pageSize=2&Page=1"
        names += [row["fileName"] for row in (await box.ok("GET", path))["data"]]  # quirk 5
    assert names == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]


async def test_uploads_are_refused() -> None:
    box = Box(ids="number", max_attachment=10, documentation_types=("1.01",))
    protocol = box.ticket(await box.opened())["protocol"]
    path = f"projects/assignmentsuploads?protocol={protocol}&documentationTypeCode=1.01"
    assert "excede" in await box.refused("POST", path, files={"File": ("a.bin", b"x" * 11)})
    assert "Nenhum arquivo" in await box.refused("POST", path, files={"Other": ("a.bin", b"x")})
    assert "Nenhum arquivo" in await box.refused("POST", path)
    assert "documentação" in await box.refused("POST", path.removesuffix("1.01"), files={"File": ("a.bin", b"x")})
    assert "não encontrada" in await box.refused("POST", "projects/assignmentsuploads", files={"File": ("a", b"x")})
    assert box.sim.tables["assignment_uploads"].keys() == {a.id for t in box.world.right.tickets for a in t.anexos}
