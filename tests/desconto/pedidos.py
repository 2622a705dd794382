"""A sound request for the tests to change. Import as ``desconto.pedidos``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from erp_bridge import Cliente, MotivoDesconto, SolicitacaoDesconto, Vinculo


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00-03:00")


def request(**changes: Any) -> SolicitacaoDesconto:
    fields: dict[str, Any] = {
        "motivo": MotivoDesconto.ROMPIMENTO_EXTERNO,
        "solicitado_pelo_cliente": True,
        "descricao": "Poste derrubado.",
        "data_ocorrido": date(2026, 10, 3),
        "abertura_chamado": at("2026-10-03 14:30"),
        "retorno_sinal": at("2026-10-03 20:30"),
        "periodo": "6 horas",
        "protocolo_opa": "OPA202612345",
        "cliente": Cliente(id="55"),
        "contrato": Vinculo(id="7"),
    }
    return SolicitacaoDesconto(**fields | changes)
