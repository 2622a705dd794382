"""erp_bridge: an idle pass, or a ``verify``, over a pair with any number of linked tickets.

The links are put into the store directly, with the digests that a first sync would have left; then one pass reads the
feeds for the first time, and from there on passes are idle. Only the measured one counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.served import CONFIG, TOKEN
from benchmarks.tools.child import peak_mb, versions
from erp_bridge.config import load
from erp_bridge.sync.engine import Engine, PassOptions
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Both
from erp_bridge.sync.store import links


async def link_all(bridge: Bridge, engine: Engine, tickets: int) -> None:
    """Every ticket of the left is the twin of the one with the same id on the right; neither was made by the bridge."""
    shared, digester = engine.planner().shared, bridge.db.digester
    source = await bridge.erp("matriz")
    async for page in source.tickets_between(None, None):  # type: ignore[attr-defined]
        with bridge.db.write() as tx:
            for ticket in page:
                base = digester.base(ticket, shared)
                links.add(
                    tx, "suporte", Both(ticket.id, ticket.id), bases=Both(base, base), protocolos=Both(None, None),
                    made=None, since=datetime.now(UTC).timestamp(),
                )  # fmt: skip


async def measure(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    store = task.get("store") or f"sqlite:///{folder}/bridge.db"
    (folder / "bridge.toml").write_text(CONFIG.format(left=task["url"], right=task["url"], store=store))
    os.environ["BENCH_TOKEN"] = TOKEN
    async with Bridge(load(folder / "bridge.toml")) as bridge:
        engine = await bridge._engine("suporte")
        await link_all(bridge, engine, task["tickets"])
        faults = []
        if task["what"] == "idle":
            for _ in range(2):  # the first reads the feeds from their beginning, the second settles the cursors
                await bridge.sync("suporte", PassOptions(allow=frozenset({"clock"})))
        began, cpu = time.perf_counter(), time.process_time()
        requests = [erp.requests for erp in (engine.adapters.left, engine.adapters.right)]
        if task["what"] == "idle":
            report = (await bridge.sync("suporte")).as_json()
            written = {key: report[key] for key in ("created", "updated", "movements", "conflicts", "failed")}
            if any(sum(value.values()) if isinstance(value, dict) else value for value in written.values()):
                faults.append(f"not idle: {written}")
        else:
            verification = await bridge.verification("suporte")
            found = [difference async for difference in verification.differences()]
            if found or verification.count.compared != task["tickets"]:
                faults.append(f"{verification.count.compared} pairs compared, {len(found)} differences")
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        after = [erp.requests for erp in (engine.adapters.left, engine.adapters.right)]
        with bridge.db.read() as tx:
            linked = links.count(tx, "suporte")
    if linked != task["tickets"]:
        faults.append(f"{linked} links")
    return {
        "seconds": seconds, "cpu": cpu, "requests": sum(after) - sum(requests), "records": linked, "faults": faults,
        "peak_mb": peak_mb(), "versions": versions("erp-bridge"),
    }  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(asyncio.run(measure(json.loads(sys.argv[1]), Path(name)))))
