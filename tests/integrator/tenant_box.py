"""The adapter against a simulated tenant: in process, or over real HTTP. Import as ``integrator.tenant_box``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx2

from erp_bridge.adapters.integrator import PLUGIN
from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.world import World, demo_vocabulary, generate, integrator_queries, integrator_submethods
from erp_bridge.transport.network import Network
from support.clock import FakeClock

START = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)


@cache
def world() -> World:
    return generate(7, clients=30, left=20, right=40, now=START)


class InProcess(httpx2.AsyncBaseTransport):
    """Answers from an ASGI app; what the app raises becomes what a torn or silent connection raises."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionError as error:
            raise httpx2.ReadError(str(error), request=request) from error
        except TimeoutError as error:
            raise httpx2.ReadTimeout(str(error), request=request) from error


class TenantBox:
    """``sim`` is the ERP, ``clock`` the time of both sides."""

    def __init__(self, **keys: Any) -> None:
        self.clock = FakeClock(START)
        self.sim = IntegratorSimulator(world(), now=self.clock.now, **keys)

    @property
    def tickets(self) -> dict[str, dict[str, Any]]:
        return self.sim.tables["ocorrencias"]

    @property
    def comments(self) -> dict[str, dict[str, Any]]:
        return self.sim.tables["comentarios"]

    @property
    def an_open_one(self) -> str:
        return next(id for id, row in self.tickets.items() if row["codsto"] == "01PENDENTE" and row["codcli"])

    @property
    def a_client(self) -> dict[str, Any]:
        rows = list(self.sim.tables["clientes"].values())
        documents = [row["cpf"] or row["cnpj"] for row in rows]
        return next(
            row for row, documento in zip(rows, documents, strict=True)
            if documento and documents.count(documento) == 1 and row["ativo"] == "S"
        )  # fmt: skip

    def adapter(
        self, url: str = "", wire: Callable[[], httpx2.AsyncBaseTransport] | None = None, **keys: Any
    ) -> IntegratorAdapter:
        """The adapter of this tenant; with ``url`` over the network, with ``wire`` over that."""
        settings = PLUGIN.settings.model_validate(
            {
                "name": "filial", "adapter": "integrator", "url": url or "http://filial.test",
                "timezone": "America/Sao_Paulo", "user": self.sim.user, "password": self.sim.password,
                "timeout": "5s", "requests_per_minute": 1_000_000, "queries": integrator_queries(),
                "submethods": integrator_submethods(), "vocab": demo_vocabulary(world(), "right"),
                "defaults": {"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"}, **keys,
            }
        )  # fmt: skip
        network = Network(clock=self.clock, wire=lambda base_url: None if url else (wire or self._wire)())
        opened = PLUGIN.open(settings, network)
        assert isinstance(opened, IntegratorAdapter)
        return opened

    def _wire(self) -> httpx2.AsyncBaseTransport:
        return InProcess(self.sim.app)
