"""What is remembered of a pair's passes does not depend on how many other pairs there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from erp_bridge.sync.store import database, journal
from erp_bridge.sync.store.database import Database, open_database
from erp_bridge.sync.store.figures import figures


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(database, "SYNCHRONOUS", "OFF")
    opened = open_database(f"sqlite:///{tmp_path}/bridge.db", key_file=tmp_path / "bridge.key")
    yield opened
    opened.close()


def make(db: Database, pair: str, now: float, *, full: bool = False, error: str | None = None) -> int:
    with db.write() as tx:
        id = journal.begin(tx, pair, now=now, full=full, config="")
        journal.end(tx, id, now=now + 1, report={}, offsets={}, error=error)
    return id


def count(db: Database, pair: str) -> int:
    with db.read() as tx:
        rows = tx.exec_driver_sql("SELECT count(*) FROM passes WHERE pair = ?", (pair,))
        return int(rows.scalar_one())


def test_the_passes_of_others_push_none_out(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEEP", 5)
    full = make(db, "mine", 1.0, full=True)
    for number in range(40):
        make(db, f"other{number % 4}", 2.0 + number)
    mine = [make(db, "mine", 50.0 + number) for number in range(3)]
    with db.read() as tx:
        last = journal.last(tx, "mine", full=True)
        assert last is not None
        assert last.id == full
    assert count(db, "mine") == len(mine) + 1


def test_so_many_are_kept_and_the_last_full_one_however_old(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEEP", 5)
    make(db, "mine", 0.0, full=True)
    full = make(db, "mine", 1.0, full=True)
    for number in range(30):
        make(db, "mine", 2.0 + number, full=number == 7, error="Unavailable" if number == 7 else None)
    assert count(db, "mine") == 6
    with db.read() as tx:
        last = journal.last(tx, "mine", full=True)
        assert last is not None
        assert last.id == full, "a full pass that failed is none"


def test_the_figures_of_a_pair_without_a_good_pass(db: Database) -> None:
    make(db, "mine", 1.0, error="Unavailable")
    with db.read() as tx:
        assert "mine" not in figures(tx) or figures(tx)["mine"].in_step is None
