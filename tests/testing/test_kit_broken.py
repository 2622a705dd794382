"""Each check catches the adapter that was broken for it. With ``ERP_BRIDGE_KIT=full`` (two minutes): and no other."""

from __future__ import annotations

import os

import pytest

from erp_bridge.testing import CHECKS, Outcome, run, run_check
from testing import flaws_reading, flaws_weather, flaws_writing
from testing.flaws import FLAWS
from testing.toy_bench import bench

BROKEN = (flaws_reading, flaws_writing, flaws_weather)  # what fills FLAWS
BY_NAME = {check.name: check for check in CHECKS}


def test_every_check_has_its_broken_adapter() -> None:
    assert sorted(FLAWS) == sorted(BY_NAME)
    assert len(BY_NAME) == len(CHECKS)


@pytest.mark.parametrize("name", list(FLAWS))
async def test_the_broken_adapter_is_caught(name: str) -> None:
    result = await run_check(BY_NAME[name], bench(FLAWS[name].adapter))
    assert result.outcome is Outcome.FAILED
    assert result.reason


@pytest.mark.parametrize("name", list(FLAWS) if os.environ.get("ERP_BRIDGE_KIT") == "full" else [])
async def test_no_other_check_takes_offence(name: str) -> None:
    report = await run(lambda: bench(FLAWS[name].adapter))
    assert {result.check for result in report.named(Outcome.FAILED)} == {name, *FLAWS[name].also}
