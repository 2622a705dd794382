"""Texts of the report in both languages at once: a page shows either, a sheet is written in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from erp_bridge.i18n import translate

PORTUGUESE = "pt-BR"


@dataclass(frozen=True)
class Words:
    """One text, in English and in Portuguese."""

    en: str
    pt: str

    def of(self, lang: str) -> str:
        return self.pt if lang == PORTUGUESE else self.en

    @property
    def html(self) -> str:
        """Both, each marked with its language, of which the page shows one; once where they are the same."""
        if self.en == self.pt:
            return escape(self.en)
        return f'<span lang="en">{escape(self.en)}</span><span lang="{PORTUGUESE}">{escape(self.pt)}</span>'


def say(msgid: str, **values: object) -> Words:
    """A marked text, filled in. Values are texts, numbers or words."""
    return Words(_filled(msgid, "en", values), _filled(translate(msgid, PORTUGUESE), PORTUGUESE, values))


def _filled(text: str, lang: str, values: dict[str, object]) -> str:
    return text.format(**{name: _value(value).of(lang) for name, value in values.items()}) if values else text


def _value(value: object) -> Words:
    if isinstance(value, Words):
        return value
    return number(value) if isinstance(value, int) else plain(str(value))


def plain(text: str) -> Words:
    """A name or a code: the same in both languages."""
    return Words(text, text)


def number(value: int) -> Words:
    """``212,406`` and ``212.406``."""
    return Words(f"{value:,}", f"{value:,}".replace(",", "."))


def percent(part: int, whole: int) -> Words:
    """With one decimal; never rounded up to all or down to nothing."""
    if not whole:
        return plain("–")
    share = 1000 * part // whole
    if part and not share:
        return Words("<0.1%", "<0,1%")
    text = f"{share // 10}" if share % 10 == 0 else f"{share // 10}.{share % 10}"
    return Words(f"{text}%", f"{text.replace('.', ',')}%")


def moment(when: datetime) -> Words:
    """Minutes, in the zone that it is given in."""
    offset = f"{when:%z}"
    zone = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return Words(f"{when:%Y-%m-%d %H:%M} {zone}", f"{when:%d/%m/%Y %H:%M} {zone}")


def day(text: str) -> Words:
    """``YYYY-MM-DD`` as people write it."""
    return Words(text, "/".join(reversed(text.split("-"))))


def month(text: str) -> Words:
    """``YYYY-MM``; a dash for a month that is not known."""
    return Words(text, "/".join(reversed(text.split("-")))) if text else plain("–")


def duration(seconds: float) -> Words:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    if hours:
        return plain(f"{hours} h {minutes:02d} min")
    return plain(f"{minutes} min {rest:02d} s" if minutes else f"{rest} s")
