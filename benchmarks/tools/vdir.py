"""vdirsyncer's engine on an idle pass: two storages over the served listings, its own SQLite status of the last pass.

A storage tells of each item its address and a stamp; of a listing by pages that is all there is to ask for.
The first pass, which fills the status, is not measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import httpx
from vdirsyncer.storage.base import Storage
from vdirsyncer.sync import sync
from vdirsyncer.sync.status import SqliteStatus
from vdirsyncer.vobject import Item

from benchmarks.tools.child import HEADERS, PATH, listing, peak_mb, versions


class Tickets(Storage):
    storage_name = "ixc"
    read_only = False

    def __init__(self, url: str, name: str) -> None:
        super().__init__(instance_name=name)
        self.http = httpx.AsyncClient(base_url=url, headers=HEADERS)
        self.requests = 0

    async def list(self) -> Any:
        last: str | int = 0
        while True:
            self.requests += 1
            page = json.loads((await self.http.post(PATH, json=listing(last))).content)
            for row in page["registros"]:
                yield row["id"], row["ultima_atualizacao"]
            if len(page["registros"]) >= int(page["total"]):
                return
            last = page["registros"][-1]["id"]

    async def get(self, href: str) -> Any:
        raise NotImplementedError

    async def get_multi(self, hrefs: Any) -> Any:
        for href in hrefs:  # the first pass: twins have the same id here, and the same content
            yield href, Item(f"BEGIN:VTODO\nUID:{href}\nEND:VTODO"), self.stamps[href]

    stamps: dict[str, str]


async def passes(task: dict[str, Any]) -> dict[str, Any]:
    status = SqliteStatus(":memory:")
    sides = Tickets(task["url"], "left"), Tickets(task["url"], "right")
    for side in sides:
        side.stamps = {href: stamp async for href, stamp in side.list()}
    await sync(*sides, status)
    known = sum(1 for _ in status.iter_old())
    for side in sides:
        side.requests = 0
    began, cpu = time.perf_counter(), time.process_time()
    await sync(*sides, status)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    for side in sides:
        await side.http.aclose()
    faults = [] if known == task["tickets"] else [f"{known} of {task['tickets']} items linked"]
    return {
        "seconds": seconds, "cpu": cpu, "requests": sum(side.requests for side in sides), "records": known,
        "faults": faults, "peak_mb": peak_mb(),
        "versions": versions("vdirsyncer", "httpx"),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(passes(json.loads(sys.argv[1])))))
