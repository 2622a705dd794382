"""What this adapter can do, by what is configured. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from erp_bridge.adapters.voalle.settings import FeedKind, VoalleSettings
from erp_bridge.core.adapter import Capability, FieldSupport
from erp_bridge.core.model import Atendimento, Status

_READ = FieldSupport(read=True)
_WRITTEN_ONCE = FieldSupport(read=True, create=True)
_CHOSEN = FieldSupport(create=True)

#: Fields of the model that Voalle holds.
_FIELDS: Mapping[str, FieldSupport] = {
    "id": _READ,
    "protocolo": _READ,
    "tipo": _WRITTEN_ONCE,
    "cliente": _WRITTEN_ONCE,
    "solicitante": _WRITTEN_ONCE,
    "estrutura": _READ,
    "ponto_roteamento": _READ,
    "etiqueta": _WRITTEN_ONCE,
    "contrato": _WRITTEN_ONCE,
    "login": _CHOSEN,
    "assunto": _WRITTEN_ONCE,
    "departamento": _READ,
    "responsavel": _READ,
    "titulo": _WRITTEN_ONCE,
    "descricao": _WRITTEN_ONCE,
    "script": _WRITTEN_ONCE,
    "primeiro_contato": _WRITTEN_ONCE,
    "aberto_em": _READ,
    "alterado_em": _READ,
    "encerrado_em": _READ,
}

_ALWAYS = frozenset(
    {
        Capability.CHANGED_SINCE, Capability.GET, Capability.FIND_BY_PROTOCOLO, Capability.TICKETS_OF_CLIENT,
        Capability.CREATE, Capability.MOVEMENTS, Capability.ADD_MOVEMENT, Capability.MOVEMENT_STATUS,
        Capability.SET_STATUS, Capability.FILES, Capability.DOWNLOAD, Capability.FIND_CLIENT,
        Capability.SEARCH_CLIENTS, Capability.CONTRACTS, Capability.VOCABULARY, Capability.PARAMETERS,
    }
)  # fmt: skip


def capabilities(settings: VoalleSettings) -> frozenset[Capability]:
    """The public calls, and those of which the tenant has told the parameters.

    Polling clients reads every open ticket by itself when it begins anew; a listing of them beside it would read all
    clients twice.
    """
    asked = {
        Capability.OPEN_TICKETS: settings.feed is not FeedKind.CLIENTS,
        Capability.GET_MANY: settings.feed is FeedKind.DATABASE,
        Capability.UPDATE: settings.maintenance is not None,
        Capability.FORWARD: settings.forward is not None,
        Capability.SET_LABEL: settings.set_label is not None,
        Capability.ATTACH: settings.documentation_type is not None,
    }
    return _ALWAYS | {capability for capability, there in asked.items() if there}


def statuses(settings: VoalleSettings) -> frozenset[Status]:
    """Those that have an id to write, and never back to novo."""
    return frozenset(settings.id_of_status) - {Status.NOVO}


def fields(settings: VoalleSettings, hidden: frozenset[str]) -> Mapping[str, FieldSupport]:
    """Every field of the model, also those that have no place here; ``hidden`` ones cannot be read."""
    has_teams, has_priorities = bool(settings.team_codes), bool(settings.vocab.get("prioridade"))
    return _fields(settings.maintenance is not None, has_teams, has_priorities, hidden)


@cache  # asked for several times a ticket
def _fields(
    changes_subject: bool, has_teams: bool, has_priorities: bool, hidden: frozenset[str]
) -> Mapping[str, FieldSupport]:
    found = {name: _FIELDS.get(name, FieldSupport()) for name in Atendimento.model_fields}
    found["status"] = FieldSupport(read=True, create=True, change=True)
    found["assunto"] = replace(found["assunto"], change=changes_subject)
    found["departamento"] = replace(found["departamento"], create=has_teams)
    found["prioridade"] = FieldSupport(create=has_priorities)
    return {name: replace(support, read=support.read and name not in hidden) for name, support in found.items()}
