"""Tests begin with copies of a pair that has lived: what is done to one copy reaches no other."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from erp_bridge.sync.store.waiting import Kind
from support.kept import keep, lived
from support.pair import SimulatedPair


async def _life(folder: Path, **keys: Any) -> SimulatedPair:
    pair = SimulatedPair(folder, left=6, right=4, clients=20, **keys)
    await pair.sync()
    pair.clock.advance(3600)
    return pair


async def state(pair: SimulatedPair) -> str:
    """All that both ERPs hold and remember, and what the store says."""
    erps = [{name: {str(id): dict(row) for id, row in rows.items()} for name, rows in side.tables.items()}
            for side in (pair.left, pair.right)]  # fmt: skip
    asked = [[str(request) for request in side.requests] for side in (pair.left, pair.right)]
    waits = await pair.ask(lambda bridge: [item for kind in Kind for item in bridge.waiting(kind)])
    store = [await pair.links(), waits]
    return json.dumps([erps, asked, store, str(pair.clock.now())], default=str, sort_keys=True)


async def disturb(pair: SimulatedPair) -> str:
    """Whatever tests do to a pair: people, tables, options, faults, time. The ticket of which they wrote."""
    tickets = pair.left_tickets()
    left = next(left for left in await pair.links() if tickets[left]["su_status"] in ("N", "P", "EP"))
    pair.left.people.comment(left, "só aqui")
    pair.left.people.set_field(left, titulo="Outro")
    pair.left.tables["su_ticket"][left]["prioridade"] = "C"
    for side in (pair.left, pair.right):
        side.faults.once("lost_reply", match="nothing")
    if hasattr(pair.right, "options"):
        pair.right.options.refuse["POST nothing"] = "Não"
    pair.world.left.clientes.clear()
    pair.clock.advance(60)
    return left


@pytest.mark.parametrize("kind", ["integrator", "ixc"])
async def test_what_is_done_to_one_reaches_no_other(tmp_path: Path, kind: str) -> None:
    first, second, later = (tmp_path / name for name in ("first", "second", "later"))
    one = await lived(_life, first, right_kind=kind)
    other = await lived(_life, second, right_kind=kind)
    before = await state(other)
    assert await state(one) == before
    await disturb(one)
    await one.sync()
    assert await state(one) != before
    assert await state(other) == before
    assert (len(other.left.faults._once), len(other.right.faults._once)) == (0, 0)
    assert other.world.left.clientes
    third = await lived(_life, later, right_kind=kind)
    assert await state(third) == before
    assert not hasattr(third.right, "options") or third.right.options == other.right.options != one.right.options


async def test_a_copy_goes_on_as_the_original_would(tmp_path: Path) -> None:
    """Its clock drives its own ERPs, searches see its own rows, and its passes write into its own store alone."""
    (tmp_path / "a").mkdir()
    original = await _life(tmp_path / "a")
    copy = keep(original).again(tmp_path / "b")
    for pair in (original, copy):
        left = await disturb(pair)
        report = await pair.sync()
        assert (report.rows != [], report.created_total()) == (True, 0)
        twin = (await pair.links())[left]
        assert any("só aqui" in comment["descri_com"] for comment in pair.right_comments(twin))
        assert (await pair.sync()).rows == []
    assert await state(copy) == await state(original)
    assert {path.name for path in (tmp_path / "b").iterdir()} == {path.name for path in (tmp_path / "a").iterdir()}
    assert (tmp_path / "b" / "bridge.db").stat().st_mode == (tmp_path / "a" / "bridge.db").stat().st_mode


def test_what_cannot_be_copied_is_refused(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, left=1, right=0)
    keep(pair)
    pair.left.faults.once("hook", before=lambda: pair.clock.advance(1))  # would move the clock of the original
    with pytest.raises((pickle.PicklingError, AttributeError)):
        keep(pair)
