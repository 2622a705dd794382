"""Clock offsets and Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from erp_bridge.transport.retry import retry_after
from erp_bridge.transport.skew import Skew, parse_http_date
from support.clock import FakeClock

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def test_the_offset_is_taken_at_the_middle_of_the_exchange() -> None:
    skew = Skew()
    assert skew.offset is None
    skew.sample("Tue, 10 Mar 2026 15:01:00 GMT", NOW, NOW + timedelta(seconds=2))
    assert skew.offset == timedelta(seconds=59)


def test_one_odd_reply_does_not_move_the_offset_and_old_ones_are_forgotten() -> None:
    skew = Skew(size=3)
    for minute in (1, 59, 1):
        skew.sample(f"Tue, 10 Mar 2026 15:{minute:02}:00 GMT", NOW, NOW)
    assert skew.offset == timedelta(minutes=1)
    for _ in range(2):
        skew.sample("Tue, 10 Mar 2026 15:10:00 GMT", NOW, NOW)
    assert skew.offset == timedelta(minutes=10)


@pytest.mark.parametrize("date", [None, "", "soon", "99", "Tue, 99 Mar 2026 15:01:00 GMT", "0000-00-00"])
def test_what_is_no_date_is_no_sample(date: str | None) -> None:
    skew = Skew()
    skew.sample(date, NOW, NOW)
    assert skew.offset is None


def test_an_answer_after_a_long_wait_is_too_rough_a_measure() -> None:
    skew = Skew()
    skew.sample("Tue, 10 Mar 2026 15:01:00 GMT", NOW, NOW + timedelta(seconds=20))
    assert skew.offset is None


def test_a_date_without_zone_is_utc() -> None:
    assert parse_http_date("Tue, 10 Mar 2026 15:00:00 -0000") == NOW
    assert parse_http_date("Tue, 10 Mar 2026 12:00:00 -0300") == NOW


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": "Tue, 10 Mar 2026 15:01:30 GMT"}, 90),
        ({"retry-after": "Tue, 10 Mar 2026 14:00:00 GMT"}, 0),
        ({"retry-after": "Tue, 10 Mar 2026 20:00:10 GMT", "date": "Tue, 10 Mar 2026 20:00:00 GMT"}, 10),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, FakeClock(NOW)) == seconds
