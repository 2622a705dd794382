"""Texts, numbers and times as a page says them, in the language of whoever looks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from erp_bridge.core.errors import BridgeError, Refused
from erp_bridge.i18n import N_, rendered
from erp_bridge.report.words import PORTUGUESE, Words, duration, number, plain, say

_CODE = re.compile(r"`([^`]*)`")


class Speech:
    """What a template says with: one language, one zone, one present."""

    def __init__(self, lang: str, zone: ZoneInfo, now: datetime) -> None:
        self._lang = lang
        self._zone = zone
        self._now = now

    def words(self, words: Words) -> Markup:
        """A text; what stands between backticks is shown as code."""
        return self.mark(words.of(self._lang))

    def text(self, msgid: str, **values: object) -> Markup:
        """A marked text of a template, filled in."""
        return self.words(say(msgid, **values))

    def mark(self, text: str) -> Markup:
        return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped right here

    def number(self, value: int) -> str:
        return number(value).of(self._lang)

    def when(self, stamp: float | datetime, *, seconds: bool = False) -> Markup:
        """A moment, to the minute or second, in the zone of the page (which stands at its foot)."""
        there = _moment(stamp).astimezone(self._zone)
        return Markup('<time datetime="{}">{}</time>').format(there.isoformat(), self._clock(there, seconds=seconds))

    def ago(self, stamp: float | datetime) -> Markup:
        """How long since (or until) a moment, with the moment itself for who points at it."""
        there = _moment(stamp).astimezone(self._zone)
        gone = self._now - there
        text = say(N_("just now"))
        if abs(gone) >= timedelta(seconds=1):
            ahead = gone < timedelta()
            text = say(N_("in {time}"), time=short(-gone)) if ahead else say(N_("{time} ago"), time=short(gone))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            there.isoformat(), self._clock(there), text.of(self._lang)
        )

    def _clock(self, there: datetime, *, seconds: bool = False) -> str:
        time = "%H:%M:%S" if seconds else "%H:%M"
        return there.strftime(f"%d/%m/%Y {time}" if self._lang == PORTUGUESE else f"%Y-%m-%d {time}")

    def lasts(self, seconds: float) -> str:
        """A duration, as short as it can be said."""
        return short(timedelta(seconds=seconds)).of(self._lang)


def short(time: timedelta) -> Words:
    """``40 s``, ``12 min``, ``3 h``, ``5 d``; below ten seconds with a decimal."""
    seconds = time.total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (size == 60 and seconds >= 100):
            return plain(f"{seconds / size:.0f} {unit}")
    if 0 < seconds < 10 and round(seconds, 1) != round(seconds):
        return Words(f"{seconds:.1f} s", f"{seconds:.1f} s".replace(".", ","))
    return plain(f"{seconds:.0f} s") if seconds < 100 else duration(seconds)


def of_error(error: BridgeError) -> Words:
    """What went wrong, and where; a message without a translation has what one does about it before it."""
    where = " ".join(part for part in (error.erp, error.operation) if part)
    message = of_message(error.message)
    if message.en == message.pt and not isinstance(error, Refused):  # a refusal is in the ERP's own words
        advice = of_message((type(error).__doc__ or "").strip())
        message = Words(message.en, f"{advice.pt} ({message.pt})")
    return Words(f"{where}: {message.en}", f"{where}: {message.pt}") if where else message


def of_message(message: str) -> Words:
    """A finished English message, in both languages."""
    return Words(message, rendered(message, PORTUGUESE))


def _moment(stamp: float | datetime) -> datetime:
    return stamp if isinstance(stamp, datetime) else datetime.fromtimestamp(stamp, UTC)
