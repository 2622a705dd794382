"""The simulated Integrator's writing side: tickets, comments, status, files; and its plans and invoices."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from integrator_box import CREATE, LOCAL, Box

CREATION = "datasource.criarAtendimento"
ZERO = "0000-00-00 00:00:00"


@pytest.fixture
def box() -> Box:
    return Box()


async def created(box: Box, **params: Any) -> dict[str, Any]:
    (answer,) = await box.call(CREATION, **CREATE, codcli=box.codcli(), **params)
    return box.sim.tables["ocorrencias"][answer["codoco"]]


async def test_a_created_ticket_is_pending_and_open(box: Box) -> None:
    (answer,) = await box.call(CREATION, **CREATE, codcli=box.codcli(), nome_contato="Maria", celular_resposta="51999")
    assert set(answer) == {"codoco", "numero_oco"}
    row = box.sim.tables["ocorrencias"][answer["codoco"]]
    assert (row["codsto"], row["data_lan"], row["data_sol"]) == ("01PENDENTE", LOCAL, ZERO)
    assert (row["codcar"], row["codusu_d"], row["codusu"]) == ("01CARSUPOR", None, "01USUAPI00")
    assert (row["tipo_contato"], row["nome_contato"], row["celular_resposta"]) == ("Telefonico", "Maria", "51999")
    (shown,) = await box.view("atendimento_protocolo", numero_oco=answer["numero_oco"])
    assert shown["codoco"] == answer["codoco"]
    assert shown["nome_ocop"].strip() == "SEM CONEXAO"


async def test_the_same_call_twice_makes_two_tickets_with_greater_codes(box: Box) -> None:
    before = box.sim.store.codocos[-1]
    first, second = await created(box), await created(box)  # quirk 22
    assert before < first["codoco"] < second["codoco"]
    assert first["numero_oco"] < second["numero_oco"]
    assert re.fullmatch(r"\d{7}", first["numero_oco"])


async def test_create_takes_a_user_or_a_role_as_target(box: Box) -> None:
    params = {**CREATE, "codcli": box.codcli()}
    del params["codcar"]
    assert "destino" in await box.refused(CREATION, **params)  # quirk 14
    (answer,) = await box.call(CREATION, **params, codusu_d="01USU00562")
    assert box.sim.tables["ocorrencias"][answer["codoco"]]["codusu_d"] == "01USU00562"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"codcli": "999"}, "Cliente"),
        ({"codcli": ""}, "Cliente"),
        ({"codocop": ""}, "Tipo"),
        ({"codocop": "01TIPOXXXX"}, "Tipo"),
        ({"codocop": "01TIPOANTI"}, "Tipo"),  # not in use any more
        ({"codmvis": ""}, "Motivo"),
        ({"codcar": "01CARXXXXX"}, "Cargo"),
        ({"codusu_d": "01USUXXXXX"}, "Usuário de destino"),
        ({"codusu": "01USUXXXXX"}, "Usuário não"),
        ({"codcatoco": "01CATXXX00"}, "Categoria"),
        ({"codsercli": "01S0000000"}, "plano"),
    ],
)
async def test_create_refuses(box: Box, params: dict[str, str], said: str) -> None:
    before = len(box.sim.tables["ocorrencias"])
    assert said in await box.refused(CREATION, **({**CREATE, "codcli": box.codcli()} | params))
    assert len(box.sim.tables["ocorrencias"]) == before


async def test_create_takes_a_plan_of_the_client_only(box: Box) -> None:
    codcli = box.codcli()
    plans = box.sim.tables["servicos_cli"].values()
    mine = next(p["codsercli"] for p in plans if p["codcli"] == codcli)
    other = next(p["codsercli"] for p in plans if p["codcli"] != codcli)
    assert (await created(box, codsercli=mine))["codsercli"] == mine
    assert "plano" in await box.refused(CREATION, **CREATE, codcli=codcli, codsercli=other)


async def test_the_access_point_cannot_be_given_at_create(box: Box) -> None:
    row = await created(box, codcon="01PONTO521", codsto="01CONCLUID")
    assert (row["codcon"], row["codsto"]) == (None, "01PENDENTE")  # quirk 24


async def test_texts_are_cut_and_replaced_silently() -> None:
    box = Box(max_text=20, charset="latin1")
    (answer,) = await box.call(
        CREATION, **CREATE | {"descri_oco": "Ação 👍 – 1234567890 1234567890"}, codcli=box.codcli()
    )
    assert box.sim.tables["ocorrencias"][answer["codoco"]]["descri_oco"] == "Ação ? ? 1234567890 1"[:20]
    await box.call("atendimento.exemploComentar", codoco=answer["codoco"], descri_com="é" * 30)
    (comment,) = await box.view("comentarios", codocos=answer["codoco"])
    assert comment["descri_com"] == "é" * 20


async def test_text_keeps_line_ends_blanks_and_survives_lone_surrogates(box: Box) -> None:
    text = "a\r\nb \n\n\ud83d  "
    (answer,) = await box.call(CREATION, **CREATE | {"descri_oco": text}, codcli=box.codcli())
    (row,) = await box.view("atendimento", codoco=answer["codoco"])
    assert row["descri_oco"] == "a\r\nb \n\n?  "


async def test_comments_are_written_as_the_api_user(box: Box) -> None:
    codoco = (await created(box))["codoco"]
    (answer,) = await box.call("atendimento.exemploComentar", codoco=codoco, descri_com="Olá")
    (comment,) = await box.view("comentarios", codocos=codoco)
    assert (comment["codcom"], comment["descri_com"], comment["data_com"]) == (answer["codcom"], "Olá", LOCAL)
    assert comment["nome_usu"].strip() == "Integração API"
    assert "Comentário" in await box.refused("atendimento.exemploComentar", codoco=codoco, descri_com=" ")
    assert "não encontrado" in await box.refused("atendimento.exemploComentar", codoco="01A0000000", descri_com="x")


async def test_status_closes_and_opens_again(box: Box) -> None:
    codoco = (await created(box))["codoco"]
    row = box.sim.tables["ocorrencias"][codoco]
    for minutes, codsto, data_sol in (
        (0, "01ANDAMENT", ZERO),
        (1, "01CONCLUID", "2026-03-10 12:01:00"),
        (1, "01CONCLUID", "2026-03-10 12:01:00"),  # said again: the first date stays
        (1, "01PENDENTE", ZERO),
        (1, "01CANCELAD", "2026-03-10 12:04:00"),
    ):
        box.later(minutes=minutes)
        assert await box.call("atendimento.exemploStatus", codoco=codoco, codsto=codsto) == []
        assert (row["codsto"], row["data_sol"]) == (codsto, data_sol)  # quirk 18
    assert "Status" in await box.refused("atendimento.exemploStatus", codoco=box.sim.store.codocos[0], codsto="NOVO")


async def test_a_cancelled_ticket_takes_nothing_more(box: Box) -> None:
    codoco = (await created(box))["codoco"]
    box.sim.people.set_status(codoco, "01CANCELAD")
    assert "cancelado" in await box.refused("atendimento.exemploComentar", codoco=codoco, descri_com="x")
    assert "cancelado" in await box.refused("atendimento.exemploStatus", codoco=codoco, codsto="01PENDENTE")


async def test_attachments_come_as_base64_and_have_a_limit() -> None:
    box = Box(max_attachment=100)
    codoco = (await created(box))["codoco"]
    params = {"codoco": codoco, "codoca": "", "nome_anexo": "foto.jpg", "versao": "jpg", "obs": "Foto da ONU"}
    data = bytes(range(100))
    assert await box.call("atendimento.addAnexo", **params, anexo=base64.b64encode(data).decode()) == []
    row = list(box.sim.tables["anexos"].values())[-1]
    assert (row["codoco"], row["nome_anexo"], row["dados"], row["obs"]) == (codoco, "foto.jpg", data, "Foto da ONU")
    too_much = base64.b64encode(bytes(101)).decode()
    assert "tamanho máximo" in await box.refused("atendimento.addAnexo", **params, anexo=too_much)
    assert "inválido" in await box.refused("atendimento.addAnexo", **params, anexo="não é base64")
    assert "não encontrado" in await box.refused("atendimento.addAnexo", **params | {"codoco": "x"}, anexo="YQ==")


async def test_people_act_without_asking(box: Box) -> None:
    people, tables = box.sim.people, box.sim.tables
    codoco = people.open_ticket(codcon="01PONTO521", descri_oco="Torre sem energia", tipo_contato="Visita")
    assert tables["ocorrencias"][codoco]["codcon"] == "01PONTO521"
    box.later(minutes=2)
    people.solve(codoco, "Energia voltou", nome_usu="Gisele Porto")
    row = tables["ocorrencias"][codoco]
    assert (row["codsto"], row["data_sol"]) == ("01CONCLUID", "2026-03-10 12:02:00")
    (comment,) = await box.view("comentarios", codocos=codoco)
    assert comment["nome_usu"].strip() == "Gisele Porto"
    people.edit(codoco, codsto="01NAOEXIST")
    assert row["codsto"] == "01NAOEXIST"
    with pytest.raises(ValueError, match="cor"):
        people.edit(codoco, cor="azul")
    with pytest.raises(ValueError, match="clientes"):
        people.open_ticket(codcli="1")


async def test_types_and_statuses(box: Box) -> None:
    types = {row["codocop"]: row for row in await box.call("atendimento.listTypes")}
    assert types["01TIPOSEMC"]["nome_ocop"].strip() == "SEM CONEXAO"
    assert [code for code, row in types.items() if row["ativo"] == "N"] == ["01TIPOANTI"]
    assert {row["codsto"] for row in await box.call("datasource.ocorrencia.status")} >= {"01PENDENTE", "01AGPECAS0"}


async def test_plans_of_a_client(box: Box) -> None:
    side = box.world.right
    for cliente in side.clientes:
        own = [c for c in side.contratos if c.cliente_id == cliente.id]
        answer = await box.call("services.details", codcli=str(cliente.id))
        plans = answer[0]["planos"] if answer else []
        assert [p["descricao_plano"].strip() for p in plans] == [c.plano.nome for c in own]
        assert [p["descricao_status"].strip() for p in plans] == [
            "Habilitado" if c.ativo else "Desabilitado" for c in own
        ]
        assert all(
            set(p) == {"codsercli", "codgser", "descri_est", "descricao_status", "descricao_plano"} for p in plans
        )
    assert await box.refused("services.details", codcli="0") == "Cliente não encontrado"
    cancelled = {c.cliente_id for c in side.contratos if not c.ativo}
    (only,) = await box.call("services.details", codcli=str(min(cancelled)), status="01ESTCANCE")
    assert {p["descri_est"].strip() for p in only["planos"]} == {"Cancelado"}


async def test_details_of_a_plan(box: Box) -> None:
    login = box.world.right.logins[0]
    (service,) = (s for s in box.sim.tables["login_radius"].values() if s["login"] == login.login)
    (row,) = await box.call("plan.getInfo2", codsercli=service["codsercli"])
    assert (row["login"].strip(), row["codcli"], row["data_can"]) == (login.login, str(login.cliente_id), "0000-00-00")
    assert await box.call("plan.getInfo2", codsercli="01S0000000") == []


async def test_invoices_of_a_client_and_what_is_due(box: Box) -> None:
    open_one = next(f for f in box.world.right.faturas if not f.pagamento)
    codcli = str(open_one.cliente_id)
    rows = await box.call("faturas.cliente", **{"codcli": codcli, "from": "2026-01-01", "to": "2026-03-31"})
    assert sorted({row["data_ven"] for row in rows})[-1] == "2026-03-10"
    assert {row["Saldo"] for row in rows if row["data_ven"] < "2026-03-01"} <= {"0.00"}
    due = next(row for row in rows if row["data_ven"] == "2026-03-10")
    assert due["Saldo"] == due["valor"] == f"{open_one.valor:.2f}"
    assert await box.call("faturas.cliente", **{"codcli": codcli, "from": "2030-01-01", "to": "2030-12-31"}) == []
    (today,) = await box.call("fatura.detalhe", codfat=due["codfat"])
    assert (today["multa"], today["juros"], today["Quant_dias_venc"]) == ("0.00", "0.00", "0")
    box.later(days=15)
    box.sim.tables["faturas"][due["codfat"]]["valor_lan"] = "100.00"
    (late,) = await box.call("fatura.detalhe", codfat=due["codfat"])
    assert late == {
        "codfat": due["codfat"], "multa": "2.00", "juros": "0.50", "valor_final": "102.50", "Quant_dias_venc": "15",
    }  # fmt: skip
    assert await box.call("faturas.getDesconto", codfat=due["codfat"]) == [
        {"codfat": due["codfat"], "valor_desc": "0.00"}
    ]
    assert "Fatura" in await box.refused("fatura.detalhe", codfat="01F0000000")
