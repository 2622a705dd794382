"""A span for each pass with its requests below it, and nothing personal in any attribute."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from erp_bridge.service.passes import Passes
from erp_bridge.service.tracing import Tracing, from_environment
from support.pair import SimulatedPair


def ids(span: ReadableSpan) -> tuple[int, int | None]:
    assert span.context is not None
    return span.context.span_id, span.parent.span_id if span.parent else None


async def traced(pair: SimulatedPair, passes: int = 1) -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing = Tracing(provider)
    async with pair.bridge() as bridge:
        network = bridge.network
        network.observers.append(tracing.request)
        service = Passes(bridge.config, network, span=tracing.of_pass)
        for _ in range(passes):
            await service.run("suporte", pair.clock.monotonic())
        await service.wind_up()
    tracing.close()
    return list(exporter.get_finished_spans())


async def test_requests_hang_below_their_pass(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    spans = await traced(pair, 2)
    passes = [span for span in spans if span.name == "pass"]
    requests = [span for span in spans if span.name != "pass"]
    assert len(passes) == 2
    assert {ids(span)[1] for span in requests} == {ids(span)[0] for span in passes}
    first = passes[0]
    below = [span for span in requests if ids(span)[1] == ids(first)[0]]
    assert first.attributes is not None
    counted = sum(int(str(first.attributes[f"erp_bridge.requests.{side}"])) for side in ("left", "right"))
    assert len(below) == counted > 10
    assert first.attributes["erp_bridge.pair"] == "suporte"
    assert {str((span.attributes or {})["erp_bridge.erp"]) for span in below} == {"matriz", "filial"}
    for span in below:
        assert first.start_time is not None
        assert span.end_time is not None
        assert span.start_time is not None
        assert span.start_time <= span.end_time


async def test_nothing_personal_and_no_id_of_a_ticket_stands_in_a_span(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    said = [
        str(word)
        for span in await traced(pair)
        for word in (span.name, *(span.attributes or {}), *(span.attributes or {}).values())
    ]
    words = set(" ".join(said).split())
    for client in pair.world.left.clientes:
        assert not client.documento or client.documento not in words
        assert client.pessoa.nome not in words
    tickets = {*pair.left_tickets(), *pair.right_tickets()}
    assert not tickets & words


async def test_what_goes_wrong_shows(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    pair.right.faults.once("status", status=503, count=1000)
    spans = await traced(pair)
    [one] = [span for span in spans if span.name == "pass"]
    assert (one.status.status_code, one.status.description) == (StatusCode.ERROR, "down")
    busy = [span for span in spans if (span.attributes or {}).get("http.response.status_code") == 503]
    assert busy
    assert all(span.status.status_code is StatusCode.ERROR for span in busy)


@pytest.mark.parametrize("environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}])
def test_without_a_receiver_there_are_no_traces(environ: dict[str, str]) -> None:
    assert from_environment(environ) is None


async def test_they_are_sent_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    got: list[tuple[str, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_given: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    tracing = from_environment(environ)
    assert tracing is not None
    with tracing.of_pass("suporte"):
        pass
    tracing.close()
    server.shutdown()
    server.server_close()
    [(path, body)] = got
    assert path == "/v1/traces"
    assert b"erp-bridge" in body
    assert b"suporte" in body
