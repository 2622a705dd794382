"""What the store remembers of passes over single tickets, on both kinds of store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import steps
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.schema import steps as table
from erp_bridge.sync.store.steps import Share, Step

IDS: Both[str | None] = Both("10", "r10")
NEWS = Step(
    IDS, read=Both(Share(("status",), 2), Share()), to=Both(Share(), Share(("status",), 2)), agreed=("titulo",),
    waits=(("conflict", "prioridade", "both-changed"),), read_at=5.0, merged_at=6.0, pass_id=1, token=1,
)  # fmt: skip


def later(step: Step, passes: int = 1) -> Step:
    """The same, some passes later."""
    return replace(
        step, read_at=step.read_at + 60 * passes, merged_at=step.merged_at + 60 * passes,
        pass_id=step.pass_id + passes, token=step.token + passes,
    )  # fmt: skip


def of(db: Database, ids: Both[str | None] = IDS, limit: int = 100) -> list[Step]:
    with db.read() as tx:
        return steps.of_ticket(tx, "p", ids, limit)


def noted(db: Database, *found: Step, pair: str = "p") -> None:
    with db.write() as tx:
        steps.note(tx, pair, found)


def test_a_step_comes_back_as_it_was_noted(db: Database) -> None:
    fresh = Step(Both(None, "r11"), read=Both(Share(), Share(whole=True)), adopted=True, pass_id=1, token=1)
    noted(db, NEWS, fresh)
    noted(db, replace(NEWS, pass_id=9), pair="other")
    assert of(db) == [NEWS]
    assert of(db, Both("10", None)) == [NEWS]
    assert of(db, Both("r11", "r11")) == [fresh]
    assert of(db, Both("11", None)) == of(db, Both(None, None)) == []


def test_passes_in_a_row_that_found_the_same_share_a_row(db: Database) -> None:
    for passes in range(4):
        noted(db, later(NEWS, passes))
    other = replace(later(NEWS, 4), waits=())
    noted(db, other)
    again = replace(later(NEWS, 5))
    noted(db, again)
    assert of(db) == [
        replace(later(NEWS, 3), read_at=NEWS.read_at, times=4), other, again,
    ]  # fmt: skip
    assert of(db, limit=1) == [again]


def test_what_was_written_belongs_to_its_pass_and_is_not_the_same_again(db: Database) -> None:
    made: Both[Share] = Both(Share(), Share(whole=True))
    first = Step(Both("10", None), read=Both(Share(whole=True), Share()), to=made, pass_id=1, token=1)
    lone = replace(NEWS, ids=Both("20", "r20"))
    noted(db, first, lone)
    with db.write() as tx:
        steps.went(tx, "p", 1, 7.0, [(Both("10", "r10"), made)])
        steps.went(tx, "p", 2, 8.0, [(Both("20", "r20"), made)])  # of another pass
        steps.went(tx, "p", 1, 8.0, [])
    done = replace(first, ids=IDS, written=made, written_at=7.0)
    assert of(db) == of(db, Both(None, "r10")) == [done]
    assert of(db, Both("20", "r20")) == [lone]
    born = Step(Both(None, "r30"), read=Both(Share(), Share(whole=True)), pass_id=1, token=1)
    noted(db, born)
    with db.write() as tx:
        steps.went(tx, "p", 1, 7.0, [(Both("30", "r30"), Both(Share(whole=True), Share()))])
    [twin] = of(db, Both("30", None))
    assert (twin.ids, twin.written.left.whole) == (Both("30", "r30"), True)
    repeated = replace(done, written=steps.NOTHING, written_at=None, token=2)
    noted(db, repeated)
    assert of(db) == [done, repeated], "it was written, and is to be written once more"


def test_what_is_old_and_what_is_too_much_is_dropped(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST", 3)
    for number in range(8):
        noted(db, replace(NEWS, ids=Both(str(number), None), merged_at=1000.0 * number))
    noted(db, NEWS, pair="other")
    with db.write() as tx:
        steps.forget(tx, "p", steps.KEPT + 2000.0)
        assert tx.scalars(select(table.c.left_id).where(table.c.pair == "p").order_by(table.c.id)).all() == list("567")
        steps.forget(tx, "p", steps.KEPT + 6500.0)
        assert tx.scalars(select(table.c.left_id).where(table.c.pair == "p")).all() == ["7"]
        assert tx.scalar(select(func.count()).select_from(table).where(table.c.pair == "other")) == 1


def test_a_forgotten_ticket_leaves_no_step(db: Database) -> None:
    noted(db, NEWS, replace(NEWS, ids=Both("r10", "10")))  # the same ids, on the other sides
    with db.write() as tx:
        steps.drop(tx, "p", Side.RIGHT, "r10")
    assert of(db) == []
    assert len(of(db, Both("r10", "10"))) == 1


def test_many_tickets_take_few_statements(db: Database) -> None:
    many = [replace(NEWS, ids=Both(f"l{n}", f"r{n}")) for n in range(1200)]
    noted(db, *many)
    noted(db, *(later(step) for step in many))
    with db.read() as tx:
        assert tx.execute(select(func.count(), func.sum(table.c.times))).one() == (1200, 2400)
