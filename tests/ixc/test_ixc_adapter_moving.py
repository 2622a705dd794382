"""Messages, statuses, transfers and files."""

from __future__ import annotations

from typing import Any

import pytest

from erp_bridge.core.errors import Refused, Uncertain, Unsupported, ValidationFailed
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Arquivo,
    InteracaoPendente,
    Movimentacao,
    Status,
    Termo,
    TipoMovimentacao,
    Vinculo,
    Visibilidade,
)
from ixc.ixc_box import Box
from ixc.scripted import ScriptedErp, listing, stored

FOOTER = Footer(
    ref=Ref(erp="filial", id="01A1", part="01COM7"), protocolo="1300001", assinatura="Ana · 15/09/2026 14:00 · filial"
)


def said(box: Box) -> list[dict[str, str]]:
    return [form for operation, form in box.sim.sent if operation == "POST su_mensagens"]


class TestComments:
    async def test_it_comes_back_as_it_was_stored(self, box: Box) -> None:
        ticket = await box.open_ticket()
        sent = Movimentacao(texto="Técnico a caminho.", visibilidade=Visibilidade.PUBLICA, footer=FOOTER)
        found = await box.erp.add_movement(ticket.id or "", sent)
        assert (found.texto, found.visibilidade, found.footer, found.status) == (
            sent.texto,
            sent.visibilidade,
            FOOTER,
            None,
        )
        assert found.atendimento_id == ticket.id
        assert found in await box.erp.movements(ticket.id or "")

    @pytest.mark.parametrize("code", ["N", "P", "EP", "S"])
    async def test_it_moves_neither_status_nor_what_is_pending(self, box: Box, code: str) -> None:
        ticket = await box.open_ticket(interacao_pendente=InteracaoPendente.EXTERNA)
        box.sim.people.set_field(ticket.id or "", su_status=code)
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        row = box.tickets[ticket.id or ""]
        assert (row["su_status"], row["interacao_pendente"]) == (code, "E")
        assert said(box)[-1]["su_status"] == ""

    async def test_one_of_unknown_visibility_is_private(self, box: Box) -> None:
        ticket = await box.open_ticket()
        found = await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        assert found.visibilidade is Visibilidade.PRIVADA

    async def test_it_costs_three_requests_once_proven(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="primeira"))
        box.sim.requests.clear()
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="segunda"))
        assert box.sim.requests == ["list su_ticket", "POST su_mensagens", "list su_mensagens"]

    async def test_repeated_on_demand(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.people.set_status(ticket.id or "", "EP", "Vou ver")
        await box.open(comment_status="repeat").add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        assert said(box)[-1]["su_status"] == "EP"

    async def test_where_an_empty_status_is_refused_the_own_is_sent(self) -> None:
        box = Box(empty_status="refused")
        ticket = await box.open_ticket()
        box.sim.people.set_status(ticket.id or "", "EP", "Vou ver")
        for text in ("primeira", "segunda"):
            await box.erp.add_movement(ticket.id or "", Movimentacao(texto=text))
        assert [form["su_status"] for form in said(box)] == ["", "EP", "EP"]
        assert [row["mensagem"] for row in box.messages(ticket.id or "")] == ["Vou ver", "primeira", "segunda"]
        assert box.tickets[ticket.id or ""]["su_status"] == "EP"

    async def test_a_refusal_for_another_reason_stays_one(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.options.refuse["POST su_mensagens"] = "Sem permissão"
        with pytest.raises(Refused, match="Sem permissão"):
            await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        box.sim.options.refuse.clear()
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        assert said(box)[-1]["su_status"] == ""

    @pytest.mark.parametrize("code", ["EP", "S"])
    async def test_where_it_moves_the_ticket_the_status_is_put_back(self, code: str) -> None:
        box = Box(empty_status="pending")
        ticket = await box.open_ticket()
        box.sim.people.set_status(ticket.id or "", code, "Vou ver")
        found = await box.erp.add_movement(ticket.id or "", Movimentacao(texto="primeira", footer=FOOTER))
        assert found.texto == "primeira"
        assert box.tickets[ticket.id or ""]["su_status"] == code
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="segunda"))
        assert box.tickets[ticket.id or ""]["su_status"] == code
        history = await box.erp.movements(ticket.id or "")
        assert [m.texto for m in history if m.footer is None] == ["Vou ver", "segunda"]
        own = [m.footer.ref.part for m in history if m.footer]
        assert own == ["01COM7", "01COM7-status"]

    async def test_a_person_who_moves_it_meanwhile_is_left_alone(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.clock.advance(60)

        def act() -> None:
            box.sim.people.set_status(ticket.id or "", "S", "Resolvido por mim")

        box.sim.faults.once("hook", match="POST su_mensagens", after=act)
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))
        assert box.tickets[ticket.id or ""]["su_status"] == "S"
        assert len(said(box)) == 1
        await box.erp.add_movement(ticket.id or "", Movimentacao(texto="ainda"))
        assert said(box)[-1]["su_status"] == ""

    async def test_no_text_is_refused(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(Refused, match="text"):
            await box.erp.add_movement(ticket.id or "", Movimentacao(texto=" "))
        assert said(box) == []

    async def test_a_text_too_long(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(Refused, match="max_text"):
            await box.open(max_text=500).add_movement(ticket.id or "", Movimentacao(texto="x" * 501))

    async def test_a_cancelled_ticket_takes_none(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.cancel(ticket.id or "", "Duplicado")
        for footer in (None, FOOTER):
            with pytest.raises(ValidationFailed, match="transicao-invalida"):
                await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá", footer=footer))
        assert len(said(box)) == 1


class TestStatuses:
    @pytest.mark.parametrize(
        ("act", "code", "status", "tipo", "texto"),
        [
            (
                lambda erp, id: erp.take_over(id),
                "EP",
                Status.EM_PROGRESSO,
                TipoMovimentacao.ASSUMIDO,
                "Status em matriz: em progresso",
            ),
            (
                lambda erp, id: erp.pause(id, "Aguarda peça"),
                "P",
                Status.PENDENTE,
                TipoMovimentacao.PAUSADO,
                "Aguarda peça",
            ),
            (
                lambda erp, id: erp.solve(id, "Trocado"),
                "S",
                Status.SOLUCIONADO,
                TipoMovimentacao.SOLUCIONADO,
                "Trocado",
            ),
            (
                lambda erp, id: erp.cancel(id, "Duplicado"),
                "C",
                Status.CANCELADO,
                TipoMovimentacao.CANCELADO,
                "Duplicado",
            ),
        ],
    )
    async def test_each_is_a_message(
        self, box: Box, act: Any, code: str, status: Status, tipo: TipoMovimentacao, texto: str
    ) -> None:
        ticket = await box.open_ticket()
        moved = await act(box.erp, ticket.id)
        assert moved.status is status
        assert moved == await box.erp.get(ticket.id or "")
        [movement] = await box.erp.movements(ticket.id or "")
        assert (movement.tipo, movement.status, movement.texto) == (tipo, status, texto)
        assert said(box)[-1]["su_status"] == code
        assert not any(operation.startswith("PUT") for operation, _ in box.sim.sent)

    async def test_a_message_that_sets_a_status(self, box: Box) -> None:
        ticket = await box.open_ticket()
        sent = Movimentacao(texto="Trocado o cabo", status=Status.SOLUCIONADO, footer=FOOTER)
        found = await box.erp.add_movement(ticket.id or "", sent)
        assert (found.status, found.footer) == (Status.SOLUCIONADO, FOOTER)
        assert box.tickets[ticket.id or ""]["su_status"] == "S"
        assert len(box.messages(ticket.id or "")) == 1

    async def test_one_without_words_names_where_it_comes_from(self, box: Box) -> None:
        ticket = await box.open_ticket()
        footer = FOOTER.model_copy(update={"ref": Ref(erp="filial", id="01A1", part="s1")})
        await box.erp.set_status(ticket.id or "", Status.EM_PROGRESSO, movimentacao=Movimentacao(footer=footer))
        [movement] = await box.erp.movements(ticket.id or "")
        assert (movement.texto, movement.footer) == ("Status em filial: em progresso", footer)

    async def test_one_that_stands_already_is_no_write(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.take_over(ticket.id or "")
        await box.erp.take_over(ticket.id or "")
        assert len(said(box)) == 1

    async def test_a_pause_needs_a_reason(self, box: Box) -> None:
        ticket = await box.open_ticket()
        with pytest.raises(ValidationFailed, match="motivo-pausa-obrigatorio"):
            await box.erp.pause(ticket.id or "", "")

    async def test_callers_do_not_reopen_but_the_sync_may(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.solve(ticket.id or "", "Trocado")
        with pytest.raises(ValidationFailed, match="transicao-invalida"):
            await box.erp.take_over(ticket.id or "")
        mirrored = Movimentacao(texto="Voltou a cair", footer=FOOTER)
        moved = await box.erp.set_status(ticket.id or "", Status.EM_PROGRESSO, movimentacao=mirrored)
        assert moved.status is Status.EM_PROGRESSO

    async def test_nothing_leaves_cancelado(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.cancel(ticket.id or "", "Duplicado")
        for footer in (None, FOOTER):
            with pytest.raises(ValidationFailed):
                await box.erp.set_status(
                    ticket.id or "", Status.PENDENTE, movimentacao=Movimentacao(texto="x", footer=footer)
                )

    async def test_one_that_does_not_stick(self, scripted: ScriptedErp) -> None:
        row = {"id": "9", "tipo": "C", "su_status": "N", "prioridade": "M", "id_cliente": "0"}
        scripted.on("list su_ticket", listing(row)).on("su_mensagens", stored("5"))
        with pytest.raises(Refused, match="message 5 was stored, but the status is now novo"):
            await scripted.adapter.solve("9", "Trocado")

    async def test_a_lost_reply_is_uncertain(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.faults.once("lost_reply", match="POST su_mensagens")
        with pytest.raises(Uncertain):
            await box.erp.solve(ticket.id or "", "Trocado")
        assert len(box.messages(ticket.id or "")) == 1

    async def test_success_that_did_nothing(self, box: Box) -> None:
        ticket = await box.open_ticket()
        box.sim.faults.once("noop", match="POST su_mensagens", count=2)
        with pytest.raises(Refused):
            await box.erp.solve(ticket.id or "", "Trocado")
        with pytest.raises(Uncertain, match="does not show it"):
            await box.erp.add_movement(ticket.id or "", Movimentacao(texto="Olá"))


class TestForward:
    async def test_to_another_department(self, box: Box) -> None:
        ticket = await box.open_ticket(departamento=Termo(id="2"))
        moved = await box.erp.forward(ticket.id or "", Termo(id="4"), Termo(id="141"))
        assert moved.departamento
        assert moved.responsavel
        assert (moved.departamento.id, moved.responsavel.id) == ("4", "141")
        [movement] = await box.erp.movements(ticket.id or "")
        assert (movement.id or "")[0] == "t"
        assert movement.tipo is TipoMovimentacao.ENCAMINHADO
        [(operation, form)] = box.sim.sent[-1:]
        assert operation == "POST su_transf_atendimento_26466"
        assert form == {
            "id_atendimento": ticket.id, "data_transferencia": "15/09/2026 15:00:00", "id_departamento_origem": "2",
            "id_departamento_destino": "4", "id_responsavel_tecnico": "141",
        }  # fmt: skip

    async def test_by_name(self, box: Box) -> None:
        ticket = await box.open_ticket(departamento=Termo(id="4"))
        moved = await box.erp.forward(ticket.id or "", Termo(nome="Financeiro"))
        assert moved.departamento
        assert moved.departamento.id == "2"
        with pytest.raises(Refused, match="departamento"):
            await box.erp.forward(ticket.id or "", Termo(nome="Nenhum destes"))

    async def test_to_where_it_is_already(self, box: Box) -> None:
        ticket = await box.open_ticket(departamento=Termo(id="2"))
        await box.erp.forward(ticket.id or "", Termo(id="2"))
        assert len(box.sim.tables["su_transf_atendimento"]) == len(
            [r for r in box.sim.tables["su_transf_atendimento"].values() if r["id_atendimento"] != ticket.id]
        )

    async def test_another_version_has_another_number(self, box: Box) -> None:
        box.sim.options.transfer_action = "su_transf_atendimento_30000"
        ticket = await box.open_ticket(departamento=Termo(id="2"))
        with pytest.raises(Unsupported, match="transfer_action"):
            await box.erp.forward(ticket.id or "", Termo(id="4"))
        erp = box.open(transfer_action="su_transf_atendimento_30000")
        assert (await erp.forward(ticket.id or "", Termo(id="4"))).departamento

    async def test_success_that_did_nothing(self, box: Box) -> None:
        ticket = await box.open_ticket(departamento=Termo(id="2"))
        box.sim.faults.once("noop", match="su_transf")
        with pytest.raises(Refused, match="left the ticket where it was"):
            await box.erp.forward(ticket.id or "", Termo(id="4"))

    async def test_a_cancelled_ticket(self, box: Box) -> None:
        ticket = await box.open_ticket(departamento=Termo(id="2"))
        await box.erp.cancel(ticket.id or "", "Duplicado")
        with pytest.raises(ValidationFailed):
            await box.erp.forward(ticket.id or "", Termo(id="4"))


class TestFiles:
    async def test_a_file_is_stored_and_listed(self, box: Box) -> None:
        ticket = await box.open_ticket()
        file = await box.erp.attach(
            ticket.id or "", Arquivo(nome="foto da ONU.jpg", descricao="Foto"), b"\xff\xd8" * 500
        )
        assert (file.nome, file.descricao, file.tamanho) == ("foto da ONU.jpg", "Foto", 1000)
        assert box.sim.files[int(file.id or 0)] == b"\xff\xd8" * 500
        assert [f.id for f in await box.erp.files(ticket.id or "")] == [file.id]
        assert await box.erp.files("x") == []

    async def test_not_on_a_cancelled_ticket(self, box: Box) -> None:
        ticket = await box.open_ticket()
        await box.erp.cancel(ticket.id or "", "Duplicado")
        with pytest.raises(ValidationFailed):
            await box.erp.attach(ticket.id or "", Arquivo(nome="foto.jpg"), b"x")
        assert box.sim.count("POST su_ticket_arquivos") == 0


async def test_there_are_no_labels(box: Box) -> None:
    with pytest.raises(Unsupported, match="set_label"):
        await box.erp.set_label("1", Vinculo(id="1"))
    assert box.sim.requests == []
