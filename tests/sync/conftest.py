"""A pair of simulated ERPs for each test, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    """A small pair: a dozen tickets on the left, eight on the right."""
    return SimulatedPair(tmp_path)


@pytest.fixture
async def synced(pair: SimulatedPair) -> SimulatedPair:
    """The same pair after its first pass, an hour later: out of the feeds' overlap."""
    await pair.sync()
    pair.clock.advance(3600)
    await pair.sync()
    return pair
