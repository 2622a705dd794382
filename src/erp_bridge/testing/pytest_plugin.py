"""The kit as tests: one line in a test module gives every check as a test of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from erp_bridge.testing.bench import Bench
    from erp_bridge.testing.check import Check


def conformance(bench: Callable[[], Bench]) -> Callable[[Any], None]:
    """A parametrised test: ``test_conformance = conformance(bench)``. Each check gets a bench of its own."""
    import pytest

    from erp_bridge.testing.check import Outcome
    from erp_bridge.testing.running import CHECKS, run_check

    @pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
    def test_conformance(check: Check) -> None:
        result = asyncio.run(run_check(check, bench()))
        if result.outcome is Outcome.SKIPPED:
            pytest.skip(result.reason)
        if result.outcome is Outcome.FAILED:
            pytest.fail(f"{check.name}: {result.reason}\n{check.proves}", pytrace=False)

    return test_conformance
