"""Opening, telling, changing and closing tickets of a simulated tenant, and what is refused before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from erp_bridge.core.errors import Overtaken, Refused, Uncertain, Unseen, ValidationFailed
from erp_bridge.core.footer import Ref
from erp_bridge.core.model import (
    Arquivo,
    Cliente,
    Movimentacao,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
    Visibilidade,
)
from erp_bridge.core.text import normal, same_but_for_losses
from voalle.voalle_box import FOOTER, VoalleBox, twin

CREATE, REPORT = "opendetailedsolicitation", "createsolicitationreport"


def sent(box: VoalleBox, operation: str) -> list[dict[str, Any]]:
    return [call.body for call in box.sim.requests if operation in call.name]


def by_hand(box: VoalleBox, **changes: Any):
    usual = {"footer": None, "departamento": Termo(id="1"), "prioridade": Prioridade.ALTA, "status": Status.NOVO}
    return twin(box.a_client(), **{**usual, **changes})


@pytest.mark.parametrize("charset", ["utf8", "latin1"])
@pytest.mark.parametrize(("zulu", "times"), [("local", "local"), ("honoured", "utc")])
async def test_a_twin_is_stored_and_read_as_it_was(charset, zulu, times):  # quirk 9
    box = VoalleBox(charset=charset, zulu=zulu)
    novo = twin(
        box.a_client(), contrato=Vinculo(id=box.contract_of(box.a_client())), prioridade=Prioridade.ALTA,
        script=(PerguntaResposta(pergunta="Qual a luz?", opcoes=("verde", "vermelha"), resposta="verde"),),
        primeiro_contato=PrimeiroContato(verificacoes="reiniciado", pede_os=True),
    )  # fmt: skip
    async with box.adapter(times=times) as erp:
        stored = await erp.create(novo)
        assert await erp.get(stored.id or "") == stored
    row = box.tickets[stored.id or ""]
    assert stored.protocolo == str(row["protocol"])
    assert stored.aberto_em == box.clock.now().replace(microsecond=0)
    assert (row["priority"], row["service_level_agreement_id"], row["company_place_id"]) == (3, 3, 1)
    assert row["contract_service_tag_id"] == box.tag_of(box.a_client())
    assert stored.assunto is not None
    assert stored.assunto.nome == "lentidao"
    assert same_but_for_losses(novo.titulo, stored.titulo)
    assert same_but_for_losses(novo.descricao, stored.descricao)
    assert (stored.script, stored.primeiro_contato) == (novo.script, novo.primeiro_contato)
    assert stored.footer is not None
    assert stored.footer.ref == FOOTER.ref
    assert stored.status is Status.NOVO
    [body] = sent(box, CREATE)
    assert body["assignment"]["description"] == body["assignment"]["report"]["description"]
    assert body["assignment"]["finalDate"] == body["assignment"]["report"]["beginningDate"] == ""


async def test_requester_and_owner_are_two_persons():
    box = VoalleBox()
    owner, other = box.a_client(), box.a_client(2)
    async with box.adapter() as erp:
        stored = await erp.create(by_hand(box, contrato=Vinculo(id=box.contract_of(owner)),
                                          solicitante=Cliente(id=str(other["id"]))))  # fmt: skip
        assert stored.cliente is not None
        assert stored.solicitante is not None
        assert (stored.cliente.id, stored.solicitante.id) == (str(owner["id"]), str(other["id"]))
        alone = await erp.create(twin(owner, solicitante=Cliente(id="123456")))  # a person of the other ERP
        assert alone.solicitante is not None
        assert alone.solicitante.id == str(owner["id"])


@pytest.mark.parametrize(
    ("status", "id"),
    [(None, 1), (Status.NOVO, 1), (Status.PENDENTE, 10), (Status.EM_PROGRESSO, 2), (Status.SOLUCIONADO, 1)],
)
async def test_a_ticket_is_opened_in_an_open_status_only(status, id):  # quirk 19
    box = VoalleBox()
    async with box.adapter() as erp:
        stored = await erp.create(twin(box.a_client(), status=status))
    assert box.tickets[stored.id or ""]["incident_status_id"] == id


async def test_the_tag_follows_from_contract_or_login_or_is_given():
    box = VoalleBox()
    several = box.a_client(2)
    tag = box.tag_of(several)
    login = next(
        str(row["id"]) for row in box.sim.tables["authentication_contracts"].values() if row["service_tag_id"] == tag
    )
    async with box.adapter() as erp:
        for chosen in (
            {"contrato": Vinculo(id=box.contract_of(several))}, {"login": Vinculo(id=login)},
            {"etiqueta": Vinculo(id=str(tag))},
        ):  # fmt: skip
            stored = await erp.create(twin(several, **chosen))
            assert box.tickets[stored.id or ""]["contract_service_tag_id"] == tag
        free = await erp.create(twin(several))
        assert box.tickets[free.id or ""]["contract_service_tag_id"] is None
        with pytest.raises(Refused, match="not exactly one active service tag"):
            await erp.create(by_hand(box, contrato=Vinculo(id="999999")))


async def test_a_client_without_a_contract_is_refused_before_anything_is_written():
    box = VoalleBox()
    without = next(
        row for row in box.sim.tables["people"].values()
        if row["client"] and row["status"] == 1 and row["tx_id"] and row["id"] not in box.served
    )  # fmt: skip
    async with box.adapter() as erp:
        for documento in (None, without["tx_id"]):
            for footer in (None, FOOTER):
                cliente = Cliente(id=str(without["id"]), documento=documento)
                with pytest.raises(ValidationFailed) as failed:
                    await erp.create(by_hand(box, cliente=cliente, footer=footer))
                assert [v.code for v in failed.value.violations] == ["cliente-sem-contrato"]
        assert box.sim.count(CREATE) == 0
        parameters = await erp.parameters(None)
        assert parameters.exige_contrato
        assert str(without["id"]) not in parameters.donos_de_contrato.values()
    async with box.adapter(exige_contrato=False) as erp:
        with pytest.raises(Refused, match="contrato vigente"):
            await erp.create(twin(without))


async def test_what_cannot_be_written_is_refused_before_any_request():
    box = VoalleBox()
    async with box.adapter(max_text=600, exige_contrato=False) as erp:
        for bad in (
            {"cliente": Cliente(nome="Ana")}, {"descricao": "x" * 700}, {"assunto": None}, {"cliente": None},
            {"tipo": Tipo.ESTRUTURA, "cliente": None, "estrutura": Termo(id="1")}, {"prioridade": None},
        ):  # fmt: skip
            with pytest.raises((Refused, ValidationFailed)):
                await erp.create(by_hand(box, **bad))
        for empty in (Movimentacao(texto="  "), Movimentacao(texto="x" * 700)):
            with pytest.raises(Refused):
                await erp.add_movement("1", empty)
        with pytest.raises(Refused):
            await erp.attach("1", Arquivo(nome=""), b"x")
        with pytest.raises(Refused):
            await erp.attach("1", Arquivo(nome="x"), b"x" * 10_000_001)
    assert box.sim.requests == []


async def test_teams_are_named_by_their_codes():
    box = VoalleBox()
    first, second, *_ = box.sim.tables["teams"]
    box.sim.people.change("teams", second, code="SUP")
    async with box.adapter(team_codes={str(second): "SUP"}) as erp:
        stored = await erp.create(by_hand(box, departamento=Termo(id=str(second))))
        assert stored.departamento is not None
        assert stored.departamento.id == str(second)
        with pytest.raises(Refused, match="team_codes"):
            await erp.create(by_hand(box, departamento=Termo(id=str(first))))


async def test_resolved_at_the_first_contact():
    box = VoalleBox()
    contato = PrimeiroContato(resolvido=True, solucao="Reiniciado o roteador")
    async with box.adapter() as erp:
        stored = await erp.create(by_hand(box, primeiro_contato=contato))
        assert [m.texto for m in await erp.movements(stored.id or "")] == ["Reiniciado o roteador"]
    assert stored.status is Status.SOLUCIONADO


async def test_a_lost_reply_leaves_one_ticket_that_the_listing_shows():  # quirk 23
    box = VoalleBox()
    before, person = set(box.tickets), box.a_client()
    box.sim.faults.once("lost_reply", match=CREATE)
    async with box.adapter() as erp:
        with pytest.raises(Uncertain):
            await erp.create(twin(person))
        [new] = set(box.tickets) - before
        found = [t for t in await erp.tickets_of_client(str(person["id"])) if t.footer]
        assert [(t.id, t.footer and t.footer.ref) for t in found] == [(new, FOOTER.ref)]
    assert box.sim.count(CREATE) == 1


async def test_a_yes_without_a_number_is_uncertain():
    box = VoalleBox()
    box.sim.faults.once("noop", match=CREATE)
    async with box.adapter() as erp:
        with pytest.raises(Unseen, match="look for the ticket"):
            await erp.create(twin(box.a_client()))


async def test_a_ticket_that_cannot_be_read_back_is_what_was_sent():
    box = VoalleBox()
    box.sim.faults.once("status", match="getsolicitationdata", code=500, count=9)
    async with box.adapter() as erp:
        stored = await erp.create(twin(box.a_client()))
        assert stored.id in box.tickets
        assert (stored.titulo, stored.footer, stored.status) == ("Lentidão à noite 🌙", FOOTER, Status.NOVO)


# --- what happens later ---------------------------------------------------------------------------------------------


async def test_a_report_repeats_the_present_status():  # quirk 17
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        for status in (12, 2, 11):  # one with a line that is not the first of its kind, too
            box.sim.people.edit(ticket, incident_status_id=status)
            await erp.add_movement(ticket, Movimentacao(texto="Oi", footer=FOOTER, visibilidade=Visibilidade.PUBLICA))
            assert box.tickets[ticket]["incident_status_id"] == status
    assert [body["incidentStatusId"] for body in sent(box, REPORT)] == ["12", "2", "11"]
    assert {(body["progress"], body["notificationTarget"], "priority" in body) for body in sent(box, REPORT)} == {
        ("0", "0", False)
    }


@pytest.mark.parametrize(
    ("visibility", "private"), [(Visibilidade.PUBLICA, False), (Visibilidade.PRIVADA, True), (None, True)]
)
async def test_a_message_is_private_unless_it_is_said_to_be_public(visibility, private):
    box = VoalleBox()
    async with box.adapter() as erp:
        stored = await erp.add_movement(
            box.an_open_one, Movimentacao(texto="Oi", visibilidade=visibility, footer=FOOTER)
        )
    assert box.reports(box.an_open_one)[-1]["private"] is private
    assert stored.visibilidade is (Visibilidade.PRIVADA if private else Visibilidade.PUBLICA)


async def test_messages_are_found_again_by_their_footers_in_order():
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        footers = [FOOTER.model_copy(update={"ref": Ref(erp="matriz", id="123", part=f"m{n}")}) for n in (1, 12, 2)]
        stored = [
            await erp.add_movement(ticket, Movimentacao(texto="mesmo texto", footer=footer)) for footer in footers
        ]
        listed = (await erp.movements(ticket))[-3:]
    assert [m.id for m in listed] == [m.id for m in stored]
    assert [m.footer and m.footer.ref.part for m in listed] == ["m1", "m12", "m2"]


@pytest.mark.parametrize(
    "text", ["emoji 😀 e acentos áéíõç", "um\r\ndois\rtrês\n", "x" * 59_000, "  espaços  ", "-- erp_bridge"]
)
async def test_texts_arrive_as_they_were(text):
    box = VoalleBox()
    async with box.adapter() as erp:
        stored = await erp.add_movement(box.an_open_one, Movimentacao(texto=text, footer=FOOTER))
        assert normal(stored.texto) == normal(text)
        assert (await erp.movements(box.an_open_one))[-1].texto == stored.texto


async def test_notes_touch_no_status():
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter(movements="note", person_id=str(box.a_client()["id"])) as erp:
        stored = await erp.add_movement(ticket, Movimentacao(texto="Oi", footer=FOOTER))
        assert stored.id == f"h3_{box.reports(ticket)[-1]['id']}"
        await erp.add_movement(ticket, Movimentacao(texto="Feito", footer=FOOTER, status=Status.SOLUCIONADO))
    assert box.sim.count(REPORT) == 1
    assert box.tickets[ticket]["incident_status_id"] == 4


async def test_a_message_that_does_not_show_is_to_be_looked_for():
    box = VoalleBox()
    box.sim.faults.once("noop", match=REPORT)
    async with box.adapter() as erp:
        with pytest.raises(Unseen, match="look before repeating"):
            await erp.add_movement(box.an_open_one, Movimentacao(texto="Oi", footer=FOOTER))


async def test_words_and_status_in_one_write():
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        stored = await erp.add_movement(ticket, Movimentacao(texto="Trocado", footer=FOOTER, status=Status.SOLUCIONADO))
        assert stored.status is Status.SOLUCIONADO
        assert (await erp.get(ticket)).status is Status.SOLUCIONADO
    async with box.adapter(statuses={"1": "novo"}) as erp:
        with pytest.raises(Refused, match="add a line to the table statuses"):
            await erp.add_movement(ticket, Movimentacao(texto="x", status=Status.EM_PROGRESSO))
    assert box.sim.count(REPORT) == 1


async def test_what_people_ask_for():  # quirks 18, 21
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        assert (await erp.take_over(ticket)).status is Status.EM_PROGRESSO
        with pytest.raises(ValidationFailed, match="motivo-pausa-obrigatorio"):
            await erp.pause(ticket, " ")
        assert (await erp.pause(ticket, "Aguarda peça")).status is Status.PENDENTE
        assert (await erp.solve(ticket, "Trocado o conector")).status is Status.SOLUCIONADO
        assert box.tickets[ticket]["incident_status_id"] == 4
        assert (await erp.cancel(ticket, "Aberto por engano")).status is Status.CANCELADO
        with pytest.raises(ValidationFailed, match="transicao-invalida"):
            await erp.take_over(ticket)
        said = [m.texto for m in await erp.movements(ticket)][-4:]
    assert said == ["Status: em progresso", "Aguarda peça", "Trocado o conector", "Aberto por engano"]
    assert box.tickets[ticket]["incident_status_id"] == 8
    assert [body["incidentStatusId"] for body in sent(box, REPORT)] == ["2", "10", "4", "8"]


async def test_another_type_by_its_code():  # quirk 20
    box = VoalleBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        wanted = (await erp.vocabulary("assunto"))[3]
        found = await erp.update(ticket, assunto=Termo(id=wanted.id))
        assert found.assunto is not None
        assert found.assunto.id == wanted.id
        [body] = sent(box, "solicitationmaintenance")
        assert body["incidentTypeCode"] == box.sim.tables["incident_types"][int(wanted.id or 0)]["code"]
        assert body["protocol"] == str(box.tickets[ticket]["protocol"])
        with pytest.raises(Overtaken):
            await erp.update(ticket, expected="ontem", assunto=Termo(id=wanted.id))
        assert (await erp.update(ticket, status=Status.PENDENTE)).status is Status.PENDENTE


async def test_forwarding_where_the_tenant_tells_how():
    box = VoalleBox()
    ticket = box.an_open_one
    team = next(id for id in box.sim.tables["teams"] if id != box.tickets[ticket]["team_id"])
    async with box.adapter() as erp:
        found = await erp.forward(ticket, Termo(id=str(team)))
        assert found.departamento is not None
        assert found.departamento.id == str(team)
        assert (await erp.movements(ticket))[-1].texto == ""  # the bridge's own word of it is no message
    box.sim.people.forward(ticket, int(box.sim.tables["teams"][team]["id"]))
    for silent, said in (((), "Atendimento encaminhado"), (("ATENDIMENTO encaminhado",), "")):
        async with box.adapter(silent_entries=silent) as erp:
            assert (await erp.movements(ticket))[-1].texto == said


async def test_another_label_where_the_tenant_tells_how():
    box = VoalleBox()
    client = box.a_client(2)
    async with box.adapter() as erp:
        stored = await erp.create(twin(client))
        wanted = (await erp.contracts(str(client["id"])))["etiqueta"][0]
        found = await erp.set_label(stored.id or "", wanted)
        assert found.etiqueta is not None
        assert found.etiqueta.id == wanted.id
        with pytest.raises(Refused, match="etiqueta"):
            await erp.set_label(stored.id or "", Vinculo(nome="sem id"))


async def test_a_template_leaves_strange_braces_alone():
    box = VoalleBox()
    async with box.adapter() as erp:
        call = erp._settings.forward
        assert call is not None
        filled = call.filled({"protocolo": "{id}", "departamento": "5", "responsavel": "", "texto": "{x}"})
    assert "{id}" in filled.values()
    assert "{x}" in filled.values()


async def test_closing_closes_that_ticket_alone():  # quirk 24
    box = VoalleBox()
    before = {id: row["incident_status_id"] for id, row in box.tickets.items()}
    ticket = box.an_open_one
    async with box.adapter() as erp:
        await erp.solve(ticket, "Rompimento reparado")
    after = {id: row["incident_status_id"] for id, row in box.tickets.items()}
    assert {id for id in after if after[id] != before[id]} == {ticket}


async def test_only_paths_of_the_product_are_asked():  # quirk 26
    box = VoalleBox()
    async with box.adapter() as erp:
        stored = await erp.create(twin(box.a_client()))
        await erp.contracts(str(box.a_client()["id"]))
        await erp.find_client(box.a_client()["tx_id"])
        await erp.find_by_protocolo(stored.protocolo or "")
        await erp.vocabulary("assunto")
    asked = {call.name for call in box.sim.requests}
    assert not any(name.startswith(("servicedesk/", "api/")) or name.endswith("/contracts") for name in asked)
