"""A long past between two simulated ERPs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from migrate.long_past import LongPast
from support.kept import lived
from support.quick import empty_store

Past = Callable[..., LongPast]
Moved = Callable[..., Awaitable[tuple[LongPast, dict[str, str]]]]


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """``past(40)``: forty tickets of the past on the left, nothing on the right. ``right_kind``: "ixc" if not told."""

    def make(tickets: int, **keys: object) -> LongPast:
        empty_store(tmp_path)
        return LongPast(tmp_path, tickets, **keys)

    return make


async def _moved(folder: Path, tickets: int, **keys: Any) -> LongPast:
    there = LongPast(folder, tickets, **keys)
    await there.migrate()
    assert await there.differences() == []
    assert there.compared == tickets
    return there


@pytest.fixture
def moved(tmp_path: Path) -> Moved:
    """``await moved(12)``: a past after its migration, which ``verify`` has found whole; and left id → right id."""

    async def make(tickets: int = 12, **keys: Any) -> tuple[LongPast, dict[str, str]]:
        there = await lived(_moved, tmp_path, tickets=tickets, **keys)
        return there, await there.links()

    return make
