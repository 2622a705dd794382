"""Decisions in movements: the plain ones are read, everything else is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.strategies import textos
from erp_bridge import DecisaoDesconto, ler_decisao


@pytest.mark.parametrize(
    ("texto", "valor", "motivo"),
    [
        ("Aprovado R$ 12,34", "12.34", None),
        ("aprovado r$12,34", "12.34", None),
        ("APROVADO: R$ 12,34.", "12.34", None),
        ("Desconto aprovado: R$ 1.234,56", "1234.56", None),
        ("Desconto aprovado no valor de R$ 8,00", "8.00", None),
        ("Desconto de R$ 8,00 aprovado", "8.00", None),
        ("Solicitação de desconto deferida, R$ 8", None, "-"),
        ("Pedido aprovado = R$ 8", "8.00", None),
        ("Aprovado o desconto de 8,90", "8.90", None),
        ("Aprovado 8 reais", "8.00", None),
        ("Aprovado R$ 8.90", "8.90", None),
        ("Boa tarde, desconto autorizado R$ 5,00", "5.00", None),
        ("Desconto aprovado", None, None),
        ("Aprovado.", None, None),
        ("Crédito concedido: R$ 3,10 - na fatura de novembro", "3.10", "na fatura de novembro"),
        ("Desconto aprovado\nvale para a próxima fatura", None, "vale para a próxima fatura"),
        ("Desconto aprovado: R$ 3,10\nObservação: cliente ciente? sim", "3.10", "cliente ciente? sim"),
    ],
)
def test_plain_approvals(texto: str, valor: str | None, motivo: str | None) -> None:
    if motivo == "-":  # a comma between a decision and an amount is no plain sentence
        assert ler_decisao(texto) is None
        return
    assert ler_decisao(texto) == DecisaoDesconto(aprovado=True, valor=Decimal(valor) if valor else None, motivo=motivo)


@pytest.mark.parametrize(
    ("texto", "motivo"),
    [
        ("Desconto negado", None),
        ("Desconto negado: cliente em atraso", "cliente em atraso"),
        ("NEGADO - FORA DO PRAZO", "FORA DO PRAZO"),
        ("Solicitação indeferida. Manutenção avisada.", "Manutenção avisada."),
        ("Desconto não aprovado", None),
        ("desconto nao foi autorizado pois o cliente tinha sinal", "pois o cliente tinha sinal"),
        ("Recusado por falta de O.S.", "por falta de O.S."),
        ("Desconto negado: já houve R$ 12,00 em outubro", "já houve R$ 12,00 em outubro"),
        ("Desconto negado\nMotivo: talvez no mês que vem?", "talvez no mês que vem?"),
    ],
)
def test_plain_refusals(texto: str, motivo: str | None) -> None:
    assert ler_decisao(texto) == DecisaoDesconto(aprovado=False, motivo=motivo)


@pytest.mark.parametrize(
    "texto",
    [
        "",
        "R$ 12,34",
        "Desconto em análise",
        "Desconto aprovado?",
        "Aprovado R$ 12,34?",
        "Aprovado, mas aguardando a gerência",
        "Aprovado: se o cliente confirmar",
        "Desconto aprovado parcialmente",
        "Desconto aprovado: aguardando valor",
        "Aprovado R$ 12,34 ou R$ 15,00",
        "Aprovado R$ 12,34 - antes eram R$ 15,00",
        "Aprovado 10%",
        "Aprovado R$ 10%",
        "Aprovado R$ 12,3",
        "Aprovado R$ 12,345",
        "Aprovado R$ 0,00",
        "Aprovado R$ -5,00",
        "Aprovado 3 dias",
        "Aprovado 3",
        "Aprovado pelo gerente",
        "O desconto será aprovado amanhã",
        "Cliente pergunta se o desconto foi aprovado",
        "Favor verificar se aprovado R$ 12,34",
        "Desconto negado?",
        "Desconto negado: talvez revisar",
        "Desconto negado. Retificando: aprovado",
        "Aprovado. Correção: negado",
        "Desconto de R$ 12,00 negado",
        "Não sei se foi aprovado",
        "Desaprovado",
        "Negado o acesso do técnico ao prédio",
    ],
)
def test_everything_else_is_no_decision(texto: str) -> None:
    assert ler_decisao(texto) is None


amounts = st.decimals(Decimal("0.01"), Decimal("999999999.99"), places=2)
remarks = st.none() | textos()
decisions = st.builds(DecisaoDesconto, aprovado=st.just(True), valor=st.none() | amounts, motivo=remarks) | st.builds(
    DecisaoDesconto, aprovado=st.just(False), motivo=remarks
)


@given(decisions)
@example(DecisaoDesconto(aprovado=True, valor=Decimal(1), motivo="R$ 5"))
@example(DecisaoDesconto(aprovado=True, motivo=": R$ 5"))
@example(DecisaoDesconto(aprovado=False, motivo="Motivo: x\nObservação: y"))
def test_what_is_written_reads_back(decisao: DecisaoDesconto) -> None:
    assert ler_decisao(decisao.texto()) == decisao


@given(textos())
def test_nothing_else_fails(texto: str) -> None:
    ler_decisao(texto)
    ler_decisao(f"Desconto aprovado {texto}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aprovado": False, "valor": Decimal(5)},
        {"aprovado": True, "valor": Decimal(0)},
        {"aprovado": True, "valor": Decimal("-1")},
        {"aprovado": True, "valor": Decimal("1.001")},
        {"aprovado": True, "valor": Decimal("NaN")},
        {"aprovado": True, "valor": "1.999"},
    ],
)
def test_what_makes_no_sense_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DecisaoDesconto.model_validate(wrong)
