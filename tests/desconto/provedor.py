"""Discount requests in simulated ERPs, and what stands in their books. Import as ``desconto.provedor``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from erp_bridge.sandbox.world import World

ITEMS, DISCOUNTS = "cliente_contrato_servicos", "cliente_contrato_descontos"
#: As a person types it: two outages would be 6 h 31 min.
BLOCO = """descricao: rompimento externo - poste derrubado na BR
data ocorrido: 10/09/26
hora abertura do chamado: 08h00
hora do retorno do sinal da internet: 14:31
protocolo opa: opa 2026-12345"""
POR_MINUTO = Decimal(391) / 43200
SERVICO = {"desconto": '{ via = "servico", id_produto = "77", id_unidade = "1" }'}
CONTRATO = {"desconto": '{ via = "contrato" }'}


def with_one_contract(world: World, *, common: bool = True) -> list[tuple[str, str, str]]:
    """(document, client, contract) of the left side: active, alone with its document, one active contract.

    ``common``: known in the same way on the right.
    """
    found = []
    sides = (world.left, world.right) if common else (world.left,)
    for client in world.left.clientes:
        if not client.documento:
            continue
        here = [[c for c in side.clientes if c.documento == client.documento] for side in sides]
        if any(len(some) != 1 or not some[0].ativo for some in here):
            continue
        contracts = [
            [c for c in side.contratos if c.cliente_id == some[0].id] for side, some in zip(sides, here, strict=True)
        ]
        if all(len(own) == 1 and own[0].situacao == "ativo" for own in contracts):
            found.append((client.documento, str(client.id), str(contracts[0][0].id)))
    return found


def open_request(sim: Any, client: str, contract: str = "0", *, text: str = BLOCO, side: str = "left") -> str:
    """A person opens a discount request at the ERP's screen; its id."""
    subject, department = ("53", "2") if side == "left" else ("553", "502")
    return str(
        sim.people.open_ticket(
            id_cliente=client, id_contrato=contract, id_assunto=subject, id_ticket_setor=department,
            titulo="DESCONTO EM FATURA", menssagem=text.replace("\n", "\r\n"), prioridade="M",
        )
    )  # fmt: skip


def booked(sim: Any, contract: str = "") -> list[dict[str, str]]:
    """The discounts that stand in the books of an IXC, in either way."""
    rows = [row.full() for name in (ITEMS, DISCOUNTS) for row in sim.tables[name].values()]
    return [row for row in rows if contract in ("", row["id_contrato"])]


def fee(world: World, contract: str) -> Decimal:
    """The price of a contract's plan on the left."""
    return next(c.plano.mensalidade for c in world.left.contratos if str(c.id) == contract)
