"""How far a cursor may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.adapters.ixc import marks
from erp_bridge.adapters.ixc.marks import Mark
from erp_bridge.core.adapter import Cursor

NOW = datetime(2026, 9, 15, 18, tzinfo=UTC)


def at(seconds_ago: float) -> datetime:
    return NOW - timedelta(seconds=seconds_ago)


class TestMark:
    def test_it_moves_to_the_last_row(self) -> None:
        assert Mark(5).moved([(6, at(60)), (9, at(10))], NOW) == Mark(9)

    def test_nothing_read_moves_nothing(self) -> None:
        assert Mark(5).moved([], NOW) == Mark(5)

    def test_it_stops_before_what_is_fresh(self) -> None:
        rows = [(6, at(60)), (8, at(1)), (9, at(1.5))]
        assert Mark(5).moved(rows, NOW) == Mark(6, frozenset({8, 9}))

    def test_a_lower_id_that_ended_later_is_still_read(self) -> None:
        """8 was written first and committed last."""
        first = Mark(5).moved([(6, at(60)), (9, at(1))], NOW)
        assert first.id < 8
        second = first.moved([(8, at(1.5)), (9, at(1))], NOW + timedelta(minutes=1))
        assert 8 not in first.seen
        assert second == Mark(9)

    def test_what_was_read_twice_holds_nothing_back(self) -> None:
        far_ahead = NOW + timedelta(days=400)
        first = Mark(5).moved([(6, far_ahead)], NOW)
        assert first == Mark(5, frozenset({6}))
        assert first.moved([(6, far_ahead), (7, at(60))], NOW) == Mark(7)

    def test_without_a_clock_the_newest_stamp_is_fresh(self) -> None:
        assert Mark(5).moved([(6, at(90)), (7, at(60)), (8, at(60))], None) == Mark(6, frozenset({7, 8}))

    def test_a_row_without_a_stamp_is_not_fresh(self) -> None:
        assert Mark(5).moved([(6, None), (7, at(60))], NOW) == Mark(7)

    @given(
        st.lists(st.tuples(st.integers(6, 30), st.integers(-5, 20)), unique_by=lambda pair: pair[0]).map(sorted),
        st.sets(st.integers(6, 30)),
        st.booleans(),
    )
    def test_nothing_between_mark_and_seen_is_lost(
        self, rows: list[tuple[int, int]], seen: set[int], known: bool
    ) -> None:
        stamped = [(id, at(ago)) for id, ago in rows]
        moved = Mark(5, frozenset(seen)).moved(stamped, NOW if known else None)
        assert {id for id, _ in rows} == {id for id, _ in rows if id <= moved.id} | moved.seen
        fresh = [id for id, stamp in stamped if known and stamp > NOW - timedelta(seconds=2) and id not in seen]
        assert all(id > moved.id for id in fresh)


def test_the_newest_settled_stamp() -> None:
    assert marks.settled([at(60), at(10), at(1)], NOW) == at(10)
    assert marks.settled([at(60), at(10)], None) == at(60)
    assert marks.settled([at(1)], NOW) is None
    assert marks.settled([], None) is None


def test_a_cursor_does_not_pass_the_time_at_which_reading_began() -> None:
    bound = marks.upper_bound([at(60)], NOW)
    assert bound is not None
    assert at(2.9) > bound >= at(3)
    assert marks.upper_bound([at(60), at(30)], None) == at(60)


@given(st.integers(0, 10**12), st.frozensets(st.integers(0, 10**12), max_size=5))
def test_marks_are_stored_and_read_back(id: int, seen: frozenset[int]) -> None:
    cursor = Cursor(instante=NOW, marcas=marks.write_mark(Mark(id, seen), "su_mensagens"))
    assert marks.read_mark(Cursor.model_validate_json(cursor.model_dump_json()), "su_mensagens") == Mark(id, seen)


def test_a_mark_that_makes_no_sense_is_none() -> None:
    assert marks.read_mark(Cursor(instante=NOW), "su_mensagens") is None
    assert marks.read_mark(Cursor(instante=NOW, marcas={"su_mensagens": "-3"}), "su_mensagens") is None
    assert marks.read_mark(Cursor(instante=NOW, marcas={"su_mensagens": "٣"}), "su_mensagens") is None
    assert marks.read_instant(Cursor(instante=NOW, marcas={"limite": "ontem"}), "limite") is None
    assert marks.read_instant(Cursor(instante=NOW, marcas={"limite": "2026-09-01"}), "limite") is None
