"""What this adapter can do: what its source of rows offers, and the calls that are configured. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache

from erp_bridge.adapters.integrator.settings import IntegratorSettings, Movements
from erp_bridge.core.adapter import Capability, FieldSupport, Idempotency
from erp_bridge.core.model import Atendimento, Status

_READ = FieldSupport(read=True)
_WRITTEN_ONCE = FieldSupport(read=True, create=True)

#: Fields of the model that Integrator holds. None of them but the status can be changed later by a public call.
_FIELDS: Mapping[str, FieldSupport] = {
    "id": _READ,
    "protocolo": _READ,
    "tipo": _WRITTEN_ONCE,
    "cliente": _WRITTEN_ONCE,
    "estrutura": _READ,  # quirk 24
    "ponto_roteamento": _READ,
    "plano": _WRITTEN_ONCE,
    "assunto": _WRITTEN_ONCE,
    "departamento": _WRITTEN_ONCE,
    "titulo": _WRITTEN_ONCE,
    "descricao": _WRITTEN_ONCE,
    "script": _WRITTEN_ONCE,
    "primeiro_contato": _WRITTEN_ONCE,
    "origem": _WRITTEN_ONCE,
    "contato": _WRITTEN_ONCE,
    "status": _READ,
    "aberto_em": _READ,
    "alterado_em": _READ,
    "encerrado_em": _READ,
}


def capabilities(settings: IntegratorSettings, offers: Collection[Capability]) -> frozenset[Capability]:
    """What is there to be asked for. Three public calls are always there; the rest is the tenant's."""
    asked = {
        Capability.CREATE: True,
        Capability.ATTACH: True,
        Capability.CONTRACTS: True,
        Capability.INVOICES: True,
        Capability.VOCABULARY: True,
        Capability.PARAMETERS: True,
        Capability.ADD_MOVEMENT: can_comment(settings),
        # a message that can be read back by nobody is written as ever, one at a time
        Capability.POST_MOVEMENT: can_comment(settings) and {Capability.GET, Capability.MOVEMENTS} <= {*offers},
        Capability.TICKETS_BETWEEN: Capability.CHANGED_SINCE in offers,
        Capability.SET_STATUS: statuses(settings),
    }
    return frozenset({*offers, *(capability for capability, there in asked.items() if there)})


def statuses(settings: IntegratorSettings) -> frozenset[Status]:
    """Those that can be written: the tenant's lines, and never back to novo."""
    if settings.submethods.alterar_status is None:
        return frozenset()
    return frozenset(settings.code_of_status) - {Status.NOVO}


def fields(settings: IntegratorSettings, hidden: frozenset[str]) -> Mapping[str, FieldSupport]:
    """Every field of the model, also those that have no place here; ``hidden`` ones cannot be read."""
    return _fields(bool(statuses(settings)), hidden)


@cache  # asked for several times a ticket
def _fields(sets_status: bool, hidden: frozenset[str]) -> Mapping[str, FieldSupport]:
    found = {name: _FIELDS.get(name, FieldSupport()) for name in Atendimento.model_fields}
    found["status"] = FieldSupport(read=True, change=sets_status)
    return {name: replace(support, read=support.read and name not in hidden) for name, support in found.items()}


def idempotency(offers: Collection[Capability]) -> Idempotency:
    """A lost create is looked for in a listing, if there is one (quirk 22)."""
    listed = {Capability.TICKETS_OF_CLIENT, Capability.CHANGED_SINCE} & set(offers)
    return Idempotency.LISTING if listed else Idempotency.NONE


def carries_text(settings: IntegratorSettings) -> bool:
    """Whether a text can go along with a change of status, before it or within its call."""
    call = settings.submethods.alterar_status
    return can_comment(settings) or (call is not None and "texto" in call.placeholders)


def can_comment(settings: IntegratorSettings) -> bool:
    match settings.movements:
        case Movements.COMMENT:
            return settings.submethods.comentar is not None
        case Movements.ATTACHMENT:
            return True
        case _:
            return False
