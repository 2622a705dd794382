"""Three-way merge of one field: every case of the table, and what must hold for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_bridge.sync.merge import TOO_CLOSE, Carry, Clash, Settle, merge_field
from erp_bridge.sync.side import Both, Side

NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("left", "right", "equal", "expected"),
    [
        (False, False, False, None),
        (False, False, True, None),
        (True, False, False, Carry(Side.LEFT)),
        (False, True, False, Carry(Side.RIGHT)),
        (True, False, True, Settle()),
        (True, True, True, Settle()),
    ],
)
def test_one_side_or_none(left: bool, right: bool, equal: bool, expected: object) -> None:
    assert merge_field(Both(left, right), equal=equal) == expected


@pytest.mark.parametrize(
    ("policy", "stamps", "expected"),
    [
        ("left", (None, None), Carry(Side.LEFT)),
        ("right", (None, None), Carry(Side.RIGHT)),
        ("ask", (NOON, LATER), Clash("both-changed")),
        ("newest", (NOON, LATER), Carry(Side.RIGHT)),
        ("newest", (LATER, NOON), Carry(Side.LEFT)),
        ("newest", (None, LATER), Clash("both-changed")),
        ("newest", (NOON, None), Clash("both-changed")),
        ("newest", (NOON, NOON + timedelta(seconds=1)), Clash("both-changed")),
        ("newest", (NOON, NOON + TOO_CLOSE), Carry(Side.RIGHT)),
    ],
)
def test_both_changed_follows_the_policy(policy: str, stamps: tuple[object, object], expected: object) -> None:
    assert merge_field(Both(True, True), equal=False, policy=policy, stamps=Both(*stamps)) == expected


def test_one_way_pairs_never_carry_back() -> None:
    assert merge_field(Both(False, True), equal=False, direction="left-to-right") == Settle()
    assert merge_field(Both(True, True), equal=False, direction="left-to-right") == Carry(Side.LEFT)
    assert merge_field(Both(True, False), equal=False, direction="right-to-left") == Settle()


stamps = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
policies = st.sampled_from(["newest", "left", "right", "ask"])


@given(st.booleans(), st.booleans(), st.booleans(), policies, stamps, stamps)
def test_swapping_the_sides_swaps_the_outcome(
    left: bool, right: bool, equal: bool, policy: str, a: datetime | None, b: datetime | None
) -> None:
    swapped = {"left": "right", "right": "left"}.get(policy, policy)
    one = merge_field(Both(left, right), equal=equal, policy=policy, stamps=Both(a, b))
    two = merge_field(Both(right, left), equal=equal, policy=swapped, stamps=Both(b, a))
    assert two == (Carry(one.source.other) if isinstance(one, Carry) else one)


@given(st.booleans(), st.booleans(), policies, stamps, stamps)
def test_nothing_is_written_over_an_unchanged_other_reading_than_asked(
    left: bool, right: bool, policy: str, a: datetime | None, b: datetime | None
) -> None:
    outcome = merge_field(Both(left, right), equal=False, policy=policy, stamps=Both(a, b))
    if isinstance(outcome, Carry):
        assert left if outcome.source is Side.LEFT else right
