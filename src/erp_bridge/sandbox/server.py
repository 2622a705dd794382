"""Runs an ASGI app over real HTTP on 127.0.0.1, in a thread of its own, and tears connections when the app says so.

An app that raises ``ConnectionResetError`` gets its TCP connection reset, whatever has been sent; one that raises
:class:`Cut` gets it closed after what has been sent. That is how faults become real.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import struct
import threading
from types import TracebackType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Where a request's scope holds the TCP transport; absent when the app is called in process.
TRANSPORT = "sandbox.transport"

#: As patient as the web server in front of a real ERP.
KEEP_ALIVE_SECONDS = 75

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of zero: closing sends RST and drops what is not yet sent


class Cut(ConnectionResetError):
    """The connection ends in the middle of the reply. In process a lost reply like any other."""


class _Protocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a transport that the app can have torn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not uvicorn's own loggers: another uvicorn in this process may be a production one.
        self.logger = logging.getLogger(__name__)
        self.access_log = False
        self._served = cast(ASGIApp, self.app)
        self.app = cast(Any, self._serve)  # uvicorn's own ASGI types are stricter than starlette's

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = self.transport
        try:
            await self._served(scope, receive, send)
        except Cut:
            self.transport.close()
        except ConnectionResetError:
            self._reset()
        except asyncio.CancelledError:  # the server stops
            self.transport.abort()
        else:
            return
        # uvicorn complains about an unfinished reply unless it has noticed that the connection is gone.
        while (await receive())["type"] != "http.disconnect":
            pass

    def _reset(self) -> None:
        sock: socket.socket | None = self.transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):  # the client has closed it already
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()


class _Uvicorn(uvicorn.Server):
    """uvicorn without its pauses of a tenth of a second at the start and at the end."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready
        self._stop = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    def request_stop(self) -> None:
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended by itself
                self.loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # lets the aborted transports tell their protocols


class Server:
    """``with Server(app) as server: ... server.url``. Listens when entered; everything is closed when left."""

    def __init__(self, app: ASGIApp, *, port: int = 0, tls: tuple[str, str] | None = None) -> None:
        self._app = app
        self._port = port
        self._tls = tls
        self._thread: threading.Thread | None = None
        self._uvicorn: _Uvicorn | None = None
        self._failure: BaseException | None = None

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    def start(self) -> Server:
        if self._thread is not None:
            raise RuntimeError("the server runs already")
        config = uvicorn.Config(
            cast(Any, self._app),
            http=_Protocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            date_header=False,  # the simulated ERP has a clock of its own
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        config.load()
        if self._tls:
            config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            config.ssl.load_cert_chain(*self._tls)
        # With its protocol named, asyncio switches Nagle's algorithm off: without that a reply takes 40 ms.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self._port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self._failure = None
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(config, ready, listener), daemon=True, name="sandbox")
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            self._thread = None
            raise RuntimeError("the server did not start") from self._failure
        return self

    def stop(self) -> None:
        """Cut every connection, give the port back and wait for the thread. Harmless when it does not run."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._uvicorn is not None:
            self._uvicorn.request_stop()
        thread.join()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, config: uvicorn.Config, ready: threading.Event, listener: socket.socket) -> None:
        async def serve() -> None:
            self._uvicorn = _Uvicorn(config, ready)
            await self._uvicorn.serve(sockets=[listener])

        try:
            asyncio.run(serve())
        except BaseException as error:  # handed to start(), which waits for it
            self._failure = error
        finally:
            listener.close()
            ready.set()
