"""Looking after the store: a copy while it is in use, and an examination."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.store import copying, postgres
from erp_bridge.sync.store.database import REVISION, Database, open_beside, sqlite_path
from erp_bridge.sync.store.failure import StoreError, plain_errors


@dataclass(frozen=True)
class Copied:
    """Where a backup lies; ``key`` is None when the digest key was not copied along."""

    store: Path
    key: Path | None


def backup(db: Database, folder: Path, key_file: Path | None) -> Copied:
    """Copy a store, also one in use, with its digest key, into ``folder``; both for the owner's eyes only.

    The copy is a SQLite store, whatever it is made of: one names it in ``[state] url``, or moves it back to PostgreSQL.
    Raises ``ConfigError`` for a folder that holds a backup already, ``StoreError`` for a full disk.
    """
    path = sqlite_path(str(db.engine.url))
    name = path.name if path is not None else f"{db.engine.url.database or 'bridge'}.db"
    store, key = folder / name, (folder / key_file.name) if key_file else None
    for target in (store, key):
        if target is not None and target.exists():
            raise ConfigError(f"{target} is there already; name an empty folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for target in (store, key):
            if target is not None:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
        if path is not None:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(store)) as copy:
                source.backup(copy)
        else:
            _copy_from_server(db, store)
        if key is not None and key_file is not None:
            shutil.copyfile(key_file, key)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the backup could not be written: {error}") from None
    return Copied(store, key)


def _copy_from_server(db: Database, store: Path) -> None:
    copy = open_beside(db, f"sqlite:///{store}")
    try:
        with plain_errors(), db.engine.connect() as connection:
            source = connection.execution_options(isolation_level="REPEATABLE READ")  # one moment, while others write
            source.execute(text("SET TRANSACTION READ ONLY"))
            with copy.write() as arriving:
                copying.copy(source, arriving)
    finally:
        copy.close()


def examine(db: Database, key_file: Path | None) -> list[tuple[str, bool, str]]:
    """What was looked at: topic, whether it is right, and what was seen. The key was proved by opening the store."""
    found = [("key", True, "the digest key belongs to this store")]
    with db.read() as tx:
        revision = tx.scalar(text("SELECT version_num FROM alembic_version"))
        found.append(("schema", revision == REVISION, f"revision {revision}"))
        if db.engine.dialect.name == "sqlite":
            verdict = tx.scalar(text("PRAGMA integrity_check"))
            found.append(("integrity", verdict == "ok", str(verdict)))
        else:
            found += postgres.examine(tx)
        rows = ", ".join(f"{table} {count}" for table, count in copying.count(tx).items())
        found.append(("rows", True, rows))
    if db.engine.dialect.name == "postgresql":
        found.append(_session(db))
    path = sqlite_path(str(db.engine.url))
    for file in (path, key_file):
        if file is not None and file.exists():
            mode = stat.S_IMODE(file.stat().st_mode)
            found.append((file.name, mode == 0o600, f"mode {mode:04o}"))
    return found


def _session(db: Database) -> tuple[str, bool, str]:
    """Whether a sign of life lasts as long as its process: not so behind a pooler that shares sessions."""
    with db.presence.at("doctor") as sign, db.read() as tx:
        before = sign.died(tx, 0)
        sign.show(0)
        seen = before and not sign.died(tx, 0)
    with db.read() as tx:
        gone = sign.died(tx, 0)
    if seen and gone:
        return "session", True, "a process that dies is noticed at once"
    return "session", False, "behind a pooler a process that dies is noticed only after 15 s: connect directly"
