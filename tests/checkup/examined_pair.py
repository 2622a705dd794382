"""A simulated pair, examined. Import as ``checkup.examined_pair``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from erp_bridge import i18n
from erp_bridge.checkup import Examined, Finding, State, examine
from erp_bridge.config import load
from support.pair import SimulatedPair


class Report:
    """What was found, to be asked for by subject and topic."""

    def __init__(self, erps: list[Examined], pairs: list[Finding]) -> None:
        self.erps = {erp.name: erp for erp in erps}
        self.findings = [finding for erp in erps for finding in erp.findings] + pairs

    def of(self, subject: str, topic: str, part: str = "") -> list[Finding]:
        return [f for f in self.findings if (f.subject, f.topic) == (subject, topic) and part in f.detail]

    def one(self, subject: str, topic: str, part: str = "") -> Finding:
        found = self.of(subject, topic, part)
        assert len(found) == 1, [f"{f.topic}: {f.detail}" for f in self.findings if f.subject == subject]
        return found[0]

    def not_ok(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.state is not State.OK]


async def look(pair: SimulatedPair, *names: str, lang: str = "en", write_test: str | None = None) -> Report:
    i18n.use(lang)
    return Report(*await examine(load(pair.write_config()), names, write_test=write_test, network=pair.network()))


def simulated(tmp_path: Path, **keys: Any) -> SimulatedPair:
    """A pair whose IXC offers every table, unless a test takes one away."""
    pair = SimulatedPair(tmp_path, **keys)
    for side in (pair.left, pair.right):
        if hasattr(side, "options"):
            side.options.unavailable = ()
    return pair
