"""The server over real HTTP: starting, stopping, and connections that are really torn."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
import time

import httpx2
import pytest

from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.server import Server
from sandbox.ixc_web import LIST, basic, ticket_form


@pytest.fixture
def sim():
    return IxcSimulator(assunto_obrigatorio=False)


def client(server: Server, sim: IxcSimulator, **options) -> httpx2.Client:
    options = {"timeout": 5} | options
    return httpx2.Client(base_url=f"{server.url}/webservice/v1", headers=basic(sim.token), **options)


def test_it_listens_when_entered_and_is_gone_when_left(sim):
    with Server(sim.app) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        with client(server, sim) as http:
            assert http.post("/empresa", headers=LIST).json()["total"] == "1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)
    server.stop()  # harmless


def test_it_starts_and_stops_in_milliseconds_also_with_open_connections(sim):
    started = time.perf_counter()
    for _ in range(20):
        with Server(sim.app) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert raw.recv(12) == b"HTTP/1.1 404"
            server.stop()
    assert time.perf_counter() - started < 3  # uvicorn's own pauses would take four seconds


def test_it_can_be_started_again_on_its_port(sim):
    server = Server(sim.app)
    server.start()
    port = server.port
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()
    server.stop()
    with server:
        assert server.port == port
        with pytest.raises(OSError, match="in use"):
            Server(sim.app, port=port).start()


def test_requests_are_served_at_the_same_time(sim):
    arrived, released = threading.Event(), threading.Event()

    async def sleep(seconds: float) -> None:
        arrived.set()
        while not released.is_set():
            await asyncio.sleep(0.001)

    sim.faults.sleep = sleep
    sim.faults.once("latency", seconds=1, match="cliente")
    with Server(sim.app) as server, client(server, sim) as http:
        slow = threading.Thread(target=lambda: http.post("/cliente", headers=LIST))
        slow.start()
        assert arrived.wait(5)
        assert http.post("/empresa", headers=LIST).json()["total"] == "1"
        assert slow.is_alive()
        released.set()
        slow.join(5)
        assert not slow.is_alive()


@pytest.mark.parametrize(
    ("kind", "acts", "error"),
    [
        ("reset_before", False, httpx2.ReadError),
        ("lost_reply", True, httpx2.ReadError),
        ("truncate", True, httpx2.RemoteProtocolError),
        ("stall", False, httpx2.ReadTimeout),
        ("stall_reply", True, httpx2.ReadTimeout),
    ],
)
def test_a_fault_is_seen_by_the_client_as_what_it_is(sim, kind, acts, error):
    with Server(sim.app) as server, client(server, sim, timeout=0.2) as http:
        http.post("/empresa", headers=LIST)  # the connection stands already
        sim.faults.once(kind, match="POST su_ticket")
        with pytest.raises(error):
            http.post("/su_ticket", json=ticket_form())
        assert len(sim.tables["su_ticket"]) == acts
        assert http.post("/su_ticket", json=ticket_form()).json()["type"] == "success"


def test_a_reset_is_a_reset_and_not_a_polite_end(sim):
    sim.faults.once("lost_reply")
    request = b"POST /webservice/v1/empresa HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    with Server(sim.app) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(request)
        with pytest.raises(ConnectionResetError):
            raw.recv(1000)


def test_a_truncated_reply_announces_more_than_it_sends(sim):
    sim.faults.once("truncate")
    request = b"POST /webservice/v1/empresa HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    with Server(sim.app) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(request)
        received = b""
        while part := raw.recv(1000):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    announced = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert announced // 2 == len(body) > 0


def test_no_reply_has_two_dates(sim):
    with Server(sim.app) as server, client(server, sim) as http:
        assert len(http.post("/empresa", headers=LIST).headers.get_list("date")) == 1


def announced(arrived: threading.Event):
    async def sleep(seconds: float) -> None:
        arrived.set()
        await asyncio.sleep(seconds)

    return sleep


@pytest.mark.parametrize("kind", ["stall", "latency"])
def test_stopping_does_not_wait_for_a_request_that_hangs(sim, kind):
    sim.faults.once(kind, seconds=30)
    errors: list[Exception] = []

    def ask() -> None:
        try:
            http.post("/empresa", headers=LIST)
        except httpx2.HTTPError as error:
            errors.append(error)

    arrived = threading.Event()
    sim.faults.sleep = announced(arrived)
    sim.faults.once("hook", before=arrived.set)
    with Server(sim.app) as server, client(server, sim, timeout=30) as http:
        waiting = threading.Thread(target=ask)
        waiting.start()
        assert arrived.wait(5)
        started = time.perf_counter()
        server.stop()
        waiting.join(5)
    assert time.perf_counter() - started < 2
    assert len(errors) == 1


def test_a_storm_of_faults_leaves_the_erp_consistent(sim):
    """Whatever is torn, what the client was told matches what is there."""
    faults = Faults("reset_before=0.2,lost_reply=0.2,truncate=0.1,status=503:0.1,status=504:0.1,html=0.1", seed=4)
    sim = IxcSimulator(assunto_obrigatorio=False, faults=faults)
    told = 0
    with Server(sim.app) as server, client(server, sim) as http:
        for number in range(120):
            try:
                reply = http.post("/su_ticket", json=ticket_form(protocolo=str(number)))
            except httpx2.HTTPError:
                continue
            told += reply.status_code == 200 and '"success"' in reply.text
    stored = [row["protocolo"] for row in sim.tables["su_ticket"].values()]
    maybe = sum(kind in ("lost_reply", "truncate", "status") for kind, _ in faults.done)
    assert 20 < told <= len(stored) <= told + maybe
    assert len(set(stored)) == len(stored)
    assert len(sim.requests) == 120


def test_tls(sim, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=erp", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    with Server(sim.app, tls=(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))) as server:
        assert server.url.startswith("https://")
        trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        with client(server, sim, verify=trusting) as http:
            assert http.post("/empresa", headers=LIST).json()["total"] == "1"
            sim.faults.once("lost_reply")
            with pytest.raises(httpx2.HTTPError):
                http.post("/empresa", headers=LIST)
        with client(server, sim) as http, pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            http.post("/empresa", headers=LIST)


def test_people_may_act_while_requests_run(sim):
    with Server(sim.app) as server, client(server, sim) as http:
        acting = threading.Thread(target=lambda: [sim.people.open_ticket() for _ in range(200)])
        acting.start()
        for _ in range(50):
            assert http.post("/su_ticket", json=ticket_form()).json()["type"] == "success"
            http.post("/su_ticket", json={"rp": "50"}, headers=LIST).json()
        acting.join()
    assert sim.tables["su_ticket"].ids == list(range(1, 251))
