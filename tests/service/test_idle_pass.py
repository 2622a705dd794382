"""An idle pass waits for no disk: what it notes may be forgotten in a power cut, and nothing else of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from erp_bridge.sync.store import database
from erp_bridge.sync.store.database import Database
from support.pair import SimulatedPair


class Disk:
    """Transactions that changed anything, by what they ask of the disk (2 is FULL: wait for it, 1 is NORMAL)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "SYNCHRONOUS", "FULL")
        self.asked: list[int] = []
        write = Database.write

        @contextmanager
        def watched(db: Database, *given: Any, **options: Any) -> Iterator[Any]:
            with write(db, *given, **options) as tx:
                inner: Any = tx.connection.dbapi_connection
                before = inner.total_changes
                yield tx
                if inner.total_changes > before:
                    self.asked.append(int(tx.execute(text("PRAGMA synchronous")).scalar_one()))

        monkeypatch.setattr(Database, "write", watched)


async def test_an_idle_pass_waits_for_no_disk_and_a_write_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = SimulatedPair(tmp_path)
    disk = Disk(monkeypatch)
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        assert 2 in disk.asked, "intents are on disk before anything is sent"
        await bridge.sync("suporte")
        disk.asked.clear()
        await bridge.sync("suporte")
        assert disk.asked
        assert set(disk.asked) == {1}
        pair.left.people.comment(next(iter(pair.left_tickets())), "Ainda sem sinal.")
        disk.asked.clear()
        await bridge.sync("suporte")
        assert 2 in disk.asked
