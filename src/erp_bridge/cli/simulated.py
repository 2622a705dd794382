"""A simulated ERP together with the ``[erp.X]`` table that reaches it, for ``sandbox`` and ``demo``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import (
    World,
    demo_vocabulary,
    generate,
    integrator_queries,
    integrator_submethods,
    voalle_settings,
)

ZONE = "America/Sao_Paulo"
#: Usual number of tickets, and the side of the simulated world, by adapter.
TICKETS = {"ixc": 120, "integrator": 60, "voalle": 60}
SIDES = {"ixc": "left", "integrator": "right", "voalle": "right"}


@dataclass(frozen=True)
class Simulated:
    """``credentials`` by key of the table, in clear; the table itself only names them."""

    adapter: str
    simulator: Any
    credentials: Mapping[str, str]
    vocabulary: Mapping[str, Mapping[str, str]]

    def serve(self, port: int = 0) -> Server:
        return Server(self.simulator.app, port=port)

    def table(self, name: str, url: str, references: Mapping[str, str]) -> str:
        """The ``[erp.NAME]`` table; ``references`` say where each credential is found."""
        keys = {"adapter": self.adapter, "url": url, **references, "timezone": ZONE}
        lines = [f"[erp.{name}]", *_lines(keys), "requests_per_minute = 30000"]  # nobody is hurt by haste here
        if self.adapter == "integrator":
            lines += [f"[erp.{name}.defaults]", *_lines({"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"})]
            lines += [f"[erp.{name}.queries]", *_lines(integrator_queries())]
            for call, keys_of_call in integrator_submethods().items():
                params = ", ".join(_lines(keys_of_call["params"]))
                lines += [f"[erp.{name}.submethods.{call}]", *_lines({"submethod": keys_of_call["submethod"]})]
                lines.append(f"params = {{ {params} }}")
        if self.adapter == "voalle":  # one address here for what stands on three ports in reality
            own = {"token_url": url, "internal_url": url, **voalle_settings(self.simulator.world, SIDES[self.adapter])}
            lines += _nested(f"erp.{name}", own)[1:]
        for kind, terms in self.vocabulary.items():
            lines += [f"[erp.{name}.vocab.{kind}]", *(f"{_text(id)} = {_text(term)}" for id, term in terms.items())]
        return "\n".join(lines) + "\n"


def simulate(adapter: str, world: World, faults: Faults | None = None) -> Simulated:
    """One side of that world as an ERP of that kind."""
    side = SIDES[adapter]
    vocabulary = demo_vocabulary(world, side, adapter)
    if adapter == "ixc":
        ixc = IxcSimulator(world, side=side, faults=faults)
        return Simulated(adapter, ixc, {"token": ixc.token}, vocabulary)
    if adapter == "voalle":
        voalle = VoalleSimulator(world, side=side, faults=faults)
        secrets = {"client_id": voalle.client_id, "client_secret": voalle.client_secret, "syndata": voalle.syndata}
        return Simulated(adapter, voalle, {**secrets, "internal_token": voalle.user_token}, vocabulary)
    integrator = IntegratorSimulator(world, side=side, faults=faults, change_stamp=True)
    credentials = {"user": integrator.user, "password": integrator.password}
    return Simulated(adapter, integrator, credentials, vocabulary)


def alone(adapter: str, *, tickets: int | None, faults: str, seed: int) -> Simulated:
    """One ERP for ``sandbox``. Those of one seed know the same people, so that two of them make a pair."""
    count = TICKETS[adapter] if tickets is None else tickets
    counts = {"left": 0, "right": 0, SIDES[adapter]: count}
    return simulate(adapter, generate(seed, **counts, now=datetime.now(UTC)), Faults(faults, seed=seed))


def _lines(keys: Mapping[str, str]) -> list[str]:
    return [f"{key} = {_text(value)}" for key, value in keys.items()]


def _nested(name: str, values: Mapping[str, Any]) -> list[str]:
    """A table and those in it, as lines."""
    lines = [f"[{name}]", *(f"{_key(key)} = {_text(value)}" for key, value in values.items() if isinstance(value, str))]
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += _nested(f"{name}.{key}", value)
    return lines


def _key(key: str) -> str:
    return key if key.isidentifier() else _text(key)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
