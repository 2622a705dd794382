"""Portuguese for why passes failed."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "broken off: the process ended, or was told to": "interrompida: o processo terminou ou recebeu ordem de terminar",
    "looked only, as it was asked to": "só olhou, como pedido",
    "a fault of erp-bridge itself ({kind}); the log tells where": (
        "uma falha do próprio erp-bridge ({kind}); o log diz onde"
    ),
    "{pair}: the last pass failed: {why}": "{pair}: a última passada falhou: {why}",
}
