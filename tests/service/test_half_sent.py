"""A process that is frozen while it connects, or between the two halves of a request, sends no more of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from erp_bridge.core.errors import BridgeError
from erp_bridge.transport.exchange import Exchange, Order
from erp_bridge.transport.guard import send_guard
from support.clock import FakeClock
from support.rawserver import RawServer, answer

ORDER = Order("POST", "su_ticket", "create su_ticket", {}, content=b'{"titulo": "Sem sinal"}')


class Overtaken(BridgeError):
    """Somebody else has the pair by now."""


def overtaken_at(number: int) -> Callable[[float], None]:
    """Forbids the send from the ``number``-th time on that it is asked."""
    asked = 0

    def guard(_deadline: float) -> None:
        nonlocal asked
        asked += 1
        if asked >= number:
            raise Overtaken

    return guard


@asynccontextmanager
async def exchange(server: RawServer) -> AsyncIterator[Exchange]:
    made = Exchange(
        "matriz", server.url, FakeClock(), headers={}, deadline=5.0, verify=True, max_reply=1000, transport=None
    )  # fmt: skip
    yield made
    await made.aclose()


@pytest.mark.parametrize("when", [1, 2])  # the connection stands; the head is out and the body is not
async def test_what_is_not_sent_yet_stays(when: int) -> None:
    async with RawServer(answer(b"{}")) as server, exchange(server) as made:
        send_guard.set(overtaken_at(when))
        with pytest.raises(Overtaken):
            await made.send(ORDER)
        assert server.received == [], "no whole request has come"


async def test_who_is_not_overtaken_sends_it_and_is_asked_for_each_part_on_every_connection() -> None:
    asked: list[float] = []
    async with RawServer(answer(b"{}")) as server, exchange(server) as made:
        send_guard.set(asked.append)
        for _ in range(2):  # the second one goes over the same connection
            assert (await made.send(ORDER)).status == 200
        assert len(server.received) == 2
    assert asked == [5.0] * 4
