"""A long past between two simulated ERPs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from erp_bridge.sync.store.database import open_database
from migrate.long_past import LongPast

Past = Callable[..., LongPast]
STORE = ("bridge.db", "bridge.key")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty store. Made once: writing the schema takes longer than most of these tests."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(f"sqlite:///{folder}/bridge.db", key_file=folder / "bridge.key").close()
    return folder


@pytest.fixture
def past(tmp_path: Path, empty_store: Path) -> Past:
    """``past(40)``: forty tickets of the past on the left, nothing on the right. ``right_kind``: "ixc" if not told."""

    def make(tickets: int, **keys: object) -> LongPast:
        for name in STORE:
            shutil.copy(empty_store / name, tmp_path / name)
        return LongPast(tmp_path, tickets, **keys)

    return make
