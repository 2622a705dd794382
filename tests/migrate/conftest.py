"""A long past between two simulated ERPs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.long_past import LongPast

Past = Callable[..., LongPast]


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """``past(40)``: forty tickets of the past on the left, nothing on the right. ``right_kind``: "ixc" if not told."""

    def make(tickets: int, **keys: object) -> LongPast:
        return LongPast(tmp_path, tickets, **keys)

    return make
