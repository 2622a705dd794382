"""The adapter against a simulated tenant that shares no code with it: in process, and a little over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.core.adapter import Cursor, Page
from erp_bridge.core.errors import BridgeError, Malformed, Refused, Unavailable, Uncertain
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
)
from erp_bridge.core.text import normal, same_but_for_losses
from erp_bridge.sandbox.server import Server
from integrator.tenant_box import TenantBox

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")
TWIN = Atendimento(
    assunto=Termo(nome="lentidao"),
    departamento=Termo(nome="suporte tecnico"),
    prioridade=Prioridade.ALTA,
    titulo="Lentidão à noite 🌙",
    descricao="Cai às 20h…\r\n\r\nSó no vídeo",
    script=(PerguntaResposta(pergunta="Qual a luz?", opcoes=("verde", "vermelha"), resposta="verde"),),
    primeiro_contato=PrimeiroContato(verificacoes="reiniciado", pede_os=True),
    footer=FOOTER,
)


def twin(box: TenantBox, **changes: Any) -> Atendimento:
    return TWIN.model_copy(update={"cliente": Cliente(id=box.a_client["codcli"]), **changes})


async def read(erp: IntegratorAdapter, since: datetime | Cursor = LONG_AGO) -> list[Page]:
    return [page async for page in erp.changed_since(since)]


def ids(pages: list[Page]) -> set[str | None]:
    return {ticket.id for page in pages for ticket in page}


@pytest.mark.parametrize("single", ["object", "list", "seeded"])
@pytest.mark.parametrize("change_stamp", [True, False])
async def test_every_ticket_is_read_or_named(single, change_stamp):
    box = TenantBox(single=single, change_stamp=change_stamp)
    async with box.adapter(page_size=7) as erp:
        pages = await read(erp)
    unreadable = {entry.id: entry for page in pages for entry in page.unreadable}
    assert ids(pages) | unreadable.keys() == set(box.tickets)
    assert not ids(pages) & unreadable.keys()
    assert {(entry.campo, entry.codigo[:8]) for entry in unreadable.values()} <= {
        ("status", "01AGPECA"), ("cliente", "codpros:"),
    }  # fmt: skip
    history = {id: movements for page in pages for id, movements in page.movimentacoes.items()}
    said = [row for row in box.comments.values() if row["codoco"] in history]
    assert said
    assert sorted(m.id or "" for movements in history.values() for m in movements) == sorted(
        f"c{row['codcom']}" for row in said
    )
    for page in pages:
        for ticket in page:
            row = box.tickets[ticket.id or ""]
            assert normal(ticket.descricao) == normal(row["descri_oco"])
            assert ticket.protocolo == row["numero_oco"]
            assert (ticket.status in (Status.SOLUCIONADO, Status.CANCELADO)) == (row["data_sol"][:4] != "0000")


@pytest.mark.parametrize("change_stamp", [True, False])
async def test_what_people_do_shows_in_the_next_pass_and_an_idle_one_is_cheap(change_stamp):
    box = TenantBox(change_stamp=change_stamp)
    open_ones = [id for id, row in box.tickets.items() if row["codsto"] == "01PENDENTE" and row["codcli"]]
    commented, changed, solved = open_ones[:3]
    async with box.adapter(overlap="0s") as erp:
        cursor = (await read(erp))[-1].cursor
        assert cursor is not None
        box.clock.advance(timedelta(hours=1))
        cursor = (await read(erp, cursor))[-1].cursor
        assert cursor is not None

        box.clock.advance(60)
        codcom = box.sim.people.comment(commented, "Ligou de novo")
        box.sim.people.edit(changed, codsto="01ANDAMENT")
        box.sim.people.solve(solved, "Feito")
        opened = box.sim.people.open_ticket(codcli=box.a_client["codcli"], descri_oco="Novo")
        box.clock.advance(60)
        before = erp.requests
        pages = await read(erp, cursor)
        assert erp.requests - before == (2 if change_stamp else 3)
        assert {commented, changed, solved, opened} <= ids(pages)
        found = {ticket.id: ticket for page in pages for ticket in page}
        assert found[changed].status is Status.EM_PROGRESSO
        assert found[solved].status is Status.SOLUCIONADO
        movements = {id: m for page in pages for id, m in page.movimentacoes.items()}
        assert f"c{codcom}" in [m.id for m in movements[commented]]
        assert [m.texto for m in movements[solved]][-1] == "Feito"

        cursor = pages[-1].cursor
        assert cursor is not None
        assert cursor.instante == box.clock.now() - timedelta(seconds=60)
        box.clock.advance(600)
        before = erp.requests
        idle = await read(erp, cursor)
        assert erp.requests - before <= 3
        if change_stamp:
            assert ids(idle) == {commented, changed, solved, opened}  # those of the cursor's own second


async def test_a_comment_in_the_second_of_the_read_is_seen_by_the_next_pass():
    box = TenantBox()
    ticket = box.an_open_one
    async with box.adapter(overlap="0s") as erp:
        box.clock.advance(3600)
        box.sim.people.comment(ticket, "um")
        cursor = (await read(erp))[-1].cursor  # reads "um" within its own second
        assert cursor is not None
        box.sim.people.comment(ticket, "dois")  # the same second, behind the read
        box.clock.advance(3600)
        pages = await read(erp, cursor)
    assert [m.texto for page in pages for m in page.movimentacoes.get(ticket, ())][-2:] == ["um", "dois"]


@pytest.mark.parametrize("charset", ["utf8", "latin1"])
async def test_a_twin_is_stored_and_read_as_it_was(charset):
    box = TenantBox(charset=charset)
    novo = twin(box)
    async with box.adapter() as erp:
        stored = await erp.create(novo)
    row = box.tickets[stored.id or ""]
    assert (row["codusu"], row["codcatoco"], row["codmvis"], row["codusu_d"]) == (
        "01USUAPI00", "01CATTEC00", "PROBLEMA", None,
    )  # fmt: skip
    assert stored.protocolo == row["numero_oco"]
    assert stored.cliente is not None
    assert stored.cliente.id == box.a_client["codcli"]
    assert stored.assunto is not None
    assert (stored.assunto.nome, stored.departamento and stored.departamento.nome) == ("lentidao", "suporte tecnico")
    assert same_but_for_losses(novo.titulo, stored.titulo)
    assert same_but_for_losses(novo.descricao, stored.descricao)
    assert (stored.script, stored.primeiro_contato) == (novo.script, novo.primeiro_contato)
    assert stored.footer is not None
    assert stored.footer.ref == FOOTER.ref
    assert stored.status is Status.PENDENTE


async def test_a_lost_reply_leaves_one_ticket_that_the_listing_shows():  # quirk 22
    box = TenantBox()
    before = set(box.tickets)
    box.sim.faults.once("lost_reply", match="criarAtendimento")
    async with box.adapter() as erp:
        with pytest.raises(Uncertain):
            await erp.create(twin(box))
        [new] = set(box.tickets) - before
        listed = await erp.tickets_of_client(box.a_client["codcli"])
        assert [t.id for t in listed if t.footer and t.footer.ref == FOOTER.ref] == [new]
    assert box.sim.count("criarAtendimento") == 1


WRITE_FAULTS: list[tuple[str, dict[str, Any], type[BridgeError]]] = [
    ("noop", {}, Uncertain),
    ("half", {}, Uncertain),
    ("truncate", {}, Uncertain),
    ("stall_reply", {}, Uncertain),
    ("html", {}, Uncertain),
    ("html", {"status": 500, "acts": True}, Uncertain),
    ("status", {"code": 504, "acts": True}, Uncertain),
    ("status", {"code": 404}, Malformed),
    ("refuse", {"message": "Cliente bloqueado"}, Refused),
]


@pytest.mark.parametrize(("kind", "details", "error"), WRITE_FAULTS)
async def test_a_write_that_went_wrong_is_sent_once_and_says_what_is_known(kind, details, error):
    box = TenantBox()
    async with box.adapter() as erp:
        box.sim.faults.once(kind, match="criarAtendimento", **details)
        with pytest.raises(BridgeError) as creating:
            await erp.create(twin(box))
        box.sim.faults.once(kind, match="exemploComentar", **details)
        with pytest.raises(BridgeError) as commenting:
            await erp.add_movement(box.an_open_one, Movimentacao(texto="x", footer=FOOTER))
    assert (type(creating.value), type(commenting.value)) == (error, error)
    assert box.sim.count("criarAtendimento") == box.sim.count("exemploComentar") == 1
    assert box.sim.faults.waiting == []


@pytest.mark.parametrize("kind", ["reset_before", "lost_reply", "truncate", "stall"])
async def test_a_read_that_went_wrong_is_repeated(kind):
    box = TenantBox()
    async with box.adapter() as erp:
        box.sim.faults.once(kind, match="atendimento")
        assert (await erp.get(box.an_open_one)).id == box.an_open_one
    assert box.sim.count("view.execute atendimento") == 2


async def test_an_erp_that_stays_down_is_unavailable():
    box = TenantBox()
    box.sim.faults.once("status", code=503, count=100)
    async with box.adapter() as erp:
        with pytest.raises(Unavailable):
            await erp.get("01A")


async def test_comments_are_found_again_by_their_footers():
    box = TenantBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        sent = [FOOTER.model_copy(update={"ref": Ref(erp="matriz", id="123", part=f"m{n}")}) for n in (1, 12)]
        stored = [await erp.add_movement(ticket, Movimentacao(texto="mesmo texto", footer=footer)) for footer in sent]
        listed = await erp.movements(ticket)
    assert [m.id for m in listed[-2:]] == [m.id for m in stored]
    assert [m.footer and m.footer.ref.part for m in listed[-2:]] == ["m1", "m12"]
    assert all(m.texto == "mesmo texto" for m in listed[-2:])
    assert stored[0].id == f"c{list(box.comments)[-2]}"


async def test_the_answer_may_name_the_comment():
    box = TenantBox()
    from erp_bridge.sandbox.world import integrator_submethods

    calls = integrator_submethods()
    calls["comentar"]["id_field"] = "codcom"
    async with box.adapter(submethods=calls) as erp:
        stored = await erp.add_movement(box.an_open_one, Movimentacao(texto="x"))
        assert erp.requests == 1
    assert stored.id == f"c{list(box.comments)[-1]}"


async def test_solving_writes_the_words_first_and_cancelled_tickets_are_left_alone():
    box = TenantBox()
    ticket = box.an_open_one
    async with box.adapter() as erp:
        assert (await erp.take_over(ticket)).status is Status.EM_PROGRESSO
        solved = await erp.solve(ticket, "Trocado o conector")
        assert solved.status is Status.SOLUCIONADO
        assert solved.encerrado_em == box.clock.now()
        assert (await erp.movements(ticket))[-1].texto == "Trocado o conector"
        assert (await erp.cancel(ticket, "Aberto por engano")).status is Status.CANCELADO
        with pytest.raises(Refused, match="cancelado"):
            await erp.set_status(ticket, Status.PENDENTE)
    calls = [call.operation for call in box.sim.requests if "exemplo" in call.operation]
    assert [name.removeprefix("atendimento.exemplo") for name in calls] == [
        "Status", "Comentar", "Status", "Comentar", "Status", "Status",
    ]  # fmt: skip


async def test_resolved_at_the_first_contact():
    box = TenantBox()
    contato = PrimeiroContato(resolvido=True, solucao="Reiniciado o roteador")
    async with box.adapter() as erp:
        stored = await erp.create(twin(box, footer=None, primeiro_contato=contato))
        assert [m.texto for m in await erp.movements(stored.id or "")] == ["Reiniciado o roteador"]
    assert stored.status is Status.SOLUCIONADO


async def test_files_and_messages_as_files():
    box = TenantBox(max_attachment=1000)
    ticket = box.an_open_one
    async with box.adapter(movements="attachment") as erp:
        await erp.attach(ticket, Arquivo(nome="poste.jpg"), b"\x00\x01")
        await erp.add_movement(ticket, Movimentacao(texto="Oi", footer=FOOTER))
        with pytest.raises(Refused, match="tamanho máximo"):
            await erp.attach(ticket, Arquivo(nome="poste.jpg"), b"x" * 1001)
    photo, message = list(box.sim.tables["anexos"].values())[-2:]
    assert (photo["nome_anexo"], photo["versao"], photo["dados"]) == ("poste.jpg", "jpg", b"\x00\x01")
    assert message["dados"].decode() == f"Oi\n\n{FOOTER}"


async def test_clients_plans_and_lists():
    box = TenantBox()
    person = box.a_client
    async with box.adapter() as erp:
        found = await erp.find_client(person["cpf"] or person["cnpj"])
        assert found is not None
        assert found.id == person["codcli"]
        assert [c.id for c in await erp.clients_by_document(found.documento or "")] == [person["codcli"]]
        assert person["codcli"] in [c.id for c in await erp.search_clients(person["nome_cli"], 200)]
        assert len(await erp.search_clients("ar", 3)) <= 3
        plans = (await erp.contracts(person["codcli"]))["plano"]
        own = [row for row in box.sim.tables["servicos_cli"].values() if row["codcli"] == person["codcli"]]
        assert sorted(plan.id or "" for plan in plans) == sorted(row["codsercli"] for row in own)
        assert [plan.ativo for plan in plans] == [row["codest"] != "01ESTCANCE" for row in own]
        statuses = {term.id: term.nome for term in await erp.vocabulary("status")}
        assert statuses["01AGPECAS0"] == "Aguardando peças"
        assert statuses["01CONCLUID"] == "solucionado"
        assert len(await erp.vocabulary("departamento")) == len(box.sim.tables["cargos"])
        active = [row for row in box.sim.tables["oco_padrao"].values() if row["ativo"] == "S"]
        assert len(await erp.vocabulary("assunto")) == len(active)


async def test_wrong_credentials_and_missing_queries_are_refused_in_the_erps_words():
    box = TenantBox(without=("atendimento", "atendimento.listTypes"))
    async with box.adapter() as erp:
        with pytest.raises(Refused, match="Consulta não encontrada"):
            await erp.get("01A")
        with pytest.raises(Refused, match="nao encontrado"):
            await erp.ping()
    async with TenantBox().adapter(password="outra") as erp:
        with pytest.raises(Refused, match=r"Usuário ou senha inválidos.*keys user and password"):
            await erp.ping()


async def test_over_real_http():
    box = TenantBox()
    with Server(box.sim.app) as server:
        async with box.adapter(server.url, page_size=7) as erp:
            box.sim.faults.once("truncate", match="atendimentos")
            box.sim.faults.once("reset_before", match="comentarios")
            pages = await read(erp)
            assert ids(pages) | {entry.id for page in pages for entry in page.unreadable} == set(box.tickets)
            before = set(box.tickets)
            box.sim.faults.once("lost_reply", match="criarAtendimento")
            with pytest.raises(Uncertain):
                await erp.create(twin(box))
            assert len(set(box.tickets) - before) == 1
            stored = await erp.create(twin(box))
            assert (stored.titulo, stored.footer and stored.footer.ref) == (TWIN.titulo, FOOTER.ref)
    assert box.sim.faults.waiting == []


async def test_a_wrong_path_over_real_http():
    box = TenantBox()
    with Server(box.sim.app) as server:
        async with box.adapter(f"{server.url}/isp") as erp:
            with pytest.raises(Malformed, match=r"integrator\.server\.php"):
                await erp.ping()
