"""Messages move tickets, transfers pass them on, and who wrote is not the writer's choice."""

from __future__ import annotations

import pytest

from sandbox.ixc_web import small_erp


async def opened(**options):
    """An ERP in which a person opened ticket 1 a minute ago."""
    sim, clock, web = small_erp(**options)
    sim.people.open_ticket()
    clock.advance(60)
    return sim, clock, web


LATER = "2026-09-01 08:01:00"
BEFORE = "2026-09-01 08:00:00"


async def test_the_vendors_full_form():
    _, _, web = await opened()
    form = {"id_cliente": "1", "assunto_ticket": "", "mensagem_ticket": "Teste", "titulo": "", "data": "",
            "id_resposta": "", "mensagem": "Teste", "visibilidade_mensagens": "PU", "operador": "62", "su_status": "P",
            "id_evento_status": "", "id_ticket": "1", "existe_pendencia_externa": "E", "id_su_diagnostico": "",
            "ultima_atualizacao": "", "id_usuarios": "62"}  # fmt: skip
    reply = await web.post("su_mensagens", **form)
    assert (reply["type"], reply["id"]) == ("success", "1")
    message = await web.one("su_mensagens", "1")
    expected = {"id_ticket": "1", "mensagem": "Teste", "data": LATER, "operador": "61", "su_status": "P",
                "visibilidade_mensagens": "PU", "existe_pendencia_externa": "0", "status": "T"}  # fmt: skip
    assert expected.items() <= message.items()
    ticket = await web.one("su_ticket", "1")
    assert (ticket["su_status"], ticket["interacao_pendente"], ticket["mensagens_nao_lida_cli"]) == ("P", "E", "1")
    assert ticket["data_ultima_alteracao"] == ticket["ultima_atualizacao"] == LATER
    assert ticket["updated_user"] == "61"


async def test_the_shortest_closing_and_reopening():
    _, _, web = await opened()
    await web.post("su_mensagens", id_ticket="1", mensagem="Encerrado", su_status="S")
    closed = await web.one("su_ticket", "1")
    assert (closed["su_status"], closed["status"]) == ("S", "F")
    assert (await web.one("su_mensagens", "1"))["visibilidade_mensagens"] == "P"
    await web.post("su_mensagens", id_ticket="1", mensagem="Voltou", su_status="EP")
    again = await web.one("su_ticket", "1")
    assert (again["su_status"], again["status"]) == ("EP", "T")


@pytest.mark.parametrize("missing", ["id_ticket", "mensagem"])
async def test_a_message_needs_a_ticket_and_a_text(missing):
    sim, _, web = await opened()
    form = {"id_ticket": "1", "mensagem": "x", "su_status": ""} | {missing: ""}
    assert (await web.post("su_mensagens", **form))["type"] == "error"
    assert (await web.post("su_mensagens", id_ticket="99", mensagem="x"))["type"] == "error"
    assert not sim.tables["su_mensagens"]


async def test_an_empty_status_leaves_the_ticket_where_it_is():
    sim, _, web = await opened()
    sim.people.set_status(1, "EP", "Assumido")
    await web.post("su_mensagens", id_ticket="1", mensagem="nota", su_status="")
    assert (await web.one("su_mensagens", "2"))["su_status"] == ""
    assert (await web.one("su_ticket", "1"))["su_status"] == "EP"


async def test_or_it_is_refused_or_makes_it_pending():
    sim, _, web = await opened(empty_status="refused")
    assert "status" in (await web.post("su_mensagens", id_ticket="1", mensagem="nota", su_status=""))["message"]
    assert (await web.post("su_mensagens", id_ticket="1", mensagem="nota", su_status="N"))["type"] == "success"
    sim.options.empty_status = "pending"
    await web.post("su_mensagens", id_ticket="1", mensagem="nota", su_status="")
    assert (await web.one("su_mensagens", "2"))["su_status"] == "P"
    assert (await web.one("su_ticket", "1"))["su_status"] == "P"


@pytest.mark.parametrize(
    ("stamps", "change", "write"),
    [("none", BEFORE, BEFORE), ("ultima_atualizacao", BEFORE, LATER), ("both", LATER, LATER)],
)
async def test_which_stamps_a_mere_comment_moves(stamps, change, write):
    _, _, web = await opened(comment_stamps=stamps)
    await web.post("su_mensagens", id_ticket="1", mensagem="nota", su_status="", existe_pendencia_externa="N")
    ticket = await web.one("su_ticket", "1")
    assert (ticket["data_ultima_alteracao"], ticket["ultima_atualizacao"]) == (change, write)


