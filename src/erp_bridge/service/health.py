"""``/healthz`` and ``/readyz``: what a supervisor or a load balancer asks for every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.failure import StoreError

#: A store that has not answered within so many seconds is not reachable.
PATIENCE = 5.0


class Service(Protocol):
    """Whatever is asked how it is."""

    @property
    def bridge(self) -> Bridge: ...

    def ails(self) -> str:
        """What keeps it from working; empty when it works."""
        ...


def routes(service: Callable[[], Service]) -> list[Route]:
    """Both pages. ``service`` gives the one that runs at that moment."""

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})  # it is this very event loop that answers

    async def readyz(request: Request) -> JSONResponse:
        reason = service().ails() or await store_ails(service().bridge)
        if reason:
            return JSONResponse({"status": "not ready", "reason": reason}, 503)
        return JSONResponse({"status": "ready"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


async def store_ails(bridge: Bridge) -> str:
    """Why the state store cannot be used; empty when it can. Asked in a thread: a dead server answers slowly."""

    def ask() -> None:
        with bridge.db.read() as tx:
            tx.execute(text("SELECT 1"))

    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(ask)
    except TimeoutError:
        return f"the state store has not answered within {PATIENCE:g} s"
    except StoreError as error:
        return str(error)
    return ""
