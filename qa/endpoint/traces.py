"""OpenTelemetry traces by the standard variables; nothing is sent unless they name a collector."""

import os
import time
from importlib import import_module
from typing import Any

from fastapi.telemetry import TelemetryConfig

from qa.records import Answer
from qa.settings import SettingsError


class Traces:
    """Spans of requests and of the stages of answers; `provider` is None when nobody collects them."""

    def __init__(self) -> None:
        self.provider = tracer_provider()

    def telemetry(self) -> TelemetryConfig:
        """What FastAPI may record: requests; never its logs, which quote exceptions."""
        traced = self.provider is not None
        return TelemetryConfig(
            tracer_provider=self.provider,
            tracing=traced,
            metrics=False,
            logs=False,
            operation_spans=False,
            auto_configure=False,
        )

    def answered(self, answer: Answer) -> None:
        """One span a stage, laid end to end before now: the record has durations, not starts."""
        if self.provider is None:
            return
        tracer = self.provider.get_tracer("footnote")
        start = time.time_ns() - int(sum(answer.timings_ms.values()) * 1e6)
        for stage, milliseconds in answer.timings_ms.items():
            span = tracer.start_span(f"footnote.{stage}", start_time=start)
            start += int(milliseconds * 1e6)
            span.end(end_time=start)

    def close(self) -> None:
        """Send the spans that still wait."""
        if self.provider is not None:
            self.provider.shutdown()


def tracer_provider() -> Any | None:
    """An OpenTelemetry provider when the standard variable names a collector, else None and nothing is sent."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    kind = {"grpc": "grpc", "http/protobuf": "http"}.get(protocol)
    if kind is None:
        raise SettingsError(f"OTEL_EXPORTER_OTLP_PROTOCOL: {protocol!r} is not usable; take grpc or http/protobuf")
    try:
        exporter = import_module(f"opentelemetry.exporter.otlp.proto.{kind}.trace_exporter").OTLPSpanExporter()
        sdk = import_module("opentelemetry.sdk.trace")
    except ImportError:
        package = f"opentelemetry-exporter-otlp-proto-{kind}"
        raise SettingsError(
            f"OTEL_EXPORTER_OTLP_ENDPOINT: traces need the package {package}; install it or unset it"
        ) from None
    resource = import_module("opentelemetry.sdk.resources").Resource.create(
        {"service.name": os.environ.get("OTEL_SERVICE_NAME", "footnote")}
    )
    provider = sdk.TracerProvider(resource=resource)
    provider.add_span_processor(import_module("opentelemetry.sdk.trace.export").BatchSpanProcessor(exporter))
    return provider
