"""A Hubsoft in a box, and an adapter that talks to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx2
from erp_bridge_hubsoft import PLUGIN, HubsoftSettings
from erp_bridge_hubsoft.adapter import HubsoftAdapter
from fake_hubsoft import ZONE, FakeHubsoft

from erp_bridge import Atendimento, Cliente, Prioridade, Status, Termo, Vinculo
from erp_bridge.adapter_api import Network
from erp_bridge.testing import BenchClock

SECRETS = ("segredo-do-cliente", "senha-da-ponte", "ponte@provedor.example")


def settings(**keys: Any) -> HubsoftSettings:
    return HubsoftSettings.model_validate(
        {
            "name": "hub", "adapter": "hubsoft", "url": "http://hubsoft.test", "client_id": "3",
            "client_secret": SECRETS[0], "password": SECRETS[1], "user": SECRETS[2],
            "timezone": "America/Sao_Paulo", "page_size": 5, "requests_per_minute": 1_000_000, **keys,
        }
    )  # fmt: skip


def novo(**fields: Any) -> Atendimento:
    """A ticket as one opens it there."""
    return Atendimento.model_validate(
        {
            "cliente": Cliente(id="1204", documento="52998224725"), "contrato": Vinculo(id="11000"),
            "assunto": Termo(id="109"), "titulo": "Sem sinal", "descricao": "Sem sinal desde cedo.",
            "departamento": Termo(id="1"), "prioridade": Prioridade.NORMAL, "status": Status.NOVO, **fields,
        }
    )  # fmt: skip


class Box:
    """``hub`` is the server, ``clock`` the time of both, ``erp`` the adapter."""

    def __init__(self, **keys: Any) -> None:
        self.clock = BenchClock()
        self.hub = FakeHubsoft(self.clock.now)
        self.erp = self.reopened(**keys)

    def reopened(self, **keys: Any) -> HubsoftAdapter:
        """As a new process would open it."""
        network = Network(clock=self.clock, wire=lambda _: httpx2.ASGITransport(app=self.hub.app))
        erp = PLUGIN.open(settings(**keys), network)
        assert isinstance(erp, HubsoftAdapter)
        return erp

    def local(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
