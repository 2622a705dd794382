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


ANYWHERE = '[service]\nbind = "127.0.0.1:0"'


def twins(crew: Crew) -> int:
    return sum(map(crew.fleet.twins, crew.fleet.names))


def well(crew: Crew) -> list[dict[str, Any]]:
    return [line for line in crew.said("pass ended") if line["outcome"] in ("done", "waits")]


def test_a_server_that_goes_away_and_comes_back_is_survived(own: OwnServer, crew_of: Make) -> None:
    """By a daemon and by a worker, each on a store of its own, at the same time."""
    with own.server.database() as one, own.server.database() as other:
        _is_survived(own, {"run": (one, crew_of), "worker": (other, crew_of)})


def _is_survived(own: OwnServer, commands: dict[str, tuple[str, Make]]) -> None:
    crews: dict[str, Crew] = {}
    for command, (database, crew_of) in commands.items():
        url = store_url(own.server, database)
        crews[command] = crew_of(3, pair='interval = "1s"', url=url, more=ANYWHERE, left=2, right=1)
        crews[command].start(command)
    for crew in crews.values():
        until(lambda crew=crew: {line["pair"] for line in well(crew)} == set(crew.fleet.names), crew.whole_log)
    there = {command: twins(crew) for command, crew in crews.items()}
    for crew in crews.values():
        for pair in crew.fleet.names:
            crew.fleet.open_ticket(pair, "Caiu antes.")
    own.stop()
    time.sleep(2.5)
    passes = {command: len(well(crew)) for command, crew in crews.items()}
    for crew in crews.values():
        for pair in crew.fleet.names:
            crew.fleet.open_ticket(pair, "Caiu durante.")
    own.start()
    for command, crew in crews.items():
        more, all_of_them = passes[command] + 2 * len(crew.fleet.names), there[command] + 2 * len(crew.fleet.names)
        until(lambda crew=crew, more=more: len(well(crew)) > more, crew.whole_log)
        until(lambda crew=crew, all_of_them=all_of_them: twins(crew) >= all_of_them, crew.whole_log)
    for crew in crews.values():
        [worker] = crew.alive
        log = worker.log()
        assert crew.end(worker, signal.SIGTERM).status == 143
        assert crew.fleet.doubled() == []
        failed = [line for line in log if line["event"] == "pass ended" and line["outcome"] == "failed"]
        assert all("the state store failed" in line["error"] for line in failed)
        faults = [line for line in log if "exception" in line]
        assert not faults, json.dumps(faults[:2], indent=1)
