"""Numbers, flags, dates and texts as they come in, and as the tables hold them.

The tables hold local times without a zone, ``YYYY-MM-DD HH:MM:SS``, or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from erp_bridge.sandbox.voalle.replies import Refusal

_NOTHING = (None, "", "0", 0)


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as the tables hold it."""
    return instant.astimezone(zone).replace(tzinfo=None).isoformat(" ", "seconds")


def given_date(value: Any, zone: ZoneInfo, zulu: str) -> str | None:
    """A date as somebody sent it: ``YYYY-MM-DD`` or ISO with or without Z; "" is no date (quirk 9)."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"Data inválida: {text}") from None
    if moment.tzinfo is not None:
        ends_in_z = text[-1:] in "Zz"
        moment = moment.replace(tzinfo=None) if ends_in_z and zulu == "local" else _local(moment, zone)
    return moment.isoformat(" ", "seconds")[:19]


def written_date(stored: str | None, zone: ZoneInfo, zulu: str) -> str | None:
    """A stored date as the third-party API shows it: always with a Z, which need not be true (quirk 9)."""
    if stored is None:
        return None
    moment = datetime.fromisoformat(stored)
    if zulu == "honoured":
        moment = moment.replace(tzinfo=zone).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def internal_date(stored: str | None) -> str | None:
    """A stored date as the internal API shows it: local, without a zone."""
    return None if stored is None else stored.replace(" ", "T")


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def number(fields: Mapping[str, Any], name: str) -> int | None:
    """An id or number, sent as a number or as a text (quirk 4); 0, "" and null stand for none."""
    value = fields.get(name)
    if value in _NOTHING or isinstance(value, bool):
        return None
    try:
        return int(str(value).strip()) or None
    except ValueError:
        raise Refusal(f"Valor inválido para {name}: {value}") from None


def flag(fields: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """A flag, sent as such or as a text."""
    value = fields.get(name)
    return default if value in (None, "") else str(value).strip().casefold() in ("true", "1")


def text(fields: Mapping[str, Any], name: str) -> str:
    """A text field; null is none."""
    value = fields.get(name)
    return "" if value is None else str(value)
