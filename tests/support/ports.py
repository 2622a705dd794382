"""A port for a server that is told where to listen, and opens it only a moment later."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens.

    It lies below those that the system gives away by itself, so that no connection takes it before the server does.
    """
    chance = random.SystemRandom()
    for _ in range(1000):
        port = chance.randint(10_000, 30_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise RuntimeError("somebody listens everywhere")
