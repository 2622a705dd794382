"""Single values: dates in every spelling, ids that mean none, texts with HTML."""

from __future__ import annotations

from datetime import UTC, date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erp_bridge.adapters.ixc import values

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZEROS = [
    "",
    "0",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "2024-03-00",
    "2024-03-00 10:00:00",
    "2024-02-30",
    "hoje",
    "null",
]


@pytest.mark.parametrize("text", ZEROS)
def test_zero_and_impossible_dates_are_none(text: str) -> None:
    assert values.moment(text) is None
    assert values.day(text) is None
    assert values.instant(text, SAO_PAULO) is None
    assert values.brazilian(text) == ""


def test_dates_are_local() -> None:
    assert values.instant("2026-09-01 08:00:00", SAO_PAULO) == datetime(2026, 9, 1, 11, tzinfo=UTC)
    assert values.instant("01/09/2026 08:00", SAO_PAULO) == datetime(2026, 9, 1, 11, tzinfo=UTC)
    assert values.day("2026-09-01") == date(2026, 9, 1)


def test_of_a_doubled_hour_the_first_is_meant() -> None:
    assert values.instant("2018-02-17 23:30:00", SAO_PAULO) == datetime(2018, 2, 18, 1, 30, tzinfo=UTC)


def test_a_skipped_hour_is_the_next_one() -> None:
    skipped = values.instant("2018-11-04 00:30:00", SAO_PAULO)
    assert skipped is not None
    assert skipped.isoformat() == "2018-11-04T01:30:00-02:00"


@given(
    st.datetimes(datetime(1895, 1, 1), datetime(2105, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(["America/Sao_Paulo", "America/Noronha", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
@example(datetime(2018, 2, 17, 23, 30), "America/Sao_Paulo")  # doubled
@example(datetime(2018, 2, 17, 12, 30), "America/Sao_Paulo")
@example(datetime(2018, 11, 4, 0, 30), "America/Sao_Paulo")  # skipped
@example(datetime(2018, 11, 4, 12, 30), "America/Sao_Paulo")
@example(datetime(2011, 12, 30, 12, 0), "Pacific/Apia")  # a day that never was
@example(datetime(2026, 4, 5, 1, 45), "Australia/Lord_Howe")  # half an hour of daylight saving
def test_any_time_has_the_offset_of_its_first_occurrence(at: datetime, zone: str) -> None:
    """What is kept of a day or an hour never gives another offset than looking at that very time."""
    found = values.instant(at.isoformat(" "), ZoneInfo(zone))
    expected = at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    assert found is not None
    assert type(found.tzinfo) is timezone
    assert found.isoformat() == expected.isoformat()
    assert found.fold == 0


def test_a_lower_bound_cuts_off_neither_of_a_doubled_hour() -> None:
    second = datetime(2018, 2, 18, 2, 10, tzinfo=UTC)  # 23:10 for the second time
    assert values.local_text(second, SAO_PAULO) == "2018-02-17 23:10:00"
    assert values.local_floor(second, SAO_PAULO) <= "2018-02-17 23:10:00"
    first = datetime(2018, 2, 18, 1, 50, tzinfo=UTC)  # 23:50 for the first time; 23:10 is still to come again
    assert values.local_floor(first, SAO_PAULO) <= "2018-02-17 23:00:00"
    assert values.local_floor(datetime(2026, 9, 1, 11, tzinfo=UTC), SAO_PAULO) == "2026-09-01 08:00:00"


@pytest.mark.parametrize("instant", [datetime.min, datetime.max])
def test_the_ends_of_time_are_no_trap(instant: datetime) -> None:
    assert values.local_floor(instant.replace(tzinfo=UTC), SAO_PAULO)


def test_dates_are_written_the_brazilian_way() -> None:
    assert values.brazilian("2026-09-01") == "01/09/2026"
    assert values.brazilian("2026-09-01 08:05:09") == "01/09/2026 08:05:09"
    assert values.brazilian("0001-02-03") == "03/02/0001"


@given(st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_written_dates_are_read_back(at: datetime) -> None:
    assert values.moment(values.brazilian(at.isoformat(" "))) == at


@pytest.mark.parametrize("id", ["", "0", "00", " ", " 0 "])
def test_no_id(id: str) -> None:
    assert values.present(id) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("-23.5", -23.5), ("-23,5", -23.5), ("", None), ("nan", None), ("inf", None), ("1e400", None), ("x", None)],
)
def test_coordinates(text: str, number: float | None) -> None:
    assert values.number(text) == number


def test_html_is_taken_off() -> None:
    assert values.plain("Linha 1<br />\r\nLinha 2<br>Linha 3") == "Linha 1\nLinha 2\nLinha 3"
    assert values.plain("<p>Sem &amp; com&nbsp;sinal</p><p><b>fim</b></p>") == "Sem & com\xa0sinal\nfim\n"


@pytest.mark.parametrize("text", ["a < b e b > c", "<3", "x<y>z", "1 &lt; 2", "linha\r\noutra", ""])
def test_what_only_looks_like_html_stays(text: str) -> None:
    assert values.plain(text) == text


@given(st.text())
def test_nothing_crashes(text: str) -> None:
    values.moment(text)
    values.instant(text, SAO_PAULO)
    values.brazilian(text)
    values.number(text)
    values.present(text)
    values.plain(text)
    assert "\n" not in values.one_line(text)


def test_an_error_is_one_short_line() -> None:
    assert values.one_line("Preencha:<br />\r\n<b>login</b> &amp; contrato") == "Preencha: login & contrato"
    assert len(values.one_line("x" * 5000)) == 300
