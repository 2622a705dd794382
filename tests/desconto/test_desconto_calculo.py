"""The amounts: the published table exactly, real time across changes of the clocks, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

import pytest

from erp_bridge import (
    PoliticaDesconto,
    calcular_desconto,
    calcular_desconto_total,
    detalhar_desconto,
    minutos_de_interrupcao,
)

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
START = datetime(2026, 10, 3, 8, 0, tzinfo=SAO_PAULO)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("length", "politica", "amount"),
    [
        (timedelta(hours=6), "por_minuto", "0.83"),
        (timedelta(hours=6), "por_hora", "0.83"),
        (timedelta(hours=6, minutes=31), "por_minuto", "0.90"),
        (timedelta(hours=6, minutes=31), "por_hora", "0.97"),
        (timedelta(days=2), "manutencao_programada", "6.66"),
    ],
)
def test_the_published_table(length: timedelta, politica: str, amount: str) -> None:
    assert str(calcular_desconto(Decimal("99.90"), START, START + length, politica)) == amount


@pytest.mark.parametrize(
    ("length", "politica", "amount"),
    [
        (timedelta(minutes=30), "por_hora", "0.00"),
        (timedelta(minutes=31), "por_hora", "1.00"),
        (timedelta(minutes=30, seconds=1), "por_hora", "1.00"),
        (timedelta(hours=1, minutes=30), "por_hora", "1.00"),
        (timedelta(hours=1, minutes=31), "por_hora", "2.00"),
        (timedelta(hours=4), "manutencao_programada", "0.00"),
        (timedelta(hours=4, minutes=1), "manutencao_programada", "24.00"),
        (timedelta(hours=28), "manutencao_programada", "24.00"),
        (timedelta(hours=28, minutes=1), "manutencao_programada", "48.00"),
        (timedelta(minutes=60), "por_minuto", "1.00"),
        (timedelta(0), "por_minuto", "0.00"),
    ],
)
def test_what_a_rest_counts(length: timedelta, politica: str, amount: str) -> None:
    assert str(calcular_desconto(720, START, START + length, politica)) == amount


@pytest.mark.parametrize("politica", PoliticaDesconto)
@pytest.mark.parametrize("days", [30, 31, 400])
def test_a_month_or_more_is_worth_the_fee_and_no_more(politica: PoliticaDesconto, days: int) -> None:
    assert calcular_desconto("99.90", START, START + timedelta(days=days), politica) == Decimal("99.90")


def test_half_a_cent_goes_up_and_only_the_sum_is_rounded() -> None:
    # 0.005 a minute: one minute is 0.01, three minutes 0.015 and so 0.02, not three times 0.01
    fee = Decimal("216.00")
    minutes = [(START + hours(n), START + hours(n) + timedelta(minutes=1)) for n in range(3)]
    assert calcular_desconto(fee, *minutes[0], "por_minuto") == Decimal("0.01")
    assert calcular_desconto_total(fee, minutes, "por_minuto") == Decimal("0.02")


def test_a_fee_with_more_places_is_never_exceeded() -> None:
    assert calcular_desconto("10.999", START, START + timedelta(days=40), "por_minuto") == Decimal("10.99")


def test_the_precision_of_the_caller_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 2
        assert calcular_desconto(Decimal("12345.67"), START, START + timedelta(days=15), "por_minuto") == Decimal(
            "6172.84"
        )


def test_several_interruptions_add_up() -> None:
    day = [(START + hours(24 * n), START + hours(24 * n + 6)) for n in range(4)]
    assert calcular_desconto_total("99.90", day, "por_minuto") == Decimal("3.33")
    assert calcular_desconto_total("99.90", [], "por_minuto") == Decimal("0.00")


@pytest.mark.parametrize(
    "others",
    [
        [(START + hours(1), START + hours(2))],  # inside
        [(START + hours(5), START + hours(6))],  # over the end
        [(START, START + hours(6)), (START, START + hours(6))],  # the same twice
        [(START + hours(4), START + hours(6)), (START + hours(2), START + hours(4))],  # a chain, in any order
    ],
)
def test_time_that_interruptions_share_counts_once(others: list[tuple[datetime, datetime]]) -> None:
    found = detalhar_desconto("99.90", [(START, START + hours(6)), *others], "por_minuto")
    assert (found.valor, found.minutos, found.base) == (Decimal("0.83"), 360, Decimal("99.90"))


def test_interruptions_that_touch_are_one() -> None:
    halves = [(START, START + timedelta(minutes=20)), (START + timedelta(minutes=20), START + timedelta(minutes=40))]
    assert calcular_desconto_total(720, halves, "por_hora") == Decimal("1.00")
    apart = [halves[0], (halves[1][0] + timedelta(minutes=1), halves[1][1])]
    assert calcular_desconto_total(720, apart, "por_hora") == Decimal("0.00")


def test_minutes_are_those_that_went_by_when_the_clocks_change() -> None:
    # 2018-11-04 00:00 became 01:00; 2018-02-18 00:00 became 23:00 of the day before
    assert minutos_de_interrupcao(
        datetime(2018, 11, 3, 23, 0, tzinfo=SAO_PAULO), datetime(2018, 11, 4, 2, 0, tzinfo=SAO_PAULO)
    ) == 2 * 60  # fmt: skip
    assert minutos_de_interrupcao(
        datetime(2018, 2, 17, 22, 0, tzinfo=SAO_PAULO), datetime(2018, 2, 18, 1, 0, tzinfo=SAO_PAULO)
    ) == 4 * 60  # fmt: skip
    first, second = (datetime(2018, 2, 17, 23, 30, tzinfo=SAO_PAULO, fold=fold) for fold in (0, 1))
    assert minutos_de_interrupcao(first, second) == 60
    assert calcular_desconto(720, first, second, "por_hora") == Decimal("1.00")


def test_times_of_different_zones_are_compared_as_instants() -> None:
    assert minutos_de_interrupcao(START, datetime(2026, 10, 3, 12, 0, tzinfo=UTC)) == 60


@pytest.mark.parametrize(
    ("mensalidade", "inicio", "fim", "politica", "words"),
    [
        ("99.90", START.replace(tzinfo=None), START, "por_minuto", "zone"),
        ("99.90", START, START.replace(tzinfo=None), "por_minuto", "zone"),
        ("99.90", START, START - timedelta(seconds=1), "por_minuto", "ends before it begins"),
        ("-0.01", START, START, "por_minuto", "zero or more"),
        ("NaN", START, START, "por_minuto", "zero or more"),
        ("Infinity", START, START, "por_hora", "zero or more"),
        ("99,90", START, START, "por_minuto", "no number"),
        ("", START, START, "por_minuto", "no number"),
        ("1e-20", START, START, "por_minuto", "decimal places"),
        ("99.90", START, START, "por_dia", "por_minuto, por_hora, manutencao_programada"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    mensalidade: str, inicio: datetime, fim: datetime, politica: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        calcular_desconto(mensalidade, inicio, fim, politica)
