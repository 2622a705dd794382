"""One town for all tests of the dashboard: they look, and decide; none of them lets a pass run over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from dashboard_box import Client, Town, built, dashboard

from support.browser import browser

__all__ = ["browser"]


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return built(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(lived: Town) -> Town:
    """The town, with nothing decided."""
    asyncio.run(lived.undecided())
    return lived


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    """Somebody who looks at it on its own machine."""
    async with dashboard(town) as someone:
        yield someone
