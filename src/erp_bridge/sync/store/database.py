"""Opens the state store: file modes, schema version, digest key, and the two kinds of transaction.

SQLite and PostgreSQL share every statement. Writes go through :meth:`Database.write`, which checks the fencing token
of the lease inside the same transaction: a worker that was overtaken commits nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from erp_bridge.core.errors import BridgeError, ConfigError
from erp_bridge.core.settings import Secret
from erp_bridge.sync.digest import Digester
from erp_bridge.sync.store import postgres
from erp_bridge.sync.store.dialect import insert
from erp_bridge.sync.store.failure import StoreError, plain_errors
from erp_bridge.sync.store.keys import digest_key
from erp_bridge.sync.store.presence import Files, Presence, Session
from erp_bridge.sync.store.schema import leases, meta

__all__ = ["REVISION", "Database", "Fence", "LeaseLost", "StoreError", "open_database", "sqlite_path"]

#: The newest revision in ``migrations/versions``.
REVISION = "0004"

#: A commit is on disk before the next request is sent: also a power cut forgets no intent.
SYNCHRONOUS = "FULL"

#: Stands in ``meta`` of a store whose content lives elsewhere by now.
MOVED = "moved"


class LeaseLost(BridgeError):
    """Another process has taken over this pair: nothing more is sent or committed here."""


@dataclass(frozen=True)
class Fence:
    """The right to write for one pair, as long as the token is the newest."""

    pair: str
    token: int


# locked as it is read: until the transaction ends, nobody takes over
_NEWEST = select(leases.c.token).where(leases.c.pair == bindparam("pair")).with_for_update(key_share=True)
_META = select(meta.c.value).where(meta.c.name == bindparam("name"))


class Database:
    """An open state store. ``presence`` shows to other processes that this one lives."""

    def __init__(self, engine: Engine, digester: Digester) -> None:
        self.engine = engine
        self.digester = digester
        self.given_up: set[Fence] = set()  # leases that this process has let go, and could not tell the store
        self.presence: Presence = (
            Session(engine, digester.check_value())
            if engine.dialect.name == "postgresql"
            else Files(Path(engine.url.database or ""))
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with plain_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, fence: Fence | None = None, *, durable: bool = True) -> Iterator[Connection]:
        """One short transaction. With a fence, raises ``LeaseLost`` unless its token is still the newest.

        Not ``durable``: on SQLite a power cut, which ends all processes of this store with it, may forget the
        transaction (never a later one alone); for leases and the journal, so that an idle pass waits for no disk.

        Without one, raises ``ConfigError`` for a store that was moved; with one there is no need to ask, for a store is
        moved under every lease.
        """
        options = {"writes": True, "durable": durable}
        with plain_errors(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            if fence is None:
                lock_meta(connection, shared=True)
                _check_here(connection)
            elif connection.scalar(_NEWEST, {"pair": fence.pair}) != fence.token:
                raise LeaseLost(f"another process has taken over {fence.pair}")
            yield connection

    def close(self) -> None:
        self.presence.close()
        self.engine.dispose()


def open_database(url: str, *, key_file: Path | None, key: Secret | None = None) -> Database:
    """Open the store, making or upgrading it where needed. The key stands in ``key_file``, or is the secret ``key``.

    Raises ``ConfigError`` for a wrong or missing key (then nothing was read or changed), for a store that was moved
    and for one that a newer version has made; ``StoreError`` when the database cannot be used.
    """
    return _open(url, lambda fresh: Digester(digest_key(key_file, key, fresh=fresh)))


def open_beside(db: Database, url: str) -> Database:
    """Another store with the same key, made where needed. Raises as :func:`open_database` does."""
    return _open(url, lambda _fresh: db.digester)


def _open(url: str, digester_of: Callable[[bool], Digester]) -> Database:
    engine = _engine(_parsed(url))
    try:
        with plain_errors():
            return _opened(engine, digester_of)
    except BaseException:
        engine.dispose()
        raise


def _opened(engine: Engine, digester_of: Callable[[bool], Digester]) -> Database:
    path = sqlite_path(str(engine.url))
    if path is not None:
        _make_private(path)
    fresh = not inspect(engine).has_table("meta")
    digester = digester_of(fresh)
    if not fresh:
        with engine.connect() as connection:
            _check_key(connection, digester)
            _check_here(connection)
    if fresh or _revision(engine) != REVISION:
        _upgrade(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if not _check_key(connection, digester):
            mine = {"name": "key_check", "value": digester.check_value()}
            connection.execute(insert(connection, meta).on_conflict_do_nothing(), mine)
            _check_key(connection, digester)  # another process may have been faster, with another key
    return Database(engine, digester)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite store; None for any other."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # neither repeats the address, which may hold a password
        parsed = None
    if parsed is None or parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ConfigError('the address of the state store begins with "sqlite:///" or "postgresql+psycopg://"')
    return parsed


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None


def _engine(url: URL) -> Engine:
    server = url.get_backend_name() == "postgresql"
    try:
        engine = create_engine(url, **(postgres.options(url) if server else {}))
    except ImportError:
        raise ConfigError('this state store needs the extra: pip install "erp-bridge[postgres]"') from None
    if server:
        postgres.tune(engine)
    else:
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    for pragma in ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a write must own the database from its first read on, or the token could change under it
    options = connection.get_execution_options()
    if options.get("writes"):
        wanted = SYNCHRONOUS if options.get("durable", True) or SYNCHRONOUS == "OFF" else "NORMAL"
        if connection.info.get("synchronous", SYNCHRONOUS) != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _check_key(connection: Connection, digester: Digester) -> bool:
    """Whether the store knows its key already; another one is refused."""
    known = connection.scalar(_META, {"name": "key_check"})
    if known is not None and known != digester.check_value():
        raise ConfigError("this is not the digest key of this state store; put back the right one")
    return known is not None


def lock_meta(connection: Connection, *, shared: bool) -> None:
    """Keep the store in its place until this transaction ends; not ``shared``: let nobody write without a lease."""
    connection.execute(_META.with_for_update(read=shared), {"name": "key_check"})


def _check_here(connection: Connection) -> None:
    if connection.scalar(_META, {"name": MOVED}) is not None:
        raise ConfigError("this state store was moved to another place: name that one in [state] url")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)


def _upgrade(engine: Engine) -> None:
    from alembic import command  # a second of imports, needed only when the schema is new or old
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            postgres.change_alone(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, REVISION)
        except CommandError:
            raise ConfigError(
                "this state store was made by a newer erp-bridge, or its schema belongs to another program"
            ) from None
