"""The simulated Voalle's reading side: single reads, histories, a client's list, the internal list; its people."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from voalle_sim_box import CLOSED, LOCAL, STARTED, WAITING, Box

from erp_bridge.sandbox.voalle.loading import HOUSE


@pytest.fixture
def box() -> Box:
    return Box(ids="number")


async def test_the_tickets_of_the_world_stand_in_the_tables(box: Box) -> None:
    tickets = {t.id: t for t in box.world.right.tickets}
    assert set(tickets) == set(box.sim.tables["assignments"]) == set(box.sim.tables["assignment_incidents"])
    codes = {"novo": 1, "pendente": 10, "em_progresso": 2, "solucionado": 4, "cancelado": 8}
    for id, ticket in tickets.items():
        row = box.ticket(id)
        expected = 16 if ticket.codigo_estranho == "status" else codes[ticket.status]
        assert (row["protocol"], row["incident_status_id"]) == (int(ticket.protocolo), expected)
        assert (row["conclusion_date"] is None) == (ticket.encerrado_em is None or expected == 16)
        assert row["modified"] >= row["created"] == row["beginning_date"]
        assert len(box.sim.store.reports_of[id]) == 1 + len(ticket.mensagens)


async def test_one_ticket_by_either_id(box: Box) -> None:
    ticket = next(t for t in box.world.right.tickets if t.contrato_id and t.responsavel_id)
    data = await box.data(ticket.id)
    assert (data["assignmentId"], data["protocol"]) == (ticket.id, int(ticket.protocolo))
    kind = next(a for a in box.world.right.assuntos if a.id == ticket.assunto_id)
    assert data["incidentType"] == {"id": kind.id, "title": kind.nome}
    assert data["client"]["id"] == data["requestor"]["id"] == ticket.cliente_id
    assert data["team"]["id"] == ticket.departamento_id
    assert data["responsible"]["id"] > HOUSE
    assert data["contractServiceTag"]["serviceTag"] == f"L{ticket.contrato_id}"
    by_protocol = f"projects/getsolicitationdata?protocol={ticket.protocolo}"  # quirks 6, 20
    assert await box.ok("POST", by_protocol) == data
    assert await box.ok("POST", f"{by_protocol}&assignmentId={ticket.id}") == data
    for query in ("", "assignmentId=1", "protocol=1", f"protocol={ticket.protocolo}&assignmentId=1", "assignmentId=x"):
        assert await box.refused("POST", f"projects/getsolicitationdata?{query}", json={"assignmentId": ticket.id})


async def test_a_single_read_shows_no_text_and_no_time_of_change(box: Box) -> None:
    id = next(iter(box.sim.tables["assignments"]))
    data = await box.data(id)
    assert not {"title", "description", "modified", "conclusionDate"} & set(data)  # quirks 22, 25
    box.sim.options.texts_in_data = True
    assert (await box.data(id))["title"] == box.ticket(id)["title"]


@pytest.mark.parametrize(("zulu", "shown"), [("local", "12:00:00"), ("honoured", "15:00:00")])
async def test_the_z_of_a_date_means_something_or_nothing(zulu: str, shown: str) -> None:
    box = Box(zulu=zulu)
    id = box.sim.people.open_ticket(final_date="2026-03-11 09:00:00")
    data = await box.data(id)
    assert data["beginningDate"] == f"2026-03-10T{shown}.000Z"  # quirk 9
    assert data["finalDate"] is not None
    assert (await box.history(id))[0]["beginningDate"] == f"2026-03-10T{shown}.000Z"


async def test_a_history_begins_with_the_opening(box: Box) -> None:
    ticket = next(t for t in box.world.right.tickets if len(t.mensagens) >= 2)
    rows = await box.history(ticket.id)
    assert (rows[0]["title"], rows[0]["description"]) == (ticket.titulo, ticket.descricao)
    assert [row["description"] for row in rows[1:]] == [m.texto for m in ticket.mensagens]
    assert [row["private"] for row in rows[1:]] == [m.visibilidade != "publica" for m in ticket.mensagens]
    assert [row["person"]["id"] for row in rows[1:]] == [HOUSE + m.autor_id for m in ticket.mensagens]
    times = [row["beginningDate"] for row in rows]
    assert times == sorted(times)
    assert set(rows[0]) >= {"id", "typeOperation", "finalDate", "team"}


async def listed(box: Box, client_id: int, everything: str = "True") -> list[dict[str, Any]]:
    answer = await box.ok("GET", f"solicitationlist/{client_id}?allAssignments={everything}")
    assert answer["totalRecords"] == len(answer["data"])
    rows: list[dict[str, Any]] = answer["data"]
    return rows


async def test_the_list_of_a_client_has_other_names_and_a_status_in_words(box: Box) -> None:
    ticket = next(t for t in box.world.right.tickets if t.contrato_id and t.status == "pendente")
    row = next(r for r in await listed(box, ticket.cliente_id or 0) if r["assignmentId"] == ticket.id)
    assert row["status"] == "Aguardando Retorno"  # quirk 16
    assert {"beginningData", "finalData"} <= set(row)
    assert not {"beginningDate", "finalDate", "description", "incidentStatus", "modified"} & set(row)
    assert (row["title"], row["contractServiceTag"]) == (ticket.titulo, f"L{ticket.contrato_id}")
    assert isinstance(row["team"], str)


async def test_the_list_holds_open_tickets_unless_all_are_asked_for(box: Box) -> None:
    client = box.served()
    first, second = (box.sim.people.open_ticket(client_id=client) for _ in range(2))
    box.sim.people.solve(first)
    everything = [row["assignmentId"] for row in await listed(box, client)]
    assert everything[:2] == [second, first]
    still_open = [row["assignmentId"] for row in await listed(box, client, "False")]
    assert second in still_open
    assert first not in still_open
    box.sim.people.delete(second)
    assert second not in [row["assignmentId"] for row in await listed(box, client)]
    other = next(c["client_id"] for c in box.sim.tables["contracts"].values() if c["client_id"] != client)
    box.sim.people.edit(first, client_id=other)
    assert first in [row["assignmentId"] for row in await listed(box, other)]
    assert first not in [row["assignmentId"] for row in await listed(box, client)]
    for unknown in ("1", "abc"):
        assert await box.refused("GET", f"solicitationlist/{unknown}")


# --- the internal list


def window(first: str, last: str) -> dict[str, Any]:
    bounds = (("greaterThanOrEquals", first), ("LessThanOrEquals", last))
    values = [{"PropertyName": "assignment.beginningDate", "Value": v, "Operation": o} for o, v in bounds]
    return {"Connector": "And", "Values": values}


async def test_the_internal_list_is_filtered_by_opening_and_paged_from_one(box: Box) -> None:
    opened = sorted(row["beginning_date"] for row in box.sim.tables["assignments"].values())
    first, last = opened[10], opened[40]
    order = [{"PropertyName": "id", "Dir": "d"}]
    ids: list[int] = []
    for page in (1, 2, 3, 4):
        answer = await box.all(Filter=window(first, last), OrderBy=order, Page=str(page), PageSize="10", slaType="null")
        response = answer.json()["response"]
        assert (response["totalRecords"], response["page"], response["totalPages"]) == (31, page, 4)
        ids += [row["assignment"]["id"] for row in response["data"]]
    tables = box.sim.tables
    expected = [id for id, row in tables["assignments"].items() if first <= row["beginning_date"] <= last]
    assert sorted(ids) == sorted(expected)
    incident_ids = [tables["assignment_incidents"][id]["id"] for id in ids]
    assert incident_ids == sorted(incident_ids, reverse=True)


async def test_a_row_of_the_internal_list(box: Box) -> None:
    id = box.sim.people.open_ticket(title="Título atual")
    box.sim.people.set_status(id, STARTED)
    order = [{"PropertyName": "id", "Dir": "d"}]
    row = (await box.all(OrderBy=order, PageSize="1")).json()["response"]["data"][0]
    assert row["id"] != row["assignment"]["id"] == id
    assert (row["protocol"], row["incidentStatus"]["title"]) == (box.ticket(id)["protocol"], "Andamento")
    assert (row["assignment"]["title"], row["assignment"]["beginningDate"]) == ("Título atual", "2026-03-10T12:00:00")
    assert "modified" not in row["assignment"]  # quirks 15, 25
    assert "description" not in row["assignment"]


@pytest.mark.parametrize(
    "query",
    [
        {"Filter": "{"},
        {"Filter": {"Values": [{"PropertyName": "assignment.modified", "Value": "x", "Operation": "Equals"}]}},
        {"OrderBy": [{"PropertyName": "modified", "Dir": "d"}]},
        {"OrderBy": "id"},
    ],
)
async def test_the_internal_list_knows_no_other_filter_and_order(box: Box, query: dict[str, Any]) -> None:
    assert (await box.all(**query)).status_code == 400  # quirk 15


async def test_page_zero_is_refused(box: Box) -> None:
    answer = (await box.all(Page="0")).json()
    assert answer["success"] is False
    assert "página" in answer["messages"][0]["message"]


# --- people at their screens


async def test_people_stamp_what_they_do(box: Box) -> None:
    id = box.sim.people.open_ticket()
    assert box.ticket(id)["modified"] == LOCAL
    acts = [
        lambda: box.sim.people.comment(id, "Ligou de novo"),
        lambda: box.sim.people.set_status(id, WAITING),
        lambda: box.sim.people.retitle(id, "Outro título"),
        lambda: box.sim.people.reclassify(id, 535),
        lambda: box.sim.people.forward(id, 502),
        lambda: box.sim.people.attach(id, "foto.jpg", b"\xff\xd8"),
        lambda: box.sim.people.edit(id, priority=4),
        lambda: box.sim.people.solve(id),
    ]
    for minute, act in enumerate(acts, 1):
        box.later(minutes=1)
        act()
        assert box.ticket(id)["modified"] == str(datetime.fromisoformat(LOCAL) + timedelta(minutes=minute))
    row = box.ticket(id)
    assert (row["incident_type_id"], row["team_id"], row["priority"]) == (535, 502, 4)
    assert (row["incident_status_id"], row["conclusion_date"], row["progress"]) == (CLOSED, row["modified"], 100)
    box.sim.people.set_status(id, STARTED)
    assert box.ticket(id)["conclusion_date"] is None


async def test_a_new_title_shows_in_lists_and_not_in_the_history(box: Box) -> None:
    id = box.sim.people.open_ticket(title="Antigo", description="texto")
    box.sim.people.retitle(id, "Novo")
    assert (await box.history(id))[0]["title"] == "Antigo"
    assert (await listed(box, box.ticket(id)["client_id"]))[0]["title"] == "Novo"


async def test_people_know_what_does_not_exist(box: Box) -> None:
    id = box.sim.people.open_ticket()
    with pytest.raises(ValueError, match="colour"):
        box.sim.people.edit(id, colour=1)
    with pytest.raises(ValueError, match="99"):
        box.sim.people.set_status(id, 99)
    with pytest.raises(ValueError, match="colour"):
        box.sim.people.open_ticket(colour=1)


async def test_the_table_of_statuses_is_the_tenants_own(box: Box) -> None:
    new = box.sim.people.add("incident_status", id=0, title="Cancelado", active=True, closing=True, usual=False)
    box.sim.people.change("incident_status", 2, title="Em atendimento")
    id = box.sim.people.open_ticket()
    box.sim.people.set_status(id, 2)
    assert (await box.data(id))["incidentStatus"] == {"id": 2, "title": "Em atendimento"}
    box.sim.people.set_status(id, new)
    assert (await box.data(id))["incidentStatus"]["title"] == "Cancelado"  # quirk 18


def test_every_ticket_of_the_world_is_about_somebody_or_something(box: Box) -> None:
    for id, row in box.sim.tables["assignment_incidents"].items():
        assert row["client_id"] in box.sim.tables["people"] or row["authentication_access_point_id"], id
    assert all(re.fullmatch(r"\d{7}", str(row["protocol"])) for row in box.sim.tables["assignment_incidents"].values())
