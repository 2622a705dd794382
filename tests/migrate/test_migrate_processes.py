"""The program moves a long past over real HTTP while it is killed; nothing is lost or doubled, and memory stays flat.

``ERP_BRIDGE_MIGRATE=100000 pytest -s tests/migrate/test_migrate_processes.py`` is the full proof: ten kills on the way,
``verify`` at the end, and the peak of memory against that of a tenth of the tickets. It prints its figures.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrate.long_past import MESSAGES, Houses, houses

TICKETS = int(os.environ.get("ERP_BRIDGE_MIGRATE", "60"))
FULL = TICKETS >= 1000
KILLS = 10 if FULL else 2
MOVE = ("migrate", "suporte", "--from", "left", "--json")
_PROGRAM = "from erp_bridge.cli.main import main; main()"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(6 * 3600)]


@dataclass
class Ended:
    """How a process ended, and the most memory that it held, in bytes."""

    status: int
    out: str
    err: str
    peak: int
    seconds: float


def run(there: Houses, *args: str, kill_at: tuple[int, float] | None = None) -> Ended:
    """The program; killed so many seconds after there were so many tickets on the right."""
    began = time.monotonic()
    with (there.folder / "out").open("w+") as out, (there.folder / "err").open("w+") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, "--config", str(there.config), *args], stdout=out, stderr=err
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            time.sleep(0.25 if FULL else 0.05)
            if kill_at is not None and there.ask("count") >= kill_at[0]:
                time.sleep(kill_at[1])
                os.kill(process.pid, signal.SIGKILL)  # it is still known, if only as a zombie
                process.wait()
        out.seek(0)
        err.seek(0)
        return Ended(process.returncode, out.read(), err.read(), peak, time.monotonic() - began)


def _peak(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def moved(there: Houses, tickets: int, kills: int) -> tuple[int, float]:
    """Move everything, killed so often on the way; the peak of memory and the seconds that it took."""
    rng, peak, seconds = random.Random(tickets), 0, 0.0
    for strike in range(1, kills + 1):
        enough, more = strike * tickets // (kills + 1), rng.uniform(0.0, 1.0 if FULL else 0.3)
        ended = run(there, *MOVE, kill_at=(enough, more))
        peak, seconds = max(peak, ended.peak), seconds + ended.seconds
        assert ended.status == -signal.SIGKILL, ended.err
    ended = run(there, *MOVE)
    assert ended.status == 0, ended.err
    assert json.loads(ended.out)["in_doubt"] == 0
    return max(peak, ended.peak), seconds + ended.seconds


def test_killed_on_the_way_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    keys = {"concurrency": 8, "page_size": 200, "timeout": "10s" if FULL else "1s", "latency": 0.0 if FULL else 0.02}
    peaks = []
    for tickets, kills in ((TICKETS // 10, 0), (TICKETS, KILLS)) if FULL else ((TICKETS, KILLS),):
        folder = tmp_path / str(tickets)
        folder.mkdir()
        with houses(folder, tickets, **keys) as there:
            peak, seconds = moved(there, tickets, kills)
            peaks.append(peak)
            assert there.ask("count") == tickets
            assert there.ask("messages") == tickets * MESSAGES
            assert there.ask("doubled") == []
            verified = run(there, "verify", "suporte", "--json")
            assert verified.status == 0, verified.out[:2000]
            assert json.loads(verified.out) == {"pair": "suporte", "items": [], "compared": tickets}
            megabytes = f"{peak / 2**20:.0f} MiB, verify {verified.peak / 2**20:.0f} MiB"
            speed = f"{seconds:.0f} s ({tickets / seconds:.1f}/s)"
            print(f"\n{tickets} tickets, killed {kills} times, in {speed}, peak {megabytes}, "
                  f"verified in {verified.seconds:.0f} s, 0 doubled")  # fmt: skip
    if FULL:
        print(f"peak of memory, {TICKETS} against {TICKETS // 10}: {peaks[1] / peaks[0]:.2f}")
        assert peaks[1] <= 1.3 * peaks[0]
