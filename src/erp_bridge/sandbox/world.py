"""A seeded world of two internet providers in Brazil, in words of no ERP: the data that the simulators serve.

The records themselves are in :mod:`~erp_bridge.sandbox.records`; everything is importable from here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from erp_bridge.sandbox import history, people
from erp_bridge.sandbox.records import (
    Anexo,
    Assunto,
    Canal,
    Cidade,
    Cliente,
    Contrato,
    Departamento,
    Endereco,
    Estrutura,
    Fatura,
    Funcionario,
    Login,
    Mensagem,
    OrdemServico,
    Pessoa,
    Plano,
    Processo,
    Prospecto,
    Side,
    StatusComplementar,
    Ticket,
    Transferencia,
    Usuario,
    World,
)
from erp_bridge.sandbox.tenant import (
    demo_vocabulary,
    integrator_queries,
    integrator_submethods,
    voalle_settings,
)

__all__ = [
    "Anexo",
    "Assunto",
    "Canal",
    "Cidade",
    "Cliente",
    "Contrato",
    "Departamento",
    "Endereco",
    "Estrutura",
    "Fatura",
    "Funcionario",
    "Login",
    "Mensagem",
    "OrdemServico",
    "Pessoa",
    "Plano",
    "Processo",
    "Prospecto",
    "Side",
    "StatusComplementar",
    "Ticket",
    "Transferencia",
    "Usuario",
    "World",
    "demo_vocabulary",
    "generate",
    "integrator_queries",
    "integrator_submethods",
    "voalle_settings",
]

#: The present of a world that is given none, so that a seed alone says everything.
DEFAULT_NOW = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)


def generate(
    seed: int = 1, *, clients: int = 80, left: int = 120, right: int = 60, paired: int = 0, now: datetime | None = None
) -> World:
    """A world of ``clients`` people with ``left`` and ``right`` tickets, opened in the six weeks before ``now``.

    The same arguments always give the same world. ``paired`` of the right tickets were opened by hand for a ticket of
    the left side and name its protocolo in their text.
    """
    now = (now or DEFAULT_NOW).astimezone(UTC).replace(microsecond=0)
    world = people.populate(seed, clients=clients, now=now)
    history.open_tickets(world, world.left, left)
    history.open_tickets(world, world.right, right, by_hand_too=min(paired, right))
    return world
