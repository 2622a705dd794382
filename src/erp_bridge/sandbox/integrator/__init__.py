"""An Elitesoft Integrator 6 in a box: one RPC address over the tables of ``ispintegrator``, with its known quirks."""

from erp_bridge.sandbox.integrator.simulator import Call, IntegratorSimulator

__all__ = ["Call", "IntegratorSimulator"]
