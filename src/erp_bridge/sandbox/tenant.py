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
#: Statuses of the Voalle tenant: id, title there, canonical name, whether they end a ticket. The numbers are those
#: that most sources show; of several with one meaning the first is the one that people take.
VOALLE_STATUS = (
    (1, "Abertura", "novo", False),
    (2, "Andamento", "em_progresso", False),
    (10, "Aguardando Retorno", "pendente", False),
    (11, "Cliente Ausente", "pendente", False),
    (12, "Agendado", "pendente", False),
    (4, "Encerramento", "solucionado", True),
    (3, "Fechamento", "solucionado", True),
    (8, "Cancelada", "cancelado", True),
    (16, "Em Análise", "", False),  # nobody told the bridge what this one means
)
#: Priorities of the Voalle tenant. Only that they are numbers is public.
VOALLE_PRIORIDADE = ((1, "baixa"), (2, "normal"), (3, "alta"), (4, "critica"))
#: A payload for the call that passes a ticket on: what is meant → the name of its field. The real one is not public.
VOALLE_FORWARD = {"protocol": "protocol", "team_code": "teamCode", "person": "personId", "description": "description"}
_ADAPTER = {"left": "ixc", "right": "integrator"}


def demo_vocabulary(world: World, side: str, adapter: str | None = None) -> dict[str, dict[str, str]]:
    """The vocabulary lines of one side: kind → id there → canonical name.

    ``adapter`` is "ixc", "integrator" or "voalle" (the usual one of that side when not given) and decides which ids
    are written. On purpose no line is written for the subjects without counterpart, for one subject that matches by
    its name, and for one status of Integrator.
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
    if adapter == "voalle":
        lines["prioridade"] = {str(code): canonico for code, canonico in VOALLE_PRIORIDADE}
    return lines


def voalle_tag(contrato_id: int) -> int:
    """The id of the service tag that the simulated Voalle tenant has for a contract."""
    return 100_000 + contrato_id


def voalle_settings(world: World, side: str, *, forward: bool = False) -> dict[str, Any]:
    """What one tells a bridge about the simulated Voalle tenant beside its addresses and credentials.

    ``forward`` adds the call that passes tickets on, for a tenant simulated with ``VOALLE_FORWARD``.
    """
    world.side(side)  # both sides are the same product; a wrong side is said at once
    keys: dict[str, Any] = {
        "closing_status": "4",
        "cancel_status": "8",
        "times": "local",
        "documentation_type": "1.01",
        "tx_id_type": {"pj": "1", "pf": "2"},
        "statuses": {str(code): canonico for code, _, canonico, _ in VOALLE_STATUS if canonico},
        "defaults": {"serviceLevelAgreementId": "3", "companyPlaceId": "1"},
        "maintenance": {"matrix_code": "01.01"},
        "set_label": {
            "path": "exemplo/alteraretiqueta",
            "params": {"assignmentId": "{id}", "contractServiceTagId": "{etiqueta}"},
        },
    }
    if forward:
        names = {"protocol": "{protocolo}", "team_code": "{departamento}", "person": "{responsavel}"}
        params = {VOALLE_FORWARD[meaning]: place for meaning, place in names.items()}
        keys["forward"] = {"params": {**params, VOALLE_FORWARD["description"]: "{texto}"}}
    return keys


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
