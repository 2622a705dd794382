"""Single tickets, clients, lists of terms, and the contract itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from erp_bridge.adapters.registry import plugin
from erp_bridge.core.adapter import Adapter, Capability, Idempotency
from erp_bridge.core.errors import AuthError, Malformed, NotFound, Refused, ValidationFailed
from erp_bridge.core.model import Atendimento, Cliente, Status, Termo
from erp_bridge.transport.network import Network
from ixc.ixc_box import Box, adapter
from ixc.scripted import ERROR_PAGE, ScriptedErp, listing, refused


class TestContract:
    def test_what_it_says_of_itself(self) -> None:
        erp: Adapter = adapter(Network(), timeout="30s", settle="10s", max_text=7000)
        assert (erp.name, erp.kind) == ("matriz", "ixc")
        lacking = {Capability.SET_LABEL, Capability.DOWNLOAD, Capability.BOOK_DISCOUNT}
        assert set(Capability) - erp.capabilities == lacking
        assert erp.idempotency is Idempotency.PROTOCOLO
        assert (erp.lag, erp.settle, erp.max_text) == (timedelta(0), timedelta(seconds=30), 7000)
        assert erp.statuses == set(Status) - {Status.NOVO}
        assert set(erp.fields) == set(Atendimento.model_fields)
        assert erp.clock_offset is None
        assert erp.requests == 0

    def test_it_is_found_by_name(self) -> None:
        assert plugin("ixc").settings.model_fields["token"].is_required()

    async def test_it_counts_requests_and_measures_the_clock(self, box: Box) -> None:
        await box.erp.ping()
        assert box.erp.requests == len(box.sim.requests) == 1
        assert box.erp.clock_offset is not None
        assert abs(box.erp.clock_offset) < timedelta(seconds=1)


class TestPing:
    async def test_it_names_the_company(self, box: Box) -> None:
        assert await box.erp.ping() == "IXC Provedor, Provedor Exemplo"

    async def test_a_user_who_sees_tickets_only(self, scripted: ScriptedErp) -> None:
        scripted.on("list empresa", refused("Recurso empresa não está disponível!")).on("list su_ticket", listing())
        assert await scripted.adapter.ping() == "IXC Provedor"

    async def test_a_wrong_token(self, box: Box) -> None:
        box.sim.token = "61:" + "0" * 64
        with pytest.raises(AuthError):
            await box.erp.ping()

    async def test_an_address_that_is_not_allowed(self, box: Box) -> None:
        box.sim.options.access = "ip"
        with pytest.raises(AuthError, match="IP"):
            await box.erp.ping()


class TestHiddenTickets:
    @pytest.mark.parametrize(
        ("options", "flags"),
        [
            ({}, []),
            ({"visible_departments": ("2",)}, ["filtra_departamento_ticket"]),
            ({"visible_employee": "141"}, ["filtra_funcionario_ticket"]),
        ],
    )
    async def test_filters_of_the_tokens_user_are_told(self, options: dict[str, Any], flags: list[str]) -> None:
        assert await Box(**options).erp.hidden_by() == flags

    async def test_a_user_who_may_not_look_at_users(self, scripted: ScriptedErp) -> None:
        scripted.on("list usuarios", refused("Recurso usuarios não está disponível!"))
        assert await scripted.adapter.hidden_by() == []


class TestTickets:
    async def test_one_that_is_not_there(self, box: Box) -> None:
        for id in ("999999", "x", "", "-1", "1 OR 1=1"):
            with pytest.raises(NotFound):
                await box.erp.get(id)

    async def test_one_that_is_hidden(self, box: Box) -> None:
        box.sim.options.visible_departments = ("99",)
        with pytest.raises(NotFound, match="may not see it"):
            await box.erp.get("10001")

    async def test_one_that_cannot_be_read(self, box: Box) -> None:
        with pytest.raises(Malformed, match=r"10009.*status.*'AG'"):
            await box.erp.get("10009")

    async def test_many(self, box: Box) -> None:
        page = await box.erp.get_many(["10003", "10001", "10001", "999999", "10009", "x"])
        assert [ticket.id for ticket in page] == ["10001", "10003"]
        assert [bad.id for bad in page.unreadable] == ["10009"]
        assert len(box.sim.requests) == 1
        assert (await box.erp.get_many([])).atendimentos == ()

    async def test_clients_in_one_request(self, box: Box) -> None:
        page = await box.erp.get_many([row["id"] for row in box.tickets.values()])
        box.sim.requests.clear()
        with_clients = await box.erp.with_clients(page.atendimentos)
        assert box.sim.requests == ["list cliente"]
        rows = box.sim.tables["cliente"]
        for ticket in with_clients:
            if ticket.cliente:
                digits = "".join(c for c in rows[ticket.cliente.id]["cnpj_cpf"] if c.isdigit())
                assert (ticket.cliente.documento or "") == digits

    async def test_by_protocolo(self, box: Box) -> None:
        row = box.tickets["10002"]
        found = await box.erp.find_by_protocolo(row["protocolo"])
        assert found == await box.erp.get("10002")
        assert await box.erp.find_by_protocolo(row["protocolo"][:-1]) is None
        assert await box.erp.find_by_protocolo(" ") is None

    async def test_by_a_protocolo_given_twice(self, box: Box) -> None:
        first = box.sim.people.open_ticket(protocolo="77")
        box.sim.people.open_ticket(protocolo="77")
        found = await box.erp.find_by_protocolo("77")
        assert found is not None
        assert found.id == first

    async def test_of_a_client(self, box: Box) -> None:
        client = box.client().id or ""
        for title in ("banana", "Ábaco", "cabo"):
            box.sim.people.open_ticket(id_cliente=client, titulo=title)
        box.sim.people.open_ticket(id_cliente=client, titulo="fechado", su_status="S")
        found = await box.erp.tickets_of_client(client, status=Status.NOVO, order="titulo")
        assert [ticket.titulo for ticket in found] == ["Ábaco", "banana", "cabo"]
        newest = await box.erp.tickets_of_client(client, order="newest")
        assert newest[0].titulo == "fechado"
        assert newest[0].cliente
        assert newest[0].cliente.documento
        assert [t.id for t in newest] == [t.id for t in await box.erp.tickets_of_client(client)][::-1]
        assert await box.erp.tickets_of_client("x") == []
        with pytest.raises(ValueError, match="newest"):
            await box.erp.tickets_of_client(client, order="idade")

    async def test_histories_in_bulk(self, box: Box) -> None:
        all_ids = [row["id"] for row in box.tickets.values()]
        found = await box.erp.movements_of([*all_ids, "999999"])
        assert box.sim.requests == ["list su_mensagens", "list su_transf_atendimento", "list usuarios"]
        assert found["999999"] == []
        for id in all_ids:
            assert found[id] == await box.erp.movements(id)
            assert all(m.atendimento_id == id for m in found[id])
            assert [m.instante for m in found[id]] == sorted(m.instante for m in found[id] if m.instante)
        assert await box.erp.movements_of([]) == {}

    async def test_a_comment_that_repeats_the_status_sets_none(self, box: Box) -> None:
        ticket = box.sim.people.open_ticket()
        for code in ("EP", "EP", "S"):
            box.sim.people.comment(ticket, f"Digo {code}", code)
        found = await box.erp.movements(ticket)
        assert [m.status for m in found] == [Status.EM_PROGRESSO, None, Status.SOLUCIONADO]


class TestClients:
    async def test_by_document_however_it_is_stored(self, box: Box) -> None:
        rows = box.sim.tables["cliente"]
        documents = [row["cnpj_cpf"] for row in rows.values() if row["ativo"] == "S" and row["cnpj_cpf"]]
        forms = {form.isdigit() for form in documents}
        assert forms == {True, False}  # the world has both
        for document in documents:
            found = await box.erp.clients_by_document(document)
            assert {client.documento for client in found} == {"".join(c for c in document if c.isdigit())}

    async def test_a_doubled_document(self, box: Box) -> None:
        a = box.sim.people.add("cliente", razao="Maria", cnpj_cpf="529.982.247-25", ativo="S")
        b = box.sim.people.add("cliente", razao="Maria outra vez", cnpj_cpf="52998224725", ativo="S")
        box.sim.people.add("cliente", razao="Maria antiga", cnpj_cpf="529.982.247-25", ativo="N")
        assert [client.id for client in await box.erp.clients_by_document("52998224725")] == [a, b]
        with pytest.raises(Refused, match=f"{a}, {b}") as caught:
            await box.erp.find_client("529.982.247-25")
        assert "529" not in caught.value.message
        box.sim.people.edit("cliente", b, ativo="N")
        assert await box.erp.find_client("529.982.247-25") == Cliente(id=a, documento="52998224725", nome="Maria")

    @pytest.mark.parametrize("documento", ["", "   ", "abc", "52998224725"])
    async def test_nobody(self, box: Box, documento: str) -> None:
        assert await box.erp.find_client(documento) is None

    async def test_a_database_that_compares_loosely(self, scripted: ScriptedErp) -> None:
        rows = [{"id": "1", "cnpj_cpf": "529.982.247-25"}, {"id": "2", "cnpj_cpf": "529.982.247-2"}]
        scripted.on("list cliente", listing(*rows))
        assert [client.id for client in await scripted.adapter.clients_by_document("52998224725")] == ["1"]

    async def test_by_part_of_the_name(self, box: Box) -> None:
        for name in ("Zuleica Prado", "Ana Zuleica", "Zuleica inativa"):
            box.sim.people.add("cliente", razao=name, ativo="N" if "inativa" in name else "S")
        assert [client.nome for client in await box.erp.search_clients("zuleica")] == ["Ana Zuleica", "Zuleica Prado"]
        assert len(await box.erp.search_clients("zuleica", limite=1)) == 1

    async def test_by_a_whole_document(self, box: Box) -> None:
        client = box.client()
        assert [found.id for found in await box.erp.search_clients(client.documento or "")] == [client.id]

    @pytest.mark.parametrize("texto", ["", " ", "a", " a "])
    async def test_a_search_too_short(self, box: Box, texto: str) -> None:
        with pytest.raises(ValidationFailed) as caught:
            await box.erp.search_clients(texto)
        assert [violation.code for violation in caught.value.violations] == ["busca-curta"]
        assert box.sim.requests == []

    async def test_contracts_and_logins_in_force(self, box: Box) -> None:
        client = box.client().id or ""
        contracts, logins = box.sim.tables["cliente_contrato"], box.sim.tables["radusuarios"]
        for status in "PAIND":
            box.sim.people.add("cliente_contrato", id_cliente=client, contrato=f"Plano {status}", status=status)
        for active in "SN":
            box.sim.people.add("radusuarios", id_cliente=client, login=f"login-{active}", ativo=active)
        found = await box.erp.contracts(client)
        own = [row for row in contracts.values() if row["id_cliente"] == client and row["status"] == "A"]
        assert [link.id for link in found["contrato"]] == [row["id"] for row in own]
        own = [row for row in logins.values() if row["id_cliente"] == client and row["ativo"] == "S"]
        assert [link.nome for link in found["login"]] == [row["login"] for row in own]
        assert all(link.ativo for links in found.values() for link in links)
        assert await box.erp.contracts("x") == {"contrato": [], "login": []}


class TestVocabulary:
    async def test_configured_lines_first(self) -> None:
        box = Box(keys={"vocab": {"assunto": {"53": "desconto", "34": "sem conexao", "999": "só no arquivo"}}})
        found = await box.erp.vocabulary("assunto")
        assert found[:3] == [
            Termo(id="53", nome="desconto"),
            Termo(id="34", nome="sem conexao"),
            Termo(id="999", nome="só no arquivo"),
        ]
        assert Termo(id="35", nome="Lentidão") in found
        assert len({term.id for term in found}) == len(found)

    async def test_only_what_is_in_use(self, box: Box) -> None:
        rows = box.sim.tables["su_oss_assunto"]
        found = {term.id for term in await box.erp.vocabulary("assunto")}
        assert found == {row["id"] for row in rows.values() if row["ativo"] == "S" and row["finalidade"] != "OS"}

    async def test_names_also_of_what_is_not(self, box: Box) -> None:
        row = box.tickets["10001"]
        box.sim.people.edit("su_oss_assunto", row["id_assunto"], ativo="N")
        ticket = await box.erp.get("10001")
        assert ticket.assunto
        assert ticket.assunto.nome == box.sim.tables["su_oss_assunto"][row["id_assunto"]]["assunto"]

    async def test_lists_are_kept_for_an_hour(self, box: Box) -> None:
        for _ in range(3):
            await box.erp.vocabulary("departamento")
        assert box.sim.requests == ["list su_ticket_setor"]
        box.clock.advance(3601)
        box.sim.people.add("su_ticket_setor", setor="Novo setor")
        assert "Novo setor" in {term.nome for term in await box.erp.vocabulary("departamento")}

    async def test_several_at_once_ask_once(self, box: Box) -> None:
        box.sim.faults.once("hook", match="list su_ticket_setor", before=lambda: asyncio.sleep(0))
        await asyncio.gather(*(box.erp.vocabulary("departamento") for _ in range(5)))
        assert box.sim.requests == ["list su_ticket_setor"]

    async def test_the_table_of_departments_is_a_setting(self, box: Box) -> None:
        await box.open(departamento_table="empresa_setor").vocabulary("departamento")
        assert box.sim.requests == ["list empresa_setor"]

    @pytest.mark.parametrize(
        "answer", [refused("Recurso x não está disponível!"), refused("Sem permissão"), ERROR_PAGE]
    )
    async def test_a_list_that_is_not_offered(self, answer: Any) -> None:
        erp = ScriptedErp(vocab={"canal": {"3": "WhatsApp"}}).on("list su_canal_atendimento", answer)
        async with erp.adapter:
            assert await erp.adapter.vocabulary("canal") == [Termo(id="3", nome="WhatsApp")]

    async def test_a_list_that_comes_in_cells(self, scripted: ScriptedErp) -> None:
        rows = [{"id": "4", "cell": ["4", "Visita agendada", "S"]}]
        scripted.on("list su_evento_status", {"page": "1", "tot": 1, "rows": rows})
        assert await scripted.adapter.vocabulary("status_complementar") == [Termo(id="4", nome="Visita agendada")]

    async def test_kinds_with_fixed_names(self, box: Box) -> None:
        assert [(t.id, t.nome) for t in await box.erp.vocabulary("status")] == [
            ("N", "novo"), ("P", "pendente"), ("EP", "em_progresso"), ("S", "solucionado"), ("C", "cancelado"),
        ]  # fmt: skip
        assert {t.id for t in await box.erp.vocabulary("prioridade")} == {"B", "M", "A", "C"}
        assert {t.id for t in await box.erp.vocabulary("origem")} == {"I", "H"}
        assert await box.erp.vocabulary("etiqueta") == []
        assert box.sim.requests == []

    async def test_users_and_employees_are_two_lists(self, box: Box) -> None:
        box.sim.people.add("usuarios", nome="Quem digita", status="A")
        employee = box.sim.people.add("funcionarios", funcionario="Quem atende", ativo="S")
        box.sim.people.set_field("10002", id_responsavel_tecnico=employee)
        assert (await box.erp.get("10002")).responsavel == Termo(id=employee, nome="Quem atende")
        assert "Quem digita" not in {term.nome for term in await box.erp.vocabulary("responsavel")}

    async def test_who_signs_is_named(self, box: Box) -> None:
        [row] = [row for row in box.sim.tables["usuarios"].values() if row["id"] == box.sim.people.operator]
        box.sim.people.comment("10002", "Olá")
        assert (await box.erp.movements("10002"))[-1].autor == row["nome"]


class TestParameters:
    FLAGS = (
        ("login_obrigatorio", "login_obrigatorio"),
        ("contrato_obrigatorio", "contrato_obrigatorio"),
        ("obrigar_processo_atendimento", "processo_obrigatorio"),
        ("obrigar_preenchimento_canal_atendimento", "canal_obrigatorio"),
        ("obrigatorio_status_complementar", "status_complementar_obrigatorio"),
    )

    @pytest.mark.parametrize(("column", "name"), FLAGS)
    async def test_of_a_subject(self, box: Box, column: str, name: str) -> None:
        found = await box.erp.parameters(box.subject(**{column: "S"}))
        assert {other: getattr(found, other) for _, other in self.FLAGS} == {
            other: other == name for _, other in self.FLAGS
        }

    async def test_of_the_installation(self) -> None:
        keys = {"assunto_obrigatorio": True, "login_exige_contrato": True, "processos_com_assinatura": ["18"]}
        box = Box(keys=keys, unavailable=())
        channel = box.sim.people.add("su_canal_atendimento", descricao="Fax", ativo="N")
        for subject in (None, "999"):
            found = await box.erp.parameters(subject)
            assert (found.assunto_obrigatorio, found.login_exige_contrato) == (True, True)
            assert found.processos_com_assinatura == {"18"}
            assert channel in found.canais_inativos
            assert not found.login_obrigatorio
