"""OpenTelemetry traces by the standard variables; nothing is sent unless they name a collector."""

import os
import time

from fastapi.telemetry import TelemetryConfig
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from qa.records import Answer
from qa.settings import SettingsError


class Traces:
    """Spans of requests and of the stages of answers; `provider` is None when nobody collects
    them."""

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


def told(name: str) -> str | None:
    """The standard variable, the one for traces alone before the one for all signals."""
    return os.environ.get(f"OTEL_EXPORTER_OTLP_TRACES_{name}") or os.environ.get(
        f"OTEL_EXPORTER_OTLP_{name}"
    )


def tracer_provider() -> TracerProvider | None:
    """An OpenTelemetry provider when the standard variable names a collector, else None and nothing
    is sent."""
    off = (
        os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
    )
    if off or not told("ENDPOINT"):
        return None
    if (protocol := told("PROTOCOL") or "grpc") != "grpc":
        raise SettingsError(
            f"OTEL_EXPORTER_OTLP_PROTOCOL: {protocol!r} is not usable; "
            "unset it, traces go over grpc"
        )
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    name = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "footnote")}
    provider = TracerProvider(resource=Resource.create(name))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
