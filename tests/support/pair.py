"""A pair of simulated ERPs with a bridge between them, in process: everything real but the network and the time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from erp_bridge.config import load
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import World, demo_vocabulary, generate, integrator_queries, integrator_submethods
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import database
from erp_bridge.transport.network import Network
from support.clock import FakeClock

START = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
QUIET = {"requests_per_minute": "1000000", "settle": '"0s"', "timeout": '"1s"'}


class _Resetting(httpx.AsyncBaseTransport):
    """Answers from an ASGI app; a reset inside it becomes a lost reply, as on a wire."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from error


class SimulatedPair:
    """IXC as ``matriz`` on the left and Integrator as ``filial`` on the right, unless other simulators are given."""

    def __init__(
        self,
        folder: Path,
        world: World | None = None,
        *,
        pair: dict[str, str] | None = None,
        erps: dict[str, dict[str, str]] | None = None,
        tables: str = "",
        right_kind: str = "integrator",
        **sizes: Any,
    ) -> None:
        database.SYNCHRONOUS = "OFF"  # no test cuts the power, and a commit to disk takes milliseconds
        self.folder = folder
        self.clock = FakeClock(START)
        self.sizes = {"clients": 40, "left": 12, "right": 8} | sizes
        self.world = world or generate(1, now=START, **self.sizes)
        self.left = IxcSimulator(self.world, side="left", now=self.clock.now)
        self.right: Any = (
            IntegratorSimulator(self.world, side="right", now=self.clock.now, change_stamp=True)
            if right_kind == "integrator"
            else IxcSimulator(self.world, side="right", now=self.clock.now)
        )
        self.pair = pair or {}
        self.erps = erps or {}
        self.tables = tables
        self._apps: dict[str, Any] = {"http://matriz.test": self.left.app, "http://filial.test": self.right.app}

    @property
    def config_file(self) -> Path:
        return self.folder / "bridge.toml"

    def write_config(self) -> Path:
        keys = {"left": '"matriz"', "right": '"filial"', "since": "2026-01-01", **self.pair}
        parts = ["[state]", 'url = "sqlite:///bridge.db"', self._matriz(), self._filial(), "[pair.suporte]"]
        parts += [f"{key} = {value}" for key, value in keys.items()]
        self.config_file.write_text("\n".join([*parts, self.tables]), encoding="utf-8")
        (self.folder / "token").write_text(self.left.token)
        if isinstance(self.right, IntegratorSimulator):
            (self.folder / "user").write_text(self.right.user)
            (self.folder / "password").write_text(self.right.password)
        else:
            (self.folder / "other-token").write_text(self.right.token)
        return self.config_file

    def _matriz(self) -> str:
        return self._ixc("matriz", "token", "left")

    def _ixc(self, name: str, token_file: str, side: str) -> str:
        keys = {
            "adapter": '"ixc"',
            "url": f'"http://{name}.test"',
            "token": f'"file:{token_file}"',
            "timezone": '"America/Sao_Paulo"',
            **QUIET,
            **self.erps.get(name, {}),
        }
        return _table(f"erp.{name}", keys) + _vocab(name, demo_vocabulary(self.world, side, "ixc"))

    def _filial(self) -> str:
        if isinstance(self.right, IxcSimulator):
            return self._ixc("filial", "other-token", "right")
        keys = {
            "adapter": '"integrator"',
            "url": '"http://filial.test"',
            "user": '"file:user"',
            "password": '"file:password"',
            "timezone": '"America/Sao_Paulo"',
            **QUIET,
            **self.erps.get("filial", {}),
        }
        text = _table("erp.filial", keys)
        text += _table("erp.filial.defaults", {"codusu": '"01USUAPI00"', "codcatoco": '"01CATTEC00"'})
        text += _table("erp.filial.queries", {name: f'"{code}"' for name, code in integrator_queries().items()})
        for name, call in integrator_submethods().items():
            params = ", ".join(f'{key} = "{value}"' for key, value in call["params"].items())
            text += _table(
                f"erp.filial.submethods.{name}",
                {"submethod": f'"{call["submethod"]}"', "params": f"{{ {params} }}"},
            )
        return text + _vocab("filial", demo_vocabulary(self.world, "right"))

    def network(self) -> Network:
        return Network(clock=self.clock, wire=self._wire)

    def _wire(self, url: str) -> httpx.AsyncBaseTransport:
        return _Resetting(next(app for base, app in self._apps.items() if url.startswith(base)))

    @asynccontextmanager
    async def bridge(self) -> Any:
        if not self.config_file.exists():
            self.write_config()
        async with Bridge(load(self.config_file), self.network()) as bridge:
            yield bridge

    async def sync(self, **options: Any) -> PassReport:
        """One pass, as a new process would make it."""
        async with self.bridge() as bridge:
            return await bridge.sync("suporte", PassOptions(**options))

    async def ask(self, question: Callable[[Bridge], Any]) -> Any:
        """Something of the bridge between passes."""
        async with self.bridge() as bridge:
            return question(bridge)

    async def links(self) -> dict[str, str]:
        """left id → right id."""
        return {link.ids.left: link.ids.right for link in await self.ask(lambda bridge: bridge.links("suporte"))}

    # --- what stands in the ERPs -------------------------------------------------------------------------------

    def left_tickets(self) -> dict[str, dict[str, Any]]:
        return {str(id): row for id, row in self.left.tables["su_ticket"].items()}

    def right_tickets(self) -> dict[str, dict[str, Any]]:
        if isinstance(self.right, IxcSimulator):
            return {str(id): row for id, row in self.right.tables["su_ticket"].items()}
        return dict(self.right.tables["ocorrencias"])

    def left_messages(self, id: str) -> list[dict[str, Any]]:
        return [row for row in self.left.tables["su_mensagens"].values() if str(row["id_ticket"]) == id]

    def right_comments(self, codoco: str) -> list[dict[str, Any]]:
        return [row for row in self.right.tables["comentarios"].values() if row["codoco"] == codoco]


def _table(name: str, keys: dict[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in keys.items()), ""]) + "\n"


def _vocab(erp: str, kinds: dict[str, dict[str, str]]) -> str:
    return "".join(
        _table(f"erp.{erp}.vocab.{kind}", {f'"{id}"': f'"{name}"' for id, name in terms.items()})
        for kind, terms in kinds.items()
    )
