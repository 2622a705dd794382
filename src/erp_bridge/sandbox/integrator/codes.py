"""Ids and values as Integrator writes them: ten-character codes, local dates, padded columns."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ZERO = "0000-00-00 00:00:00"  # quirk 9: what stands for "no date"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: first letter of the codes of each table whose rows are numbered
TICKET, COMMENT, CONTRACT, INVOICE, FILE = "A", "C", "S", "F", "X"


def code(table: str, number: int) -> str:
    """A ten-character upper-case base-36 id (quirk 13). Greater numbers give greater codes."""
    rest = ""
    for _ in range(7):
        number, digit = divmod(number, 36)
        rest = _DIGITS[digit] + rest
    return f"01{table}{rest}"


def number(codigo: str) -> int:
    """The number a code was made of."""
    return int(codigo[3:], 36)


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as the server's local time, which carries no zone."""
    return instant.astimezone(zone).isoformat(" ", "seconds")[:19]


def padded(text: str, width: int = 40) -> str:
    """A text column as it comes out: filled up with blanks (quirk 7)."""
    return text.ljust(width)
