"""Tickets: opening one, what is demanded, what is silently altered, and what follows by itself."""

from __future__ import annotations

import pytest

from sandbox.ixc_web import small_erp, ticket_form

OK = {"type": "success", "message": "Registro inserido com sucesso!", "id": "1"}


async def test_opening_a_ticket():
    _, _, web = small_erp()
    reply = await web.post("su_ticket", **ticket_form(protocolo="202609500001", id_usuarios="61"))
    assert reply == OK | {"atualiza_campos": [{"tipo": "i", "campo": "id_filial_entrada", "valor": "1"}]}
    stored = await web.one("su_ticket", "1")
    assert ticket_form(protocolo="202609500001", id_usuarios="61").items() <= stored.items()
    assert stored["data_criacao"] == stored["data_ultima_alteracao"] == stored["ultima_atualizacao"]
    assert stored["data_criacao"] == "2026-09-01 08:00:00"  # local time, and nothing says which
    usual = {"status": "T", "interacao_pendente": "N", "origem_cadastro": "P", "id_ticket_origem": "I",
             "melhor_horario_reserva": "Q", "origem_endereco": "M", "data_reservada": "0000-00-00",
             "id_usuario_abertura": "61"}  # fmt: skip
    assert usual.items() <= stored.items()


async def test_the_clock_of_another_zone():
    sim, _, web = small_erp(timezone="America/Manaus", id_as_int=True)
    assert (await web.post("su_ticket", **ticket_form()))["id"] == 1
    assert sim.tables["su_ticket"][1]["data_criacao"] == "2026-09-01 07:00:00"


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("tipo", "tipo"), ("id_cliente", "cliente"), ("id_assunto", "assunto"), ("titulo", "título"),
        ("id_ticket_setor", "departamento"), ("prioridade", "prioridade"), ("menssagem", "mensagem"),
        ("su_status", "status"),
    ],
)  # fmt: skip
async def test_a_required_field_is_refused_when_empty_or_absent(field, word):
    sim, _, web = small_erp()
    refused = {"type": "error", "message": f"Preencha o campo {word}!<br />"}
    assert await web.post("su_ticket", **ticket_form(**{field: ""})) == refused
    form = ticket_form()
    del form[field]
    assert await web.post("su_ticket", **form) == refused
    assert not sim.tables["su_ticket"]


async def test_all_that_is_missing_is_named_at_once():
    _, _, web = small_erp()
    message = (await web.post("su_ticket", **ticket_form(titulo=" ", id_assunto="0")))["message"]
    assert message == "Preencha o campo título!<br />Preencha o campo assunto!<br />"


async def test_a_structure_ticket_needs_its_structure_and_no_client():
    _, _, web = small_erp()
    form = ticket_form(tipo="E", id_cliente="")
    assert "estrutura" in (await web.post("su_ticket", **form))["message"]
    assert (await web.post("su_ticket", **form, id_estrutura="21"))["type"] == "success"


async def test_the_subject_may_be_left_out_where_that_is_allowed():
    _, _, web = small_erp(assunto_obrigatorio=False)
    assert (await web.post("su_ticket", **ticket_form(id_assunto="")))["type"] == "success"


@pytest.mark.parametrize(
    ("flag", "field", "value"),
    [
        ("login_obrigatorio", "id_login", "1"),
        ("contrato_obrigatorio", "id_contrato", "1"),
        ("obrigar_processo_atendimento", "id_wfl_processo", "1"),
        ("obrigar_preenchimento_canal_atendimento", "id_canal_atendimento", "1"),
        ("obrigatorio_status_complementar", "id_evento_status_processo", "1"),
    ],
)
async def test_a_subject_demands_more(flag, field, value):
    sim, _, web = small_erp()
    sim.people.edit("su_oss_assunto", 1, **{flag: "S"})
    assert (await web.post("su_ticket", **ticket_form(**{field: "0"})))["type"] == "error"
    assert (await web.post("su_ticket", **ticket_form(**{field: value})))["type"] == "success"


async def test_login_and_contract_are_named_in_the_refusal():
    _, _, web = small_erp()
    message = (await web.post("su_ticket", **ticket_form(id_assunto="2")))["message"]
    assert "login" in message
    assert "contrato" in message


