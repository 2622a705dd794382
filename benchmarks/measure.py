"""Runs programs again and again, in turn, and sums up: medians, their spread, and ratios of runs next to each other.

A machine is never quite idle, and a load hits whoever runs just then. So the tools of a case take turns, and a ratio is
taken within each round and only then its median. CPU time is told beside wall time: it suffers less from others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
VENVS = Path(__file__).parent / ".venv"
#: Programs that need an environment other than that of the bridge.
ELSEWHERE = {
    "httpx_orjson": "peers", "dlt_rest": "peers", "dlt_pipeline": "peers", "singer_tap": "peers", "vdir": "peers",
    "airbyte_source": "airbyte",
}  # fmt: skip
REQUIREMENTS = {"peers": "requirements.txt", "airbyte": "requirements-airbyte.txt"}


class Wrong(Exception):
    """A run that did not do its work, so that its time means nothing."""


def python_of(tool: str) -> str:
    """The interpreter that a tool runs in; its environment is made when it is first asked for."""
    name = ELSEWHERE.get(tool)
    if name is None:
        return sys.executable
    folder = VENVS / name
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    wanted = (Path(__file__).parent / REQUIREMENTS[name]).read_text()
    if not ready.exists() or ready.read_text() != wanted:
        print(f"installing {REQUIREMENTS[name]} (once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "-r", str(Path(__file__).parent / REQUIREMENTS[name])],
            check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        ready.write_text(wanted)
    return str(python)


def child(tool: str, task: Mapping[str, Any]) -> dict[str, Any]:
    """One run. Raises ``Wrong`` unless every record arrived exactly once."""
    ran = subprocess.run(
        [python_of(tool), "-m", f"benchmarks.tools.{tool}", json.dumps(dict(task))],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if ran.returncode:
        last = ran.stderr.strip().rpartition("\n")[2]
        raise Wrong(f"{tool} failed with status {ran.returncode}: {last}")
    told: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    if told["faults"]:
        raise Wrong(f"{tool}: {'; '.join(told['faults'])}")
    return told


@dataclass
class Series:
    """The runs of one tool."""

    tool: str
    runs: list[dict[str, Any]] = field(default_factory=list)

    def median(self, key: str) -> float:
        return median(run[key] for run in self.runs)

    def spread(self, key: str) -> tuple[float, float]:
        found = [run[key] for run in self.runs]
        return min(found), max(found)

    @property
    def versions(self) -> dict[str, str]:
        return dict(self.runs[0].get("versions", {}))


def in_turn(tools: Mapping[str, Callable[[], dict[str, Any]]], runs: int) -> dict[str, Series]:
    """``runs`` rounds in which each tool runs once, after a round that does not count.

    A tool that does not work is left out, with a line that says so: not installed here, or not every record arrived.
    """
    found = {name: Series(name) for name in tools}
    for number in range(runs + 1):
        for name, run in tools.items():
            if name not in found:
                continue
            try:
                told = run()
            except Wrong as error:
                print(f"left out: {error}", file=sys.stderr)
                del found[name]
                continue
            if number or runs == 1:
                found[name].runs.append(told)
        if runs == 1:
            break
    return found


def ratio(ours: Series, theirs: Series, key: str = "seconds") -> float:
    """How many times as fast as theirs, run by run."""
    return median(their[key] / our[key] for our, their in zip(ours.runs, theirs.runs, strict=False))
