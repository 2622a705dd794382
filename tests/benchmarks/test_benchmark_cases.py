"""Each case runs at a tiny size, and a run that did not bring every record exactly once is refused."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from benchmarks.measure import Series, Wrong, child, in_turn, ratio
from benchmarks.served import serving
from benchmarks.tools.child import Account

from benchmarks import cases, measure, rows

TINY = cases.Scale("tiny", runs=1)


@pytest.fixture(autouse=True)
def _without_the_other_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed by a test."""

    def python_of(tool: str) -> str:
        if tool in measure.ELSEWHERE:
            raise Wrong(f"{tool} is not installed here")
        return sys.executable

    monkeypatch.setattr(measure, "python_of", python_of)


class TestExactlyOnce:
    def account(self, *numbers: int) -> list[str]:
        account = Account(5)
        for number in numbers:
            account.add(str(rows.id_of(number)))
        return account.faults()

    def test_all(self) -> None:
        assert self.account(4, 3, 2, 1, 0) == []

    @pytest.mark.parametrize(
        ("numbers", "fault"),
        [
            ((0, 1, 2, 3), "1 missing"),
            ((0, 1, 2, 3, 4, 2), "1 doubled"),
            ((0, 1, 2, 3, 4, 5), "1 never asked for"),
            ((0, 0, 1, 2, 3), "1 missing"),
            ((), "5 missing"),
        ],
    )
    def test_anything_else(self, numbers: tuple[int, ...], fault: str) -> None:
        assert fault in self.account(*numbers)

    @pytest.mark.parametrize("tool", ["bridge", "httpx_parallel"])
    def test_a_tool_that_brings_too_few_is_refused(self, tool: str) -> None:
        with serving(450) as erp, pytest.raises(Wrong, match="50 missing"):
            child(tool, {"url": erp.url, "tickets": 500, "concurrency": 4})

    def test_a_tool_that_fails_is_left_out(self, capsys: pytest.CaptureFixture[str]) -> None:
        def fails() -> dict[str, Any]:
            raise Wrong("x: 3 missing")

        found = in_turn({"good": lambda: {"seconds": 1.0}, "bad": fails}, runs=2)
        assert list(found) == ["good"]
        assert len(found["good"].runs) == 2
        assert "x: 3 missing" in capsys.readouterr().err


def test_the_served_rows() -> None:
    """Their ids follow each other, wherever a page begins."""
    import json

    for first, count in ((0, 200), (990, 20), (1234, 1), (200, 200), (5, 1000)):
        found = json.loads(b"[" + rows.rendered(first, count) + b"]")
        assert [int(row["id"]) for row in found] == [rows.id_of(first + n) for n in range(count)]
    assert json.loads(rows.row_of(rows.id_of(777)))["id"] == str(rows.id_of(777))


def test_a_ratio_is_taken_within_each_round() -> None:
    """A load that hits a whole round hits both."""
    ours = Series("a", [{"seconds": s} for s in (1.0, 10.0, 1.0)])
    theirs = Series("b", [{"seconds": s} for s in (2.0, 20.0, 2.0)])
    assert ratio(ours, theirs) == 2.0


def test_an_aim_can_be_missed() -> None:
    assert cases.Aim("x", 2.0, least=2.0).met
    assert not cases.Aim("x", 1.9, least=2.0).met
    assert not cases.Aim("x", 1.4, most=1.3).met


def test_pulling() -> None:
    result = cases.pull(TINY)
    assert {row[0] for row in result.rows} == {"bridge", "httpx_canonical", "httpx_wire", "httpx_json"}
    assert {aim.what.split(",")[0] for aim in result.aims} == {
        "times as fast as httpx_wire", "times as fast as httpx_canonical",
    }  # fmt: skip


@pytest.mark.slow
def test_requests() -> None:
    """Here the figures are exact, so the aim is a test: never more than the script."""
    result = cases.counted(TINY)
    assert len(result.rows) == 6
    assert all(aim.met for aim in result.aims)
    assert result.rows[0][1] == "6"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["latency", "idle", "memory", "migrate", "start"])
def test_the_others_run(name: str) -> None:
    result = cases.CASES[name](TINY)
    assert result.rows
    assert result.aims
