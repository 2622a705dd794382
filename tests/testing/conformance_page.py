"""Writes ``docs/conformance.md`` from what the kit finds, and reads its table back for the tests.

``python tests/testing/conformance_page.py`` (with ``src`` and ``tests`` on the path) writes it anew.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from erp_bridge.cli.benches import SIMULATED
from erp_bridge.testing import CHECKS, LEVELS, Outcome, Report, Result, run

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.FAILED: "✗"}

_TOP = """\
# Conformance

What an adapter promises by its `capabilities`, `fields`, `statuses` and `idempotency` is tried, and what it does not
promise must raise `Unsupported` before any request. The kit is `erp_bridge.testing`; how an adapter's author uses it
stands in that module's own text and in [adding-an-adapter.md](adding-an-adapter.md).

```
erp-bridge adapter test ixc                          # an adapter against its simulated ERP
erp-bridge adapter test filial                       # an ERP of the configuration; reads only
erp-bridge adapter test filial --write --ticket 123  # a test tenant: opens some two hundred tickets, removes none
```

Exit status 0: nothing failed; 1: something did. `--only CHECK` tries those whose names begin so. `--json` prints
`{"adapter", "ok", "level", "next": {"level", "checks"}, "items": [{"check", "outcome", "reason", "proves"}]}`.

Between adapter and ERP stands a line of the kit's own, which counts requests and lets them fail: refused connections,
lost and broken answers, answers of gateways. For writes the failure strikes each request of an operation in turn, and
the ERP is asked afterwards what it holds: an error that reads as "not written" has to be true. Each check is held to
its word by an adapter that was broken on purpose and must fail it.

## Levels

A level is reached when all its checks and those of the levels below **passed**, and no other check failed. A skipped
check was not passed: what is not there is not there. So a level says how much an ERP can be used for, as far as its
calls are known, and not how well the adapter is written: every promise that it makes it keeps.

"""

_BETWEEN = """
These results are against the simulated ERPs, which are written from public facts; none was tried against a vendor's
server.

## Checks

✓ passed, – skipped for the reason given [below](#skipped).

"""


def page(reports: Mapping[str, Report]) -> str:
    levels = {level: [name for name, report in reports.items() if report.level is level] for level in LEVELS}
    lines = ["| level | reached by | for that |", "|---|---|---|"]
    meant = ("opens and reads tickets; each failure has its name; nothing secret is told",
             "histories, statuses, markers: a sync in one direction doubles nothing",
             "a feed without gaps, an archive, lists to translate by: a sync in both directions",
             "changes of fields that overtake nobody, forwarding, files, work orders")  # fmt: skip
    lines += [
        f"| {level} | {', '.join(levels[level]) or '–'} | {text} |" for level, text in zip(LEVELS, meant, strict=True)
    ]
    level_of = {name: level.value for level, names in LEVELS.items() for name in names}
    table = [f"| check | level | {' | '.join(reports)} | it proves |", f"|---|---|{'---|' * len(reports)}---|"]
    for place, check in enumerate(CHECKS):
        marks = " | ".join(_MARKS[report.results[place].outcome] for report in reports.values())
        table.append(f"| `{check.name}` | {level_of.get(check.name, '')} | {marks} | {check.sentence} |")
    skipped = ["", "## Skipped", ""]
    for name, report in reports.items():
        skipped += [f"- {name} `{result.check}`: {result.reason}" for result in report.named(Outcome.SKIPPED)]
    return _TOP + "\n".join(lines) + "\n" + _BETWEEN + "\n".join([*table, *skipped]) + "\n"


def written() -> dict[str, dict[str, Result]]:
    """The results that stand in the page, by adapter and check."""
    text = PAGE.read_text(encoding="utf-8")
    [heading] = re.findall(r"^\| check \| level \| (.+) \| it proves \|$", text, re.MULTILINE)
    names = heading.split(" | ")
    found: dict[str, dict[str, Result]] = {name: {} for name in names}
    reasons = {(name, check): reason for name, check, reason in re.findall(r"^- (\w+) `([\w.]+)`: (.+)$", text, re.M)}
    outcomes = {mark: outcome for outcome, mark in _MARKS.items()}
    for check, cells in re.findall(r"^\| `([\w.]+)` \| \w* \| (.+) \| [^|]+ \|$", text, re.MULTILINE):
        for name, mark in zip(names, cells.split(" | "), strict=True):
            found[name][check] = Result(check, outcomes[mark], reasons.get((name, check), ""))
    return found


async def _all() -> dict[str, Report]:
    return {name: await run(bench) for name, bench in SIMULATED.items()}


if __name__ == "__main__":
    PAGE.write_text(page(asyncio.run(_all())), encoding="utf-8")
