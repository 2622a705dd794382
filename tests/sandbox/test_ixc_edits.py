"""PUT replaces the whole record; DELETE removes it; stamps tell what kind of write it was."""

from __future__ import annotations

from sandbox.ixc_web import small_erp, ticket_form


async def opened(**options):
    """An ERP with ticket 1, and the record as it was listed a minute later."""
    sim, clock, web = small_erp(**options)
    await web.post("su_ticket", **ticket_form(protocolo="202609500001", data_reservada="15/09/2026", endereco="Rua A"))
    clock.advance(60)
    return sim, clock, web, await web.one("su_ticket", "1")


async def test_a_whole_put_changes_what_differs_and_stamps_it():
    _, _, web, record = await opened()
    sent = record | {"prioridade": "A", "data_reservada": "15/09/2026"}
    assert await web.put("su_ticket/1", sent) == {
        "type": "success", "message": "Registro atualizado com sucesso!", "id": "1",
    }  # fmt: skip
    now = "2026-09-01 08:01:00"
    stamps = {"data_ultima_alteracao": now, "ultima_atualizacao": now, "updated_user": "61"}
    assert await web.one("su_ticket", "1") == record | {"prioridade": "A"} | stamps


async def test_a_put_that_changes_nothing_moves_one_stamp_only():
    _, _, web, record = await opened()
    await web.put("su_ticket/1", record | {"data_reservada": "15/09/2026"})
    after = await web.one("su_ticket", "1")
    assert after == record | {"ultima_atualizacao": "2026-09-01 08:01:00"}


async def test_a_listed_date_sent_back_as_it_is_becomes_zero():
    _, _, web, record = await opened()
    assert record["data_reservada"] == "2026-09-15"
    await web.put("su_ticket/1", record)
    assert (await web.one("su_ticket", "1"))["data_reservada"] == "0000-00-00"


async def test_what_a_put_does_not_name_is_blanked():
    _, _, web, _ = await opened()
    assert (await web.put("su_ticket/1", {"prioridade": "A"}))["type"] == "success"
    after = await web.one("su_ticket", "1")
    blank = {"titulo": "", "menssagem": "", "endereco": "", "su_status": "", "tipo": "", "id_cliente": "0",
             "id_ticket_setor": "0", "data_reservada": "0000-00-00", "id_estrutura": ""}  # fmt: skip
    assert blank.items() <= after.items()
    assert (after["prioridade"], after["protocolo"]) == ("A", "202609500001")


async def test_or_it_is_an_error_or_kept():
    sim, _, web, record = await opened(put_missing="error", error_status=500)
    reply = await web.http.put("/su_ticket/1", json={"prioridade": "A"})
    assert (reply.status_code, reply.text[:4]) == (500, "<div")
    assert await web.one("su_ticket", "1") == record
    assert (await web.put("su_ticket/1", record))["type"] == "success"
    sim.options.put_missing = "keep"
    await web.put("su_ticket/1", {"prioridade": "A"})
    assert (await web.one("su_ticket", "1"))["titulo"] == record["titulo"]


async def test_some_columns_are_dropped_without_a_word():
    sim, _, web, record = await opened(put_keeps={"su_ticket": {"endereco"}})
    sent = {"protocolo": "1", "data_criacao": "01/01/2020 00:00:00", "endereco": "Rua B", "id": "9", "titulo": "T"}
    assert (await web.put("su_ticket/1", record | sent))["type"] == "success"
    after = await web.one("su_ticket", "1")
    assert [after[c] for c in ("protocolo", "data_criacao", "endereco", "titulo")] == [
        "202609500001", "2026-09-01 08:00:00", "Rua A", "T",
    ]  # fmt: skip
    assert list(sim.tables["su_ticket"]) == [1]


async def test_setting_a_process_later_opens_a_work_order_once():
    sim, clock, web, record = await opened()
    for _ in range(2):
        await web.put("su_ticket/1", record | {"id_wfl_processo": "1"})
        clock.advance(10)
    assert len(sim.tables["su_oss_chamado"]) == 1


async def test_a_cancelled_ticket_takes_nothing_more():
    sim, _, web, record = await opened()
    sim.people.set_status(1, "C", "Desistiu")
    before = sim.snapshot("su_ticket")
    form = {"id_ticket": "1", "mensagem": "x", "su_status": ""}
    move = {"id_atendimento": "1", "id_departamento_destino": "2"}
    for reply in (
        await web.put("su_ticket/1", record),
        await web.post("su_mensagens", **form),
        await web.post(sim.options.transfer_action, **move),
    ):
        assert (reply["type"], "cancelado" in reply["message"]) == ("error", True)
    assert sim.snapshot("su_ticket") == before
    sim.options.cancelled_is_final = False
    assert (await web.post("su_mensagens", **form))["type"] == "success"


async def test_what_is_not_there_cannot_be_changed():
    _, _, web = small_erp()
    for reply in (await web.put("su_ticket/9", ticket_form()), await web.delete("su_mensagens/9")):
        assert reply == {"type": "error", "message": "Registro não encontrado!<br />"}
    for method, path in (("PUT", "/su_ticket"), ("DELETE", "/su_ticket"), ("POST", "/su_ticket/1")):
        assert (await web.http.request(method, path, json=ticket_form())).text.startswith("<div")


async def test_deleting():
    sim, _, web, _ = await opened()
    assert (await web.delete("su_ticket/1")) == {
        "type": "success", "message": "Registro excluído com sucesso!", "id": "1",
    }  # fmt: skip
    assert not sim.tables["su_ticket"]
    logged = [(row["tipo"], row["tabela"], row["operador"]) for row in sim.tables["ixc_logs"].values()]
    assert logged[-2:] == [("inseriu", "su_ticket", "61"), ("excluiu", "su_ticket", "61")]


async def test_other_tables_blank_missing_fields_too():
    sim, _, web = small_erp()
    await web.put("cliente/1", {"razao": "João Ávila", "cnpj_cpf": "529.982.247-25"})
    client = sim.tables["cliente"][1]
    assert (client["razao"], client["fone"], client["ativo"]) == ("João Ávila", "", "")
