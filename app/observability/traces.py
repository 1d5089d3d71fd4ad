"""OpenTelemetry traces, if OTEL_EXPORTER_OTLP_ENDPOINT names a collector: which route, which SQL, how long the model.

Off otherwise. Traces leave the shop, so a span holds only what is written here: no address, query string, header or
value. OpenTelemetry's own instruments would hold more; they also end a request before its stream ends, and do not know
our SQLAlchemy. Its other variables (sampling, headers, limits) are read by its library from the environment.
"""

import time
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.observability import asked

UNTRACED = ("/api/health", "/metrics")  # Asked every few seconds by machines.


def init_traces(app: Flask) -> None:
    """Traces requests until their answer is complete, their SQL and their model, if a collector is named."""
    if not app.config["OTEL_EXPORTER_OTLP_ENDPOINT"]:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    provider = TracerProvider(resource=Resource.create({"service.name": app.config["OTEL_SERVICE_NAME"]}))
    endpoint = f"{app.config['OTEL_EXPORTER_OTLP_ENDPOINT'].rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    app.extensions["traces"] = provider
    tracer = provider.get_tracer(__name__)

    @app.before_request
    def begin() -> None:
        method, route = asked.method(), asked.route()
        if not route.startswith(UNTRACED):
            caller = TraceContextTextMapPropagator().extract({name.lower(): value for name, value in request.headers})
            told = {"http.request.method": method, "http.route": route}
            g.span = tracer.start_span(f"{method} {route}", caller, SpanKind.SERVER, told)

    @app.after_request
    def finish(response: Response) -> Response:
        span = g.get("span", trace.INVALID_SPAN)
        span.set_attribute("http.response.status_code", response.status_code)
        span.set_status(StatusCode.ERROR if response.status_code >= 500 else StatusCode.UNSET)
        response.call_on_close(span.end)
        return response


def model_asked(
    model: str, seconds: float, failure: str | None, prompt_tokens: int | None, completion_tokens: int | None
) -> None:
    """A span for what the model has just done. What is not known is None. Named as OpenTelemetry names such things."""
    told = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": prompt_tokens,
        "gen_ai.usage.output_tokens": completion_tokens,
        "error.type": failure,
    }
    _past(f"chat {model}", seconds, {name: value for name, value in told.items() if value is not None})


def query_ran(database: str, statement: str, seconds: float, failure: str | None) -> None:
    """A span for an SQL statement, which holds placeholders where values were; `failure` names what it ended in."""
    told = {"db.system.name": database, "db.query.text": statement}
    if failure:
        told["error.type"] = failure
    _past(statement.split(maxsplit=1)[0], seconds, told)


def _past(name: str, seconds: float, told: dict[str, Any]) -> None:
    """A span within the request that is under way, which ends now and began so many seconds ago."""
    if not has_request_context() or "span" not in g:
        return
    tracer, now = current_app.extensions["traces"].get_tracer(__name__), time.time_ns()
    began = now - int(seconds * 1e9)
    within = trace.set_span_in_context(g.span)
    span = tracer.start_span(name, within, SpanKind.CLIENT, told, start_time=began)
    span.set_status(StatusCode.ERROR if "error.type" in told else StatusCode.UNSET)
    span.end(now)
