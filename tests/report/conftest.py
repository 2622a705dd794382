"""A report of ten years with something of everything in it, and a browser to look at it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from erp_bridge.sync.migrate.report import Group, Item, MigrationReport, Reason
from support.browser import browser

__all__ = ["browser"]

BRASILIA = timezone(timedelta(hours=-3))
BEGUN = datetime(2026, 9, 14, 22, 5, tzinfo=BRASILIA)
ENDED = datetime(2026, 9, 16, 4, 31, tzinfo=BRASILIA)


def months(first: int, last: int) -> list[str]:
    return [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]


@pytest.fixture(scope="session")
def ten_years() -> MigrationReport:
    groups = [Group("", "", quarantined=7)]
    for place, month in enumerate(months(2016, 2025)):
        if month == "2020-05":
            continue  # nothing was opened in that month
        groups.append(Group(month, "cancelado", moved=90 + place))
        groups.append(
            Group(month, "solucionado", moved=1000 + 10 * place, quarantined=place % 7, in_doubt=place % 2, failed=3)
        )
    items = [
        Item(f"1{number:05d}", "2019-03", "solucionado", "quarantined", "unmapped", "assunto") for number in range(700)
    ]
    return MigrationReport(
        "suporte", "left-to-right", "matriz", "filial", BEGUN, ENDED, since="2016-01-01", seconds=96_123.4,
        requests={"left": 12_345, "right": 934_567}, movements=812_345, groups=tuple(groups),
        reasons=(
            Reason("quarantined", "unmapped", "assunto", 300), Reason("in_doubt", "several-twins", "", 60),
            Reason("quarantined", "canal-obrigatorio", "canal", 4), Reason("failed", "<b>new & strange</b>", "", 3),
        ),
        items=tuple(items),
    )  # fmt: skip
