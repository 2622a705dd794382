"""How the ERP's database takes, keeps and compares values: everything is text outside, typed inside.

Non-strict MySQL: what does not fit is cut, emptied or zeroed, and nobody is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

ZERO_DATE = "0000-00-00"
ZERO_DATETIME = "0000-00-00 00:00:00"

_BRAZILIAN = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?")

Key = int | float | str | None
Test = Callable[[str], bool]


@dataclass(frozen=True)
class Column:
    """A column: ``kind`` is int, decimal, date, datetime, enum or text. A ``nullable`` one shows NULL as ""."""

    kind: str
    default: str = ""
    size: int = 0
    codes: frozenset[str] = frozenset()
    nullable: bool = False

    @property
    def empty(self) -> str:
        """What the column holds when nothing usable was given."""
        if self.kind == "date":
            return ZERO_DATE if self.default == ZERO_DATE else ""
        if self.kind == "datetime":
            return ZERO_DATETIME if self.default == ZERO_DATETIME else ""
        if self.kind in ("int", "decimal") and not self.nullable:
            return "0" if self.kind == "int" else "0.00"
        return ""


def store(column: Column, text: str, now: str) -> str:
    """What the column holds after ``text`` was written to it through the web service."""
    if column.kind == "int":
        number = _NUMBER.match(text)
        return str(int(float(number[0]))) if number else column.empty
    if column.kind == "decimal":
        number = _NUMBER.match(text)
        return f"{float(number[0]):.2f}" if number else column.empty
    if column.kind in ("date", "datetime"):
        moment = now if text == "CURRENT_TIMESTAMP" else from_brazilian(text)
        if not moment:
            return column.empty  # quirk 13: an ISO date is not understood, nothing is said
        return moment[:10] if column.kind == "date" else moment
    if column.kind == "enum":
        return text if text in column.codes else ""  # quirk 11
    return text[: column.size] if column.size else text


def from_brazilian(text: str) -> str:
    """``01/09/2026 08:00`` as ``2026-09-01 08:00:00``; "" when it is not such a date."""
    found = _BRAZILIAN.fullmatch(text.strip())
    if not found:
        return ""
    day, month, year, hour, minute, second = found.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return ""
    return f"{year}-{month}-{day} {hour or '00'}:{minute or '00'}:{second or '00'}"


def fold(text: str) -> str:
    """Text as the database compares it: without case, accents and trailing blanks."""
    if text.isascii():
        return text.lower().rstrip(" ")
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold().rstrip(" ")


def key(column: Column, text: str) -> Key:
    """A stored or asked value in a form that compares as the database would; None is NULL."""
    if text == "" and column.nullable:
        return None
    if column.kind in ("int", "decimal"):
        number = _NUMBER.match(text)
        return float(number[0]) if number else 0
    if column.kind in ("date", "datetime"):
        if text == "":
            return None
        text = from_brazilian(text) or text  # both forms are understood in filters
        return text + " 00:00:00" if len(text) == 10 else text
    return fold(text)


def sort_key(column: Column, text: str) -> tuple[bool, Key]:
    """For ORDER BY: NULL comes first."""
    value = key(column, text)
    return (value is not None, value if value is not None else 0)


def like(column: Column, wanted: str) -> Test:
    """LIKE '%wanted%', in which the asker's own % and _ are wild too."""
    needle = fold(from_brazilian(wanted)[:10] or wanted) if column.kind in ("date", "datetime") else fold(wanted)
    if "%" not in needle and "_" not in needle:
        return lambda text: needle in fold(text)
    parts = ("." if c == "_" else ".*" if c == "%" else re.escape(c) for c in needle)
    pattern = re.compile("".join(parts), re.DOTALL)
    return lambda text: pattern.search(fold(text)) is not None
