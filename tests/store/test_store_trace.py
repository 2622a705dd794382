"""What the store tells of one ticket and of many pairs, on both kinds of store."""

from __future__ import annotations

from datetime import UTC, datetime

from erp_bridge.core.adapter import Cursor
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, intents, journal, movements, trace, waiting
from erp_bridge.sync.store.database import Database
from erp_bridge.sync.store.history import Mark
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.waiting import Kind, Wait

IDS: Both[str | None] = Both("10", "r10")


def passed(db: Database, pair: str, started: float, error: str | None = None, *, ends: bool = True) -> int:
    with db.write() as tx:
        number = journal.begin(tx, pair, now=started, full=False, config="")
        if ends:
            journal.end(tx, number, now=started + 1, report={}, offsets={}, error=error)
    return number


def test_the_last_passes_come_newest_first_and_page_by_page(db: Database) -> None:
    numbers = [passed(db, "p", 60.0 * n) for n in range(5)]
    passed(db, "other", 1.0)
    with db.read() as tx:
        newest = trace.passes_of(tx, "p", 3)
        rest = trace.passes_of(tx, "p", 3, before=newest[-1].id)
    assert [one.id for one in (*newest, *rest)] == numbers[::-1]


def test_many_pairs_stand_as_each_alone_does(db: Database) -> None:
    passed(db, "well", 100.0)
    passed(db, "sick", 50.0)
    passed(db, "sick", 100.0, "Unavailable")
    passed(db, "busy", 70.0)
    passed(db, "busy", 100.0, ends=False)
    passed(db, "never", 100.0, "AuthError")
    with db.write() as tx:
        waiting.put(tx, "well", Wait(Kind.CONFLICT, Side.LEFT, "1", "both-changed", "status"), 5.0)
        waiting.put(tx, "well", Wait(Kind.QUARANTINE, Side.LEFT, "2", "refused"), 5.0)
    with db.read() as tx:
        found = trace.standings(tx, ["well", "sick", "busy", "never", "new"])
        assert found["well"].waiting == waiting.counts(tx, "well")
    assert {name: (one.error, one.good) for name, one in found.items()} == {
        "well": (None, 100.0), "sick": ("Unavailable", 50.0), "busy": (None, 70.0), "never": ("AuthError", None),
        "new": (None, None),
    }  # fmt: skip
    assert found["sick"].waiting == {}


def test_of_one_ticket_its_own_writes_movements_waits_and_mark(db: Database) -> None:
    def write(side: Side, source: str, target: str | None, sent: float, **keys: object) -> Intent:
        return Intent("p", side, Operation.MOVEMENT, source, "d", sent, 1, target=target, **keys)  # type: ignore[arg-type]

    with db.write() as tx:
        intents.note(tx, write(Side.RIGHT, "10", "r10", 3.0, part="m5", base={"status": "x", "assunto": "y"}))
        intents.close(tx, intents.note(tx, write(Side.LEFT, "r10", "10", 2.0)), "done")
        intents.note(tx, write(Side.RIGHT, "10", None, 1.0))
        intents.note(tx, write(Side.RIGHT, "11", "r11", 1.0))
        intents.note(tx, write(Side.LEFT, "10", "99", 1.0))  # another ticket with that id, on the right
        movements.remember(tx, "p", Side.LEFT, "10", ["m10", "m9"], "kept")
        movements.join(tx, "p", Side.LEFT, ("10", "m5"), ("r10", "c5"))
        movements.remember(tx, "p", Side.LEFT, "11", ["m1"], "kept")
        waiting.put(tx, "p", Wait(Kind.DOUBT, Side.RIGHT, "r10", "unproven"), 9.0)
        waiting.put(tx, "p", Wait(Kind.CONFLICT, Side.LEFT, "10", "both-changed", "status"), 4.0)
        waiting.put(tx, "p", Wait(Kind.CONFLICT, Side.RIGHT, "10", "both-changed", "status"), 1.0)
        history.note(tx, "p", Side.RIGHT, [Mark("r10", "2020-01", "solucionado", "moved")])
        journal.save_cursor(tx, "p", Side.LEFT, Cursor(instante=datetime(2026, 9, 15, tzinfo=UTC)), 77.0)
    with db.read() as tx:
        writes = trace.writes_about(tx, "p", IDS)
        known = trace.movements_of(tx, "p", IDS)
        waits = trace.waits_of(tx, "p", IDS)
        mark, none = trace.mark_of(tx, "p", IDS), trace.mark_of(tx, "p", Both("11", None))
        read = trace.read_until(tx, "p")
        assert trace.writes_about(tx, "p", Both(None, None)) == []
    assert [(one.side, one.state, one.part, one.fields) for one in writes] == [
        (Side.RIGHT, "open", "", ()),
        (Side.LEFT, "done", "", ()),
        (Side.RIGHT, "open", "m5", ("status", "assunto")),
    ]
    assert [(one.side, one.id, one.twin, one.state) for one in known] == [
        (Side.LEFT, "m5", "c5", "carried"),
        (Side.LEFT, "m9", None, "kept"),
        (Side.LEFT, "m10", None, "kept"),
        (Side.RIGHT, "c5", "m5", "copy"),
    ]
    assert [wait.code for wait in waits] == ["both-changed", "unproven"]
    assert mark is not None
    assert (mark.source, mark.state) == (Side.RIGHT, "moved")
    assert none is None
    assert (read.left, read.right) == (77.0, None)
