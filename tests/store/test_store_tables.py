"""What each table of the store promises, on both kinds of database."""

from __future__ import annotations

import threading

import pytest

from erp_bridge.core.adapter import Cursor
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import history, intents, journal, links, movements, waiting
from erp_bridge.sync.store.database import Database, StoreError
from erp_bridge.sync.store.history import Chosen, Mark
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.waiting import Kind, Wait
from store.place import Place
from support.pair import START

NOTHING: Both[dict[str, str]] = Both({}, {})
LONG = "ã" * 3000  # longer than any id; PostgreSQL would refuse it where a column has a greatest length


def link(tx: object, left: str, right: str, **keys: object) -> int:
    given: dict[str, object] = {"bases": NOTHING, "protocolos": Both(None, None), "made": None, "since": 5.0, **keys}
    return links.add(tx, "suporte", Both(left, right), **given)  # type: ignore[arg-type]


def test_links_are_found_from_both_sides(db: Database) -> None:
    with db.write() as tx:
        first = link(tx, "1", "01A", bases=Both({"titulo": "1:a"}, {"titulo": "1:b"}), made=Side.RIGHT)
        link(tx, "2", "01B", protocolos=Both("1:p", None))
    with db.read() as tx:
        found = links.by_ids(tx, "suporte", Side.RIGHT, ["01A", "01C"])
        assert {id: one.ids.left for id, one in found.items()} == {"01A": "1"}
        assert found["01A"].bases.right == {"titulo": "1:b"}
        assert (found["01A"].made, found["01A"].since) == (Side.RIGHT, 5.0)
        assert [one.ids.right for one in links.by_protocolos(tx, "suporte", Side.LEFT, ["1:p"]).values()] == ["01B"]
        assert links.by_ids(tx, "outro", Side.RIGHT, ["01A"]) == {}
        assert links.twins_of(tx, [("suporte", Side.RIGHT)], ["01A", "01B"]) == {"01A"}
        assert [one.id for one in links.all_of(tx, "suporte")] == [first, first + 1]


def test_many_ids_are_looked_up_at_once(db: Database) -> None:
    ids = [str(number) for number in range(1, 1201)]
    with db.write() as tx:
        for id in ids[:3] + ids[-3:]:
            link(tx, id, f"01{id}")
    with db.read() as tx:
        assert set(links.by_ids(tx, "suporte", Side.LEFT, ids)) == {*ids[:3], *ids[-3:]}


@pytest.mark.parametrize("ids", [("1", "9"), ("9", "01A")])
def test_the_database_refuses_a_second_link_of_either_record(db: Database, ids: tuple[str, str]) -> None:
    with db.write() as tx:
        link(tx, "1", "01A")
    with pytest.raises(StoreError), db.write() as tx:
        link(tx, *ids)
    with db.read() as tx:
        assert links.count(tx, "suporte") == 1


def test_a_write_renews_the_fields_it_wrote_and_no_others(db: Database) -> None:
    with db.write() as tx:
        id = link(tx, "1", "01A", bases=Both({"titulo": "a", "status": "b"}, {"titulo": "c"}))
        links.renew(tx, id, Side.LEFT, {"status": "new"})
        assert [links.next_write(tx, id) for _ in range(3)] == [1, 2, 3]
    with db.read() as tx:
        found = links.get(tx, id)
        assert found is not None
        assert (found.bases.left, found.bases.right) == ({"titulo": "a", "status": "new"}, {"titulo": "c"})


def test_a_tombstone_keeps_two_ids_and_nothing_else(db: Database) -> None:
    with db.write() as tx:
        id = link(tx, "1", "01A", bases=Both({"titulo": "a"}, {}), protocolos=Both("p", "q"), made=Side.RIGHT)
        movements.remember(tx, "suporte", Side.LEFT, "1", ["m1"], "kept")
        movements.remember(tx, "suporte", Side.LEFT, "2", ["m2"], "kept")
        links.bury(tx, id)
    with db.read() as tx:
        found = links.get(tx, id)
        assert found is not None
        assert (found.tombstone, found.bases, found.made, found.ids) == (True, NOTHING, None, Both("1", "01A"))
        assert movements.known(tx, "suporte", Side.LEFT, ["1", "2"]) == {"2": {"m2": None}}
        assert links.by_protocolos(tx, "suporte", Side.LEFT, ["p"]) == {}
        assert links.all_of(tx, "suporte") == []


