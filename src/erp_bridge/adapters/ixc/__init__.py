"""IXC Provedor (IXC Soft): web service v1."""

from __future__ import annotations

from erp_bridge.adapters.ixc.adapter import IxcAdapter
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.registry import Plugin

PLUGIN = Plugin(settings=IxcSettings, open=IxcAdapter)
