"""A plan may be kept in a file and carried out later: no values in it, and what has changed since is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.report import PassReport
from support.pair import SimulatedPair


async def planned(pair: SimulatedPair) -> dict[str, Any]:
    async with pair.bridge() as bridge:
        plan, _ = await bridge.plan("suporte")
        return json.loads(json.dumps(bridge.saved(plan)))


async def applied(pair: SimulatedPair, document: dict[str, Any]) -> PassReport:
    async with pair.bridge() as bridge:
        return await bridge.apply(document)


async def test_a_saved_plan_holds_no_values(pair: SimulatedPair) -> None:
    text = json.dumps(await planned(pair), ensure_ascii=False)
    for person in pair.world.pessoas:
        assert person.nome not in text
        assert not person.documento or person.documento not in text
    for row in pair.left_tickets().values():
        assert len(row["menssagem"]) < 12 or row["menssagem"] not in text


async def test_it_is_carried_out_as_it_stands(pair: SimulatedPair) -> None:
    document = await planned(pair)
    report = await applied(pair, document)
    assert report.refused == []
    assert report.created_total() == len(document["works"])
    pair.clock.advance(60)
    assert (await pair.sync()).created_total() == 0


async def test_what_has_changed_since_is_refused_record_by_record(pair: SimulatedPair) -> None:
    document = await planned(pair)
    left = next(work["key"].split("|")[0] for work in document["works"] if work["key"].split("|")[0])
    pair.clock.advance(5)
    pair.left.people.set_field(left, titulo="Outro título")
    report = await applied(pair, document)
    assert [row.left for row in report.refused] == [left]
    assert report.exit_code == 3
    assert report.created_total() == len(document["works"]) - 1


async def test_anything_else_is_no_plan(pair: SimulatedPair) -> None:
    with pytest.raises(ConfigError, match="plan --out"):
        await applied(pair, {"works": []})
