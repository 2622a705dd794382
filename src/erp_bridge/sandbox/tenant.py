"""What one writes into a bridge.toml to reach the simulated tenants: vocabulary, query codes, submethods."""

from __future__ import annotations

from typing import Any

from erp_bridge.sandbox.catalogue import MATCHED_BY_NAME
from erp_bridge.sandbox.records import World

#: Status codes of the Integrator tenant: code, its name there, canonical name. Like many tenants it has no "novo".
INTEGRATOR_STATUS = (
    ("01PENDENTE", "Pendente", "pendente"),
    ("01ANDAMENT", "Em andamento", "em_progresso"),
    ("01CONCLUID", "Concluído", "solucionado"),
    ("01CANCELAD", "Cancelado", "cancelado"),
    ("01AGPECAS0", "Aguardando peças", ""),  # nobody told the bridge what this one means
)
_ADAPTER = {"left": "ixc", "right": "integrator"}


def demo_vocabulary(world: World, side: str, adapter: str | None = None) -> dict[str, dict[str, str]]:
    """The vocabulary lines of one side: kind → id there → canonical name.

    ``adapter`` is "ixc" or "integrator" (the usual one of that side when not given) and decides which ids are written.
    On purpose no line is written for the subjects without counterpart, for one subject that matches by its name, and
    for one Integrator status.
    """
    here = world.side(side)
    codes = (adapter or _ADAPTER[side]) == "integrator"
    lines = {
        "assunto": {
            a.codigo if codes else str(a.id): a.canonico
            for a in here.assuntos
            if a.canonico and a.canonico != MATCHED_BY_NAME
        },
        "departamento": {d.codigo if codes else str(d.id): d.canonico for d in here.departamentos},
    }
    if codes:
        lines["status"] = {codigo: canonico for codigo, _, canonico in INTEGRATOR_STATUS if canonico}
    return lines


def integrator_queries() -> dict[str, str]:
    """The codes of the queries saved in the simulated Integrator tenant, by the bridge's name for each."""
    return {
        "atendimentos": "01QATEND00",
        "abertos": "01QATEND03",
        "atendimento": "01QATEND01",
        "atendimento_protocolo": "01QATEND04",
        "atendimentos_cliente": "01QATEND02",
        "comentarios": "01QCOMENT0",
        "clientes": "01QCLIENT0",
        "clientes_busca": "01QCLIENT1",
        "cargos": "01QCARGOS0",
    }


def integrator_submethods() -> dict[str, dict[str, Any]]:
    """The calls that only this tenant has, as they are written under ``[erp.X.submethods]``."""
    return {
        "comentar": {
            "submethod": "atendimento.exemploComentar",
            "params": {"codoco": "{id}", "descri_com": "{texto}"},
        },
        "alterar_status": {
            "submethod": "atendimento.exemploStatus",
            "params": {"codoco": "{id}", "codsto": "{status}"},
        },
    }
