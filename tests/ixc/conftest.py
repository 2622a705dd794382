"""Properties are judged by what they find, not by how fast a busy machine finds it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from ixc.ixc_box import Box
from ixc.scripted import ScriptedErp

settings.register_profile("ixc", deadline=None)
settings.load_profile("ixc")


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    box = Box()
    async with box.erp:
        yield box


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedErp]:
    erp = ScriptedErp()
    async with erp.adapter:
        yield erp
