"""Discount requests: the value, its block of text, its rules, its arithmetic and the decision on it. Pure."""

from __future__ import annotations

from erp_bridge.core.desconto.bloco import e_solicitacao_desconto, escrever_bloco
from erp_bridge.core.desconto.calculo import (
    CalculoDesconto,
    PoliticaDesconto,
    calcular_desconto,
    calcular_desconto_total,
    detalhar_desconto,
    minutos_de_interrupcao,
    unir_intervalos,
)
from erp_bridge.core.desconto.decisao import DecisaoDesconto, ler_decisao
from erp_bridge.core.desconto.leitura import ler_bloco, normalizar_bloco
from erp_bridge.core.desconto.modelo import (
    ASSUNTO,
    DEPARTAMENTO,
    Interrupcao,
    LeituraDesconto,
    MotivoDesconto,
    SolicitacaoDesconto,
)
from erp_bridge.core.desconto.opa import normalizar_protocolo_opa
from erp_bridge.core.desconto.regras import AVISOS, ViolacaoDesconto, validar_desconto

__all__ = [
    "ASSUNTO",
    "AVISOS",
    "DEPARTAMENTO",
    "CalculoDesconto",
    "DecisaoDesconto",
    "Interrupcao",
    "LeituraDesconto",
    "MotivoDesconto",
    "PoliticaDesconto",
    "SolicitacaoDesconto",
    "ViolacaoDesconto",
    "calcular_desconto",
    "calcular_desconto_total",
    "detalhar_desconto",
    "e_solicitacao_desconto",
    "escrever_bloco",
    "ler_bloco",
    "ler_decisao",
    "minutos_de_interrupcao",
    "normalizar_bloco",
    "normalizar_protocolo_opa",
    "unir_intervalos",
    "validar_desconto",
]