async def test_an_unknown_status_empties_the_tickets():
    _, _, web = await opened()
    assert (await web.post("su_mensagens", id_ticket="1", mensagem="x", su_status="AG"))["type"] == "success"
    assert (await web.one("su_ticket", "1"))["su_status"] == ""


async def test_pending_interaction_changes_only_by_a_known_letter():
    _, _, web = await opened()
    for sent, stands in (("A", "A"), ("0", "A"), ("", "A"), ("I", "I")):
        await web.post("su_mensagens", id_ticket="1", mensagem="x", su_status="", existe_pendencia_externa=sent)
        assert (await web.one("su_ticket", "1"))["interacao_pendente"] == stands


async def test_complementary_status_and_diagnosis_go_to_the_ticket():
    _, _, web = await opened()
    also = {"id_evento_status": "3", "id_su_diagnostico": "2"}
    await web.post("su_mensagens", id_ticket="1", mensagem="x", su_status="S", **also)
    ticket = await web.one("su_ticket", "1")
    assert (ticket["id_evento_status_processo"], ticket["id_su_diagnostico"]) == ("3", "2")


async def test_messages_can_be_edited_and_deleted():
    sim, clock, web = await opened()
    await web.post("su_mensagens", id_ticket="1", mensagem="antes", su_status="")
    clock.advance(60)
    await web.put("su_mensagens/1", await web.one("su_mensagens", "1") | {"mensagem": "depois", "id_ticket": "7"})
    message = await web.one("su_mensagens", "1")
    assert (message["mensagem"], message["id_ticket"], message["data"]) == ("depois", "1", LATER)
    await web.delete("su_mensagens/1")
    assert not sim.tables["su_mensagens"]


async def test_a_transfer_writes_its_history_and_changes_the_department():
    sim, _, web = await opened()
    form = {"id_atendimento": "1", "data_transferencia": "01/09/2026 08:00:30", "id_departamento_origem": "1",
            "id_departamento_destino": "2", "id_responsavel_tecnico": "138"}  # fmt: skip
    reply = await web.post("su_transf_atendimento_26466", **form)
    done = "Ação executada com sucesso"
    assert reply == {"type": "success", "messageReturn": done, "message": done, "id_saida": "1"}
    assert await web.one("su_transf_atendimento", "1") == {
        "id": "1", "data_transferencia": "2026-09-01 08:00:30", "id_atendimento": "1", "id_departamento_origem": "1",
        "id_departamento_destino": "2", "id_responsavel_tecnico": "138", "status_transf": "1",
    }  # fmt: skip
    ticket = await web.one("su_ticket", "1")
    assert (ticket["id_ticket_setor"], ticket["id_responsavel_tecnico"]) == ("2", "138")
    assert ticket["data_ultima_alteracao"] == LATER
    await web.post("su_transf_atendimento_26466", id_atendimento="1", id_departamento_destino="1")
    last = sim.tables["su_transf_atendimento"][2]
    assert (last["id_departamento_origem"], last["data_transferencia"]) == ("2", LATER)
    assert sim.tables["su_ticket"][1]["id_responsavel_tecnico"] == "138"


async def test_a_transfer_needs_to_know_what_and_where_to():
    sim, _, web = await opened()
    message = (await web.post("su_transf_atendimento_26466"))["message"]
    assert message == "Preencha o campo atendimento!<br />Preencha o campo departamento de destino!<br />"
    reply = await web.post("su_transf_atendimento_26466", id_atendimento="9", id_departamento_destino="2")
    assert reply["type"] == "error"
    assert not sim.tables["su_transf_atendimento"]


async def test_the_transfer_button_has_another_number_elsewhere():
    _, _, web = await opened(transfer_action="su_transf_atendimento_31000")
    form = {"id_atendimento": "1", "id_departamento_destino": "2"}
    reply = await web.post("su_transf_atendimento_26466", **form)
    assert reply["message"] == "Recurso su_transf_atendimento_26466 não está disponível!"
    assert (await web.post("su_transf_atendimento_31000", **form))["type"] == "success"
