"""Single tickets, comments, clients and lists of terms."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.errors import Malformed, NotFound, Refused, Unavailable, ValidationFailed
from erp_bridge.core.model import Cliente, Status, Termo, Vinculo
from integrator.fake_tenant import FakeTenant, adapter, comment, refused, row
from support.clock import FakeClock


def by(key: str, *rows: dict[str, Any]) -> Any:
    return lambda params: [r for r in rows if r[key] == params[key]]


async def test_get():
    tenant = FakeTenant(atendimento=by("codoco", row("01A"), row("01B")))
    async with adapter(tenant) as erp:
        assert (await erp.get("01B")).id == "01B"
        with pytest.raises(NotFound, match="01C"):
            await erp.get("01C")


async def test_get_takes_no_other_ticket_for_it():
    async with adapter(FakeTenant(atendimento=[row("01A"), row("01B")])) as erp:
        assert (await erp.get("01B")).id == "01B"
        with pytest.raises(NotFound):
            await erp.get("01C")


async def test_get_names_what_it_cannot_read():
    async with adapter(FakeTenant(atendimento=[row("01A", codsto="01AGPECAS0")])) as erp:
        with pytest.raises(Malformed, match=r"01A.*status.*01AGPECAS0"):
            await erp.get("01A")


async def test_get_many_leaves_out_what_is_not_there():
    tenant = FakeTenant(atendimento=by("codoco", row("01A"), row("01B"), row("01C", codsto="?")))
    async with adapter(tenant) as erp:
        page = await erp.get_many(["01B", "01X", "01A", "01C", "01B"])
        assert [ticket.id for ticket in page] == ["01B", "01A"]
        assert page.unreadable == (Unreadable("01C", "status", "?"),)
        assert len(tenant.calls) == 4
        assert list(await erp.get_many([])) == []


async def test_get_many_fails_as_one_request_fails():
    async with adapter(FakeTenant(atendimento=refused("não"))) as erp:
        with pytest.raises(Refused, match="não"):
            await erp.get_many(["01A", "01B", "01C"])


async def test_find_by_protocolo():
    tenant = FakeTenant(atendimento_protocolo=[row("01A", numero_oco=1300001), row("01B", numero_oco="13000011")])
    async with adapter(tenant) as erp:
        found = await erp.find_by_protocolo("13000011")
        assert found is not None
        assert found.id == "01B"
        assert await erp.find_by_protocolo("130000") is None
    assert tenant.calls[0] == ("atendimento_protocolo", {"numero_oco": "13000011"})


async def test_tickets_of_a_client():
    rows = [
        row("01C", nome_ocop="b", codocop="1"),
        row("01B", nome_ocop="Á", codocop="2", data_sol="2026-03-10 09:00:00"),
        row("01A", codsto="01AGPECAS0", nome_ocop="c", codocop="3"),
        row("01X", codcli="56"),
    ]
    async with adapter(FakeTenant(atendimentos_cliente=rows)) as erp:
        assert [t.id for t in await erp.tickets_of_client("55")] == ["01C", "01B", "01A"]
        assert [t.id for t in await erp.tickets_of_client("55", order="titulo")] == ["01B", "01C", "01A"]
        assert [t.id for t in await erp.tickets_of_client("55", status=Status.SOLUCIONADO)] == ["01B"]
        unread = (await erp.tickets_of_client("55"))[2]
    assert unread.status is None  # it is shown, for a lost create may be looked for here
    assert unread.codigos["status"] == "01AGPECAS0"


async def test_movements_oldest_first():
    rows = [comment("01A", "C2", "dois", "2026-03-10 10:00:00"), comment("01A", "C1", "um", "2026-03-10 09:00:00")]
    async with adapter(FakeTenant(comentarios=rows)) as erp:
        assert [(m.id, m.texto) for m in await erp.movements("01A")] == [("cC1", "um"), ("cC2", "dois")]
        assert await erp.movements("01B") == []


async def test_movements_without_times_keep_the_order_of_the_query():
    rows = [comment("01A", "C2", "dois", ""), comment("01A", "C1", "um", "2026-03-10 09:00:00")]
    async with adapter(FakeTenant(comentarios=rows)) as erp:
        assert [m.texto for m in await erp.movements("01A")] == ["dois", "um"]


async def test_movements_of_many_are_read_in_bulk():
    tenant = FakeTenant(comentarios=[comment("01A0000600", "C1", "x")])
    ids = [f"01A{n:07}" for n in range(1, 1201)]
    async with adapter(tenant) as erp:
        found = await erp.movements_of(ids)
        assert await erp.movements_of([]) == {}
    assert list(found) == ids
    assert len(found["01A0000600"]) == 1
    assert [len(call["codocos"].split(",")) for call in tenant.asked("comentarios")] == [500, 500, 200]


async def test_a_comment_without_its_id_says_what_the_query_lacks():
    rows = [{"codoco": "01A", "descri_com": "x", "data_com": ""}]
    async with adapter(FakeTenant(comentarios=rows)) as erp:
        with pytest.raises(Malformed, match="codcom: add that column to the saved query comentarios"):
            await erp.movements("01A")


def client(codcli: Any, cpf: str = "", ativo: str = "S", **columns: Any) -> dict[str, Any]:
    return {"codcli": codcli, "nome_cli": "Maria  ", "cpf": cpf, "cnpj": "", "ativo": ativo, **columns}


async def test_clients_by_document():
    rows = [
        client(7, "111.444.777-35", "N"),
        client(8, "11144477735"),
        client(9, "11144477736"),
        client("", "11144477735"),
        client(10, "", cnpj="111.444.777-35"),
    ]
    tenant = FakeTenant(clientes=rows)
    async with adapter(tenant) as erp:
        assert await erp.find_client("111.444.777-35") == Cliente(id="8", documento="11144477735", nome="Maria")
        assert [found.id for found in await erp.clients_by_document("11144477735")] == ["8", "10"]
        assert await erp.find_client("222") is None
    assert tenant.asked("clientes")[0] == {"documento": "11144477735"}


async def test_an_inactive_client_is_found_but_is_not_active():
    async with adapter(FakeTenant(clientes=[client(7, "11144477735", "N")])) as erp:
        found = await erp.find_client("11144477735")
        assert found is not None
        assert found.id == "7"
        assert await erp.clients_by_document("11144477735") == []


async def test_without_a_document_nobody_is_asked():
    tenant = FakeTenant()
    async with adapter(tenant) as erp:
        assert await erp.find_client(" .-") is None
    assert tenant.calls == []


async def test_search_clients():
    tenant = FakeTenant(clientes_busca=[client(n) for n in range(5)] + [client("")])
    async with adapter(tenant) as erp:
        assert [found.id for found in await erp.search_clients(" Ma ", 3)] == ["1", "2", "3"]
        with pytest.raises(ValidationFailed) as caught:
            await erp.search_clients(" a ")
    assert [violation.code for violation in caught.value.violations] == ["busca-curta"]
    assert tenant.calls == [("clientes_busca", {"texto": "Ma", "limite": "3"})]


PLAN = {"codsercli": "01S", "codgser": "1", "descri_est": "Ativo", "descricao_status": "", "descricao_plano": "Fibra "}


@pytest.mark.parametrize("rows", [[PLAN], [{"codcli": "55", "planos": [PLAN]}], [{"planos": PLAN}]])
async def test_plans_of_a_client(rows):
    async with adapter(FakeTenant(**{"services.details": rows})) as erp:
        assert await erp.contracts("55") == {"plano": [Vinculo(id="01S", nome="Fibra", ativo=True)]}


@pytest.mark.parametrize("rows", [[], [{"planos": None}], [{"planos": "nada"}], [{"planos": [None, {}]}]])
async def test_a_client_without_plans(rows):
    async with adapter(FakeTenant(**{"services.details": rows})) as erp:
        assert await erp.contracts("55") == {"plano": []}


TYPES = [
    {"codocop": "01TIPOSEMC", "nome_ocop": "SUP", "ativo": "S"},
    {"codocop": "01T2", "nome_ocop": "Outros ", "ativo": "S"},
    {"codocop": "01T3", "nome_ocop": "Antigo", "ativo": "N"},
]


async def test_vocabulary_lines_first_then_the_erps_own_and_cached_an_hour():
    tenant, clock = FakeTenant(**{"atendimento.listTypes": TYPES}), FakeClock()
    async with adapter(tenant, clock=clock) as erp:
        for _ in range(2):
            found = await erp.vocabulary("assunto")
            assert found == [Termo(id="01TIPOSEMC", nome="sem conexao"), Termo(id="01T2", nome="Outros")]
        assert len(tenant.calls) == 1
        clock.advance(3599)
        await erp.vocabulary("assunto")
        assert len(tenant.calls) == 1
        clock.advance(2)
        await erp.vocabulary("assunto")
        assert len(tenant.calls) == 2


async def test_departments_come_from_the_query_where_there_is_one():
    tenant = FakeTenant(cargos=[{"codcar": "01CARX", "nome_car": "REDE  "}, {"codcar": None}])
    async with adapter(tenant) as erp:
        found = await erp.vocabulary("departamento")
        assert found == [Termo(id="01CARSUPOR", nome="suporte tecnico"), Termo(id="01CARX", nome="REDE")]
    async with adapter(FakeTenant(), queries={}) as erp:
        assert await erp.vocabulary("departamento") == [Termo(id="01CARSUPOR", nome="suporte tecnico")]
        assert erp.requests == 0


@pytest.mark.parametrize(
    ("answer", "further"),
    [
        (
            [{"codsto": "01PENDENTE", "descri_sto": "Pendente"}, {"codsto": "01AG", "descri_sto": "Aguardando "}],
            [Termo(id="01AG", nome="Aguardando")],
        ),
        ([{"codsto": "01AG", "nome": "a", "descri": "b"}, {"status": "x"}, {"codsto": "01B"}], []),
        (refused("sem acesso"), []),
        (httpx2.Response(200, text="<html></html>"), []),
    ],
)
async def test_statuses_are_the_tenants_lines_and_what_the_list_clearly_says(answer, further):
    async with adapter(FakeTenant(**{"datasource.ocorrencia.status": answer})) as erp:
        found = await erp.vocabulary("status")
    assert [term.id for term in found[:4]] == ["01PENDENTE", "01ANDAMENT", "01CONCLUID", "01CANCELAD"]
    assert found[4:] == further


async def test_an_erp_that_is_down_is_not_taken_for_one_without_a_list():
    async with adapter(FakeTenant(**{"datasource.ocorrencia.status": httpx2.Response(503)})) as erp:
        with pytest.raises(Unavailable):
            await erp.vocabulary("status")


async def test_other_kinds_hold_what_is_configured():
    tenant = FakeTenant()
    async with adapter(tenant, vocab={"prioridade": {"9": "alta"}}) as erp:
        assert await erp.vocabulary("prioridade") == [Termo(id="9", nome="alta")]
        assert await erp.vocabulary("origem") == [Termo(id="Telefonico", nome="telefone")]
        assert await erp.vocabulary("canal") == []
    assert tenant.calls == []


async def test_the_type_is_mandatory_unless_the_tenant_gave_one_for_all():
    assert (await adapter(FakeTenant()).parameters(None)).assunto_obrigatorio
    assert not (await adapter(FakeTenant(), defaults={"codocop": "01T"}).parameters(None)).assunto_obrigatorio


async def test_rows_carry_their_clients():
    tenant = FakeTenant(atendimento=[row("01A")])
    async with adapter(tenant) as erp:
        ticket = await erp.get("01A")
        assert await erp.with_clients([ticket]) == [ticket]
    assert len(tenant.calls) == 1
