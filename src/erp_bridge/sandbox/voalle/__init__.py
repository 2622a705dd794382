"""A Voalle ERP (Elleven, SynSuite) in a box: token, third-party API and internal list over one tenant's tables."""

from erp_bridge.sandbox.voalle.database import VoalleDatabase
from erp_bridge.sandbox.voalle.options import Options
from erp_bridge.sandbox.voalle.request import Call
from erp_bridge.sandbox.voalle.simulator import VoalleSimulator

__all__ = ["Call", "Options", "VoalleDatabase", "VoalleSimulator"]
