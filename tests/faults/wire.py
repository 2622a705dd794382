"""The network between the bridge and the simulated ERPs: it kills, delays, hides and shuffles on request.

Requests are carried out in process. A request of a killed bridge reaches nobody, as on a real network; one that was
under way at that moment may still be carried out afterwards, for as long as ``settle`` says.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import httpx2

if TYPE_CHECKING:
    from faults.bench import Bench

_CALLS = ("criarAtendimento", "exemploComentar", "exemploStatus", "addAnexo")
_VOALLE_READS = ("getsolicitationdata", "contract/getpaged", "/connect/token")
_LOOKED_UP_BY = ("id", "protocolo", "id_cliente", "id_ticket")


@dataclass
class Kill:
    """The bridge dies at its ``at``-th request: before the ERP acts, after it, or while the request is under way.

    With ``writes`` only requests that write are counted.
    """

    at: int
    when: Literal["before", "after", "late"] = "before"
    late_by: float = 3.0
    writes: bool = False


@dataclass
class Weather:
    """What the network is like now. Everything off makes it a perfect one."""

    kill: Kill | None = None
    late_writes: list[float] = field(default_factory=list)  # the next writes arrive so many seconds later, unanswered
    hidden_for: float = 0.0  # look-ups do not show what the bridge wrote within so many seconds
    shuffled: bool = False  # rows of a listing that is whole come in another order
    ping: float = 0.2  # seconds that each request takes
    count: int = 0  # requests so far in this pass
    writes: int = 0  # those that write


class Wire(httpx2.AsyncBaseTransport):
    """One bridge's way to one ERP."""

    def __init__(self, bench: Bench, side: str, app: Any) -> None:
        self._bench, self._side = bench, side
        self._life = bench.life
        self._inner = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        bench, weather = self._bench, self._bench.weather
        if self._life != bench.life:
            raise httpx2.ConnectError("this bridge is dead", request=request)
        bench.clock.advance(weather.ping)
        await bench.deliver_what_is_due()
        weather.count += 1
        writes = is_write(request)
        weather.writes += writes
        await request.aread()  # an upload is a stream until somebody has read it
        kill = weather.kill
        if kill is not None and (weather.writes if kill.writes else weather.count) >= kill.at:
            await self._die(request, kill, writes=writes)
        if writes and weather.late_writes:
            bench.post(self._side, request, weather.late_writes.pop())
            raise httpx2.ReadTimeout("no answer in time", request=request)
        response = await self.act(request)
        return await self._shown(request, response)

    async def act(self, request: httpx2.Request) -> httpx2.Response:
        """Let the ERP do what it is asked; a reset inside it is a lost reply, as on a wire."""
        try:
            if not is_write(request):
                return await self._inner.handle_async_request(request)
            try:
                with self._bench.audit.watching(self._side):
                    return await self._inner.handle_async_request(request)
            finally:
                self._bench.date_births()
        except ConnectionResetError as error:
            raise httpx2.ReadError(str(error), request=request) from error

    async def _die(self, request: httpx2.Request, kill: Kill, *, writes: bool) -> None:
        self._bench.weather.kill = None
        if kill.when == "after":
            with contextlib.suppress(httpx2.ReadError):
                await self.act(request)
        elif kill.when == "late" and writes:
            self._bench.post(self._side, request, kill.late_by)
        self._bench.died.set()
        await asyncio.Event().wait()

    async def _shown(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        weather = self._bench.weather
        if not (weather.hidden_for or weather.shuffled) or is_write(request):
            return response
        content = await response.aread()
        try:
            reply = json.loads(content)
        except ValueError:
            return response
        rows = _rows(reply)
        if rows is None or not rows:
            return response
        kept = [row for row in rows if not self._hidden(request, row)]
        if weather.shuffled and request.headers.get("ixcsoft") and len(rows) >= int(reply.get("total", 0)):
            random.shuffle(kept)
        if kept == rows:
            return response
        _put_rows(reply, kept, fewer=len(rows) - len(kept))
        headers = [(name, value) for name, value in response.headers.items() if name != "content-length"]
        return httpx2.Response(response.status_code, headers=headers, json=reply, request=request)

    def _hidden(self, request: httpx2.Request, row: dict[str, Any]) -> bool:
        bench = self._bench
        if not bench.weather.hidden_for or not _is_look_up(request):
            return False
        key = str(row.get("codcom") or row.get("codoco") or row.get("assignmentId") or row.get("id"))
        is_message = any(column in row for column in ("codcom", "mensagem", "typeOperation"))
        born = bench.births.get((self._side, is_message, key))
        return born is not None and bench.clock.monotonic() - born < bench.weather.hidden_for


def is_write(request: httpx2.Request) -> bool:
    path = request.url.path
    if "/thirdparty/" in path or path == "/connect/token":
        return request.method == "POST" and not path.endswith(_VOALLE_READS)
    if "integrator" in path:
        return any(call in request.content.decode("utf-8", "replace") for call in _CALLS)
    return not request.headers.get("ixcsoft") and "gerar_protocolo" not in path


def _is_look_up(request: httpx2.Request) -> bool:
    """Whether particular records were asked for, not a feed."""
    if "/thirdparty/" in request.url.path:
        return True
    if "integrator" in request.url.path:
        return True
    body = json.loads(request.content)
    asked = [(body.get("qtype", ""), body.get("oper", ""))]
    asked += [(item["TB"], item["OP"]) for item in json.loads(body.get("grid_param") or "[]")]
    return any(oper in ("=", "IN") and name.partition(".")[2] in _LOOKED_UP_BY for name, oper in asked)


def _rows(reply: Any) -> list[dict[str, Any]] | None:
    if isinstance(reply, list):
        return reply
    if isinstance(reply, dict) and "response" in reply:
        found = reply["response"]
        found = found.get("data") if isinstance(found, dict) else found
        return found if isinstance(found, list) else None
    if not isinstance(reply, dict):
        return None
    found = reply.get("registros")
    if found is None:
        found = reply.get("data", {}).get("results") if isinstance(reply.get("data"), dict) else None
        found = [found] if isinstance(found, dict) else found
    elif isinstance(found, dict):
        found = list(found.values())
    return found if isinstance(found, list) else None


def _put_rows(reply: Any, rows: list[dict[str, Any]], *, fewer: int) -> None:
    if isinstance(reply, list):
        reply[:] = rows
    elif "response" in reply:
        whole = reply["response"]
        (whole["data"] if isinstance(whole, dict) else whole)[:] = rows
    elif "registros" in reply:
        reply["registros"] = rows
        reply["total"] = str(int(reply["total"]) - fewer)
    elif rows:
        reply["data"]["results"] = rows
    else:
        del reply["data"]
