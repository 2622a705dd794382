"""erp_bridge: the peak of memory while a past is migrated, over HTTP to simulators in a process of their own."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))

from benchmarks.tools.child import peak_mb, versions
from erp_bridge.config import load
from erp_bridge.sync.migrate.run import MigrateOptions
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from migrate.long_past import houses


async def moved(config: Path) -> int:
    async with Bridge(load(config)) as bridge:
        report = await bridge.migrate("suporte", MigrateOptions(Side.LEFT))
        return int(report.as_json()["created"]["right"])


def main() -> None:
    task = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, houses(Path(folder), task["tickets"]) as there:
        created = asyncio.run(moved(there.config))
        doubled, count = there.ask("doubled"), there.ask("count")
    peak = peak_mb()
    faults = [] if created == count == task["tickets"] and not doubled else [f"{count} of {task['tickets']} moved"]
    print(json.dumps({"peak_mb": peak, "records": created, "faults": faults, "versions": versions("erp-bridge")}))


if __name__ == "__main__":
    main()
