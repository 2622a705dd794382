"""Clients for the tests of the transport, and what they logged."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest

from erp_bridge.transport.client import HttpClient
from erp_bridge.transport.log import configure
from erp_bridge.transport.network import Network
from support.clock import FakeClock
from support.httpclient import MakeClient, forget_logging, settings


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def make_client(clock: FakeClock) -> AsyncIterator[MakeClient]:
    """``make_client(url_or_handler, **settings)``: over the real network, or answered by a function in process."""
    opened: list[HttpClient] = []

    def make(
        target: str | Callable[[httpx2.Request], Any], *, network: dict[str, Any] | None = None, **keys: Any
    ) -> HttpClient:
        headers, secrets = keys.pop("headers", None), keys.pop("secrets", ())
        transport = None if isinstance(target, str) else httpx2.MockTransport(target)
        net = Network(clock=clock, wire=lambda base_url: transport, **(network or {}))
        url = target if isinstance(target, str) else "https://erp.example"
        client = net.client(settings(url, **keys), headers=headers, secrets=secrets)
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The events logged since the last call."""
    configure("json", verbose=True)
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    forget_logging()
