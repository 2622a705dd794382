"""Runs checks on a bench and puts the results together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from erp_bridge.core.errors import BridgeError
from erp_bridge.i18n import _
from erp_bridge.testing import acting, bulk, claims, failures, feeds, fields, finding, moving, outcomes, secrecy, texts
from erp_bridge.testing.bench import Bench
from erp_bridge.testing.check import NOT_CLAIMED, Check, Excused, Failed, NotClaimed, Outcome, Result
from erp_bridge.testing.levels import Level, level_of, missing
from erp_bridge.testing.stand import Stand, stand

#: Every check, from the simplest promise to the hardest.
CHECKS: tuple[Check, ...] = (
    *claims.CHECKS,
    *finding.CHECKS,
    *texts.CHECKS,
    *fields.CHECKS,
    *moving.CHECKS,
    *acting.CHECKS,
    *feeds.CHECKS,
    *failures.CHECKS,
    *outcomes.CHECKS,
    *bulk.CHECKS,
    *secrecy.CHECKS,
)

#: Seconds of real time after which a check has failed, whatever it waits for.
_LONGEST = 300


@dataclass(frozen=True)
class Report:
    """The results of all checks, and the level they amount to."""

    results: tuple[Result, ...]

    def named(self, outcome: Outcome) -> list[Result]:
        return [result for result in self.results if result.outcome is outcome]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.named(Outcome.FAILED)

    @property
    def level(self) -> Level | None:
        return level_of(self.results)

    @property
    def next(self) -> tuple[Level | None, list[str]]:
        """The level above, and the checks that stand between; after the last one None."""
        for level in Level:
            wanting = missing(self.results, level)
            if wanting or (not self.passed and self.level is None):
                return level, wanting or [result.check for result in self.named(Outcome.FAILED)]
        return None, []


async def run(
    bench: Callable[[], Bench], *, told: Callable[[Result], None] | None = None, only: Collection[str] = ()
) -> Report:
    """All checks, or those whose names begin with one of ``only``, each on a bench of its own.

    ``told`` hears of each result as it comes.
    """
    results = []
    for check in CHECKS:
        if only and not check.name.startswith(tuple(only)):
            continue
        results.append(await run_check(check, bench()))
        if told is not None:
            told(results[-1])
    return Report(tuple(results))


async def run_check(check: Check, bench: Bench) -> Result:
    """One check. Whatever the adapter does, this returns a result."""
    if check.name in bench.excuses:
        return Result(check.name, Outcome.SKIPPED, bench.excuses[check.name])
    if check.writes and not bench.writes:
        return Result(check.name, Outcome.SKIPPED, _("it writes, and writing was not allowed"))
    try:
        async with asyncio.timeout(_LONGEST), stand(bench) as here:
            lacking = _lacking(check, here)
            if lacking:
                return Result(check.name, Outcome.SKIPPED, _(NOT_CLAIMED, capability=lacking))
            await check.run(here)
            return Result(check.name, Outcome.PASSED, "; ".join(here.notes))
    except NotClaimed as reason:
        return Result(check.name, Outcome.SKIPPED, str(reason))
    except Excused as reason:
        return Result(check.name, Outcome.SKIPPED, str(reason))
    except Failed as reason:
        return Result(check.name, Outcome.FAILED, str(reason))
    except BridgeError as error:
        return Result(check.name, Outcome.FAILED, f"{type(error).__name__}: {error}")
    except Exception as error:  # an adapter under test may raise anything
        text = _("it ended in {error}, which is no error of the bridge", error=f"{type(error).__name__}: {error}")
        return Result(check.name, Outcome.FAILED, text)


def _lacking(check: Check, here: Stand) -> str:
    missing = sorted(check.needs - here.erp.capabilities)
    if not missing and check.any_of and not check.any_of & here.erp.capabilities:
        return " / ".join(sorted(check.any_of))
    return ", ".join(missing)
