"""Two ERPs of which one has a long past: any number of tickets with three messages each, all of which can be moved."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import httpx2

from erp_bridge.core.clock import SystemClock
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.records import World
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import generate
from erp_bridge.sync.migrate.report import MigrationReport
from erp_bridge.sync.migrate.run import MigrateOptions
from erp_bridge.sync.report import PassReport
from erp_bridge.sync.side import Side
from support.pair import SimulatedPair

#: Mostly closed, as the past is; the last message of each sets its status.
STATUSES = ("S", "S", "S", "C", "S", "P", "S", "EP")
SHADOW = {"S": "F", "C": "F", "P": "P", "EP": "EP"}
MESSAGES = 3
_FIRST = datetime(2016, 1, 4, 8, 0, tzinfo=UTC)


def world_of(clients: int = 60) -> World:
    """A world without tickets, a copy for each who asks."""
    return cast(World, pickle.loads(_world(clients)))


@cache
def _world(clients: int) -> bytes:
    return pickle.dumps(generate(1, clients=clients, left=0, right=0, now=datetime.now(UTC)))


def fill(simulator: IxcSimulator, world: World, tickets: int, *, first: int = 10_000) -> None:
    """Give the left side so many tickets, one every fifty minutes from 2016 on."""
    there = Counter(client.documento for client in world.right.clientes if client.ativo)
    here = Counter(client.documento for client in world.left.clientes if client.ativo)
    clients = [c for c in world.left.clientes if c.ativo and not c.tecnico and c.documento
               and there[c.documento] == here[c.documento] == 1]  # fmt: skip
    subject = next(a for a in world.left.assuntos if a.canonico == "sem conexao")
    department = next(d for d in world.left.departamentos if d.canonico == "suporte tecnico")
    user = next(u for u in world.left.usuarios if u.ativo and not u.api)
    tables, zone = simulator.tables, simulator._state.stamp
    for number in range(tickets):
        id, opened = first + number, _FIRST + timedelta(minutes=50 * number)
        status, stamp = STATUSES[number % len(STATUSES)], zone(opened)
        tables["su_ticket"].insert(
            {
                "tipo": "C", "protocolo": f"2016{id:09d}", "titulo": f"Sem conexão {number}",
                "menssagem": f"Cliente relata que está sem acesso desde cedo. Relato {number}.",
                "id_cliente": str(clients[number % len(clients)].id), "id_assunto": str(subject.id),
                "id_ticket_setor": str(department.id), "prioridade": "M", "su_status": status,
                "status": SHADOW[status], "interacao_pendente": "N", "data_criacao": stamp,
                "data_ultima_alteracao": stamp, "ultima_atualizacao": stamp, "origem_endereco": "C",
                "id_usuario_abertura": str(user.id),
            },
            id,
        )  # fmt: skip
        for part in range(MESSAGES):
            at = zone(opened + timedelta(minutes=part + 1))
            tables["su_mensagens"].insert(
                {
                    "id_ticket": str(id), "data": at, "mensagem": f"Mensagem {part + 1} do atendimento {number}",
                    "operador": str(user.id), "su_status": status if part == MESSAGES - 1 else "",
                    "visibilidade_mensagens": "PR", "ultima_atualizacao": at,
                }
            )  # fmt: skip


class _Ticking(httpx2.AsyncBaseTransport):
    """Every request takes a while on the clock that moves when told."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, past: LongPast) -> None:
        self._inner, self._past = inner, past

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._past.clock.advance(self._past.ping)
        self._past.asked += 1
        if self._past.on_request is not None:
            self._past.on_request(str(request.url))
        if self._past.dies_at is not None and self._past.asked >= self._past.dies_at:
            raise Died
        return await self._inner.handle_async_request(request)


class Died(BaseException):
    """The process is gone: nothing of it is caught, and nothing is tidied up by the program."""


class LongPast(SimulatedPair):
    """IXC with a past on the left, an empty ERP on the right. A request takes ``ping`` seconds, none of them real."""

    def __init__(self, folder: Path, tickets: int, *, right_kind: str = "ixc", ping: float = 0.0, **keys: Any) -> None:
        super().__init__(folder, world_of(), right_kind=right_kind, **keys)
        fill(self.left, self.world, tickets)
        self.ping, self.asked, self.dies_at, self.on_request = ping, 0, None, None

    ping: float
    asked: int
    on_request: Callable[[str], None] | None  # told of each before it is answered
    dies_at: int | None  # the request at which the process dies

    def _wire(self, url: str) -> httpx2.AsyncBaseTransport:
        return _Ticking(super()._wire(url), self)

    async def migrate(self, source: str = "left", **options: Any) -> PassReport:
        """A migration, as a new process would make it."""
        async with self.bridge() as bridge:
            report: PassReport = await bridge.migrate("suporte", MigrateOptions(Side(source), **options))
            return report

    async def account(self) -> MigrationReport:
        found: MigrationReport = await self.ask(lambda bridge: bridge.migration("suporte"))
        return found

    async def differences(self, **options: Any) -> list[tuple[str, str | None, str | None, str]]:
        """What ``verify`` finds."""
        async with self.bridge() as bridge:
            verification = await bridge.verification("suporte", **options)
            found = [d async for d in verification.differences()]
            self.compared = verification.count.compared
        return [(d.sign, d.left, d.right, d.field) for d in found]

    def lose_store(self) -> None:
        for file in self.folder.glob("bridge.db*"):
            file.unlink()


