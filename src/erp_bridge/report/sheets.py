"""The report for programs and spreadsheets: JSON, and two CSV sheets (months, and the records that were not moved)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from erp_bridge.i18n import N_
from erp_bridge.report import reasons
from erp_bridge.report.labels import STATES, status_name
from erp_bridge.report.words import PORTUGUESE, say
from erp_bridge.sync.migrate.report import MigrationReport


def as_json(report: MigrationReport) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n"


def months_csv(report: MigrationReport, lang: str) -> str:
    """A line for each month and status."""
    headings = [say(N_("month")), say(N_("status")), *(name for name in STATES.values()), say(N_("total"))]
    rows = [
        [group.month, status_name(group.status).of(lang), *(getattr(group, state) for state in STATES), group.total]
        for group in report.groups
    ]
    return _sheet([heading.of(lang) for heading in headings], rows, lang)


def tickets_csv(report: MigrationReport, lang: str) -> str:
    """A line for each record that was not moved, with the reason and the next step."""
    headings = (
        say(N_("ticket")), say(N_("month")), say(N_("status")), say(N_("state")), say(N_("code")), say(N_("field")),
        say(N_("reason")), say(N_("next step")),
    )  # fmt: skip
    rows = []
    for item in report.items:
        given = (item.code, item.field, report.source, report.target)
        rows.append(
            [
                item.ticket, item.month, status_name(item.status).of(lang), STATES[item.state].of(lang), item.code,
                item.field, reasons.what(*given).of(lang), reasons.next_step(*given).of(lang),
            ]
        )  # fmt: skip
    return _sheet([heading.of(lang) for heading in headings], rows, lang)


def _sheet(headings: Sequence[str], rows: Iterable[Sequence[object]], lang: str) -> str:
    """With the separator that spreadsheets of that language expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if lang == PORTUGUESE else ",", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: object) -> object:
    """An id that a spreadsheet would take for a formula becomes a text."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
