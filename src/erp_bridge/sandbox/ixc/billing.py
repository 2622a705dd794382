"""The monthly run that makes invoices: it takes off what stands on the contract by then, and nothing afterwards."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

from erp_bridge.sandbox.ixc import writes
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row

_DUE_DAY = 10


def bill(state: State, contract: Row, operator: str) -> Row:
    """The contract's next invoice. Discounts count while they have not ended; an item counts as often as it says."""
    issued = _next_issue(state, contract)
    price = _price(state, contract) - _discounts(state, contract, issued) + _items(state, contract)
    values = {
        "id_cliente": contract["id_cliente"], "id_contrato": contract["id"], "filial_id": "1", "nparcela": "1",
        "tipo_recebimento": "Gateway", "tipo_cobranca": "I", "status": "A", "valor": f"{price:.2f}",
        "valor_aberto": f"{price:.2f}", "data_emissao": str(issued),
        "data_vencimento": str(issued.replace(day=_DUE_DAY)),
    }  # fmt: skip
    return writes.add(state, state.tables["fn_areceber"], values, operator)


def _next_issue(state: State, contract: Row) -> date:
    """The first day of the month after the last invoice; of this month where there is none."""
    invoices = state.tables["fn_areceber"]
    columns = ("id_contrato", "id_contrato_avulso", "id_contrato_principal")
    own = {id_ for column in columns for id_ in invoices.where(column, [contract["id"]])}
    issued = max((invoices[id_]["data_emissao"] for id_ in own), default="")
    if not issued:
        return date.fromisoformat(state.stamp()[:10]).replace(day=1)
    last = date.fromisoformat(issued)
    return date.fromordinal(last.replace(day=calendar.monthrange(last.year, last.month)[1]).toordinal() + 1)


def _price(state: State, contract: Row) -> Decimal:
    products = state.tables["vd_contratos_produtos"]
    own = products.where("id_contrato", [contract["id"]])
    if contract["id_vd_contrato"] not in ("", "0"):
        own |= products.where("id_vd_contrato", [contract["id_vd_contrato"]])
    return sum((Decimal(products[id_]["valor_unit"]) * Decimal(products[id_]["qtde"]) for id_ in own), Decimal())


def _discounts(state: State, contract: Row, issued: date) -> Decimal:
    rows = state.tables["cliente_contrato_descontos"]
    own = [rows[id_] for id_ in rows.where("id_contrato", [contract["id"]])]
    alive = [row for row in own if not row["data_validade"] or row["data_validade"] >= str(issued)]
    return sum((Decimal(row["valor"]) for row in alive), Decimal())


def _items(state: State, contract: Row) -> Decimal:
    rows = state.tables["cliente_contrato_servicos"]
    total = Decimal()
    for id_ in rows.where("id_contrato", [contract["id"]]):
        row = rows[id_]
        if row["status"] != "A":
            continue
        total += Decimal(row["valor_total"]) * (-1 if row["tipo_acres_desc"] == "D" else 1)
        if row["repetir"] != "S":
            left = int(row["repetir_qtde"] or 1) - 1
            row["repetir_qtde"] = str(left)
            row["status"] = "A" if left > 0 else "I"
    return total
