"""OpenTelemetry traces: a span for each pass, with a child for each request that it made.

They are sent where the usual variables say (``OTEL_EXPORTER_OTLP_ENDPOINT`` ...); without such a variable there are
none. Attributes are names of the configuration, names of calls, counts and statuses: no ids, and nothing about people.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from erp_bridge.core.errors import ConfigError
from erp_bridge.service.cycle import Cycle
from erp_bridge.transport.observe import Attempt

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_WANTED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Tracing:
    """Traces of one service, sent by ``provider``."""

    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind, StatusCode

        self._provider = provider
        self._tracer = provider.get_tracer("erp_bridge", version("erp-bridge"))
        self._client = SpanKind.CLIENT
        self._error = StatusCode.ERROR

    @contextmanager
    def of_pass(self, pair: str) -> Iterator[Callable[[Cycle], None]]:
        """The span of a pass; requests of its task, and of those it starts, become its children."""
        with self._tracer.start_as_current_span("pass", attributes={"erp_bridge.pair": pair}) as span:

            def tell(cycle: Cycle) -> None:
                span.set_attributes({"erp_bridge.outcome": cycle.outcome.value, "erp_bridge.pass_id": cycle.pass_id})
                if cycle.report is not None:
                    for what, counts in _counts(cycle).items():
                        span.set_attribute(f"erp_bridge.{what}", counts)
                if not cycle.is_well:
                    span.set_status(self._error, cycle.gate or cycle.outcome.value)

            yield tell

    def request(self, attempt: Attempt) -> None:
        """The span of a request that has just ended."""
        end = time.time_ns()
        span = self._tracer.start_span(
            attempt.operation, kind=self._client, start_time=end - int(attempt.seconds * 1e9),
            attributes={
                "erp_bridge.erp": attempt.erp, "erp_bridge.outcome": attempt.outcome,
                "erp_bridge.attempt": attempt.number, "erp_bridge.limiter_wait_seconds": round(attempt.waited, 3),
            },
        )  # fmt: skip
        if attempt.status is not None:
            span.set_attribute("http.response.status_code", attempt.status)
        if attempt.outcome != "ok":
            span.set_status(self._error, attempt.outcome)
        span.end(end)

    def close(self) -> None:
        """Send what is left, within a second; a receiver that is slow or gone does not keep the program."""
        last = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        last.start()
        last.join(1.0)


def _counts(cycle: Cycle) -> Mapping[str, int]:
    report = cycle.report
    if report is None:
        return {}
    by_side = {"read": report.read, "created": report.created, "updated": report.updated,
               "movements": report.movements, "requests": report.requests}  # fmt: skip
    return {
        **{f"{what}.{side.value}": count for what, counts in by_side.items() for side, count in counts.items()},
        **{f"waiting.{kind.value}": count for kind, count in report.open.items()},
    }


def from_environment(environ: Mapping[str, str]) -> Tracing | None:
    """Traces to where the environment says; None when it says nothing.

    Raises ``ConfigError`` when it says so and the extra is not installed.
    """
    if not any(environ.get(name) for name in _WANTED) or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ConfigError(
            'the environment asks for traces, which need the extra: pip install "erp-bridge[otel]"'
        ) from None
    name = environ.get("OTEL_SERVICE_NAME", "erp-bridge")
    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
