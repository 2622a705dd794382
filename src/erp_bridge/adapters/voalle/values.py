"""Single values as Voalle gives them: ids that are numbers or texts (quirk 4), times in several spellings (quirk 9).

Nothing here raises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from erp_bridge.core.text import clean

_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
#: No provider opened tickets before; such dates (``0001-01-01``) are empty ones in disguise.
_FIRST_YEAR = 1970


def text(value: object) -> str:
    """Any plain JSON value as text; nested ones are none."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                return ""
            return str(int(value)) if value.is_integer() else str(value)
        case str():
            return clean(value).strip()
        case _:
            return ""


def raw_text(value: object) -> str:
    """A text of people's: as it is, blanks included."""
    return clean(value) if isinstance(value, str) else text(value)


def ident(value: object) -> str | None:
    """An id as text; 0 and "" are none."""
    found = text(value)
    return found if found.strip("0") else None


def yes(value: object) -> bool | None:
    """A truth value in any of its spellings; None where there is none."""
    match text(value).casefold():
        case "true" | "1" | "t" | "s" | "sim":
            return True
        case "false" | "0" | "f" | "n" | "nao" | "não":
            return False
        case _:
            return None


def inner(value: object, *names: str) -> object:
    """The first of these keys that an object has a value under; None where there is none."""
    if isinstance(value, Mapping):
        for name in names:
            if value.get(name) not in (None, ""):
                return value[name]
    return None


def as_id_for_json(id: str) -> int | str:
    """An id as the vendor's samples write it: a number where it is one."""
    return int(id) if re.fullmatch(r"[0-9]{1,15}", id) else id


def read_time(value: object, zone: ZoneInfo, *, z_is_utc: bool) -> datetime | None:
    """An aware time; None for "" and for what is no date. A day alone is its midnight.

    A time without a zone is the ERP's local one; so is one with ``Z`` where the tenant does not mean it.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else _local(value, zone)
    match = _TIME.fullmatch(text(value))
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        naive = datetime(  # noqa: DTZ001 - the zone is given below
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
        )  # fmt: skip
        if naive.year < _FIRST_YEAR:
            return None
        if offset and offset.upper() != "Z":
            return datetime.fromisoformat(f"{naive.isoformat()}{offset}")
        if offset and z_is_utc:
            return naive.replace(tzinfo=UTC)
        return _local(naive, zone)
    except (ValueError, OverflowError):
        return None


def write_time(instant: datetime, zone: ZoneInfo, *, z_is_utc: bool) -> str:
    """``YYYY-MM-DDTHH:MM:SS.mmmZ``, as the vendor's samples write it."""
    with suppress(OverflowError):
        instant = instant.astimezone(UTC if z_is_utc else zone)
    return f"{instant.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def earlier(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant - by
    except OverflowError:
        return instant


def _local(naive: datetime, zone: ZoneInfo) -> datetime:
    """Of an hour that occurs twice the first is meant; one that never was is the next valid one."""
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
