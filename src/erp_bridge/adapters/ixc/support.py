"""What this adapter can do with an IXC. Constants; the reasons for what is missing stand in the README."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.core.adapter import Capability, FieldSupport
from erp_bridge.core.model import Atendimento, Status

#: There is nothing like Voalle's service tags, and no public call that reads a ticket's file. Discounts are booked
#: once `[erp.X.desconto]` says how.
CAPABILITIES = frozenset(Capability) - {Capability.SET_LABEL, Capability.DOWNLOAD, Capability.BOOK_DISCOUNT}

#: Any button of the ERP's screen; nothing goes back to novo.
STATUSES = frozenset(Status) - {Status.NOVO}

_READ = FieldSupport(read=True)
_ONCE = FieldSupport(read=True, create=True)
_FULL = FieldSupport(read=True, create=True, change=True)

_FIELDS: Mapping[str, FieldSupport] = {
    "id": _READ,
    "protocolo": _ONCE,
    "tipo": _ONCE,
    "mensagem_padrao": _ONCE,  # the ERP sends it when the ticket is opened
    "aberto_em": _READ,
    "alterado_em": _READ,
    **dict.fromkeys(
        (
            "cliente", "estrutura", "login", "contrato", "assunto", "titulo", "descricao", "origem_endereco",
            "endereco", "latitude", "longitude", "processo", "responsavel", "canal", "status_complementar",
            "prioridade", "data_reservada", "melhor_horario", "origem", "interacao_pendente",
            "script", "primeiro_contato",  # as blocks of the text
        ),
        _FULL,
    ),
    "status": _FULL,  # changed with set_status
    "departamento": _FULL,  # changed with forward
}  # fmt: skip

#: Every field of the model, also those that have no place here.
FIELDS: Mapping[str, FieldSupport] = {name: _FIELDS.get(name, FieldSupport()) for name in Atendimento.model_fields}

#: Fields that ``update`` takes.
CHANGEABLE = frozenset(name for name, support in FIELDS.items() if support.change) - {"status", "departamento"}
