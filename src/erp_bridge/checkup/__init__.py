"""Asks each configured ERP whether it can be reached and what it can do, and compares that with what the pairs want.

One ERP that fails does not keep the others from being examined. Nothing is written, unless a test ticket is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from erp_bridge.checkup.capabilities import MEANINGS
from erp_bridge.checkup.erp import examine_erp
from erp_bridge.checkup.findings import Examined, Finding, State
from erp_bridge.checkup.pairs import examine_pair
from erp_bridge.config import Config
from erp_bridge.sync.side import Both
from erp_bridge.sync.transform import load
from erp_bridge.transport.network import Network

__all__ = ["MEANINGS", "Examined", "Finding", "State", "examine"]


async def examine(
    config: Config, names: Sequence[str] = (), *, write_test: str | None = None, network: Network | None = None
) -> tuple[list[Examined], list[Finding]]:
    """The ERPs of those names (none: all), and what is to be said of the pairs between them.

    Raises ``ConfigError`` before any request where a pair names a function that is not there.
    """
    steps = {pair.name: load(pair.transform, config.folder) for pair in config.pair.values() if pair.transform}
    through_steps = {erp for pair in config.pair.values() if pair.name in steps for erp in (pair.left, pair.right)}
    network = network or Network()
    chosen = [config.erp[name] for name in names or config.erp]
    erps = await asyncio.gather(
        *(examine_erp(settings, network, write_test, entire=settings.name in through_steps) for settings in chosen)
    )
    by_name = {erp.name: erp for erp in erps}
    pairs = [
        finding
        for pair in config.pair.values()
        if pair.left in by_name and pair.right in by_name
        for finding in examine_pair(pair, Both(by_name[pair.left], by_name[pair.right]), steps.get(pair.name))
    ]
    return list(erps), pairs
