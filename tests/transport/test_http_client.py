"""Statuses, retries, the guard, and what is logged of a request."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime

import httpx2
import pytest

from erp_bridge.core.errors import AuthError, ConfigError, Malformed, Unavailable, Uncertain
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.log import get_logger
from erp_bridge.transport.network import Network
from erp_bridge.transport.redact import MASK
from support.clock import FakeClock
from support.httpclient import READ, WRITE, MakeClient, settings


class Erp:
    """Answers with each of ``replies`` in turn (a status, a response or an exception); the last one repeats."""

    def __init__(self, *replies: int | httpx2.Response | Exception) -> None:
        self.replies = list(replies)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return httpx2.Response(reply) if isinstance(reply, int) else reply


@pytest.mark.parametrize("status", [200, 201, 204, 400, 404, 409, 422, 500, 501])
@pytest.mark.parametrize("how", [READ, WRITE], ids=["read", "write"])
async def test_what_only_the_adapter_can_judge_is_returned(make_client: MakeClient, status: int, how: dict) -> None:
    erp = Erp(status)
    reply = await make_client(erp).send("POST", "x", **how)
    assert reply.status == status
    assert len(erp.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("how", [READ, WRITE], ids=["read", "write"])
async def test_refused_credentials_are_no_matter_of_patience(make_client: MakeClient, status: int, how: dict) -> None:
    erp = Erp(status)
    with pytest.raises(AuthError, match="check the token or the user and password") as caught:
        await make_client(erp).send("POST", "x", **how)
    assert (caught.value.erp, caught.value.operation) == ("matriz", how["operation"])
    assert len(erp.requests) == 1


@pytest.mark.parametrize(("how", "sent"), [(READ, 2), (WRITE, 1)], ids=["read", "write"])
async def test_whoever_waits_goes_out_before_a_reading_is_handed_over(
    make_client: MakeClient, how: dict, sent: int
) -> None:
    """... so that the ERP has something to do while a page is worked on. How a write ended is told at once."""
    erp, by_then = Erp(200), []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        return erp(request)

    client = make_client(answer, max_concurrency=1)

    async def ask() -> None:
        await client.send("POST", "x", **how)
        by_then.append(len(erp.requests))

    await asyncio.gather(ask(), ask())
    assert by_then == [sent, 2]


async def test_a_status_may_be_accepted_by_the_adapter(make_client: MakeClient) -> None:
    reply = await make_client(Erp(403)).send("POST", "x", ok_statuses=(403,), **READ)
    assert reply.status == 403


@pytest.mark.parametrize("status", [408, 502, 503, 504, 522])
async def test_an_overloaded_erp_is_read_again_but_never_written_again(make_client: MakeClient, status: int) -> None:
    erp = Erp(status, status, 200)
    client = make_client(erp)
    assert (await client.send("GET", "x", **READ)).status == 200
    assert len(erp.requests) == client.requests == 3
    erp = Erp(status, 200)
    with pytest.raises(Uncertain, match=f"HTTP {status}"):
        await make_client(erp).send("POST", "x", **WRITE)
    assert len(erp.requests) == 1


async def test_429_then_200_writes_once(make_client: MakeClient, clock: FakeClock) -> None:
    erp = Erp(httpx2.Response(429, headers={"Retry-After": "7"}), 200)
    assert (await make_client(erp).send("POST", "x", **WRITE)).status == 200
    assert len(erp.requests) == 2
    assert clock.monotonic() >= 7


async def test_429_for_ever_is_unavailable_and_wrote_nothing(make_client: MakeClient) -> None:
    erp = Erp(429)
    with pytest.raises(Unavailable, match=r"HTTP 429.*lower requests_per_minute"):
        await make_client(erp).send("POST", "x", **WRITE)
    assert len(erp.requests) == 4


async def test_a_long_rest_is_granted_at_once_and_to_every_client_of_that_erp(clock: FakeClock) -> None:
    erp = Erp(httpx2.Response(503, headers={"Retry-After": "600"}), 200)
    network = Network(clock=clock, wire=lambda url: httpx2.MockTransport(erp))
    first, second = network.client(settings()), network.client(settings())
    other = network.client(settings(name="filial"))
    with pytest.raises(Unavailable, match="asks for a rest of 600 s"):
        await first.send("GET", "x", **READ)
    with pytest.raises(Unavailable, match=r"left alone until 2026-03-10 12:10:00-03:00 \(Retry-After\)$"):
        await second.send("GET", "x", **READ)
    assert len(erp.requests) == 1
    assert clock.monotonic() == 0, "nobody waited ten minutes for the answer no"
    await other.send("GET", "x", **READ)
    clock.advance(600)
    await second.send("GET", "x", **READ)
    assert len(erp.requests) == 3


async def test_retry_after_may_be_a_date_of_the_erps_own_clock(make_client: MakeClient, clock: FakeClock) -> None:
    theirs = clock.now() + timedelta(hours=5)
    headers = {"Retry-After": http_date(theirs + timedelta(seconds=20)), "Date": http_date(theirs)}
    await make_client(Erp(httpx2.Response(429, headers=headers), 200)).send("GET", "x", **READ)
    assert 20 <= clock.monotonic() < 21


async def test_patience_ends_after_a_minute(make_client: MakeClient, clock: FakeClock) -> None:
    def slow(request: httpx2.Request) -> httpx2.Response:
        clock.advance(25)
        return httpx2.Response(504)

    client = make_client(slow)
    with pytest.raises(Unavailable, match="tried"):
        await client.send("GET", "x", **READ)
    assert client.requests == 3, "three answers of 25 s, and no fourth"


async def test_a_redirect_names_the_other_host_only(make_client: MakeClient) -> None:
    erp = Erp(httpx2.Response(302, headers={"Location": "https://login.example/sso?user=maria&ticket=s3cr3t"}))
    with pytest.raises(Malformed, match=r"HTTP 302, to https://login\.example\)") as caught:
        await make_client(erp).send("GET", "x", **READ)
    assert "maria" not in str(caught.value)
    assert len(erp.requests) == 1
    with pytest.raises(Malformed, match="another path of the same host"):
        await make_client(Erp(httpx2.Response(301, headers={"Location": "/login"}))).send("POST", "x", **WRITE)
    with pytest.raises(Malformed, match="another path"):
        await make_client(Erp(httpx2.Response(301, headers={"Location": "http://[broken"}))).send("POST", "x", **WRITE)


async def test_an_erp_simulated_in_process_may_lose_its_reply(make_client: MakeClient) -> None:
    erp = Erp(ConnectionResetError(), ConnectionResetError(), 200)
    await make_client(erp).send("GET", "x", **READ)
    with pytest.raises(Uncertain):
        await make_client(Erp(ConnectionResetError())).send("POST", "x", **WRITE)


async def test_the_guard_is_asked_before_each_send_and_may_forbid_it(make_client: MakeClient) -> None:
    class LeaseLost(Exception):
        pass

    asked: list[float] = []

    def guard(deadline: float) -> None:
        asked.append(deadline)
        if len(asked) == 3:
            raise LeaseLost

    send_guard.set(guard)  # in the context of this test's own task
    erp = Erp(503)
    client = make_client(erp, timeout="12s")
    with pytest.raises(LeaseLost):
        await client.send("GET", "x", **READ)
    assert asked == [12.0] * 3
    assert len(erp.requests) == client.requests == 2


async def test_a_sick_erp_is_left_alone_and_tried_again_later(clock: FakeClock) -> None:
    erp = Erp(503)
    network = Network(clock=clock, wire=lambda url: httpx2.MockTransport(erp))
    client, well = network.client(settings()), network.client(settings(name="filial"))
    for _ in range(2):
        with pytest.raises(Unavailable, match="HTTP 503"):
            await client.send("GET", "x", **READ)
    assert len(erp.requests) == 8
    with pytest.raises(Unavailable, match=r"not asked.*left alone since .*tried next at .*HTTP 503") as caught:
        await client.send("POST", "x", **WRITE)
    assert "(tried" not in str(caught.value)
    assert len(erp.requests) == 8
    erp.replies = [200]
    assert (await well.send("GET", "x", **READ)).status == 200, "one sick ERP never stops the others"
    clock.advance(30)
    assert (await client.send("GET", "x", **READ)).status == 200
    assert (await client.send("GET", "x", **READ)).status == 200


async def test_an_erp_left_alone_says_so_even_while_its_queue_is_full(clock: FakeClock) -> None:
    stuck = asyncio.Event()

    async def erp(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/slow":
            await stuck.wait()
        return httpx2.Response(503)

    network = Network(clock=clock, wire=lambda url: httpx2.MockTransport(erp))
    client = network.client(settings(max_concurrency=1, requests_per_minute=6000))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await client.send("GET", "x", **READ)
    clock.advance(30)
    probe = asyncio.create_task(client.send("POST", "slow", **WRITE))
    while not client._limiter._in_flight:
        await asyncio.sleep(0)
    async with asyncio.timeout(1):
        with pytest.raises(Unavailable, match="being tried right now"):
            await client.send("GET", "x", **READ)
    stuck.set()
    with pytest.raises(Uncertain):
        await probe


async def test_an_erp_that_answers_now_and_then_is_not_left_alone(make_client: MakeClient) -> None:
    erp = Erp(*[503, 503, 503, 200] * 10)
    client = make_client(erp)
    for _ in range(10):
        assert (await client.send("GET", "x", **READ)).status == 200


@pytest.mark.parametrize("reply", [429, 503, httpx2.ReadTimeout("")], ids=["429", "503", "late"])
async def test_an_erp_in_trouble_is_asked_more_slowly(
    make_client: MakeClient, clock: FakeClock, reply: int | Exception
) -> None:
    client = make_client(Erp(reply, 200), requests_per_minute=60)
    for _ in range(6):
        await client.send("GET", "x", **READ)
    assert clock.monotonic() > 8, "no burst any more, and about half the pace"


@pytest.mark.parametrize("status", [401, 404, 429, 500])
async def test_an_erp_that_answers_no_is_not_sick(make_client: MakeClient, status: int) -> None:
    erp = Erp(status)
    client = make_client(erp)
    for _ in range(5):
        try:
            await client.send("GET", "x", **READ)
        except (AuthError, Unavailable) as error:
            assert "not asked" not in str(error)  # noqa: PT017


async def test_bodies(make_client: MakeClient) -> None:
    erp = Erp(200)
    client = make_client(erp)
    await client.send("POST", "/integrator.server.php", json={"t": "ção 👍"}, ascii_json=False, **WRITE)
    await client.send("POST", "x", form={"a": "é b"}, **WRITE)
    await client.send("POST", "x", form={"a": "1"}, files={"local_arquivo": ("foto.jpg", b"\xff\xd8")}, **WRITE)
    await client.send("DELETE", "", **WRITE)
    plain, form, multipart, empty = erp.requests
    assert (plain.url.path, plain.content.decode()) == ("/integrator.server.php", '{"t":"ção 👍"}')
    assert (form.headers["content-type"], form.content) == ("application/x-www-form-urlencoded", b"a=%C3%A9+b")
    assert multipart.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="local_arquivo"; filename="foto.jpg"' in multipart.content
    assert b"\xff\xd8" in multipart.content
    assert (empty.url.path, empty.content) == ("/", b"")


async def test_one_erp_may_have_a_second_address(clock: FakeClock) -> None:
    asked: list[str] = []
    erp = Erp(200)

    def wire(base_url: str) -> httpx2.MockTransport:
        asked.append(base_url)
        return httpx2.MockTransport(erp)

    network = Network(clock=clock, wire=wire)
    client = network.client(settings(), base_url="https://erp.example:45700/")
    await client.send("POST", "connect/token", form={"a": "1"}, **READ)
    assert asked == ["https://erp.example:45700/"]
    assert str(erp.requests[0].url) == "https://erp.example:45700/connect/token"


async def test_text_that_utf8_cannot_carry_is_sent_all_the_same(make_client: MakeClient) -> None:
    erp = Erp(200)
    await make_client(erp).send("POST", "x", json={"t": "a\ud800b"}, ascii_json=False, **WRITE)
    assert erp.requests[0].content == b'{"t":"a?b"}'


async def test_credentials_that_no_header_can_carry_are_a_matter_of_configuration(make_client: MakeClient) -> None:
    client = make_client(Erp(200), headers={"Authorization": "Basic abc"})
    with pytest.raises(ConfigError, match="check url, and the credentials") as caught:
        await client.send("GET", "x", headers={"X-Token": "é€"}, **READ)
    assert "é€" not in str(caught.value)


async def test_the_offset_of_the_erps_clock(make_client: MakeClient, clock: FakeClock) -> None:
    def four_seconds_away(request: httpx2.Request) -> httpx2.Response:
        clock.advance(2)
        response = erp(request)
        clock.advance(2)
        return response

    erp = Erp(200)
    client = make_client(four_seconds_away)
    await client.send("GET", "x", **READ)
    assert client.clock_offset is None
    for seconds in (-90, -90, 4000):
        theirs = clock.now() + timedelta(seconds=2 + seconds)
        erp.replies = [httpx2.Response(200, headers={"Date": http_date(theirs)})]
        await client.send("GET", "x", **READ)
    assert client.clock_offset == timedelta(seconds=-90)


async def test_credentials_never_show_in_any_log_line(make_client: MakeClient, logged: Callable) -> None:
    make_client(Erp(200), headers={"authorization": "Token tangerina"}, secrets=("01USUABACAXI",))
    get_logger().info("x", a="tangerina", b="by 01USUABACAXI", c=base64.b64encode(b"u:01USUABACAXI").decode())
    (event,) = logged()
    assert (event["a"], event["b"]) == (MASK, f"by {MASK}")
    assert event["c"].count(MASK) == 1


async def test_one_event_per_attempt_and_nothing_of_the_bodies(
    make_client: MakeClient, clock: FakeClock, logged: Callable
) -> None:
    def slow(request: httpx2.Request) -> httpx2.Response:
        clock.advance(0.12345)
        return erp(request)

    erp = Erp(503, httpx2.Response(200, json={"senha": "abacaxi"}))
    client = make_client(slow, headers={"Authorization": "Basic NjE6dGFuZ2VyaW5h"}, secrets=("61:tangerina",))
    await client.send("POST", "x", json={"nome": "Maria do Carmo", "menssagem": "sem sinal"}, **READ)
    events = logged()
    for event in events:
        assert set(event) == {
            "event", "erp", "operation", "status", "duration", "attempt", "outcome", "level", "timestamp",
        }  # fmt: skip
        del event["timestamp"]
    common = {"event": "request", "erp": "matriz", "operation": "su_ticket.listar", "duration": 0.123}
    assert events == [
        {**common, "status": 503, "attempt": 1, "outcome": "busy", "level": "warning"},
        {**common, "status": 200, "attempt": 2, "outcome": "ok", "level": "debug"},
    ]


async def test_every_end_of_a_request_is_logged_once(make_client: MakeClient, logged: Callable) -> None:
    for reply, outcome in (
        (401, "auth"), (302, "redirect"), (404, "ok"), (ConnectionResetError(), "lost"), (503, "busy"),
        (httpx2.RemoteProtocolError(""), "cut"), (httpx2.ReadTimeout(""), "late"),
    ):  # fmt: skip
        with suppress(AuthError, Malformed, Uncertain):
            await make_client(Erp(reply)).send("POST", "x", **WRITE)
        (event,) = logged()
        assert (event["event"], event["outcome"]) == ("request", outcome)


async def test_errors_are_one_line_without_secrets(make_client: MakeClient) -> None:
    secret = "61:deadbeefcafe"
    errors = (httpx2.ConnectError, httpx2.RemoteProtocolError, httpx2.ReadTimeout, httpx2.PoolTimeout)
    for reply in (401, 302, 429, 503, 504, ConnectionResetError(secret), *(error(secret) for error in errors)):
        for how in (READ, WRITE):
            with pytest.raises((AuthError, Malformed, Unavailable, Uncertain)) as caught:
                await make_client(Erp(reply), headers={"Authorization": f"Basic {secret}"}).send("POST", "x", **how)
            text = str(caught.value)
            assert secret not in text
            assert "\n" not in text
            assert "Traceback" not in text
            assert ": " in text, "what happened, then what to do"


def http_date(instant: object) -> str:
    return format_datetime(instant, usegmt=True)  # type: ignore[arg-type]
