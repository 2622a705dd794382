"""What people do at their screens, beside and between the requests."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from erp_bridge.sandbox.ixc.replies import Refusal
from sandbox.ixc_web import small_erp, ticket_form


async def test_a_person_opens_a_ticket_with_a_protocol():
    sim, _, web = small_erp()
    id_ = sim.people.open_ticket(titulo="No balcão", su_status="EP", origem_endereco="C")
    ticket = await web.one("su_ticket", id_)
    expected = {"titulo": "No balcão", "su_status": "EP", "origem_endereco": "C", "id_cliente": "1", "id_assunto": "1",
                "protocolo": "202609500001", "id_usuario_abertura": sim.people.operator}  # fmt: skip
    assert expected.items() <= ticket.items()
    assert sim.people.operator != "61"
    assert sim.requests == ["list su_ticket"]


async def test_comment_status_field_and_transfer_stamp_the_ticket():
    sim, clock, web = small_erp()
    id_ = sim.people.open_ticket()
    acts = (
        lambda: sim.people.comment(id_, "nota", "P"),
        lambda: sim.people.set_status(id_, "S", "pronto"),
        lambda: sim.people.set_field(id_, prioridade="C"),
        lambda: sim.people.transfer(id_, 2, 138),
    )
    for act in acts:
        clock.advance(60)
        act()
        ticket = await web.one("su_ticket", id_)
        now = clock().astimezone(ZoneInfo("America/Sao_Paulo")).strftime("%Y-%m-%d %H:%M:%S")
        assert ticket["data_ultima_alteracao"] == ticket["ultima_atualizacao"] == now
        assert ticket["updated_user"] == sim.people.operator
    (note, solved) = await web.rows("su_mensagens")
    assert (note["mensagem"], note["su_status"], note["operador"]) == ("nota", "P", sim.people.operator)
    assert (solved["mensagem"], solved["su_status"]) == ("pronto", "S")
    assert (ticket["su_status"], ticket["prioridade"], ticket["id_ticket_setor"]) == ("S", "C", "2")


async def test_a_field_set_to_what_it_was_is_no_change():
    sim, clock, web = small_erp()
    id_ = sim.people.open_ticket(prioridade="M")
    clock.advance(60)
    sim.people.set_field(id_, prioridade="M")
    ticket = await web.one("su_ticket", id_)
    assert ticket["data_ultima_alteracao"] < ticket["ultima_atualizacao"]


async def test_impossible_values_can_be_put_in_and_are_shown():
    sim, _, web = small_erp()
    id_ = sim.people.open_ticket()
    sim.people.set_field(id_, su_status="RA", data_reservada="2024-03-00", data_criacao="")
    ticket = await web.one("su_ticket", id_)
    assert (ticket["su_status"], ticket["data_reservada"], ticket["data_criacao"]) == ("RA", "2024-03-00", "")


def test_a_column_that_does_not_exist_is_a_mistake():
    sim, _, _ = small_erp()
    id_ = sim.people.open_ticket()
    with pytest.raises(KeyError):
        sim.people.set_field(id_, mensagem="x")
    with pytest.raises(KeyError):
        sim.people.open_ticket(nada="x")
    with pytest.raises(ValueError, match=r"su_ticket\.titulo cannot be set to 5"):
        sim.tables["su_ticket"][id_]["titulo"] = 5
    with pytest.raises(Refusal):
        sim.people.comment(99, "x")


async def test_files_messages_and_records_change_under_the_bridge():
    sim, _, web = small_erp()
    id_ = sim.people.open_ticket()
    message = sim.people.comment(id_, "antes")
    sim.people.edit_message(message, "depois")
    assert (await web.one("su_mensagens", message))["mensagem"] == "depois"
    file = sim.people.attach(id_, "foto.jpg", b"\xff\xd8", "Foto do poste")
    (listed,) = await web.rows("su_ticket_arquivos", ("id_ticket", "=", id_))
    assert (listed["id"], listed["nome_arquivo"], listed["descricao"]) == (file, "foto.jpg", "Foto do poste")
    assert sim.files[int(file)] == b"\xff\xd8"
    sim.people.edit("cliente", 1, ativo="N")
    assert await web.rows("cliente", ("ativo", "=", "S")) == []
    sim.people.delete("su_mensagens", message)
    assert await web.rows("su_mensagens") == []


async def test_a_person_edits_between_a_write_and_its_read_back():
    sim, _, web = small_erp()
    sim.faults.once("hook", match="POST su_ticket", after=lambda: sim.people.set_field(1, titulo="mudado"))
    await web.post("su_ticket", **ticket_form())
    assert (await web.one("su_ticket", "1"))["titulo"] == "mudado"
    assert sim.tables["su_ticket"]["1"]["updated_user"] == sim.people.operator


def test_a_snapshot_is_a_copy():
    sim, _, _ = small_erp()
    sim.people.open_ticket(titulo="antes")
    before = sim.snapshot("su_ticket")
    sim.people.set_field(1, titulo="depois")
    assert before["su_ticket"][1]["titulo"] == "antes"
    assert len(before["su_ticket"][1]) == 48
    assert set(sim.snapshot()) == set(sim.tables)
