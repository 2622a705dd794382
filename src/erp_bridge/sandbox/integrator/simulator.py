"""The server itself: one address, a JSON envelope, credentials in every call."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from erp_bridge.sandbox.faults import ORDERS, Faults
from erp_bridge.sandbox.faulty import FaultyApp
from erp_bridge.sandbox.integrator import loading
from erp_bridge.sandbox.integrator.calls import Calls
from erp_bridge.sandbox.integrator.errors import Plain, Refusal
from erp_bridge.sandbox.integrator.people import People
from erp_bridge.sandbox.integrator.queries import Queries
from erp_bridge.sandbox.integrator.store import Row, Store
from erp_bridge.sandbox.records import World
from erp_bridge.sandbox.tenant import integrator_queries

PATH = "/integrator.server.php"
_NOT_FOUND = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
#: What the server prints when something breaks: no JSON, no HTML (quirk 5).
_BROKEN = "Fatal error: Uncaught exception 'PDOException' in integrator.server.php"


@dataclass(frozen=True)
class Call:
    """A request that arrived: its submethod (``view.execute <query name>`` for queries), without credentials."""

    operation: str
    params: Mapping[str, Any]


class IntegratorSimulator:
    """One tenant's server over one side of a world. ``app`` is its ASGI application.

    ``single`` says how a result of one row is written: as an "object", as a "list", or as it comes ("seeded", quirk 4).
    ``without`` names queries and submethods that this tenant does not have. ``charset="latin1"`` and ``max_text`` lose
    what the database cannot hold; ``change_stamp`` gives tickets a column ``alterado_em``.
    """

    def __init__(
        self,
        world: World,
        *,
        side: str = "right",
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
        user: str = "01USUAPI00",
        password: str = "senha-da-demo",
        timezone: str = "America/Sao_Paulo",
        charset: str = "utf8",
        max_text: int | None = None,
        max_attachment: int = 5_000_000,
        change_stamp: bool = False,
        single: str = "seeded",
        without: Collection[str] = (),
    ) -> None:
        if single not in ("seeded", "object", "list"):
            raise ValueError('single is "seeded", "object" or "list"')
        self.now = now or (lambda: datetime.now(UTC))
        self.user, self.password = user, password
        self.faults = faults or Faults()
        self.store = Store(zone=ZoneInfo(timezone), now=self.now, charset=charset, max_text=max_text)
        loading.load(self.store, world.side(side))
        api_user = next(u.codigo for u in world.side(side).usuarios if u.api)
        queries = Queries(self.store, change_stamp=change_stamp).by_name
        calls = Calls(self.store, api_user, max_attachment).by_name()
        unknown = set(without) - queries.keys() - calls.keys()
        if unknown:
            raise ValueError(f"no query or submethod is called {', '.join(sorted(unknown))}")
        self._queries = {
            code: (name, queries[name]) for name, code in integrator_queries().items() if name not in without
        }
        self._calls = {name: call for name, call in calls.items() if name not in without}
        self._single, self._rng = single, Random(f"{world.seed}:single")
        self.people = People(self.store)
        self.requests: list[Call] = []
        self.app: ASGIApp = FaultyApp(
            self._serve, self.faults, operation=self._arrived, now=self.now, html=_BROKEN.encode()
        )

    @property
    def tables(self) -> dict[str, dict[str, Row]]:
        """Table → key → row, to look at and to tamper with."""
        return self.store.tables

    def count(self, operation: str = "") -> int:
        """How many requests arrived whose operation contains ``operation``."""
        return sum(operation in call.operation for call in self.requests)

    # --- one request

    def _arrived(self, scope: Scope, body: bytes) -> str:
        """Name a request and write it down, whatever becomes of it."""
        try:
            _, submethod, params = _unwrap(body)
        except Plain:
            submethod, params = f"{scope['method']} {scope['path']}", {}
        if submethod == "view.execute":
            code = str(params.get("_consulta", ""))
            submethod += f" {self._queries[code][0] if code in self._queries else code}"
        self.requests.append(Call(submethod, {k: v for k, v in params.items() if k not in ("_user", "_passwd")}))
        return submethod

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(Request(scope), await Request(scope, receive).body())
        await response(scope, receive, send)

    def _respond(self, request: Request, body: bytes) -> Response:
        if request.url.path != PATH:
            return HTMLResponse(_NOT_FOUND, status_code=404)
        try:
            rows = self._run(request, *_unwrap(body))
        except Plain as said:
            return PlainTextResponse(str(said))
        except Refusal as said:  # quirk 6
            return _json({"error": True, "exception": str(said)})
        if not rows:  # quirk 3
            return _json({"error": False, "exception": ""})
        alone = len(rows) == 1 and (
            self._single == "object" or (self._single == "seeded" and self._rng.random() < 0.5)
        )  # quirk 4
        return _json({"data": {"results": rows[0] if alone else rows}, "error": False, "exception": ""})

    def _run(self, request: Request, method: str, submethod: str, params: Row) -> list[Row]:
        orders: dict[str, Row] = request.scope.get(ORDERS, {})
        if request.method != "POST":
            raise Plain("Requisição inválida")
        if not request.headers.get("applicationv", "").startswith("Integrator/"):
            raise Plain("Versão da aplicação não informada")
        # quirk 12: whatever text the tenant uses for them
        if params.get("_user") != self.user or params.get("_passwd") != self.password:  # quirk 1
            raise Refusal("Usuário ou senha inválidos")
        if method not in ("list", "execute"):  # quirk 2: "list" is right for writes as well
            raise Refusal(f"Método inválido: {method}")
        if "refuse" in orders:
            raise Refusal(orders["refuse"].get("message", "Operação não permitida"))
        if "noop" in orders:
            return []
        if submethod == "view.execute":
            return self._query(params, orders)
        if submethod not in self._calls:
            raise Plain(f"Submetodo {submethod} nao encontrado")
        return self._calls[submethod](params)

    def _query(self, params: Row, orders: dict[str, Row]) -> list[Row]:
        if params.get("formato_padrao") != "X":
            raise Plain("Formato da consulta não informado")
        _, query = self._queries.get(str(params.get("_consulta", "")), ("", None))
        if query is None:
            raise Refusal("Consulta não encontrada")
        if "more_rows" in orders and str(params.get("limite", "")).isdecimal():
            params = {**params, "limite": int(params["limite"]) + int(orders["more_rows"].get("extra", 3))}
        return query(params)


def _unwrap(body: bytes) -> tuple[str, str, Row]:
    """Method, submethod and parameters of an envelope."""
    try:
        request = json.loads(body)["request"]
        called = str(request["method"]), str(request["submethod"]), dict(request["params"])
        receiver = request["sendRequest"]
    except (ValueError, KeyError, TypeError):
        raise Plain("Requisição inválida") from None
    if receiver != "integrator.server":
        raise Plain("Requisição inválida")
    return called


def _json(content: Row) -> Response:
    text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, media_type="application/json; charset=utf-8")
