"""What every command shares: the configuration, the logs, and an event loop that ends cleanly on a signal."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from erp_bridge.cli.failures import Ended
from erp_bridge.i18n import _

if TYPE_CHECKING:
    from erp_bridge.config import Config, PairSettings
    from erp_bridge.core.settings import ErpSettings
    from erp_bridge.sync.service import Bridge

T = TypeVar("T")

#: Objects that are made before unreachable cycles are looked for. Tickets come and go by the hundred thousand and are
#: in no cycle: with Python's own figures a fifth of the time of a long reading is spent looking at them.
BETWEEN_COLLECTIONS = (50_000, 20, 20)


@dataclass
class App:
    """The global options, and what they lead to."""

    config_path: str | None = None
    log_format: str | None = None
    verbose: bool = False

    @cached_property
    def config(self) -> Config:
        """The configuration; read, and the logs set up, when a command first asks for it."""
        from erp_bridge.config import load

        self.log()
        return load(self.config_path)

    def erp(self, name: str) -> ErpSettings:
        """The settings of one ERP. A name that is not there is wrong usage."""
        found: ErpSettings = named(name, self.config.erp, "ERP")
        return found

    def pair(self, name: str) -> PairSettings:
        """The settings of one pair. A name that is not there is wrong usage."""
        found: PairSettings = named(name, self.config.pair, _("pair"))
        return found

    def log(self) -> None:
        """Logs go to standard error when they are asked for; otherwise the program's own lines say what matters."""
        import logging

        from erp_bridge.transport.log import configure

        with _without("rich"):  # structlog would load it for tracebacks that nobody asks for: a tenth of a second
            configure("json" if self.log_format == "json" else "console", self.verbose)
        if self.log_format is None and not self.verbose:
            logging.getLogger("erp_bridge").setLevel(logging.ERROR)


def with_bridge(app: App, work: Callable[[Bridge], Awaitable[T]]) -> T:
    """What ``work`` does with the configuration's bridge, opened for it."""

    async def opened() -> T:
        from erp_bridge.sync.service import Bridge

        async with Bridge(app.config) as bridge:
            return await work(bridge)

    return run(opened())


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Whoever is imported meanwhile does not find that package, unless it is loaded already."""
    loaded = package in sys.modules
    if not loaded:
        sys.modules[package] = None  # type: ignore[assignment]  # how Python itself says that there is none
    try:
        yield
    finally:
        if not loaded:
            del sys.modules[package]


def named(name: str, known: Any, what: str) -> Any:
    """The entry of that name; else wrong usage that offers the nearest one."""
    if name in known:
        return known[name]
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    message = _("there is no {what} {name} in the configuration", what=what, name=repr(name))
    if near:
        message += _("; did you mean {nearest}?", nearest=repr(near[0]))
    raise click.UsageError(message)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end. Ctrl-C or SIGTERM cancels the work, waits for its clean end and raises ``Ended``.

    A second Ctrl-C ends the program at once.
    """
    import asyncio

    received: list[int] = []

    async def guarded() -> T:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)

        def stop(number: int) -> None:
            received.append(number)
            for other in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(other)
                signal.signal(other, lambda again, frame: os._exit(128 + again))
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        return await task

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    collected = gc.get_threshold()
    gc.set_threshold(*BETWEEN_COLLECTIONS)
    try:
        result = asyncio.run(guarded())
    except asyncio.CancelledError:
        if received:
            raise Ended(received[0]) from None
        raise
    finally:
        gc.set_threshold(*collected)
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.stdout.flush()
    if received:
        raise Ended(received[0])
    return result
