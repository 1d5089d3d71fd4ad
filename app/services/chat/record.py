"""The end of a turn: the exchange is kept, a wish that nothing met is noted, the turn is counted."""

import time

import structlog

from app.llm.gateway import ChatModelGateway
from app.models.types import utc_now
from app.observability import metrics
from app.services import conversation_service, demand_service
from app.services.chat.opening import Opened
from app.services.chat.talk import Said
from app.services.chat.turn import Card, Reply, Usage
from app.services.conversation_service import Exchange
from app.services.transactions import change

log = structlog.get_logger("chat")


class Stopwatch:
    """When a turn began: as a time of day, and to measure by."""

    def __init__(self) -> None:
        self.began_at = utc_now()
        self._started = time.monotonic()

    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def record(
    opened: Opened, said: Said, shown: list[Card], model: ChatModelGateway, watch: Stopwatch, *, interrupted: bool
) -> Reply:
    """Keeps what was asked and said, whole, and tells the reply. Raises Unauthorized when the account is gone."""
    usage = _usage(said, watch)
    exchange = Exchange(
        question=opened.asked.message,
        asked_at=watch.began_at,
        answer=said.text,
        recommendations=shown,
        need=opened.need.as_data() | {"language": opened.language},
        evidence=said.evidence.as_data(),
        source="llm" if said.is_of_model else "catalog",
        model=model.name if said.is_of_model else None,
        paid_model=model.name if said.is_of_model or said.usage.prompt_tokens is not None else None,
        usage=dict(usage),
        interrupted=interrupted,
    )
    with change():
        kept = conversation_service.keep(opened.user_id, opened.asked.session_id, exchange)
        if opened.is_unmet and not interrupted:
            relaxed = opened.evidence.relaxed
            demand_service.record(opened.user_id, opened.evidence.need, relaxed.NAME if relaxed else "everything")
    _count(exchange, said, usage, model)
    return Reply(
        session_id=opened.asked.session_id,
        message_id=kept.message_id,
        response=exchange.answer,
        recommendations=shown,
        source=exchange.source,
        model=exchange.model,
        understood=opened.understood,
        order=None,
        actions=opened.evidence.actions,
        kept_until=kept.until,
        language=opened.language,
        created_at=utc_now(),
        usage=usage,
    )


def _usage(said: Said, watch: Stopwatch) -> Usage:
    return {
        "prompt_tokens": said.usage.prompt_tokens,
        "completion_tokens": said.usage.completion_tokens,
        "time_to_first_token_ms": said.first_token_ms,
        "total_ms": watch.elapsed_ms(),
    }


def _count(exchange: Exchange, said: Said, usage: Usage, model: ChatModelGateway) -> None:
    metrics.chat_turn(exchange.source, said.failure, usage, said.kept, said.dropped)
    for server in model.servers:
        metrics.chat_breaker(server.name, server.breaker.state)
    log.info(
        "chat turn",
        source=exchange.source,
        failure=said.failure,
        interrupted=exchange.interrupted,
        dropped_sentences=said.dropped,
        **usage,
    )
