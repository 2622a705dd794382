"""``/metrics`` for Prometheus: what passes and requests came to, and how the pairs stand by the state store.

Counters are of this process; gauges of pairs are read from the store when somebody asks, so they are the same on every
host. Labels are names of the configuration and fixed words: no ids, and nothing about people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp_bridge.config import Config
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import BridgeError
from erp_bridge.service.cycle import Cycle, Outcome
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.figures import Figures, figures
from erp_bridge.sync.store.waiting import Kind
from erp_bridge.transport.network import Network
from erp_bridge.transport.observe import Attempt

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_DELAYS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


class Service(Protocol):
    """Whatever is measured."""

    @property
    def config(self) -> Config: ...

    @property
    def bridge(self) -> Bridge: ...

    @property
    def network(self) -> Network: ...


class Metrics:
    """Numbers of one service, in a registry of their own. Hang :meth:`passed` and :meth:`asked` where they hear."""

    def __init__(self, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._standing: _Standing | None = None
        here = self.registry
        self._passes = Counter("erp_bridge_passes", "Passes by how they ended", ["pair", "outcome"], registry=here)
        self._seconds = Histogram(
            "erp_bridge_pass_seconds", "How long passes took", ["outcome"], buckets=_SECONDS, registry=here
        )
        self._delay = Histogram(
            "erp_bridge_start_delay_seconds", "How late passes began", buckets=_DELAYS, registry=here
        )
        self._last = Gauge("erp_bridge_last_pass_seconds", "How long the last pass took", ["pair"], registry=here)
        self._done = Counter(
            "erp_bridge_carried",
            "What passes have written, by the side written to",
            ["pair", "side", "what"],
            registry=here,
        )
        self._requests = Counter("erp_bridge_requests", "Requests by how they ended", ["erp", "outcome"], registry=here)
        self._answers = Summary("erp_bridge_request_seconds", "How long requests took", ["erp"], registry=here)
        self._waits = Summary(
            "erp_bridge_limiter_wait_seconds",
            "How long requests stood in line for the ERP's limits",
            ["erp"],
            registry=here,
        )
        self.notices = Counter("erp_bridge_notices", "People told that something waits", ["result"], registry=here)
        self.reloads = Counter("erp_bridge_reloads", "Configurations read again", ["result"], registry=here)
        info = Gauge("erp_bridge_info", "The version that runs", ["version"], registry=here)
        info.labels(version("erp-bridge")).set(1)

    def watch(self, service: Service) -> None:
        """Tell of its pairs and ERPs as well, whenever somebody asks."""
        self._standing = _Standing(service, self._clock)
        self.registry.register(self._standing)

    def passed(self, cycle: Cycle) -> None:
        """A pass has ended."""
        self._passes.labels(cycle.pair, cycle.outcome.value).inc()
        if cycle.outcome is Outcome.HELD:  # that was none
            return
        self._seconds.labels(cycle.outcome.value).observe(cycle.seconds)
        self._delay.observe(cycle.delay)
        self._last.labels(cycle.pair).set(cycle.seconds)
        report = cycle.report
        if report is None:
            return
        if self._standing is not None:
            self._standing.note(cycle)
        counts = {"created": report.created, "updated": report.updated, "movements": report.movements}
        for what, by_side in counts.items():
            for side, count in by_side.items():
                if count:
                    self._done.labels(cycle.pair, side.value, what).inc(count)

    def asked(self, attempt: Attempt) -> None:
        """A request has ended."""
        self._requests.labels(attempt.erp, attempt.outcome).inc()
        self._answers.labels(attempt.erp).observe(attempt.seconds)
        self._waits.labels(attempt.erp).observe(attempt.waited)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it. Asks the store: not for an event loop."""
        return generate_latest(self.registry)

    def route(self) -> Route:
        async def metrics(request: Request) -> Response:
            return Response(await asyncio.to_thread(self.text), media_type=CONTENT_TYPE)

        return Route("/metrics", metrics)


class _Standing(Collector):
    """How pairs and ERPs stand at this moment."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._carried: dict[tuple[str, Side], float] = {}  # by passes that ended because the other side was down

    def note(self, cycle: Cycle) -> None:
        """What was made on a side has been carried as far as the other one answers."""
        pair = self._service.config.pair.get(cycle.pair)
        if pair is None or cycle.outcome is not Outcome.DOWN:
            return
        for side in Side:
            if getattr(pair, side.other.value) not in cycle.down:
                self._carried[cycle.pair, side] = cycle.started.timestamp()

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # so that to register it asks no store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._erps()
        up = GaugeMetricFamily("erp_bridge_store_up", "Whether the state store can be read")
        try:
            with self._service.bridge.db.read() as tx:
                found = figures(tx)
        except BridgeError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from self._pairs(found)

    def _pairs(self, known: Mapping[str, Figures]) -> Iterator[GaugeMetricFamily]:
        pairs = self._service.config.pair
        enabled = GaugeMetricFamily("erp_bridge_pair_enabled", "Whether the pair is switched on", labels=["pair"])
        interval = GaugeMetricFamily("erp_bridge_pair_interval_seconds", "How often it should run", labels=["pair"])
        linked = GaugeMetricFamily("erp_bridge_links", "Twins that are kept in step", labels=["pair"])
        intents = GaugeMetricFamily(
            "erp_bridge_open_intents", "Writes of which is not yet known what became", labels=["pair"]
        )
        waits = GaugeMetricFamily(
            "erp_bridge_waiting", "Records that wait for a person, or for another try", labels=["pair", "kind"]
        )
        for name, pair in pairs.items():
            one = known.get(name, Figures())
            enabled.add_metric([name], int(pair.enabled))
            interval.add_metric([name], pair.interval.total_seconds())
            linked.add_metric([name], one.links)
            intents.add_metric([name], one.open_intents)
            for kind in Kind:
                waits.add_metric([name, kind.value], one.waiting.get(kind, 0))
        for name, one in known.items():
            if ledger.erp_of(name) in self._service.config.erp and one.waiting:  # bookings belong to no pair
                waits.add_metric([name, Kind.DOUBT.value], one.waiting.get(Kind.DOUBT, 0))
        yield from (enabled, interval, linked, intents, waits, self._lag(known))

    def _lag(self, known: Mapping[str, Figures]) -> GaugeMetricFamily:
        """A pair that has never run has none."""
        lag = GaugeMetricFamily(
            "erp_bridge_lag_seconds",
            "For how long changes made on this side may not have reached the other",
            labels=["pair", "side"],
        )
        now = self._clock.now().timestamp()
        for name in self._service.config.pair:
            in_step = known.get(name, Figures()).in_step
            for side in Side:
                seen = [moment for moment in (in_step, self._carried.get((name, side))) if moment is not None]
                if seen:
                    lag.add_metric([name, side.value], max(0.0, now - max(seen)))
        return lag

    def _erps(self) -> Iterator[GaugeMetricFamily]:
        breaker = GaugeMetricFamily(
            "erp_bridge_breaker_open", "Whether the ERP is left alone because it failed too often", labels=["erp"]
        )
        pace = GaugeMetricFamily(
            "erp_bridge_limiter_pace", "How fast the ERP is asked; 1 is as configured", labels=["erp"]
        )
        line = GaugeMetricFamily("erp_bridge_limiter_queue", "Requests that stand in line for the ERP", labels=["erp"])
        for erp, gate in list(self._service.network.gates.items()):
            breaker.add_metric([erp], int(gate.breaker.is_open))
            pace.add_metric([erp], gate.limiter.pace)
            line.add_metric([erp], gate.limiter.queue)
        yield from (breaker, pace, line)
