"""One ticket model for the ERPs of Brazilian internet providers: what an integrator imports.

Talking to one ERP: :func:`connect`, or ``blocking.connect`` without ``async``; the model (``Atendimento`` and what
belongs to it), its rules (:func:`validate`), the errors, discount requests. Keeping two in step from a program of
one's own: :class:`Bridge`, :class:`Daemon`, :class:`Events`. What an adapter's author needs is in
``erp_bridge.adapter_api``, what tests an adapter in ``erp_bridge.testing``. Nothing else here is public.

Every name is loaded when it is first used, so that ``import erp_bridge`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erp_bridge import blocking, config, events
    from erp_bridge.adapters.registry import connect
    from erp_bridge.core.adapter import Adapter, Capability, Cursor, FieldSupport, Idempotency, Page, Unreadable
    from erp_bridge.core.desconto import (
        CalculoDesconto,
        DecisaoDesconto,
        Interrupcao,
        LeituraDesconto,
        MotivoDesconto,
        PoliticaDesconto,
        SolicitacaoDesconto,
        ViolacaoDesconto,
        calcular_desconto,
        calcular_desconto_total,
        detalhar_desconto,
        e_solicitacao_desconto,
        ler_decisao,
        minutos_de_interrupcao,
        normalizar_bloco,
        normalizar_protocolo_opa,
        validar_desconto,
    )
    from erp_bridge.core.errors import (
        AuthError,
        BridgeError,
        ConfigError,
        Malformed,
        NotFound,
        Refused,
        Unavailable,
        Uncertain,
        Unsupported,
        ValidationFailed,
    )
    from erp_bridge.core.model import (
        Arquivo,
        Atendimento,
        Cliente,
        Contato,
        InteracaoPendente,
        MelhorHorario,
        Movimentacao,
        OrdemServico,
        Origem,
        OrigemEndereco,
        PerguntaResposta,
        PrimeiroContato,
        Prioridade,
        Status,
        Termo,
        Tipo,
        TipoMovimentacao,
        Vinculo,
        Visibilidade,
    )
    from erp_bridge.core.rules import (
        ParametrosAtendimento,
        Violation,
        change_client,
        complete,
        validate,
        validate_movimentacao,
    )
    from erp_bridge.service.daemon import Daemon
    from erp_bridge.sync.engine import PassOptions
    from erp_bridge.sync.events import Events
    from erp_bridge.sync.migrate.run import MigrateOptions
    from erp_bridge.sync.report import PassReport
    from erp_bridge.sync.service import Bridge
    from erp_bridge.sync.side import Side
    from erp_bridge.sync.transform import Passage

_HOME = {
    "erp_bridge.adapters.registry": "connect",
    "erp_bridge.core.adapter": "Adapter Capability Cursor FieldSupport Idempotency Page Unreadable",
    "erp_bridge.core.desconto": (
        "CalculoDesconto DecisaoDesconto Interrupcao LeituraDesconto MotivoDesconto PoliticaDesconto "
        "SolicitacaoDesconto ViolacaoDesconto calcular_desconto calcular_desconto_total detalhar_desconto "
        "e_solicitacao_desconto ler_decisao minutos_de_interrupcao normalizar_bloco normalizar_protocolo_opa "
        "validar_desconto"
    ),
    "erp_bridge.core.errors": (
        "AuthError BridgeError ConfigError Malformed NotFound Refused Unavailable Uncertain Unsupported "
        "ValidationFailed"
    ),
    "erp_bridge.core.model": (
        "Arquivo Atendimento Cliente Contato InteracaoPendente MelhorHorario Movimentacao OrdemServico Origem "
        "OrigemEndereco PerguntaResposta PrimeiroContato Prioridade Status Termo Tipo TipoMovimentacao "
        "Vinculo Visibilidade"
    ),
    "erp_bridge.core.rules": "ParametrosAtendimento Violation change_client complete validate validate_movimentacao",
    # the engine, for programs that embed it: it needs the extra "server"
    "erp_bridge.service.daemon": "Daemon",
    "erp_bridge.sync.engine": "PassOptions",
    "erp_bridge.sync.events": "Events",
    "erp_bridge.sync.migrate.run": "MigrateOptions",
    "erp_bridge.sync.report": "PassReport",
    "erp_bridge.sync.service": "Bridge",
    "erp_bridge.sync.side": "Side",
    "erp_bridge.sync.transform": "Passage",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}
_SUBMODULES = ("blocking", "config", "events")

__all__ = [
    "Adapter",
    "Arquivo",
    "Atendimento",
    "AuthError",
    "Bridge",
    "BridgeError",
    "CalculoDesconto",
    "Capability",
    "Cliente",
    "ConfigError",
    "Contato",
    "Cursor",
    "Daemon",
    "DecisaoDesconto",
    "Events",
    "FieldSupport",
    "Idempotency",
    "InteracaoPendente",
    "Interrupcao",
    "LeituraDesconto",
    "Malformed",
    "MelhorHorario",
    "MigrateOptions",
    "MotivoDesconto",
    "Movimentacao",
    "NotFound",
    "OrdemServico",
    "Origem",
    "OrigemEndereco",
    "Page",
    "ParametrosAtendimento",
    "PassOptions",
    "PassReport",
    "Passage",
    "PerguntaResposta",
    "PoliticaDesconto",
    "PrimeiroContato",
    "Prioridade",
    "Refused",
    "Side",
    "SolicitacaoDesconto",
    "Status",
    "Termo",
    "Tipo",
    "TipoMovimentacao",
    "Unavailable",
    "Uncertain",
    "Unreadable",
    "Unsupported",
    "ValidationFailed",
    "Vinculo",
    "ViolacaoDesconto",
    "Violation",
    "Visibilidade",
    "blocking",
    "calcular_desconto",
    "calcular_desconto_total",
    "change_client",
    "complete",
    "config",
    "connect",
    "detalhar_desconto",
    "e_solicitacao_desconto",
    "events",
    "ler_decisao",
    "minutos_de_interrupcao",
    "normalizar_bloco",
    "normalizar_protocolo_opa",
    "validar_desconto",
    "validate",
    "validate_movimentacao",
]


def __getattr__(name: str) -> object:
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
