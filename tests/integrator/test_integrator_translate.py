"""Rows to canonical records and back: by example, by property, and with everything a tenant's query may bring."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import footers, textos
from erp_bridge.adapters.integrator import times, translate
from erp_bridge.adapters.integrator.translate import Terms, read_ticket
from erp_bridge.adapters.integrator.wire import ClientRow, CommentRow, PlanRow, TicketRow
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Contato,
    Origem,
    PerguntaResposta,
    PrimeiroContato,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from erp_bridge.core.text import normal
from erp_bridge.core.vocabulary import Vocabulary
from integrator.fake_tenant import row

ZONE = ZoneInfo("America/Sao_Paulo")
TERMS = Terms(
    zone=ZONE,
    assunto=Vocabulary.of({"01TIPOSEMC": "sem conexao"}),
    departamento=Vocabulary.of({"01CARSUPOR": "suporte tecnico"}),
    status={
        "01PENDENTE": Status.PENDENTE,
        "01ANDAMENT": Status.EM_PROGRESSO,
        "01CONCLUID": Status.SOLUCIONADO,
        "01CANCELAD": Status.CANCELADO,
    },
    origem={"E-mail": Origem.EMAIL, "Telefonico": Origem.TELEFONE},
)
FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")


def read(**columns: Any) -> Atendimento:
    return read_ticket(TicketRow.model_validate(row(**columns)), TERMS).atendimento


def unreadable(**columns: Any) -> tuple[str, str, str] | None:
    found = read_ticket(TicketRow.model_validate(row(**columns)), TERMS).unreadable
    return (found.id, found.campo, found.codigo) if found else None


def test_a_ticket_as_people_opened_it():
    ticket = read()
    assert ticket.id == "01A0000001"
    assert ticket.protocolo == "1300001"
    assert ticket.tipo is Tipo.CLIENTE
    assert ticket.cliente == Cliente(id="55", documento="11144477735", nome="Maria da Silva")
    assert ticket.assunto == Termo(id="01TIPOSEMC", nome="sem conexao")
    assert ticket.departamento == Termo(id="01CARSUPOR", nome="suporte tecnico")
    assert (ticket.titulo, ticket.descricao) == ("sem conexao", "Sem internet")
    assert ticket.status is Status.PENDENTE
    assert ticket.origem is Origem.TELEFONE
    assert ticket.contato == Contato(nome="Maria")
    assert ticket.aberto_em == datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
    assert (ticket.encerrado_em, ticket.alterado_em, ticket.versao, ticket.footer) == (None, None, None, None)
    assert ticket.codigos == {
        "status": "01PENDENTE", "origem": "Telefonico", "categoria": "01CATTEC00", "titulo": "01TIPOSEMC"
    }  # fmt: skip


def test_names_without_a_vocabulary_line_are_the_tenants_own():
    ticket = read(codocop="01TIPOOUTR", nome_ocop="Outros  ", codcar="01CARX", nome_car="REDE")
    assert ticket.assunto == Termo(id="01TIPOOUTR", nome="Outros")
    assert ticket.departamento == Termo(id="01CARX", nome="REDE")
    assert ticket.titulo == "Outros"


def test_without_a_type_the_first_line_is_the_title():
    ticket = read(codocop="", nome_ocop="", descri_oco="Sem internet\r\ndesde cedo")
    assert (ticket.titulo, ticket.descricao) == ("Sem internet", "Sem internet\r\ndesde cedo")
    assert ticket.assunto is None
    assert "titulo" not in ticket.codigos


def test_the_texts_of_the_bridge_lead_with_their_title():
    text = f"Luz vermelha\n\nDesde ontem\n\n{FOOTER}"
    ticket = read(descri_oco=text)
    assert (ticket.titulo, ticket.descricao, ticket.footer) == ("Luz vermelha", "Desde ontem", FOOTER)
    assert "titulo" not in ticket.codigos


def test_foreign_protocols_and_lists_of_access_points_stay_in_the_text():  # quirks 20, 21
    texto = "Atendimento pelo SZ.CHAT – Protocolo: 20260310\r\nPTO-01, PTO-02, PTO-03"
    assert read(descri_oco=texto).descricao == texto
    assert read(descri_oco=f"Massiva\n\n{texto}\n\n{FOOTER}").descricao == normal(texto)


def test_script_and_first_contact_are_read_from_anybodys_text():
    ticket = read(descri_oco="x\n\n[Script de Atendimento]\nPergunta: a?\n\n[Primeiro Contato]\nResolvido: sim")
    assert ticket.script == (PerguntaResposta(pergunta="a?"),)
    assert ticket.primeiro_contato == PrimeiroContato(resolvido=True)
    assert ticket.descricao == "x"


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"codsto": ""}, Status.NOVO),
        ({"codsto": None, "data_sol": None}, Status.NOVO),
        ({"codsto": "01ANDAMENT"}, Status.EM_PROGRESSO),
        ({"codsto": "01CONCLUID"}, Status.SOLUCIONADO),
        ({"codsto": "01CANCELAD"}, Status.CANCELADO),
        ({"data_sol": "2026-03-11 10:00:00"}, Status.SOLUCIONADO),
        ({"data_sol": "2026-03-11"}, Status.SOLUCIONADO),
        ({"data_sol": "2026-03-11", "codsto": ""}, Status.SOLUCIONADO),
        ({"data_sol": "2026-03-11", "codsto": "01NEVER"}, Status.SOLUCIONADO),
        ({"data_sol": "2026-03-11", "codsto": "01CANCELAD"}, Status.CANCELADO),
        ({"data_sol": "0000-00-00"}, Status.PENDENTE),
    ],
)
def test_the_solving_date_tells_open_from_solved(columns, status):  # quirk 18
    assert unreadable(**columns) is None
    assert read(**columns).status is status


def test_closing_changes_the_status_own_value_even_if_its_code_stays():
    assert read().codigos["status"] != read(data_sol="2026-03-11 10:00:00").codigos["status"]


def test_an_open_ticket_has_no_end_and_a_solved_one_has():
    assert read(data_sol="2026-03-11 10:00:00").encerrado_em == datetime(2026, 3, 11, 13, 0, tzinfo=UTC)
    assert read(codsto="01CONCLUID").encerrado_em is None


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"codsto": "01AGPECAS0"}, ("01A0000001", "status", "01AGPECAS0")),
        ({"data_sol": "amanhã"}, ("01A0000001", "status", "data_sol:amanhã")),
        ({"codcli": "", "codpros": "01P"}, ("01A0000001", "cliente", "codpros:01P")),
        ({"codcli": 0, "codpros": None}, ("01A0000001", "cliente", "")),
        ({"codoco": None}, ("1300001", "id", "")),
    ],
)
def test_what_has_no_meaning_here_is_named_not_guessed(columns, expected):
    assert unreadable(**columns) == expected


def test_a_routing_points_ticket_is_of_type_estrutura():  # quirk 19
    ticket = read(codcli=None, codcon="01CON00001", codpros="01P")
    assert (ticket.tipo, ticket.cliente, ticket.estrutura) == (Tipo.ESTRUTURA, None, Termo(id="01CON00001"))
    assert ticket.ponto_roteamento == Vinculo(id="01CON00001")


def test_the_client_comes_before_the_routing_point():
    ticket = read(codcon="01CON00001", codsercli="01S")
    assert (ticket.tipo, ticket.estrutura) == (Tipo.CLIENTE, None)
    assert (ticket.ponto_roteamento, ticket.plano) == (Vinculo(id="01CON00001"), Vinculo(id="01S"))


@pytest.mark.parametrize(
    ("columns", "documento"),
    [
        ({"cpf": 1144477735, "cnpj": None}, "01144477735"),
        ({"cpf": "   ", "cnpj": "11.222.333/0001-81"}, "11222333000181"),
        ({"cpf": "", "cnpj": 1222333000181}, "01222333000181"),
        ({"cpf": "000.000.000-00", "cnpj": "12.ABC.345/01DE-35"}, "12ABC34501DE35"),
        ({"cpf": "00000000000", "cnpj": "0"}, None),
        ({"cpf": "123", "cnpj": ""}, "123"),
    ],
)
def test_the_document_is_the_cpf_else_the_cnpj(columns, documento):
    cliente = read(**columns).cliente
    assert cliente is not None
    assert cliente.documento == documento


@pytest.mark.parametrize(
    ("code", "origem"),
    [("Telefonico", Origem.TELEFONE), ("TELEFÔNICO ", Origem.TELEFONE), ("E-mail", Origem.EMAIL), ("Fax", Origem.OUTRO),
     ("", None), (None, None)],
)  # fmt: skip
def test_origins(code, origem):
    ticket = read(tipo_contato=code)
    assert ticket.origem is origem
    assert ticket.codigos.get("origem", "") == (code or "").strip()


def test_a_change_stamp_is_the_version():
    ticket = read(alterado_em="2026-03-10 09:30:00")
    assert ticket.alterado_em == datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
    assert ticket.versao == "2026-03-10 09:30:00"


def test_contact_columns_are_read_where_the_query_has_them():
    assert read(
        celular_resposta="51999990000", fone_resposta="513333", email_resposta="a@b.example"
    ).contato == Contato(nome="Maria", telefone="51999990000", email="a@b.example")
    assert read(nome_contato="").contato is None


@pytest.mark.parametrize(
    ("telefone", "column"),
    [
        ("(51) 99999-0000", "celular_resposta"),
        ("+55 51 99999-0000", "celular_resposta"),
        ("51 3333-0000", "fone_resposta"),
        ("ramal 4", "fone_resposta"),
    ],
)
def test_a_mobile_number_goes_to_its_own_parameter(telefone, column):
    assert translate.write_contact(Contato(nome="Maria", telefone=telefone)) == {
        "nome_contato": "Maria",
        column: telefone,
    }


def test_comments():
    found = translate.read_comment(
        CommentRow(codoco="01A", codcom="7", descri_com=f"Oi\n\n{FOOTER}", data_com="10/03/2026 09:00", nome_usu="Ana"),
        ZONE,
    )
    assert found is not None
    assert (found.id, found.atendimento_id, found.texto, found.autor) == ("c7", "01A", "Oi", "Ana")
    assert found.instante == datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    assert found.footer == FOOTER
    assert (found.visibilidade, found.status) == (None, None)
    assert translate.read_comment(CommentRow(codoco="01A", descri_com="Oi"), ZONE) is None


@pytest.mark.parametrize(
    ("ativo", "expected"), [("S", True), ("N", False), (0, False), (1, True), (None, True), (False, False)]
)
def test_clients(ativo, expected):
    client_row = ClientRow.model_validate({"codcli": 55, "nome_cli": "Zé  ", "cpf": "111.444.777-35", "ativo": ativo})
    assert translate.read_client(client_row) == (Cliente(id="55", documento="11144477735", nome="Zé"), expected)


@pytest.mark.parametrize(
    ("columns", "ativo"),
    [
        ({"descri_est": "Ativo", "descricao_status": "Habilitado"}, True),
        ({"descri_est": "Inativo"}, False),
        ({"descri_est": "Cancelado", "descricao_status": "Desabilitado"}, False),
        ({"descri_est": "Em implantação"}, None),
        ({}, None),
    ],
)
def test_plans_are_active_or_not_only_where_their_words_say_so(columns, ativo):
    plan = translate.read_plan(PlanRow.model_validate({"codsercli": "01S", "descricao_plano": "Fibra", **columns}))
    assert plan == Vinculo(id="01S", nome="Fibra", ativo=ativo)


def stored(novo: Atendimento) -> Atendimento:
    """A ticket written, kept by a well-behaved ERP, and read."""
    columns: dict[str, Any] = {"nome_contato": "", **translate.write_contact(novo.contato)}
    columns["descri_oco"] = translate.write_text(novo)
    columns["codcli"] = novo.cliente.id if novo.cliente else None
    columns["codocop"] = novo.assunto.id if novo.assunto else None
    columns["codcar"] = novo.departamento.id if novo.departamento else None
    columns["codsercli"] = novo.plano.id if novo.plano else None
    columns["tipo_contato"] = translate.write_origem(novo.origem, TERMS) if novo.origem else None
    wire = json.loads(json.dumps(row(**columns)))
    return read_ticket(TicketRow.model_validate(wire), TERMS).atendimento


def same(text: str | None) -> str | None:
    return normal(text or "") or None


one_line = textos().map(lambda text: " ".join(text.split()))
codes = st.sampled_from(["01TIPOSEMC", "01CARSUPOR", "01S0000001", "55", "7"])
questions = st.builds(PerguntaResposta, pergunta=textos(), opcoes=st.lists(textos(), max_size=2).map(tuple))
novos = st.builds(
    Atendimento,
    cliente=codes.map(lambda id: Cliente(id=id)),
    assunto=st.none() | codes.map(lambda id: Termo(id=id)),
    departamento=st.none() | codes.map(lambda id: Termo(id=id)),
    plano=st.none() | codes.map(lambda id: Vinculo(id=id)),
    titulo=one_line,
    descricao=textos(),
    origem=st.none() | st.sampled_from([Origem.TELEFONE, Origem.EMAIL]),
    contato=st.none() | st.builds(Contato, nome=one_line, telefone=one_line, email=one_line),
    script=st.lists(questions, max_size=2).map(tuple),
    primeiro_contato=st.none() | st.builds(PrimeiroContato, verificacoes=textos(), resolvido=st.booleans()),
    footer=footers(),
)


@given(novos)
def test_what_is_written_is_read_back(novo):
    got = stored(novo)
    for campo in ("cliente", "assunto", "departamento", "plano"):
        was, now = getattr(novo, campo), getattr(got, campo)
        assert (now and now.id) == (was and was.id)
    assert normal(got.titulo) == normal(novo.titulo)
    assert normal(got.descricao) == normal(novo.descricao)
    assert [normal(q.pergunta) for q in got.script] == [normal(q.pergunta) for q in novo.script]
    assert [[normal(o) for o in q.opcoes] for q in got.script] == [[normal(o) for o in q.opcoes] for q in novo.script]
    assert (got.primeiro_contato is None) == (novo.primeiro_contato is None)
    if got.primeiro_contato and novo.primeiro_contato:
        assert same(got.primeiro_contato.verificacoes) == same(novo.primeiro_contato.verificacoes)
        assert got.primeiro_contato.resolvido == novo.primeiro_contato.resolvido
    assert got.origem == novo.origem
    was = novo.contato or Contato()
    now = got.contato or Contato()
    assert (same(now.nome), same(now.telefone), same(now.email)) == (
        same(was.nome),
        same(was.telefone),
        same(was.email),
    )
    assert got.footer is not None
    assert got.footer.ref == novo.footer.ref


@given(novos)
def test_writing_what_was_read_changes_nothing(novo):
    once = stored(novo)
    assert translate.write_text(stored(once)) == translate.write_text(once)


def test_a_title_of_several_lines_becomes_one_and_an_empty_one_stays_empty():
    assert stored(Atendimento(titulo="a\r\n b", descricao="c", footer=FOOTER)).titulo == "a b"
    empty = stored(Atendimento(titulo="", descricao="c\n\nd", footer=FOOTER))
    assert (empty.titulo, empty.descricao) == ("", "c\n\nd")


odd_texts = st.sampled_from(
    [
        "0000-00-00 00:00:00", "9999-99-99", "2026-02-30", "31/12/9999 23:59:59", "1899-12-30", "0001-01-01",
        "á" * 70_000, "\ud800", "SÃ£o JosÃ©", "\x00", "[]",
    ]
)  # fmt: skip
columns = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        textos(),
        st.text(st.characters(categories=["Cs", "L", "N"])),
        odd_texts,
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from([*TicketRow.model_fields, "outra"]), columns))
def test_no_row_is_too_odd(found):
    result = read_ticket(TicketRow.model_validate(found), TERMS)
    result.atendimento.model_dump_json()
    if result.unreadable is None:
        assert result.atendimento.id
        assert result.atendimento.status
        assert result.atendimento.cliente or result.atendimento.estrutura


@given(st.dictionaries(st.sampled_from([*CommentRow.model_fields, "outra"]), columns))
def test_no_comment_is_too_odd(found):
    comment = translate.read_comment(CommentRow.model_validate(found), ZONE)
    if comment is not None:
        comment.model_dump_json()


def test_mojibake_is_kept_as_it_is():  # quirk 8
    assert read(descri_oco="SÃ£o JosÃ©").descricao == "SÃ£o JosÃ©"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-10 08:00:00", datetime(2026, 3, 10, 11, 0, tzinfo=UTC)),
        ("2026-03-10T08:00", datetime(2026, 3, 10, 11, 0, tzinfo=UTC)),
        ("2026-03-10 08:00:00.000", datetime(2026, 3, 10, 11, 0, tzinfo=UTC)),
        ("2026-03-10", datetime(2026, 3, 10, 3, 0, tzinfo=UTC)),
        ("10/03/2026 08:00:00", datetime(2026, 3, 10, 11, 0, tzinfo=UTC)),
        ("2018-02-17 23:30:00", datetime(2018, 2, 18, 1, 30, tzinfo=UTC)),  # twice: the first
        ("2018-11-04 00:30:00", datetime(2018, 11, 4, 3, 30, tzinfo=UTC)),  # never: the next valid one
        ("0000-00-00 00:00:00", None),
        ("0000-00-00", None),
        ("", None),
        ("2026-02-30 08:00:00", None),
        ("2026-03-10 25:00:00", None),
        ("1899-12-30 00:00:00", None),
        ("9999-12-31 23:59:59", None),
        ("ontem", None),
    ],
)
def test_times(text, expected):  # quirk 9
    found = times.read(text, ZONE)
    assert (found and found.astimezone(UTC)) == expected  # in doubled hours no two zones compare as equal


def test_times_are_asked_for_in_the_erps_zone():
    assert times.write(datetime(2026, 3, 10, 11, 0, tzinfo=UTC), ZONE) == "2026-03-10 08:00:00"
    assert times.write(datetime.min.replace(tzinfo=UTC), ZONE) == "0001-01-01 00:00:00"


@given(st.datetimes(datetime(2017, 1, 1), datetime(2019, 12, 31), timezones=st.just(UTC)))
def test_a_lower_bound_cuts_off_nothing(instant):
    """Whatever happened at or after that instant is stamped at or after the bound, doubled hours included."""
    assert times.write(instant, ZONE) >= times.write_floor(instant, ZONE)
    assert times.read(times.write_floor(instant, ZONE), ZONE) <= instant
