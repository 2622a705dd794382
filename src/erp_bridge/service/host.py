"""What stands around a service while it runs: the web server in the same event loop, signals, and the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from erp_bridge.core.errors import BridgeError
from erp_bridge.service.systemd import Supervisor
from erp_bridge.transport.log import get_logger

#: Connections that are still open so many seconds after the stop are cut.
_GRACE = 1
#: The watchdog hears of us this often while it would wait for one.
_BEATS = 3


class _Uvicorn(uvicorn.Server):
    """uvicorn that leaves signals alone: they are the program's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, bind: str) -> AsyncIterator[str]:
    """Serve while the block lasts; gives the address. Raises ``BridgeError`` when it cannot be listened on."""
    listener = _listen(bind)
    config = uvicorn.Config(
        cast(Any, app), lifespan="off", loop="asyncio", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=_GRACE, ws="none",
    )  # fmt: skip
    server = _Uvicorn(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="web server")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        host, port = listener.getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.should_exit = True
        try:
            await asyncio.wait({task}, timeout=_GRACE + 2)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            listener.close()


def _listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        why = "another program listens there" if taken else getattr(error, "strerror", None) or "it is no address"
        raise BridgeError(f"cannot listen on {bind}: {why}; [service] bind names another address") from None
    return listener


@asynccontextmanager
async def supervised(supervisor: Supervisor, alive: Callable[[], bool]) -> AsyncIterator[None]:
    """Tell the supervisor's watchdog of every sign of life, as long as the service itself is ``alive``."""
    if supervisor.watchdog is None:
        yield
        return
    every = supervisor.watchdog / _BEATS

    async def beat() -> None:
        while True:
            if alive():
                supervisor.alive()
            await asyncio.sleep(every)

    beating = asyncio.create_task(beat(), name="watchdog")
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


@contextlib.contextmanager
def on_hangup(reload: Callable[[], Coroutine[Any, Any, None]], supervisor: Supervisor) -> Iterator[None]:
    """SIGHUP reads the configuration again, one at a time; the supervisor is told of the beginning and of the end."""
    loop = asyncio.get_running_loop()
    log = get_logger(part="daemon")
    busy: set[asyncio.Task[None]] = set()
    again = False

    async def run() -> None:
        nonlocal again
        supervisor.reloading()
        while True:
            again = False
            try:
                await reload()
            except Exception:  # a configuration that breaks us in a new way must not end the service
                log.exception("the configuration could not be reloaded")
            if not again:
                break
        supervisor.ready("running")

    def hup() -> None:
        nonlocal again
        if busy:
            again = True
            return
        task = asyncio.ensure_future(run())
        busy.add(task)
        task.add_done_callback(busy.discard)

    loop.add_signal_handler(signal.SIGHUP, hup)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        for task in busy:
            task.cancel()


_OF_THE_LINE = ("procrastinate", "psycopg")


def log_what_nobody_awaited() -> None:
    """A task that fails where nobody waits for it ends up in the log, like everything else."""

    def note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if type(error).__module__.partition(".")[0] in _OF_THE_LINE:
            # the server that hands out the work went away: the job counts as stalled, and is handed out anew
            get_logger(part="daemon").warning("a job's end could not be noted", error=type(error).__name__)
            return
        get_logger(part="daemon").error("a task failed", what=str(context.get("message", "")), exc_info=error)

    asyncio.get_running_loop().set_exception_handler(note)
