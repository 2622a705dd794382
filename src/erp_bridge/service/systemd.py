"""Tells systemd how the daemon is: readiness, reloading, the watchdog. Does nothing under any other supervisor."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping


class Supervisor:
    """The other end of ``$NOTIFY_SOCKET`` (sd_notify(3), ``Type=notify`` and ``Type=notify-reload``)."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        self._address = environ.get("NOTIFY_SOCKET", "")
        timeout = (
            environ.get("WATCHDOG_USEC", "")
            if environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
            else ""
        )
        self.watchdog = (
            int(timeout) / 1e6 if timeout.isdecimal() else None
        )  # seconds between two signs of life, at most

    def ready(self, status: str) -> None:
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def alive(self) -> None:
        self._tell("WATCHDOG=1")

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as there:
            there.setblocking(False)  # a supervisor that is busy must not keep us from working
            try:
                there.sendto("\n".join(lines).encode(), address)
            except OSError:
                return  # a supervisor that does not listen is no reason to stop working
