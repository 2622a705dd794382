"""Puts the files of a report into a folder."""

from __future__ import annotations

import os
from pathlib import Path

from erp_bridge.report.page import as_html
from erp_bridge.report.sheets import as_json, months_csv, tickets_csv
from erp_bridge.sync.migrate.report import MigrationReport


def write(report: MigrationReport, folder: Path, lang: str = "en") -> list[Path]:
    """``migration-PAIR.html`` in both languages, ``lang`` first; ``.json``; ``-months.csv`` and ``-tickets.csv``.

    Each replaces an older one, whole or not at all. Raises ``OSError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"migration-{report.pair}"
    files = {
        f"{stem}.html": as_html(report, lang),
        f"{stem}.json": as_json(report),
        # a spreadsheet takes a CSV file for UTF-8 only when it begins with this mark
        f"{stem}-months.csv": "\ufeff" + months_csv(report, lang),
        f"{stem}-tickets.csv": "\ufeff" + tickets_csv(report, lang),
    }
    for name, text in files.items():
        half = folder / f".{name}.{os.getpid()}"
        half.write_bytes(text.encode("utf-8", "replace"))
        half.replace(folder / name)
    return [folder / name for name in files]
