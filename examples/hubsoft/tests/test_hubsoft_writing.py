"""Opening, changing and closing."""

from __future__ import annotations

from typing import Any

import pytest
from erp_bridge_hubsoft import translate
from fake_hubsoft import API
from hubsoft_box import Box, novo

from erp_bridge import (
    Cliente,
    Contato,
    Movimentacao,
    PrimeiroContato,
    Refused,
    Status,
    Termo,
    Unsupported,
    ValidationFailed,
    Vinculo,
)
from erp_bridge.adapter_api import Footer, Overtaken, Ref, Unseen

MARK = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026001", assinatura="Ana · 01/09/2026 08:00 · matriz")


def writes(box: Box) -> list[str]:
    return [
        request for request in box.hub.requests if not request.startswith("GET") and "paginado" not in request
    ][1:]  # fmt: skip  # the first one asks for the token


async def test_a_ticket_is_opened_and_read_back() -> None:
    box = Box()
    stored = await box.erp.create(novo(footer=MARK, contato=Contato(nome="Ana", telefone="+55 (37) 98846-9145")))
    ticket = box.hub.by_protocolo(stored.id or "")
    assert ticket["contact"] == ("Ana", "37988469145", "")
    assert ticket["ordens"] == []
    assert stored.descricao == "Sem sinal desde cedo."
    assert stored.footer == MARK
    assert stored.status is Status.NOVO


async def test_name_and_telephone_come_from_the_client_where_the_ticket_has_none() -> None:
    box = Box()
    stored = await box.erp.create(novo())
    assert box.hub.by_protocolo(stored.id or "")["contact"][:2] == ("BIANCA COUTO", "37999112233")


async def test_without_any_telephone_nothing_is_sent() -> None:
    nobody = {"cliente": Cliente(id="900"), "contrato": Vinculo(id="12000")}
    box = Box()
    with pytest.raises(Refused, match="telefone"):
        await box.erp.create(novo(**nobody))
    assert writes(box) == []
    box = Box(telefone="3730000000")
    stored = await box.erp.create(novo(**nobody))
    assert box.hub.by_protocolo(stored.id or "")["contact"][1] == "3730000000"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("(37) 3415-1100", "3734151100"), ("+55 37 99911-2233", "37999112233"), ("037999112233", "37999112233"), ("", "")],
)
def test_a_telephone_is_area_and_number(given: str, expected: str) -> None:
    assert translate.telephone(given) == expected


async def test_a_ticket_needs_a_service() -> None:
    box = Box()
    with pytest.raises(ValidationFailed) as error:
        await box.erp.create(novo(contrato=None))
    assert [violation.code for violation in error.value.violations] == ["contrato-obrigatorio"]
    with pytest.raises(ValidationFailed):
        await box.erp.create(novo(contrato=None, footer=MARK))
    assert box.hub.requests == []


async def test_a_service_of_another_client_is_refused_before_it_is_sent() -> None:
    box = Box()
    with pytest.raises(Refused, match="no service of this client"):
        await box.erp.create(novo(contrato=Vinculo(id="11883")))
    assert writes(box) == []


async def test_a_client_may_be_named_by_document() -> None:
    box = Box()
    stored = await box.erp.create(novo(cliente=Cliente(documento="52998224725")))
    assert stored.cliente
    assert stored.cliente.id == "1204"
    with pytest.raises(Refused, match="0 clients found"):
        await box.erp.create(novo(cliente=Cliente(id="4711")))


async def test_a_subject_is_written_by_its_name() -> None:
    box = Box(vocab={"assunto": {"132": "cobranca"}})
    stored = await box.erp.create(novo(assunto=Termo(nome="Cobrança")))
    assert box.hub.by_protocolo(stored.id or "")["type"] == 132
    with pytest.raises(Refused, match=r"vocab\.assunto"):
        await box.erp.create(novo(assunto=Termo(nome="Mudança de endereço")))


