"""The conformance kit of erp_bridge, run against the small Hubsoft."""

from __future__ import annotations

from erp_bridge_hubsoft import PLUGIN
from fake_hubsoft import FakeHubsoft
from hubsoft_box import SECRETS, novo, settings

from erp_bridge.testing import Bench, BenchClock, People, conformance


def bench() -> Bench:
    clock = BenchClock()
    hub = FakeHubsoft(clock.now)
    keys = settings()
    return Bench(
        open=lambda network: PLUGIN.open(keys, network),
        app=hub.app,
        clock=clock,
        novo=novo(),
        missing_id="209901010000009",
        secrets=SECRETS,
        people=People(
            edit=hub.edit, spoil=hub.rename_status, comment="the vendor's documents show no messages of a ticket"
        ),
        excuses={
            "status.actions": "closing takes no words, and solve() with words is refused rather than dropping them",
        },
    )


test_conformance = conformance(bench)
