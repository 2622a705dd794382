"""The circuit breaker opens, probes and closes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from erp_bridge.transport.breaker import Breaker
from erp_bridge.transport.verdict import Failure
from support.clock import FakeClock


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker(clock, ZoneInfo("America/Sao_Paulo"), threshold=3, pause=30, longest=100)


def fail(breaker: Breaker, times: int = 1, reason: str = "refused the connection") -> None:
    for _ in range(times):
        with breaker.trial():
            breaker.failure(reason)


def test_it_opens_after_so_many_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.success()
    fail(breaker, 2)
    breaker.check()
    fail(breaker)
    with pytest.raises(Failure) as caught:
        breaker.check()
    assert caught.value.reason == (
        "not asked, because 3 requests in a row failed (left alone since 2026-03-10 12:00:00-03:00): "
        "it is tried next at 2026-03-10 12:00:30-03:00. The last failure: refused the connection"
    )
    assert not caught.value.may_repeat(writes=False)
    assert not caught.value.may_have_acted


def test_after_the_pause_one_request_at_a_time_may_try(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    clock.advance(29.9)
    with pytest.raises(Failure):
        breaker.check()
    clock.advance(0.1)
    with breaker.trial():
        with pytest.raises(Failure, match="it is being tried right now"), breaker.trial():
            pytest.fail("a second probe got through")
        breaker.success()
    with breaker.trial(), breaker.trial():
        pass  # closed


def test_the_pause_doubles_with_every_probe_that_fails(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    for pause in (30, 60, 100, 100):
        clock.advance(pause - 0.1)
        with pytest.raises(Failure, match="left alone since 2026-03-10 12:00:00"):
            breaker.check()
        clock.advance(0.1)
        fail(breaker)
    clock.advance(100)
    with breaker.trial():
        breaker.success()
    fail(breaker, 3)
    clock.advance(30)
    breaker.check()


def test_a_probe_given_up_makes_room_for_the_next(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    clock.advance(30)
    with pytest.raises(KeyboardInterrupt), breaker.trial():
        raise KeyboardInterrupt
    with breaker.trial():
        breaker.success()
    assert not breaker.is_open


def test_stragglers_do_not_prolong_the_pause(breaker: Breaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    clock.advance(20)
    breaker.failure("was under way when the breaker opened")
    clock.advance(10)
    breaker.check()
