"""Puts a service together: passes, health, metrics, traces, notices, the page, signals and the supervisor."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Protocol

from prometheus_client import disable_created_metrics
from starlette.types import ASGIApp, Receive, Scope, Send

from erp_bridge.config import Config
from erp_bridge.config.model import ServiceSettings
from erp_bridge.service import health, tracing
from erp_bridge.service.cycle import Cycle
from erp_bridge.service.daemon import Daemon, reload_from
from erp_bridge.service.host import log_what_nobody_awaited, on_hangup, serving, supervised
from erp_bridge.service.metrics import Metrics
from erp_bridge.service.notify import Notifier
from erp_bridge.service.passes import Span, untraced
from erp_bridge.service.systemd import Supervisor
from erp_bridge.service.web import app
from erp_bridge.service.working import Working
from erp_bridge.transport.network import Network


class Teller(Protocol):
    """Says on a terminal what goes on."""

    def started(self, pairs: int, address: str) -> None: ...

    def passed(self, cycle: Cycle) -> None: ...

    def reloaded(self, changes: Sequence[str] | str) -> None:
        """The lines of what has changed, or why the new configuration is refused."""
        ...


Make = Callable[[Network, Span], Working]


async def run_daemon(config: Config, read: Callable[[], Config], teller: Teller) -> None:
    """The daemon with all that stands around it, until it is cancelled; then it ends within ten seconds.

    Raises ``ConfigError`` and ``BridgeError`` for what keeps it from starting.
    """
    await _run(config, read, teller, lambda network, span: Daemon(config, network, span=span), config.service.bind)


async def run_worker(
    config: Config, read: Callable[[], Config], teller: Teller, *, concurrency: int, bind: str | None
) -> None:
    """A worker, as :func:`run_daemon`. It serves health, metrics and the page where ``bind`` says, else nowhere."""
    from erp_bridge.service.worker import Worker  # needs an extra of its own

    def bound(found: Config) -> Config:
        if bind is None:
            return found
        return replace(found, service=ServiceSettings(bind=bind, token=found.service.token))

    def make(network: Network, span: Span) -> Working:
        return Worker(bound(config), network, concurrency=concurrency, span=span)

    await _run(bound(config), lambda: bound(read()), teller, make, bind)


async def _run(config: Config, read: Callable[[], Config], teller: Teller, make: Make, bind: str | None) -> None:
    log_what_nobody_awaited()
    disable_created_metrics()  # type: ignore[no-untyped-call]  # twice the series, and nobody asks when
    supervisor, network = Supervisor(), Network()
    metrics, traces = Metrics(network.clock), tracing.from_environment(os.environ)
    network.observers.append(metrics.asked)
    if traces is not None:
        network.observers.append(traces.request)
    service = make(network, traces.of_pass if traces is not None else untraced)
    metrics.watch(service)
    notifier = Notifier(lambda: service.bridge, network.clock, lambda result: metrics.notices.labels(result).inc())
    service.listeners.extend((metrics.passed, notifier.passed, teller.passed))

    page = _Page(service, metrics) if bind is not None else None

    async def reload() -> None:
        changes = await reload_from(service.reload, read)
        if page is not None and changes and not isinstance(changes, str):
            page.renew()
        metrics.reloads.labels("refused" if isinstance(changes, str) else "done").inc()
        teller.reloaded(changes)

    async with AsyncExitStack() as stack:
        if traces is not None:
            stack.callback(traces.close)
        address = ""
        if page is not None and bind is not None:
            _ = service.bridge.db  # a store that cannot be opened is said before anything listens
            address = await stack.enter_async_context(serving(page, bind))
        stack.push_async_callback(notifier.wind_up)
        stack.enter_context(on_hangup(reload, supervisor))
        pairs = sum(pair.enabled for pair in config.pair.values())

        def started() -> None:
            supervisor.ready(f"{pairs} pairs {address}".strip())
            teller.started(pairs, address)

        await stack.enter_async_context(supervised(supervisor, lambda: service.ails() in ("", "stopping")))
        await _until_cancelled(service, started, supervisor)


class _Page:
    """The page over a service. Over a worker it shows the bridge, and is made anew when another one takes over."""

    def __init__(self, service: Working, metrics: Metrics) -> None:
        self._service = service
        self._routes = [*health.routes(lambda: service), metrics.route()]
        self._app = self._made()

    def _made(self) -> ASGIApp:
        service = self._service
        source = service if isinstance(service, Daemon) else service.bridge
        return app(source, service.config, service.network.clock, self._routes)

    def renew(self) -> None:
        if not isinstance(self._service, Daemon):
            self._app = self._made()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def _until_cancelled(service: Working, started: Callable[[], None], supervisor: Supervisor) -> None:
    """Work to the end; when cancelled, tell the supervisor, ask for the end and wait for it."""
    task = asyncio.ensure_future(service.run())
    ready = asyncio.ensure_future(service.ready.wait())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if service.ready.is_set():
            started()
        await asyncio.shield(task)
    except asyncio.CancelledError:
        supervisor.stopping()
        service.stop()
        await task
        raise
    finally:
        ready.cancel()
