"""Single records, clients, contracts, lists and files, read from a simulated tenant that shares no code with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from erp_bridge.core.errors import Malformed, NotFound, ValidationFailed
from erp_bridge.core.model import Arquivo, Status
from erp_bridge.core.text import normal
from voalle.voalle_box import FOOTER, LONG_AGO, VoalleBox, twin


def owned(box: VoalleBox) -> dict[str, dict]:
    return {id: row for id, row in box.tickets.items() if row["client_id"]}


@pytest.mark.parametrize("history", ["envelope", "array"])
@pytest.mark.parametrize("ids", ["number", "string", "mixed"])
async def test_every_ticket_is_read_or_named(history, ids):  # quirks 3, 4
    box = VoalleBox(history=history, ids=ids)
    async with box.adapter() as erp:
        page = await erp.get_many(list(owned(box)))
        unreadable = {entry.id: entry for entry in page.unreadable}
        assert {ticket.id for ticket in page} | unreadable.keys() == set(owned(box))
        movements = await erp.movements_of([ticket.id or "" for ticket in page])
    assert unreadable == {}  # the one status without a line has a title that is known
    for ticket in page:
        row = box.tickets[ticket.id or ""]
        assert ticket.protocolo == str(row["protocol"])
        assert normal(ticket.titulo) == normal(row["title"])
        assert normal(ticket.descricao) == normal(row["description"])
        assert ticket.aberto_em is not None
        assert ticket.aberto_em.strftime("%Y-%m-%d %H:%M:%S") == row["beginning_date"]
        said = [r for r in box.reports(ticket.id or "") if r["type_operation"] != 1]
        assert [m.id for m in movements[ticket.id or ""] if m.texto] == [
            f"h{r['type_operation']}_{r['id']}" for r in sorted(said, key=lambda r: (r["created"], r["id"]))
        ]


async def test_a_ticket_by_either_number():  # quirk 20
    box = VoalleBox()
    id, row = next(iter(owned(box).items()))
    async with box.adapter() as erp:
        found = await erp.find_by_protocolo(str(row["protocol"]))
        assert found == await erp.get(id)
        assert await erp.find_by_protocolo("999999999") is None
        with pytest.raises(NotFound):
            await erp.get("999999999")
        assert (await erp.get_many(["999999999", id])).atendimentos == (found,)
        assert await erp.movements_of(["999999999"]) == {"999999999": []}


async def test_a_title_that_no_call_shows_is_named():
    box = VoalleBox()
    id = next(id for id, row in box.tickets.items() if row["client_id"] is None)
    async with box.adapter() as erp:
        with pytest.raises(Malformed):
            await erp.get(id)
        assert [entry.id for entry in (await erp.get_many([id])).unreadable] == [id]


async def test_a_clients_tickets_come_with_their_texts_and_footers():  # quirk 23
    box = VoalleBox()
    person = box.a_client()
    async with box.adapter() as erp:
        stored = await erp.create(twin(person))
        found = await erp.tickets_of_client(str(person["id"]))
        assert [t.id for t in found if t.footer and t.footer.ref == FOOTER.ref] == [stored.id]
        assert found[0].id == stored.id  # the newest first
        by_title = await erp.tickets_of_client(str(person["id"]), order="titulo")
        assert [t.titulo for t in by_title] == sorted((t.titulo for t in found), key=str.casefold)
        open_ones = await erp.tickets_of_client(str(person["id"]), status=Status.NOVO)
        assert stored.id in [t.id for t in open_ones]
        assert await erp.tickets_of_client("999999") == []


async def test_clients_are_found_by_document_and_name():
    box = VoalleBox()
    person = box.a_client()
    async with box.adapter() as erp:
        found = await erp.find_client(person["tx_id"])
        assert found is not None
        assert (found.id, found.documento) == (str(person["id"]), person["tx_id"])
        assert [c.id for c in await erp.clients_by_document(person["tx_id"])] == [str(person["id"])]
        assert await erp.find_client("00000000191") is None
        assert await erp.find_client("") is None
        by_name = await erp.search_clients(person["name"].upper())
        assert str(person["id"]) in [c.id for c in by_name]
        assert len(await erp.search_clients("ar", 3)) <= 3
        with pytest.raises(ValidationFailed):
            await erp.search_clients("a")


async def test_several_clients_of_one_document_are_all_found():
    box = VoalleBox()
    people = [row for row in box.sim.tables["people"].values() if row["client"] and row["id"] in box.served]
    first, second = [row for row in people if row["status"] == 1][:2]
    box.sim.people.change("people", second["id"], tx_id=first["tx_id"])
    async with box.adapter() as erp:
        found = await erp.clients_by_document(first["tx_id"])
    assert {c.id for c in found} == {str(first["id"]), str(second["id"])}


@pytest.mark.parametrize(("pj_code", "tx_id_type"), [(1, 1), (2, 2)])
@pytest.mark.parametrize("first_page", [0, 1])
async def test_contracts_service_tags_and_logins(pj_code, tx_id_type, first_page):  # quirks 5, 10
    box = VoalleBox(pj_code=pj_code, first_contract_page=first_page, max_page_size=3)
    client, contracts = max(box.served.items(), key=lambda pair: len(pair[1]))
    async with box.adapter(tx_id_type=tx_id_type) as erp:
        found = await erp.contracts(str(client))
    rows = [row for row in box.sim.tables["contracts"].values() if row["client_id"] == client]
    assert sorted(v.id or "" for v in found["contrato"]) == sorted(str(row["id"]) for row in rows)
    assert {v.id for v in found["contrato"] if v.ativo} == {str(row["id"]) for row in contracts}
    tags = box.sim.tables["contract_service_tags"].values()
    own = {str(tag["id"]) for tag in tags if tag["contract_id"] in {row["id"] for row in rows}}
    assert {v.id for v in found["etiqueta"]} == own
    logins = {str(c["id"]): c for c in box.sim.tables["authentication_contracts"].values()
              if c["contract_id"] in {row["id"] for row in rows}}  # fmt: skip
    assert {v.id: v.nome for v in found["login"]} == {id: row["user"] for id, row in logins.items()}
    assert "segredo" not in repr(found)


async def test_the_wrong_type_of_document_finds_no_contract():  # quirk 10
    box = VoalleBox(pj_code=2)
    async with box.adapter(tx_id_type=1) as erp:
        assert (await erp.contracts(str(box.a_client()["id"])))["contrato"] == []


async def test_the_access_point_behind_a_contract():
    box = VoalleBox()
    connection = next(iter(box.sim.tables["authentication_contracts"].values()))
    point = connection["authentication_access_point_id"]
    async with box.adapter() as erp:
        found = await erp.access_point(str(connection["contract_id"]))
        assert found is not None
        assert found.ativo is True
        box.sim.people.change("authentication_access_points", point, maintenance="Troca de OLT")
        down = await erp.access_point(str(connection["contract_id"]))
        assert (down and down.nome, down and down.ativo) == (found.nome, False)
        assert await erp.access_point("999999") is None


async def test_documents_are_filled_in_from_the_lists_once():
    box = VoalleBox()
    async with box.adapter() as erp:
        page = await erp.get_many(list(owned(box)))
        assert all(t.cliente and t.cliente.documento is None for t in page)
        tickets = await erp.with_clients(page.atendimentos)
        before = erp.requests
        await erp.with_clients(page.atendimentos)
        assert erp.requests == before
        for ticket in tickets:
            row = box.sim.tables["people"][int(ticket.cliente.id if ticket.cliente and ticket.cliente.id else 0)]
            assert (ticket.cliente and ticket.cliente.documento) == (row["tx_id"] or None)


async def test_lists_of_terms():
    box = VoalleBox()
    async with box.adapter(page_size=2) as erp:
        types = {term.id: term.nome for term in await erp.vocabulary("assunto")}
        active = {str(row["id"]) for row in box.sim.tables["incident_types"].values() if row["active"]}
        assert active <= set(types)
        assert {term.id: term.nome for term in await erp.vocabulary("status")}["10"] == "pendente"
        assert [t.nome for t in await erp.vocabulary("serviceLevelAgreementId")] == [
            "Padrão 24 horas",
            "Crítico 4 horas",
        ]
        assert await erp.vocabulary("canal") == []
        before = erp.requests
        await erp.vocabulary("assunto")
        assert erp.requests == before
        box.clock.advance(timedelta(hours=1, seconds=1))
        await erp.vocabulary("assunto")
        assert erp.requests > before
        assert "ticket types" in await erp.ping()


async def test_files_up_down_and_listed():
    box = VoalleBox()
    ticket, content = box.an_open_one, bytes(range(256)) * 40
    async with box.adapter(page_size=1) as erp:
        stored = [await erp.attach(ticket, Arquivo(nome=name), content) for name in ("poste.jpg", "laudo á.pdf")]
        listed = await erp.files(ticket)
        assert [(f.id, f.nome, f.tamanho) for f in listed[-2:]] == [(s.id, s.nome, len(content)) for s in stored]
        assert await erp.download(ticket, listed[-1]) == content
        with pytest.raises(NotFound):
            await erp.download(ticket, Arquivo(id="999999", nome="x"))


async def test_all_pages_are_read_whatever_the_server_cuts_them_to():  # quirk 5
    box = VoalleBox(max_page_size=4)
    async with box.adapter(page_size=200) as erp:
        box.sim.faults.once("more_rows", match="incidenttypespaged")
        types = {term.id for term in await erp.vocabulary("assunto")}
        owners = (await erp.parameters(None)).donos_de_contrato
    active = {str(row["id"]) for row in box.sim.tables["incident_types"].values() if row["active"]}
    assert active <= types
    assert set(owners) == {str(row["id"]) for rows in box.served.values() for row in rows}


async def test_instants_are_aware_and_the_clock_is_known():
    box = VoalleBox()
    async with box.adapter() as erp:
        ticket = await erp.get(box.an_open_one)
        assert ticket.aberto_em is not None
        assert ticket.aberto_em.tzinfo is not None
        assert erp.clock_offset is not None
        assert abs(erp.clock_offset) < timedelta(seconds=2)
        assert [page async for page in erp.changed_since(LONG_AGO)]