async def test_resolved_at_the_first_contact_is_opened_and_closed() -> None:
    box = Box()
    first = PrimeiroContato(resolvido=True, solucao="Reiniciado.")
    stored = await box.erp.create(novo(primeiro_contato=first))
    assert stored.status is Status.SOLUCIONADO
    assert stored.primeiro_contato == first
    assert "Solução: Reiniciado." in box.hub.by_protocolo(stored.id or "")["descricao_abertura"]


async def test_a_twin_is_never_closed_by_its_first_contact() -> None:
    box = Box()
    stored = await box.erp.create(novo(footer=MARK, primeiro_contato=PrimeiroContato(resolvido=True, solucao="Sim")))
    assert stored.status is Status.NOVO


async def test_the_description_is_changed_and_the_marker_kept() -> None:
    box = Box()
    stored = await box.erp.create(novo(footer=MARK))
    changed = await box.erp.update(stored.id or "", descricao="Voltou.", expected=stored.versao)
    assert (changed.descricao, changed.footer, changed.status) == ("Voltou.", MARK, Status.NOVO)
    with pytest.raises(Overtaken):
        await box.erp.update(stored.id or "", descricao="De novo.", expected=stored.versao)


@pytest.mark.parametrize("campos", [{"prioridade": "alta"}, {"assunto": Termo(id="132"), "descricao": "x"}, {}])
async def test_other_fields_cannot_be_changed(campos: dict[str, Any]) -> None:
    box = Box()
    protocolo = box.hub.add()
    with pytest.raises(Unsupported):
        await box.erp.update(protocolo, **campos)
    assert box.hub.requests == []


async def test_closing() -> None:
    box = Box()
    protocolo = box.hub.add()
    assert (await box.erp.solve(protocolo, "")).status is Status.SOLUCIONADO
    assert (await box.erp.set_status(protocolo, Status.SOLUCIONADO)).status is Status.SOLUCIONADO
    assert writes(box) == [f"PUT {API}/atendimento/286"]  # a closed one is not closed again


async def test_closing_takes_no_words_and_they_are_not_dropped() -> None:
    box = Box()
    protocolo = box.hub.add()
    with pytest.raises(Unsupported, match="add_movement"):
        await box.erp.solve(protocolo, "Reiniciado.")
    with pytest.raises(Unsupported, match="add_movement"):
        await box.erp.set_status(protocolo, Status.SOLUCIONADO, movimentacao=Movimentacao(texto="Reiniciado."))
    assert box.hub.requests == []


async def test_nothing_else_can_be_done_to_a_status() -> None:
    box = Box()
    protocolo = box.hub.add()
    for work in (
        box.erp.take_over(protocolo),
        box.erp.pause(protocolo, "sem técnico"),
        box.erp.cancel(protocolo, "engano"),
        box.erp.update(protocolo, status="solucionado"),
    ):
        with pytest.raises(Unsupported):
            await work
    assert box.hub.requests == []


async def test_open_work_orders_are_closed_only_where_that_is_allowed() -> None:
    box = Box()
    protocolo = box.hub.add()
    box.hub.send_technician(protocolo)
    with pytest.raises(Refused, match=r"work orders too \(586\)"):
        await box.erp.solve(protocolo, "")
    assert writes(box) == []
    await box.reopened(fechar_com_os=True).solve(protocolo, "")
    assert box.hub.by_protocolo(protocolo)["ordens"][0]["status"] == "finalizado"


async def test_a_ticket_that_does_not_show_is_no_reason_to_write_again() -> None:
    box = Box()
    whole = box.hub.of_client
    box.hub.of_client = lambda query: (200, {"atendimentos": []})  # type: ignore[method-assign]
    with pytest.raises(Unseen):
        await box.erp.create(novo())
    box.hub.of_client = whole  # type: ignore[method-assign]
    assert len(await box.erp.tickets_of_client("1204")) == 1


async def test_a_text_too_long_is_refused_before_it_is_sent() -> None:
    box = Box(max_text=500)
    with pytest.raises(Refused, match="max_text"):
        await box.erp.create(novo(descricao="x" * 501))
    assert writes(box) == []
