"""Opa! Suite: a conversation looked up by its protocolo. It holds no tickets, so it is no ERP of the configuration."""

from __future__ import annotations

from erp_bridge.adapters.opa.client import OpaClient
from erp_bridge.adapters.opa.conversa import Conversa
from erp_bridge.adapters.opa.settings import OpaSettings

__all__ = ["Conversa", "OpaClient", "OpaSettings"]
