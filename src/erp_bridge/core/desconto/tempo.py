"""Days and hours as people type them, and as the block writes them. What is not plain is None; nothing is guessed.

A text is read only as a whole: one word that is not understood ("ontem", "ou", "por volta de") makes it unread. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from erp_bridge.core.text import fold

#: How far a day without its year may lie from the day of the occurrence before it is not clear which year is meant.
_NEAR = timedelta(days=62)
#: The offsets in use in Brazil.
_BRAZIL = (timedelta(hours=-5), timedelta(hours=-2))
_DEFAULT = "America/Sao_Paulo"

_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_MONTH = (
    "(?P<nome>janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|"
    "jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)"
)
_WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
_WEEKDAY = "(?:segunda|terca|quarta|quinta|sexta|sabado|domingo|seg|ter|qua|qui|sex|sab|dom)(?:[- ]?feira)?"
_YEAR = "(?P<ano>[0-9]{4}|[0-9]{2})"
_END = r"(?![0-9a-z/])"

_BEFORE_DAY = rf"(?:(?P<semana>{_WEEKDAY})\.?,? ?)?(?:(?:em|no) )?(?:dia )?"
_DATES = tuple(
    re.compile(pattern + rf"(?: ?[(,] ?(?P<semana2>{_WEEKDAY})\)?)?")
    for pattern in (
        rf"{_BEFORE_DAY}(?P<ano>[0-9]{{4}})-(?P<mes>[0-9]{{2}})-(?P<dia>[0-9]{{2}})(?![0-9a-su-z/-])",
        rf"{_BEFORE_DAY}(?P<dia>[0-9]{{1,2}})(?P<s> ?[/.-] ?)(?P<mes>[0-9]{{1,2}})(?P=s){_YEAR}(?![0-9a-z/.-][0-9a-z])",
        rf"{_BEFORE_DAY}(?P<dia>[0-9]{{1,2}})/(?P<mes>[0-9]{{1,2}}){_END}",
        rf"{_BEFORE_DAY}(?P<dia>[0-9]{{1,2}})o?(?: de |[ /-]){_MONTH}\.?(?: de |[ /-]|, ){_YEAR}(?! ?[:h]){_END}",
        rf"{_BEFORE_DAY}(?P<dia>[0-9]{{1,2}})o?(?: de |[ /-]){_MONTH}\.?{_END}",
        rf"(?:no )?dia (?P<dia>[0-9]{{1,2}})o?{_END}",
        r"(?:no )?(?P<mesmo>mesmo) dia",
    )
)
_UNIT = r"(?:horas?|hrs?|hs?)"
_PART = r"(?: ?(?:(?:da|de|a) (?P<parte>manha|tarde|noite|madrugada)|(?P<ampm>am|pm)))?"
_OFFSET = r"(?: utc(?P<offset>[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
_TIMES = tuple(
    re.compile(rf"(?:as? |ao )?{pattern}{_PART}{_OFFSET}(?![0-9:]|\.[0-9])")
    for pattern in (
        r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2}):(?P<s>[0-9]{2})(?:\.(?P<f>[0-9]{6}))?",
        rf"(?P<h>[0-9]{{1,2}})(?: ?: ?| ?{_UNIT} ?|\.)(?P<m>[0-9]{{2}})(?: ?(?:{_UNIT}|minutos?|min|m)\b\.?)?",
        rf"(?P<h>[0-9]{{1,2}}) ?{_UNIT}\b\.?",
        r"(?P<meio>meio)[- ]dia",
    )
)
_BARE_HOUR = re.compile(r"as (?P<h>[0-9]{1,2})")
_DAY_TO_HOUR = re.compile(r" ?(?:[,;|(-] ?)?(?:(?:as?|ao|das|t|hora|horario):? ?)?")
_HOUR_TO_DAY = re.compile(r" ?(?:[,;|(-] ?)?(?:(?:do|de|no|em) )?")


@dataclass(frozen=True)
class Referencia:
    """What completes an incomplete time: the day of the occurrence, and the day that "mesmo dia" means."""

    ocorrido: date | None = None
    mesmo_dia: date | None = None


@dataclass(frozen=True)
class _Hour:
    value: time
    offset: tzinfo | None = None


def zone(name: str | tzinfo) -> tzinfo:
    """The time zone of that name. Raises ``ValueError`` when there is none."""
    if not isinstance(name, str):
        return name
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError('not a known time zone; in Brazil for example "America/Sao_Paulo"') from None


def ler_dia(text: str) -> date | None:
    """The one day that a text names, with its year; an hour beside it does not matter."""
    flat = _flat(text)
    for day, rest in _days(flat, Referencia()):
        if not rest or _hour(rest, _DAY_TO_HOUR) is not None:
            return day
    for _, rest in _hours(flat):
        found = _day(rest, _HOUR_TO_DAY, Referencia())
        if found:
            return found
    return None


def ler_instante(text: str, local: tzinfo, referencia: Referencia) -> datetime | None:
    """The one instant that a text names. An hour alone is of the day of the occurrence; a day alone is no instant."""
    flat = _flat(text)
    found = {_instant(day, hour, local) for day, hour in _readings(flat, referencia)}
    return found.pop() if len(found) == 1 else None


def so_dia(text: str) -> bool:
    """Whether the text is a day and no hour."""
    ref = Referencia(date(2000, 1, 1), date(2000, 1, 1))
    return ler_dia(text) is not None and ler_instante(text, UTC, ref) is None


def so_hora(text: str) -> bool:
    """Whether the text is an hour and no day."""
    return _hour(_flat(text)) is not None


def escrever_dia(day: date) -> str:
    """``dd/mm/aaaa``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def escrever_instante(instant: datetime, ocorrido: date | None, local: tzinfo | None) -> str:
    """``hh:mm`` of the day of the occurrence, else ``dd/mm/aaaa hh:mm``; seconds only where there are any.

    ``local`` None: the hour as it stands where its offset is one of Brazil's. An offset is written where the zone
    alone would not lead back to the same instant, as in the second of two equal hours.
    """
    wall = _wall(instant, local)
    text = f"{wall:%H:%M}"
    if wall.microsecond:
        text = f"{wall:%H:%M:%S.%f}"
    elif wall.second:
        text = f"{wall:%H:%M:%S}"
    if wall.date() != ocorrido:
        text = f"{escrever_dia(wall.date())} {text}"
    naive = wall.replace(tzinfo=None, fold=0)
    if _instant(naive.date(), _Hour(naive.time()), local or zone(_DEFAULT)) == instant:
        return text
    return f"{text} {timezone(wall.utcoffset() or timedelta())}" if wall.utcoffset() else f"{text} UTC+00:00"


