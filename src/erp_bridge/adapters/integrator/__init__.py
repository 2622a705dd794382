"""Elitesoft Integrator 6."""

from __future__ import annotations

from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.registry import Plugin

PLUGIN = Plugin(settings=IntegratorSettings, open=IntegratorAdapter)
