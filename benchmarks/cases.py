"""The cases: what is measured against what, and which aim each ratio has."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks import requests
from benchmarks.measure import ROOT, Series, Wrong, child, in_turn, ratio
from benchmarks.served import serving

#: Records, by size of the run: small for development, full for the tables of docs/performance.md.
SIZES = {
    "tiny": {"pull": 600, "slow": 1200, "idle": 600, "naive": 50, "verify": 400, "big": 1200, "twins": 10},
    "small": {
        "pull": 20_000, "slow": 20_000, "idle": 20_000, "naive": 500, "verify": 4000, "big": 50_000, "twins": 200,
    },
    "full": {
        "pull": 100_000, "slow": 100_000, "idle": 100_000, "naive": 2000, "verify": 20_000, "big": 1_000_000,
        "twins": 1000,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How large and how often."""

    size: str = "small"
    runs: int = 5

    def __getitem__(self, name: str) -> int:
        return SIZES[self.size][name]


@dataclass(frozen=True)
class Aim:
    """What was aimed at and what came out. ``value`` is to be at least ``least``, or at most ``most``."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        bound = f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"
        return f"{self.what}: {self.value:.2f} (aim {bound}) {'met' if self.met else 'MISSED'}"


@dataclass(frozen=True)
class Result:
    """A case's table and its aims."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    aims: list[Aim]
    versions: dict[str, str]


def pull(scale: Scale) -> Result:
    """1: every ticket of an IXC as validated canonical objects."""
    tickets = scale["pull"]
    names = (
        "bridge", "httpx_canonical", "httpx_wire", "httpx_json", "httpx_orjson", "dlt_rest", "dlt_pipeline",
        "singer_tap", "airbyte_source",
    )  # fmt: skip
    with serving(tickets) as erp:
        found = in_turn(
            {name: partial(child, name, {"url": erp.url, "tickets": tickets}) for name in names}, scale.runs
        )
    aims = [("httpx_wire", 0.8), ("httpx_canonical", 0.8), ("dlt_pipeline", 2.0), ("singer_tap", 3.0)]
    return Result(
        f"1: pull {tickets:,} records", *_speeds(found, tickets), _ratios(found, "bridge", aims), _versions(found)
    )


def latency(scale: Scale) -> Result:
    """2: the same when each answer takes 50 ms and four requests may be in flight."""
    tickets = scale["slow"]
    with serving(tickets, latency=0.05) as erp:
        task = {"url": erp.url, "tickets": tickets, "concurrency": 4}
        found = in_turn({name: partial(child, name, task) for name in ("bridge", "httpx_parallel")}, scale.runs)
    aims = _ratios(found, "bridge", [("httpx_parallel", 0.95)])
    return Result(f"2: pull {tickets:,} records at 50 ms", *_speeds(found, tickets), aims, _versions(found))


def idle(scale: Scale) -> Result:
    """3: a pass over linked tickets of which none has changed, and a verify of both sides."""
    tickets, few, some = scale["idle"], scale["naive"], scale["verify"]
    with serving(tickets) as erp, serving(few) as small, serving(some) as middle:
        found = in_turn(
            {
                "bridge": partial(child, "bridge_idle", {"url": erp.url, "tickets": tickets, "what": "idle"}),
                "vdirsyncer": partial(child, "vdir", {"url": erp.url, "tickets": tickets}),
                f"naive ({few:,})": partial(child, "naive_idle", {"url": small.url, "tickets": few}),
                f"bridge verify ({some:,})": partial(
                    child, "bridge_idle", {"url": middle.url, "tickets": some, "what": "verify"}
                ),
            },
            scale.runs,
        )
        fewer = child("bridge_idle", {"url": middle.url, "tickets": some, "what": "idle"})
    rows = [
        (name, f"{runs.median('records'):,.0f}", f"{runs.median('seconds'):.3f}", f"{runs.median('cpu'):.3f}",
         f"{runs.median('requests'):,.0f}", f"{runs.median('records') / runs.median('seconds'):,.0f}")
        for name, runs in found.items()
    ]  # fmt: skip
    aims = []
    if "bridge" in found:
        ours = found["bridge"]
        aims.append(Aim("CPU seconds of an idle pass", ours.median("cpu"), most=0.3))
        aims.append(Aim("its requests, against a pair with fewer links", ours.median("requests") / fewer["requests"],
                        most=1.0))  # fmt: skip
        if "vdirsyncer" in found:
            aims.append(Aim("times as fast as vdirsyncer", ratio(ours, found["vdirsyncer"]), least=1.0))
    verify = found.get(f"bridge verify ({some:,})")
    if verify:
        aims.append(Aim("verified twins a second", some / verify.median("seconds"), least=50_000))
    header = ("", "links", "seconds", "CPU s", "requests", "links/s")
    return Result(f"3: idle pass over {tickets:,} links", header, rows, aims, _versions(found))


