"""A pair of simulated ERPs for each test, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.kept import Past, lived
from support.pair import SimulatedPair


async def _settled(folder: Path, **keys: Any) -> SimulatedPair:
    pair = SimulatedPair(folder, **keys)
    await pair.sync()
    pair.clock.advance(3600)
    assert (await pair.sync()).rows == []
    return pair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    """A small pair: a dozen tickets on the left, eight on the right."""
    return SimulatedPair(tmp_path)


@pytest.fixture
def settled(tmp_path: Path) -> Past:
    """The same, an hour and a second pass later: out of the feeds' overlap, with nothing left to do."""
    return lambda **keys: lived(_settled, tmp_path, **keys)


@pytest.fixture
async def synced(settled: Past) -> SimulatedPair:
    """The small pair after its first passes."""
    return await settled()
