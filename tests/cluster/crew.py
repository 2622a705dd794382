"""Real worker processes on a real PostgreSQL, and what one sees of them: their logs, and who holds which pair."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from faults.processes import Nursery
from service.fleet import Fleet

PATIENCE = 40.0
#: How long workers are killed; from a minute on it is the full proof, see ``test_workers.py``.
SECONDS = float(os.environ.get("ERP_BRIDGE_CLUSTER_SECONDS", "6.5"))
FULL = SECONDS >= 60


def until(happened: Callable[[], Any], otherwise: Callable[[], str] | str, patience: float = PATIENCE) -> Any:
    end = time.monotonic() + patience
    while not (found := happened()):
        assert time.monotonic() < end, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Held:
    """A lease, as its table shows it."""

    pair: str
    token: int
    holder: str
    lasts: float

    @property
    def pid(self) -> int:
        return int(self.holder.rpartition(" ")[2])


class Worker:
    """One process of ``erp-bridge worker`` (or ``run``)."""

    def __init__(self, process: Any, out: Path) -> None:
        self.pid: int = process.pid
        self._process = process
        self._file = Path(f"{out}.err")
        self._seen: str | None = None  # the log of one that has ended

    def log(self) -> list[dict[str, Any]]:
        text = self._seen
        if text is None:
            text = self._file.read_text() if self._file.exists() else ""
        lines = text.splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]

    def said(self, event: str, **fields: object) -> list[dict[str, Any]]:
        lines = [line for line in self.log() if line["event"] == event]
        return [line for line in lines if all(line.get(name) == value for name, value in fields.items())]

    def end(self, number: int) -> Any:
        """End it by that signal; how it ended."""
        os.kill(self.pid, number)
        ended = self._process.wait()
        self._seen = ended.err
        return ended


class Crew:
    """Workers on one store."""

    def __init__(self, nursery: Nursery, fleet: Fleet, url: str, file: Path) -> None:
        self.nursery, self.fleet, self.url, self.file = nursery, fleet, url, file
        self.alive: list[Worker] = []
        self.gone: list[Worker] = []

    def start(self, *command: str, ttl: float | None = None, verbose: bool = False) -> Worker:
        more = ["-v"] if verbose else []
        args = ["--config", str(self.file), "--log-format", "json", *more, *(command or ("worker",))]
        process: Any = self.nursery.start("bridge", args, ttl=ttl)
        worker = Worker(process, process._out)
        self.alive.append(worker)
        return worker

    def end(self, worker: Worker, number: int = signal.SIGKILL) -> Any:
        self.alive.remove(worker)
        self.gone.append(worker)
        return worker.end(number)

    def said(self, event: str, **fields: object) -> list[dict[str, Any]]:
        return [line for worker in (*self.gone, *self.alive) for line in worker.said(event, **fields)]

    def whole_log(self) -> str:
        return "\n".join(str(line) for worker in (*self.gone, *self.alive) for line in worker.log()[-15:])

    # --- the store ---------------------------------------------------------------------------------------------

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[Any]]:
        url = make_url(self.url)
        with psycopg.connect(
            host=str(url.query["host"]), port=int(str(url.query["port"])), user=url.username, dbname=url.database
        ) as connection:
            yield connection

    def leases(self) -> dict[str, Held]:
        query = "SELECT pair, token, holder, expires - extract(epoch FROM clock_timestamp())::float8 FROM leases"
        with self.database() as db:
            return {row[0]: Held(*row) for row in db.execute(query)}

    def held_by(self, worker: Worker) -> list[Held]:
        return [held for held in self.leases().values() if held.lasts > 0 and held.pid == worker.pid]

    def stored(self, *but: str) -> dict[str, list[Any]]:
        """All tables of the store without those named."""
        with self.database() as db:
            names = [row[0] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            return {
                name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=str)  # type: ignore[call-overload]
                for name in names
                if name not in but
            }

    def passes(self, pair: str) -> int:
        """Passes that have ended well."""
        with self.database() as db:
            query = "SELECT count(*) FROM passes WHERE pair = %s AND ended IS NOT NULL AND error IS NULL"
            row = db.execute(query, (pair,)).fetchone()
            return int(row[0]) if row else 0
