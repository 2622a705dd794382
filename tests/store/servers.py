"""What the tests of the store need of a PostgreSQL beside :mod:`support.postgres`: addresses, and hands that end it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from support import postgres
from support.postgres import Postgres


def store_url(server: Postgres, database: str, *, user: str = "root") -> str:
    """The address of a state store."""
    return f"postgresql+psycopg://{user}@/{database}?{urlencode({'host': server.folder, 'port': server.port})}"


def end_sessions(server: Postgres, database: str, where: str = "true") -> None:
    """What an administrator's hand or a failing network does: sessions of that database end."""
    with server.admin() as connection:
        connection.execute(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND {where}", (database,)
        )


class OwnServer:
    """A server that may be stopped and started again."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._again: subprocess.Popen[bytes] | None = None

    @property
    def _pid_file(self) -> Path:
        return self.server.folder / "data" / "postmaster.pid"

    def stop(self) -> None:
        """In order, but at once: every session is ended."""
        os.kill(int(self._pid_file.read_text().split()[0]), signal.SIGINT)
        self._until(lambda: not self._pid_file.exists())
        if self._again is not None:
            self._again.wait(20)

    def start(self) -> None:
        programs = postgres._programs()
        assert programs is not None
        options = [*postgres._FLAGS, f"unix_socket_directories={self.server.folder}"]
        with self.server.log.open("ab") as log:
            self._again = subprocess.Popen(
                [programs / "postgres", "-D", self.server.folder / "data", "-p", str(self.server.port),
                 *(part for option in options for part in ("-c", option))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.server.folder,
                **postgres._unprivileged(self.server.folder),
            )  # fmt: skip
        self._until(self._answers)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self.server.admin():
            return True
        return False

    @staticmethod
    def _until(happened: Callable[[], bool]) -> None:
        end = time.monotonic() + 20
        while not happened():
            assert time.monotonic() < end, "the server neither comes nor goes"
            time.sleep(0.01)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    with postgres.running() as server:
        own = OwnServer(server)
        try:
            yield own
        finally:
            if own._again is not None and own._again.poll() is None:
                own._again.send_signal(signal.SIGQUIT)
                own._again.wait(20)