def test_movements_are_noted_once_and_a_delivered_one_knows_its_copy(db: Database) -> None:
    with db.write() as tx:
        movements.remember(tx, "suporte", Side.LEFT, "1", ["m1", "m2"], "kept")
        movements.join(tx, "suporte", Side.LEFT, ("1", "m1"), ("01A", "c1"))
        movements.remember(tx, "suporte", Side.LEFT, "1", ["m1", "m3"], "kept")
        movements.join(tx, "suporte", Side.LEFT, ("1", ""), ("01A", "c2"), part="m4.1")
    with db.read() as tx:
        assert movements.known(tx, "suporte", Side.LEFT, ["1"]) == {"1": {"m1": "c1", "m2": None, "m3": None}}
        assert movements.known(tx, "suporte", Side.RIGHT, ["01A"]) == {"01A": {"c1": "m1", "c2": "m4.1"}}


def test_an_intent_comes_back_as_it_was_written_until_it_is_settled(db: Database) -> None:
    noted = Intent(
        pair="suporte", side=Side.RIGHT, operation=Operation.TWIN, source="1", digest="1:d", sent=1_790_000_000.123456,
        token=2**40, part="", marker="20260101", cliente="7", base={"titulo": "1:t"},
    )  # fmt: skip
    with db.write() as tx:
        first = intents.note(tx, noted)
        second = intents.note(tx, noted)
        intents.left_open(tx, first, 1_790_000_009.5, unseen=True)
        intents.close(tx, second, "done")
    with db.read() as tx:
        [found] = intents.open_ones(tx, "suporte")
        assert (found.id, found.unseen, found.sent) == (first, True, 1_790_000_009.5)
        assert (found.token, found.base, found.marker) == (2**40, {"titulo": "1:t"}, "20260101")
        settled = intents.get(tx, second)
        assert settled is not None
        assert settled.sent == 1_790_000_000.123456
        assert intents.count_open(tx, "suporte") == 1
    with db.write() as tx:
        intents.forget_closed(tx, "suporte", 2_000_000_000.0)
    with db.read() as tx:
        assert intents.get(tx, second) is None
        assert intents.get(tx, first) is not None


def test_what_waits_keeps_its_number_and_its_day(db: Database) -> None:
    wait = Wait(Kind.CONFLICT, Side.LEFT, "1", "both-changed", "status", {"left": LONG})
    with db.write() as tx:
        id = waiting.put(tx, "suporte", wait, 10.0)
        waiting.decide(tx, id, "left")
        assert waiting.put(tx, "suporte", wait, 20.0) == id
    with db.read() as tx:
        [found] = waiting.listed(tx, "suporte", Kind.CONFLICT)
        assert (found.since, found.attempts, found.decision, found.detail["left"]) == (10.0, 2, "left", LONG)
        assert waiting.counts(tx, "suporte")[Kind.CONFLICT] == 1
        assert [one.id for one in waiting.of_tickets(tx, "suporte", Side.LEFT, ["1", "2"])] == [id]
    with db.write() as tx:
        waiting.clear(tx, [id])
    with db.read() as tx:
        assert waiting.total(tx, "suporte") == 0


def test_a_pass_and_a_person_may_set_down_the_same_thing_at_once(postgres_place: Place) -> None:
    """SQLite lets one of them in at a time; on a server both are inside."""
    db, other = postgres_place.open(), postgres_place.open()
    wait = Wait(Kind.DOUBT, Side.LEFT, "1", "link-requested")
    numbers: list[int] = []

    def person() -> None:
        with other.write() as tx:
            numbers.append(waiting.put(tx, "suporte", wait, 2.0))

    thread = threading.Thread(target=person)
    with db.write() as tx:
        numbers.append(waiting.put(tx, "suporte", wait, 1.0))
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()  # it waits for us
    thread.join(10)
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    db.close()
    other.close()


