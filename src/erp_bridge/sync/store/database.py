"""Opens the state store: file modes, schema version, digest key, and the two kinds of transaction.

SQLite and PostgreSQL share every statement. Writes go through :meth:`Database.write`, which checks the fencing token
of the lease inside the same transaction: a worker that was overtaken commits nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from erp_bridge.core.errors import BridgeError, ConfigError
from erp_bridge.core.settings import Secret
from erp_bridge.sync.digest import Digester
from erp_bridge.sync.store.schema import leases, meta

#: The newest revision in ``migrations/versions``.
REVISION = "0001"

#: A commit is on disk before the next request is sent: also a power cut forgets no intent.
SYNCHRONOUS = "FULL"


class LeaseLost(BridgeError):
    """Another process has taken over this pair: nothing more is sent or committed here."""


class StoreError(BridgeError):
    """The state store cannot be read or written: check the disk, the rights and the address of the database."""


@dataclass(frozen=True)
class Fence:
    """The right to write for one pair, as long as the token is the newest."""

    pair: str
    token: int


class Database:
    """An open state store."""

    def __init__(self, engine: Engine, digester: Digester) -> None:
        self.engine = engine
        self.digester = digester

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with _plain_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, fence: Fence | None = None) -> Iterator[Connection]:
        """One short transaction. With a fence, raises ``LeaseLost`` unless its token is still the newest."""
        with _plain_errors(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if fence is not None:
                newest = connection.scalar(select(leases.c.token).where(leases.c.pair == fence.pair))
                if newest != fence.token:
                    raise LeaseLost(f"another process has taken over {fence.pair}")
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, *, key_file: Path | None, key: Secret | None = None) -> Database:
    """Open the store, making or upgrading it where needed. The key stands in ``key_file``, or is the secret ``key``.

    Raises ``ConfigError`` for a wrong or missing key (then nothing was read), ``StoreError`` when the database cannot
    be used.
    """
    path = sqlite_path(url)
    if path is not None:
        _make_private(path)
    engine = _engine(url)
    with _plain_errors():
        fresh = not inspect(engine).has_table("meta")
        digester = Digester(_key(key_file, key, fresh=fresh))
        if fresh or _revision(engine) != REVISION:
            _upgrade(engine)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _check_key(connection, digester)
    return Database(engine, digester)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite store; None for any other."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url)
    except ImportError:
        raise ConfigError('this state store needs the extra: pip install "erp-bridge[postgres]"') from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    for pragma in ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a write must own the database from its first read on, or the token could change under it
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _key(file: Path | None, secret: Secret | None, *, fresh: bool) -> bytes:
    if file is None:
        if secret is None:
            raise ConfigError("the state store needs a digest key: name one in [state] key")
        return _stretched(secret.reveal())
    try:
        return _stretched(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        if not fresh:
            raise ConfigError(
                f"the digest key {file} is missing; put back the copy that belongs to this state store"
            ) from None
    except OSError as error:
        raise ConfigError(f"the digest key {file} cannot be read: {error.strerror}") from None
    key = secrets.token_hex(32)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
            stream.write(key + "\n")
    except OSError as error:
        raise ConfigError(f"the digest key {file} cannot be made: {error.strerror}") from None
    return _stretched(key)


def _stretched(text: str) -> bytes:
    if len(text) < 16:
        raise ConfigError("the digest key is too short: at least 16 characters")
    return hashlib.blake2b(text.encode(), digest_size=32).digest()


def _check_key(connection: Connection, digester: Digester) -> None:
    known = connection.scalar(select(meta.c.value).where(meta.c.name == "key_check"))
    if known is None:
        connection.execute(insert(meta).values(name="key_check", value=digester.check_value()))
    elif known != digester.check_value():
        raise ConfigError("this is not the digest key of this state store; put back the right one")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)


def _upgrade(engine: Engine) -> None:
    from alembic import command  # a second of imports, needed only when the schema is new or old
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the state store failed: {str(error.orig).splitlines()[0]}") from error
