"""What passes note of single tickets: of those with news only, names and numbers only, and nothing of a migration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from erp_bridge.core.model import Atendimento
from erp_bridge.sync.migrate.run import MigrateOptions
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import steps
from erp_bridge.sync.store.schema import intents, movements
from erp_bridge.sync.store.schema import steps as table
from erp_bridge.sync.store.steps import Share, Step
from support.pair import SimulatedPair


def of(bridge: Bridge, left: str | None, right: str | None = None) -> list[Step]:
    with bridge.db.read() as tx:
        return steps.of_ticket(tx, "suporte", Both(left, right), 100)


def count(bridge: Bridge) -> int:
    with bridge.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def pair(tmp_path: Path) -> SimulatedPair:
    return SimulatedPair(tmp_path)


async def twins(pair: SimulatedPair) -> tuple[str, str]:
    """The ids of an open ticket and its twin."""
    links = await pair.links()
    return next(
        (left, right)
        for left, right in links.items()
        if pair.left_tickets()[left]["su_status"] == "N" and pair.right_tickets()[right]["codsto"] == "01PENDENTE"
    )


async def test_a_change_is_followed_from_reading_to_writing(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        left, right = await twins(pair)
        [born] = of(bridge, left)
        assert (born.read.left.whole, born.to.right.whole, born.written.right.whole) == (True, True, True)
        assert of(bridge, None, right) == [born]
        pair.clock.advance(60)
        pair.left.people.set_status(left, "EP")
        pair.left.people.comment(left, "Ainda sem sinal.")
        pair.clock.advance(5)
        await bridge.sync("suporte")
        [_, step] = of(bridge, left)
        assert step.read.left.fields == ("status",)
        assert step.read.left.movements == step.to.right.movements == step.written.right.movements
        assert step.to.right.fields == step.written.right.fields == ("status",)
        assert step.read.right == step.to.left == step.written.left == Share()
        assert born.pass_id < step.pass_id
        assert born.merged_at < step.read_at <= step.merged_at <= (step.written_at or 0.0)
        with bridge.db.read() as tx:
            tokens = set(tx.scalars(select(intents.c.token).where(intents.c.target == right)))
        assert tokens >= {step.token}, "its writes can be told apart from those of other passes"


async def test_an_idle_pass_notes_nothing_and_one_with_news_of_one_ticket_one(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        await bridge.sync("suporte")
        before = count(bridge)
        statements: list[str] = []
        event.listen(bridge.db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        await bridge.sync("suporte")
        assert not [one for one in statements if "steps" in one], "it costs nothing"
        left, _ = await twins(pair)
        pair.left.people.comment(left, "Cliente ligou de novo.")
        await bridge.sync("suporte")
        assert len([one for one in statements if "steps" in one]) == 3  # looked for, noted, written
        assert count(bridge) == before + 1


async def test_what_fails_in_every_pass_is_one_row(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        left, _ = await twins(pair)
        pair.left.people.comment(left, "Sem sinal.")
        pair.right.faults.once("status", match="exemploComentar", count=500, code=503)
        for _ in range(3):
            pair.clock.advance(60)
            await bridge.sync("suporte")
        [_, failing] = of(bridge, left)
        assert (failing.times, failing.to.right.movements, failing.written_at) == (3, 1, None)
        pair.right.faults.clear()
        pair.clock.advance(60)
        await bridge.sync("suporte")
        [_, delivered] = of(bridge, left)
        assert (delivered.times, delivered.written.right.movements) == (4, 1)


async def test_a_plan_notes_nothing(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.plan("suporte")
        assert count(bridge) == 0


async def test_a_migration_notes_nothing_of_its_tickets(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        report = await bridge.migrate("suporte", MigrateOptions(Side.LEFT))
        assert report.created_total() > 5
        assert count(bridge) == 0


async def test_a_full_pass_drops_what_is_old(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        assert count(bridge) > 5
        with bridge.db.read() as tx:
            assert tx.scalar(select(func.count()).select_from(intents)) or 0
        pair.clock.advance(steps.KEPT + 3600)
        now = pair.clock.now().timestamp()
        await bridge.sync("suporte")
        with bridge.db.read() as tx:
            ages = tx.scalars(select(table.c.merged_at)).all()
            assert min(ages, default=now) >= now, "only what the last pass has found is there"
            assert tx.scalar(select(func.count()).select_from(intents)) == 0, "closed ones prove nothing any more"
            assert tx.scalar(select(func.count()).select_from(movements)), "what is known stays known"


async def test_a_client_that_is_forgotten_leaves_no_step(pair: SimulatedPair) -> None:
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        left, right = await twins(pair)
        client = pair.left.tables["cliente"][pair.left_tickets()[left]["id_cliente"]]
        await bridge.forget(client["cnpj_cpf"])
        assert of(bridge, left) == of(bridge, None, right) == []
        assert count(bridge) > 0


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from (*strings(key), *strings(item))
        case list() | tuple():
            for item in value:
                yield from strings(item)
        case Step() | Both() | Share():
            yield from strings(vars(value))


async def test_names_of_fields_codes_and_ids_are_all_there_is(pair: SimulatedPair) -> None:
    """Whatever else could stand there would be a value."""
    async with pair.bridge() as bridge:
        await bridge.sync("suporte")
        left, right = await twins(pair)
        pair.left.people.set_status(left, "EP")
        pair.right.people.solve(right)
        pair.clock.advance(5)
        await bridge.sync("suporte")
        with bridge.db.read() as tx:
            places = tx.execute(select(table.c.left_id, table.c.right_id)).all()
        found = [step for place in places for step in of(bridge, place.left_id, place.right_id)]
        assert any(step.waits for step in found)
        codes = {code for step in found for _, _, code in step.waits}
        assert codes >= {"both-changed", "unmapped"}
        ids = {id for step in found for id in (step.ids.left, step.ids.right)}
        words = {
            *Atendimento.model_fields, *Step.__dataclass_fields__, *Share.__dataclass_fields__, "left", "right", "",
            "conflict", "quarantine",
        }  # fmt: skip
        assert {text for step in found for text in strings(step)} - ids - codes - words == set()
