"""What programs and spreadsheets get of a migration's report, and the words that people read in it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from erp_bridge.core.messages import MESSAGES
from erp_bridge.report import as_json, months_csv, reasons, tickets_csv, write
from erp_bridge.report.words import duration, moment, month, number, percent
from erp_bridge.sync.migrate.report import Group, Item, MigrationReport
from erp_bridge.sync.reasons import REASONS


def rows(text: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_json_is_the_report(ten_years: MigrationReport) -> None:
    assert json.loads(as_json(ten_years)) == ten_years.as_json()


@pytest.mark.parametrize(
    ("lang", "delimiter", "moved", "total"), [("en", ",", "moved", "total"), ("pt-BR", ";", "movidos", "total")]
)
def test_the_sheet_of_months_adds_up(
    ten_years: MigrationReport, lang: str, delimiter: str, moved: str, total: str
) -> None:
    sheet = rows(months_csv(ten_years, lang), delimiter)
    assert len(sheet) == len(ten_years.groups)
    assert sum(int(row[moved]) for row in sheet) == ten_years.totals["moved"]
    assert sum(int(row[total]) for row in sheet) == ten_years.total


def test_the_sheet_of_tickets_says_why_and_what_to_do(ten_years: MigrationReport) -> None:
    sheet = rows(tickets_csv(ten_years, "en"), ",")
    assert len(sheet) == 700
    assert sheet[0] == {
        "ticket": "100000", "month": "2019-03", "status": "solucionado (solved)", "state": "quarantined",
        "code": "unmapped", "field": "assunto",
        "reason": "A value of assunto in matriz has no counterpart in filial.",
        "next step": "Add lines to [erp.filial.vocab.assunto], or a fallback to the pair; `vocab suggest` proposes "
        "them.",
    }  # fmt: skip
    portuguese = rows(tickets_csv(ten_years, "pt-BR"), ";")
    assert portuguese[0]["motivo"] == "Um valor de assunto em matriz não tem correspondente em filial."


def test_no_id_is_taken_for_a_formula(ten_years: MigrationReport) -> None:
    wicked = Item('=HYPERLINK("http://x")', "2019-03", "novo", "failed", "unavailable", "")
    sheet = rows(tickets_csv(dataclasses.replace(ten_years, items=(wicked,)), "en"), ",")
    assert sheet[0]["ticket"].startswith("'=")


def test_the_files_lie_in_one_folder_and_replace_older_ones(ten_years: MigrationReport, tmp_path: Path) -> None:
    for lang in ("en", "pt-BR"):
        files = write(ten_years, tmp_path / "reports", lang)
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == sorted(file.name for file in files)
    assert {file.suffix for file in files} == {".html", ".json", ".csv"}
    sheet = next(file for file in files if file.name.endswith("tickets.csv"))
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "próximo passo" in sheet.read_text("utf-8-sig")


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*REASONS, *MESSAGES])
def test_every_reason_has_words_of_many_records_in_both_languages(code: str) -> None:
    what = reasons.what(code, "assunto", "matriz", "filial")
    step = reasons.next_step(code, "assunto", "matriz", "filial")
    assert what.en != code
    assert what.en != what.pt
    assert not re.search(r"[{}]", what.en + what.pt + step.en + step.pt)
    assert step.en or code in MESSAGES  # those say the way out themselves
    assert step.en != step.pt or not step.en


def test_a_field_may_have_a_reason_of_its_own() -> None:
    assert "structure" in reasons.what("unmapped", "estrutura", "a", "b").en
    assert "no client" in reasons.what("unreadable", "cliente", "a", "b").en


def test_a_code_from_nowhere_still_leads_somewhere() -> None:
    assert reasons.what("brand-new", "", "a", "b").en == "brand-new"
    assert "quarantine" in reasons.next_step("brand-new", "", "a", "b").pt


def test_numbers_and_times_as_each_language_writes_them() -> None:
    assert (number(1_234_567).en, number(1_234_567).pt) == ("1,234,567", "1.234.567")
    assert (month("2019-03").en, month("2019-03").pt, month("").en) == ("2019-03", "03/2019", "–")
    at = moment(datetime(2026, 9, 4, 8, 5, tzinfo=UTC))
    assert (at.en, at.pt) == ("2026-09-04 08:05 UTC", "04/09/2026 08:05 UTC")
    assert [duration(seconds).en for seconds in (5, 65, 3600 * 30 + 61)] == ["5 s", "1 min 05 s", "30 h 01 min"]


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert percent(999_999, 1_000_000).en == "99.9%"
    assert percent(1, 1_000_000).pt == "<0,1%"
    assert percent(5, 5).en == "100%"
    assert percent(0, 5).en == "0%"
    assert percent(0, 0).en == "–"


def test_totals_of_an_empty_migration() -> None:
    empty = MigrationReport("p", "left-to-right", "a", "b", datetime.now(UTC))
    assert months_csv(empty, "en").count("\n") == 1
    assert Group("2019-01", "novo", moved=2, failed=1).total == 3
