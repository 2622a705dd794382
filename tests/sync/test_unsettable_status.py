"""An Integrator of which the tenant told no call for statuses: twins are made all the same, and words tell the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erp_bridge.core.footer import split
from erp_bridge.sync.store.waiting import Kind
from support import pair as support
from support.pair import SimulatedPair


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimulatedPair:
    calls = support.integrator_submethods()
    monkeypatch.setattr(support, "integrator_submethods", lambda: {"comentar": calls["comentar"]})
    return SimulatedPair(tmp_path)


def told(pair: SimulatedPair, right: str) -> list[str]:
    texts = [split(row["descri_com"])[0] for row in pair.right_comments(right)]
    return [text for text in texts if text.startswith("Status")]


async def test_the_first_status_of_a_twin_is_told(pair: SimulatedPair) -> None:
    await pair.sync()
    links, tickets = await pair.links(), pair.left_tickets()
    made: dict[str, Any] = {left: right for left, right in links.items() if pair.right_tickets()[right]["codusu"]}
    wanted = {left: {"S": "solucionado", "EP": "em_progresso"}.get(tickets[left]["su_status"]) for left in made}
    assert {"solucionado", "em_progresso"} <= set(wanted.values())
    for left, status in wanted.items():
        if split(pair.right_tickets()[made[left]]["descri_oco"])[1] is not None:
            assert told(pair, made[left]) == ([f"Status em matriz: {status}"] if status else []), left
    waits = await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    assert [item for item in waits if (item["field"], item["code"]) == ("status", "unmapped")] == []


async def test_a_later_status_is_told_once(pair: SimulatedPair) -> None:
    await pair.sync()
    tickets = pair.left_tickets()
    left, right = next(ids for ids in (await pair.links()).items() if tickets[ids[0]]["su_status"] == "EP")
    before = len(told(pair, right))
    pair.clock.advance(60)
    pair.left.people.set_status(left, "S", "")
    report = await pair.sync()
    assert report.error is None
    assert len(told(pair, right)) == before + 1
    pair.clock.advance(60)
    assert not any((await pair.sync(full=True)).updated.values())
    assert len(told(pair, right)) == before + 1
