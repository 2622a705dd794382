"""A pair of simulated ERPs with a bridge between them, in process: everything real but the network and the time."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx2

from erp_bridge.config import Config, load
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.tenant import VOALLE_FORWARD
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.voalle.store import OPENING
from erp_bridge.sandbox.world import (
    World,
    demo_vocabulary,
    generate,
    integrator_queries,
    integrator_submethods,
    voalle_settings,
)
from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import database
from erp_bridge.transport.network import Network
from support.clock import FakeClock
from support.quick import QuickBridge, empty_store

START = datetime(2026, 9, 15, 18, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
QUIET = {"requests_per_minute": "1000000", "settle": '"0s"', "timeout": '"1s"'}

NAMES = {"left": "matriz", "right": "filial"}
#: Where a secret is written that tests know by its file: (side, kind, key) → file.
SECRET_FILES = {
    ("left", "ixc", "token"): "token", ("right", "ixc", "token"): "other-token",
    ("right", "integrator", "user"): "user", ("right", "integrator", "password"): "password",
}  # fmt: skip


class _Resetting(httpx2.AsyncBaseTransport):
    """Answers from an ASGI app; a reset inside it becomes a lost reply, as on a wire."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionResetError as error:
            raise httpx2.ReadError(str(error), request=request) from error


