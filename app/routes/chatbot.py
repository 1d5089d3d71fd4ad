"""The assistant: ask it, find conversations again, tell what you think of an answer."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Response, current_app, stream_with_context
from flask_jwt_extended import current_user
from flask_smorest.pagination import PaginationParameters

from app.answers import texts
from app.models.chat_message import ChatMessage, ChatSession
from app.routes import language, limits
from app.routes.blueprint import ID, ApiBlueprint, Facts, prefers_event_stream
from app.routes.idempotency import idempotent, replay
from app.schemas.chatbot import (
    ChatSchema,
    ClearedSchema,
    FeedbackSchema,
    MessageSchema,
    QuestionSchema,
    RecommendSchema,
    ReplySchema,
    SessionSchema,
)
from app.services import conversation_service
from app.services.chat.turn import Asked, Done, Event, Recommended, Reply, Started, Token, Waiting
from app.services.chatbot_service import new_session_id
from app.services.idempotency_service import Answer
from app.services.page import Page
from app.speech.language import language_of

STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Answered = tuple[Reply, int, dict[str, str]] | Response  # A stream is a Response.
Shown = TypeVar("Shown")
blp = ApiBlueprint("chatbot", __name__, url_prefix="/api/chatbot", description="The shop's assistant")


def _replay(answer: Answer) -> Response:
    """The first answer again, as events if they are asked for."""
    told = json.loads(answer.body)
    if answer.status_code != 200 or not prefers_event_stream():
        again = replay(answer)
        again.content_language.add(told.get("language") or language.of_client())
        return again
    events = [
        _event("start", {"session_id": told["session_id"]}),
        _event("recommendations", told["recommendations"]),
        _event("token", {"text": told["response"]}),
        _event("done", told),
    ]
    headers = {"Idempotency-Replayed": "true", "Content-Language": told["language"], **STREAM}
    return Response("".join(events), mimetype="text/event-stream", headers=headers)


once = idempotent(blp, _replay)
answers = blp.response(
    200,
    ReplySchema,
    description="The Reply; as `text/event-stream` the events start, recommendations, token, done, or error.",
)


@blp.route("/chat", methods=["POST"])
@blp.guard()
@limits.on_chat
@once
@blp.arguments(ChatSchema)
@answers
@blp.fails(400, 413, 415, 429)
def chat(body: Facts) -> Answered:
    """Talk to the assistant

    With `Accept: text/event-stream` the answer comes as events: `start` `{session_id}`, `recommendations` `[…]`
    before any word (once more if the model chose otherwise: the last one counts), `token` `{text}` as they come,
    `done` (the whole Reply); or `error` `{code, message}` once, last.
    """
    return _answer(body)


@blp.route("/ask-instrument-question", methods=["POST"])
@blp.guard()
@limits.on_chat
@once
@blp.arguments(QuestionSchema)
@answers
@blp.fails(400, 404, 413, 415, 429)
def ask_instrument_question(body: Facts) -> Answered:
    """Ask about instruments, or about one of them; streams like /chat"""
    return _answer({**body, "route": "question"})


@blp.route("/recommend-for-me", methods=["POST"])
@blp.guard()
@limits.on_chat
@once
@blp.arguments(RecommendSchema)
@answers
@blp.fails(400, 413, 415, 429)
def recommend_for_me(body: Facts) -> Answered:
    """Get recommendations that follow from your profile; streams like /chat"""
    question = texts.of(language.of_client()).say("answer.for_me")
    return _answer({"message": question, **body, "route": "recommend"})


@blp.route("/history/<session_id>", methods=["GET"])
@blp.guard()
@blp.response(200, MessageSchema(many=True))
@blp.paginate()
@blp.fails(404)
def get_history(pagination_parameters: PaginationParameters, session_id: str) -> list[ChatMessage]:
    """The messages of one of your conversations, oldest first"""
    return _paged(conversation_service.history, pagination_parameters, session_id)


@blp.route("/sessions", methods=["GET"])
@blp.guard()
@blp.response(200, SessionSchema(many=True))
@blp.paginate()
def list_sessions(pagination_parameters: PaginationParameters) -> list[ChatSession]:
    """Your conversations, newest first"""
    return _paged(conversation_service.sessions, pagination_parameters)


@blp.route("/clear-session/<session_id>", methods=["DELETE"])
@blp.guard()
@blp.response(200, ClearedSchema)
@blp.fails(404)
def clear_session(session_id: str) -> dict[str, int]:
    """Delete one of your conversations"""
    return {"deleted_count": conversation_service.clear(current_user.id, session_id)}


@blp.route(f"/messages/{ID.format('message_id')}/feedback", methods=["POST"])
@blp.guard()
@idempotent(blp)
@blp.arguments(FeedbackSchema)
@blp.response(204)
@blp.fails(400, 404, 413, 415)
def give_feedback(body: Facts, message_id: int) -> None:
    """Tell what you think of an answer"""
    conversation_service.rate(current_user.id, message_id, body["rating"], body.get("comment"))


def _paged(find: Callable[..., Page[Shown]], pagination: PaginationParameters, *which: str) -> list[Shown]:
    page = find(current_user.id, *which, pagination.first_item, pagination.page_size)
    pagination.item_count = page.total
    return page.items


def _answer(body: Facts) -> Answered:
    language.note(language_of(body["message"]))
    known = {**body, "forget": tuple(body["forget"]), "language": language.of_client()}
    asked = Asked(**{"session_id": new_session_id(), **known})
    turn = current_app.extensions["chatbot"].open_turn(current_user, asked)
    told_in = {"Content-Language": turn.language}
    if not prefers_event_stream():
        *_, done = turn.events()
        return done.reply, 200, told_in
    stream = stream_with_context(_event_stream(turn.events()))
    return Response(stream, mimetype="text/event-stream", headers={**STREAM, **told_in})


def _event_stream(events: Iterator[Event]) -> Iterator[str]:
    """Server-sent events; a failure after the start is the event `error`, once and last, told as any route tells it."""
    try:
        for event in events:
            yield _told(event)
    except Exception as error:
        told: dict[str, Any] = current_app.make_response(current_app.handle_user_exception(error)).get_json()
        yield _event("error", {"code": told["code"], "message": told["message"]})


def _told(event: Event) -> str:
    match event:
        case Started(session_id):
            return _event("start", {"session_id": session_id})
        case Token(text):
            return _event("token", {"text": text})
        case Recommended(recommendations):
            return _event("recommendations", recommendations)
        case Done(reply):
            return _event("done", ReplySchema().dump(reply))
        case Waiting():
            return ": waiting\n\n"


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
