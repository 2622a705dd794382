"""Hubsoft for erp_bridge."""

from __future__ import annotations

from erp_bridge.adapter_api import Plugin
from erp_bridge_hubsoft.adapter import HubsoftAdapter
from erp_bridge_hubsoft.settings import HubsoftSettings

PLUGIN = Plugin(settings=HubsoftSettings, open=HubsoftAdapter)