def _wall(instant: datetime, local: tzinfo | None) -> datetime:
    offset = instant.utcoffset() or timedelta()
    if local is None and _BRAZIL[0] <= offset <= _BRAZIL[1]:
        return instant
    try:
        return instant.astimezone(local or zone(_DEFAULT))
    except OverflowError:
        return instant


def _flat(text: str) -> str:
    return fold(text).strip(" .*_").replace("\u2013", "-").replace("\u2014", "-")


def _readings(flat: str, referencia: Referencia) -> Iterator[tuple[date, _Hour]]:
    for day, rest in _days(flat, referencia):
        hour = _hour(rest, _DAY_TO_HOUR)
        if hour:
            yield day, hour
    for hour, rest in _hours(flat):
        found = _day(rest, _HOUR_TO_DAY, referencia) if rest else referencia.ocorrido
        if found:
            yield found, hour


def _days(flat: str, referencia: Referencia) -> Iterator[tuple[date, str]]:
    """Every way of reading the beginning as a day, and what stands behind it."""
    for pattern in _DATES:
        match = pattern.match(flat)
        day = _resolve(match, referencia) if match else None
        if match and day:
            yield day, flat[match.end() :]


def _day(text: str, joint: re.Pattern[str], referencia: Referencia) -> date | None:
    text = _behind(text, joint)
    return next((day for day, rest in _days(text, referencia) if not rest), None)


