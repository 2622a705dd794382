"""Whatever order two listings have, each ticket meets its twin once, and no more wait than there is room for."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from erp_bridge.core.adapter import Capability, Page, Unreadable
from erp_bridge.core.model import Atendimento, Status
from erp_bridge.sync.migrate.archive import Span
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import links
from erp_bridge.sync.store.database import Database, open_database
from erp_bridge.sync.verify import meeting
from erp_bridge.sync.verify.meeting import Meeting

ROOM, AT_ONCE = 20, 7


class Listed:
    """An ERP that lists these ids, so many on a page; those of ``bad`` cannot be read."""

    capabilities = frozenset({Capability.TICKETS_BETWEEN})
    name, timezone = "erp", None

    def __init__(self, ids: list[str], size: int, bad: frozenset[str] = frozenset()) -> None:
        self._ids, self._size, self._bad = ids, size, bad

    async def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None, apos: str
    ) -> AsyncIterator[Page]:
        for start in range(0, len(self._ids), self._size):
            ids = self._ids[start : start + self._size]
            yield Page(
                tuple(Atendimento(id=id) for id in ids if id not in self._bad),
                unreadable=tuple(Unreadable(id, "status", "??") for id in ids if id in self._bad),
            )


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("meeting")
    db = open_database(f"sqlite:///{folder}/bridge.db", key_file=folder / "bridge.key")
    yield db
    db.close()


@pytest.mark.parametrize("first", Side)
@pytest.mark.parametrize("seed", range(12))
async def test_each_once_in_any_order(db: Database, monkeypatch: pytest.MonkeyPatch, seed: int, first: Side) -> None:
    monkeypatch.setattr(meeting, "ROOM", ROOM)
    monkeypatch.setattr(meeting, "AT_ONCE", AT_ONCE)
    rng, pair = random.Random(seed), f"pair{seed}{first}"
    linked = [(f"l{n}", f"r{n}") for n in range(rng.choice([0, 5, 60, 200]))]
    with db.write() as tx:
        for left, right in linked:
            links.add(tx, pair, Both(left, right), bases=Both({}, {}), protocolos=Both(None, None), made=Side.RIGHT,
                      since=0.0)  # fmt: skip
    shown = {Side.LEFT: [left for left, _ in linked], Side.RIGHT: [right for _, right in linked]}
    alone = {side: {f"{side.value}-own{n}" for n in range(rng.choice([0, 3, 90]))} for side in Side}
    gone, bad = {}, {}
    for side in Side:
        gone[side] = {id for id in shown[side] if rng.random() < 0.05}
        bad[side] = frozenset(id for id in shown[side] if rng.random() < 0.05)
        ids = [id for id in shown[side] if id not in gone[side]]
        if rng.random() < 0.5:
            rng.shuffle(ids)
        place = rng.choice([0, len(ids)])  # its own ones before or behind all others
        ids[place:place] = sorted(alone[side])
        shown[side] = [*ids, *rng.sample(ids, min(len(ids), 4))]  # some come twice
    adapters: Any = Both.of(lambda side: Listed(shown[side], rng.choice([1, 8, 50]), bad[side]))
    engine: Any = SimpleNamespace(adapters=adapters, db=db, pair=SimpleNamespace(name=pair))
    met: list[tuple[str, str]] = []
    told: list[tuple[str | None, ...]] = []
    own: dict[Side, set[str]] = {side: set() for side in Side}
    at_work = Meeting(engine, Span(), first)
    async for batch in at_work.batches():
        assert len(batch.cases) <= AT_ONCE
        assert all(len(at_work._awaited[side]) <= ROOM for side in Side)
        own[batch.side] |= {ticket.id or "" for ticket in batch.alone}
        for id, twin, _ in batch.unreadable:
            told.append((id, twin) if batch.side is Side.LEFT else (twin, id))
        for case in batch.cases:
            met.append((case.twins.ids.left, case.twins.ids.right))
            assert all(ticket.id == case.twins.ids[side] for side, ticket in case.records.items())
    assert own == alone
    assert len(met) == len(set(met))
    assert len(told) == len(set(told))
    assert not set(met) & set(told)
    seen = {ids for ids in linked if any(ids[n] not in gone[side] for n, side in enumerate(Side))}
    assert set(met) | set(told) == seen
    broken = {ids for ids in seen if any(ids[n] in bad[side] - gone[side] for n, side in enumerate(Side))}
    assert set(told) <= broken
