"""Kills and freezes with the store on PostgreSQL: the same promises as on SQLite.

``ERP_BRIDGE_KILLS=100 pytest -s tests/store/test_store_kills.py`` is the full proof.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from faults.invariants import check, doubled, quiesce
from faults.processes import Nursery, Running
from faults.test_processes import Houses, besiege, come_to_rest, hold_back, start_and_freeze, until
from faults.town import Town
from faults.wire import Kill
from store.server_pair import ServerBench, on_server

SEED = int(os.environ.get("ERP_BRIDGE_SEED", "4"))
KILLS = int(os.environ.get("ERP_BRIDGE_KILLS", "3"))


@pytest.mark.parametrize("kind", ["integrator", "ixc"])
def test_a_bridge_killed_at_any_request_loses_and_doubles_nothing(kind: str, postgres_url: str) -> None:
    bench = ServerBench(kind, postgres_url)
    town, rng = Town(bench), random.Random(f"{SEED} {kind}")
    for _ in range(KILLS):
        for side in ("left", "right"):
            ticket = town.open(side)
            town.comment(side, ticket)
        bench.sync_once(Kill(rng.randint(1, 6), rng.choice(("before", "after", "late")), writes=True))
        bench.advance(20)
    assert bench.kills >= KILLS // 2
    quiesce(bench)
    check(bench, town)
    bench.close()


# --- real processes ------------------------------------------------------------------------------------------------


class ServerHouses(Houses):
    """Two ERPs on HTTP; the store of the bridge's processes lies on a server."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self.url = url

    def write_config(self) -> Path:
        return on_server(super().write_config(), self.url)

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[Any]]:
        url = make_url(self.url)
        with psycopg.connect(
            host=str(url.query["host"]), port=int(str(url.query["port"])), user=url.username, dbname=url.database
        ) as connection:
            yield connection

    def stored(self) -> dict[str, list[Any]]:
        with self._server() as db:
            names = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
            return {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=str) for (name,) in names}

    def open_intents(self) -> int:
        try:
            return sum("open" in row or "unseen" in row for row in self.stored().get("intents", ()))
        except psycopg.Error:
            return 0

    def lease_lasts(self) -> float:
        with self._server() as db:
            row = db.execute("SELECT expires FROM leases").fetchone()
            return float(row[0]) - time.time() if row else 0.0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with TemporaryDirectory(prefix="kill-") as folder, Nursery(Path(folder)) as started:
        yield started


@pytest.fixture
def houses(postgres_url: str, tmp_path: Path) -> Iterator[ServerHouses]:
    with ServerHouses(tmp_path, postgres_url) as made:
        yield made


@pytest.mark.slow
def test_kill_9_of_real_processes_loses_and_doubles_nothing(houses: ServerHouses, nursery: Nursery) -> None:
    def start() -> Running:
        return nursery.start("bridge", houses.sync())

    _, town = besiege(houses, start, KILLS)
    come_to_rest(houses, start)
    check(houses.as_bench(), town)
    assert [what for _, what in doubled(houses.as_bench(), town)] == []


@pytest.mark.slow
def test_a_restart_after_kill_9_waits_for_no_lease(houses: ServerHouses, nursery: Nursery) -> None:
    release = hold_back(houses)
    process = nursery.start("bridge", houses.sync())
    until(lambda: any(houses.at_work.values()), "it does nothing")
    assert nursery.start("bridge", houses.sync()).wait().status == 4
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait().killed
    release()
    houses.at_rest()
    assert houses.lease_lasts() > 5
    before, began = houses.requests(), time.monotonic()
    again = nursery.start("bridge", houses.sync())
    until(lambda: houses.requests() != before, "it does not begin")
    assert time.monotonic() - began < 3
    assert again.wait().report()["created"]["right"] > 0


@pytest.mark.slow
def test_a_frozen_process_that_was_overtaken_sends_and_commits_nothing(houses: ServerHouses, nursery: Nursery) -> None:
    nursery.start("bridge", houses.sync()).wait().report()
    ticket = houses.ask_bridge(lambda bridge: bridge.links("suporte")[0].ids.left)
    for _ in range(3):
        Town(houses.as_bench()).comment("left", ticket)
    frozen = start_and_freeze(houses, nursery)
    assert nursery.start("bridge", houses.sync()).wait().status == 4  # frozen, but its time is not up
    until(lambda: houses.lease_lasts() < 0, "the lease does not end")
    nursery.start("bridge", houses.sync()).wait().report()
    houses.at_rest()
    requests, stored = houses.requests(), houses.stored()
    os.kill(frozen.pid, signal.SIGCONT)
    ended = frozen.wait()
    assert ended.status == 4, ended
    assert "has taken over suporte" in ended.err
    houses.at_rest()
    assert houses.requests() == requests
    now_stored = houses.stored()
    for tables in (stored, now_stored):
        tables.pop("passes")
    assert now_stored == stored
