"""The usual script on an idle pass: of every linked ticket both records are fetched, one by one, and compared."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import httpx

from benchmarks import rows
from benchmarks.tools.child import HEADERS, PATH, Account, peak_mb, versions

COMPARED = ("su_status", "prioridade", "id_assunto", "id_ticket_setor", "titulo", "menssagem")


def fetch(http: httpx.Client, id: int) -> dict[str, Any]:
    body = {"qtype": "su_ticket.id", "query": str(id), "oper": "=", "page": "1", "rp": "1"}
    found: dict[str, Any] = http.post(PATH, json=body).json()["registros"][0]
    return found


def main() -> None:
    task = json.loads(sys.argv[1])
    account, different, requests = Account(task["tickets"]), 0, 0
    with httpx.Client(base_url=task["url"], headers=HEADERS) as http:
        began, cpu = time.perf_counter(), time.process_time()
        for id in rows.ids(task["tickets"]):
            left, right = fetch(http, id), fetch(http, id)
            requests += 2
            different += any(left[column] != right[column] for column in COMPARED)
            account.add(left["id"])
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    faults = [*account.faults(), *([f"{different} seem to differ"] if different else [])]
    peak = peak_mb()
    print(json.dumps({"seconds": seconds, "cpu": cpu, "requests": requests, "records": account.records,
                      "faults": faults, "peak_mb": peak, "versions": versions("httpx")}))  # fmt: skip


if __name__ == "__main__":
    main()
