"""The simulated Voalle's other calls: people, contracts, service tags, titles, the tenant's lists, credits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from voalle_sim_box import Box

from erp_bridge.cli import simulated
from erp_bridge.config import load
from erp_bridge.sandbox.tenant import VOALLE_STATUS, demo_vocabulary, voalle_settings
from erp_bridge.sandbox.world import generate


@pytest.fixture
def box() -> Box:
    return Box(ids="number")


def document(box: Box, client_id: int) -> str:
    return str(box.sim.tables["people"][client_id]["tx_id"])


async def test_a_person_by_document_with_or_without_punctuation(box: Box) -> None:
    client = next(c for c in box.world.right.clientes if c.ativo and not c.pessoa.pj)
    found = await box.ok("GET", f"people/txid/{client.documento}")
    assert (found["name"], found["txId"], found["status"]) == (client.pessoa.nome, client.documento, 1)
    d = client.documento
    assert await box.ok("GET", f"people/txid/{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}") == found
    for wrong in ("52998224725", "abc"):
        assert await box.refused("GET", f"people/txid/{wrong}") == "Pessoa não encontrada"


async def test_of_two_with_one_document_one_is_told(box: Box) -> None:
    documents = [c.documento for c in box.world.right.clientes]
    twice = next(d for d in documents if documents.count(d) == 2)
    ids = {c.id for c in box.world.right.clientes if c.documento == twice}
    assert (await box.ok("GET", f"people/txid/{twice}"))["id"] == min(ids)
    rows = (await box.ok("GET", f"getclient?Page=1&PageSize=100&Filter={twice}"))["data"]
    assert {row["id"] for row in rows} == ids


async def test_clients_are_paged_and_searched(box: Box) -> None:
    seen: list[int] = []
    for page in range(1, 10):
        answer = await box.ok("GET", f"getclient?page={page}&pageSize=30")  # names in any case
        seen += [row["id"] for row in answer["data"]]
        if page >= answer["totalPages"]:
            break
    assert seen == [c.id for c in box.world.right.clientes] == sorted(seen)
    name = box.world.right.clientes[5].pessoa.nome
    rows = (await box.ok("GET", "getclient", params={"Filter": name[2:].upper(), "PageSize": "100"}))["data"]
    assert name in [row["name"] for row in rows]
    assert (await box.ok("GET", "getclient?Filter=zzzz"))["data"] == []
    for wrong in ("0", "-1", "abc"):
        assert await box.refused("GET", f"getclient?Page={wrong}")  # quirk 5


@pytest.mark.parametrize(("pj_code", "shown"), [(1, {True: 1, False: 2}), (2, {True: 2, False: 1})])
async def test_the_type_of_a_document_is_read_either_way(pj_code: int, shown: dict[bool, int]) -> None:
    box = Box(ids="number", pj_code=pj_code)
    companies = {c.id: c.pessoa.pj for c in box.world.right.clientes}
    rows = (await box.ok("GET", "getclient?PageSize=500"))["data"]
    assert {(companies[row["id"]], row["typeTxId"]) for row in rows} == set(shown.items())  # quirk 10
    company = next(row["txId"] for row in rows if companies[row["id"]] and row["txId"])
    for kind, found in ((shown[True], True), (shown[False], False)):
        body = {"txId": company, "txIdType": kind, "pageSize": 500, "page": 0}
        assert bool((await box.ok("POST", "contract/getpaged", json=body))["data"]) == found


@pytest.mark.parametrize("first", [0, 1])
async def test_contracts_are_paged_in_the_body_from_zero_or_one(first: int) -> None:
    box = Box(ids="number", first_contract_page=first)
    ids: list[int] = []
    for page in range(first, first + 100):
        answer = await box.ok("POST", "contract/getpaged", json={"page": page, "pageSize": 20})  # quirk 5
        ids += [row["id"] for row in answer["data"]]
        if not answer["data"]:
            break
    assert ids == [c.id for c in box.world.right.contratos]
    unsaid = await box.ok("POST", "contract/getpaged", json={"pageSize": 20})
    assert [row["id"] for row in unsaid["data"]] == ids[:20]
    for wrong in (first - 1, "x"):
        assert "Página" in await box.refused("POST", "contract/getpaged", json={"page": wrong})


async def test_contracts_of_a_document(box: Box) -> None:
    contract = next(c for c in box.world.right.contratos if c.situacao == "inativo")
    body = {"txId": document(box, contract.cliente_id), "page": 0}
    rows = (await box.ok("POST", "contract/getpaged", json=body))["data"]
    row = next(row for row in rows if row["id"] == contract.id)
    assert (row["status"], row["clientId"], row["contractNumber"]) == (4, contract.cliente_id, f"N{contract.id}")
    rows = (await box.ok("POST", "contract/getpaged", json=body | {"onlyActiveContracts": True}))["data"]
    assert contract.id not in [row["id"] for row in rows]
    rows = (await box.ok("POST", "contract/getpaged", json={"contractNumber": f"N{contract.id}"}))["data"]
    assert [row["id"] for row in rows] == [contract.id]


async def test_service_tags_of_a_document(box: Box) -> None:
    login = box.world.right.logins[0]
    query = {"txId": document(box, login.cliente_id), "Page": "1", "PageSize": "50"}
    short = (await box.ok("GET", "contractservicetagspaged", params=query))["data"]
    assert {"id", "description"} == set(short[0])
    rows = (await box.ok("GET", "servicetagsinfopaged", params=query))["data"]
    assert [row["id"] for row in rows] == [row["id"] for row in short]
    row = next(row for row in rows if row["contractId"] == login.contrato_id)
    assert (row["serviceTag"], row["authenticationContract"]["user"]) == (f"L{login.contrato_id}", login.login)
    assert row["authenticationContract"]["password"].startswith("segredo-de-")
    assert await box.refused("GET", "servicetagsinfopaged")


async def test_the_state_of_access_points(box: Box) -> None:
    login = box.world.right.logins[0]
    one = await box.ok("GET", f"getaccesspointstatusbycontract/{login.contrato_id}")
    assert set(one) == {"title", "inMaintenance", "maintenance", "active"}
    assert one in await box.ok("GET", f"getaccesspointstatusbyclient/{login.cliente_id}")
    connection = box.sim.tables["authentication_contracts"][login.id]
    point = box.sim.tables["authentication_access_points"][connection["authentication_access_point_id"]]
    box.sim.people.change("authentication_access_points", point["id"], maintenance={"title": "Troca de OLT"})
    one = await box.ok("GET", f"getaccesspointstatusbycontract/{login.contrato_id}")
    assert (one["title"], one["inMaintenance"]) == (point["title"], True)
    for path in ("bycontract/1", "byclient/1"):
        assert "não encontrado" in await box.refused("GET", f"getaccesspointstatus{path}")
    unconnected = {c.id for c in box.world.right.contratos} - {x.contrato_id for x in box.world.right.logins}
    assert await box.refused("GET", f"getaccesspointstatusbycontract/{min(unconnected)}")


async def test_titles_of_a_document(box: Box) -> None:
    fatura = next(f for f in box.world.right.faturas if f.pagamento)
    digits = document(box, fatura.cliente_id)
    every = await box.ok("GET", f"gettitlesbytxid/{digits}")
    still_open = await box.ok("GET", f"getopentitlesbytxid/{digits}")
    assert fatura.id in [row["id"] for row in every]
    assert fatura.id not in [row["id"] for row in still_open]
    row = next(row for row in every if row["id"] == fatura.id)
    assert row["billet"]["amount"]["value"] == float(fatura.valor)
    assert row["billet"]["expirationDate"] == str(fatura.vencimento)
    assert (await box.ok("GET", f"people/txid/{digits}"))["titles"] == still_open
    assert await box.refused("GET", "gettitlesbytxid/52998224725")


async def test_a_credit_on_a_contract_is_written_down(box: Box) -> None:
    body = {"contractId": box.world.right.contratos[0].id, "unitAmount": 12.5, "units": 1, "description": "Desconto"}
    answer = await box.ok("POST", "contract/contracteventualvalues", json=body)
    assert box.sim.tables["contract_eventual_values"][answer["id"]]["sent"] == body
    assert await box.refused("POST", "contract/contracteventualvalues", json=body | {"contractId": 1})


@pytest.mark.parametrize(
    ("path", "table", "keys"),
    [
        ("incidenttypespaged?incident=true&", "incident_types", {"id", "title", "code"}),
        ("servicelevelagreementpaged?", "service_level_agreements", {"id", "title"}),
        ("catalogservicespaged?", "catalog_services", {"id", "title"}),
        ("catalogservicesitemspaged?", "catalog_services_items", {"id", "title", "catalog_service_id"}),
        ("companiesplacespaged?", "companies_places", {"id", "description", "code"}),
    ],
)
async def test_the_tenants_lists_are_paged(box: Box, path: str, table: str, keys: set[str]) -> None:
    rows: list[dict[str, Any]] = []
    for page in range(1, 20):
        answer = await box.ok("GET", f"{path}Page={page}&PageSize=4")
        rows += answer["data"]
        if page >= answer["totalPages"]:
            break
    active = [row["id"] for row in box.sim.tables[table].values() if row.get("active", True)]
    assert [row["id"] for row in rows] == active
    assert all(set(row) == keys for row in rows)
    name = rows[-1].get("title") or rows[-1]["description"]
    assert rows[-1] in (await box.ok("GET", path, params={"Filter": name, "PageSize": "100"}))["data"]


# --- what a bridge.toml says of the tenant


@pytest.mark.parametrize("side", ["left", "right"])
def test_settings_and_vocabulary_are_those_of_the_tenant(side: str) -> None:
    world = generate(1, clients=10, left=2, right=2)
    box = Box(world, side=side)
    settings, tables = voalle_settings(world, side, forward=True), box.sim.tables
    assert {int(code) for code in settings["statuses"]} < set(tables["incident_status"])
    assert tables["incident_status"][int(settings["closing_status"])]["closing"]
    assert tables["incident_status"][int(settings["cancel_status"])]["closing"]
    assert "forward" not in voalle_settings(world, side)
    assert len([code for code, _, canonico, _ in VOALLE_STATUS if not canonico]) == 1  # one is not told on purpose
    vocabulary = demo_vocabulary(world, side, "voalle")
    assert set(vocabulary) == {"assunto", "departamento", "prioridade"}
    assert {int(id) for id in vocabulary["assunto"]} < set(tables["incident_types"])
    assert {int(id) for id in vocabulary["departamento"]} == set(tables["teams"])
    defaults = settings["defaults"]
    assert int(defaults["serviceLevelAgreementId"]) in tables["service_level_agreements"]
    assert int(defaults["companyPlaceId"]) in tables["companies_places"]


def test_the_printed_table_is_one_that_the_bridge_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = simulated.alone("voalle", tickets=3, faults="latency=1ms", seed=2)
    assert len(one.simulator.tables["assignments"]) == 3
    for key, secret in one.credentials.items():
        monkeypatch.setenv(f"ADQUIRIDA_{key}".upper(), secret)
    references = {key: f"env:ADQUIRIDA_{key.upper()}" for key in one.credentials}
    table = one.table("adquirida", "http://127.0.0.1:1", references)
    assert not any(secret in table for secret in one.credentials.values())
    file = tmp_path / "bridge.toml"
    file.write_text(f'[state]\nurl = "sqlite:///bridge.db"\n{table}', encoding="utf-8")
    settings: Any = load(file).erp["adquirida"]
    assert (settings.adapter, settings.token_url, settings.internal_url) == ("voalle", *["http://127.0.0.1:1"] * 2)
    assert (settings.closing_status, settings.statuses["8"]) == ("4", "cancelado")
    assert settings.client_secret.reveal() == one.simulator.client_secret
