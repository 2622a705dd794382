"""Health, readiness and metrics of a service, against a real pass over simulated ERPs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from erp_bridge.config import Config
from erp_bridge.service.cycle import Cycle, Outcome, run_cycle
from erp_bridge.service.health import routes
from erp_bridge.service.metrics import Metrics
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store import database
from erp_bridge.transport.network import Network
from support.pair import SimulatedPair


@dataclass
class Service:
    bridge: Bridge
    ailment: str = ""

    @property
    def config(self) -> Config:
        return self.bridge.config

    @property
    def network(self) -> Network:
        return self.bridge.network

    def ails(self) -> str:
        return self.ailment


class Watched:
    """A service under measurement, and a scraper."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.metrics = Metrics(service.bridge.clock)
        self.metrics.watch(service)
        service.network.observers.append(self.metrics.asked)
        app = Starlette(routes=[*routes(lambda: service), self.metrics.route()])
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://daemon.test")

    async def cycle(self) -> Cycle:
        cycle = await run_cycle(self.service.bridge, "suporte", delay=0.3)
        self.metrics.passed(cycle)
        return cycle

    async def samples(self) -> dict[str, float]:
        """``name{label="value"}`` → value."""
        reply = await self.http.get("/metrics")
        assert reply.headers["content-type"].startswith("text/plain")
        return dict(_flat(text_string_to_metric_families(reply.text)))


def _flat(families: Iterable[Any]) -> Iterable[tuple[str, float]]:
    for family in families:
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            yield f"{sample.name}{{{labels}}}" if labels else sample.name, sample.value


@asynccontextmanager
async def watched(pair: SimulatedPair) -> AsyncIterator[Watched]:
    async with pair.bridge() as bridge:
        yield Watched(Service(bridge))


async def test_what_a_pass_came_to(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with watched(pair) as seen:
        cycle = await seen.cycle()
        pair.clock.advance(42)
        found = await seen.samples()
        assert cycle.report is not None
        report, open_now = cycle.report.as_json(), sum(cycle.report.open.values())
        assert found[f'erp_bridge_passes_total{{outcome="{cycle.outcome}",pair="suporte"}}'] == 1
        assert (
            found['erp_bridge_carried_total{pair="suporte",side="right",what="created"}'] == report["created"]["right"]
        )
        requests = {
            erp: sum(value for name, value in found.items() if f'requests_total{{erp="{erp}"' in name)
            for erp in ("matriz", "filial")
        }
        assert requests == {"matriz": report["requests"]["left"], "filial": report["requests"]["right"]}
        assert found['erp_bridge_limiter_wait_seconds_count{erp="matriz"}'] == requests["matriz"]
        assert found["erp_bridge_start_delay_seconds_sum"] == 0.3
        assert found[f'erp_bridge_pass_seconds_count{{outcome="{cycle.outcome}"}}'] == 1
        assert sum(value for name, value in found.items() if name.startswith("erp_bridge_waiting{")) == open_now > 0
        assert found['erp_bridge_open_intents{pair="suporte"}'] == 0
        assert found['erp_bridge_links{pair="suporte"}'] == len(
            await asyncio.to_thread(seen.service.bridge.links, "suporte")
        )
        for side in ("left", "right"):
            assert 42 <= found[f'erp_bridge_lag_seconds{{pair="suporte",side="{side}"}}'] < 60
        assert found['erp_bridge_breaker_open{erp="filial"}'] == 0
        assert found["erp_bridge_store_up"] == 1


async def test_bookings_in_doubt_are_counted_under_their_erp(tmp_path: Path) -> None:
    async with watched(SimulatedPair(tmp_path)) as there:
        with there.service.bridge.db.write() as tx:
            ledger.doubt(tx, "filial", "01A0000001", 0, 0.0)
            ledger.doubt(tx, "gone", "1", 0, 0.0)  # of an ERP that is no longer configured
        found = {name: value for name, value in (await there.samples()).items() if "desconto:" in name}
        assert found == {'erp_bridge_waiting{kind="doubt",pair="desconto:filial"}': 1}


async def test_a_pair_that_never_ran_has_no_lag(tmp_path: Path) -> None:
    async with watched(SimulatedPair(tmp_path)) as seen:
        found = await seen.samples()
        assert not [name for name in found if "lag" in name]
        assert found['erp_bridge_pair_enabled{pair="suporte"}'] == 1


async def test_only_the_side_whose_changes_wait_lags_behind(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with watched(pair) as seen:
        cycle = await seen.cycle()
        pair.clock.advance(600)
        lost = replace(cycle, outcome=Outcome.DOWN, down=("filial",), started=pair.clock.now())
        seen.metrics.passed(lost)
        found = await seen.samples()
        lag = {side: found[f'erp_bridge_lag_seconds{{pair="suporte",side="{side}"}}'] for side in ("left", "right")}
        assert lag["left"] >= 600 > lag["right"], "what was made on the right has reached the left"


async def test_an_erp_that_is_down_shows(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with watched(pair) as seen:
        await seen.cycle()
        pair.right.faults.once("status", status=503, count=1000)
        for _ in range(10):
            cycle = await seen.cycle()
        assert cycle.outcome is Outcome.DOWN
        assert cycle.down == ("filial",)
        found = await seen.samples()
        assert found['erp_bridge_requests_total{erp="filial",outcome="busy"}'] >= 8
        assert found['erp_bridge_breaker_open{erp="filial"}'] == 1
        assert found['erp_bridge_limiter_pace{erp="filial"}'] < 0.5
        assert found['erp_bridge_passes_total{outcome="down",pair="suporte"}'] == 10


async def test_health_and_readiness(tmp_path: Path) -> None:
    async with watched(SimulatedPair(tmp_path)) as seen:
        assert (await seen.http.get("/readyz")).status_code == 200
        seen.service.ailment = "stopping"
        reply = await seen.http.get("/readyz")
        assert (reply.status_code, reply.json()["reason"]) == (503, "stopping")
        assert (await seen.http.get("/healthz")).status_code == 200, "it lives, and must not be killed for that"


async def test_without_its_store_a_service_is_alive_and_not_ready(tmp_path: Path, monkeypatch: Any) -> None:
    async with watched(SimulatedPair(tmp_path)) as seen:
        assert seen.service.bridge.db
        seen.service.bridge.db.engine.dispose()

        def refuse(*_given: object) -> None:
            raise database.StoreError("the state store failed: connection refused")

        monkeypatch.setattr(database.Database, "read", refuse)
        reply = await seen.http.get("/readyz")
        assert reply.status_code == 503
        assert "connection refused" in reply.json()["reason"]
        found = await seen.samples()
        assert found["erp_bridge_store_up"] == 0
        assert not [name for name in found if name.startswith("erp_bridge_waiting")]


async def test_no_label_and_no_help_text_holds_what_is_personal(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    async with watched(pair) as seen:
        await seen.cycle()
        text = (await seen.http.get("/metrics")).text
        for client in pair.world.left.clientes:
            assert not client.documento or client.documento not in text
            assert client.pessoa.nome not in text
        for ticket in pair.left_tickets():
            assert f'"{ticket}"' not in text


def test_numbers_of_two_services_do_not_mix() -> None:
    one, other = (Metrics(Network().clock) for _ in range(2))
    cycle = Cycle("suporte", Outcome.HELD, Network().clock.now(), 0.0, 0.0)
    one.passed(cycle)
    other.passed(replace(cycle, outcome=Outcome.DONE, started=cycle.started + timedelta(1)))
    assert 'outcome="held"' in one.text().decode()
    assert 'outcome="held"' not in other.text().decode()
