"""Which fields travel between two ERPs at all, by what each of them declares. Pure."""

from __future__ import annotations

from collections.abc import Callable

from erp_bridge.core.adapter import Capability
from erp_bridge.core.model import Atendimento
from erp_bridge.sync import fields
from erp_bridge.sync.carry import Party
from erp_bridge.sync.side import Both, Side

CarriesFrom = Callable[[Side], bool]

#: Read by adapters, but no matter of carrying.
_BOOKKEEPING = frozenset(
    {"id", "protocolo", "cliente", "aberto_em", "alterado_em", "encerrado_em", "footer", "codigos", "versao", "status"}
)


def not_carried(parties: Both[Party], carries_from: CarriesFrom) -> dict[Side, list[str]]:
    """Per source side, fields that it reads and the other side can neither hold nor be told of."""
    return {
        side: [
            campo
            for campo, support in sorted(parties[side].fields.items())
            if support.read and campo in Atendimento.model_fields and campo not in _BOOKKEEPING
            and not reaches(parties, carries_from, side, campo) and not parties[side.other].supports(campo).create
        ]
        for side in Side
        if carries_from(side)
    }  # fmt: skip


def reaches(parties: Both[Party], carries_from: CarriesFrom, source: Side, campo: str) -> bool:
    """Whether a change of the field on ``source`` can arrive on the other side in some form."""
    target = parties[source.other]
    if not (parties[source].supports(campo).read and carries_from(source)):
        return False
    return campo == "cliente" or can_change(target, campo) or (
        campo in fields.TOLD_IN_WORDS and target.takes_messages
    )  # fmt: skip


def can_change(target: Party, campo: str) -> bool:
    """Whether the field of a ticket that is there already can be set."""
    if campo == "status":
        return bool({Capability.SET_STATUS, Capability.MOVEMENT_STATUS} & target.capabilities)
    if campo == "departamento" and Capability.FORWARD in target.capabilities:
        return True
    return target.supports(campo).change
