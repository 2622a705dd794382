"""An IXC that answers exactly what a test says. Import as ``ixc.scripted``."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from erp_bridge.transport.network import Network
from ixc.ixc_box import URL, adapter
from support.clock import FakeClock

ERROR_PAGE = "<div class='erro'>Ocorreu um erro ao processar.<br />Contate o suporte IXC Soft.</div>"
Answer = Any  # JSON, a text, an httpx2.Response, an exception, or a function of the call that gives one


@dataclass(frozen=True)
class Call:
    method: str
    path: str  # below /webservice/v1/
    headers: httpx2.Headers
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def lists(self) -> bool:
        return self.headers.get("ixcsoft") == "listar"


class ScriptedErp:
    """``answers``: path → answers in turn, the last one for good. ``"list su_ticket"`` is told from ``"su_ticket"``."""

    def __init__(self, **keys: Any) -> None:
        self.answers: dict[str, deque[Answer]] = {}
        self.calls: list[Call] = []
        self.clock = FakeClock()
        self.keys = keys
        self.network = Network(clock=self.clock, wire=lambda url: httpx2.MockTransport(self._serve))
        self.adapter = adapter(self.network, **keys)

    @property
    def client(self) -> Any:
        return self.adapter._client

    def on(self, path: str, *answers: Answer) -> ScriptedErp:
        self.answers[path] = deque(answers)
        return self

    def asked(self, path: str) -> list[Call]:
        return [call for call in self.calls if _name(call) == path]

    async def _serve(self, request: httpx2.Request) -> httpx2.Response:
        prefix = f"{URL}/webservice/v1/"
        assert str(request.url).startswith(prefix)
        call = Call(request.method, str(request.url)[len(prefix) :], request.headers, await request.aread())
        self.calls.append(call)
        answers = self.answers.get(_name(call)) or self.answers.get(_name(call).partition("/")[0])
        assert answers, f"nothing to say to {_name(call)}"
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        return _response(answer(call) if isinstance(answer, Callable) else answer)  # type: ignore[arg-type]


def listing(*rows: dict[str, Any], total: Any = None) -> dict[str, Any]:
    """Rows as the ERP lists them."""
    reply: dict[str, Any] = {"page": "1", "total": str(len(rows)) if total is None else total}
    if rows:
        reply["registros"] = list(rows)
    return reply


def stored(id: str) -> dict[str, Any]:
    return {"type": "success", "message": "Registro inserido com sucesso!", "id": id}


def refused(text: str) -> dict[str, Any]:
    return {"type": "error", "message": text}


def _name(call: Call) -> str:
    return f"list {call.path}" if call.lists else call.path


def _response(answer: Answer) -> httpx2.Response:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, httpx2.Response):
        return answer
    if isinstance(answer, str):
        return httpx2.Response(200, text=answer, headers={"content-type": "text/html; charset=ISO-8859-1"})
    return httpx2.Response(200, content=json.dumps(answer).encode(), headers={"content-type": "text/x-json"})
