"""The limiter's promises, for any mixture of callers and answers."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.transport.limiter import Limiter
from erp_bridge.transport.verdict import Failure
from support.clock import FakeClock

ZONE = ZoneInfo("America/Sao_Paulo")


def limiter(clock: FakeClock, *, rpm: int = 60, concurrency: int = 4) -> Limiter:
    return Limiter(clock, ZONE, requests_per_minute=rpm, max_concurrency=concurrency)


def most_in_a_minute(starts: list[float]) -> int:
    return max((sum(1 for other in starts if start <= other < start + 60) for start in starts), default=0)


@given(
    rpm=st.integers(1, 600),
    concurrency=st.integers(1, 20),
    requests=st.lists(
        st.tuples(st.floats(0, 90), st.booleans(), st.none() | st.floats(0, 40)), min_size=1, max_size=80
    ),
)
def test_never_too_many_in_a_minute_or_at_once(
    rpm: int, concurrency: int, requests: list[tuple[float, bool, float | None]]
) -> None:
    """Each request: how long it takes, whether the ERP was busy, and the rest it asked for."""
    clock = FakeClock()
    gate = limiter(clock, rpm=rpm, concurrency=concurrency)
    starts: list[float] = []
    held_until = 0.0
    in_flight = most_in_flight = 0

    async def request(seconds: float, busy: bool, retry_after: float | None) -> None:
        nonlocal in_flight, most_in_flight, held_until
        async with gate.slot(patience=1e9):
            assert clock.monotonic() >= held_until - 1e-6, "a Retry-After holds back every request"
            starts.append(clock.monotonic())
            in_flight += 1
            most_in_flight = max(most_in_flight, in_flight)
            await clock.sleep(seconds)
            in_flight -= 1
            gate.observe("x", seconds, busy=busy)
            if retry_after is not None:
                held_until = max(held_until, clock.monotonic() + retry_after)
                gate.hold(retry_after)

    async def all_at_once() -> None:
        await asyncio.gather(*(request(*each) for each in requests))

    asyncio.run(all_at_once())
    assert len(starts) == len(requests)
    assert most_in_a_minute(starts) <= rpm + 10
    assert most_in_flight <= concurrency


async def take(gate: Limiter, count: int) -> None:
    for _ in range(count):
        async with gate.slot(patience=60):
            pass


async def test_a_burst_of_ten_and_then_the_pace() -> None:
    clock = FakeClock()
    gate = limiter(clock, rpm=60)
    await take(gate, 10)
    assert clock.monotonic() == 0
    await take(gate, 60)
    assert clock.monotonic() == pytest.approx(60)
    clock.advance(3600)
    before = clock.monotonic()
    await take(gate, 11)
    assert clock.monotonic() - before == pytest.approx(1), "an idle hour saves up no more than one burst"


async def test_the_configured_pace_is_reached() -> None:
    clock = FakeClock()
    await take(limiter(clock, rpm=300), 310)
    assert clock.monotonic() == pytest.approx(60)


async def test_a_busy_erp_is_asked_half_as_often_and_recovers_gradually() -> None:
    clock = FakeClock()
    gate = limiter(clock, rpm=60, concurrency=4)
    await take(gate, 10)
    gate.observe("x", 0.1, busy=True)
    gate.observe("x", 0.1, busy=True)
    assert gate.pace == 0.5, "what fails together counts once"
    assert gate.concurrency == 2
    before = clock.monotonic()
    await take(gate, 5)
    assert clock.monotonic() - before == pytest.approx(10)
    for _ in range(24):
        gate.observe("x", 0.1, busy=False)
    assert 0.9 < gate.pace < 1
    for _ in range(10):
        gate.observe("x", 0.1, busy=False)
    assert (gate.pace, gate.concurrency) == (1.0, 4)


def test_the_pace_never_falls_to_nothing() -> None:
    clock = FakeClock()
    gate = limiter(clock)
    for _ in range(50):
        clock.advance(2)
        gate.observe("x", 0.1, busy=True)
    assert gate.pace == pytest.approx(0.1)
    assert gate.concurrency == 1


def test_markedly_slower_answers_slow_us_down_but_not_a_slow_kind_of_request() -> None:
    clock = FakeClock()
    gate = limiter(clock)
    for _ in range(20):
        gate.observe("fast", 0.2, busy=False)
        gate.observe("slow by nature", 6.0, busy=False)
    assert gate.pace == 1
    for _ in range(2):
        gate.observe("fast", 3.0, busy=False)
    assert gate.pace == 1, "two slow answers may be chance"
    gate.observe("fast", 3.0, busy=False)
    assert gate.pace == pytest.approx(0.7)


def test_three_times_nothing_is_still_nothing() -> None:
    gate = limiter(FakeClock())
    gate.observe("x", 0.01, busy=False)
    for _ in range(20):
        gate.observe("x", 0.5, busy=False)
    assert gate.pace == 1


def test_a_first_answer_slower_than_usual_does_not_stay_the_measure() -> None:
    clock = FakeClock()
    gate = limiter(clock)
    gate.observe("x", 4.0, busy=False)  # with the connection to open, and a cold cache
    for _ in range(20):
        gate.observe("x", 0.1, busy=False)
    for _ in range(3):
        gate.observe("x", 3.0, busy=False)
    assert gate.pace < 1


async def test_a_rest_longer_than_our_patience_is_refused_without_waiting() -> None:
    clock = FakeClock()
    gate = limiter(clock)
    gate.hold(61)
    gate.hold(5)  # a shorter one does not shorten it
    with pytest.raises(Failure, match=r"left alone until 2026-03-10 12:01:01-03:00") as caught:
        await take(gate, 1)
    assert not caught.value.may_repeat(writes=False)
    assert clock.slept == []
    clock.advance(1)
    await take(gate, 1)
    assert clock.monotonic() == 61


async def test_an_absurd_rest_counts_as_an_hour() -> None:
    clock = FakeClock()
    gate = limiter(clock)
    gate.hold(1e9)
    clock.advance(3600)
    await take(gate, 1)


async def test_waiting_for_a_free_place_keeps_the_order() -> None:
    gate = limiter(FakeClock(), rpm=600, concurrency=1)
    order: list[int] = []

    async def request(number: int) -> None:
        async with gate.slot(60):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(request(n) for n in range(10)))
    assert order == list(range(10))


async def test_a_place_is_given_back_when_its_request_is_cancelled() -> None:
    gate = limiter(FakeClock(), concurrency=1)
    inside = asyncio.Event()

    async def stuck() -> None:
        async with gate.slot(60):
            inside.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(stuck())
    await inside.wait()
    waiting = asyncio.create_task(take(gate, 1))
    given_up = asyncio.create_task(take(gate, 1))
    await asyncio.sleep(0)
    given_up.cancel()
    first.cancel()
    await asyncio.wait_for(waiting, 1)
    await take(gate, 1)
