"""The ERP under test: an IXC that lists tickets and does nothing else, as fast as this machine can.

It runs in a process of its own, keeps no records (see ``rows``), checks nothing and knows one answer to each question,
so that what is measured is the client. Pages may be asked for by number or by id, as tools do. It counts requests and
can be told to wait before each answer.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from multiprocessing.connection import Connection
from typing import Any

from benchmarks import rows

TOKEN = "1:0123456789abcdef0123456789abcdef"
#: Two of them in step, for a bridge that is to be measured: the store and both addresses are to be filled in.
CONFIG = """
[state]
url = "{store}"
[erp.matriz]
adapter = "ixc"
url = "{left}"
token = "env:BENCH_TOKEN"
timezone = "America/Sao_Paulo"
requests_per_minute = 100000000
[erp.filial]
adapter = "ixc"
url = "{right}"
token = "env:BENCH_TOKEN"
timezone = "America/Sao_Paulo"
requests_per_minute = 100000000
[pair.suporte]
left = "matriz"
right = "filial"
full_every = "3650d"
since = 2019-01-01
"""


@dataclass(frozen=True)
class Served:
    """A running ERP."""

    url: str
    _pipe: Connection

    def requests(self) -> Counter[str]:
        """How often each table was asked for since this was last asked."""
        self._pipe.send("requests")
        found: Counter[str] = self._pipe.recv()
        return found


@contextmanager
def serving(tickets: int, *, latency: float = 0.0) -> Iterator[Served]:
    """An ERP with that many tickets; each answer comes ``latency`` seconds later than it could."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, tickets, latency), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Served(ours.recv(), ours)
    finally:
        process.kill()
        process.join()


def _serve(pipe: Connection, tickets: int, latency: float) -> None:
    asyncio.run(_run(pipe, Erp(tickets), latency))


async def _run(pipe: Connection, erp: Erp, latency: float) -> None:
    loop = asyncio.get_running_loop()
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = await loop.create_server(lambda: _Http(erp, latency), sock=listener)
    ended = loop.create_future()

    def asked() -> None:
        try:
            pipe.recv()
            pipe.send(erp.asked)
            erp.asked = Counter()
        except (EOFError, OSError):
            ended.set_result(None)

    loop.add_reader(pipe.fileno(), asked)
    pipe.send(f"http://127.0.0.1:{listener.getsockname()[1]}")
    async with server:
        await ended


class Erp:
    """What it answers."""

    def __init__(self, tickets: int) -> None:
        self.tickets = tickets
        self.asked: Counter[str] = Counter()

    def answer(self, table: str, body: dict[str, Any]) -> list[bytes]:
        """The reply in pieces; a page once made is kept."""
        self.asked[table] += 1
        if table == "cliente":
            return self._clients(body)
        if table != "su_ticket":
            terms = rows.TERMS.get(table, [])
            return _page(",".join(map(json.dumps, terms)).encode(), len(terms))
        wanted = [(body.get("qtype", ""), body.get("oper", ""), str(body.get("query", "")))]
        wanted += [(item["TB"], item["OP"], item["P"]) for item in json.loads(body.get("grid_param") or "[]")]
        first, end = 0, self.tickets
        for column, oper, value in wanted:
            if column == "su_ticket.id" and oper in ("IN", "="):
                return self._chosen(value)
            if column == "su_ticket.id" and oper == ">":
                first = max(first, rows.number_after(int(value)))
            elif column == "su_ticket.id" and oper == "<=":
                end = min(end, rows.number_after(int(value)))
            elif column in ("su_ticket.ultima_atualizacao", "su_ticket.data_ultima_alteracao") and oper == ">=":
                first = max(first, self.tickets - rows.PAGE // 2)  # what the overlap of an idle pass holds
        total, size = max(0, end - first), int(body.get("rp") or rows.PAGE)
        if body.get("sortorder") == "desc":
            return _page(rows.rendered(max(first, end - size), min(size, total)), total)
        first += (int(body.get("page") or 1) - 1) * size
        return _page(rows.rendered(first, max(0, min(size, end - first))), total)

    def _clients(self, body: dict[str, Any]) -> list[bytes]:
        conditions = json.loads(body.get("grid_param") or "[]")
        ids = next((item["P"].split(",") for item in conditions if item["TB"] == "cliente.id"), [])
        return _page(",".join(json.dumps(rows.client(id)) for id in ids).encode(), len(ids))

    def _chosen(self, value: str) -> list[bytes]:
        ids = [int(id) for id in value.split(",")]
        if ids == list(range(ids[0], ids[0] + len(ids))):
            return _page(rows.rendered(rows.number_after(ids[0] - 1), len(ids)), len(ids))
        return _page(b",".join(map(rows.row_of, ids)), len(ids))


def _page(records: bytes, total: int) -> list[bytes]:
    head = b'{"page":"1","total":"%d"' % total
    return [head, b',"registros":[', records, b"]}"] if records else [head, b"}"]


class _Http(asyncio.Protocol):
    """As much of HTTP/1.1 as clients of a listing speak: requests with a Content-Length, one after the other."""

    def __init__(self, erp: Erp, latency: float) -> None:
        self._erp, self._latency = erp, latency
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].split(b"\r\n")
            names = (line.partition(b":") for line in head[1:])
            length = next((int(value) for name, _, value in names if name.lower() == b"content-length"), 0)
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            table = head[0].split(b" ")[1].partition(b"?")[0].rpartition(b"/")[2].decode()
            content = self._erp.answer(table, json.loads(body or b"{}"))
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: %b\r\nContent-Length: %d\r\n\r\n" % (
                formatdate(usegmt=True).encode(), sum(map(len, content)),
            )  # fmt: skip
            reply = b"".join([head, *content])
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, reply)
            else:
                self._transport.write(reply)
