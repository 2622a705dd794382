"""Voalle (Elleven, SynSuite)."""

from __future__ import annotations

from erp_bridge.adapters.registry import Plugin
from erp_bridge.adapters.voalle.adapter import VoalleAdapter
from erp_bridge.adapters.voalle.settings import VoalleSettings

PLUGIN = Plugin(settings=VoalleSettings, open=VoalleAdapter)
