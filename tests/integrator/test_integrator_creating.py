"""Tickets created: what is judged and resolved first, what is sent, what comes back, and what a failure says."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from erp_bridge.core.errors import Malformed, Refused, Uncertain, Unsupported, ValidationFailed
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Contato,
    Origem,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from integrator.fake_tenant import FakeTenant, adapter, comment, refused, row

FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")
CREATE = "datasource.criarAtendimento"
CREATED = [{"codoco": "01A0000001", "numero_oco": "1300001"}]
NOVO = Atendimento(
    cliente=Cliente(id="55"),
    assunto=Termo(nome="Sem Conexão"),
    departamento=Termo(nome="suporte tecnico"),
    prioridade=Prioridade.NORMAL,
    titulo="Luz vermelha",
    descricao="Desde ontem",
)


def tenant(**answers: Any) -> FakeTenant:
    """A tenant that stores what is sent to it."""
    kept: dict[str, Any] = {}

    def create(params: dict[str, Any]) -> list[dict[str, Any]]:
        kept.update(params)
        return CREATED

    def stored(params: dict[str, Any]) -> list[dict[str, Any]]:
        return [row(params["codoco"], **{name: value for name, value in kept.items() if name in row()})]

    return FakeTenant(**{CREATE: create, "atendimento": stored, **answers})


async def test_create_sends_the_ticket_and_returns_what_was_stored():
    here = tenant()
    novo = NOVO.model_copy(update={"plano": Vinculo(id="01S"), "contato": Contato(nome="Zé", telefone="51 99999-0000")})
    async with adapter(here) as erp:
        stored = await erp.create(novo)
    assert here.asked(CREATE) == [
        {
            "codmvis": "PROBLEMA",
            "codusu": "01USUAPI00",
            "codcatoco": "01CATTEC00",
            "codcli": "55",
            "codsercli": "01S",
            "codocop": "01TIPOSEMC",
            "codcar": "01CARSUPOR",
            "descri_oco": "Luz vermelha\n\nDesde ontem",
            "nome_contato": "Zé",
            "celular_resposta": "51 99999-0000",
        }
    ]
    assert here.names == [CREATE, "atendimento"]  # names were resolved by the file, the ERP was not asked
    assert (stored.id, stored.protocolo, stored.status) == ("01A0000001", "1300001", Status.PENDENTE)
    assert stored.descricao == "Luz vermelha\n\nDesde ontem"


async def test_a_twin_keeps_its_title_by_its_footer():
    async with adapter(tenant()) as erp:
        stored = await erp.create(NOVO.model_copy(update={"footer": FOOTER}))
    assert (stored.titulo, stored.descricao, stored.footer) == ("Luz vermelha", "Desde ontem", FOOTER)


async def test_rules_are_judged_before_anything_is_sent():
    here = tenant()
    async with adapter(here) as erp:
        with pytest.raises(ValidationFailed) as caught:
            await erp.create(Atendimento(titulo="x"))
    assert {violation.code for violation in caught.value.violations} >= {
        "cliente-obrigatorio",
        "assunto-obrigatorio",
        "departamento-obrigatorio",
        "prioridade-obrigatoria",
        "descricao-obrigatoria",
    }
    assert here.calls == []


async def test_of_a_twin_only_what_this_erp_cannot_take_is_refused():
    here = tenant()
    async with adapter(here) as erp:
        stored = await erp.create(Atendimento(cliente=Cliente(id="55", documento="123"), footer=FOOTER))
        assert stored.id == "01A0000001"
        with pytest.raises(ValidationFailed, match="cliente-obrigatorio"):
            await erp.create(NOVO.model_copy(update={"cliente": None, "footer": FOOTER}))
    assert here.asked(CREATE)[0]["descri_oco"] == f"(sem titulo)\n\n{FOOTER}"
    assert len(here.asked(CREATE)) == 1


async def test_a_title_left_empty_is_the_subjects():
    here = tenant()
    async with adapter(here) as erp:
        await erp.create(NOVO.model_copy(update={"titulo": ""}))
    assert here.asked(CREATE)[0]["descri_oco"].startswith("Sem Conexão\n\n")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"assunto": Termo(nome="viagem")}, "assunto: 'viagem'.*vocab.assunto"),
        ({"departamento": Termo(nome="cozinha")}, "departamento: 'cozinha'.*vocab.departamento"),
        ({"origem": Origem.FAX}, r"origem: 'fax'.*vocab\.origem"),
        ({"cliente": Cliente(nome="Maria")}, "cliente: the client's id is missing"),
        ({"tipo": Tipo.ESTRUTURA, "estrutura": Termo(id="01CON")}, "estrutura.*codcon"),  # quirk 24
        ({"descricao": "x" * 60_000}, "max_text"),
    ],
)
async def test_what_cannot_be_written_is_refused_before_it_is_sent(changes, words):
    here = tenant()
    async with adapter(here) as erp:
        with pytest.raises(Refused, match=words):
            await erp.create(NOVO.model_copy(update=changes))
    assert here.asked(CREATE) == []


async def test_a_term_is_found_in_the_erps_own_list_or_taken_by_its_id():
    here = tenant(**{"atendimento.listTypes": [{"codocop": "01T2", "nome_ocop": "OUTROS", "ativo": "S"}]})
    async with adapter(here) as erp:
        await erp.create(NOVO.model_copy(update={"assunto": Termo(nome="outros"), "departamento": Termo(id="01CARX")}))
    assert (here.asked(CREATE)[0]["codocop"], here.asked(CREATE)[0]["codcar"]) == ("01T2", "01CARX")


@pytest.mark.parametrize(
    ("origem", "footer", "sent"),
    [
        (Origem.TELEFONE, None, "Telefonico"),
        (Origem.EMAIL, None, "Mail"),
        (None, None, None),
        (Origem.OUTRO, None, None),
        (Origem.FAX, FOOTER, None),
    ],
)
async def test_origins(origem, footer, sent):
    here = tenant()
    vocab = {"assunto": {"01T": "sem conexao"}, "departamento": {"01C": "suporte tecnico"}, "origem": {"Mail": "email"}}
    async with adapter(here, vocab=vocab) as erp:
        await erp.create(NOVO.model_copy(update={"origem": origem, "footer": footer}))
    assert here.asked(CREATE)[0].get("tipo_contato") == sent


async def test_the_target_is_a_role_or_a_user():  # quirk 14
    here = tenant()
    async with adapter(here, defaults={"codusu_d": "01USU"}) as erp:
        await erp.create(NOVO)
        await erp.create(NOVO.model_copy(update={"departamento": None, "footer": FOOTER}))
    first, second = here.asked(CREATE)
    assert (first.get("codcar"), first.get("codusu_d")) == ("01CARSUPOR", None)
    assert (second.get("codcar"), second.get("codusu_d")) == (None, "01USU")


async def test_defaults_are_sent_and_the_ticket_overrules_them():  # quirks 15, 16
    here = tenant()
    async with adapter(here, defaults={"codmvis": "SUP", "codocop": "01T", "oco_criar_sms": "S"}) as erp:
        await erp.create(NOVO)
        await erp.create(NOVO.model_copy(update={"assunto": None}))
    first, second = here.asked(CREATE)
    assert (first["codmvis"], first["oco_criar_sms"], first["codocop"]) == ("SUP", "S", "01TIPOSEMC")
    assert second["codocop"] == "01T"


async def test_a_client_is_found_by_its_document():
    person = {"codcli": 8, "cpf": "11144477735", "ativo": "S"}
    novo = NOVO.model_copy(update={"cliente": Cliente(documento="11144477735")})
    here = tenant(clientes=[person, {**person, "codcli": 9, "ativo": "N"}])
    async with adapter(here) as erp:
        await erp.create(novo)
        assert here.asked(CREATE)[0]["codcli"] == "8"
        here.answers["clientes"] = [person, {**person, "codcli": 9}]
        with pytest.raises(Refused, match="2 active clients"):
            await erp.create(novo)
    assert len(here.asked(CREATE)) == 1


@pytest.mark.parametrize("rows", [[], [{"numero_oco": "1"}], [{"codoco": None}]])
async def test_a_yes_without_a_number_is_uncertain(rows):  # quirk 22
    here = tenant(**{CREATE: rows})
    async with adapter(here) as erp:
        with pytest.raises(Uncertain, match="codoco"):
            await erp.create(NOVO)
    assert here.names == [CREATE]


@pytest.mark.parametrize("answer", [httpx2.Response(503), refused("x"), [], httpx2.ReadTimeout("late")])
async def test_a_ticket_that_exists_is_returned_even_if_it_cannot_be_read(answer):
    async with adapter(tenant(atendimento=answer)) as erp:
        stored = await erp.create(NOVO)
    assert (stored.id, stored.protocolo, stored.titulo) == ("01A0000001", "1300001", "Luz vermelha")


async def test_a_new_ticket_in_a_status_without_meaning_is_returned_without_one():
    async with adapter(tenant(atendimento=[row("01A0000001", codsto="01ABERTO00")])) as erp:
        stored = await erp.create(NOVO)
    assert (stored.id, stored.status, stored.codigos["status"]) == ("01A0000001", None, "01ABERTO00")


async def test_without_the_query_what_was_sent_is_returned():
    here = tenant()
    async with adapter(here, queries={}) as erp:
        stored = await erp.create(NOVO)
    assert here.names == [CREATE]
    assert (stored.id, stored.status) == ("01A0000001", Status.NOVO)


RESOLVED = NOVO.model_copy(update={"primeiro_contato": PrimeiroContato(resolvido=True, solucao="Reiniciado")})


async def test_resolved_at_the_first_contact_is_opened_then_solved():
    here = tenant(comentarios=[comment("01A0000001", "C1", "Reiniciado")])
    async with adapter(here) as erp:
        await erp.create(RESOLVED)
    assert here.names == [CREATE, "atendimento", "tenant.comenta", "comentarios", "tenant.status", "atendimento"]
    assert here.asked("tenant.comenta") == [{"codoco": "01A0000001", "descri_com": "Reiniciado"}]
    assert here.asked("tenant.status") == [{"codoco": "01A0000001", "codsto": "01CONCLUID"}]


async def test_resolved_needs_a_call_for_it_before_anything_is_sent():
    here = tenant()
    async with adapter(here, submethods={}) as erp:
        with pytest.raises(Unsupported):
            await erp.create(RESOLVED)
    assert here.calls == []


async def test_a_twin_resolved_at_its_first_contact_waits_for_its_status():
    here = tenant()
    async with adapter(here, submethods={}) as erp:
        await erp.create(RESOLVED.model_copy(update={"footer": FOOTER}))
    assert here.names == [CREATE, "atendimento"]


async def test_opened_but_not_solved_names_the_ticket():
    async with adapter(tenant(**{"tenant.status": refused("sem permissão")}, comentarios=[])) as erp:
        with pytest.raises(Uncertain, match=r"01A0000001 \(protocolo 1300001\) was opened"):
            await erp.create(RESOLVED)


async def test_a_wrong_address_does_not_look_like_a_lost_write():
    async with adapter(tenant(**{CREATE: httpx2.Response(404, text="<html></html>")})) as erp:
        with pytest.raises(Malformed):
            await erp.create(NOVO)
