"""What a test need not wait for twice: an empty store is made once, and each SQL statement is written out once.

A pass of a test is made as a new process would make it; but it is a new process that spends its time on these two.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.database import Database, open_database

_STORE = ("bridge.db", "bridge.key")
_first: list[Engine] = []


class QuickBridge(Bridge):
    """A bridge whose store shares the text of its statements with all others of this process."""

    @property
    def db(self) -> Database:
        fresh = self._db is None
        db = super().db
        if fresh:
            _share_statements(db.engine)
        return db


def _share_statements(engine: Engine) -> None:
    """Statements are kept by dialect, of which each engine has its own. On SQLite all are the same."""
    if engine.dialect.name != "sqlite":
        return
    if not _first:
        _first.append(engine)
    engine.dialect, engine._compiled_cache = _first[0].dialect, _first[0]._compiled_cache


def empty_store(folder: Path) -> None:
    """Put an empty store into a folder that has none, and no key of one either."""
    if not any((folder / name).exists() for name in _STORE):
        for name in _STORE:
            shutil.copy(_empty() / name, folder / name)  # with its mode


@cache
def _empty() -> Path:
    """Made once: writing the schema takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="empty-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_database(f"sqlite:///{folder}/bridge.db", key_file=folder / "bridge.key").close()
    return folder