# --- over HTTP, in processes of their own --------------------------------------------------------------------------


@dataclass
class Houses:
    """Two ERPs on HTTP in a process of their own. ``ask`` has it answer a question about them."""

    folder: Path
    urls: dict[str, str]
    _pipe: Connection

    @property
    def config(self) -> Path:
        return self.folder / "bridge.toml"

    def ask(self, question: str, *about: Any) -> Any:
        """See :func:`_answer`."""
        self._pipe.send((question, about))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


@contextmanager
def houses(
    folder: Path,
    tickets: int,
    *,
    latency: float = 0.0,
    right_kind: str = "ixc",
    concurrency: int = 8,
    page_size: int = 200,
    pair: dict[str, str] | None = None,
    timeout: str = "10s",
) -> Iterator[Houses]:
    """Two ERPs, each request of which takes ``latency`` seconds more."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    keys = {
        "requests_per_minute": "10000000", "max_concurrency": str(concurrency), "page_size": str(page_size),
        "settle": '"0s"', "timeout": f'"{timeout}"',
    }  # fmt: skip
    process = context.Process(target=_serve, args=(theirs, folder, tickets, latency, right_kind, keys, pair))
    process.start()
    theirs.close()
    try:
        yield Houses(folder, ours.recv(), ours)
    finally:
        process.kill()
        process.join()


def _serve(
    pipe: Connection, folder: Path, tickets: int, latency: float, right_kind: str, keys: dict[str, str], pair: Any
) -> None:
    os.setsid()
    past = SimulatedPair(folder, world_of(), right_kind=right_kind, pair=pair)
    past.clock = cast(Any, SystemClock())
    slow = f"latency={latency * 1000:g}ms" if latency else ""
    past.left = IxcSimulator(past.world, side="left", faults=Faults(slow))
    past.right = (
        IxcSimulator(past.world, side="right", faults=Faults(slow))
        if right_kind == "ixc"
        else IntegratorSimulator(past.world, side="right", faults=Faults(slow), change_stamp=True)
    )
    for simulator in (past.left, past.right):
        simulator.app._on_request = lambda name: None  # a list of a million requests is no use here
    fill(past.left, past.world, tickets)
    with ExitStack() as stack:
        urls = {}
        for name, simulator in (("matriz", past.left), ("filial", past.right)):
            urls[name] = stack.enter_context(Server(simulator.app)).url
            past.erps[name] = {**keys, "url": f'"{urls[name]}"'}
        past.write_config()
        pipe.send(urls)
        while True:
            try:
                question, about = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send(_answer(past, question, *about))
            except Exception as error:  # whoever asked is told
                pipe.send(error)


def _answer(past: SimulatedPair, question: str, *about: Any) -> Any:
    tables = past.right.tables
    match question:
        case "count":
            return len(tables["su_ticket" if past.kinds["right"] == "ixc" else "ocorrencias"])
        case "messages":
            name = "su_mensagens" if past.kinds["right"] == "ixc" else "comentarios"
            return len(tables[name])
        case "doubled":
            return _doubled(past)
        case "a twin":
            row = next(iter(past.right_tickets().values()))
            return row.full() if hasattr(row, "full") else dict(row)
        case "set":
            table, id, column, value = about
            tables[table][int(id)][column] = value
        case "remove":
            table, id = about
            del tables[table][int(id)]
        case "double":
            table, id = about
            tables[table].insert({k: v for k, v in tables[table][int(id)].items() if k != "id"})
        case _:
            raise ValueError(question)
    return None


def _doubled(past: SimulatedPair) -> list[str]:
    """References that stand more than once on the right."""
    text = "menssagem" if past.kinds["right"] == "ixc" else "descri_oco"
    marks = Counter(_mark(row[text]) for row in past.right_tickets().values())
    name, column = ("su_mensagens", "mensagem") if past.kinds["right"] == "ixc" else ("comentarios", "descri_com")
    marks += Counter(_mark(row[column]) for row in past.right.tables[name].values())
    return [mark for mark, count in marks.items() if mark and count > 1]


def _mark(text: str) -> str:
    start = text.rfind("[ref ")
    return text[start : text.find("]", start)] if start >= 0 else ""