async def test_a_process_with_a_signature_an_inactive_channel_and_a_debtor():
    sim, _, web = small_erp(processos_com_assinatura={"1"})
    form = ticket_form(id_wfl_processo="1")
    assert "assinatura" in (await web.post("su_ticket", **form))["message"]
    assert (await web.post("su_ticket", **form, id_contrato="1"))["type"] == "success"
    sim.people.add("su_canal_atendimento", descricao="Chat", ativo="N")
    assert "inativo" in (await web.post("su_ticket", **ticket_form(id_canal_atendimento="1")))["message"]
    sim.people.edit("su_oss_assunto", 1, permite_abrir_cliente_atraso="N")
    assert (await web.post("su_ticket", **ticket_form()))["type"] == "success"
    sim.people.add("fn_areceber", id_cliente="1", data_vencimento="2026-08-10")
    assert "atraso" in (await web.post("su_ticket", **ticket_form()))["message"]


async def test_unknown_codes_are_accepted_and_read_back_empty():
    _, _, web = small_erp()
    odd = {"prioridade": "N", "su_status": "AG", "status": "A", "id_ticket_origem": "Z", "interacao_pendente": "X"}
    assert (await web.post("su_ticket", **ticket_form(**odd)))["type"] == "success"
    assert dict.fromkeys(odd, "").items() <= (await web.one("su_ticket", "1")).items()


async def test_the_server_sets_times_and_what_is_no_column_is_ignored():
    _, _, web = small_erp()
    sent = {"data_criacao": "01/01/2020 10:00:00", "ultima_atualizacao": "CURRENT_TIMESTAMP", "id": "77",
            "id_usuario_abertura": "9", "su_ticket_origem": "I", "action": "novo"}  # fmt: skip
    assert (await web.post("su_ticket", **ticket_form(**sent)))["id"] == "1"
    stored = await web.one("su_ticket", "1")
    assert (stored["data_criacao"], stored["id_usuario_abertura"]) == ("2026-09-01 08:00:00", "61")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("15/09/2026", "2026-09-15"), ("2026-09-15", "0000-00-00"), ("", "0000-00-00"), ("31/13/2026", "0000-00-00")],
)
async def test_a_date_is_understood_in_brazilian_form_only(sent, stored):
    _, _, web = small_erp()
    await web.post("su_ticket", **ticket_form(data_reservada=sent))
    assert (await web.one("su_ticket", "1"))["data_reservada"] == stored
    await web.put("su_ticket/1", ticket_form(data_reservada=sent))
    assert (await web.one("su_ticket", "1"))["data_reservada"] == stored


async def test_long_texts_are_cut_without_a_word():
    _, _, web = small_erp()
    await web.post("su_ticket", **ticket_form(titulo="x" * 250, endereco="y" * 200, menssagem="z" * 70_000))
    stored = await web.one("su_ticket", "1")
    assert [len(stored[name]) for name in ("titulo", "endereco", "menssagem")] == [200, 150, 70_000]


async def test_what_the_database_cannot_hold_becomes_a_question_mark():
    sim, _, web = small_erp(charset="utf8mb3")
    await web.post("su_ticket", **ticket_form(titulo="Lentidão 😀"))
    sim.options.charset = "utf8mb4"
    await web.post("su_ticket", **ticket_form(titulo="Lentidão 😀"))
    assert [row["titulo"] for row in await web.rows("su_ticket")] == ["Lentidão ?", "Lentidão 😀"]


async def test_the_encoding_accident_of_2023():
    _, _, web = small_erp(decodes_twice=True)
    await web.post("su_ticket", **ticket_form(titulo="Lentidão"))
    await web.post("su_ticket", **ticket_form(titulo="Lentidão".encode().decode("latin-1")))
    assert [row["titulo"] for row in await web.rows("su_ticket")] == ["Lentid?o", "Lentidão"]


async def test_creating_twice_makes_two():
    _, _, web = small_erp()
    for _ in range(2):
        await web.post("su_ticket", **ticket_form(protocolo="202609500001"))
    assert await web.ids("su_ticket", ("protocolo", "=", "202609500001")) == ["1", "2"]


