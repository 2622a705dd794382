"""Settings and types for tests that talk HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from erp_bridge.core.settings import ErpSettings
from erp_bridge.transport import log as log_module
from erp_bridge.transport.client import HttpClient

MakeClient = Callable[..., HttpClient]
READ = {"operation": "su_ticket.listar", "writes": False}
WRITE = {"operation": "su_ticket.inserir", "writes": True}


def settings(url: str = "https://erp.example", **keys: Any) -> ErpSettings:
    return ErpSettings(**{"name": "matriz", "adapter": "ixc", "url": url, "timezone": "America/Sao_Paulo", **keys})


def forget_logging() -> None:
    """As if ``configure`` had never been called."""
    target = logging.getLogger("erp_bridge")
    if log_module._Output.handler is not None:
        target.removeHandler(log_module._Output.handler)
    log_module._Output.handler = log_module._Output.render = None
    target.setLevel(logging.NOTSET)
    target.propagate = True
