"""Faults in process: what each does, when it strikes, and that a seed repeats itself."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest

from erp_bridge.sandbox.faults import BY_APP, KINDS, ORDERS, Faults, parse
from erp_bridge.sandbox.faulty import FaultyApp

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class Target:
    """An app that counts what it did, wrapped in faults. An operation is the method and the path."""

    def __init__(self, faults: Faults, **wiring) -> None:
        self.acted: list[str] = []
        self.orders: list[dict] = []
        self.faults = faults
        app = FaultyApp(
            self._app, faults, operation=lambda scope, body: f"{scope['method']} {scope['path'][1:]}",
            now=lambda: NOON, **wiring,
        )  # fmt: skip
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://erp")

    async def _app(self, scope, receive, send):
        message = await receive()
        self.acted.append(f"{scope['method']} {message['body'].decode()}")
        self.orders.append(dict(scope[ORDERS]))
        headers = [(b"content-type", b"text/x-json"), (b"Content-Length", b"14"), (b"Date", b"yesterday")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok": ', "more_body": True})
        await send({"type": "http.response.body", "body": b'"yes!"}'})


@pytest.fixture
def target():
    return Target(Faults())


async def test_without_orders_nothing_happens(target):
    reply = await target.http.post("/a", content=b"body")
    assert (reply.status_code, reply.json(), reply.headers["content-type"]) == (200, {"ok": "yes!"}, "text/x-json")
    assert reply.headers.get_list("date") == ["Tue, 01 Sep 2026 12:00:00 GMT"]
    assert reply.headers.get_list("content-length") == ["14"]
    assert target.acted == ["POST body"]
    assert target.faults.done == []


@pytest.mark.parametrize(
    ("kind", "acts"),
    [("reset_before", False), ("lost_reply", True), ("truncate", True), ("stall", False), ("stall_reply", True)],
)
async def test_connections_that_end_before_the_reply(target, kind, acts):
    target.faults.once(kind)
    with pytest.raises(ConnectionResetError, match="fault: (stall|" + kind + ")"):
        await target.http.post("/a", content=b"x")
    assert target.acted == (["POST x"] if acts else [])
    assert target.faults.done == [(kind, "POST a")]
    assert (await target.http.post("/a", content=b"x")).status_code == 200


async def test_a_stall_can_be_told_from_a_reset(target):
    target.faults.once("stall")
    with pytest.raises(TimeoutError):
        await target.http.get("/a")


async def test_half_a_body_is_announced_as_the_whole(target):
    target.faults.once("half")
    reply = await target.http.get("/a")
    assert (reply.text, reply.headers["content-length"]) == ('{"ok": ', "7")


async def test_a_status_is_answered_in_the_apps_stead(target):
    target.faults.once("status", code=429, retry_after=2)
    reply = await target.http.get("/a")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "2")
    assert target.acted == []
    target.faults.once("status", code=504, acts=True)
    assert (await target.http.post("/a", content=b"x")).status_code == 504
    assert target.acted == ["POST x"]


async def test_the_erps_html_page():
    target = Target(Faults(), html=b"<div>erro</div>")
    target.faults.once("html")
    target.faults.once("html", status=500, acts=True)
    first, second = await target.http.get("/a"), await target.http.get("/a")
    assert (first.status_code, second.status_code) == (200, 500)
    assert first.text == second.text == "<div>erro</div>"
    assert target.acted == ["GET "]


async def test_latency_waits_on_the_clock_it_is_given():
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    target = Target(Faults("latency=50ms", sleep=sleep))
    target.faults.once("latency", seconds=2)
    for _ in range(2):
        await target.http.get("/a")
    assert waited == [2, 0.05]
    assert len(target.acted) == 2


async def test_hooks_run_before_and_after_the_app_and_may_stop_it(target):
    seen: list[str] = []

    async def after() -> None:
        seen.append(f"after {len(target.acted)}")

    target.faults.once("hook", match="POST", before=lambda: seen.append(f"before {len(target.acted)}"), after=after)
    await target.http.get("/a")
    assert seen == []
    await target.http.post("/a")
    assert seen == ["before 1", "after 2"]

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    target.faults.once("hook", after=kill)
    with pytest.raises(Killed):
        await target.http.post("/a")
    assert len(target.acted) == 3


async def test_rows_shift_after_they_were_listed():
    shifted: list[tuple[str, bytes]] = []
    target = Target(Faults("shift_pages=1"), shift=lambda operation, body: shifted.append((operation, body)))
    reply = await target.http.get("/list")
    assert shifted == [("GET list", reply.content)]


async def test_some_faults_are_left_to_the_app(target):
    for kind in sorted(BY_APP):
        target.faults.once(kind, message=kind)
    await target.http.get("/a")
    assert target.orders == [{kind: {"message": kind} for kind in BY_APP}]
    await target.http.get("/a")
    assert target.orders[1] == {}


async def test_every_request_is_reported_whatever_becomes_of_it():
    arrived: list[str] = []
    target = Target(Faults(), on_request=arrived.append)
    target.faults.once("reset_before")
    with pytest.raises(ConnectionResetError):
        await target.http.get("/a")
    await target.http.post("/b")
    assert arrived == ["GET a", "POST b"]


async def test_single_orders_wait_for_their_operation_and_are_used_up(target):
    target.faults.once("status", code=503, match="POST b", count=2)
    statuses = [(await target.http.post(path)).status_code for path in ("/a", "/b", "/b", "/b")]
    assert statuses == [200, 503, 503, 200]
    assert target.faults.waiting == []
    target.faults.once("status", code=503, match="never")
    await target.http.post("/a")
    assert target.faults.waiting == ["status"]
    target.faults.clear()
    assert target.faults.waiting == []


async def test_equal_orders_strike_one_after_another(target):
    target.faults.once("status", code=503)
    target.faults.once("status", code=504)
    assert [(await target.http.get("/a")).status_code for _ in range(3)] == [503, 504, 200]


def strikes(spec: str, seed: int, operation: str = "POST a", times: int = 400) -> list[str]:
    faults = Faults(spec, seed=seed)
    return ["+".join(faults.strike(operation)) for _ in range(times)]


def test_a_seed_repeats_itself_and_another_differs():
    spec = "lost_reply=0.1,status=503:0.2"
    assert strikes(spec, 1) == strikes(spec, 1)
    assert strikes(spec, 1) != strikes(spec, 2)


def test_rates_are_met_and_streams_do_not_disturb_each_other():
    alone = [("lost_reply" in found) for found in strikes("lost_reply=0.1", 1)]
    together = [("lost_reply" in found) for found in strikes("lost_reply=0.1,html=0.3", 1)]
    assert alone == together
    assert 20 < sum(alone) < 60


def test_a_rate_may_be_for_some_operations_only():
    assert set(strikes("lost_reply@POST=1", 1)) == {"lost_reply"}
    assert set(strikes("lost_reply@POST=1", 1, "list a")) == {""}


def test_a_gateway_that_gives_up_may_have_been_heard():
    faults = Faults("status=504:1,status@x=503:1", seed=1)
    assert {faults.strike("POST a")["status"]["acts"] for _ in range(40)} == {True, False}
    assert "acts" not in Faults("status=503:1").strike("POST a")["status"]
    assert {Faults("html=1", seed=seed).strike("POST a")["html"]["status"] for seed in range(20)} == {200, 500}


@pytest.mark.parametrize(
    ("item", "rate", "details"),
    [
        ("latency=50ms", 1, {"seconds": 0.05}),
        ("latency=1.5s:0.3", 0.3, {"seconds": 1.5}),
        ("status=503:0.05", 0.05, {"code": 503}),
        ("status=429:0.1:2", 0.1, {"code": 429, "retry_after": 2}),
        ("html=0.05", 0.05, {}),
        ("html=500:0.05", 0.05, {"status": 500}),
        ("truncate=0.02", 0.02, {}),
        ("shift_pages=1", 1, {}),
    ],
)
def test_specs(item, rate, details):
    order = parse(item)
    assert (order.rate, order.details) == (rate, details)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("lost=0.1", "no fault is called 'lost'; there are: .*lost_reply"),
        ("lost_reply", "write lost_reply=rate"),
        ("lost_reply=often", "'lost_reply=often'"),
        ("lost_reply=1.5", "between 0 and 1"),
        ("latency=50", "50ms or 2s"),
        ("hook=1", "single orders only"),
    ],
)
def test_a_bad_spec_says_what_is_wrong(spec, said):
    with pytest.raises(ValueError, match=said):
        Faults(spec)
    with pytest.raises(ValueError, match="no fault is called"):
        Faults().once("lost")


def test_every_kind_explains_itself():
    assert set(KINDS) >= BY_APP
    assert all(KINDS.values())
