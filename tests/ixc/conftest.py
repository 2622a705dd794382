"""An adapter before a simulated ERP, and one before a scripted one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ixc.ixc_box import Box
from ixc.scripted import ScriptedErp


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
