"""Where a store of the tests lies. A module of its own, so that other processes can be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from erp_bridge.sync.store.database import Database, open_database

KEY = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Place:
    """Where a store lies, and its key. Every ``open()`` is as another process would do it."""

    kind: str
    url: str
    key_file: Path

    def open(self) -> Database:
        return open_database(self.url, key_file=self.key_file)
