"""Single values between IXC's texts and Python's: ids, dates, numbers, texts that may hold HTML. Never raises."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from math import isfinite

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?")
#: Nearly every stored time is an hour in this form and one of these rests.
_HOUR = re.compile(r"(?:19|20)\d\d-\d\d-\d\d \d\d", re.ASCII)
_RESTS = {f":{m:02}:{s:02}": timedelta(minutes=m, seconds=s) for m in range(60) for s in range(60)}
_BRAZILIAN = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?")
_TAG = re.compile(r"<(?:/?(?:br|p|div|span|b|i|u|strong|em|a|ul|ol|li|font|h[1-6]|table|tr|td|img)\b[^<>]*)/?>", re.I)
_LINE = re.compile(r"<br\s*/?>(?:\r?\n)?|</(?:p|div|li|tr|h[1-6])\s*>", re.I)


def present(id: str) -> str | None:
    """An id, or None for the several ways of saying none: empty and zero."""
    if id in ("", "0"):
        return None
    id = id.strip()
    return id if id.strip("0") else None


def moment(text: str) -> datetime | None:
    """A date or date and time as written, without zone; None for zero, partial and impossible ones."""
    text = text.strip()
    if text.startswith("0000-"):
        return None
    if match := _ISO.fullmatch(text):
        year, month, day, *time = match.groups()
    elif match := _BRAZILIAN.fullmatch(text):
        day, month, year, *time = match.groups()
    else:
        return None
    hour, minute, second = (int(part or 0) for part in time)
    try:
        return datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - the zone comes later
    except ValueError:
        return None


def instant(text: str, zone: tzinfo) -> datetime | None:
    """A local time as an aware one: of a doubled hour the first, for a skipped hour the next one that exists.

    Its offset is fixed, since Python compares times of one zone without regard to the doubled hour.
    """
    if (hour := _hour(text[:13], zone)) and (rest := _RESTS.get(text[13:])) is not None:
        return hour + rest
    local = moment(text)
    if local is None:
        return None
    try:
        there_and_back = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    except OverflowError:
        return None
    return there_and_back.replace(tzinfo=timezone(there_and_back.utcoffset() or timedelta()), fold=0)


@lru_cache(maxsize=5000)  # tickets of one day come together
def _hour(text: str, zone: tzinfo) -> datetime | None:
    """The beginning of that local hour, if a single offset holds during all of it."""
    if not _HOUR.fullmatch(text):
        return None
    try:
        begin = datetime.fromisoformat(f"{text}:00:00")
    except ValueError:
        return None
    offset = _offset(begin.replace(hour=0), timedelta(days=1), zone) or _offset(begin, timedelta(hours=1), zone)
    return begin.replace(tzinfo=offset) if offset else None


@lru_cache(maxsize=500)
def _offset(begin: datetime, during: timedelta, zone: tzinfo) -> timezone | None:
    """The offset that holds all that time; None if there is no single one."""
    ends = (begin, begin + during - timedelta(seconds=1))
    found = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    offset = found.pop()
    return timezone(offset) if offset is not None and not found else None


def day(text: str) -> date | None:
    if not text or text.startswith("0000-"):  # on nearly all tickets
        return None
    parsed = moment(text)
    return parsed.date() if parsed else None


def local_text(at: datetime, zone: tzinfo) -> str:
    """An instant as ``YYYY-MM-DD HH:MM:SS`` in the ERP's zone, the form its filters take."""
    with suppress(OverflowError):  # "since the beginning of time": an hour more or less does not matter
        at = at.astimezone(zone)
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def local_floor(at: datetime, zone: tzinfo) -> str:
    """The same for a lower bound: inside a doubled hour an hour earlier, so that neither of the two is cut off."""
    try:
        local = at.astimezone(zone)
        first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
        return local_text(at - abs((first or timedelta()) - (second or timedelta())), zone)
    except OverflowError:
        return local_text(at, zone)


def brazilian(text: str) -> str:
    """A stored date as ``dd/mm/yyyy[ hh:mm:ss]``, the only form that writes take; "" for zero and partial ones."""
    parsed = moment(text)
    if parsed is None:
        return ""
    date_part = f"{parsed.day:02}/{parsed.month:02}/{parsed.year:04}"
    return date_part if len(text.strip()) == 10 else f"{date_part} {parsed:%H:%M:%S}"


def brazilian_day(value: date) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def number(text: str) -> float | None:
    """A coordinate, with a point or a comma."""
    if not text:
        return None
    try:
        value = float(text.replace(",", ".") if "," in text else text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def plain(text: str) -> str:
    """A text as people read it: one that holds HTML tags is freed of them; any other is left as it is."""
    if "<" not in text or not _TAG.search(text):
        return text
    return html.unescape(_TAG.sub("", _LINE.sub("\n", text)))


def one_line(text: str, limit: int = 300) -> str:
    """What an ERP says in an error, for people: no tags, one line, not too long."""
    line = " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
