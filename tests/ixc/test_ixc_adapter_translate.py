"""Tickets there and back: what the adapter claims to hold comes back as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.strategies import footers, textos
from erp_bridge.adapters.ixc import codes, translate, values
from erp_bridge.adapters.ixc.support import FIELDS
from erp_bridge.adapters.ixc.translate import Dialect, NoCode, columns, description, read_ticket, whole_record
from erp_bridge.adapters.ixc.wire import SuTicket
from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    InteracaoPendente,
    MelhorHorario,
    Origem,
    OrigemEndereco,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from erp_bridge.core.text import clean, normal

ZONE = ZoneInfo("America/Sao_Paulo")
DIALECT = Dialect(ZONE)
ROW = {
    "id": "1", "id_ticket_status": "", "id_usuarios": "61", "titulo": "Sem conexao",
    "data_criacao": "2026-09-01 08:00:00", "data_ultima_alteracao": "2026-09-01 08:05:00", "prioridade": "M",
    "id_ticket_origem": "I", "id_ticket_setor": "4", "menssagem": "Cliente relata ...", "id_cliente": "500",
    "status": "OSAB", "protocolo": "202607581197", "mensagens_nao_lida_cli": "0", "mensagens_nao_lida_sup": "0",
    "token": "", "data_hora_os_aberta": "0000-00-00 00:00:00", "data_hora_os_execucao": "0000-00-00 00:00:00",
    "data_hora_execucao": "0000-00-00 00:00:00", "data_hora_os_encaminhada": "0000-00-00 00:00:00",
    "id_wfl_processo": "7", "id_assunto": "90", "id_resposta": "0", "latitude": "", "longitude": "", "id_login": "456",
    "endereco": "Rua A, 10", "origem_endereco": "L", "id_contrato": "900", "id_circuito": "0", "id_su_diagnostico": "0",
    "status_sla": "", "id_filial": "11", "id_responsavel_tecnico": "0", "su_status": "EP", "interacao_pendente": "N",
    "id_evento_status_processo": "0", "melhor_horario_agenda": "", "data_reservada": "0000-00-00",
    "melhor_horario_reserva": "Q", "origem_cadastro": "P", "id_canal_atendimento": "3",
    "ultima_atualizacao": "2026-09-01 08:05:00", "tipo": "C", "id_estrutura": "", "origem_endereco_estrutura": "E",
    "id_usuario_abertura": "", "updated_user": "",
}  # fmt: skip
SCRIPT = (PerguntaResposta(pergunta="Qual é a luz?", opcoes=("Verde", "Vermelha"), resposta="Vermelha"),)
CONTATO = PrimeiroContato(verificacoes="Luz LOS acesa", pede_os=True)
FOOTER = Footer(ref=Ref(erp="filial", id="01A"), protocolo="77", assinatura="Ana · 01/09/2026 08:00 · filial")


def read(**changes: Any) -> Atendimento:
    found = read_ticket(SuTicket.of({**ROW, **changes}), DIALECT, lambda kind, id: "")
    assert isinstance(found, Atendimento)
    return found


def unreadable(**changes: Any) -> Unreadable:
    found = read_ticket(SuTicket.of({**ROW, **changes}), DIALECT, lambda kind, id: "")
    assert isinstance(found, Unreadable)
    return found


def test_the_record_names_columns_of_the_erp_alone() -> None:
    """... and of its 48 only those that somebody reads."""
    assert set(SuTicket.__struct_fields__) - {"cell"} < set(ROW)
    assert len(ROW) == 48


def test_a_ticket() -> None:
    ticket = read_ticket(SuTicket.of(ROW), DIALECT, lambda kind, id: f"{kind} {id}")
    assert isinstance(ticket, Atendimento)
    assert ticket.model_dump(exclude_unset=True, exclude={"codigos"}) == {
        "id": "1", "protocolo": "202607581197", "tipo": Tipo.CLIENTE,
        "cliente": {"id": "500"}, "estrutura": None, "responsavel": None,
        "assunto": {"id": "90", "nome": "assunto 90"}, "departamento": {"id": "4", "nome": "departamento 4"},
        "canal": {"id": "3", "nome": "canal 3"}, "processo": {"id": "7", "nome": "processo 7"},
        "status_complementar": None, "mensagem_padrao": None,
        "login": {"id": "456"}, "contrato": {"id": "900"},
        "titulo": "Sem conexao", "descricao": "Cliente relata ...", "script": (), "primeiro_contato": None,
        "origem_endereco": OrigemEndereco.LOGIN,
        "endereco": "Rua A, 10", "latitude": None, "longitude": None, "prioridade": Prioridade.NORMAL,
        "data_reservada": None, "melhor_horario": MelhorHorario.QUALQUER, "origem": Origem.INTERNA,
        "interacao_pendente": InteracaoPendente.NENHUMA, "status": Status.EM_PROGRESSO,
        "aberto_em": datetime(2026, 9, 1, 11, tzinfo=UTC), "alterado_em": datetime(2026, 9, 1, 11, 5, tzinfo=UTC),
        "footer": None, "versao": "2026-09-01 08:05:00",
    }  # fmt: skip


def test_the_codes_are_kept_as_read() -> None:
    assert read(id_ticket_origem="A", melhor_horario_reserva="X").codigos == {
        "tipo": "C", "status": "EP", "prioridade": "M", "origem": "A", "interacao_pendente": "N",
        "melhor_horario": "X", "origem_endereco": "L",
    }  # fmt: skip


def test_the_status_is_su_status_and_never_its_shadow() -> None:
    assert read(su_status="N", status="F").status is Status.NOVO


@pytest.mark.parametrize(
    ("column", "code", "campo"),
    [
        ("su_status", "AG", "status"),
        ("su_status", "", "status"),
        ("tipo", "X", "tipo"),
        ("tipo", "", "tipo"),
        ("prioridade", "N", "prioridade"),
        ("prioridade", "U", "prioridade"),
    ],
)
def test_codes_without_meaning_are_not_guessed(column: str, code: str, campo: str) -> None:
    assert unreadable(**{column: code}) == Unreadable("1", campo, code)


def test_other_codes_without_meaning_are_none() -> None:
    ticket = read(
        id_ticket_origem="A", interacao_pendente="X", melhor_horario_reserva="?", origem_endereco="??", prioridade=""
    )
    assert ticket.origem is Origem.OUTRO
    assert (ticket.interacao_pendente, ticket.melhor_horario, ticket.origem_endereco, ticket.prioridade) == (None,) * 4
    assert read(id_ticket_origem="").origem is None


def test_a_tenant_gives_codes_a_meaning() -> None:
    dialect = Dialect.of(ZONE, {"status": {"AG": "Em Progresso"}, "origem": {"A": "suporte online"}})
    ticket = read_ticket(SuTicket.of({**ROW, "su_status": "AG", "id_ticket_origem": "A"}), dialect, lambda k, i: "")
    assert isinstance(ticket, Atendimento)
    assert (ticket.status, ticket.origem) == (Status.EM_PROGRESSO, Origem.SUPORTE_ONLINE)
    assert columns({"status": Status.EM_PROGRESSO}, Tipo.CLIENTE, dialect) == {"su_status": "AG"}
    assert columns({"status": Status.PENDENTE}, Tipo.CLIENTE, dialect) == {"su_status": "P"}


def test_the_footer_is_cut_from_the_text() -> None:
    for ends in ("\n", "\r\n", "<br />\r\n"):
        ticket = read(menssagem=f"Sem sinal\n\n{FOOTER}".replace("\n", ends))
        assert ticket.footer == FOOTER
        assert normal(ticket.descricao) == "Sem sinal"


@pytest.mark.parametrize("footer", [None, FOOTER])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "<br />\r\n"])
def test_script_and_first_contact_stand_in_the_text(footer: Footer | None, ends: str) -> None:
    written = description(Atendimento(descricao="Sem sinal", script=SCRIPT, primeiro_contato=CONTATO, footer=footer))
    ticket = read(menssagem=written.replace("\n", ends))
    assert (ticket.descricao, ticket.script, ticket.primeiro_contato) == ("Sem sinal", SCRIPT, CONTATO)
    assert ticket.footer == footer


def test_html_without_blocks_stays_in_the_text() -> None:
    text = "<p>[Primeiro Contato]</p><p>feito por telefone</p>"
    ticket = read(menssagem=text)
    assert (ticket.descricao, ticket.script, ticket.primeiro_contato) == (text, (), None)


def test_the_stamp_of_a_ticket_without_one_of_its_own() -> None:
    assert read(data_ultima_alteracao="0000-00-00 00:00:00").alterado_em == datetime(2026, 9, 1, 11, 5, tzinfo=UTC)


def test_a_structure() -> None:
    ticket = read(tipo="E", id_estrutura="8", id_cliente="0", origem_endereco_estrutura="E")
    assert (ticket.tipo, ticket.estrutura, ticket.cliente) == (Tipo.ESTRUTURA, Termo(id="8"), None)
    assert ticket.origem_endereco is OrigemEndereco.ESTRUTURA
    written = columns({"origem_endereco": OrigemEndereco.MANUAL}, Tipo.ESTRUTURA, DIALECT)
    assert written == {"origem_endereco_estrutura": "M"}


@pytest.mark.parametrize(
    ("campo", "value", "tipo"),
    [
        ("origem", Origem.FAX, Tipo.CLIENTE),
        ("origem_endereco", OrigemEndereco.ESTRUTURA, Tipo.CLIENTE),
        ("origem_endereco", OrigemEndereco.LOGIN, Tipo.ESTRUTURA),
    ],
)
def test_what_has_no_code_is_refused(campo: str, value: Any, tipo: Tipo) -> None:
    with pytest.raises(NoCode, match=campo):
        columns({campo: value}, tipo, DIALECT)


def test_priorities_are_those_of_tickets_not_of_work_orders() -> None:
    assert {p: codes.PRIORIDADE.write(p) for p in Prioridade} == {
        Prioridade.BAIXA: "B", Prioridade.NORMAL: "M", Prioridade.ALTA: "A", Prioridade.CRITICA: "C",
    }  # fmt: skip


class TestWholeRecord:
    def test_everything_goes_back_but_the_id_and_the_stamp(self) -> None:
        record = whole_record({**ROW, "uma_coluna_nova": 5, "outra": None}, {"prioridade": "A"})
        assert set(record) == set(ROW) - {"id", "ultima_atualizacao"} | {
            "uma_coluna_nova",
            "outra",
            "atualizar_cliente",
            "atualizar_login",
        }
        assert record["prioridade"] == "A"
        assert (record["uma_coluna_nova"], record["outra"]) == ("5", "")
        assert (record["su_status"], record["id_ticket_setor"], record["menssagem"]) == (
            "EP",
            "4",
            "Cliente relata ...",
        )

    def test_the_client_is_never_overwritten(self) -> None:
        record = whole_record(ROW, {})
        assert (record["atualizar_cliente"], record["atualizar_login"]) == ("", "")

    def test_dates_are_turned(self) -> None:
        record = whole_record({**ROW, "data_reservada": "2026-10-05"}, {})
        assert record["data_criacao"] == "01/09/2026 08:00:00"
        assert record["data_reservada"] == "05/10/2026"

    @pytest.mark.parametrize("zero", ["0000-00-00", "0000-00-00 00:00:00", "2024-03-00"])
    def test_zero_dates_are_nothing(self, zero: str) -> None:
        assert whole_record({**ROW, "data_reservada": zero}, {})["data_reservada"] == ""

    def test_a_text_that_looks_like_a_date_stays(self) -> None:
        record = whole_record({**ROW, "titulo": "2026-09-01", "protocolo": "2026-09-01"}, {})
        assert (record["titulo"], record["protocolo"]) == ("2026-09-01", "2026-09-01")


@pytest.mark.parametrize(
    ("column", "sent", "stored", "same"),
    [
        ("menssagem", "a\nb", "a\r\nb", True),
        ("menssagem", "a\nb", "a<br />b", False),
        ("titulo", "Sem sinal hoje", "Sem sinal", False),
        ("id_login", "", "0", True),
        ("data_reservada", "", "0000-00-00", True),
        ("data_reservada", "05/10/2026", "2026-10-05", True),
        ("longitude", "-46.0", "-46", True),
        ("prioridade", "A", "M", False),
    ],
)
def test_what_need_not_be_written(column: str, sent: str, stored: str, same: bool) -> None:
    assert translate.same(column, sent, stored) is same


class TestKept:
    @pytest.mark.parametrize(
        ("column", "sent", "stored"),
        [
            ("id_login", "", "0"),
            ("id_login", "45", "45"),
            ("data_reservada", "05/10/2026", "2026-10-05"),
            ("data_reservada", "", "0000-00-00"),
            ("titulo", "Sem conexão 😀", "Sem conexão ????"),
            ("titulo", "x" * 250, "x" * 200),
            ("menssagem", "a\nb", "a\r\nb "),
            ("menssagem", "a\nb", "a<br />\r\nb"),
            ("latitude", "-23.5", "-23.50"),
            ("prioridade", "A", "A"),
        ],
    )
    def test_losses_of_storage_do_not_count(self, column: str, sent: str, stored: str) -> None:
        assert translate.kept(column, sent, stored, "o de antes")

    @pytest.mark.parametrize(
        ("column", "sent", "stored"),
        [
            ("id_login", "45", "0"),
            ("data_reservada", "05/10/2026", "0000-00-00"),
            ("titulo", "Novo", "Velho"),
            ("menssagem", "a", ""),
            ("prioridade", "A", "M"),
            ("prioridade", "A", ""),
            ("id_ticket_origem", "H", "I"),
        ],
    )
    def test_anything_else_does(self, column: str, sent: str, stored: str) -> None:
        assert not translate.kept(column, sent, stored, "o de antes")

    def test_a_value_that_is_still_the_old_one_was_not_kept(self) -> None:
        assert not translate.kept("titulo", "Sem sinal hoje", "Sem sinal", "Sem sinal")
        assert translate.kept("titulo", "Sem sinal hoje", "Sem sinal", "Lento")


# --- there and back ----------------------------------------------------------------------------------------------

ids = st.integers(1, 10**9).map(str)
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\u2028\u2029\x85"), max_size=150)
texts = textos().map(clean).map(normal)
optional = st.none() | texts.map(lambda text: text or None)
termos = st.none() | st.builds(Termo, id=ids)
vinculos = st.none() | st.builds(Vinculo, id=ids)

written_fields = {
    "protocolo": st.none() | st.integers(1, 10**12).map(str),
    "cliente": st.none() | st.builds(Cliente, id=ids),
    **dict.fromkeys(translate.TERMS, termos),
    **dict.fromkeys(translate.LINKS, vinculos),
    "titulo": lines,
    "endereco": st.none() | lines.filter(bool),
    "latitude": st.none() | st.floats(-90, 90),
    "longitude": st.none() | st.floats(-180, 180),
    "prioridade": st.sampled_from(Prioridade),
    "data_reservada": st.none() | st.dates(date(1000, 1, 1)),
    "melhor_horario": st.none() | st.sampled_from(MelhorHorario),
    "origem": st.none() | st.sampled_from([Origem.INTERNA, Origem.HOTSITE]),
    "interacao_pendente": st.none() | st.sampled_from(InteracaoPendente),
    "status": st.sampled_from(Status),
    "descricao": texts,
    "script": st.lists(
        st.builds(
            PerguntaResposta,
            pergunta=texts,
            opcoes=st.lists(texts, max_size=3).map(tuple),
            resposta=optional,
            explicacao_cliente=optional,
            explicacao_operador=optional,
        ),
        max_size=2,
    ).map(tuple),
    "primeiro_contato": st.none()
    | st.builds(
        PrimeiroContato, verificacoes=optional, resolvido=st.booleans(), solucao=optional, pede_os=st.booleans()
    ),
}
origins = {
    Tipo.CLIENTE: [OrigemEndereco.MANUAL, OrigemEndereco.CLIENTE, OrigemEndereco.LOGIN, OrigemEndereco.CONTRATO],
    Tipo.ESTRUTURA: [OrigemEndereco.MANUAL, OrigemEndereco.ESTRUTURA],
}


@st.composite
def tickets(draw: st.DrawFn) -> dict[str, Any]:
    tipo = draw(st.sampled_from(Tipo))
    found = draw(st.fixed_dictionaries(written_fields))
    return {**found, "tipo": tipo, "origem_endereco": draw(st.sampled_from(origins[tipo]))}


def as_stored(record: dict[str, str]) -> dict[str, str]:
    """What the database makes of a written record: dates in its own form."""
    day = values.moment(record["data_reservada"])
    return {**record, "data_reservada": day.isoformat()[:10] if day else "0000-00-00"}


@given(tickets(), st.none() | footers())
@settings(max_examples=300)
def test_there_and_back(given_fields: dict[str, Any], footer: Footer | None) -> None:
    record = columns(given_fields, given_fields["tipo"], DIALECT)
    record["menssagem"] = description(Atendimento(**given_fields, footer=footer))
    back = read_ticket(SuTicket.of({"id": "5", **as_stored(record)}), DIALECT, lambda kind, id: "")
    assert isinstance(back, Atendimento)
    assert {name: getattr(back, name) for name in given_fields} | {"descricao": normal(back.descricao)} == given_fields
    assert back.footer == footer


def test_every_field_that_can_be_created_is_translated() -> None:
    created = {name for name, able in FIELDS.items() if able.create}
    assert created == {*written_fields, "tipo", "origem_endereco"}


@given(lines | st.lists(lines, max_size=4).map("\n".join), st.booleans())
def test_descriptions_there_and_back(text: str, with_footer: bool) -> None:
    footer = Footer(ref=Ref(erp="filial", id="01A", part="m7"), protocolo="77", notas=("Canal: WhatsApp",))
    back = read(menssagem=description(Atendimento(descricao=text, footer=footer if with_footer else None)))
    assert normal(back.descricao) == normal(text)
    assert back.footer == (footer if with_footer else None)


# --- nothing crashes ---------------------------------------------------------------------------------------------

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=[]), max_size=40),
    st.sampled_from(
        [
            "",
            "0",
            "0000-00-00",
            "0000-00-00 00:00:00",
            "2024-03-00",
            "N",
            "M",
            "C",
            "E",
            "EP",
            "\ud800",
            "-- erp_bridge\n[ref a b prot c]",
        ]
    ),
    st.just("😀á" * 16_000),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.dictionaries(st.sampled_from(sorted(ROW)), odd))
@settings(max_examples=300)
def test_no_record_crashes_the_reader(changes: dict[str, Any]) -> None:
    for record in ({**ROW, **changes}, changes, {key: ROW[key] for key in ROW if key not in changes}):
        found = read_ticket(SuTicket.of(record), DIALECT, lambda kind, id: "")
        assert isinstance(found, Atendimento | Unreadable)
        if isinstance(found, Atendimento):
            found.model_dump_json()
        back = whole_record(record, {})
        assert all(isinstance(text, str) for text in back.values())
