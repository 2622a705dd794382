"""Gates stop a pass before its first write, and name what lifts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge.sync.gates import GateClosed
from support.pair import SimulatedPair


async def test_max_create(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, pair={"max_create": "3"})
    with pytest.raises(GateClosed, match="--max-create") as caught:
        await pair.sync()
    assert caught.value.gate == "max_create"
    assert not any("criarAtendimento" in str(call.operation) for call in pair.right.requests)
    assert "POST su_ticket" not in pair.left.requests
    report = await pair.sync(max_create=100)
    assert report.created_total() > 3


async def test_max_changes(synced: SimulatedPair) -> None:
    for left in list(await synced.links())[:3]:
        synced.left.people.set_field(left, prioridade="C")
    synced.clock.advance(5)
    with pytest.raises(GateClosed, match="--max-changes"):
        await synced.sync(max_changes=1)
    report = await synced.sync(max_changes=100)
    assert report.updated["right"] > 1


async def test_mass_change(synced: SimulatedPair) -> None:
    links = await synced.links()
    assert len(links) >= 10
    for left in list(links)[: len(links) // 2 + 1]:
        synced.left.people.set_field(left, titulo="Todos iguais")
    synced.clock.advance(5)
    with pytest.raises(GateClosed, match="--allow mass-change"):
        await synced.sync()
    assert (await synced.sync(allow=frozenset({"mass-change"}))).exit_code in (0, 3)


async def test_an_emptied_side(synced: SimulatedPair) -> None:
    synced.right.tables["ocorrencias"].clear()
    synced.clock.advance(5)
    with pytest.raises(GateClosed, match="--allow emptied"):
        await synced.sync(full=True)


async def test_a_jumped_clock(synced: SimulatedPair) -> None:
    synced.clock.advance(-1)
    synced.right.people.edit(next(iter(synced.right_tickets())), data_lan="2031-01-01 00:00:00")
    synced.clock.advance(5)
    with pytest.raises(GateClosed, match="--allow clock"):
        await synced.sync(full=True)


async def test_a_gate_leaves_no_trace_that_hides_the_next_pass(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, pair={"max_create": "3"})
    with pytest.raises(GateClosed):
        await pair.sync()
    pair.clock.advance(60)
    report = await pair.sync(max_create=100)
    assert report.full
    assert report.created_total() > 3
