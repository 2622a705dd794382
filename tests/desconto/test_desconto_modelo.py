"""The value, its ticket, and its rules: every code raised by what breaks it and by nothing else."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

import erp_bridge
from desconto.pedidos import at, request
from erp_bridge import (
    Cliente,
    Interrupcao,
    OrdemServico,
    SolicitacaoDesconto,
    Termo,
    ValidationFailed,
    Vinculo,
    ViolacaoDesconto,
    e_solicitacao_desconto,
    normalizar_protocolo_opa,
    validar_desconto,
    validate,
)
from erp_bridge.core.desconto.messages import DESCONTO_MESSAGES
from erp_bridge.core.desconto.regras import AVISOS
from erp_bridge.core.messages import MESSAGES

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def codes(s: SolicitacaoDesconto, **known: Any) -> list[tuple[str, str]]:
    return [(v.code, v.campo) for v in validar_desconto(s, agora=NOW, **known)]


def test_a_sound_request_breaks_nothing() -> None:
    assert codes(request()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"motivo": None}, [("motivo-desconto-obrigatorio", "motivo")]),
        ({"motivo": None, "programada": True}, []),
        ({"data_ocorrido": None}, [("data-ocorrido-obrigatoria", "data_ocorrido")]),
        (
            {"abertura_chamado": None},
            [("abertura-chamado-obrigatoria", "abertura_chamado")],
        ),
        ({"retorno_sinal": at("2026-10-03 14:29")}, [("fim-antes-do-inicio", "retorno_sinal")]),
        ({"retorno_sinal": at("2026-10-03 14:30")}, []),
        (
            {"interrupcoes": (Interrupcao(inicio=at("2026-10-05 10:00"), fim=at("2026-10-05 09:00")),)},
            [("fim-antes-do-inicio", "interrupcoes.0.fim")],
        ),
        ({"data_ocorrido": date(2026, 11, 2)}, [("data-futura", "data_ocorrido")]),
        ({"retorno_sinal": at("2026-11-01 09:01")}, [("data-futura", "retorno_sinal")]),
        ({"retorno_sinal": at("2026-11-01 09:00")}, []),
        ({"data_ocorrido": date(1999, 12, 31)}, [("data-implausivel", "data_ocorrido")]),
        ({"protocolo_opa": "nao tem"}, [("protocolo-opa-invalido", "protocolo_opa")]),
        ({"protocolo_opa": "202612345"}, []),
        ({"protocolo_opa": None}, []),
        ({"retorno_sinal": None}, [("sem-retorno-do-sinal", "retorno_sinal")]),
        ({"contrato": None}, [("sem-contrato", "contrato")]),
        ({"descricao": ""}, [("sem-relato", "descricao")]),
        ({"motivo": "visita_adiada"}, [("sem-ordem-de-servico", "descricao")]),
        ({"motivo": "falha_da_empresa"}, [("sem-ordem-de-servico", "descricao")]),
        ({"motivo": "visita_adiada", "descricao": "O.S. 4412 remarcada"}, []),
        ({"motivo": "visita_adiada", "descricao": "ordem de serviço nº 4412"}, []),
        ({"motivo": "visita_adiada", "descricao": "na OS4412"}, []),
        ({"motivo": "visita_adiada", "descricao": "os 44123 passou"}, []),
        ({"motivo": "visita_adiada", "descricao": "OS: nº 4412"}, []),
        ({"motivo": "visita_adiada", "descricao": "os 3 técnicos"}, [("sem-ordem-de-servico", "descricao")]),
        ({"motivo": "visita_adiada", "descricao": "todos 4412"}, [("sem-ordem-de-servico", "descricao")]),
        ({"motivo": "visita_adiada", "descricao": "O.S. remarcada"}, [("sem-ordem-de-servico", "descricao")]),
        ({"motivo": "roubo_caixa_emenda"}, [("sem-boletim-de-ocorrencia", "descricao")]),
        ({"motivo": "roubo_caixa_emenda", "descricao": "B.O. 12/2026"}, []),
        (
            {"interrupcoes": (Interrupcao(inicio=at("2026-10-03 20:00"), fim=at("2026-10-03 21:00")),)},
            [("interrupcoes-sobrepostas", "interrupcoes")],
        ),
        (
            {"abertura_chamado": at("2026-09-01 00:00"), "retorno_sinal": at("2026-10-01 00:01")},
            [("interrupcao-maior-que-um-mes", "retorno_sinal")],
        ),
    ],
)
def test_each_rule(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(request(**changes)) == expected


def test_the_contract_bounds_the_time() -> None:
    october = {"inicio_contrato": date(2026, 10, 1), "fim_contrato": date(2026, 10, 31)}
    assert codes(request(), **october) == []
    late = {"inicio_contrato": date(2026, 10, 4)}
    assert codes(request(), **late) == [
        ("fora-do-contrato", campo) for campo in ("data_ocorrido", "abertura_chamado", "retorno_sinal")
    ]
    over = request(retorno_sinal=at("2026-10-05 01:00"))
    assert codes(over, fim_contrato=date(2026, 10, 4)) == [("fora-do-contrato", "retorno_sinal")]


def test_days_are_those_of_the_zone() -> None:
    edge = request(retorno_sinal=at("2026-10-04 00:30"))  # 23:30 of the third in Manaus
    assert codes(edge, fim_contrato=date(2026, 10, 3)) == [("fora-do-contrato", "retorno_sinal")]
    assert codes(edge, fim_contrato=date(2026, 10, 3), timezone="America/Manaus") == []


def test_a_work_order_of_the_ticket_proves_the_visit() -> None:
    visit = request(motivo="visita_adiada")
    assert codes(visit, ordens=[OrdemServico(id="1")]) == []


def test_the_client_must_have_asked() -> None:
    with pytest.raises(ValidationError) as raised:
        request(solicitado_pelo_cliente=False)
    [error] = raised.value.errors()
    assert (error["type"], error["loc"]) == ("nao-solicitado-pelo-cliente", ("solicitado_pelo_cliente",))
    forged = request().model_copy(update={"solicitado_pelo_cliente": False})
    assert codes(forged) == [("nao-solicitado-pelo-cliente", "solicitado_pelo_cliente")]
    with pytest.raises(ValidationFailed, match="nao-solicitado-pelo-cliente"):
        forged.to_atendimento()


def test_times_without_a_zone_are_those_of_sao_paulo() -> None:
    for campo in ("abertura_chamado", "retorno_sinal"):
        made = request(**{campo: datetime(2026, 10, 3, 14, 30)})
        assert getattr(made, campo) == datetime(2026, 10, 3, 17, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        validar_desconto(request(), agora=datetime(2026, 10, 3))


def test_errors_come_before_warnings_and_say_which_they_are() -> None:
    found = validar_desconto(request(contrato=None, motivo=None, descricao=""), agora=NOW)
    assert [v.severity for v in found] == ["error", "warning", "warning"]
    assert [v.aviso for v in found] == [False, True, True]
    assert isinstance(found[0], erp_bridge.Violation)


def test_every_code_has_words_of_its_own_in_both_languages() -> None:
    assert set(DESCONTO_MESSAGES) >= AVISOS
    assert not set(DESCONTO_MESSAGES) & set(MESSAGES)
    for code, wording in DESCONTO_MESSAGES.items():
        violation = ViolacaoDesconto.of(code, "x")
        assert violation.message == wording.en
        assert violation.mensagem == wording.pt
        assert wording.en != wording.pt
        assert not [name for _, name, _, _ in string.Formatter().parse(wording.en + wording.pt) if name]


def test_its_ticket_is_sound_and_recognised() -> None:
    a = request().to_atendimento()
    assert validate(a) == []
    assert (a.departamento, a.assunto) == (Termo(nome="FINANCEIRO"), Termo(nome="DESCONTO EM FATURA"))
    assert (a.cliente, a.contrato, a.titulo) == (Cliente(id="55"), Vinculo(id="7"), "DESCONTO EM FATURA")
    assert e_solicitacao_desconto(a)
    other = request().to_atendimento(departamento=Termo(id="9", nome="Cobrança"), assunto="Crédito")
    assert (other.departamento, other.assunto) == (Termo(id="9", nome="Cobrança"), Termo(nome="Crédito"))
    assert not e_solicitacao_desconto(other)


@pytest.mark.parametrize(
    ("departamento", "assunto", "expected"),
    [
        ("financeiro", "Desconto em  fatura", True),
        ("FINANCEIRO ", "DESCONTO EM FATURA", True),
        ("Financeiro", "Segunda via de fatura", False),
        ("Suporte", "Desconto em fatura", False),
        (None, "Desconto em fatura", False),
        ("Financeiro", None, False),
    ],
)
def test_recognition(departamento: str | None, assunto: str | None, expected: bool) -> None:
    def term(nome: str | None) -> Termo | None:
        return Termo(nome=nome) if nome else None

    a = request().to_atendimento().model_copy(update={"departamento": term(departamento), "assunto": term(assunto)})
    assert e_solicitacao_desconto(a) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("OPA202612345", "OPA202612345"),
        ("opa 202612345", "OPA202612345"),
        ("Opa-202612345", "OPA202612345"),
        ("opa nº 2026-12345", "OPA202612345"),
        ("Opa! 1", "OPA1"),
        ("202612345", None),
        ("OPA", None),
        ("COPA2026", None),
        ("OPA2026 14", None),
        ("", None),
        (None, None),
    ],
)
def test_the_protocol_in_normal_form(typed: str | None, expected: str | None) -> None:
    assert normalizar_protocolo_opa(typed) == expected


def test_the_model_keeps_the_protocol_in_normal_form_where_it_has_one() -> None:
    assert request(protocolo_opa=" opa 2026-1 ").protocolo_opa == "OPA20261"
    assert request(protocolo_opa="202612345").protocolo_opa == "202612345"
    assert request(protocolo_opa="  -  ").protocolo_opa is None


def test_the_intervals_of_a_request() -> None:
    more = Interrupcao(inicio=at("2026-10-05 10:00"), fim=at("2026-10-05 11:00"))
    wrong = Interrupcao(inicio=at("2026-10-06 10:00"), fim=at("2026-10-06 09:00"))
    assert request(retorno_sinal=None, interrupcoes=(more, wrong)).intervalos == ((more.inicio, more.fim),)
    assert len(request(interrupcoes=(more,)).intervalos) == 2
