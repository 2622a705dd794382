"""Opening a store: its key, its schema, its rights, and what is said when it is not to be had."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, text
from sqlalchemy.engine import make_url

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret
from erp_bridge.sync.store.database import REVISION, Database, StoreError, open_database
from erp_bridge.sync.store.schema import meta, metadata
from store.place import KEY, Place
from store.servers import store_url
from support.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place where there is no store yet, and no key."""
    url = f"sqlite:///{tmp_path}/new.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    return Place(request.param, url, tmp_path / "new.key")


def test_a_new_store_gets_its_schema_and_a_key_of_its_own(nothing: Place) -> None:
    nothing.open().close()
    assert len(nothing.key_file.read_text().strip()) == 64
    assert stat.S_IMODE(nothing.key_file.stat().st_mode) == 0o600
    assert not list(nothing.key_file.parent.glob("*.new"))
    db = nothing.open()
    with db.read() as tx:
        assert set(inspect(tx).get_table_names()) == {*metadata.tables, "alembic_version"}
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
    db.close()


def test_the_revisions_make_exactly_the_tables_that_the_code_knows(nothing: Place) -> None:
    db = nothing.open()
    with db.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
    db.close()


def test_two_processes_may_open_a_new_store_at_the_same_moment(nothing: Place) -> None:
    nothing.key_file.write_text(KEY)
    barrier = threading.Barrier(3)
    failures: list[BaseException] = []

    def open_it() -> None:
        barrier.wait()
        try:
            nothing.open().close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_another_key_opens_nothing_and_changes_nothing(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("another key of sixteen letters")
    db = place.open()
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'older'"))  # it is not upgraded either
    with pytest.raises(ConfigError, match="not the digest key"):
        open_database(place.url, key_file=other)
    with pytest.raises(ConfigError, match="not the digest key"):
        open_database(place.url, key_file=None, key=Secret("yet another key of many letters"))
    with db.read() as tx:
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == "older"
    db.close()


def test_a_lost_key_is_not_made_anew(place: Place) -> None:
    place.key_file.unlink()
    with pytest.raises(ConfigError, match="is missing"):
        place.open()
    assert not place.key_file.exists()


def test_a_store_of_a_newer_version_is_left_alone(place: Place) -> None:
    db = place.open()
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.close()
    with pytest.raises(ConfigError, match="newer erp-bridge"):
        place.open()


def test_a_store_that_was_moved_refuses_also_those_who_have_it_open(db: Database, place: Place) -> None:
    with db.write() as tx:
        tx.execute(insert(meta).values(name="moved", value="elsewhere"))
    with pytest.raises(ConfigError, match="was moved"):
        place.open()
    with pytest.raises(ConfigError, match="was moved"), db.write():
        pass


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://u:geheim@h/db", "postgres://h", "nothing", "://"])
def test_an_address_of_another_kind_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="begins with") as refused:
        open_database(url, key_file=tmp_path / "bridge.key")
    assert "geheim" not in str(refused.value)


def test_a_file_that_cannot_be_opened_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        open_database(f"sqlite:///{tmp_path}/nowhere/bridge.db", key_file=tmp_path / "bridge.key")
    (tmp_path / "bridge.db").write_text("this is no database, only a text of some length" * 50)
    with pytest.raises(StoreError, match="not a database"):
        open_database(f"sqlite:///{tmp_path}/bridge.db", key_file=tmp_path / "bridge.key")


def test_a_server_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as failed:
        open_database(
            "postgresql+psycopg://bridge:geheim@127.0.0.1:1/bridge", key_file=tmp_path / "bridge.key"
        )  # fmt: skip
    assert "\n" not in failed.value.message
    assert "refused" in failed.value.message
    assert "geheim" not in failed.value.message
    assert not (tmp_path / "bridge.key").exists()


def test_a_database_that_is_not_there_and_a_user_without_rights(postgres_server: Postgres, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match='"nowhere" does not exist'):
        open_database(store_url(postgres_server, "nowhere"), key_file=tmp_path / "bridge.key")
    with postgres_server.database() as name:
        postgres_server.user("guest", name)
        with postgres_server.admin(name) as admin:
            admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        with pytest.raises(StoreError, match="permission denied"):
            open_database(store_url(postgres_server, name, user="guest"), key_file=tmp_path / "bridge.key")


def test_the_limits_hold_in_every_session(postgres_place: Place) -> None:
    db = postgres_place.open()
    with db.read() as tx:
        assert tx.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"
        assert tx.scalar(text("SHOW lock_timeout")) == "10s"
        assert tx.scalar(text("SHOW statement_timeout")) == "30s"
        assert tx.scalar(text("SHOW application_name")) == "erp-bridge"
        tx.rollback()
        assert tx.scalar(text("SHOW lock_timeout")) == "10s"
    db.close()


def test_what_the_address_says_goes_first(postgres_store: str, key_file: Path) -> None:
    url = make_url(postgres_store).update_query_dict({"application_name": "meu painel"})
    db = open_database(url.render_as_string(), key_file=key_file)
    with db.read() as tx:
        assert tx.scalar(text("SHOW application_name")) == "meu painel"
    db.close()