async def test_a_protocol_is_a_bare_value_and_never_comes_twice():
    sim, _, web = small_erp()
    assert (await web.http.post("/gerar_protocolo_atendimento", json={})).content == b"202609500001"
    assert (await web.http.get("/gerar_protocolo_atendimento")).json() == 202609500002
    sim.options.protocol_as = "string"
    assert await web.post("gerar_protocolo_ordem_servico") == "202609500003"
    sim.options.protocol_as = "object"
    assert await web.post("gerar_protocolo_atendimento") == {"protocolo": "202609500004"}


async def test_a_process_opens_a_work_order_some_seconds_later():
    _, clock, web = small_erp()
    await web.post("su_ticket", **ticket_form(id_wfl_processo="1", id_contrato="1"))
    assert await web.ids("su_oss_chamado", ("id_ticket", "=", "1")) == []
    clock.advance(3)
    (order,) = await web.rows("su_oss_chamado", ("id_ticket", "=", "1"))
    expected = {"status": "A", "prioridade": "N", "mensagem": ticket_form()["menssagem"], "id_contrato_kit": "1",
                "data_abertura": "2026-09-01 08:00:03"}  # fmt: skip
    assert expected.items() <= order.items()
    ticket = await web.one("su_ticket", "1")
    assert (ticket["status"], ticket["su_status"]) == ("OSAB", "N")
    assert ticket["ultima_atualizacao"] == ticket["data_hora_os_aberta"] == "2026-09-01 08:00:03"
    assert ticket["data_ultima_alteracao"] == "2026-09-01 08:00:00"


async def test_no_process_no_work_order():
    sim, clock, web = small_erp()
    await web.post("su_ticket", **ticket_form())
    clock.advance(60)
    assert not sim.tables["su_oss_chamado"]


async def test_a_canned_reply_becomes_a_public_message_with_its_status():
    sim, _, web = small_erp()
    reply = {"resposta": "Já estamos vendo.", "su_status": "EP", "interacao_pendente": "I"}
    id_ = sim.people.add("su_oss_respostas", reply, titulo="Recebido")
    await web.post("su_ticket", **ticket_form(id_resposta=id_))
    (message,) = await web.rows("su_mensagens", ("id_ticket", "=", "1"))
    assert (message["mensagem"], message["visibilidade_mensagens"]) == ("Já estamos vendo.", "PU")
    ticket = await web.one("su_ticket", "1")
    assert (ticket["su_status"], ticket["interacao_pendente"], ticket["id_resposta"]) == ("EP", "I", id_)


async def test_opened_and_closed_in_one():
    _, _, web = small_erp()
    await web.post("su_ticket", **ticket_form(finalizar_atendimento="S"))
    ticket = await web.one("su_ticket", "1")
    assert (ticket["su_status"], ticket["status"]) == ("S", "F")


async def test_the_forms_default_wipes_the_clients_record():
    sim, _, web = small_erp()
    before = sim.snapshot("cliente", "radusuarios")
    await web.post("su_ticket", **ticket_form(id_login="1", atualizar_cliente="", atualizar_login="", cliente_fone=""))
    await web.post("su_ticket", **ticket_form(id_login="1"))
    assert sim.snapshot("cliente", "radusuarios") == before
    await web.post("su_ticket", **ticket_form(id_login="1", atualizar_cliente="S", cliente_email="novo@example.com"))
    client = sim.tables["cliente"][1]
    assert (client["fone"], client["email"]) == ("", "novo@example.com")
    assert sim.tables["radusuarios"][1]["latitude"] == "-27.1"
    await web.put("su_ticket/1", ticket_form(id_login="1", atualizar_login="S"))
    assert sim.tables["radusuarios"][1]["latitude"] == ""


async def test_success_that_did_nothing():
    sim, _, web = small_erp()
    sim.faults.once("noop", match="POST su_ticket")
    assert (await web.post("su_ticket", **ticket_form()))["type"] == "success"
    assert not sim.tables["su_ticket"]
    await web.post("su_ticket", **ticket_form())
    before = sim.snapshot("su_ticket")
    sim.faults.once("noop", count=2)
    assert (await web.put("su_ticket/1", ticket_form(titulo="outro")))["type"] == "success"
    assert (await web.delete("su_ticket/1"))["type"] == "success"
    assert sim.snapshot("su_ticket") == before
    sim.faults.once("noop")
    action = await web.post(sim.options.transfer_action, id_atendimento="1", id_departamento_destino="2")
    assert (action["type"], action["message"]) == ("success", "")
    assert sim.snapshot("su_ticket") == before
