"""A store of an older version is brought up to date when it is opened, and loses nothing, on both kinds of store."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, select, text

from erp_bridge.sync.store import database
from erp_bridge.sync.store.database import REVISION, Database
from erp_bridge.sync.store.schema import metadata
from store.place import KEY, Place

OLD = ("0001", "0002", "0003")
#: What each revision added.
ADDED = {"0002": "migrations", "0003": "notices", "0004": "steps"}


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request: pytest.FixtureRequest, tmp_path: Any) -> Place:
    url = f"sqlite:///{tmp_path}/old.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    (tmp_path / "old.key").write_text(KEY)
    return Place(request.param, url, tmp_path / "old.key")


def filled(db: Database) -> dict[str, list[Any]]:
    """One row in every table there is, made of what its columns take; the content of all of them."""
    with db.engine.connect().execution_options(writes=True) as tx, tx.begin():
        old = MetaData()
        old.reflect(tx)
        for table in old.sorted_tables:
            if table.name not in ("alembic_version", "meta"):
                tx.execute(table.insert().values({c.name: _value(c) for c in table.columns}))
        return _content(tx, old)


def _value(column: Any) -> object:
    kind = column.type.python_type
    return "{}" if kind is str else kind(7)


def _content(tx: Any, tables: MetaData) -> dict[str, list[Any]]:
    kept = [table for table in tables.sorted_tables if table.name != "alembic_version"]
    return {table.name: [tuple(row) for row in tx.execute(select(table))] for table in kept}


@pytest.mark.parametrize("revision", OLD)
def test_an_old_store_is_upgraded_with_all_its_rows(
    revision: str, nothing: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "REVISION", revision)
    old = nothing.open()
    before = filled(old)
    assert {name: table in before for name, table in ADDED.items()} == {name: name <= revision for name in ADDED}
    old.close()
    monkeypatch.setattr(database, "REVISION", REVISION)
    new = nothing.open()
    with new.read() as tx:
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
        assert set(inspect(tx).get_table_names()) == {*metadata.tables, "alembic_version"}
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
        known = MetaData()
        known.reflect(tx, only=list(before))
        assert _content(tx, known) == before
    new.close()


def test_the_newest_revision_is_the_last_file() -> None:
    assert max(ADDED) == REVISION
