"""Three real workers on a real PostgreSQL, killed and frozen over real HTTP: nothing doubled, everything taken over.

``ERP_BRIDGE_CLUSTER_SECONDS=300 ERP_BRIDGE_CLUSTER_EVERY=20 pytest -s tests/cluster/test_workers.py`` is the full
proof; it prints its figures.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner

from cluster.conftest import Make
from cluster.crew import FULL, PATIENCE, SECONDS, Crew, Worker, until
from erp_bridge.cli.main import cli
from erp_bridge.config import load
from erp_bridge.sync.service import Bridge
from service.fleet import Fleet
from support.httpclient import forget_logging
from support.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EVERY = float(os.environ.get("ERP_BRIDGE_CLUSTER_EVERY", "2"))
#: How long a worker is frozen, and its leases, which outlast a request by that; the program's own in the full proof.
FROZEN, TTL, TIMEOUT = (30.0, None, "5s") if FULL else (0.0, 2.0, "3s")
#: How long a dead worker's pairs may wait.
TAKEN_OVER_WITHIN = 15.0
PAIRS = 5


def open_somewhere(crew: Crew, rng: random.Random, opened: list[tuple[str, str]]) -> None:
    pair, side = rng.choice(crew.fleet.names), rng.choice(("left", "right"))
    opened.append((pair, crew.fleet.open_ticket(pair, f"Sem sinal desde as {len(opened)}.", side)))


def slow_down(crew: Crew, seconds: float) -> None:
    """So that whoever is killed or frozen is at work at that moment."""
    for sides in crew.fleet.erps.values():
        for erp in sides.values():
            erp.simulator.faults.once("latency", seconds=seconds, count=1_000_000)


def at_full_speed(crew: Crew) -> None:
    for sides in crew.fleet.erps.values():
        for erp in sides.values():
            erp.simulator.faults.clear()


def strike(crew: Crew, rng: random.Random) -> tuple[Worker, dict[str, int]]:
    """Kill a worker that is at work; the tokens of the pairs it held."""

    def at_work() -> list[Worker]:
        return [worker for worker in crew.alive if crew.held_by(worker)]

    victim = rng.choice(until(at_work, crew.whole_log))
    held = crew.held_by(victim)
    crew.end(victim)
    return victim, {one.pair: one.token for one in held}


def taken_over(crew: Crew, tokens: dict[str, int]) -> float:
    """Seconds until others hold the pairs, or have held them."""
    began = time.monotonic()
    until(lambda: all(crew.leases()[pair].token > token for pair, token in tokens.items()), crew.whole_log)
    return time.monotonic() - began


def test_kill_9_doubles_nothing_and_the_pairs_are_taken_over(crew_of: Make) -> None:
    crew, rng = crew_of(PAIRS, pair='interval = "2s"', left=2, right=1), random.Random(4)
    for _ in range(3):
        crew.start()
    until(lambda: all(worker.said("started") for worker in crew.alive), crew.whole_log)
    until(lambda: all(crew.passes(pair) for pair in crew.fleet.names), crew.whole_log)
    slow_down(crew, 0.05)
    opened: list[tuple[str, str]] = []
    waits: list[float] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        open_somewhere(crew, rng, opened)
        began = time.monotonic()
        _, tokens = strike(crew, rng)
        waits.append(taken_over(crew, tokens))
        crew.start()
        time.sleep(max(0.0, min(began + EVERY, end) - time.monotonic()))
    open_somewhere(crew, rng, opened)
    at_full_speed(crew)
    until(lambda: _at_rest(crew), crew.whole_log, 90)
    doubled = crew.fleet.doubled()
    print(f"\n{len(waits)} kills, {len(opened)} tickets, {len(doubled)} doubled; taken over within {max(waits):.1f} s")
    assert doubled == []
    assert max(waits) <= TAKEN_OVER_WITHIN
    for pair, ticket in opened:
        assert any(ticket in held for held in _linked(crew, pair)), f"{ticket} of {pair} was lost"


def _linked(crew: Crew, pair: str) -> list[tuple[str, str]]:
    with crew.database() as db:
        return list(db.execute("SELECT left_id, right_id FROM links WHERE pair = %s", (pair,)))


def _at_rest(crew: Crew) -> bool:
    """Every pair has passed twice more and no write is open."""
    with crew.database() as db:
        query = "SELECT count(*) FROM intents WHERE state IN ('open', 'unseen')"
        if db.execute(query).fetchone() != (0,):
            return False
    before = {pair: crew.passes(pair) for pair in crew.fleet.names}
    until(lambda: all(crew.passes(pair) >= seen + 2 for pair, seen in before.items()), crew.whole_log)
    return True


def start_and_catch(crew: Crew, **options: Any) -> tuple[Worker, Worker]:
    """Two workers on one pair that has one turn an hour; who is at work in its first pass, and who is not."""
    slow_down(crew, 0.15)
    workers = [crew.start(**options) for _ in range(2)]
    until(lambda: all(worker.said("started") for worker in workers), crew.whole_log)
    until(lambda: crew.fleet.requests["p0", "right"] > 3 and crew.fleet.at_work["p0"], crew.whole_log)
    time.sleep(0.04)  # what it asked has arrived whole: half of a request would arrive whenever it wakes
    [held] = crew.leases().values()
    return next(w for w in workers if w.pid == held.pid), next(w for w in workers if w.pid != held.pid)


def test_a_pass_whose_worker_dies_is_made_by_another_at_once_not_at_its_next_turn(crew_of: Make) -> None:
    crew = crew_of(1, pair='interval = "1h"', left=2, right=1)
    victim, other = start_and_catch(crew)
    began = time.monotonic()
    crew.end(victim)
    until(lambda: crew.leases()["p0"].token == 2, crew.whole_log)
    seconds = time.monotonic() - began
    print(f"\ntaken over after {seconds:.1f} s")
    assert seconds < TAKEN_OVER_WITHIN
    at_full_speed(crew)
    until(lambda: other.said("pass ended", pair="p0"), crew.whole_log)
    assert crew.passes("p0") == 1
    assert crew.fleet.doubled() == []
    time.sleep(1.5)
    assert crew.leases()["p0"].token == 2, "one pass was lost, one was made"


def start_and_catch_writing(crew: Crew, **options: Any) -> tuple[Worker, Worker]:
    """The same, with the creation of a ticket on its way: the ERP has it, acts in a moment, and has not answered."""
    arrived = threading.Event()

    async def arrive() -> None:
        arrived.set()
        await asyncio.sleep(0.5)

    crew.fleet.erps["p0"]["right"].simulator.faults.once("hook", match="criarAtendimento", before=arrive)
    workers = [crew.start(**options) for _ in range(2)]
    assert arrived.wait(PATIENCE), crew.whole_log()
    [held] = crew.leases().values()
    return next(w for w in workers if w.pid == held.pid), next(w for w in workers if w.pid != held.pid)


@pytest.mark.parametrize("catch", [start_and_catch, start_and_catch_writing], ids=["reading", "writing"])
def test_a_frozen_worker_that_was_overtaken_starts_no_request_and_commits_nothing(catch: Any, crew_of: Make) -> None:
    crew = crew_of(1, pair='interval = "1h"', left=3, right=2, timeout=TIMEOUT)
    frozen, other = catch(crew, ttl=TTL, verbose=True)
    os.kill(frozen.pid, signal.SIGSTOP)
    began = time.monotonic()
    until(lambda: crew.leases()["p0"].token > 1, crew.whole_log)
    seconds = time.monotonic() - began
    at_full_speed(crew)
    until(lambda: other.said("pass ended", pair="p0", outcome="waits") or other.said("pass ended", outcome="done"),
          crew.whole_log)  # fmt: skip
    print(f"\ntaken over after {seconds:.1f} s, the pass made after {time.monotonic() - began:.1f} s")
    assert seconds < TAKEN_OVER_WITHIN + 5, "its lease had to end first"
    time.sleep(max(0.0, began + FROZEN - time.monotonic()))
    until(lambda: not any(crew.fleet.at_work.values()), "the ERPs are still at work")
    requests, whole, stored = dict(crew.fleet.requests), dict(crew.fleet.whole), crew.stored("passes")
    twins = crew.fleet.twins("p0")
    assert not frozen.said("pass ended")
    os.kill(frozen.pid, signal.SIGCONT)
    [ended] = until(lambda: frozen.said("pass ended", pair="p0"), crew.whole_log)
    # where it was frozen in the middle of a transaction, the server has ended its session meanwhile
    assert "LeaseLost" in ended["error"] or "the state store failed" in ended["error"]
    time.sleep(1.5)
    assert dict(crew.fleet.requests) == requests
    assert dict(crew.fleet.whole) == whole, "the other half of a request was sent"
    assert crew.stored("passes") == stored
    assert crew.fleet.twins("p0") == twins > 0
    assert crew.fleet.doubled() == []
    assert frozen.said("pass ended") == [ended], "it has had no turn since"
    assert crew.end(frozen, signal.SIGTERM).status == 143  # and it is in good health


def test_status_tells_who_works_on_what(crew_of: Make) -> None:
    crew = crew_of(1, pair='interval = "1h"', left=2, right=1)
    at_work, _ = start_and_catch(crew)
    bridge = Bridge(load(crew.file))
    [pair] = [one.as_json() for one in bridge.status()]
    bridge.db.close()
    assert pair["worker"] == f"{socket.gethostname()} pid {at_work.pid}"


def test_a_worker_serves_its_health_where_it_is_told_and_follows_a_new_configuration(crew_of: Make) -> None:
    crew = crew_of(1, pair='interval = "1h"', left=2, right=1)
    port = free_port()
    worker = crew.start("worker", "--bind", f"127.0.0.1:{port}")
    until(lambda: crew.said("pass ended"), crew.whole_log)
    http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
    assert http.get("/readyz").json() == {"status": "ready"}
    assert 'erp_bridge_lag_seconds{pair="p0",side="left"}' in http.get("/metrics").text
    assert "p0" in http.get("/").text
    crew.file.write_text(crew.file.read_text().replace('interval = "1h"', 'interval = "1s"'))
    os.kill(worker.pid, signal.SIGHUP)
    until(lambda: len(crew.said("pass ended")) > 2, crew.whole_log)
    assert crew.said("configuration reloaded", changes=1)
    assert http.get("/").status_code == 200
    assert crew.end(worker, signal.SIGTERM).status == 143


def test_on_sqlite_there_is_nothing_to_share(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["--config", str(Fleet(tmp_path, 1).config()), "worker"], prog_name="erp-bridge")
    forget_logging()
    assert ran.exit_code == 2
    assert "several workers share their work on PostgreSQL" in ran.output
