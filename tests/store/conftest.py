"""Each test of the store runs on SQLite and on PostgreSQL: the fixture ``place`` is an empty store of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from erp_bridge.sync.store import database
from erp_bridge.sync.store.database import Database, open_database
from store.place import KEY, Place
from store.servers import store_url
from support.postgres import Postgres, running


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SYNCHRONOUS", "OFF")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "bridge.key"
    file.write_text(KEY)
    file.chmod(0o600)
    return file


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty store. Made once: writing the schema takes longer than most tests."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "bridge.key").write_text(KEY)
    open_database(f"sqlite:///{folder}/bridge.db", key_file=folder / "bridge.key").close()
    return (folder / "bridge.db").read_bytes()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests of this run; each takes a database of its own."""
    with running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of an empty database."""
    with postgres_server.database() as name:
        yield store_url(postgres_server, name)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with an empty store in it. Made once, and copied for each test."""
    folder = tmp_path_factory.mktemp("pg_template")
    (folder / "bridge.key").write_text(KEY)
    with postgres_server.database() as name:
        open_database(store_url(postgres_server, name), key_file=folder / "bridge.key").close()
        yield name


@pytest.fixture
def postgres_store(postgres_server: Postgres, postgres_template: str) -> Iterator[str]:
    """The address of an empty store."""
    with postgres_server.database(TEMPLATE=postgres_template) as name:
        yield store_url(postgres_server, name)


@pytest.fixture
def sqlite_place(tmp_path: Path, sqlite_template: bytes, key_file: Path) -> Place:
    file = tmp_path / "bridge.db"
    file.write_bytes(sqlite_template)
    file.chmod(0o600)
    return Place("sqlite", f"sqlite:///{file}", key_file)


@pytest.fixture
def postgres_place(postgres_store: str, key_file: Path) -> Place:
    return Place("postgresql", postgres_store, key_file)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty store; the test runs once on each kind."""
    found: Place = request.getfixturevalue("sqlite_place" if request.param == "sqlite" else "postgres_place")
    return found


@pytest.fixture
def db(place: Place) -> Iterator[Database]:
    opened = place.open()
    yield opened
    opened.close()
