"""What the kit makes of a bench: skipped with a reason only, failed with what was found, and levels from results."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from erp_bridge.core.errors import Uncertain
from erp_bridge.core.model import Atendimento
from erp_bridge.testing import CHECKS, LEVELS, BenchClock, Level, Outcome, People, Report, Result, run, run_check
from erp_bridge.testing.levels import level_of, missing
from testing.toy_adapter import ToyAdapter
from testing.toy_bench import bench

BY_NAME = {check.name: check for check in CHECKS}


def passed(*but: str, as_: Outcome = Outcome.SKIPPED) -> list[Result]:
    return [Result(check.name, as_ if check.name in but else Outcome.PASSED, "") for check in CHECKS]


def test_levels() -> None:
    assert level_of(passed()) is Level.PLATINUM
    for level, below in zip(LEVELS, (None, *LEVELS), strict=False):
        for name in LEVELS[level]:
            assert level_of(passed(name)) is below
            assert missing(passed(name), level) == [name]
            assert level_of(passed(name, as_=Outcome.FAILED)) is None
    assert level_of(passed("label.set")) is Level.PLATINUM
    assert level_of(passed("label.set", as_=Outcome.FAILED)) is None
    assert level_of([]) is None


def test_the_next_level() -> None:
    assert Report(tuple(passed())).next == (None, [])
    assert Report(tuple(passed("feed.cost", "orders.listed"))).next == (Level.GOLD, ["feed.cost"])
    failed = Report(tuple(passed("label.set", as_=Outcome.FAILED)))
    assert failed.next == (Level.BRONZE, ["label.set"])


async def test_an_excuse_is_shown() -> None:
    excused = replace(bench(), excuses={"text.emoji": "latin1 database"})
    assert await run_check(BY_NAME["text.emoji"], excused) == Result("text.emoji", Outcome.SKIPPED, "latin1 database")


async def test_an_excused_field_is_left_out_and_noted() -> None:
    without = replace(bench(), samples={"mensagem_padrao": bench().samples["mensagem_padrao"]})
    result = await run_check(BY_NAME["fields.create"], without)
    assert (result.outcome, "samples['estrutura']" in result.reason) == (Outcome.FAILED, True)
    result = await run_check(BY_NAME["fields.create"], replace(without, excuses={"field:estrutura": "no towers here"}))
    assert result == Result("fields.create", Outcome.PASSED, "estrutura: no towers here")


async def test_a_missing_act_fails_and_a_written_reason_skips() -> None:
    result = await run_check(BY_NAME["feed.edit"], replace(bench(), people=People()))
    assert (result.outcome, "people.edit" in result.reason) == (Outcome.FAILED, True)
    result = await run_check(BY_NAME["feed.edit"], replace(bench(), people=People(edit="nobody is there")))
    assert result == Result("feed.edit", Outcome.SKIPPED, "nobody is there")


async def test_acts_may_be_async() -> None:
    made = bench()
    edit = made.people.edit

    async def later(id: str) -> None:
        await asyncio.sleep(0)
        edit(id)

    assert (await run_check(BY_NAME["feed.edit"], replace(made, people=People(edit=later)))).outcome is Outcome.PASSED


async def test_without_writing_nothing_is_written() -> None:
    class Guarded(ToyAdapter):
        async def call(self, op: str, *, writes: bool = False, **args: object) -> list[dict[str, object]]:
            assert not writes
            return await super().call(op, writes=writes, **args)

    report = await run(lambda: replace(bench(Guarded), writes=False))
    assert report.passed
    assert {result.check for result in report.named(Outcome.PASSED)} >= {"get.found", "http.cut", "client.tickets"}
    assert all(result.reason for result in report.named(Outcome.SKIPPED))


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("y"), Uncertain("z")])
async def test_an_adapter_that_crashes_fails(error: Exception) -> None:
    class Crashing(ToyAdapter):
        async def create(self, novo: Atendimento) -> Atendimento:
            raise error

    result = await run_check(BY_NAME["text.emoji"], bench(Crashing))
    assert result.outcome is Outcome.FAILED
    assert type(error).__name__ in result.reason


async def test_an_adapter_that_does_not_open_fails() -> None:
    def broken(network: object) -> ToyAdapter:
        raise RuntimeError("no settings")

    result = await run_check(BY_NAME["claims.ping"], replace(bench(), open=broken))
    assert (result.outcome, "no settings" in result.reason) == (Outcome.FAILED, True)


async def test_some_checks_only_and_each_is_told() -> None:
    told: list[Result] = []
    report = await run(bench, told=told.append, only=["claims.", "text.emoji"])
    assert [result.check for result in told] == [name for name in BY_NAME if name.startswith(("claims.", "text.emoji"))]
    assert tuple(told) == report.results


async def test_who_sleeps_at_once_wakes_at_once() -> None:
    clock = BenchClock(datetime(2026, 1, 1, tzinfo=UTC))
    await asyncio.gather(clock.sleep(20), clock.sleep(30), clock.sleep(0.5))
    assert clock.monotonic() == 30
    assert clock.now() == datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)
