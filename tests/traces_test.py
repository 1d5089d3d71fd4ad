"""OpenTelemetry traces: off by default; with a collector they tell where the time went, and nothing of a customer."""

import contextlib
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.busy_test import locked_by_another
from tests.factories import sign_up
from tests.fakes import Collector
from tests.log_test import CANARIES

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def collector() -> Iterator[Collector]:
    with contextlib.closing(Collector()) as opened:
        yield opened


class TestWithACollector:
    @pytest.fixture
    def settings(self, collector):
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}", "OTEL_SERVICE_NAME": "a shop"}

    @pytest.fixture
    def app(self, app):
        yield app
        app.extensions["traces"].shutdown()

    @pytest.fixture
    def spans(self, app, collector):
        """What the collector has got, by name."""

        def read() -> dict:
            app.extensions["traces"].force_flush()
            told = [ExportTraceServiceRequest.FromString(body) for body in collector.received]
            scopes = [scope for one in told for resource in one.resource_spans for scope in resource.scope_spans]
            return {span.name: span for scope in scopes for span in scope.spans}

        return read

    def test_a_chat_tells_its_route_its_sql_and_its_model(self, client, customer, shop, model, spans):
        shop()
        model.queue("Welcome.")
        headers = {**customer.headers, "Accept": "text/event-stream", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        with client.post("/api/chatbot/chat", json={"message": "a piano"}, headers=headers) as answer:
            assert "event: done" in answer.text
        told = spans()
        request, asked = told["POST /api/chatbot/chat"], told["chat ollama:llama2"]
        assert request.trace_id.hex() == asked.trace_id.hex() == TRACE
        assert asked.parent_span_id == request.span_id
        assert request.start_time_unix_nano <= asked.start_time_unix_nano
        assert asked.end_time_unix_nano <= request.end_time_unix_nano
        values = {pair.key: pair.value for pair in asked.attributes}
        assert values["gen_ai.usage.output_tokens"].int_value == 1
        assert (told["SELECT"].trace_id, told["SELECT"].parent_span_id) == (request.trace_id, request.span_id)

    def test_nothing_of_a_customer_leaves_the_shop(self, client, collector, spans):
        account = {name: CANARIES[name] for name in ("email", "password", "name", "phone")}
        client.post("/api/auth/register", json=account).close()
        person = sign_up(client)
        headers = {**person.headers, "User-Agent": CANARIES["name"], "X-Forwarded-For": CANARIES["phone"]}
        client.post("/api/chatbot/chat", json={"message": CANARIES["chat"]}, headers=headers).close()
        client.get(f"/api/instruments?q={CANARIES['chat']}", headers=headers).close()
        client.get(f"/{CANARIES['comment']}", headers=headers).close()
        client.get("/api/auth/profile", headers={"Authorization": f"Bearer {CANARIES['token']}"}).close()
        told = spans()
        assert {"GET /api/instruments", "GET unknown"} <= set(told)
        everything = b"".join(collector.received)
        for name, canary in CANARIES.items():
            assert canary.encode() not in everything, name
        assert person.email.encode() not in everything
        assert b"127.0.0.1" not in everything

    def test_a_statement_that_fails_is_told_as_that(self, app, client, spans):
        account = {name: CANARIES[name] for name in ("email", "password", "name")}
        with locked_by_another(app):
            client.post("/api/auth/register", json=account).close()
        failed = [span for span in spans().values() if span.status.code == Status.STATUS_CODE_ERROR]
        told = [{pair.key: pair.value.string_value for pair in span.attributes} for span in failed]
        (error,) = [one["error.type"] for one in told if "db.query.text" in one]
        assert error in ("OperationalError", "QueryCanceled")

    def test_a_method_of_somebodys_own_names_no_span(self, client, spans):
        client.open("/api/instruments", method="MINE").close()
        assert not [name for name in spans() if "MINE" in name]
        assert "other unknown" in spans()

    def test_health_and_metrics_are_no_news(self, client, spans):
        client.get("/api/health").close()
        client.get("/metrics").close()
        assert not [name for name in spans() if name.startswith("GET")]


def test_without_a_collector_nothing_is_traced(app):
    assert "traces" not in app.extensions
