"""Looking after the store: a copy while it is in use, and an examination."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.store.database import REVISION, Database, StoreError, sqlite_path


@dataclass(frozen=True)
class Copied:
    """Where a backup lies; ``key`` is None when the digest key was not copied along."""

    store: Path
    key: Path | None


def backup(db: Database, folder: Path, key_file: Path | None) -> Copied:
    """Copy a SQLite store, also one in use, with its digest key, into ``folder``; both for the owner's eyes only.

    Raises ``ConfigError`` for another kind of store or a folder that holds a backup already, ``StoreError`` for a
    full disk.
    """
    path = sqlite_path(str(db.engine.url))
    if path is None:
        raise ConfigError("only a SQLite store is copied here; use pg_dump for PostgreSQL, and keep the key with it")
    store, key = folder / path.name, (folder / key_file.name) if key_file else None
    for target in (store, key):
        if target is not None and target.exists():
            raise ConfigError(f"{target} is there already; name an empty folder")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for target in (store, key):
            if target is not None:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
        with sqlite3.connect(path) as source, sqlite3.connect(store) as copy:
            source.backup(copy)
        if key is not None and key_file is not None:
            shutil.copyfile(key_file, key)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the backup could not be written: {error}") from None
    return Copied(store, key)


def examine(db: Database, key_file: Path | None) -> list[tuple[str, bool, str]]:
    """What was looked at: topic, whether it is right, and what was seen. The key was proved by opening the store."""
    found = [("key", True, "the digest key belongs to this store")]
    with db.read() as tx:
        revision = tx.scalar(text("SELECT version_num FROM alembic_version"))
        found.append(("schema", revision == REVISION, f"revision {revision}"))
        if db.engine.dialect.name == "sqlite":
            verdict = tx.scalar(text("PRAGMA integrity_check"))
            found.append(("integrity", verdict == "ok", str(verdict)))
    path = sqlite_path(str(db.engine.url))
    for file in (path, key_file):
        if file is not None and file.exists():
            mode = stat.S_IMODE(file.stat().st_mode)
            found.append((file.name, mode == 0o600, f"mode {mode:04o}"))
    return found
