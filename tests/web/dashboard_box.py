"""A town with something of everything that waits, and the dashboard over it: in process, or served for a browser."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from sqlalchemy import update

from erp_bridge.config import Config
from erp_bridge.config.model import ServiceSettings
from erp_bridge.core.settings import Secret
from erp_bridge.service.host import serving
from erp_bridge.service.web import app
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import schema
from erp_bridge.sync.store.waiting import Kind
from support.clock import FakeClock
from support.kept import lived
from support.pair import SimulatedPair

T = TypeVar("T")

#: Long enough to be one.
TOKEN = "a-token-of-the-tests-0123456789"
HOME = "http://127.0.0.1:8080"


class Town(SimulatedPair):
    """A pair after some passes, in which one conflict, doubts and quarantined records wait. ``conflict`` is the ids."""

    conflict: tuple[str, str]

    async def live(self) -> None:
        await self.sync()
        self.clock.advance(3600)
        await self.sync()
        links = await self.links()
        free = [
            (left, right)
            for left, right in links.items()
            if self.left_tickets()[left]["su_status"] in ("N", "P")
            and self.right_tickets()[right]["codsto"] == "01PENDENTE"
        ]
        self.conflict = free[0]
        self.left.people.comment(free[1][0], "cliente ligou de novo")
        self.doubtful(*free[2])
        self.clash()
        self.clock.advance(5)
        await self.sync()

    def clash(self) -> None:
        """Both sides set the status of one ticket at the same time."""
        left, right = self.conflict
        self.left.people.set_status(left, "EP")
        self.right.people.solve(right)

    def doubtful(self, left: str, right: str) -> None:
        """A second ticket that names the protocolo of one which has a twin."""
        row, protocolo = self.right_tickets()[right], self.left_tickets()[left]["protocolo"]
        self.right.people.open_ticket(
            codcli=row["codcli"], codocop=row["codocop"], codcar=row["codcar"], descri_oco=f"vide protocolo {protocolo}"
        )

    def names(self) -> set[str]:
        """Names of people that stand in either ERP."""
        left = {row["razao"] for row in self.left.tables["cliente"].values()}
        right = {row["nome_cli"] for row in self.right.tables["clientes"].values()}
        return {name for name in left | right if name}

    async def undecided(self) -> None:
        """Take back what people have decided."""

        def forget(bridge: Bridge) -> None:
            with bridge.db.write() as tx:
                tx.execute(update(schema.waiting).values(decision=None))

        await self.ask(forget)

    async def first(self, kind: Kind, code: str = "") -> dict[str, Any]:
        """The first that waits of a kind."""
        items = await self.ask(lambda bridge: bridge.waiting(kind))
        return next(item for item in items if code in ("", item["code"]))


def with_service(config: Config, bind: str = "127.0.0.1:8080", token: str | None = None) -> Config:
    """The same configuration with that ``[service]``."""
    return replace(config, service=ServiceSettings(bind=bind, token=Secret(token) if token else None))


@asynccontextmanager
async def dashboard(
    town: SimulatedPair, *, bind: str = "127.0.0.1:8080", token: str | None = None, client: str = "127.0.0.1",
    base: str = HOME, extra: Any = (),
) -> AsyncIterator[Client]:  # fmt: skip
    """Somebody at the dashboard of a town."""
    async with town.bridge() as bridge:
        bridge.config = with_service(bridge.config, bind, token)
        clock = FakeClock(town.clock.now())
        made = app(bridge, bridge.config, clock, extra)
        transport = httpx2.ASGITransport(app=made, client=(client, 50000), raise_app_exceptions=False)
        async with Client(transport=transport, base_url=base, headers={"Accept": "text/html"}) as someone:
            someone.bridge, someone.clock = bridge, clock
            yield someone


class Client(httpx2.AsyncClient):
    """A browser's manners: it sends forms with the token of the page that they stand on, and with their origin."""

    bridge: Bridge
    clock: FakeClock

    async def page(self, path: str, lang: str = "en") -> str:
        answer = await self.get(path, headers={"Accept-Language": lang})
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
        return answer.text

    async def form(self, page: str = "/") -> str:
        """The token of the forms of a page."""
        found = re.search(r'name="form" value="([0-9a-f]{64})"', (await self.get(page)).text)
        assert found, page
        return found[1]

    async def submit(self, path: str, *, page: str = "/", **fields: str) -> httpx2.Response:
        return await self.post(
            path, data={"form": await self.form(page), **fields}, headers={"Origin": str(self.base_url).rstrip("/")}
        )

    async def log_in(self, token: str = TOKEN, there: str = "/") -> httpx2.Response:
        return await self.submit("/login", page="/login", token=token, next=there)


class Served:
    """A dashboard that listens; it has a thread and an event loop of its own."""

    def __init__(self, url: str, loop: asyncio.AbstractEventLoop) -> None:
        self.url = url
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in its loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextmanager
def served(town: SimulatedPair, token: str | None = None) -> Iterator[Served]:
    """The dashboard of a town on a free port of this machine."""
    ready: Future[Served] = Future()
    stop = asyncio.Event()

    async def serve() -> None:
        async with town.bridge() as bridge:
            bridge.config = with_service(bridge.config, token=token)
            async with serving(app(bridge, bridge.config, town.clock), "127.0.0.1:0") as url:
                ready.set_result(Served(url, asyncio.get_running_loop()))
                await stop.wait()

    def work() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            raise

    thread = threading.Thread(target=work, name="dashboard")
    thread.start()
    try:
        found = ready.result(30)
        yield found
        found._loop.call_soon_threadsafe(stop.set)
    finally:
        if ready.done() and ready.exception() is None and not stop.is_set():
            ready.result()._loop.call_soon_threadsafe(stop.set)
        thread.join(30)


async def _life(folder: Path) -> Town:
    town = Town(folder, clients=60, left=60, right=20)
    await town.live()
    return town


def built(folder: Path) -> Town:
    """A town that has lived for a while. Each who asks gets one of its own."""
    return asyncio.run(lived(_life, folder))
