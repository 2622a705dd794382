"""What ``check`` says of a pair's fields is what a pass reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkup.examined_pair import look, simulated
from erp_bridge.checkup import State


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "from {} the other side cannot take: "), ("pt-BR", "de {} o outro lado não consegue receber: ")],
)
async def test_fields_that_are_not_carried(tmp_path: Path, lang: str, words: str) -> None:
    pair = simulated(tmp_path)
    report = await look(pair, lang=lang)
    reported = (await pair.sync(dry_run=True)).as_json()["not_carried"]
    assert "origem_endereco" in reported["left"]
    for side, name in (("left", "matriz"), ("right", "filial")):
        finding = report.one("suporte", "fields", words.format(name))
        assert finding.detail == words.format(name) + ", ".join(reported[side])
        assert finding.state is State.OK


async def test_two_of_a_kind_carry_all(tmp_path: Path) -> None:
    assert not (await look(simulated(tmp_path, right_kind="ixc"))).of("suporte", "fields")


async def test_pairs_of_erps_that_were_not_asked_for_are_left_out(tmp_path: Path) -> None:
    report = await look(simulated(tmp_path), "matriz")
    assert not [finding for finding in report.findings if finding.subject == "suporte"]
