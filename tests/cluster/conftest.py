"""A PostgreSQL for this folder, a nursery for its processes, and a crew on a fleet of pairs."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cluster.crew import FULL, Crew
from cluster.nursery import Nursery
from service.fleet import Fleet
from store.servers import store_url
from support.postgres import Postgres, running

Make = Callable[..., Crew]


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with TemporaryDirectory(prefix="crew-") as folder, Nursery(Path(folder), own_rests=FULL) as started:
        yield started


@pytest.fixture
def crew_of(nursery: Nursery, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Make]:
    """``crew_of(pairs, pair='interval = "2s"', url=...)``: nobody works yet. Without an address, a database is made."""
    with ExitStack() as stack:
        folders = (tmp_path / f"crew-{number}" for number in count(1))

        def make(pairs: int, *, pair: str, url: str = "", more: str = "", timeout: str = "5s", **sizes: Any) -> Crew:
            if not url:
                postgres: Postgres = request.getfixturevalue("server")
                url = store_url(postgres, stack.enter_context(postgres.database()))
            folder = next(folders)
            folder.mkdir()
            fleet = stack.enter_context(Fleet(folder, pairs, **sizes).serving())
            crew = Crew(nursery, fleet, url, fleet.config(state=url, pair=pair, more=more, timeout=timeout))
            stack.callback(_end, crew)
            return crew

        yield make


def _end(crew: Crew) -> None:
    for worker in list(crew.alive):
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGCONT)
            crew.end(worker)
