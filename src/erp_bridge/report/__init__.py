"""A migration's report as files: JSON and CSV for programs, one HTML page for people. Rendering only, no reading."""

from erp_bridge.report.page import as_html
from erp_bridge.report.sheets import as_json, months_csv, tickets_csv
from erp_bridge.report.write import write

__all__ = ["as_html", "as_json", "months_csv", "tickets_csv", "write"]
