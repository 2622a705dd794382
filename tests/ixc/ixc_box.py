"""The adapter and a simulated IXC, in process. Import as ``ixc.ixc_box``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2

from erp_bridge.adapters.ixc import PLUGIN
from erp_bridge.adapters.ixc.adapter import IxcAdapter
from erp_bridge.core.adapter import Page
from erp_bridge.core.model import Atendimento, Cliente, Prioridade, Termo
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import World, generate
from erp_bridge.transport.network import Network
from support.clock import FakeClock

NOW = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)  # 15:00 in São Paulo
ZONE = "America/Sao_Paulo"
URL = "https://ixc.example.net"
TOKEN = "61:" + "ab12cd34" * 8


class _Wire(httpx2.AsyncBaseTransport):
    """Answers from the simulator; a reset inside it is a connection lost while waiting for the answer."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx2.ReadError(str(error), request=request) from error


class Box:
    """``box.erp`` is the adapter, ``box.sim`` the ERP, ``box.clock`` the time of both."""

    def __init__(self, world: World | None = None, *, keys: dict[str, Any] | None = None, **options: Any) -> None:
        self.clock = FakeClock(NOW)
        self.world = world or generate(1, clients=20, left=8, right=0, now=NOW)
        self.sim = IxcSimulator(self.world, now=self.clock.now, **options)
        self.network = Network(clock=self.clock, wire=lambda url: _Wire(self.sim.app))
        self.erp = self.open(**(keys or {}))

    def open(self, **keys: Any) -> IxcAdapter:
        """Another adapter for the same ERP."""
        return adapter(self.network, token=self.sim.token, **keys)

    @property
    def tickets(self) -> Any:
        return self.sim.tables["su_ticket"]

    def messages(self, ticket: str) -> list[Any]:
        return [row for row in self.sim.tables["su_mensagens"].values() if row["id_ticket"] == ticket]

    def client(self) -> Cliente:
        """An active client whose document nobody else has."""
        rows = self.sim.tables["cliente"]
        documents = [row["cnpj_cpf"] for row in rows.values()]
        row = next(
            row
            for row in rows.values()
            if row["ativo"] == "S" and row["cnpj_cpf"] and documents.count(row["cnpj_cpf"]) == 1
        )
        return Cliente(id=row["id"], documento=row["cnpj_cpf"])

    def novo(self, **fields: Any) -> Atendimento:
        """A ticket that this ERP accepts."""
        values = {
            "cliente": self.client(),
            "assunto": None if "assunto" in fields else Termo(id=self.subject()),
            "titulo": "Sem conexão",
            "descricao": "Cliente relata queda desde cedo.\nJá reiniciou.",
            "departamento": Termo(id=str(next(iter(self.sim.tables["su_ticket_setor"])))),
            "prioridade": Prioridade.NORMAL,
            **fields,
        }
        return Atendimento(**values)

    def subject(self, **demands: str) -> str:
        """A subject in use that demands exactly that."""
        flags = ("login_obrigatorio", "contrato_obrigatorio", "obrigar_processo_atendimento",
                 "obrigar_preenchimento_canal_atendimento", "obrigatorio_status_complementar")  # fmt: skip
        for row in self.sim.tables["su_oss_assunto"].values():
            if row["ativo"] == "S" and row["finalidade"] != "OS":
                for flag in flags:
                    row[flag] = demands.get(flag, "N")
                row["permite_abrir_cliente_atraso"] = "S"
                return str(row["id"])
        raise AssertionError("the world has no subject")

    async def open_ticket(self, **fields: Any) -> Atendimento:
        return await self.erp.create(self.novo(**fields))


def adapter(network: Network, **keys: Any) -> IxcAdapter:
    settings = PLUGIN.settings.model_validate(
        {"name": "matriz", "adapter": "ixc", "url": URL, "token": TOKEN, "timezone": ZONE,
         "requests_per_minute": 1_000_000, **keys}
    )  # fmt: skip
    return PLUGIN.open(settings, network)  # type: ignore[return-value]


async def collect(feed: Any) -> Page:
    """All pages of a feed as one."""
    tickets: list[Atendimento] = []
    told: dict[str, Any] = {}
    unreadable: list[Any] = []
    cursor = None
    async for page in feed:
        tickets += page.atendimentos
        for id, movements in page.movimentacoes.items():
            told[id] = (*told.get(id, ()), *movements)
        unreadable += page.unreadable
        cursor = page.cursor
    return Page(tuple(tickets), told, tuple(unreadable), cursor)
