"""The frame of every measured program: it is told what to do as JSON, does it once, and says how it went as JSON.

The clock runs from the first request to the last record; importing is measured by the case of the start-up alone.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import rows


class Account:
    """Which tickets arrived: one bit each, so that a million of them take no memory to speak of."""

    def __init__(self, tickets: int) -> None:
        self.records = self.doubled = self.foreign = 0
        self._tickets = tickets
        self._seen = bytearray(tickets // 8 + 1)

    def add(self, id: str | int | None) -> None:
        number = int(id or 0) - rows.FIRST
        if not 0 <= number < self._tickets:
            self.foreign += 1
            return
        bit = 1 << (number & 7)
        self.doubled += bool(self._seen[number >> 3] & bit)
        self._seen[number >> 3] |= bit
        self.records += 1

    def faults(self) -> list[str]:
        """Why this was not every record exactly once; empty when it was."""
        missing = self._tickets - (self.records - self.doubled)
        counts = {"missing": missing, "doubled": self.doubled, "never asked for": self.foreign}
        return [f"{count} {what}" for what, count in counts.items() if count]


Work = Callable[[dict[str, Any], Account], None]


def run(pull: Work, *packages: str, after: Work | None = None) -> None:
    """Measure ``pull(task, account)`` and print what came of it; ``after`` is not measured."""
    task = json.loads(sys.argv[1])
    account = Account(task["tickets"])
    began, cpu = time.perf_counter(), time.process_time()
    pull(task, account)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if after is not None:
        after(task, account)
    told = {
        "seconds": seconds, "cpu": cpu, "peak_mb": peak_mb(),
        "records": account.records, "faults": account.faults(), "versions": versions(*packages),
    }  # fmt: skip
    sys.stdout.flush()
    print("\n" + json.dumps(told), file=sys.__stdout__)


def peak_mb() -> float:
    """The most memory this program has held; what the program that started it held does not count."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def versions(*packages: str) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "?"
    return found


def listing(after: int | str = 0, page: int | str = 1) -> dict[str, str]:
    """The body that asks for a page, by the last id or by a number."""
    return {
        "qtype": "su_ticket.id", "query": str(after), "oper": ">", "page": str(page), "rp": str(rows.PAGE),
        "sortname": "su_ticket.id", "sortorder": "asc",
    }  # fmt: skip


HEADERS = {"ixcsoft": "listar", "Authorization": "Basic MTowMTIz"}
PATH = "/webservice/v1/su_ticket"
