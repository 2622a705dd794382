"""The journey of one ticket, told from what passes have noted and from the writes that still stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dashboard_box import dashboard
from sqlalchemy import delete

from erp_bridge.service.web.journey import Step, journey
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import intents, schema, steps
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.steps import Share
from erp_bridge.sync.store.steps import Step as Noted
from support.pair import SimulatedPair

BOTH: Both[str | None] = Both("10", "r10")
CHANGED = Share(("assunto", "prioridade"), 1)
NEWS = Noted(
    BOTH, read=Both(CHANGED, Share()), to=Both(Share(), CHANGED),
    read_at=100.0, merged_at=101.0, pass_id=1234, token=7,
)  # fmt: skip


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    async with SimulatedPair(tmp_path).bridge() as made:
        yield made


def noted(bridge: Bridge, *found: Noted) -> None:
    with bridge.db.write() as tx:
        steps.note(tx, "suporte", found)


def wrote(bridge: Bridge, operation: Operation, sent: float, token: int = 7) -> None:
    intent = Intent("suporte", Side.RIGHT, operation, "10", "d", sent, token, target="r10")
    with bridge.db.write() as tx:
        intents.close(tx, intents.note(tx, intent), "done")


def told(bridge: Bridge) -> list[tuple[float, str, str]]:
    found: tuple[Step, ...] = journey(bridge, "suporte", "matriz", "10").steps
    return [(step.at, step.what.en, step.more.en) for step in found]


async def test_a_pass_is_told_from_reading_to_writing_with_the_fields_of_each_write(bridge: Bridge) -> None:
    noted(bridge, NEWS)
    wrote(bridge, Operation.FIELDS, 102.0)
    wrote(bridge, Operation.FIELDS, 50.0, token=3)  # of a pass that is forgotten
    with bridge.db.write() as tx:
        steps.went(tx, "suporte", 7, 103.0, [(Both("10", "r10"), NEWS.to)])
    assert told(bridge) == [
        (50.0, "fields changed in filial", "done"),
        (100.0, "read in matriz: news", "Assunto, Prioridade, movements: 1"),
        (101.0, "compared and merged", "to filial: Assunto, Prioridade, movements: 1 · pass 1234"),
        (102.0, "fields changed in filial", "Assunto, Prioridade · done"),
    ]


async def test_what_was_written_is_told_also_where_the_writes_were_cleared_away(bridge: Bridge) -> None:
    noted(bridge, NEWS)
    wrote(bridge, Operation.FIELDS, 102.0)
    with bridge.db.write() as tx:
        steps.went(tx, "suporte", 7, 103.0, [(Both("10", "r10"), NEWS.to)])
        tx.execute(delete(schema.intents))
    assert told(bridge)[-1] == (103.0, "written", "to filial: Assunto, Prioridade, movements: 1")


async def test_what_comes_to_nothing_is_told(bridge: Bridge) -> None:
    noted(bridge, Noted(BOTH, agreed=("titulo",), adopted=True, merged_at=5.0, pass_id=1, token=1))
    noted(bridge, Noted(BOTH, read=Both(Share((), 2), Share()), read_at=8.0, merged_at=9.0, pass_id=2, token=2))
    assert told(bridge) == [
        (5.0, "compared and merged", "taken for twins · the same on both sides: Título · pass 1"),
        (8.0, "read in matriz: news", "movements: 2"),
        (9.0, "compared and merged", "nothing to carry · pass 2"),
    ]


@pytest.mark.parametrize(("lang", "said"), [("en", "the same in 3 passes"), ("pt-BR", "o mesmo em 3 passadas")])
async def test_passes_that_found_the_same_are_one_step(lang: str, said: str, tmp_path: Path) -> None:
    async with dashboard(SimulatedPair(tmp_path)) as someone:
        for number in range(3):
            again = Noted(**{**vars(NEWS), "merged_at": 101.0 + 60 * number, "token": 7 + number})
            noted(someone.bridge, again)
        page = await someone.page("/pairs/suporte/tickets/matriz/10", lang)
        assert page.count(said) == 1
        assert "1969-12-31T21:03:41-03:00" in page, "the last one"
