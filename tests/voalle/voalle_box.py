"""The adapter against a simulated tenant, in process. Import as ``voalle.voalle_box``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2

from erp_bridge.adapters.voalle import PLUGIN
from erp_bridge.adapters.voalle.adapter import VoalleAdapter
from erp_bridge.core.footer import Footer, Ref
from erp_bridge.core.model import Atendimento, Cliente, Termo
from erp_bridge.sandbox.tenant import VOALLE_FORWARD, voalle_tag
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import World, demo_vocabulary, generate, voalle_settings
from erp_bridge.transport.network import Network
from support.clock import FakeClock

START = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FOOTER = Footer(ref=Ref(erp="matriz", id="123"), protocolo="2026", assinatura="Ana · 10/03/2026 08:00 · matriz")


@cache
def world() -> World:
    return generate(7, clients=30, left=20, right=40, now=START)


class InProcess(httpx2.AsyncBaseTransport):
    """Answers from an ASGI app; what the app raises becomes what a torn or silent connection raises."""

    def __init__(self, app: Any, after: Callable[[], object] | None = None) -> None:
        self._inner = httpx2.ASGITransport(app=app)
        self._after = after

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionError as error:
            raise httpx2.ReadError(str(error), request=request) from error
        except TimeoutError as error:
            raise httpx2.ReadTimeout(str(error), request=request) from error
        finally:
            if self._after is not None:
                self._after()


class VoalleBox:
    """``sim`` is the ERP, ``clock`` the time of both sides; ``after`` is called behind each request."""

    def __init__(self, **options: Any) -> None:
        self.clock = FakeClock(START)
        self.sim = VoalleSimulator(world(), now=self.clock.now, **{"forward_fields": VOALLE_FORWARD, **options})
        self.after: Callable[[], object] | None = None

    @property
    def tickets(self) -> dict[str, dict[str, Any]]:
        incidents = self.sim.tables["assignment_incidents"]
        return {str(id): {**incidents[id], **row} for id, row in self.sim.tables["assignments"].items()}

    def reports(self, id: str) -> list[dict[str, Any]]:
        return [row for row in self.sim.tables["reports"].values() if str(row["assignment_id"]) == id]

    @property
    def an_open_one(self) -> str:
        clients = self.served
        return next(
            id for id, row in self.tickets.items() if row["incident_status_id"] == 1 and row["client_id"] in clients
        )

    @property
    def served(self) -> dict[int, list[dict[str, Any]]]:
        """Contracts in force by client."""
        found: dict[int, list[dict[str, Any]]] = {}
        for row in self.sim.tables["contracts"].values():
            if row["status"] in (1, 6):
                found.setdefault(row["client_id"], []).append(row)
        return found

    def a_client(self, contracts: int = 1) -> dict[str, Any]:
        """An active client with so many contracts in force and a document of its own."""
        served = self.served
        people = [row for row in self.sim.tables["people"].values() if row["client"]]
        documents = [row["tx_id"] for row in people]
        return next(
            row for row in people
            if row["status"] == 1 and row["tx_id"] and documents.count(row["tx_id"]) == 1
            and len(served.get(row["id"], ())) == contracts
        )  # fmt: skip

    def contract_of(self, client: dict[str, Any]) -> str:
        return str(self.served[client["id"]][0]["id"])

    def tag_of(self, client: dict[str, Any]) -> int:
        return voalle_tag(self.served[client["id"]][0]["id"])

    def settings(self, **keys: Any) -> dict[str, Any]:
        sim = self.sim
        return {
            "name": "filial", "adapter": "voalle", "url": "http://filial.test", "timezone": "America/Sao_Paulo",
            "client_id": sim.client_id, "client_secret": sim.client_secret, "syndata": sim.syndata,
            "token_url": "http://filial.test:45700", "internal_url": "http://filial.test:45701",
            "internal_token": sim.user_token, "timeout": "5s", "requests_per_minute": 1_000_000,
            "vocab": demo_vocabulary(world(), "right", "voalle"), **voalle_settings(world(), "right", forward=True),
            **keys,
        }  # fmt: skip

    def adapter(self, **keys: Any) -> VoalleAdapter:
        settings = PLUGIN.settings.model_validate(self.settings(**keys))
        opened = PLUGIN.open(settings, Network(clock=self.clock, wire=self.wire))
        assert isinstance(opened, VoalleAdapter)
        return opened

    def wire(self, url: str) -> httpx2.AsyncBaseTransport:
        """Each port knows its own paths only."""
        apps = {45700: self.sim.token_app, 45701: self.sim.internal_app}
        return InProcess(apps.get(urlsplit(url).port or 0, self.sim.api_app), lambda: self.after and self.after())


def twin(client: dict[str, Any] | str, **changes: Any) -> Atendimento:
    """A ticket as the engine would open it."""
    id = client if isinstance(client, str) else str(client["id"])
    usual = {
        "cliente": Cliente(id=id), "assunto": Termo(nome="lentidao"), "titulo": "Lentidão à noite 🌙",
        "descricao": "Cai às 20h…\r\n\r\nSó no vídeo", "footer": FOOTER,
    }  # fmt: skip
    return Atendimento(**{**usual, **changes})
