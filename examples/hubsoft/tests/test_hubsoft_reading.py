"""Tickets, clients and lists as Hubsoft shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from erp_bridge_hubsoft import translate, wire
from fake_hubsoft import ADDED, API
from hubsoft_box import Box, settings

from erp_bridge import Malformed, NotFound, Status, Termo, ValidationFailed
from erp_bridge.adapter_api import Footer, Ref, footer

ZONE = ZoneInfo("America/Sao_Paulo")
MARK = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026001", assinatura="Ana · 01/09/2026 08:00 · matriz")


async def test_a_ticket_is_read_by_its_protocolo_which_is_its_id() -> None:
    box = Box()
    protocolo = box.hub.add(opened=box.local("2026-09-15 13:24:14"))
    ticket = await box.erp.get(protocolo)
    assert (ticket.id, ticket.protocolo) == (protocolo, protocolo)
    assert ticket.codigos["id_atendimento"] == "286"
    assert ticket.status is Status.PENDENTE
    assert ticket.assunto == Termo(id="109", nome="SEM ACESSO À INTERNET")
    assert ticket.cliente
    assert ticket.cliente.documento == "52998224725"
    assert ticket.contrato
    assert ticket.contrato.id == "11000"


async def test_the_hour_of_a_ticket_comes_from_the_list_of_its_day() -> None:
    box = Box()
    moments = [box.local(f"2026-09-14 {hour:02}:{hour:02}:09") for hour in range(6, 20)]
    ids = [box.hub.add(opened=moment) for moment in moments]
    assert (await box.erp.get(ids[0])).aberto_em == moments[0]
    box.hub.requests.clear()
    page = await box.erp.get_many(ids[3:5])
    assert [ticket.aberto_em for ticket in page] == moments[3:5]
    assert box.hub.requests.count(f"POST {API}/atendimento/paginado/5") == 3  # one day, fourteen tickets, five a page


async def test_what_is_not_there_is_not_found() -> None:
    box = Box()
    with pytest.raises(NotFound):
        await box.erp.get("209901010000009")
    assert await box.erp.find_by_protocolo("209901010000009") is None
    found = box.hub.add()
    page = await box.erp.get_many([found, "209901010000009", found])
    assert [ticket.id for ticket in page] == [found]


async def test_a_draft_and_a_deleted_ticket_are_not_there() -> None:
    box = Box()
    for key, value in (("rascunho", True), ("deleted_at", "2026-09-15 13:00:00")):
        protocolo = box.hub.add()
        box.hub.by_protocolo(protocolo)[key] = value
    pages = [page async for page in box.erp.changed_since(datetime(2026, 9, 1, tzinfo=UTC), clientes=False)]
    assert [ticket for page in pages for ticket in page] == []


async def test_both_shapes_of_a_ticket_read_alike() -> None:
    """Else the same ticket would look changed, by list and by protocolo in turn."""
    box = Box()
    protocolo = box.hub.add(descricao=footer.join("Sem sinal", MARK) + ADDED)
    [listed] = [
        t async for page in box.erp.changed_since(datetime(2026, 9, 1, tzinfo=UTC), clientes=False) for t in page
    ]
    read = await box.reopened().get(protocolo)
    for campo in ("id", "assunto", "descricao", "status", "footer", "codigos", "versao"):
        assert getattr(listed, campo) == getattr(read, campo), campo
    assert listed.cliente
    assert read.cliente
    assert listed.cliente.id == read.cliente.id


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2021-04-15 13:24:14", datetime(2021, 4, 15, 13, 24, 14, tzinfo=ZONE)),
        ("15/04/2021 13:24:14", datetime(2021, 4, 15, 13, 24, 14, tzinfo=ZONE)),
        ("15/04/2021 13:24", datetime(2021, 4, 15, 13, 24, tzinfo=ZONE)),
        ("06/11/2018", datetime(2018, 11, 6, tzinfo=ZONE)),
        ("04/11/2018 00:30:00", datetime(2018, 11, 4, 1, 30, tzinfo=ZONE)),  # the hour that summer time left out
        ("31/02/2021", None),
        ("", None),
    ],
)
def test_both_orders_of_day_and_year_are_read(words: str, expected: datetime | None) -> None:
    assert wire.local(words, ZONE) == expected


def test_the_milliseconds_beside_a_time_are_believed_first() -> None:
    row = {"data_cadastro": "15/04/2021", "data_cadastro_timestamp": 1618503854000}
    assert wire.instant(row, "data_cadastro", ZONE) == datetime(2021, 4, 15, 16, 24, 14, tzinfo=UTC)


def read(row: dict[str, Any], **keys: Any) -> translate.Read:
    shown = {"protocolo": "202609151324140", "id_atendimento": 286, "cliente": {"codigo_cliente": 1204}, **row}
    erp = Box(**keys).erp
    return translate.read_ticket(wire.ticket(shown, ZONE), erp._reader.terms)


def test_statuses_are_the_tenants_words() -> None:
    assert read({"status": "Aguardando Análise"}).atendimento.status is Status.NOVO
    unknown = read({"status": "Com o Financeiro"})
    assert unknown.unreadable
    assert (unknown.unreadable.campo, unknown.unreadable.codigo) == ("status", "com o financeiro")
    lines = {"status": {"Com o financeiro": "em_progresso"}}
    assert read({"status": "Com o Financeiro"}, vocab=lines).atendimento.status is Status.EM_PROGRESSO


def test_a_closed_ticket_is_told_by_its_closing_date() -> None:
    closed = {"status": "Pendente", "data_fechamento": "16/09/2026"}
    assert read(closed).atendimento.status is Status.SOLUCIONADO
    assert read(closed | {"status_fechamento": "concluido"}).atendimento.status is Status.SOLUCIONADO
    unknown = read(closed | {"status_fechamento": "cancelado_pelo_cliente"})
    assert unknown.unreadable
    lines = {"status": {"cancelado_pelo_cliente": "cancelado"}}
    known = read(closed | {"status_fechamento": "cancelado_pelo_cliente"}, vocab=lines)
    assert known.atendimento.status is Status.CANCELADO


def test_a_status_line_must_name_a_status() -> None:
    with pytest.raises(ValueError, match="none of novo"):
        settings(vocab={"status": {"Pendente": "parado"}})


async def test_a_ticket_that_cannot_be_read_says_why() -> None:
    box = Box()
    protocolo = box.hub.add(status="Em Marte")
    with pytest.raises(Malformed, match="em marte"):
        await box.erp.get(protocolo)
    page = await box.erp.get_many([protocolo])
    assert [at.id for at in page.unreadable] == [protocolo]


def test_the_words_that_the_erp_adds_are_no_text_of_ours() -> None:
    ticket = read({"status": "Pendente", "descricao_abertura": footer.join("Sem sinal", MARK) + ADDED}).atendimento
    assert ticket.descricao == "Sem sinal"
    assert ticket.footer == MARK


async def test_a_long_history_of_a_client_is_read_whole() -> None:
    box = Box()
    for day in range(1, 16):
        for hour in range(8, 13):
            box.hub.add(opened=box.local(f"2026-08-{day:02} {hour:02}:00:00"))
    other = box.hub.add(service=11883)
    tickets = await box.erp.tickets_of_client("1204")
    assert len(tickets) == 75
    assert other not in {ticket.id for ticket in tickets}
    days = [ticket.aberto_em.date() for ticket in tickets if ticket.aberto_em]
    assert days == sorted(days, reverse=True)
    with_hours = {t.aberto_em.date() for t in tickets if t.aberto_em and t.aberto_em.hour}
    assert [day.day for day in sorted(with_hours)] == [11, 12, 13, 14, 15]  # each day costs a list of all its tickets
    assert box.hub.requests.count(f"GET {API}/cliente/atendimento") == 2


async def test_a_history_that_cannot_be_listed_whole_is_not_cut_in_silence() -> None:
    box = Box()
    for minute in range(55):
        box.hub.add(opened=box.local(f"2026-08-01 08:{minute:02}:00"))
    with pytest.raises(Malformed, match="more than 50 tickets"):
        await box.erp.tickets_of_client("1204")


async def test_tickets_of_a_client_by_status() -> None:
    box = Box()
    open_one, closed = box.hub.add(), box.hub.add()
    box.hub.close(closed)
    assert [t.id for t in await box.erp.tickets_of_client("1204", status=Status.SOLUCIONADO)] == [closed]
    assert {t.id for t in await box.erp.tickets_of_client("1204")} == {open_one, closed}


async def test_work_orders_of_a_ticket() -> None:
    box = Box()
    protocolo = box.hub.add(opened=box.local("2026-09-15 15:05:25"))
    box.hub.send_technician(protocolo)
    [order] = await box.erp.work_orders(protocolo)
    assert (order.numero, order.status) == ("586", "pendente")
    assert order.aberta_em == box.local("2026-09-15 15:05:25")


async def test_clients_are_found_and_nothing_of_their_access_is_kept() -> None:
    box = Box()
    [cliente] = await box.erp.clients_by_document("529.982.247-25")
    assert (cliente.id, cliente.nome) == ("1204", "BIANCA COUTO")
    assert await box.erp.find_client("11144477735")
    assert await box.erp.clients_by_document("00000000000") == []
    connections = await box.erp.contracts("1204")
    assert [(v.id, v.nome, v.ativo) for v in connections["contrato"]] == [
        ("11000", "FIBRA 300", True),
        ("11001", "FIBRA 600", True),
    ]
    assert "senha" not in repr(connections)


async def test_a_search_needs_two_letters() -> None:
    box = Box()
    assert [c.id for c in await box.erp.search_clients("ananias")] == ["577"]
    with pytest.raises(ValidationFailed) as error:
        await box.erp.search_clients(" b ")
    assert error.value.violations[0].code == "busca-curta"


async def test_documents_are_asked_for_once_for_each_client() -> None:
    box = Box()
    for _ in range(3):
        box.hub.add()
    pages = [page async for page in box.erp.changed_since(datetime(2026, 9, 1, tzinfo=UTC))]
    assert {t.cliente.documento for page in pages for t in page if t.cliente} == {"52998224725"}
    assert box.hub.requests.count(f"GET {API}/cliente") == 1


async def test_types_of_ticket_are_the_subjects() -> None:
    box = Box(vocab={"assunto": {"109": "sem conexao"}})
    assert [(t.id, t.nome) for t in await box.erp.vocabulary("assunto")] == [
        ("109", "sem conexao"),
        ("132", "FINANCEIRO"),
    ]
    assert await box.erp.vocabulary("departamento") == []
    assert (await box.erp.parameters("109")).contrato_obrigatorio
