"""A disk that is full, a server that goes away: the pass fails in one line, and later ones go on by themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from erp_bridge.sync.engine import PassOptions
from erp_bridge.sync.store import care
from erp_bridge.sync.store.database import StoreError
from store.server_pair import ServerPair
from store.servers import OwnServer, own_server, store_url
from support.pair import SimulatedPair

SMALL = {"clients": 15, "left": 6, "right": 4}


@pytest.fixture
def own() -> Iterator[OwnServer]:
    """A server that may be stopped."""
    with own_server() as server:
        yield server


def made_of(pair: SimulatedPair) -> tuple[int, int]:
    return len(pair.left_tickets()), len(pair.right_tickets())


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


async def test_a_whole_sync_on_a_server_is_the_same_as_on_sqlite(tmp_path: Path, postgres_url: str) -> None:
    reports = []
    for name, make in (("a", SimulatedPair), ("b", lambda folder: ServerPair(folder, postgres_url))):
        folder = tmp_path / name
        folder.mkdir()
        pair = make(folder)
        reports.append([(await pair.sync()).as_json(), (await pair.sync(full=True)).as_json()])
        for report in reports[-1]:
            report.pop("seconds")
    assert reports[0] == reports[1]
    assert reports[1][0]["created"]["right"] > 0
    assert sum(reports[1][1]["created"].values()) == sum(reports[1][1]["movements"].values()) == 0
    assert not list((tmp_path / "b").glob("bridge.db*"))


async def test_a_server_that_goes_away_in_a_pass_fails_it_cleanly(tmp_path: Path, own: OwnServer) -> None:
    url = store_url(own.server, "postgres")
    pair = ServerPair(tmp_path, url, **SMALL)
    (tmp_path / "quiet").mkdir()
    undisturbed = SimulatedPair(tmp_path / "quiet", **SMALL)
    await undisturbed.sync()
    async with pair.bridge() as bridge:
        pair.right.faults.once("hook", match="criarAtendimento", after=own.stop)
        with pytest.raises(StoreError) as failed:
            await bridge.sync("suporte", PassOptions())
        assert "\n" not in failed.value.message
        for _ in range(2):  # it stays away for some passes
            with pytest.raises(StoreError):
                await bridge.sync("suporte", PassOptions())
        own.start()
        pair.clock.advance(60)
        report = await bridge.sync("suporte", PassOptions())  # nobody did anything about it
        assert sum(report.open.values()) == sum((await undisturbed.sync()).open.values())
        again = await bridge.sync("suporte", PassOptions(full=True))
        assert sum(again.as_json()["created"].values()) == 0
    assert made_of(pair) == made_of(undisturbed)


async def test_a_restart_between_two_passes_is_not_noticed(tmp_path: Path, own: OwnServer) -> None:
    pair = ServerPair(tmp_path, store_url(own.server, "postgres"), **SMALL)
    async with pair.bridge() as bridge:
        await bridge.sync("suporte", PassOptions())
        own.stop()
        own.start()
        report = await bridge.sync("suporte", PassOptions())
        assert sum(report.as_json()["created"].values()) == 0


# --- SQLite --------------------------------------------------------------------------------------------------------


async def test_a_full_disk_is_said_and_the_store_stays_whole(tmp_path: Path) -> None:
    pair, undisturbed = SimulatedPair(tmp_path / "full", **SMALL), SimulatedPair(tmp_path / "quiet", **SMALL)
    for one in (pair, undisturbed):
        one.folder.mkdir()
    expected = (await undisturbed.sync()).as_json()
    said: list[str] = []
    for pages in (1, 1, 2, 2, 3, 3):
        async with pair.bridge() as bridge:
            _quota(bridge.db.engine, pages)
            try:
                await bridge.sync("suporte", PassOptions())
            except StoreError as error:
                said.append(error.message)
        assert _integrity(pair) == "ok"
        pair.clock.advance(60)
    assert len(said) >= 3, "the disk was hardly ever full"
    assert set(said) == {"the state store failed: database or disk is full"}
    report = (await pair.sync()).as_json()  # room was made
    assert made_of(pair) == made_of(undisturbed)
    for what in ("conflicts", "quarantined", "in_doubt", "failed"):
        assert report[what] == expected[what]
    assert sum((await pair.sync(full=True)).as_json()["created"].values()) == 0


def _quota(engine: Any, more: int) -> None:
    """So many pages of 4 KiB beyond what is used, in every connection from now on."""

    def limit(connection: Any, _record: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={used + more}")

    engine.dispose()
    event.listen(engine, "connect", limit)


def _integrity(pair: SimulatedPair) -> str:
    with closing(sqlite3.connect(pair.folder / "bridge.db")) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


async def test_a_backup_onto_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = SimulatedPair(tmp_path, **SMALL)
    async with pair.bridge() as bridge:
        assert bridge.db

        def full(*given: Any, **options: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(care.shutil, "copyfile", full)
        with pytest.raises(StoreError, match="No space left"):
            bridge.backup(tmp_path / "safe")
