"""``python -m benchmarks [CASE…] [--size tiny|small|full] [--runs N] [--json FILE]``; no case: all of them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.cases import CASES, SIZES, Result, Scale

FOLDER = Path(__file__).parent

#: Programs with a report of their own, and how they are called at each size.
PROGRAMS: dict[str, dict[str, list[str]]] = {
    "pairs": {"tiny": ["--pairs", "5", "--minutes", "1"], "small": ["--pairs", "50", "--minutes", "2"], "full": []},
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join([*CASES, *PROGRAMS])}")
    parser.add_argument("--size", choices=list(SIZES), default="small")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures to a file")
    given = parser.parse_args()
    programs = [name for name in PROGRAMS if (FOLDER / f"{name}.py").exists()]
    chosen = given.cases or [*CASES, *programs]
    unknown = set(chosen) - set(CASES) - set(programs)
    if unknown:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    results = []
    for name in chosen:
        if name in CASES:
            result = CASES[name](Scale(given.size, given.runs))
            show(result)
            results.append({**asdict(result), "aims": [str(aim) for aim in result.aims]})
        else:
            print(f"\n## {name}\n", flush=True)
            subprocess.run([sys.executable, str(FOLDER / f"{name}.py"), *PROGRAMS[name][given.size]], check=False)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    if given.json:
        given.json.write_text(json.dumps(results, indent=1, ensure_ascii=False))


def show(result: Result) -> None:
    print(f"\n## {result.title}\n")
    print("| " + " | ".join(result.header) + " |")
    print("|" + " --- |" * len(result.header))
    for row in result.rows:
        print("| " + " | ".join(row) + " |")
    print()
    for aim in result.aims:
        print(f"- {aim}")
    if result.versions:
        print("- versions: " + ", ".join(f"{package} {text}" for package, text in sorted(result.versions.items())))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
