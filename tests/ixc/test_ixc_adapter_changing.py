"""Changing fields: the whole record goes back, unharmed, and only if nobody was faster."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from erp_bridge.core.errors import NotFound, Refused, Uncertain, Unsupported, ValidationFailed
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    InteracaoPendente,
    MelhorHorario,
    Origem,
    OrigemEndereco,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Vinculo,
)
from ixc.ixc_box import Box

FOOTER = Footer(
    ref=Ref(erp="filial", id="01A0000001"), protocolo="1300001", assinatura="Ana · 15/09/2026 14:00 · filial"
)
STAMPS = {"ultima_atualizacao", "data_ultima_alteracao", "updated_user"}


def puts(box: Box) -> list[dict[str, str]]:
    return [form for operation, form in box.sim.sent if operation == "PUT su_ticket"]


@pytest.mark.parametrize(
    ("campos", "columns"),
    [
        ({"prioridade": Prioridade.CRITICA}, {"prioridade": "C"}),
        ({"prioridade": "alta"}, {"prioridade": "A"}),
        ({"titulo": "Outro título"}, {"titulo": "Outro título"}),
        (
            {"endereco": "Rua B, 2", "origem_endereco": OrigemEndereco.MANUAL},
            {"endereco": "Rua B, 2", "origem_endereco": "M"},
        ),
        ({"data_reservada": date(2026, 10, 5)}, {"data_reservada": "2026-10-05"}),
        ({"melhor_horario": MelhorHorario.TARDE}, {"melhor_horario_reserva": "T"}),
        ({"interacao_pendente": InteracaoPendente.EXTERNA}, {"interacao_pendente": "E"}),
        ({"origem": Origem.HOTSITE}, {"id_ticket_origem": "H"}),
        ({"canal": Termo(id="3")}, {"id_canal_atendimento": "3"}),
        ({"responsavel": Termo(id="141")}, {"id_responsavel_tecnico": "141"}),
        ({"status_complementar": Termo(id="2")}, {"id_evento_status_processo": "2"}),
        ({"login": Vinculo(id="7")}, {"id_login": "7"}),
        ({"latitude": -23.5, "longitude": -46.25}, {"latitude": "-23.5", "longitude": "-46.25"}),
    ],
)
async def test_one_field_changes_and_nothing_else(box: Box, campos: dict[str, Any], columns: dict[str, str]) -> None:
    ticket = await box.open_ticket(data_reservada=date(2026, 9, 20), footer=FOOTER)
    id = ticket.id or ""
    before = box.tickets[id].full()
    changed = await box.erp.update(id, **campos)
    after = box.tickets[id].full()
    assert {key for key in after if after[key] != before[key]} - STAMPS == set(columns)
    assert {key: after[key] for key in columns} == columns
    assert changed == await box.erp.get(id)
    for campo, value in campos.items():
        stored = getattr(changed, campo)
        assert (stored.id if hasattr(stored, "id") else stored) == (value.id if hasattr(value, "id") else value)


async def test_an_incomplete_put_would_be_an_error(box: Box) -> None:
    box.sim.options.put_missing = "error"
    ticket = await box.open_ticket()
    assert (await box.erp.update(ticket.id or "", prioridade=Prioridade.ALTA)).prioridade is Prioridade.ALTA


async def test_what_goes_back(box: Box) -> None:
    ticket = await box.open_ticket()
    box.sim.people.set_status(ticket.id or "", "EP", "Vou ver")
    await box.erp.update(ticket.id or "", titulo="x")
    [form] = puts(box)
    assert not {"id", "ultima_atualizacao"} & set(form)
    assert form["su_status"] == "EP"
    assert form["data_criacao"] == "15/09/2026 15:00:00"
    assert (form["data_reservada"], form["data_hora_os_aberta"]) == ("", "")
    assert (form["atualizar_cliente"], form["atualizar_login"]) == ("", "")


async def test_the_text_keeps_its_footer(box: Box) -> None:
    ticket = await box.open_ticket(footer=FOOTER)
    changed = await box.erp.update(ticket.id or "", descricao="Texto novo")
    assert (changed.descricao, changed.footer) == ("Texto novo", FOOTER)
    other = FOOTER.model_copy(update={"notas": ("Canal: WhatsApp",)})
    assert (await box.erp.update(ticket.id or "", footer=other)).footer == other
    assert (await box.erp.get(ticket.id or "")).descricao == "Texto novo"


SCRIPT = (PerguntaResposta(pergunta="Qual é a luz?", opcoes=("Verde", "Vermelha"), resposta="Vermelha"),)
FIRST = PrimeiroContato(verificacoes="Luz LOS acesa", pede_os=True)


@pytest.mark.parametrize("footer", [None, FOOTER])
async def test_description_and_blocks_change_one_by_one(box: Box, footer: Footer | None) -> None:
    ticket = await box.open_ticket(footer=footer, script=SCRIPT)
    id = ticket.id or ""
    changed = await box.erp.update(id, primeiro_contato=FIRST)
    assert (changed.descricao, changed.script, changed.primeiro_contato) == (ticket.descricao, SCRIPT, FIRST)
    changed = await box.erp.update(id, descricao="Texto novo")
    assert (changed.descricao, changed.script, changed.primeiro_contato) == ("Texto novo", SCRIPT, FIRST)
    changed = await box.erp.update(id, script=(), primeiro_contato=None, titulo="Outro")
    assert (changed.descricao, changed.script, changed.primeiro_contato) == ("Texto novo", (), None)
    assert changed.footer == footer
    assert box.tickets[id]["menssagem"] == ("Texto novo" if footer is None else f"Texto novo\n\n{footer}")


async def test_a_block_that_did_not_stick_is_named(box: Box) -> None:
    box.sim.options.put_keeps = {"su_ticket": ["menssagem"]}
    ticket = await box.open_ticket(footer=FOOTER, script=SCRIPT)
    with pytest.raises(Refused, match=r"did not keep primeiro_contato;"):
        await box.erp.update(ticket.id or "", primeiro_contato=FIRST, script=SCRIPT, titulo="Pegou")


async def test_blocks_and_footer_count_as_text(box: Box) -> None:
    erp = box.open(max_text=500)
    ticket = await erp.create(box.novo(footer=FOOTER, descricao="x" * 300))
    with pytest.raises(Refused, match="max_text"):
        await erp.update(ticket.id or "", primeiro_contato=PrimeiroContato(verificacoes="y" * 150))
    assert puts(box) == []


async def test_a_solution_told_later_solves_nothing(box: Box) -> None:
    ticket = await box.open_ticket()
    first = PrimeiroContato(resolvido=True, solucao="Reiniciado")
    changed = await box.erp.update(ticket.id or "", primeiro_contato=first)
    assert (changed.primeiro_contato, changed.status) == (first, Status.NOVO)


async def test_a_field_can_be_emptied(box: Box) -> None:
    ticket = await box.open_ticket(data_reservada=date(2026, 9, 20), login=Vinculo(id="7"))
    changed = await box.erp.update(ticket.id or "", data_reservada=None, login=None)
    assert (changed.data_reservada, changed.login) == (None, None)


async def test_nothing_to_change_is_no_write(box: Box) -> None:
    ticket = await box.open_ticket()
    same = await box.erp.update(
        ticket.id or "",
        titulo=ticket.titulo,
        prioridade=ticket.prioridade,
        descricao=ticket.descricao,
        login=None,
        script=ticket.script,
        primeiro_contato=ticket.primeiro_contato,
    )
    assert same == ticket
    assert puts(box) == []


async def test_an_unknown_code_stays_as_it_is(box: Box) -> None:
    ticket = await box.open_ticket()
    box.sim.people.set_field(ticket.id or "", id_ticket_origem="A")
    await box.erp.update(ticket.id or "", titulo="x", origem=Origem.OUTRO)
    assert box.tickets[ticket.id or ""]["id_ticket_origem"] == "A"


@pytest.mark.parametrize(
    ("before", "after"), [("Sem sinal", "Sem sinal desde ontem"), ("Sem sinal desde ontem", "Sem sinal")]
)
async def test_a_text_that_begins_like_the_old_one_is_a_change(box: Box, before: str, after: str) -> None:
    ticket = await box.open_ticket(titulo=before, descricao=before)
    changed = await box.erp.update(ticket.id or "", titulo=after, descricao=after)
    assert (changed.titulo, changed.descricao) == (after, after)
    box.sim.options.put_keeps = {"su_ticket": ["titulo"]}
    with pytest.raises(Refused, match="titulo"):
        await box.erp.update(ticket.id or "", titulo=f"{after} e hoje")


class TestOvertaken:
    async def test_somebody_was_faster(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.clock.advance(5)
        box.sim.people.set_field(ticket.id or "", endereco="Rua C, 3")
        with pytest.raises(Refused, match="meanwhile"):
            await box.erp.update(ticket.id or "", expected=ticket.versao, titulo="x")
        assert puts(box) == []
        assert box.tickets[ticket.id or ""]["titulo"] == ticket.titulo

    async def test_nobody_was(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.clock.advance(5)
        changed = await box.erp.update(ticket.id or "", expected=ticket.versao, titulo="x")
        assert changed.versao != ticket.versao
        await box.erp.update(ticket.id or "", expected=changed.versao, titulo="y")


class TestRefusals:
    async def test_status_and_department_have_their_own_calls(self, box: Box) -> None:
        for campo, way in (("status", "set_status"), ("departamento", "forward")):
            with pytest.raises(ValueError, match=way):
                await box.erp.update("10001", **{campo: None})
        assert box.sim.requests == []

    @pytest.mark.parametrize(
        "campo", ["contato", "solicitante", "protocolo", "aberto_em", "mensagem_padrao", "tipo", "versao", "codigos"]
    )
    async def test_what_cannot_be_changed(self, box: Box, campo: str) -> None:
        with pytest.raises(Unsupported, match=campo):
            await box.erp.update("10001", **{campo: None})
        assert box.sim.requests == []

    async def test_a_misspelt_field(self, box: Box) -> None:
        with pytest.raises(ValueError, match="prioridad"):
            await box.erp.update("10001", prioridad="alta")

    async def test_a_ticket_that_is_not_there(self, box: Box) -> None:
        with pytest.raises(NotFound):
            await box.erp.update("999999", titulo="x")

    async def test_a_cancelled_ticket(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.cancel(ticket.id or "", "Duplicado")
        with pytest.raises(ValidationFailed) as caught:
            await box.erp.update(ticket.id or "", titulo="x")
        assert [v.code for v in caught.value.violations] == ["transicao-invalida"]
        assert puts(box) == []

    async def test_a_ticket_that_the_erp_would_not_have_opened(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(ValidationFailed, match="titulo-obrigatorio"):
            await box.erp.update(ticket.id or "", titulo="")
        assert puts(box) == []

    async def test_an_unknown_name(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(Refused, match="assunto"):
            await box.erp.update(ticket.id or "", assunto=Termo(nome="Não existe"))

    async def test_a_value_without_a_code(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(Refused, match="origem"):
            await box.erp.update(ticket.id or "", origem=Origem.EMAIL)


class TestOutcomes:
    async def test_fields_that_did_not_stick_are_named(self, box: Box) -> None:
        box.sim.options.put_keeps = {"su_ticket": ["id_canal_atendimento", "endereco"]}
        ticket = await box.open_ticket()
        with pytest.raises(Refused, match=r"did not keep canal, endereco"):
            await box.erp.update(ticket.id or "", canal=Termo(id="3"), endereco="Rua D, 4", titulo="Pegou")

    async def test_success_that_did_nothing(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.faults.once("noop", match="PUT")
        with pytest.raises(Refused, match="did not keep titulo"):
            await box.erp.update(ticket.id or "", titulo="x")

    async def test_a_lost_reply_is_uncertain(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.faults.once("lost_reply", match="PUT")
        with pytest.raises(Uncertain):
            await box.erp.update(ticket.id or "", titulo="x")
        assert len(puts(box)) == 1

    async def test_a_text_that_loses_signs_is_kept(self) -> None:
        box = Box(charset="utf8mb3")
        ticket = await box.open_ticket()
        changed = await box.erp.update(ticket.id or "", titulo="Tudo certo 😀")
        assert changed.titulo == "Tudo certo ?"

    async def test_a_title_too_long_is_cut(self, box: Box) -> None:
        ticket = await box.open_ticket()
        assert (await box.erp.update(ticket.id or "", titulo="x" * 300)).titulo == "x" * 200

    async def test_the_status_is_not_touched_by_an_edit(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.take_over(ticket.id or "")
        assert (await box.erp.update(ticket.id or "", titulo="x")).status is Status.EM_PROGRESSO
