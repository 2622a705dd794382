"""PostgreSQL is restarted under load: passes fail cleanly, and go on by themselves."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from cluster.conftest import Make
from cluster.crew import Crew, until
from store.servers import OwnServer, own_server, store_url

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def own() -> Iterator[OwnServer]:
    """A server that may be stopped."""
    with own_server() as server:
        yield server


def well(crew: Crew) -> list[dict[str, Any]]:
    return [line for line in crew.said("pass ended") if line["outcome"] in ("done", "waits")]


@pytest.mark.parametrize("command", ["run", "worker"])
def test_a_server_that_goes_away_and_comes_back_is_survived(command: str, own: OwnServer, crew_of: Make) -> None:
    more = '[service]\nbind = "127.0.0.1:0"'
    crew = crew_of(3, pair='interval = "1s"', url=store_url(own.server, "postgres"), more=more, left=2, right=1)
    worker = crew.start(command)
    until(lambda: {line["pair"] for line in well(crew)} == set(crew.fleet.names), crew.whole_log)
    opened = [crew.fleet.open_ticket(pair, "Caiu antes.") for pair in crew.fleet.names]
    own.stop()
    time.sleep(2.5)
    opened += [crew.fleet.open_ticket(pair, "Caiu durante.") for pair in crew.fleet.names]
    before, twins = len(well(crew)), sum(map(crew.fleet.twins, crew.fleet.names))
    own.start()
    until(lambda: len(well(crew)) > before + 2 * len(crew.fleet.names), crew.whole_log)
    until(lambda: sum(map(crew.fleet.twins, crew.fleet.names)) >= twins + len(crew.fleet.names), crew.whole_log)
    log = worker.log()
    assert crew.end(worker, signal.SIGTERM).status == 143
    assert crew.fleet.doubled() == []
    failed = [line for line in log if line["event"] == "pass ended" and line["outcome"] == "failed"]
    assert all("the state store failed" in line["error"] for line in failed)
    faults = [line for line in log if "exception" in line]
    assert not faults, json.dumps(faults[:2], indent=1)
