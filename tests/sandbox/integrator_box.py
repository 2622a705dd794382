"""A client for tests of the simulated Integrator: speaks its envelope, in process, and hides nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.world import World, generate, integrator_queries

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo
LOCAL = "2026-03-10 12:00:00"
PATH = "/integrator.server.php"
CREDENTIALS = {"_user": "01USUAPI00", "_passwd": "senha-da-demo"}
CREATE = {"codocop": "01TIPOSEMC", "codmvis": "PROBLEMA", "codcar": "01CARSUPOR", "descri_oco": "Sem conexão"}


class Box:
    """``now`` is the ERP's clock; move it by setting it."""

    def __init__(self, world: World | None = None, **options: Any) -> None:
        self.now = NOW
        self.world = world or generate(1, left=0, right=60, now=NOW)
        self.sim = IntegratorSimulator(self.world, now=lambda: self.now, **options)
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.sim.app),
            base_url="http://erp",
            headers={"ApplicationV": "Integrator/6"},
        )

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def send(self, submethod: str, method: str = "list", **params: Any) -> httpx2.Response:
        """One call, credentials included, its reply as it came."""
        request = {"sendRequest": "integrator.server", "method": method, "submethod": submethod}
        content = json.dumps({"request": request | {"params": CREDENTIALS | params}})
        return await self.client.post(PATH, content=content, headers={"Content-Type": "application/json"})

    async def call(self, submethod: str, method: str = "list", **params: Any) -> list[dict[str, Any]]:
        """The rows of a call that went well, whatever shape they came in."""
        reply = (await self.send(submethod, method, **params)).json()
        assert (reply["error"], reply["exception"]) == (False, ""), reply
        results = reply.get("data", {}).get("results", [])
        return [results] if isinstance(results, dict) else results

    async def refused(self, submethod: str, **params: Any) -> str:
        """The text with which a call was refused."""
        response = await self.send(submethod, **params)
        reply = response.json()
        assert (response.status_code, reply["error"]) == (200, True)
        assert "data" not in reply
        return str(reply["exception"])

    async def view(self, query: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of a saved query."""
        return await self.call("view.execute", _consulta=integrator_queries()[query], formato_padrao="X", **params)

    async def feed(self, query: str, limite: int = 7, **params: Any) -> list[dict[str, Any]]:
        """All rows of a paged query."""
        rows: list[dict[str, Any]] = []
        while page := await self.view(query, apos=rows[-1]["codoco"] if rows else "", limite=limite, **params):
            assert len(page) <= limite
            rows += page
        return rows

    def codcli(self) -> str:
        """An active client with at least one plan."""
        plans = {row["codcli"] for row in self.sim.tables["servicos_cli"].values()}
        return next(
            c["codcli"] for c in self.sim.tables["clientes"].values() if c["ativo"] == "S" and c["codcli"] in plans
        )
