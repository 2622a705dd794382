"""The ASGI wrapper that lets :class:`~erp_bridge.sandbox.faults.Faults` loose on a simulated ERP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from erp_bridge.sandbox.faults import BY_APP, ORDERS, Faults, call
from erp_bridge.sandbox.server import TRANSPORT, Cut

Headers = list[tuple[bytes, bytes]]


class Stalled(ConnectionResetError, TimeoutError):
    """No answer came. Over real HTTP it is the client that gives up; in process this says so at once."""


@dataclass
class _Reply:
    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    async def collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        else:
            self.body += message.get("body", b"")


class FaultyApp:
    """Wraps an app. ``operation`` names a request for matching; ``shift`` makes rows change after a listing.

    ``now`` is the ERP's clock: it dates every reply, those of faults too, so that a skewed clock can be simulated.
    ``on_request`` is told of every request that arrives, whatever becomes of it.
    """

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        *,
        operation: Callable[[Scope, bytes], str],
        now: Callable[[], datetime],
        html: bytes = b"<html><body><h1>Internal Server Error</h1></body></html>",
        shift: Callable[[str, bytes], None] | None = None,
        on_request: Callable[[str], None] | None = None,
    ) -> None:
        self._app = app
        self._faults = faults
        self._operation = operation
        self._now = now
        self._html = html
        self._shift = shift
        self._on_request = on_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"a simulated ERP speaks HTTP, not {scope['type']}")
        body = await _read(receive)
        operation = self._operation(scope, body)
        if self._on_request:
            self._on_request(operation)
        struck = self._faults.strike(operation)
        scope[ORDERS] = {kind: details for kind, details in struck.items() if kind in BY_APP}
        reply = await self._serve(scope, body, receive, operation, struck)
        length = len(reply.body)
        if "half" in struck:
            reply.body = reply.body[: length // 2]
            length = len(reply.body)
        if "truncate" in struck:
            reply.body = reply.body[: length // 2]
        headers = [(name, value) for name, value in reply.headers if name.lower() not in (b"date", b"content-length")]
        headers.append((b"date", format_datetime(self._now().astimezone(UTC), usegmt=True).encode()))
        headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body, "more_body": "truncate" in struck})
        if "truncate" in struck:
            raise Cut("fault: truncate")

    async def _serve(
        self, scope: Scope, body: bytes, receive: Receive, operation: str, struck: dict[str, dict[str, Any]]
    ) -> _Reply:
        hook = struck.get("hook", {})
        if "latency" in struck:
            await self._faults.sleep(struck["latency"]["seconds"])
        await call(hook.get("before"))
        if "stall" in struck:
            await _stall(scope, receive)
        if "reset_before" in struck:
            raise ConnectionResetError("fault: reset_before")
        answer = self._answer(struck)
        if answer is not None and not any(struck.get(kind, {}).get("acts") for kind in ("status", "html")):
            return answer
        reply = _Reply()
        await self._app(scope, _replay(body), reply.collect)
        await call(hook.get("after"))
        if "stall_reply" in struck:
            await _stall(scope, receive)
        if "lost_reply" in struck:
            raise ConnectionResetError("fault: lost_reply")
        if "shift_pages" in struck and self._shift:
            self._shift(operation, reply.body)
        return answer or reply

    def _answer(self, struck: dict[str, dict[str, Any]]) -> _Reply | None:
        """What is answered in the app's stead."""
        if "status" in struck:
            details = struck["status"]
            headers: Headers = [(b"content-type", b"text/html")]
            if "retry_after" in details:
                headers.append((b"retry-after", str(details["retry_after"]).encode()))
            code: int = details.get("code", 503)
            return _Reply(code, headers, b"<html><head><title>%d</title></head></html>" % code)
        if "html" in struck:
            headers = [(b"content-type", b"text/html; charset=utf-8")]
            return _Reply(struck["html"].get("status", 200), headers, self._html)
        return None


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the client went away before its request was whole")
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _stall(scope: Scope, receive: Receive) -> None:
    """Wait until the client gives up; in process nobody can wait, and nobody needs to."""
    if TRANSPORT in scope:
        while (await receive())["type"] != "http.disconnect":
            pass
    raise Stalled("fault: stall")