def first_sync(scale: Scale) -> Result:
    """4: a crash-safe migration against a bare loop; both are measured by ``benchmarks/migrate.py``."""

    def run(store: str) -> dict[str, Any]:
        program = str(ROOT / "benchmarks" / "migrate.py")
        ran = subprocess.run(
            [sys.executable, program, "--tickets", str(scale["twins"]), "--rounds", "1", "--store", store],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            raise Wrong(f"migrate.py failed: {ran.stderr.strip().splitlines()[-1:]}")
        told: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
        return told

    found = in_turn({store: partial(run, store) for store in ("sqlite", "postgresql")}, scale.runs)
    rows, aims = [], []
    for store, ours in found.items():
        tickets = ours.median("tickets")
        for name, key in ((f"bridge on {store}", "seconds"), ("the bare loop beside it", "bare_seconds")):
            low, high = ours.spread(key)
            rows.append((name, f"{low:.2f}–{high:.2f}", f"{tickets / ours.median(key):.1f}"))
        aims.append(Aim(f"share of the bare loop's throughput on {store}", ours.median("ratio"), least=0.85))
    header = ("", "seconds", "tickets/s")
    return Result(f"4: first sync of {scale['twins']:,} tickets with 3 messages at 50 ms", header, rows, aims, {})


def memory(scale: Scale) -> Result:
    """5: the peak of a process, for a small number of records and for a large one."""
    few, many = max(600, scale["big"] // 100), scale["big"]
    rows, aims = [], []
    for what, tool, small, large in (
        ("pull", "bridge", few, many),
        ("verify", "bridge_idle", scale["verify"] // 10, scale["verify"]),
        ("migrate", "bridge_migrate", scale["twins"] // 10, scale["twins"]),
    ):
        peaks = []
        for tickets in (small, large):
            task = {"tickets": tickets, "what": what}
            if what == "migrate":  # its ERPs are others, which it starts itself
                peaks.append(child(tool, task)["peak_mb"])
                continue
            with serving(tickets) as erp:
                peaks.append(child(tool, {**task, "url": erp.url})["peak_mb"])
        rows.append((what, f"{small:,}", f"{peaks[0]:.0f}", f"{large:,}", f"{peaks[1]:.0f}"))
        aims.append(Aim(f"peak of {what}, {large:,} against {small:,}", peaks[1] / peaks[0], most=1.3))
    return Result("5: memory", ("", "records", "peak MB", "records", "peak MB"), rows, aims, {})


def counted(scale: Scale) -> Result:
    """6: requests, ours and a naive script's, over two simulated IXC."""
    rows = requests.table()
    aims = [Aim(f"{name}: ours against the naive script's", ours / theirs, most=1.0) for name, ours, theirs in rows]
    table = [(name, f"{ours:g}", f"{theirs:g}") for name, ours, theirs in rows]
    return Result("6: requests to both ERPs together", ("", "bridge", "naive script"), table, aims, {})


def start_up(scale: Scale) -> Result:
    """7: until the program says something, and until the library is there."""
    bin = f"{sys.prefix}/bin/erp-bridge"
    commands = {
        "import httpx": [sys.executable, "-c", "import httpx"],
        "erp-bridge --help": [bin, "--help"],
        "import erp_bridge": [sys.executable, "-c", "import erp_bridge"],
        "erp_bridge.connect": [sys.executable, "-c", "from erp_bridge import connect"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }

    rounds = 3 * scale.runs if scale.runs > 1 else 1

    def run(command: list[str]) -> dict[str, Any]:
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return {"seconds": time.perf_counter() - began}

    found = in_turn({name: partial(run, command) for name, command in commands.items()}, rounds)
    rows = [
        (name, f"{1000 * runs.median('seconds'):.0f}", _range(runs, "seconds", 1000, 0)) for name, runs in found.items()
    ]
    httpx = found["import httpx"]
    aims = [
        Aim("erp-bridge --help, times import httpx", 1 / ratio(found["erp-bridge --help"], httpx), most=2.0),
        Aim("import erp_bridge, times import httpx", 1 / ratio(found["import erp_bridge"], httpx), most=1.5),
    ]
    return Result("7: start-up", ("", "ms, median", "ms, from–to"), rows, aims, {})


CASES: dict[str, Callable[[Scale], Result]] = {
    "pull": pull, "latency": latency, "idle": idle, "migrate": first_sync, "memory": memory, "requests": counted,
    "start": start_up,
}  # fmt: skip


def _speeds(found: dict[str, Series], tickets: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows = [
        (name, f"{tickets / runs.median('seconds'):,.0f}", _range(runs, "seconds", 1, 2),
         f"{1e6 * runs.median('cpu') / tickets:.1f}", f"{runs.median('peak_mb'):.0f}")
        for name, runs in found.items()
    ]  # fmt: skip
    return ("", "records/s", "seconds, from–to", "CPU µs a record", "peak MB"), rows


def _ratios(found: dict[str, Series], ours: str, aims: list[tuple[str, float]]) -> list[Aim]:
    made = []
    for name, least in aims:
        if ours in found and name in found:
            made.append(Aim(f"times as fast as {name}", ratio(found[ours], found[name]), least=least))
            made.append(Aim(f"times as fast as {name}, by CPU", ratio(found[ours], found[name], "cpu"), least=least))
    return made


def _range(runs: Series, key: str, factor: float, digits: int) -> str:
    low, high = runs.spread(key)
    return f"{factor * low:.{digits}f}–{factor * high:.{digits}f}"


def _versions(found: dict[str, Series]) -> dict[str, str]:
    return {package: text for runs in found.values() for package, text in runs.versions.items()}
