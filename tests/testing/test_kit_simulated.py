"""The adapters of this package against their simulated ERPs: nothing fails, and docs/conformance.md says what is so."""

from __future__ import annotations

import re

import pytest

from erp_bridge import Capability
from erp_bridge.cli.benches import SIMULATED
from erp_bridge.testing import CHECKS, LEVELS, Check, Outcome, Report, run_check
from erp_bridge.testing.levels import REACHED, UNRANKED
from testing.conformance_page import PAGE, page, written
from testing.toy_adapter import BILLING

PAGE_SAYS = written()


@pytest.mark.parametrize("check", CHECKS, ids=str)
@pytest.mark.parametrize("name", list(SIMULATED))
async def test_it_keeps_its_promises(name: str, check: Check) -> None:
    result = await run_check(check, SIMULATED[name]())
    assert result.outcome is not Outcome.FAILED, f"{result.reason} ({check.proves})"
    said = PAGE_SAYS[name][check.name]
    assert result.outcome is said.outcome, "write docs/conformance.md anew: python tests/testing/conformance_page.py"
    if result.outcome is Outcome.SKIPPED:
        assert result.reason == said.reason


def test_the_page_says_no_more_and_no_less() -> None:
    """What the tests above hold to the truth, put together again, is the whole page."""
    reports = {name: Report(tuple(found[check.name] for check in CHECKS)) for name, found in PAGE_SAYS.items()}
    assert list(reports) == list(SIMULATED)
    assert page(reports) == PAGE.read_text(encoding="utf-8")
    assert {name: report.level for name, report in reports.items()} == REACHED


def test_every_check_has_its_place_in_the_levels() -> None:
    placed = [name for names in LEVELS.values() for name in names] + list(UNRANKED)
    assert sorted(placed) == sorted(check.name for check in CHECKS)


def test_every_capability_is_tried() -> None:
    """All but those that deal with money: a discount is booked for good."""
    tried = {capability for check in CHECKS for capability in check.needs | check.any_of}
    assert tried == set(Capability) - BILLING


def test_names_and_sentences_of_checks() -> None:
    assert len({check.sentence for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert re.fullmatch(r"[a-z]+\.[a-z_0-9]+", check.name)
        assert check.sentence.endswith(".")
