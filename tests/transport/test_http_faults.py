"""Against a server that misbehaves on the wire: what reads and writes make of it."""

from __future__ import annotations

import asyncio
import gzip
import socket

import pytest

from erp_bridge.core.errors import Malformed, Unavailable, Uncertain
from support.clock import FakeClock
from support.httpclient import READ, WRITE, MakeClient
from support.rawserver import RawServer, answer, drip, flood, reset, say, stall

LOST_REPLIES = {
    "reset": reset,
    "closed": say(b""),
    "cut body": say(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
    "cut head": say(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "not HTTP": say(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "damaged gzip": say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
}


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("fault", LOST_REPLIES.values(), ids=LOST_REPLIES.keys())
async def test_a_read_whose_reply_is_lost_is_repeated(make_client: MakeClient, fault: object) -> None:
    async with RawServer(fault, fault, answer(b'{"total":"1"}')) as server:
        client = make_client(server.url)
        reply = await client.send("POST", "su_ticket", json={"page": "1"}, **READ)
    assert reply.json() == {"total": "1"}
    assert len(server.received) == client.requests == 3


@pytest.mark.parametrize("fault", LOST_REPLIES.values(), ids=LOST_REPLIES.keys())
async def test_a_write_whose_reply_is_lost_is_sent_once_and_uncertain(make_client: MakeClient, fault: object) -> None:
    async with RawServer(fault, answer()) as server:
        client = make_client(server.url)
        with pytest.raises(Uncertain, match="look for it before repeating"):
            await client.send("POST", "su_ticket", json={"titulo": "x"}, **WRITE)
    assert len(server.received) == client.requests == 1


async def test_a_read_that_stays_lost_ends_as_unavailable(make_client: MakeClient, clock: FakeClock) -> None:
    async with RawServer(reset) as server:
        with pytest.raises(Unavailable, match=r"connection to 127\.0\.0\.1:\d+ was lost .* \(tried 4 times\)$"):
            await make_client(server.url).send("GET", "su_ticket", **READ)
    assert len(server.received) == 4
    assert len(clock.slept) == 3
    assert all(0 <= pause <= 2**n for n, pause in enumerate(clock.slept)), "full jitter, growing"


@pytest.mark.parametrize("how", [READ, WRITE], ids=["read", "write"])
async def test_no_connection_is_tried_again_and_then_unavailable(
    make_client: MakeClient, clock: FakeClock, how: dict
) -> None:
    client = make_client(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(Unavailable, match=r"refused the connection: check url .*tried 4 times"):
        await client.send("POST", "x", **how)
    assert client.requests == 0, "nothing ever left"


async def test_a_write_reaches_a_server_that_comes_up_late(make_client: MakeClient, clock: FakeClock) -> None:
    port = unused_port()
    client = make_client(f"http://127.0.0.1:{port}")
    received = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    servers = []

    async def sleep(seconds: float) -> None:
        if not servers:
            servers.append(await asyncio.start_server(serve, "127.0.0.1", port))

    clock.sleep = sleep  # type: ignore[method-assign]
    reply = await client.send("POST", "x", **WRITE)
    servers[0].close()
    assert reply.content == b"ok"
    assert len(received) == client.requests == 1


async def test_an_unknown_host_is_named(make_client: MakeClient) -> None:
    with pytest.raises(Unavailable, match=r"the host erp\.invalid is not found \(DNS\): check url"):
        await make_client("http://erp.invalid").send("GET", "x", **READ)


@pytest.mark.parametrize("slow", [drip, stall], ids=["drip", "stall"])
async def test_the_total_deadline_stops_a_server_that_drags(make_client: MakeClient, slow: object) -> None:
    async with RawServer(slow) as server:
        with pytest.raises(Uncertain, match=r"no complete answer within 0\.2 s"):
            await make_client(server.url, timeout="200ms").send("POST", "x", **WRITE)
    assert len(server.received) == 1


async def test_a_late_read_is_repeated(make_client: MakeClient) -> None:
    async with RawServer(drip, answer(b"1")) as server:
        reply = await make_client(server.url, timeout="300ms").send("GET", "x", **READ)
    assert reply.json() == 1


async def test_a_deadline_before_the_request_left_makes_no_write_uncertain(make_client: MakeClient) -> None:
    """A peer that accepts the connection and never answers the TLS handshake has not seen the request."""

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = make_client(f"https://127.0.0.1:{port}", timeout="50ms")
    with pytest.raises(Unavailable, match="did not take the connection in time"):
        await client.send("POST", "x", **WRITE)
    assert client.requests == 0
    server.close()


async def test_an_endless_reply_is_cut_off(make_client: MakeClient) -> None:
    async with RawServer(flood) as server:
        client = make_client(server.url, network={"max_reply": 2**20})
        with pytest.raises(Malformed, match="larger than 1 MiB"):
            await client.send("GET", "x", **READ)
        with pytest.raises(Uncertain):
            await client.send("POST", "x", **WRITE)
    assert len(server.received) == 2, "a reply too large today is too large tomorrow: no retry"


async def test_a_reply_announced_as_huge_is_not_even_read(make_client: MakeClient) -> None:
    async with RawServer(say(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{")) as server:
        with pytest.raises(Malformed, match="larger than 64 MiB"):
            await make_client(server.url).send("GET", "x", **READ)


async def test_a_small_reply_that_unpacks_to_a_huge_one_is_cut_off(make_client: MakeClient) -> None:
    async with RawServer(answer(gzip.compress(bytes(2**22)), headers="Content-Encoding: gzip\r\n")) as server:
        with pytest.raises(Malformed, match="larger than"):
            await make_client(server.url, network={"max_reply": 2**20}).send("GET", "x", **READ)


async def test_a_get_may_carry_json_and_connections_are_kept(make_client: MakeClient) -> None:
    async with RawServer(answer(headers="Set-Cookie: PHPSESSID=abc\r\n")) as server:
        client = make_client(server.url + "/webservice/v1")
        for _ in range(2):
            await client.send("GET", "su_ticket", json={"a": "ção"}, headers={"ixcsoft": "listar"}, **READ)
    first, second = server.received
    assert first.startswith(b"GET /webservice/v1/su_ticket HTTP/1.1\r\n")
    assert first.endswith(b'\r\n\r\n{"a":"\\u00e7\\u00e3o"}')
    assert b"ixcsoft: listar\r\n" in first
    assert b"content-type: application/json\r\n" in first
    assert b"cookie" not in second.lower(), "a session would make PHP serve us one at a time"


async def test_a_write_is_not_uncertain_when_an_idle_connection_was_closed_meanwhile(make_client: MakeClient) -> None:
    async def answer_and_close(writer: asyncio.StreamWriter) -> None:
        await answer()(writer)
        await writer.drain()
        writer.close()

    async with RawServer(answer_and_close) as server:
        client = make_client(server.url)
        for _ in range(3):
            await client.send("POST", "x", json={}, **WRITE)
            await asyncio.sleep(0.01)  # the close has to arrive
    assert len(server.received) == 3
