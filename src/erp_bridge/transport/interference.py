"""A line to an ERP on which somebody listens, counts, and makes things go wrong: for the conformance kit.

It stands between the HTTP client and the ERP, so that any adapter can be put to the test that opens its clients by
:class:`~erp_bridge.transport.network.Network`: nothing is asked of the ERP, which may be simulated in process or real.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx2

from erp_bridge.core.clock import Clock
from erp_bridge.transport.exchange import trust


@dataclass(frozen=True)
class Fault:
    """What becomes of one request.

    ``refused``: no connection. ``lost``: the ERP acts, its answer never comes. ``cut``: the answer breaks off half-way.
    ``half``: half of the answer, as if it were whole. ``answer``: this answer instead of the ERP's, which has carried
    the request out all the same if ``acts``.
    """

    kind: Literal["refused", "lost", "cut", "half", "answer"]
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    acts: bool = False


REFUSED, LOST, CUT, HALF = Fault("refused"), Fault("lost"), Fault("cut"), Fault("half")


def answer(status: int, body: bytes = b"", *, acts: bool = False, headers: Mapping[str, str] | None = None) -> Fault:
    """That answer."""
    return Fault("answer", status, body, headers or {}, acts)


class Line:
    """All the ways from one bridge to one ERP. ``app`` answers in process (one, or one for each beginning of a URL)."""

    def __init__(self, clock: Clock, app: Any = None, *, verify: bool | str = True) -> None:
        self.count = 0
        self.sent_at: list[float] = []  # by the clock's monotonic time, each request that was tried
        self.clock = clock
        self._apps: Mapping[str, Any] | None = app if app is None or isinstance(app, Mapping) else {"": app}
        self._verify = verify
        self._fault: Fault | None = None
        self._first, self._last = 0, 0

    def arm(self, fault: Fault, *, first: int = 1, last: int | None = None) -> None:
        """Let the fault strike the ``first``-th request from now and all later ones, up to the ``last``-th."""
        self._fault = fault
        self._first = self.count + first
        self._last = self.count + last if last is not None else 2**62

    def mend(self) -> None:
        """Everything works again."""
        self._fault = None

    def wire(self, url: str) -> httpx2.AsyncBaseTransport:
        """What :class:`Network` asks for. Raises ``LookupError`` when no app answers at that address."""
        if self._apps is None:
            return _Tapped(self, httpx2.AsyncHTTPTransport(verify=trust(self._verify)))
        for beginning in sorted(self._apps, key=len, reverse=True):
            if url.startswith(beginning):
                return _Tapped(self, httpx2.ASGITransport(app=self._apps[beginning]))
        raise LookupError(f"no app of the bench answers at {url}")

    def next(self) -> Fault | None:
        """Count a request, and say what becomes of it."""
        self.count += 1
        self.sent_at.append(self.clock.monotonic())
        return self._fault if self._first <= self.count <= self._last else None


class _Tapped(httpx2.AsyncBaseTransport):
    """One of the connections' pools, with the line's faults in it."""

    def __init__(self, line: Line, inner: httpx2.AsyncBaseTransport) -> None:
        self._line = line
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        fault = self._line.next()
        if fault is None:
            return await self._through(request)
        if fault.kind == "refused":
            raise httpx2.ConnectError("refused", request=request)
        if fault.kind == "answer":
            if fault.acts:
                await (await self._through(request)).aread()
            return httpx2.Response(fault.status, headers=dict(fault.headers), content=fault.body, request=request)
        response = await self._through(request)
        content = await response.aread()
        if fault.kind == "lost":
            raise httpx2.ReadError("lost", request=request)
        half = content[: len(content) // 2]
        headers = [(k, v) for k, v in response.headers.items() if k not in ("content-length", "content-encoding")]
        if fault.kind == "half":
            return httpx2.Response(response.status_code, headers=headers, content=half, request=request)
        return httpx2.Response(response.status_code, headers=headers, stream=_BreaksOff(half), request=request)

    async def _through(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionResetError as error:  # an app in process that tears its connection
            raise httpx2.ReadError(str(error), request=request) from error

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BreaksOff(httpx2.AsyncByteStream):
    def __init__(self, half: bytes) -> None:
        self._half = half

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise httpx2.RemoteProtocolError("the answer broke off")
