"""Clients, contracts, invoices, discounts, files and lists, as a world writes them and as requests do."""

from __future__ import annotations

import re

import pytest

from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import generate
from sandbox.ixc_web import Clock, Web, small_erp


@pytest.fixture(scope="module")
def world():
    return generate(seed=2, clients=60, left=150, right=10)


@pytest.fixture
def web(world):
    return Web(IxcSimulator(world, now=Clock()))


async def test_documents_and_phones_stand_as_somebody_typed_them(web):
    rows = await web.rows("cliente", rp="1000")
    documents = {re.sub(r"\d", "9", row["cnpj_cpf"]) for row in rows if row["cnpj_cpf"]}
    assert documents == {"999.999.999-99", "99999999999", "99.999.999/9999-99", "99999999999999"}
    phones = {re.sub(r"\d", "9", row["telefone_celular"]) for row in rows}
    assert len(phones) >= 4
    formatted = next(row for row in rows if "." in row["cnpj_cpf"])
    assert await web.rows("cliente", ("cnpj_cpf", "=", formatted["cnpj_cpf"])) != []
    assert await web.rows("cliente", ("cnpj_cpf", "=", re.sub(r"\D", "", formatted["cnpj_cpf"]))) == []


async def test_passwords_are_shown_in_clear(web):
    assert all(row["senha"].startswith("Pw") for row in await web.rows("cliente", rp="5"))
    assert all(row["senha"].startswith("Pw") for row in await web.rows("radusuarios", rp="5"))


async def test_tickets_are_written_in_the_erps_codes(web, world):
    tickets = {row["id"]: row for row in await web.rows("su_ticket", rp="1000")}
    for ticket in world.left.tickets:
        row = tickets[str(ticket.id)]
        if ticket.codigo_estranho != "status":
            codes = {"novo": "N", "pendente": "P", "em_progresso": "EP", "solucionado": "S", "cancelado": "C"}
            assert row["su_status"] == codes[ticket.status]
        if ticket.codigo_estranho != "prioridade":
            assert row["prioridade"] == {"baixa": "B", "normal": "M", "alta": "A", "critica": "C"}[ticket.prioridade]
        assert row["tipo"] == ("E" if ticket.estrutura_id else "C")
        assert (row["titulo"], row["protocolo"]) == (ticket.titulo, ticket.protocolo)
        assert row["menssagem"] == ticket.descricao
        assert row["id_ticket_setor"] == str(ticket.departamento_id)
    odd = {ticket.codigo_estranho for ticket in world.left.tickets} - {""}
    assert odd, "a world of this size has codes that nobody knows"
    assert {"status": "AG" in {row["su_status"] for row in tickets.values()},
            "prioridade": "U" in {row["prioridade"] for row in tickets.values()}} == {
                "status": "status" in odd, "prioridade": "prioridade" in odd}  # fmt: skip


async def test_history_belongs_to_its_ticket(web, world):
    ticket = next(t for t in world.left.tickets if t.mensagens and t.transferencias)
    messages = await web.rows("su_mensagens", ("id_ticket", "=", str(ticket.id)))
    assert [row["mensagem"] for row in messages] == [m.texto for m in sorted(ticket.mensagens, key=lambda m: m.id)]
    moves = await web.rows("su_transf_atendimento", ("id_atendimento", "=", str(ticket.id)))
    assert [row["id_departamento_destino"] for row in moves] == [str(t.destino_id) for t in ticket.transferencias]
    files = [len(t.anexos) for t in world.left.tickets]
    assert (await web.ask("su_ticket_arquivos"))["total"] == str(sum(files))
    order = next(t for t in world.left.tickets if t.ordens)
    assert await web.rows("su_oss_chamado", ("id_ticket", "=", str(order.id)))


async def test_open_invoices_as_the_vendors_example_asks_for_them(web, world):
    client = next(f.cliente_id for f in world.left.faturas if f.pagamento is None)
    asked = [("id_cliente", "=", str(client)), ("liberado", "=", "S"), ("status", "!=", "C"), ("status", "!=", "R")]
    rows = await web.rows("fn_areceber", *asked)
    assert len(rows) == sum(f.cliente_id == client and f.pagamento is None for f in world.left.faturas)
    assert all(re.fullmatch(r"\d+\.\d\d", row["valor_aberto"]) for row in rows)
    loose = await web.rows("fn_areceber", ("id_contrato_avulso", ">", "0"))
    assert loose
    assert all(row["id_contrato"] == "" for row in loose)


