"""The configuration file ``bridge.toml``: its tables, and everything that can be wrong with it."""

from erp_bridge.config.load import find, load, loads
from erp_bridge.config.model import (
    Config,
    Direction,
    NotifySettings,
    PairSettings,
    Policy,
    ServiceSettings,
    StateSettings,
)
from erp_bridge.config.problems import InvalidConfig, Problem

__all__ = [
    "Config",
    "Direction",
    "InvalidConfig",
    "NotifySettings",
    "PairSettings",
    "Policy",
    "Problem",
    "ServiceSettings",
    "StateSettings",
    "find",
    "load",
    "loads",
]
