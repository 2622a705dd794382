"""Opening tickets: what is sent, what is refused before, and what the answer proves."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest

from erp_bridge.core.errors import Malformed, Refused, Unavailable, Uncertain, ValidationFailed
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Cliente,
    Contato,
    Origem,
    OrigemEndereco,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from ixc.ixc_box import Box
from ixc.scripted import ScriptedErp, listing

FOOTER = Footer(
    ref=Ref(erp="filial", id="01A0000001"), protocolo="1300001", assinatura="Ana · 15/09/2026 14:00 · filial"
)


def sent(box: Box) -> dict[str, str]:
    """The form of the last ticket opened."""
    return next(form for operation, form in reversed(box.sim.sent) if operation == "POST su_ticket")


async def codes(opening: Any) -> list[str]:
    with pytest.raises(ValidationFailed) as caught:
        await opening
    return [violation.code for violation in caught.value.violations]


async def test_a_ticket_comes_back_as_it_was_stored(box: Box) -> None:
    novo = box.novo(data_reservada=date(2026, 10, 5), prioridade=Prioridade.ALTA, canal=Termo(id="3"))
    ticket = await box.erp.create(novo)
    for campo in ("titulo", "descricao", "prioridade", "data_reservada", "tipo"):
        assert getattr(ticket, campo) == getattr(novo, campo), campo
    assert ticket.status is Status.NOVO
    assert ticket.cliente is not None
    assert novo.cliente is not None
    assert (ticket.cliente.id, ticket.cliente.documento) == (novo.cliente.id, novo.cliente.documento)
    assert ticket.departamento
    assert ticket.departamento.nome
    assert ticket == await box.erp.get(ticket.id or "")


async def test_the_form_that_is_sent(box: Box) -> None:
    await box.open_ticket(endereco="Rua A, 10")
    form = sent(box)
    assert form["atualizar_cliente"] == ""
    assert form["atualizar_login"] == ""
    assert (form["tipo"], form["su_status"], form["prioridade"], form["origem_endereco"]) == ("C", "N", "M", "M")
    assert not {"id_wfl_processo", "id_resposta", "id"} & set(form)
    assert [key for key, text in form.items() if not text] == ["atualizar_cliente", "atualizar_login"]


async def test_the_client_is_not_overwritten(box: Box) -> None:
    before = box.sim.snapshot("cliente", "radusuarios")
    ticket = await box.open_ticket()
    await box.erp.update(ticket.id or "", titulo="Outro")
    assert box.sim.snapshot("cliente", "radusuarios") == before


async def test_a_protocolo_is_reserved_and_sent(box: Box) -> None:
    ticket = await box.open_ticket()
    assert box.sim.requests.count("POST gerar_protocolo_atendimento") == 1
    assert ticket.protocolo == sent(box)["protocolo"]
    assert await box.erp.find_by_protocolo(ticket.protocolo or "") == ticket


async def test_a_given_protocolo_is_kept(box: Box) -> None:
    protocolo = await box.erp.reserve_protocolo()
    box.sim.requests.clear()
    ticket = await box.open_ticket(protocolo=protocolo)
    assert ticket.protocolo == protocolo
    assert box.sim.count("gerar_protocolo") == 0


async def test_what_the_tenant_sends_with_every_ticket(box: Box) -> None:
    await box.open(defaults={"id_filial": "1", "id_usuarios": "61"}).create(box.novo())
    assert (sent(box)["id_filial"], sent(box)["id_usuarios"]) == ("1", "61")


async def test_names_become_ids() -> None:
    box = Box()
    subject = box.subject()
    box = Box(keys={"vocab": {"assunto": {subject: "sem conexao"}}})
    box.subject()
    ticket = await box.open_ticket(assunto=Termo(nome="Sem  Conexão"), departamento=Termo(nome="financeiro"))
    assert ticket.assunto == Termo(id=subject, nome="sem conexao")
    assert ticket.departamento
    assert ticket.departamento.nome == "FINANCEIRO"


async def test_an_unknown_name_is_refused_before_anything_is_written(box: Box) -> None:
    with pytest.raises(Refused, match=r"assunto.*'Não existe'"):
        await box.open_ticket(assunto=Termo(nome="Não existe"))
    assert not box.sim.sent


async def test_a_client_by_document_alone(box: Box) -> None:
    client = box.client()
    ticket = await box.open_ticket(cliente=Cliente(documento=client.documento))
    assert ticket.cliente
    assert ticket.cliente.id == client.id
    with pytest.raises(Refused, match="no active client") as caught:
        await box.open_ticket(cliente=Cliente(documento="52998224725"))
    assert "52998224725" not in str(caught.value)


async def test_a_login_by_name(box: Box) -> None:
    row = next(row for row in box.sim.tables["radusuarios"].values() if row["ativo"] == "S")
    ticket = await box.open_ticket(cliente=Cliente(id=row["id_cliente"]), login=Vinculo(nome=row["login"]))
    assert ticket.login
    assert ticket.login.id == row["id"]
    with pytest.raises(Refused, match="login"):
        await box.open_ticket(cliente=Cliente(id=row["id_cliente"]), login=Vinculo(nome="nada"))


async def test_the_title_is_the_subjects_name(box: Box) -> None:
    ticket = await box.open_ticket(titulo="")
    assert ticket.assunto
    assert ticket.titulo == ticket.assunto.nome != ""


class TestRules:
    async def test_nothing_is_sent_of_a_wrong_ticket(self, box: Box) -> None:
        wrong = box.novo(departamento=None, descricao="", cliente=None, data_reservada=date(2026, 9, 1))
        assert await codes(box.erp.create(wrong)) == [
            "cliente-obrigatorio", "departamento-obrigatorio", "descricao-obrigatoria", "data-reservada-passada",
        ]  # fmt: skip
        assert not box.sim.sent

    async def test_the_subject_demands_a_login(self, box: Box) -> None:
        subject = Termo(id=box.subject(login_obrigatorio="S"))
        assert await codes(box.open_ticket(assunto=subject)) == ["login-obrigatorio"]
        row = next(row for row in box.sim.tables["radusuarios"].values() if row["ativo"] == "S")
        ticket = await box.open_ticket(
            assunto=subject, cliente=Cliente(id=row["id_cliente"]), login=Vinculo(id=row["id"])
        )
        assert ticket.origem_endereco is OrigemEndereco.LOGIN

    async def test_the_installation_demands_a_subject(self, box: Box) -> None:
        assert await codes(box.open(assunto_obrigatorio=True).create(box.novo(assunto=None))) == ["assunto-obrigatorio"]

    async def test_a_process_with_signature(self, box: Box) -> None:
        erp = box.open(processos_com_assinatura=["18"])
        assert await codes(erp.create(box.novo(processo=Termo(id="18")))) == ["contrato-obrigatorio-assinatura"]

    async def test_an_inactive_channel(self) -> None:
        box = Box(unavailable=())
        channel = box.sim.people.add("su_canal_atendimento", descricao="Fax", ativo="N")
        assert await codes(box.open_ticket(canal=Termo(id=channel))) == ["canal-inativo"]

    async def test_a_text_too_long(self, box: Box) -> None:
        with pytest.raises(Refused, match="max_text"):
            await box.open(max_text=500).create(box.novo(descricao="x" * 501))
        long = box.novo(descricao="x" * 350, primeiro_contato=PrimeiroContato(verificacoes="y" * 150))
        with pytest.raises(Refused, match="max_text"):
            await box.open(max_text=500).create(long)
        assert not box.sim.sent

    async def test_an_origin_without_a_code(self, box: Box) -> None:
        with pytest.raises(Refused, match="origem"):
            await box.open_ticket(origem=Origem.FAX)


class TestTwins:
    async def test_the_footer_ends_the_text(self, box: Box) -> None:
        ticket = await box.open_ticket(footer=FOOTER)
        assert ticket.footer == FOOTER
        assert ticket.descricao == box.novo().descricao
        assert box.tickets[ticket.id or ""]["menssagem"].endswith(str(FOOTER))

    async def test_only_what_the_erp_refuses_counts(self, box: Box) -> None:
        ticket = await box.open_ticket(
            footer=FOOTER,
            descricao="",
            data_reservada=date(2026, 9, 1),
            origem=Origem.FAX,
            latitude=-23.5,
            prioridade=None,
        )
        assert (ticket.data_reservada, ticket.latitude, ticket.origem) == (None, None, Origem.INTERNA)
        assert ticket.prioridade is Prioridade.NORMAL
        assert await codes(box.open_ticket(footer=FOOTER, departamento=None)) == ["departamento-obrigatorio"]

    async def test_no_work_order_and_no_reply_to_the_client(self, box: Box) -> None:
        orders, messages = len(box.sim.tables["su_oss_chamado"]), len(box.sim.tables["su_mensagens"])
        ticket = await box.open_ticket(footer=FOOTER)
        box.clock.advance(60)
        assert len(box.sim.tables["su_oss_chamado"]) == orders
        assert len(box.sim.tables["su_mensagens"]) == messages
        assert await box.erp.work_orders(ticket.id or "") == []

    async def test_a_process_opens_a_work_order_seconds_later(self, box: Box) -> None:
        process = str(next(iter(box.sim.tables["wfl_processo"])))
        ticket = await box.open_ticket(processo=Termo(id=process))
        assert await box.erp.work_orders(ticket.id or "") == []
        box.clock.advance(10)
        [order] = await box.erp.work_orders(ticket.id or "")
        assert order.status == "Aberta"


async def test_a_structure(box: Box) -> None:
    ticket = await box.open_ticket(tipo=Tipo.ESTRUTURA, cliente=None, estrutura=Termo(id="8"))
    assert (ticket.tipo, ticket.cliente) == (Tipo.ESTRUTURA, None)
    assert ticket.origem_endereco is OrigemEndereco.ESTRUTURA


async def test_solved_at_the_first_contact(box: Box) -> None:
    first = PrimeiroContato(resolvido=True, solucao="Reiniciado o roteador.")
    ticket = await box.open_ticket(primeiro_contato=first)
    assert ticket.status is Status.SOLUCIONADO
    assert ticket.primeiro_contato == first
    assert [m.texto for m in await box.erp.movements(ticket.id or "")] == ["Reiniciado o roteador."]
    box.sim.faults.once("refuse", match="POST su_mensagens", message="Sem permissão")
    with pytest.raises(Uncertain, match=r"was opened but not solved: Sem permissão"):
        await box.open_ticket(primeiro_contato=first)


SCRIPT = (PerguntaResposta(pergunta="Qual é a luz?", opcoes=("Verde", "Vermelha"), resposta="Vermelha"),)


@pytest.mark.parametrize("footer", [None, FOOTER])
async def test_script_and_first_contact_are_stored_with_the_text(box: Box, footer: Footer | None) -> None:
    first = PrimeiroContato(verificacoes="Luz LOS acesa", pede_os=True)
    ticket = await box.open_ticket(descricao="Sem sinal", script=SCRIPT, primeiro_contato=first, footer=footer)
    stored = box.tickets[ticket.id or ""]["menssagem"]
    assert stored.startswith("Sem sinal\n\n[Script de Atendimento]\nPergunta: Qual é a luz?\nOpção: Verde")
    assert stored.endswith("Pede O.S.: sim" if footer is None else str(footer))
    assert (ticket.descricao, ticket.script, ticket.primeiro_contato) == ("Sem sinal", SCRIPT, first)
    assert ticket == await box.erp.get(ticket.id or "")


async def test_a_twin_is_never_solved_by_its_first_contact(box: Box) -> None:
    first = PrimeiroContato(resolvido=True, solucao="Reiniciado o roteador.")
    ticket = await box.open_ticket(primeiro_contato=first, footer=FOOTER)
    assert (ticket.status, ticket.primeiro_contato) == (Status.NOVO, first)
    assert box.messages(ticket.id or "") == []


async def test_what_this_erp_has_no_field_for_is_said(
    box: Box, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("erp_bridge"), "propagate", True)
    await box.open_ticket(contato=Contato(nome="Maria"), script=SCRIPT)
    [said] = [record.getMessage() for record in caplog.records if "fields not carried" in record.getMessage()]
    assert "['contato']" in said or '["contato"]' in said
    assert box.erp.fields["contato"].create is False


class TestOutcomes:
    async def test_refused_by_the_erp(self, box: Box) -> None:
        box.sim.faults.once("refuse", match="POST su_ticket", message="O assunto não pertence ao departamento<br />")
        with pytest.raises(Refused, match="O assunto não pertence ao departamento"):
            await box.open_ticket()

    @pytest.mark.parametrize("kind", ["lost_reply", "stall_reply", "truncate"])
    async def test_a_lost_reply_is_uncertain_and_found_by_protocolo(self, box: Box, kind: str) -> None:
        protocolo = await box.erp.reserve_protocolo()
        box.sim.faults.once(kind, match="POST su_ticket")
        with pytest.raises(Uncertain):
            await box.open_ticket(protocolo=protocolo)
        ticket = await box.erp.find_by_protocolo(protocolo or "")
        assert ticket is not None
        assert len([row for row in box.tickets.values() if row["protocolo"] == protocolo]) == 1

    @pytest.mark.parametrize("status", [200, 500])
    @pytest.mark.parametrize("acts", [True, False])
    async def test_the_error_page_leaves_it_open(self, box: Box, status: int, acts: bool) -> None:
        protocolo = await box.erp.reserve_protocolo()
        box.sim.faults.once("html", match="POST su_ticket", status=status, acts=acts)
        with pytest.raises(Uncertain):
            await box.open_ticket(protocolo=protocolo)
        assert (await box.erp.find_by_protocolo(protocolo or "") is not None) is acts

    async def test_success_that_did_nothing(self, box: Box) -> None:
        box.sim.faults.once("noop", match="POST su_ticket")
        with pytest.raises(Uncertain, match="does not show it"):
            await box.open_ticket()

    async def test_a_ticket_that_the_tokens_user_may_not_see(self, box: Box) -> None:
        box.sim.options.visible_departments = ("99",)
        with pytest.raises(Uncertain, match="filters"):
            await box.open_ticket()

    async def test_a_failed_read_back_does_not_look_like_nothing_written(self, box: Box) -> None:
        await box.erp.parameters(box.subject())
        box.sim.faults.once("status", match="list su_ticket", code=503, count=9)
        with pytest.raises(Uncertain, match="was opened"):
            await box.open_ticket()
        box.sim.faults.clear()

    async def test_an_erp_without_numbers(self, box: Box) -> None:
        box.sim.faults.once("lost_reply", match="gerar_protocolo")
        with pytest.raises(Unavailable):
            await box.open_ticket()
        assert not any(operation == "POST su_ticket" for operation, _ in box.sim.sent)

    async def test_a_record_stored_with_a_code_that_means_nothing(self, scripted: ScriptedErp) -> None:
        row = {"id": "9", "tipo": "C", "su_status": "", "prioridade": "M"}
        scripted.on("su_ticket", {"type": "success", "id": "9"}).on("list su_ticket", listing(row))
        for table in ("su_oss_assunto", "su_canal_atendimento", "su_ticket_setor"):
            scripted.on(f"list {table}", listing())
        novo = Box().novo(assunto=None, protocolo="1")
        with pytest.raises((Malformed, Uncertain), match="status"):
            await scripted.adapter.create(novo)
