"""How much an interruption is worth: exact arithmetic on the fee and on real time, rounded once. Pure.

A month has 30 days, 720 hours or 43200 minutes, whatever the calendar says (the regulator's own formula). Which of the
three ways of counting binds a provider is for the provider to say; none of them is a default here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_MONTH = 30 * _DAY

Intervalo = tuple[datetime, datetime]


class PoliticaDesconto(StrEnum):
    """The way of counting. Only these three exist in the public rules."""

    #: Fee x minutes / 43200.
    POR_MINUTO = "por_minuto"
    #: Fee x hours / 720; a rest of more than 30 minutes counts as an hour, a shorter one as nothing.
    POR_HORA = "por_hora"
    #: Planned maintenance: fee x days / 30; a rest of more than 4 hours counts as a day, a shorter one as nothing.
    MANUTENCAO_PROGRAMADA = "manutencao_programada"


@dataclass(frozen=True)
class CalculoDesconto:
    """An amount and what it was made of. ``base`` is the monthly fee; ``minutos`` are whole ones, rounded down."""

    valor: Decimal
    politica: PoliticaDesconto
    minutos: int
    base: Decimal


def calcular_desconto(
    mensalidade: Decimal | int | str, inicio: datetime, fim: datetime, politica: PoliticaDesconto | str
) -> Decimal:
    """The credit for one interruption, in the fee's currency with two places: rounded once, half up, at most the fee.

    ``mensalidade`` is the monthly fee of the service that stopped, not of the whole bill. Times without a zone are read
    as clock faces of one place whose clocks were not changed meanwhile. Raises ``ValueError`` for a zone on one of the
    times only, an end before its start, a fee that is negative or no number, and an unknown policy.
    """
    return calcular_desconto_total(mensalidade, [(inicio, fim)], politica)


def calcular_desconto_total(
    mensalidade: Decimal | int | str, intervalos: Iterable[Intervalo], politica: PoliticaDesconto | str
) -> Decimal:
    """The credit for several interruptions together: each counted by itself, summed, capped and then rounded once.

    Intervals that overlap or touch are one interruption. None at all is worth nothing. Raises as the single one does.
    """
    return detalhar_desconto(mensalidade, intervalos, politica).valor


def detalhar_desconto(
    mensalidade: Decimal | int | str, intervalos: Iterable[Intervalo], politica: PoliticaDesconto | str
) -> CalculoDesconto:
    """The same amount together with what it was made of."""
    base, way = _fee(mensalidade), _policy(politica)
    merged = unir_intervalos(intervalos)
    exact = Fraction(base) * sum((_share(end - start, way) for start, end in merged), Fraction())
    minutos = sum((end - start for start, end in merged), timedelta()) // _MINUTE
    return CalculoDesconto(_rounded(exact, base), way, minutos, base)


def minutos_de_interrupcao(inicio: datetime, fim: datetime) -> int:
    """The whole minutes that went by between two times, also across a change of the clocks. Raises ``ValueError``."""
    [(start, end)] = unir_intervalos([(inicio, fim)])
    return (end - start) // _MINUTE


def unir_intervalos(intervalos: Iterable[Intervalo]) -> Sequence[Intervalo]:
    """The intervals in UTC and in order, those that overlap or touch made one.

    In UTC because Python subtracts two times of one zone by their clock faces, without regard to summer time.
    """
    merged: list[Intervalo] = []
    given = list(intervalos)
    if len({instant.utcoffset() is None for pair in given for instant in pair}) > 1:
        raise ValueError("one time has a zone and another has none: give both, or neither")
    for start, end in sorted((_utc(inicio), _utc(fim)) for inicio, fim in given):
        if end < start:
            raise ValueError("the interruption ends before it begins: check fim against inicio")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _share(length: timedelta, politica: PoliticaDesconto) -> Fraction:
    """The part of a month that an interruption of that length counts as."""
    if politica is PoliticaDesconto.POR_MINUTO:
        return Fraction(length // timedelta.resolution, _MONTH // timedelta.resolution)
    unit, grace = (_HOUR, 30 * _MINUTE) if politica is PoliticaDesconto.POR_HORA else (_DAY, 4 * _HOUR)
    whole, rest = divmod(length, unit)
    return Fraction(whole + (rest > grace), _MONTH // unit)


def _rounded(exact: Fraction, fee: Decimal) -> Decimal:
    cents = int(exact * 100 + Fraction(1, 2))  # nothing here is negative, so cutting off is rounding half up
    most = int(Fraction(fee) * 100)  # a fee of 10.999 is never exceeded by a credit of 11.00
    digits = tuple(map(int, str(min(cents, most))))
    return Decimal((0, digits, -2))  # built, not computed: the caller's precision has no part in it


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.utcoffset() is None else instant.astimezone(UTC)


def _fee(mensalidade: Decimal | int | str) -> Decimal:
    try:
        # A float is taken as it is written (99.9), not as the binary fraction next to it.
        fee = Decimal(str(mensalidade).strip()) if not isinstance(mensalidade, Decimal) else mensalidade
    except InvalidOperation:
        raise ValueError('the monthly fee is no number: write it with a point, like "99.90"') from None
    if not fee.is_finite() or fee < 0 or fee >= 10**12:
        raise ValueError("the monthly fee must be zero or more, and less than a million millions")
    exponent = fee.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -10:
        raise ValueError("the monthly fee has more than ten decimal places")
    return fee


def _policy(politica: PoliticaDesconto | str) -> PoliticaDesconto:
    try:
        return PoliticaDesconto(politica)
    except ValueError:
        known = ", ".join(PoliticaDesconto)
        raise ValueError(f"unknown discount policy: choose one of {known}") from None
