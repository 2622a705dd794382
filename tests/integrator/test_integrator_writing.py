"""Comments, files and statuses written: what is sent, what comes back, and what a failure says."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import httpx2
import pytest

from erp_bridge.core.errors import Overtaken, Refused, Unavailable, Uncertain, Unsupported, ValidationFailed
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Movimentacao,
    Status,
)
from erp_bridge.transport.guard import send_guard
from integrator.fake_tenant import SUBMETHODS, FakeTenant, adapter, comment, refused, row

FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")
MESSAGE = Movimentacao(
    texto="Técnico a caminho", footer=FOOTER.model_copy(update={"ref": Ref(erp="matriz", id="123", part="m7")})
)


async def test_a_comment_is_found_again_by_its_footer():
    texto = f"Técnico a caminho\n\n{MESSAGE.footer}"
    other = texto.replace("/m7", "/m77")
    rows = [comment("01A", "C1", texto, "2026-03-10 09:00:00"), comment("01A", "C2", other, "2026-03-10 09:00:01")]
    here = FakeTenant(comentarios=rows)
    async with adapter(here) as erp:
        stored = await erp.add_movement("01A", MESSAGE)
    assert here.calls == [
        ("tenant.comenta", {"codoco": "01A", "descri_com": texto}),
        ("comentarios", {"codocos": "01A"}),
    ]
    assert (stored.id, stored.texto, stored.atendimento_id, stored.autor) == ("cC1", "Técnico a caminho", "01A", "Ana")


async def test_a_comment_without_footer_is_the_newest_of_its_text():
    rows = [
        comment("01A", "C1", "ação", "2026-03-10 09:00:00"),
        comment("01A", "C2", "a??o", "2026-03-10 09:00:01"),
        comment("01A", "C3", "outra", "2026-03-10 09:00:02"),
    ]
    async with adapter(FakeTenant(comentarios=rows)) as erp:
        assert (await erp.add_movement("01A", Movimentacao(texto="ação"))).id == "cC2"


async def test_a_comment_whose_footer_was_cut_off_is_known_by_its_beginning():
    async with adapter(FakeTenant(comentarios=[comment("01A", "C1", "Técnico a caminho\n\n-- erp_br")])) as erp:
        assert (await erp.add_movement("01A", MESSAGE)).id == "cC1"


@pytest.mark.parametrize(
    ("id_field", "answer"),
    [
        ("codcom", [{"CODCOM": "C9 "}]),
        ("comentario.id", [{"comentario": {"id": 9, "ID": 8}}]),
        ("Dados.CodCom", [{"dados": {"codcom": "C9"}}]),
    ],
)
async def test_the_answer_may_name_the_comment(id_field, answer):
    call = {**SUBMETHODS["comentar"], "id_field": id_field}
    here = FakeTenant(**{"tenant.comenta": answer})
    async with adapter(here, submethods={"comentar": call}) as erp:
        assert (await erp.add_movement("01A", MESSAGE)).id in ("cC9", "c9")
    assert here.names == ["tenant.comenta"]


async def test_an_answer_that_lacks_the_id_is_no_obstacle():
    call = {**SUBMETHODS["comentar"], "id_field": "a.b"}
    here = FakeTenant(**{"tenant.comenta": [{"a": "x"}]}, comentarios=[comment("01A", "C1", "x")])
    async with adapter(here, submethods={"comentar": call}) as erp:
        assert (await erp.add_movement("01A", Movimentacao(texto="x"))).id == "cC1"


async def test_a_comment_that_the_erp_took_and_does_not_show_is_uncertain():
    async with adapter(FakeTenant(comentarios=[])) as erp:
        with pytest.raises(Uncertain, match="does not show it"):
            await erp.add_movement("01A", MESSAGE)


@pytest.mark.parametrize("answer", [httpx2.Response(503), refused("x"), [{"codoco": "01A"}]])
async def test_a_written_comment_that_cannot_be_looked_up_has_no_id(answer):
    async with adapter(FakeTenant(comentarios=answer)) as erp:
        stored = await erp.add_movement("01A", MESSAGE)
    assert (stored.id, stored.atendimento_id, stored.texto) == (None, "01A", "Técnico a caminho")


async def test_a_comment_needs_a_text_that_fits():
    here = FakeTenant()
    async with adapter(here, max_text=500) as erp:
        with pytest.raises(Refused, match="needs a text"):
            await erp.add_movement("01A", Movimentacao(texto=" \n"))
        with pytest.raises(Refused, match="max_text = 500"):
            await erp.add_movement("01A", Movimentacao(texto="x" * 501))
    assert here.calls == []


async def test_the_method_of_a_tenants_call_is_configured():  # quirk 2
    call = {**SUBMETHODS["comentar"], "method": "execute"}
    here = FakeTenant()
    async with adapter(here, submethods={"comentar": call}, queries={}) as erp:
        await erp.add_movement("01A", MESSAGE)
    assert here.bodies[0]["request"]["method"] == "execute"


async def test_a_message_as_a_file():
    here = FakeTenant(**{"atendimento.addAnexo": [{"codoca": "01X"}]})
    at = datetime(2026, 3, 10, 12, 30, 5, tzinfo=UTC)
    async with adapter(here, movements="attachment", submethods={}) as erp:
        stored = await erp.add_movement("01A", MESSAGE.model_copy(update={"instante": at}))
        await erp.add_movement("01A", MESSAGE)
    sent, later = here.asked("atendimento.addAnexo")
    assert (sent["nome_anexo"], sent["versao"], sent["codoca"]) == ("comentario-20260310093005.txt", "txt", "")
    assert base64.b64decode(sent["anexo"]).decode() == f"Técnico a caminho\n\n{MESSAGE.footer}"
    assert later["nome_anexo"] == "comentario-20260310120000.txt"  # now, by the ERP's wall clock
    assert (stored.id, stored.texto) == ("a01X", "Técnico a caminho")


async def test_files():
    here = FakeTenant()
    async with adapter(here, max_attachment=4) as erp:
        stored = await erp.attach("01A", Arquivo(nome="C:\\fotos\\poste.JPG", descricao="o poste"), b"\x00\xff")
        with pytest.raises(Refused, match="max_attachment = 4"):
            await erp.attach("01A", Arquivo(nome="x"), b"12345")
        with pytest.raises(Refused, match="name"):
            await erp.attach("01A", Arquivo(nome="/"), b"1")
    assert here.calls == [
        (
            "atendimento.addAnexo",
            {
                "codoco": "01A",
                "codoca": "",
                "nome_anexo": "poste.JPG",
                "versao": "JPG",
                "anexo": "AP8=",
                "obs": "o poste",
            },
        )
    ]
    assert stored == Arquivo(nome="poste.JPG", descricao="o poste", tamanho=2)


async def test_a_status():
    here = FakeTenant(atendimento=[row("01A", codsto="01ANDAMENT")])
    async with adapter(here) as erp:
        assert (await erp.set_status("01A", Status.EM_PROGRESSO)).status is Status.EM_PROGRESSO
        assert (await erp.update("01A", status="em_progresso")).status is Status.EM_PROGRESSO
    assert here.asked("tenant.status") == [{"codoco": "01A", "codsto": "01ANDAMENT"}] * 2
    assert here.names == ["tenant.status", "atendimento"] * 2


async def test_a_status_without_a_line_is_refused():
    here = FakeTenant()
    async with adapter(here, vocab={"status": {"01X": "solucionado"}}) as erp:
        for status in (Status.PENDENTE, Status.NOVO):
            with pytest.raises(Refused, match=rf"{status.value}.*vocab\.status"):
                await erp.set_status("01A", status)
        with pytest.raises(Refused, match="pendente"):
            await erp.add_movement("01A", Movimentacao(texto="x", status=Status.PENDENTE))
    assert here.calls == []


async def test_the_message_that_explains_a_closing_goes_first():
    here = FakeTenant(atendimento=[row("01A")], comentarios=[comment("01A", "C1", "Feito")])
    async with adapter(here) as erp:
        await erp.set_status("01A", Status.SOLUCIONADO, movimentacao=Movimentacao(texto="Feito"))
    assert here.names == ["tenant.comenta", "comentarios", "tenant.status", "atendimento"]


WITH_TEXT = {"submethod": "tenant.status", "params": {"codoco": "{id}", "codsto": "{status}", "solucao": "{texto}"}}


async def test_a_status_call_that_takes_a_text_carries_it():
    here = FakeTenant(atendimento=[row("01A")])
    async with adapter(here, submethods={**SUBMETHODS, "alterar_status": WITH_TEXT}) as erp:
        await erp.set_status("01A", Status.SOLUCIONADO, movimentacao=MESSAGE)
        await erp.set_status("01A", Status.SOLUCIONADO)
    assert [call["solucao"] for call in here.asked("tenant.status")] == [f"Técnico a caminho\n\n{MESSAGE.footer}", ""]
    assert "tenant.comenta" not in here.names


async def test_a_message_with_a_status_is_two_writes_in_that_order():
    here = FakeTenant(comentarios=[comment("01A", "C1", f"Técnico a caminho\n\n{MESSAGE.footer}")])
    message = MESSAGE.model_copy(update={"status": Status.SOLUCIONADO})
    async with adapter(here, submethods={**SUBMETHODS, "alterar_status": WITH_TEXT}) as erp:
        assert (await erp.add_movement("01A", message)).id == "cC1"
    assert here.names == ["tenant.comenta", "comentarios", "tenant.status"]
    assert here.asked("tenant.status")[0]["solucao"] == here.asked("tenant.comenta")[0]["descri_com"]


class Forbidden(Exception):
    """What a guard says."""


async def test_a_guard_that_forbids_the_next_request_is_heard_in_the_middle_of_a_write():
    here = FakeTenant(comentarios=[comment("01A", "C1", "Feito")])
    allowed = iter([True, True])

    def guard(deadline: float) -> None:
        if not next(allowed, False):
            raise Forbidden

    async with adapter(here) as erp:
        token = send_guard.set(guard)
        try:
            with pytest.raises(Forbidden):
                await erp.add_movement("01A", Movimentacao(texto="Feito", status=Status.SOLUCIONADO))
        finally:
            send_guard.reset(token)
    assert here.names == ["tenant.comenta", "comentarios"]


async def test_where_no_text_can_go_the_sync_still_sets_the_status():
    here = FakeTenant(atendimento=[row("01A")])
    async with adapter(here, movements="none") as erp:
        await erp.set_status("01A", Status.SOLUCIONADO, movimentacao=MESSAGE)
        with pytest.raises(Unsupported):
            await erp.solve("01A", "um texto que se perderia")
    assert here.names == ["tenant.status", "atendimento"]


@pytest.mark.parametrize("answer", [refused("sem permissão"), httpx2.Response(503), httpx2.ConnectError("x")])
async def test_after_the_message_no_failure_reads_as_nothing_written(answer):
    here = FakeTenant(comentarios=[comment("01A", "C1", "Feito")], **{"tenant.status": answer})
    async with adapter(here) as erp:
        with pytest.raises(Uncertain, match="message was written"):
            await erp.set_status("01A", Status.SOLUCIONADO, movimentacao=Movimentacao(texto="Feito"))
        with pytest.raises(Uncertain, match="message was written"):
            await erp.add_movement("01A", Movimentacao(texto="Feito", status=Status.SOLUCIONADO))


@pytest.mark.parametrize("answer", [refused("x"), [], [row("01A", codsto="?")], httpx2.Response(503)])
async def test_after_the_status_no_failure_reads_as_nothing_written(answer):
    async with adapter(FakeTenant(atendimento=answer)) as erp:
        with pytest.raises(Uncertain, match="status was written"):
            await erp.set_status("01A", Status.SOLUCIONADO)


@pytest.mark.parametrize(("answer", "error"), [(refused("não"), Refused), (httpx2.ConnectError("x"), Unavailable)])
async def test_a_status_that_was_refused_is_refused(answer, error):
    async with adapter(FakeTenant(**{"tenant.status": answer})) as erp:
        with pytest.raises(error):
            await erp.set_status("01A", Status.SOLUCIONADO)


async def test_without_the_query_the_status_written_is_returned():
    async with adapter(FakeTenant(), queries={}) as erp:
        assert await erp.set_status("01A", Status.SOLUCIONADO) == Atendimento(id="01A", status=Status.SOLUCIONADO)


async def test_what_people_ask_for_follows_the_status_machine():
    here = FakeTenant(atendimento=[row("01A", codsto="01CANCELAD")], comentarios=[comment("01A", "C1", "x")])
    async with adapter(here) as erp:
        for call in (erp.take_over("01A"), erp.pause("01A", "x"), erp.solve("01A", "x"), erp.cancel("01A", "x")):
            with pytest.raises(ValidationFailed, match="transicao-invalida"):
                await call
        here.answers["atendimento"] = [row("01A")]
        with pytest.raises(ValidationFailed, match="motivo-pausa-obrigatorio"):
            await erp.pause("01A", " ")
        assert "tenant.status" not in here.names
        await erp.take_over("01A")
        await erp.pause("01A", "x")
        await erp.solve("01A", "x")
        await erp.cancel("01A", "")
    written = [call["codsto"] for call in here.asked("tenant.status")]
    assert written == ["01ANDAMENT", "01PENDENTE", "01CONCLUID", "01CANCELAD"]
    assert len(here.asked("tenant.comenta")) == 2


async def test_a_version_that_is_not_the_expected_one_is_not_overwritten():
    here = FakeTenant(atendimento=[row("01A", alterado_em="2026-03-10 09:00:00")])
    async with adapter(here) as erp:
        with pytest.raises(Overtaken, match="changed meanwhile"):
            await erp.update("01A", expected="2026-03-10 08:00:00", status=Status.SOLUCIONADO)
        assert "tenant.status" not in here.names
        await erp.update("01A", expected="2026-03-10 09:00:00", status=Status.SOLUCIONADO)
    assert len(here.asked("tenant.status")) == 1
