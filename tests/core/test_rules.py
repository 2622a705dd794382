"""Every rule, with a ticket that breaks it and one that does not."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.strategies import WHOLE_TICKETS, atendimentos, movimentacoes, parametros
from erp_bridge.core.clock import SystemClock
from erp_bridge.core.messages import MESSAGES
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Movimentacao,
    OrigemEndereco,
    PrimeiroContato,
    Status,
    Termo,
    Vinculo,
)
from erp_bridge.core.rules import (
    ParametrosAtendimento,
    Violation,
    check_search,
    validate,
    validate_movimentacao,
)

TODAY = date(2026, 9, 1)
MARIA = Cliente(id="500", documento="11144477735", nome="Maria")
CONTRATO = Vinculo(id="900", nome="Fibra 500", ativo=True)
LOGIN = Vinculo(id="456", nome="maria@isp", ativo=True)


def ticket(**changes: Any) -> Atendimento:
    """A ticket without fault, and the changes to it."""
    whole: dict[str, Any] = {
        "cliente": MARIA,
        "titulo": "Sem conexão",
        "descricao": "Cliente relata queda desde 08:00",
        "departamento": Termo(id="4", nome="suporte tecnico"),
        "prioridade": "normal",
        "status": "novo",
    }
    return Atendimento(**{**whole, **changes})


@dataclass(frozen=True)
class Case:
    """One rule: what breaks it under these parameters, and what satisfies it under the same."""

    code: str
    campo: str
    broken: Mapping[str, Any]
    fine: Mapping[str, Any] = field(default_factory=dict)
    demands: Mapping[str, Any] = field(default_factory=dict)


def first_contact(**changes: Any) -> dict[str, Any]:
    return {"primeiro_contato": PrimeiroContato(**changes)}


CASES = [
    Case("cliente-obrigatorio", "cliente", {"cliente": None}),
    Case("cliente-obrigatorio", "cliente", {"cliente": Cliente(id=" ")}, {"cliente": Cliente(documento="11144477735")}),
    Case(
        "estrutura-obrigatoria",
        "estrutura",
        {"tipo": "estrutura", "cliente": None},
        {"tipo": "estrutura", "cliente": None, "estrutura": Termo(id="7", nome="POP Centro")},
    ),
    Case("titulo-obrigatorio", "titulo", {"titulo": " \r\n"}),
    Case("departamento-obrigatorio", "departamento", {"departamento": None}),
    Case("departamento-obrigatorio", "departamento", {"departamento": Termo()}, {"departamento": Termo(nome="sac")}),
    Case("prioridade-obrigatoria", "prioridade", {"prioridade": None}),
    Case("descricao-obrigatoria", "descricao", {"descricao": ""}),
    Case("status-obrigatorio", "status", {"status": None}),
    Case(
        "assunto-obrigatorio",
        "assunto",
        {"assunto": None},
        {"assunto": Termo(id="34")},
        {"assunto_obrigatorio": True},
    ),
    Case("login-obrigatorio", "login", {}, {"login": LOGIN}, {"login_obrigatorio": True}),
    Case("contrato-obrigatorio", "contrato", {}, {"contrato": CONTRATO}, {"contrato_obrigatorio": True}),
    Case(
        "contrato-obrigatorio",
        "contrato",
        {"login": LOGIN},
        {"login": LOGIN, "contrato": CONTRATO},
        {"login_obrigatorio": True, "login_exige_contrato": True},
    ),
    Case(
        "contrato-obrigatorio-assinatura",
        "contrato",
        {"processo": Termo(id="18")},
        {"processo": Termo(id="18"), "contrato": CONTRATO},
        {"processos_com_assinatura": {"18"}},
    ),
    Case(
        "contrato-obrigatorio-assinatura",
        "contrato",
        {"processo": Termo(id="18")},
        {"processo": Termo(id="19")},
        {"processos_com_assinatura": [18]},
    ),
    Case("canal-obrigatorio", "canal", {}, {"canal": Termo(id="3")}, {"canal_obrigatorio": True}),
    Case(
        "status-complementar-obrigatorio",
        "status_complementar",
        {},
        {"status_complementar": Termo(nome="aguardando peça")},
        {"status_complementar_obrigatorio": True},
    ),
    Case("processo-obrigatorio", "processo", {}, {"processo": Termo(id="18")}, {"processo_obrigatorio": True}),
    Case(
        "canal-inativo",
        "canal",
        {"canal": Termo(id="3")},
        {"canal": Termo(id="4")},
        {"canais_inativos": frozenset("3")},
    ),
    Case(
        "endereco-obrigatorio",
        "endereco",
        {"origem_endereco": "manual", "endereco": " "},
        {"origem_endereco": "manual", "endereco": "Rua A, 10"},
    ),
    Case("endereco-obrigatorio", "endereco", {"origem_endereco": "manual"}, {"origem_endereco": "cliente"}),
    Case(
        "origem-endereco-incompativel",
        "origem_endereco",
        {"login": LOGIN, "origem_endereco": "cliente"},
        {"login": LOGIN, "origem_endereco": "login"},
        {"login_obrigatorio": True},
    ),
    Case(
        "origem-endereco-incompativel",
        "origem_endereco",
        {"contrato": CONTRATO, "origem_endereco": "login"},
        {"contrato": CONTRATO, "origem_endereco": "contrato"},
        {"contrato_obrigatorio": True},
    ),
    Case(  # login wins
        "origem-endereco-incompativel",
        "origem_endereco",
        {"login": LOGIN, "contrato": CONTRATO, "origem_endereco": "contrato"},
        {"login": LOGIN, "contrato": CONTRATO, "origem_endereco": "login"},
        {"login_obrigatorio": True, "contrato_obrigatorio": True},
    ),
    Case(
        "coordenadas-sem-origem",
        "latitude",
        {"origem_endereco": "manual", "endereco": "Rua A, 10", "latitude": 0.0},
        {"origem_endereco": "login", "latitude": 0.0, "longitude": 0.0},
    ),
    Case("coordenadas-sem-origem", "latitude", {"longitude": -46.6}, {"origem_endereco": "estrutura", "longitude": 1}),
    Case(
        "contrato-de-outro-cliente",
        "contrato",
        {"contrato": CONTRATO},
        {"contrato": Vinculo(id="901")},
        {"donos_de_contrato": {"900": "501", "901": "500"}},
    ),
    Case(
        "login-de-outro-cliente",
        "login",
        {"login": LOGIN},
        {"login": Vinculo(id="999")},  # nobody knows whose it is
        {"donos_de_login": {456: 501}},
    ),
    Case("cliente-sem-contrato", "contrato", {}, {"contrato": CONTRATO}, {"exige_contrato": True}),
    Case(
        "cliente-sem-contrato",
        "contrato",
        {"cliente": Cliente(id="502")},
        {"cliente": MARIA},  # has one, though the ticket does not name it
        {"exige_contrato": True, "donos_de_contrato": {"900": "500"}},
    ),
    Case(
        "solucao-obrigatoria",
        "primeiro_contato.solucao",
        first_contact(resolvido=True),
        first_contact(resolvido=True, solucao="Reiniciado o roteador"),
    ),
    Case(
        "solucao-obrigatoria",
        "primeiro_contato.solucao",
        first_contact(resolvido=True, solucao=" "),
        first_contact(resolvido=False, verificacoes="Sinal fraco"),
    ),
    Case(
        "resolvido-com-os",
        "primeiro_contato.pede_os",
        first_contact(resolvido=True, solucao="feito", pede_os=True),
        first_contact(resolvido=False, pede_os=True),
    ),
    Case("transicao-invalida", "status", {}, {"status": "pendente"}, {"status_anterior": "pendente"}),
    Case(  # a cancelled ticket accepts nothing more, not even what leaves its status alone
        "transicao-invalida",
        "status",
        {"status": "cancelado"},
        {"status": "cancelado"},
        {"status_anterior": "cancelado"},
    ),
    Case(
        "data-reservada-passada",
        "data_reservada",
        {"data_reservada": date(2026, 8, 31)},
        {"data_reservada": TODAY},
    ),
    Case(
        "documento-invalido",
        "cliente.documento",
        {"cliente": Cliente(id="500", documento="111.444.777-36")},
        {"cliente": Cliente(id="500")},
    ),
    Case(
        "documento-invalido",
        "solicitante.documento",
        {"solicitante": Cliente(documento="123")},
        {"solicitante": Cliente(documento="11.222.333/0001-81")},
    ),
]
#: Codes with tests of their own below: they are not found in a ticket.
ELSEWHERE = {"motivo-pausa-obrigatorio", "busca-curta"}


def codes(violations: list[Violation]) -> list[str]:
    return [violation.code for violation in violations]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_broken_rule_and_no_other_is_named(case: Case) -> None:
    found = validate(ticket(**case.broken), ParametrosAtendimento(**case.demands), hoje=TODAY)
    assert [(violation.code, violation.campo) for violation in found] == [(case.code, case.campo)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_ticket_in_order_is_let_pass(case: Case) -> None:
    demands = dict(case.demands)
    if demands.get("status_anterior") == "cancelado":
        demands["status_anterior"] = "solucionado"
    assert validate(ticket(**case.fine), ParametrosAtendimento(**demands), hoje=TODAY) == []


def test_every_code_has_a_case_and_every_case_a_message() -> None:
    assert {case.code for case in CASES} | ELSEWHERE == set(MESSAGES)


def test_nothing_is_demanded_without_parameters() -> None:
    assert validate(ticket()) == []


def test_an_empty_ticket_names_all_that_is_missing_in_the_order_of_the_form() -> None:
    assert codes(validate(Atendimento())) == [
        "cliente-obrigatorio",
        "titulo-obrigatorio",
        "departamento-obrigatorio",
        "prioridade-obrigatoria",
        "descricao-obrigatoria",
        "status-obrigatorio",
    ]


def test_the_fault_is_told_in_both_languages_with_the_way_out() -> None:
    [found] = validate(ticket(login=LOGIN, origem_endereco="manual", endereco="Rua A"), demand(login_obrigatorio=True))
    assert "set origem_endereco to login" in found.message
    assert "use origem_endereco login" in found.mensagem


def test_a_violation_is_a_value() -> None:
    assert len({Violation.of("titulo-obrigatorio", "titulo"), Violation.of("titulo-obrigatorio", "titulo")}) == 1
    with pytest.raises(ValidationError):
        demand().canal_obrigatorio = True


def demand(**demands: Any) -> ParametrosAtendimento:
    return ParametrosAtendimento(**demands)


@pytest.mark.parametrize("origin", [None, OrigemEndereco.LOGIN])
def test_an_origin_not_yet_chosen_is_no_wrong_one(origin: OrigemEndereco | None) -> None:
    assert validate(ticket(login=LOGIN, origem_endereco=origin), demand(login_obrigatorio=True)) == []


def test_the_owner_of_a_contract_is_not_judged_for_a_client_without_id() -> None:
    unknown = ticket(cliente=Cliente(documento="11144477735"), contrato=CONTRATO)
    assert validate(unknown, demand(donos_de_contrato={"900": "501"})) == []


def test_a_structure_needs_no_contract_where_clients_do() -> None:
    structure = ticket(tipo="estrutura", cliente=None, estrutura=Termo(id="7"))
    assert validate(structure, demand(exige_contrato=True)) == []


class TestReservedDate:
    def test_without_a_day_given_a_ticket_is_judged_by_the_day_it_was_opened(self) -> None:
        opened = datetime(2020, 5, 10, 12, 0, tzinfo=UTC)
        assert validate(ticket(aberto_em=opened, data_reservada=date(2020, 5, 12))) == []
        assert codes(validate(ticket(aberto_em=opened, data_reservada=date(2020, 5, 9)))) == ["data-reservada-passada"]

    @pytest.mark.parametrize(("hour", "first_day"), [(4, date(2026, 8, 31)), (5, TODAY), (23, TODAY)])
    def test_a_ticket_not_yet_opened_is_judged_by_today_in_the_west_of_brazil(
        self, monkeypatch: pytest.MonkeyPatch, hour: int, first_day: date
    ) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda self: datetime(2026, 9, 1, hour, 0, tzinfo=UTC))
        assert validate(ticket(data_reservada=first_day)) == []
        day_before = first_day - timedelta(days=1)
        assert codes(validate(ticket(data_reservada=day_before))) == ["data-reservada-passada"]


class TestTransition:
    def test_the_message_names_both_ends_and_what_to_do(self) -> None:
        [found] = validate(ticket(status="novo"), demand(status_anterior="em_progresso"))
        assert "from em_progresso to novo" in found.message
        assert "pendente" in found.message
        assert "de em_progresso para novo" in found.mensagem

    @pytest.mark.parametrize("after", ["pendente", "em_progresso"])
    def test_reopening_has_to_be_allowed(self, after: str) -> None:
        before = demand(status_anterior="solucionado")
        assert "not reopened here" in validate(ticket(status=after), before)[0].message
        assert validate(ticket(status=after), before, reopen=True) == []

    def test_a_missing_status_is_no_transition(self) -> None:
        assert codes(validate(ticket(status=None), demand(status_anterior="novo"))) == ["status-obrigatorio"]
        found = codes(validate(ticket(status=None), demand(status_anterior="cancelado")))
        assert found == ["status-obrigatorio", "transicao-invalida"]

    @pytest.mark.parametrize("reopen", [False, True])
    @pytest.mark.parametrize("after", ["novo", "pendente", "cancelado"])
    def test_the_way_out_of_cancelado_is_always_a_new_ticket(self, after: str, reopen: bool) -> None:
        [found] = validate(ticket(status=after), demand(status_anterior="cancelado"), reopen=reopen)
        assert "open a new one" in found.message


class TestMovement:
    def test_pausing_needs_a_reason(self) -> None:
        silent = Movimentacao(tipo="pausado", texto=" ")
        assert codes(validate_movimentacao(silent, Status.EM_PROGRESSO)) == ["motivo-pausa-obrigatorio"]
        spoken = Movimentacao(tipo="pausado", texto="Aguardando peça")
        assert validate_movimentacao(spoken, Status.EM_PROGRESSO) == []

    @pytest.mark.parametrize("status", [Status.NOVO, Status.PENDENTE, Status.EM_PROGRESSO, Status.SOLUCIONADO, None])
    def test_a_message_may_be_written_on_any_ticket_that_is_not_cancelled(self, status: Status | None) -> None:
        assert validate_movimentacao(Movimentacao(texto="Oi"), status) == []
        assert validate_movimentacao(Movimentacao(texto="Oi", status=status), status) == []

    def test_a_cancelled_ticket_accepts_no_movement(self) -> None:
        assert codes(validate_movimentacao(Movimentacao(texto="Oi"), Status.CANCELADO)) == ["transicao-invalida"]

    @pytest.mark.parametrize("kind", ["assumido", "pausado"])
    def test_a_kind_that_reopens_is_judged_like_its_status(self, kind: str) -> None:
        movement = Movimentacao(tipo=kind, texto="de novo")
        assert codes(validate_movimentacao(movement, Status.SOLUCIONADO)) == ["transicao-invalida"]
        assert validate_movimentacao(movement, Status.SOLUCIONADO, reopen=True) == []
        assert validate_movimentacao(movement, Status.NOVO) == []

    def test_the_status_it_names_goes_before_the_one_of_its_kind(self) -> None:
        back = Movimentacao(tipo="assumido", status="novo")
        assert codes(validate_movimentacao(back, Status.PENDENTE)) == ["transicao-invalida"]

    @pytest.mark.parametrize("kind", ["solucionado", "cancelado"])
    def test_closing_is_allowed_from_every_open_status(self, kind: str) -> None:
        for status in (Status.NOVO, Status.PENDENTE, Status.EM_PROGRESSO):
            assert validate_movimentacao(Movimentacao(tipo=kind, texto="fim"), status) == []


@pytest.mark.parametrize(("texto", "expected"), [("", 1), ("a", 1), (" a ", 1), ("ab", 0), ("maria", 0), ("11", 0)])
def test_a_search_needs_two_characters(texto: str, expected: int) -> None:
    found = check_search(texto)
    assert codes(found) == ["busca-curta"] * expected
    assert all("2" in violation.message and "2" in violation.mensagem for violation in found)


@WHOLE_TICKETS
@given(atendimentos(), parametros(), st.none() | st.dates(), st.booleans())
def test_validating_never_raises_and_always_explains_itself(
    subject: Atendimento, demands: ParametrosAtendimento, day: date | None, reopen: bool
) -> None:
    for violation in validate(subject, demands, hoje=day, reopen=reopen):
        assert explained(violation)
        assert violation.campo.split(".")[0] in Atendimento.model_fields


@given(movimentacoes(), st.none() | st.sampled_from(Status), st.booleans())
def test_validating_a_movement_never_raises(movement: Movimentacao, status: Status | None, reopen: bool) -> None:
    assert all(explained(violation) for violation in validate_movimentacao(movement, status, reopen=reopen))


def explained(violation: Violation) -> bool:
    texts = (violation.message, violation.mensagem)
    return violation.code in MESSAGES and all(text and not set(text) & set("{}") for text in texts)


def test_messages_name_the_same_values_in_both_languages() -> None:
    def names(text: str) -> set[str]:
        return {
            name.removesuffix("_en").removesuffix("_pt") for _, name, _, _ in string.Formatter().parse(text) if name
        }

    assert not [code for code, wording in MESSAGES.items() if names(wording.en) != names(wording.pt)]
    assert not [code for code, wording in MESSAGES.items() if wording.en == wording.pt]
