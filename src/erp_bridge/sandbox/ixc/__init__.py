"""IXC Provedor in a box: its web service over tables in memory, with its quirks. See :class:`IxcSimulator`."""

from erp_bridge.sandbox.ixc.options import Options
from erp_bridge.sandbox.ixc.simulator import IxcSimulator

__all__ = ["IxcSimulator", "Options"]