class SimulatedPair:
    """IXC as ``matriz`` on the left and Integrator as ``filial`` on the right, unless other kinds are asked for.

    Kinds are "ixc", "integrator" and "voalle". ``pair``, ``erps`` and ``tables`` add to the configuration; values in
    them are TOML.
    """

    def __init__(
        self,
        folder: Path,
        world: World | None = None,
        *,
        pair: dict[str, str] | None = None,
        erps: dict[str, dict[str, str]] | None = None,
        tables: str = "",
        left_kind: str = "ixc",
        right_kind: str = "integrator",
        **sizes: Any,
    ) -> None:
        database.SYNCHRONOUS = "OFF"  # no test cuts the power, and a commit to disk takes milliseconds
        self.folder = folder
        self.clock = FakeClock(START)
        self.sizes = {"clients": 40, "left": 12, "right": 8} | sizes
        self.world = world or generate(1, now=START, **self.sizes)
        self.kinds = {"left": left_kind, "right": right_kind}
        self.left: Any = self._simulator("left")
        self.right: Any = self._simulator("right")
        self.pair = pair or {}
        self.erps = erps or {}
        self.tables = tables
        self._read: tuple[object, Config] | None = None  # what the configuration was read from, and what it said

    def __getstate__(self) -> dict[str, Any]:
        """What is copied of it; the configuration is read anew where the copy stands."""
        return {**vars(self), "_read": None}

    def _keys(self, side: str) -> dict[str, Any]:
        """What every simulator is given."""
        return {"side": side, "now": self.clock.now}

    def _simulator(self, side: str) -> Any:
        keys = self._keys(side)
        if self.kinds[side] == "integrator":
            return IntegratorSimulator(self.world, change_stamp=True, **keys)
        if self.kinds[side] == "voalle":
            return VoalleSimulator(self.world, forward_fields=VOALLE_FORWARD, **keys)
        return IxcSimulator(self.world, **keys)

    @property
    def config_file(self) -> Path:
        return self.folder / "bridge.toml"

    def write_config(self) -> Path:
        keys = {"left": '"matriz"', "right": '"filial"', "since": "2026-01-01", **self.pair}
        parts = ["[state]", 'url = "sqlite:///bridge.db"', self._erp("left"), self._erp("right"), "[pair.suporte]"]
        parts += [f"{key} = {value}" for key, value in keys.items()]
        self.config_file.write_text("\n".join([*parts, self.tables]), encoding="utf-8")
        return self.config_file

    def _erp(self, side: str) -> str:
        """One ``[erp.X]`` with its tables; the secrets it names are written beside the configuration."""
        name, kind, simulator = NAMES[side], self.kinds[side], getattr(self, side)
        keys = {"adapter": f'"{kind}"', "url": f'"http://{name}.test"', "timezone": '"America/Sao_Paulo"', **QUIET}
        tables: dict[str, Any] = {}
        if kind == "ixc":
            secrets = {"token": simulator.token}
        elif kind == "integrator":
            secrets = {"user": simulator.user, "password": simulator.password}
            tables = {
                "defaults": {"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"},
                "queries": integrator_queries(),
                "submethods": integrator_submethods(),
            }
        else:
            secrets = {"client_id": simulator.client_id, "client_secret": simulator.client_secret,
                       "syndata": simulator.syndata, "internal_token": simulator.user_token}  # fmt: skip
            keys |= {"token_url": f'"http://{name}.test:45700"', "internal_url": f'"http://{name}.test:45701"'}
            tables = voalle_settings(self.world, side, forward=True)
        for key, secret in secrets.items():
            file = SECRET_FILES.get((side, kind, key), f"{side}-{key}")
            (self.folder / file).write_text(secret)
            keys[key] = f'"file:{file}"'
        keys |= self.erps.get(name, {})
        keys |= {key: _text(value) for key, value in tables.items() if isinstance(value, str) and key not in keys}
        text = _table(f"erp.{name}", keys)
        for key, value in tables.items():
            if isinstance(value, dict):
                text += _nested(f"erp.{name}.{key}", value)
        return text + _nested(f"erp.{name}.vocab", demo_vocabulary(self.world, side, kind))

    def network(self) -> Network:
        return Network(clock=self.clock, wire=self._wire)

    def _wire(self, url: str) -> httpx2.AsyncBaseTransport:
        return _Resetting(self._app(url))

    def _app(self, url: str) -> Any:
        """What stands at that address. A Voalle stands on three ports, and each knows its own paths only."""
        side = next(side for side, name in NAMES.items() if url.startswith(f"http://{name}.test"))
        simulator = getattr(self, side)
        if self.kinds[side] == "voalle":
            return {45700: simulator.token_app, 45701: simulator.internal_app}.get(
                urlsplit(url).port, simulator.api_app
            )
        return simulator.app

    @asynccontextmanager
    async def bridge(self) -> Any:
        if not self.config_file.exists():
            self.write_config()
        config = self._configured()
        if config.state.sqlite_file == self.folder.absolute() / "bridge.db":
            empty_store(self.folder)
        async with QuickBridge(config, self.network()) as bridge:
            yield bridge

    def _configured(self) -> Config:
        """The configuration as it stands: read again when it, or any file that it may name, has changed."""
        files = (file for file in self.folder.iterdir() if not file.name.startswith("bridge.db"))
        seen = {file.name: (stat.st_mtime_ns, stat.st_size, stat.st_ino) for file in files if (stat := file.stat())}
        if self._read is None or self._read[0] != seen:
            self._read = seen, load(self.config_file)
        return self._read[1]

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
        return self._tickets("left")

    def right_tickets(self) -> dict[str, dict[str, Any]]:
        return self._tickets("right")

    def _tickets(self, side: str) -> dict[str, dict[str, Any]]:
        """id → row. The rows are those of the simulator but for Voalle, whose two tables are put together."""
        tables = getattr(self, side).tables
        if self.kinds[side] == "integrator":
            return dict(tables["ocorrencias"])
        if self.kinds[side] == "ixc":
            return {str(id): row for id, row in tables["su_ticket"].items()}
        incidents = tables["assignment_incidents"]
        return {str(id): {**incidents[id], **row} for id, row in tables["assignments"].items() if not row["deleted"]}

    def left_messages(self, id: str) -> list[dict[str, Any]]:
        return self._messages("left", id)

    def right_comments(self, id: str) -> list[dict[str, Any]]:
        return self._messages("right", id)

    def _messages(self, side: str, id: str) -> list[dict[str, Any]]:
        """What was said in a ticket after it was opened."""
        tables = getattr(self, side).tables
        if self.kinds[side] == "integrator":
            return [row for row in tables["comentarios"].values() if row["codoco"] == id]
        if self.kinds[side] == "ixc":
            return [row for row in tables["su_mensagens"].values() if str(row["id_ticket"]) == id]
        rows = (row for row in tables["reports"].values() if str(row["assignment_id"]) == id)
        return [row for row in rows if row["type_operation"] != OPENING]


def _table(name: str, keys: dict[str, str]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in keys.items()), ""]) + "\n"


def _nested(name: str, values: dict[str, Any]) -> str:
    """A table with the tables in it; no table is written for one that holds tables only."""
    plain = {_text(key): _text(value) for key, value in values.items() if not isinstance(value, dict)}
    text = _table(name, plain) if plain else ""
    return text + "".join(_nested(f"{name}.{key}", value) for key, value in values.items() if isinstance(value, dict))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
