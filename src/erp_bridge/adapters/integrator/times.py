"""Integrator's times: local, without a zone, in several spellings (quirk 9). Nothing here raises."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
#: No provider opened tickets before; such dates are empty ones in disguise.
_FIRST_YEAR = 1970


def is_zero(text: str) -> bool:
    """Whether the column says that there is no date: empty, or nothing but zeros (``0000-00-00 00:00:00``)."""
    return not text.strip("0-/:.T ")


def read(text: str, zone: ZoneInfo) -> datetime | None:
    """An aware time, or None for a zero or unreadable date. A date alone is its midnight.

    Of an hour that occurs twice the first is meant; one that never was is the next valid one.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    try:
        naive = datetime(  # noqa: DTZ001 - the zone is given below
            int(year), int(month), int(day), int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        )
        there_and_back = naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return there_and_back if naive.year >= _FIRST_YEAR else None


def write(instant: datetime, zone: ZoneInfo) -> str:
    """``YYYY-MM-DD HH:MM:SS`` as this Integrator's clocks show it."""
    with suppress(OverflowError):  # "since the beginning of time": some hours more or less do not matter
        instant = instant.astimezone(zone)
    return instant.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def write_floor(instant: datetime, zone: ZoneInfo) -> str:
    """The same for a lower bound: in an hour that occurs twice the first is meant, so that no record is cut off."""
    try:
        local = instant.astimezone(zone)
        first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
        return write(instant - abs((first or timedelta(0)) - (second or timedelta(0))), zone)
    except OverflowError:
        return write(instant, zone)


def earlier(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant - by
    except OverflowError:
        return instant