async def test_catalogues_and_the_two_lists_of_people(web, world):
    subjects = await web.rows("su_oss_assunto", ("ativo", "=", "S"))
    assert {row["assunto"] for row in subjects} == {a.nome for a in world.left.assuntos if a.ativo}
    assert any(row["login_obrigatorio"] == "S" for row in subjects)
    for name in ("su_ticket_setor", "empresa_setor", "su_evento_status", "wfl_processo", "su_diagnostico",
                 "su_oss_respostas", "vd_contratos_produtos", "filial", "cidade"):  # fmt: skip
        assert await web.rows(name), name
    users = {row["id"]: row["funcionario"] for row in await web.rows("usuarios")}
    employees = {row["id"]: row["usuario_id"] for row in await web.rows("funcionarios")}
    assert all(users[user] == id_ for id_, user in employees.items())
    assert not users.keys() & employees.keys()


async def test_contracts_and_logins(web, world):
    rows = {row["id"]: row for row in await web.rows("cliente_contrato", rp="1000")}
    for contract in world.left.contratos:
        row = rows[str(contract.id)]
        codes = {"ativo": ("A", "A"), "bloqueado": ("A", "CA"), "inativo": ("I", "D")}
        assert (row["status"], row["status_internet"]) == codes[contract.situacao]
        assert (row["endereco"] == "") == (row["endereco_padrao_cliente"] == "S")
    login = world.left.logins[0]
    (found,) = await web.rows("radusuarios", ("login", "=", login.login))
    assert (found["id_cliente"], found["id_contrato"]) == (str(login.cliente_id), str(login.contrato_id))


async def test_a_contract_discount():
    sim, _, web = small_erp()
    form = {"id_contrato": "1", "id_vd_contrato_produtos": "2", "descricao": "Queda", "valor": "10.5",
            "data_validade": "30/09/2026", "percentual": ""}  # fmt: skip
    assert (await web.post("cliente_contrato_descontos", **form))["type"] == "success"
    row = await web.one("cliente_contrato_descontos", "1")
    assert (row["valor"], row["data_validade"], row["percentual"]) == ("10.50", "2026-09-30", "0.00")
    await web.post("cliente_contrato_descontos", **form | {"valor": "0,20", "data_validade": ""})
    odd = sim.tables["cliente_contrato_descontos"][2]
    assert (odd["valor"], odd["data_validade"]) == ("0.00", "")  # a comma cuts the number off
    assert "contrato" in (await web.post("cliente_contrato_descontos", **form | {"id_contrato": ""}))["message"]


async def test_a_one_off_discount_on_the_next_invoice():
    sim, _, web = small_erp()
    form = {"id_contrato": "1", "tipo_acres_desc": "D", "id_produto": "7", "descricao": "Queda", "id_unidade": "1",
            "quantidade": "1", "valor_unitario": "12.30", "valor_total": "12.30", "repetir": "V", "repetir_qtde": "1",
            "data": "01/09/2026", "status": "A", "status_nf21": "A"}  # fmt: skip
    assert (await web.post("cliente_contrato_servicos", **form))["type"] == "success"
    stored = sim.tables["cliente_contrato_servicos"][1]
    assert (stored["tipo_acres_desc"], stored["valor_total"], stored["data"]) == ("D", "12.30", "2026-09-01")
    assert (await web.post("cliente_contrato_servicos", **form | {"tipo_acres_desc": ""}))["type"] == "error"


async def test_files_travel_as_multipart():
    sim, _, web = small_erp()
    sim.people.open_ticket()
    parts = {"descricao": (None, "Foto do poste"), "id_ticket": (None, "1"), "classificacao_arquivo": (None, "P")}
    reply = await web.http.post("/su_ticket_arquivos", files=parts | {"local_arquivo": ("foto é.jpg", b"\xff\xd8\x00")})
    assert reply.json()["type"] == "success"
    (row,) = await web.rows("su_ticket_arquivos", ("id_ticket", "=", "1"))
    assert (row["descricao"], row["nome_arquivo"]) == ("Foto do poste", "foto é.jpg")
    assert row["data_envio"] == "2026-09-01 08:00:00"
    assert sim.files[1] == b"\xff\xd8\x00"
    without = await web.http.post("/su_ticket_arquivos", files=parts)
    assert without.json()["type"] == "error"
    assert (await web.delete("su_ticket_arquivos/1"))["type"] == "success"
    assert await web.rows("su_ticket_arquivos") == []
