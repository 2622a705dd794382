"""Hundreds of pairs at one-minute intervals in one daemon, over HTTP, with one broken ERP among them.

The simulated ERPs, two for each pair, run in a process of their own. One interval after the first passes, which create
the twins, the passes of so many minutes are watched: did every pair run every minute, how late did its passes begin,
and did the pair whose ERP accepts requests and never answers delay any other.

    python benchmarks/pairs.py [--pairs 600] [--minutes 10] [--interval 60] [--profile FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parent.parent / "tests")  # instead of this folder, whose names are those of packages

from erp_bridge.config import load  # noqa: E402
from erp_bridge.service.cycle import Cycle  # noqa: E402
from erp_bridge.service.daemon import Daemon  # noqa: E402
from erp_bridge.service.metrics import Metrics  # noqa: E402
from erp_bridge.transport.network import Network  # noqa: E402
from service.fleet import Fleet  # noqa: E402

BROKEN = "p7"


def serve(folder: Path, pairs: int, interval: int) -> None:
    """The simulated ERPs, until the standard input ends. Says when the configuration is written."""
    fleet = Fleet(folder, pairs, left=1, right=1)
    with fleet.serving():
        fleet.config(pair=f'interval = "{interval}s"')
        if BROKEN in fleet.erps:
            fleet.erps[BROKEN]["left"].simulator.faults.once("latency", seconds=3600, count=1_000_000)
        print("ready", flush=True)
        sys.stdin.read()
    os._exit(0)  # who waits for the broken ERP need not be waited for


async def watch(config: Path, minutes: float, given: argparse.Namespace) -> dict[str, Any]:
    network = Network()
    metrics = Metrics(network.clock)
    network.observers.append(metrics.asked)
    cycles: list[Cycle] = []
    daemon = Daemon(load(config), network, listeners=(metrics.passed, cycles.append))
    metrics.watch(daemon)
    task = asyncio.create_task(daemon.run())
    pairs = set(daemon.config.pair)
    began = time.monotonic()
    while {cycle.pair for cycle in cycles} != pairs:
        await asyncio.sleep(0.5)
        assert not task.done(), task.result()
    warm = time.monotonic() - began
    await asyncio.sleep(given.interval)  # those that were late for the others' first passes have caught up
    cycles.clear()
    before, at = _used(), time.monotonic()
    if given.profile:
        import cProfile

        profile = cProfile.Profile()
        profile.enable()
    scrapes = []
    while time.monotonic() < at + minutes * 60:
        await asyncio.sleep(min(15.0, at + minutes * 60 - time.monotonic()))
        look = time.monotonic()
        await asyncio.to_thread(metrics.text)
        scrapes.append(time.monotonic() - look)
    if given.profile:
        profile.disable()
        profile.dump_stats(given.profile)
    seen, watched, used = list(cycles), time.monotonic() - at, _used() - before
    daemon.stop()
    await task
    return _figures(seen, pairs, watched, given.interval) | {
        "seconds_to_first_passes": round(warm), "cpu_share": round(used / watched, 2),
        "slowest_scrape": round(max(scrapes), 2),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _figures(cycles: Sequence[Cycle], pairs: set[str], watched: float, interval: int) -> dict[str, Any]:
    starts: dict[str, list[float]] = defaultdict(list)
    for cycle in cycles:
        starts[cycle.pair].append(cycle.started.timestamp())
    healthy = [cycle for cycle in cycles if cycle.pair != BROKEN]
    delays, lengths = sorted(cycle.delay for cycle in healthy), sorted(cycle.seconds for cycle in healthy)
    gaps = [b - a for pair in pairs - {BROKEN} for a, b in pairwise(starts[pair])]
    fewest = min(len(starts[pair]) for pair in pairs - {BROKEN})
    outcomes: dict[str, int] = defaultdict(int)
    for cycle in healthy:
        outcomes[cycle.outcome.value] += 1
    return {
        "pairs": len(pairs), "minutes": round(watched / 60, 1), "passes": len(healthy), "outcomes": dict(outcomes),
        "fewest_passes_of_a_pair": fewest, "every_interval": fewest >= int(watched / interval),
        "longest_gap": round(max(gaps, default=0.0), 1),
        "start_delay": {"p50": _at(delays, 0.5), "p99": _at(delays, 0.99), "max": _at(delays, 1.0)},
        "pass_seconds": {"p50": _at(lengths, 0.5), "p99": _at(lengths, 0.99), "max": _at(lengths, 1.0)},
        "passes_of_the_broken_pair": len(starts[BROKEN]),
    }  # fmt: skip


def _at(values: Sequence[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(share * len(values)))], 3) if values else 0.0


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--interval", type=int, default=60)
    parser.add_argument("--profile", metavar="FILE", help="write a cProfile of the watched minutes")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(Path(given.serve), given.pairs, given.interval)
        return
    with tempfile.TemporaryDirectory() as folder:
        erps = subprocess.Popen(
            [sys.executable, __file__, "--serve", folder, "--pairs", str(given.pairs),
             "--interval", str(given.interval)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert erps.stdout is not None
            assert erps.stdout.readline() == "ready\n"
            figures = asyncio.run(watch(Path(folder) / "bridge.toml", given.minutes, given))
        finally:
            with suppress(OSError):
                erps.communicate(timeout=10)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
