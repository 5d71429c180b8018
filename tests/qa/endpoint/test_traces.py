"""Traces by the standard variables, to a collector of the test's own; without them nothing is
sent."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from starlette.testclient import TestClient

from qa.endpoint.traces import tracer_provider
from qa.settings import SettingsError


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()

    def Export(self, request: Any, context: Any) -> Any:
        for resource in request.resource_spans:
            self.services |= {
                a.value.string_value
                for a in resource.resource.attributes
                if a.key == "service.name"
            }
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector, server = Collector(), grpc.server(ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    yield collector
    server.stop(None).wait()


def test_requests_and_stages_are_traced(
    collector: Collector, serve: Callable[..., TestClient]
) -> None:
    client = serve()
    client.post("/v1/answer", json={"question": "Who leads the Zubrowka side?"})
    client.app.state.service.observer.traces.close()  # type: ignore[attr-defined]
    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"POST /v1/answer", "footnote.retrieve"}
    assert spans["footnote.retrieve"].parent_span_id == spans["POST /v1/answer"].span_id
    assert collector.services == {"footnote"}
    assert "Zubrowka" not in str(collector.spans)


@pytest.mark.parametrize("off", [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")])
def test_without_the_variable_or_switched_off_there_is_no_provider(
    monkeypatch: pytest.MonkeyPatch, off: tuple[str, str]
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert tracer_provider() is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1")
    provider = tracer_provider()
    assert provider is not None
    provider.shutdown()
    monkeypatch.setenv(*off)
    assert tracer_provider() is None


def test_what_cannot_be_used_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "smoke")
    with pytest.raises(SettingsError, match=r"OTEL_EXPORTER_OTLP_PROTOCOL: 'smoke'"):
        tracer_provider()