def _hours(flat: str) -> Iterator[tuple[_Hour, str]]:
    """The same for an hour."""
    for pattern in (*_TIMES, _BARE_HOUR):
        match = pattern.fullmatch(flat) if pattern is _BARE_HOUR else pattern.match(flat)
        hour = _clock(match.groupdict()) if match else None
        if match and hour:
            yield hour, flat[match.end() :]


def _hour(text: str, joint: re.Pattern[str] | None = None) -> _Hour | None:
    options = {text, _behind(text, joint)} if joint else {text}
    found = {hour for option in options for hour, rest in _hours(option.strip()) if not rest}
    return found.pop() if len(found) == 1 else None


def _behind(text: str, joint: re.Pattern[str]) -> str:
    match = joint.match(text)
    opened = match is not None and "(" in match[0]
    rest = text[match.end() :] if match else text
    return rest[:-1] if opened and rest.endswith(")") else rest


def _resolve(match: re.Match[str], referencia: Referencia) -> date | None:
    said = match.groupdict()
    if said.get("mesmo"):
        return referencia.mesmo_dia
    ocorrido = referencia.ocorrido
    try:
        day = _build(said, ocorrido)
    except ValueError:
        return None
    weekdays = {name[:3] for key in ("semana", "semana2") if (name := said.get(key))}
    return day if day and weekdays <= {_WEEKDAYS[day.weekday()]} else None


def _build(said: dict[str, str | None], ocorrido: date | None) -> date | None:
    number = int(said["dia"] or 0)
    name, month = said.get("nome"), said.get("mes")
    if name:
        month = str(_MONTHS.index(name[:3]) + 1)
    year = said.get("ano")
    if year and month:
        return date(int(year) + 2000 if len(year) == 2 else int(year), int(month), number)
    if ocorrido is None:
        return None
    if month:
        day = ocorrido.replace(day=1, month=int(month)).replace(day=number)
        return day if abs(day - ocorrido) <= _NEAR else None
    day = ocorrido.replace(day=number)
    return day if day >= ocorrido else None  # "dia 2" beside an occurrence on the 30th: which month?


def _clock(said: dict[str, str | None]) -> _Hour | None:
    hour = 12 if said.get("meio") else int(said.get("h") or 0)
    if said.get("meio") and (said.get("parte") or said.get("ampm")):
        return None
    shifted = _shift(hour, said.get("parte") or said.get("ampm"))
    minute, second, fraction = (int(said.get(key) or 0) for key in ("m", "s", "f"))
    if shifted is None or shifted > 23 or minute > 59 or second > 59:
        return None
    try:
        offset = datetime.strptime(said["offset"], "%z").tzinfo if said.get("offset") else None  # type: ignore[arg-type]
    except ValueError:
        return None
    return _Hour(time(shifted, minute, second, fraction), offset)


#: Hours of the clock that go with a part of the day, and those of the same part said with twelve hours less.
_PARTS = {
    "manha": (range(12), range(0)),
    "am": (range(1, 12), range(0)),
    "madrugada": (range(7), range(0)),
    "tarde": (range(12, 20), range(1, 8)),
    "noite": (range(18, 24), range(6, 12)),
    "pm": (range(12, 24), range(1, 12)),
}


def _shift(hour: int, part: str | None) -> int | None:
    if part is None:
        return hour
    as_said, half = _PARTS[part]
    if hour in half:
        return hour + 12
    return hour if hour in as_said else None


def _instant(day: date, hour: _Hour, local: tzinfo) -> datetime | None:
    """Of a doubled hour the first, for a skipped hour the next one that exists; with a fixed offset."""
    naive = datetime.combine(day, hour.value)
    try:
        there_and_back = naive.replace(tzinfo=hour.offset or local).astimezone(UTC).astimezone(hour.offset or local)
    except OverflowError:
        return None
    return there_and_back.replace(tzinfo=timezone(there_and_back.utcoffset() or timedelta()), fold=0)