def test_the_cursor_and_the_journal(db: Database) -> None:
    cursor = Cursor(instante=START, id="77", marcas={"su_mensagens": "8"})
    with db.write() as tx:
        for now in (1.0, 2.0):
            journal.save_cursor(tx, "suporte", Side.LEFT, cursor, now)
        whole = journal.begin(tx, "suporte", now=1.0, full=True, config="abc")
        journal.end(tx, whole, now=2.0, report={"created": 1}, offsets={"left": -0.25})
        torn = journal.begin(tx, "suporte", now=3.0, full=False, config="abc")
        journal.end(tx, torn, now=4.0, report={}, offsets={}, error=LONG)
    with db.read() as tx:
        assert journal.cursor(tx, "suporte", Side.LEFT) == cursor
        assert journal.cursor(tx, "suporte", Side.RIGHT) is None
        good, newest = journal.last(tx, "suporte"), journal.last(tx, "suporte", whole=False)
        assert good is not None
        assert newest is not None
        assert (good.id, good.full, good.offsets, good.report) == (whole, True, {"left": -0.25}, {"created": 1})
        assert (newest.id, newest.error) == (torn, LONG)
        assert journal.last(tx, "outro", full=True) is None


def test_a_migration_goes_on_from_where_it_stood(db: Database) -> None:
    chosen = Chosen(since="2016-01-01")
    with db.write() as tx:
        first = history.begin(tx, "suporte", Side.LEFT, chosen, 1.0)
        history.move(tx, first.id, "700")
        history.add_up(tx, first.id, 2.5, (3, 4), 5)
        history.add_up(tx, first.id, 0.25, (1, 1), 1)
        again = history.begin(tx, "suporte", Side.LEFT, chosen, 9.0)
        other = history.begin(tx, "suporte", Side.LEFT, Chosen(), 10.0)
        history.end(tx, other.id, 11.0)
    assert (again.id, again.position, again.started) == (first.id, "700", 1.0)
    assert (again.seconds, again.requests, again.movements) == (2.75, (4, 5), 6)
    with db.read() as tx:
        assert history.newest(tx, "suporte", Side.LEFT) == history.all_of(tx, "suporte", Side.LEFT)[1]
        assert [one.ended for one in history.all_of(tx, "suporte", Side.LEFT)] == [None, 11.0]
        assert history.newest(tx, "suporte", Side.RIGHT) is None


def test_marks_of_a_migration_are_counted_and_listed(db: Database) -> None:
    marks = [Mark(f"{n:04d}", "2019-03", "solucionado", "quarantined", "unmapped", "assunto") for n in range(1, 1203)]
    with db.write() as tx:
        history.note(tx, "suporte", Side.LEFT, marks)
        history.note(tx, "suporte", Side.LEFT, [Mark("0001", "2019-03", "solucionado", "moved"), *marks[5:7]])
        history.sight(tx, "suporte", Side.RIGHT, [("d1", "9"), ("d1", "9"), ("d2", "8")])
        for position, ended in (("5", None), ("9", 3.0)):
            history.survey_moved(tx, "suporte", Side.RIGHT, position, ended)
    with db.read() as tx:
        assert history.counts(tx, "suporte", Side.LEFT) == [
            ("2019-03", "solucionado", "moved", 1), ("2019-03", "solucionado", "quarantined", 1201)
        ]  # fmt: skip
        assert history.reasons(tx, "suporte", Side.LEFT) == [("quarantined", "unmapped", "assunto", 1201)]
        some = history.marked(tx, "suporte", Side.LEFT, ["quarantined"], after="0002", limit=2)
        assert [mark.ticket for mark in some] == ["0003", "0004"]
        assert len(history.marks_of(tx, "suporte", Side.LEFT, [mark.ticket for mark in marks])) == 1202
        assert sorted(history.seen(tx, "suporte", Side.RIGHT, ["d2", "d1", "d0"])) == [("d1", "9"), ("d2", "8")]
        assert history.surveyed(tx, "suporte", Side.RIGHT) == ("9", True)
        assert history.surveyed(tx, "suporte", Side.LEFT) == ("", False)


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as tx:  # noqa: PT012
        link(tx, "1", "01A")
        _ = 1 / 0
    with db.read() as tx:
        assert links.count(tx, "suporte") == 0
