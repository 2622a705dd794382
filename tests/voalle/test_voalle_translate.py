"""Records of the API as canonical ones and back: pure, by example and by property."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import textos
from erp_bridge.adapters.voalle import translate, wire
from erp_bridge.adapters.voalle.status import TITLES, is_open, meaning
from erp_bridge.adapters.voalle.translate import Terms
from erp_bridge.adapters.voalle.values import as_id_for_json, ident, read_time, write_time, yes
from erp_bridge.adapters.voalle.wire import Ref, Whole
from erp_bridge.core.footer import Footer
from erp_bridge.core.footer import Ref as FooterRef
from erp_bridge.core.model import (
    Atendimento,
    PrimeiroContato,
    Status,
    Termo,
    Tipo,
    Vinculo,
    Visibilidade,
)
from erp_bridge.core.text import normal
from erp_bridge.core.vocabulary import Vocabulary

ZONE = ZoneInfo("America/Sao_Paulo")
TERMS = Terms(
    zone=ZONE,
    z_is_utc=True,
    assunto=Vocabulary.of({"55": "sem conexao"}),
    departamento=Vocabulary.of({"5": "suporte"}),
    responsavel=Vocabulary(),
    status={"4": Status.SOLUCIONADO, "20": Status.PENDENTE, "0": Status.CANCELADO},
)
DATA: dict[str, Any] = {
    "protocol": 1677902, "assignmentId": 998877, "incidentType": {"id": 55, "title": "Sem conexão"},
    "incidentStatus": {"id": 2, "title": "Andamento"}, "requestor": {"id": 7, "name": "Vizinha"},
    "client": {"id": 1001, "name": "Ana", "name2": ""}, "beginningDate": "2026-05-01T12:00:00.000Z",
    "finalDate": "2026-05-02T12:00:00.000Z", "criticity": 3,
    "contractServiceTag": {"id": 777, "title": "Fibra 500", "serviceTag": "L12"}, "catalogService": None,
    "team": {"id": 5, "title": "Suporte N1"}, "responsible": {"id": 9, "name": "Beto"},
    "companyPlace": {"id": 1, "description": "Matriz"},
}  # fmt: skip
OPENING = {"id": 1, "typeOperation": 1, "description": "Luz vermelha", "beginningDate": "2026-05-01T12:00:03Z"}
COMMENT = {
    "id": 2, "typeOperation": 2, "title": "Relato", "description": "Ligou de novo", "private": True,
    "beginningDate": "2026-05-01T15:00:00.000Z", "person": {"id": 9, "name": "Beto"}, "team": {"id": 5, "name": "N1"},
}  # fmt: skip
FOOTER = Footer(ref=FooterRef(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")


def read(data: dict[str, Any] | None = None, *history: dict[str, Any], title: str | None = "Sem sinal", **terms: Any):
    row = wire.titled(wire.ticket({**DATA, **(data or {})}), wire.TicketRow(id="998877", title=title))
    return translate.read(Whole(row, tuple(map(wire.entry, history))), Terms(**{**TERMS.__dict__, **terms}))


def test_a_ticket_as_people_opened_it():
    found = read({}, OPENING, COMMENT)
    ticket = found.atendimento
    assert found.unreadable is None
    assert (ticket.id, ticket.protocolo) == ("998877", "1677902")  # quirk 20
    assert (ticket.titulo, ticket.descricao) == ("Sem sinal", "Luz vermelha")
    assert (ticket.cliente and ticket.cliente.id, ticket.solicitante and ticket.solicitante.id) == ("1001", "7")
    assert ticket.assunto == Termo(id="55", nome="sem conexao")
    assert ticket.departamento == Termo(id="5", nome="suporte")
    assert ticket.etiqueta == Vinculo(id="777", nome="L12 - Fibra 500")
    assert ticket.status is Status.EM_PROGRESSO
    assert ticket.aberto_em == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert ticket.encerrado_em is None  # finalDate is the forecast (quirk 22)
    [movement] = found.movimentacoes
    assert (movement.id, movement.texto, movement.autor) == ("h2_2", "Ligou de novo", "Beto")
    assert movement.visibilidade is Visibilidade.PRIVADA


@pytest.mark.parametrize("how", [int, str])
def test_ids_are_numbers_or_texts(how):  # quirk 4
    data = {"protocol": how(1677902), "assignmentId": how(998877), "client": {"id": how(1001), "name": "Ana"}}
    found = read(data, {**OPENING, "id": how(1)}, {**COMMENT, "id": how(2), "typeOperation": how(2)})
    assert found == read({"client": {"id": 1001, "name": "Ana"}}, OPENING, COMMENT)
    assert (ident(0), ident("0"), ident(""), ident(None), ident(7.0)) == (None, None, None, None, "7")
    assert (as_id_for_json("007"), as_id_for_json("A7")) == (7, "A7")


def test_a_closed_ticket_keeps_no_forecast_as_its_end():  # quirk 22
    closed = read({"incidentStatus": {"id": 4, "title": "Encerramento"}}, OPENING)
    assert (closed.atendimento.status, closed.atendimento.encerrado_em) == (Status.SOLUCIONADO, None)
    shown = read({"incidentStatus": {"id": 4}, "conclusionDate": "2026-05-03T12:00:00Z"}, OPENING)
    assert shown.atendimento.encerrado_em == datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"id": 20, "title": "Cancelada"}, Status.PENDENTE),  # the configured id overrules the title
        ({"id": 99, "title": " EM  ANDAMENTO"}, Status.EM_PROGRESSO),
        ({"id": 0, "title": "Qualquer"}, Status.CANCELADO),  # an id of 0 is one
        ("Concluído", Status.SOLUCIONADO),
        ({"id": 98, "title": "Em garantia"}, None),
        (None, None),
    ],
)
def test_statuses_by_id_then_by_title(status, expected):  # quirk 18
    found = read({"incidentStatus": status}, OPENING)
    assert found.atendimento.status is expected
    if expected is None:
        assert found.unreadable is not None
        assert (found.unreadable.campo, found.unreadable.id) == ("status", "998877")


def test_a_list_tells_open_from_closed_by_its_title():  # quirk 16
    rows = {
        title: wire.listed({"assignmentId": 1, "status": title, "beginningData": "2026-05-01"})
        for title in ("Abertura", "Aguardando Retorno", "Em garantia", "", "Encerrado", "Cancelada")
    }
    assert [title for title, row in rows.items() if is_open(row.status, {})] == [
        "Abertura", "Aguardando Retorno", "Em garantia", "",
    ]  # fmt: skip
    assert rows["Abertura"].beginning == "2026-05-01"
    assert all(meaning(Ref(name=title.upper()), {}) is status for title, status in TITLES.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01T12:00:00.000Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T12:00:00", datetime(2026, 5, 1, 15, tzinfo=UTC)),
        ("2026-05-01 12:00:00.5", datetime(2026, 5, 1, 15, 0, 0, 500000, tzinfo=UTC)),
        ("2026-05-01T12:00:00-03:00", datetime(2026, 5, 1, 15, tzinfo=UTC)),
        ("2026-05-01 12:00:00+00", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1, 3, tzinfo=UTC)),
        ("", None), (None, None), ("0001-01-01T00:00:00", None), ("2026-13-01", None), ("ontem", None), (5, None),
    ],
)  # fmt: skip
def test_times(text, expected):  # quirk 9
    assert read_time(text, ZONE, z_is_utc=True) == expected


def test_z_is_local_where_the_tenant_means_it_so():  # quirk 9
    assert read_time("2026-05-01T12:00:00Z", ZONE, z_is_utc=False) == datetime(2026, 5, 1, 15, tzinfo=UTC)
    assert read({}, OPENING, z_is_utc=False).atendimento.aberto_em == datetime(2026, 5, 1, 15, tzinfo=UTC)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.booleans())
def test_a_time_written_is_read_again(moment, z_is_utc):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    local = moment.astimezone(ZONE)
    doubled = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    found = read_time(write_time(moment, ZONE, z_is_utc=z_is_utc), ZONE, z_is_utc=z_is_utc)
    assert found == moment or (not z_is_utc and doubled)


def test_hours_that_occur_twice_or_never():
    doubled, skipped = (read_time(text, ZONE, z_is_utc=True) for text in ("2018-02-17 23:30:00", "2018-11-04 00:30:00"))
    assert doubled is not None
    assert skipped is not None
    assert doubled.astimezone(UTC) == datetime(2018, 2, 18, 1, 30, tzinfo=UTC)  # the first
    assert skipped.astimezone(UTC) == datetime(2018, 11, 4, 3, 30, tzinfo=UTC)


def test_what_is_said_later_is_no_description():
    found = read({}, COMMENT)
    assert found.atendimento.descricao == ""
    assert [m.texto for m in found.movimentacoes] == ["Ligou de novo"]
    assert read({}, {**OPENING, "description": " "}, COMMENT).movimentacoes[-1].texto == "Ligou de novo"


def test_a_version_that_shows_the_text_is_believed():
    same = read({"title": "Do dado", "description": "Luz  vermelha"}, OPENING, COMMENT, title="Da lista")
    assert (same.atendimento.titulo, same.atendimento.descricao) == ("Do dado", "Luz  vermelha")
    assert [m.id for m in same.movimentacoes] == ["h2_2"]
    other = read({"description": "Texto do atendimento"}, OPENING)
    assert (other.atendimento.descricao, [m.texto for m in other.movimentacoes]) == (
        "Texto do atendimento", ["Luz vermelha"],
    )  # fmt: skip


def test_history_is_brought_into_order_and_ids_of_two_kinds_stay_apart():
    early = {**COMMENT, "id": 30, "typeOperation": 3, "beginningDate": "2026-05-01T14:00:00Z"}
    twice = {**COMMENT, "id": 30, "beginningDate": "2026-05-01T14:00:00Z"}
    found = read({}, COMMENT, early, OPENING, twice)
    assert [m.id for m in found.movimentacoes] == ["h3_30", "h2_30", "h2_2"]
    untimed = read({}, OPENING, {**COMMENT, "id": 8, "beginningDate": ""}, {**COMMENT, "id": 3, "typeOperation": None})
    assert [m.id for m in untimed.movimentacoes] == ["h2_8", "h3"]


def test_the_opening_is_known_though_the_clock_went_back():
    early = {**COMMENT, "beginningDate": "2026-05-01T11:59:40Z"}
    found = read({}, early, OPENING)
    assert found.atendimento.descricao == "Luz vermelha"
    assert [m.texto for m in found.movimentacoes] == ["Ligou de novo"]
    untimed = read({}, {**OPENING, "beginningDate": ""}, COMMENT)
    assert untimed.atendimento.descricao == "Luz vermelha", "without its time the order is all that is known"


def test_the_bridges_own_opening_is_known_by_its_footer_whenever_it_was_written():
    text = f"Cai à noite\n\n{FOOTER}"
    late = {**OPENING, "description": text, "beginningDate": "2026-05-09T12:00:00Z"}
    found = read({}, late, {**COMMENT, "beginningDate": "2026-05-10T12:00:00Z"})
    assert (found.atendimento.descricao, found.atendimento.footer) == ("Cai à noite", FOOTER)
    behind = {**late, "beginningDate": "2026-05-01T11:00:00Z"}  # an hour behind the clock that set the beginning
    found = read({}, behind, {**COMMENT, "beginningDate": "2026-05-01T11:30:00Z"})
    assert (found.atendimento.descricao, len(found.movimentacoes)) == ("Cai à noite", 1)
    copy = FOOTER.model_copy(update={"ref": FooterRef(erp="matriz", id="123", part="m1")})
    told = read({}, {**late, "description": f"Cai à noite\n\n{copy}"})
    assert told.atendimento.descricao == ""
    assert told.movimentacoes[0].footer == copy


@pytest.mark.parametrize(
    ("data", "title", "campo"),
    [
        ({"client": None}, "x", "cliente"),
        ({"assignmentId": None, "id": None}, "x", "id"),
        ({}, None, "titulo"),
    ],
)
def test_what_has_no_meaning_here_is_named_not_guessed(data, title, campo):
    found = read(data, OPENING, title=title)
    assert found.unreadable is not None
    assert found.unreadable.campo == campo


def test_an_entry_without_an_id_makes_its_ticket_unreadable():
    assert read({}, OPENING, {**COMMENT, "id": None}).unreadable == translate.Unreadable(
        "998877", "movimentacoes", "id"
    )


def test_a_ticket_of_an_access_point_is_one_of_a_structure():
    found = read({"client": None, "authenticationAccessPoint": {"id": 3, "title": "POP Centro"}}, OPENING)
    assert (found.atendimento.tipo, found.unreadable) == (Tipo.ESTRUTURA, None)
    assert found.atendimento.estrutura == Termo(id="3", nome="POP Centro")


def test_passwords_are_not_read():
    login = {"id": 4, "user": "ana@isp", "active": True, "password": "segredo", "equipmentPassword": "segredo2"}
    row = {"id": 777, "serviceTag": "L12", "contractId": 9, "authenticationContract": login, "wifiPassword": "segredo3"}
    tag = wire.service_tag(row)
    assert (tag.login, tag.user, tag.contract) == ("4", "ana@isp", "9")
    assert "segredo" not in repr(tag)


@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), ("true", True), ("S", True), (0, False), ("", None), (None, None), ("x", None)]
)
def test_truth_in_any_spelling(value, meant):
    assert yes(value) is meant


@given(
    titulo=textos(), descricao=textos(), footer=st.sampled_from([None, FOOTER]),
    kind=st.sampled_from(["number", "text"]), z_is_utc=st.booleans(), status=st.sampled_from(["1", "2", "10"]),
)  # fmt: skip
def test_canonical_to_wire_to_canonical_is_the_same(titulo, descricao, footer, kind, z_is_utc, status):
    novo = Atendimento(
        titulo=titulo, descricao=descricao, footer=footer, assunto=Termo(id="55", nome="sem conexao"),
        etiqueta=Vinculo(id="777", nome=""), departamento=Termo(id="5", nome="suporte"),
        primeiro_contato=PrimeiroContato(verificacoes="luz", pede_os=True),
    )  # fmt: skip
    opened = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=-3)))
    stamp = write_time(opened, ZONE, z_is_utc=z_is_utc)
    number = int if kind == "number" else str
    title = {"1": "Abertura", "2": "Andamento", "10": "Pendente"}[status]
    data = {
        "protocol": number(9), "assignmentId": number(8), "incidentType": {"id": number(55), "title": "Sem conexão"},
        "incidentStatus": {"id": number(status), "title": title},
        "client": {"id": number(1), "name": "Ana"}, "contractServiceTag": {"id": number(777)}, "beginningDate": stamp,
        "team": {"id": number(5), "title": "N1"},
    }  # fmt: skip
    listed = wire.listed({"assignmentId": 8, "title": novo.titulo, "status": "x"})
    entry = wire.entry({"id": 1, "description": translate.write_text(novo), "beginningDate": stamp})
    terms = Terms(**{**TERMS.__dict__, "z_is_utc": z_is_utc})
    found = translate.read(Whole(wire.titled(wire.ticket(data), listed), (entry,)), terms)
    assert found.unreadable is None
    assert found.movimentacoes == ()
    back = found.atendimento
    assert normal(back.descricao) == normal(novo.descricao)
    assert (back.footer, back.primeiro_contato, back.assunto) == (novo.footer, novo.primeiro_contato, novo.assunto)
    assert normal(back.titulo) == normal(novo.titulo)
    assert (back.etiqueta, back.departamento, back.aberto_em) == (novo.etiqueta, novo.departamento, opened)
