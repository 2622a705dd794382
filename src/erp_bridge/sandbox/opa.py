"""An Opa! Suite in a box: the lists of conversations and users, by GET with a JSON body, with their known quirks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

BASE = "/api/v1/"
#: What each list can be filtered by; a filter without any of these is refused.
FIELDS: Mapping[str, frozenset[str]] = {
    "atendimento": frozenset(
        {"protocolo", "dataInicialAbertura", "dataFinalAbertura", "dataInicialEncerramento", "dataFinalEncerramento",
         "status"}
    ),
    "usuario": frozenset({"tipo", "nome", "status"}),
}  # fmt: skip
#: Lists that give everything whatever was asked for.
WITHOUT_PAGES = frozenset({"usuario"})


@dataclass
class OpaSimulator:
    """``app`` is an ASGI app, ``token`` opens it. ``refusal``: what every list answers under HTTP 200 instead."""

    atendimentos: list[dict[str, Any]] = field(default_factory=list)
    usuarios: list[dict[str, Any]] = field(default_factory=list)
    token: str = "opa-token-da-demo"
    refusal: str = ""
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # (resource, body)

    @property
    def app(self) -> OpaSimulator:
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(Request(scope), await Request(scope, receive).body())
        await response(scope, receive, send)

    def _respond(self, request: Request, body: bytes) -> Response:
        resource = request.url.path.removeprefix(BASE).strip("/")
        if request.method != "GET" or resource not in FIELDS or not request.url.path.startswith(BASE):
            return _answer("error", 404, "Not found")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _answer("error", 401, "Unauthorized")
        if self.refusal:
            return JSONResponse({"status": "error", "code": 500, "message": self.refusal})
        try:
            asked = json.loads(body) if body else {}
        except ValueError:
            return _answer("error", 400, "Invalid JSON")
        self.requests.append((resource, asked))
        wanted = asked.get("filter") or {}
        unknown = [name for name in wanted if name not in FIELDS[resource]]
        if unknown or not wanted:
            return _answer("error", 400, f"Field '{unknown[0] if unknown else ''}' is not allowed")
        options = asked.get("options") or {}
        limit, skip = int(options.get("limit", 100)), int(options.get("skip", 0))
        if not 1 <= limit <= 1000:
            return _answer("error", 400, "limit must be between 1 and 1000")
        rows: Sequence[dict[str, Any]] = self.atendimentos if resource == "atendimento" else self.usuarios
        found = [row for row in rows if all(_matches(row, name, value) for name, value in wanted.items())]
        page = found if resource in WITHOUT_PAGES else found[skip : skip + limit]
        return JSONResponse({"status": "success", "code": 200, "data": page})


def _matches(row: Mapping[str, Any], name: str, value: str) -> bool:
    if not name.startswith("data"):
        return bool(row.get(name) == value)
    day = str(row.get("date" if name.endswith("Abertura") else "fim") or "")[:10]
    return bool(day) and (day >= value if name.startswith("dataInicial") else day <= value)


def _answer(status: str, code: int, message: str) -> Response:
    return JSONResponse({"status": status, "code": code, "message": message}, status_code=code)
