"""Reading a request: which call it makes, with which parameters, whatever their case and wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Scope

from erp_bridge.sandbox.voalle.replies import Status

TOKEN = "/connect/token"
PREFIX = "/external/integrations/thirdparty/"
INTERNAL = "/api/v1/ServiceDesk/AssignmentIncidents/"

#: Fields that are never written down.
_SECRET = frozenset({"client_secret", "password", "syndata", "refresh_token", "username", "client_id"})


@dataclass
class Call:
    """One request. ``query`` has its names in lower case; ``body`` is the JSON object or the form."""

    method: str
    name: str  # the path below its prefix
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None
    orders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """How it is named in logs and fault orders: ``POST opendetailedsolicitation``, ``GET solicitationlist/12``."""
        return f"{self.method} {self.name}"

    @property
    def last(self) -> str:
        """The last part of the path, where an id stands."""
        return self.name.rpartition("/")[2]


def address(scope: Scope) -> Call:
    """The request as its address tells it; the body is still to be read."""
    path: str = scope["path"]
    name = path.strip("/")
    for prefix in (PREFIX, INTERNAL):
        if path.startswith(prefix):
            name = path.removeprefix(prefix).strip("/")
    pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return Call(scope["method"], name, {key.casefold(): value for key, value in pairs})


async def read(request: Request, call: Call) -> None:
    """Take the body. ``Status(400)`` when it is not what it says: comments are no JSON (quirk 7)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form() as form:
            for name, value in form.multi_items():
                if name == "File" and isinstance(value, UploadFile):
                    call.file = (value.filename or "", await value.read())
        return
    body = await request.body()
    if kind == "application/x-www-form-urlencoded":
        call.body = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif body.strip():
        try:
            document = json.loads(body)
        except ValueError:
            raise Status(400) from None
        if not isinstance(document, dict):
            raise Status(400)
        call.body = document


def noted(call: Call, body: bytes) -> Call:
    """A copy without credentials, to be kept."""
    content: dict[str, Any] = {}
    try:
        found = (
            json.loads(body) if body[:1] == b"{" else dict(parse_qsl(body.decode())) if call.name == TOKEN[1:] else {}
        )
        content = {key: value for key, value in found.items() if key not in _SECRET}
    except ValueError:
        pass
    return Call(call.method, call.name, dict(call.query), content)
