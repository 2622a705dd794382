"""The same with the state store on PostgreSQL: its own statements, and commits that a thread makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.long_past import MESSAGES, Died, LongPast
from store.servers import store_url
from support.postgres import Postgres, running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running() as server:
        yield server


class ServerPast(LongPast):
    url: str

    def write_config(self) -> Path:
        file = super().write_config()
        file.write_text(file.read_text().replace("sqlite:///bridge.db", self.url))
        return file


async def test_history_is_moved_once_whatever_happens(server: Postgres, tmp_path: Path) -> None:
    with server.database() as name:
        there = ServerPast(tmp_path, 30)
        there.url = store_url(server, name)
        there.dies_at = 120
        with pytest.raises((Died, BaseExceptionGroup)):
            await there.migrate()
        there.dies_at = None
        there.clock.advance(60)
        assert (await there.migrate()).exit_code == 0
        assert len(there.right_tickets()) == 30
        assert len(there.right.tables["su_mensagens"]) == 30 * MESSAGES
        assert (await there.account()).totals["moved"] == 30
        assert await there.differences() == []
