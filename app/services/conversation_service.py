"""Conversations: remembered while they last, kept longer with their customer's consent, found again, cleared.

What has lapsed is gone for every reader at once; `operations/retention.py` deletes it later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update

from app.errors import NotFound, Unauthorized
from app.extensions import db
from app.llm.prompt import Turn
from app.models.chat_message import ChatMessage, ChatSession
from app.models.types import utc_now
from app.models.user import User
from app.services import model_usage_service, transactions
from app.services.page import Page, page_of
from app.speech.marks import Topic

RECENT = 40
TITLE_LENGTH = 80


@dataclass(frozen=True)
class Recent:
    """The newest messages of a conversation, oldest first; `first` is the place of turns[0] in the whole.

    `need` is what was said of the wish so far, `shown` the last list of recommendations, both as plain data. Where the
    last answers were about single instruments of that list, `subject` is the id of the last of these. What was said of
    own rentals has no `content` here, as no model shall read it; `own` is what the last answer told of them.
    """

    turns: tuple[Turn, ...] = ()
    first: int = 0
    need: dict[str, Any] = field(default_factory=dict)
    shown: tuple[dict[str, Any], ...] = ()
    subject: int | None = None
    own: tuple[Topic, ...] = ()

    @property
    def language(self) -> str | None:
        """In which the conversation is held so far; kept beside the need."""
        return self.need.get("language")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question and its answer, to be kept together or not at all.

    `model` is the one whose words are in the answer; `paid_model` the one that took tokens, even if nothing of it held.
    """

    question: str
    asked_at: datetime
    answer: str
    recommendations: list[dict[str, Any]] = field(default_factory=list)
    need: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] | None = None
    source: str
    model: str | None = None
    paid_model: str | None = None
    usage: dict[str, Any] | None = None
    interrupted: bool = False


@dataclass(frozen=True)
class Kept:
    """Where an exchange is kept: the answer's id, and until when the conversation is, if nothing more is said in it."""

    message_id: int
    until: datetime


def is_over(now: datetime) -> ColumnElement[bool]:
    """Conversations that have lapsed. A shorter CONVERSATION_KEEP_DAYS counts for those that are there already."""
    return or_(ChatSession.kept_until <= now, ChatSession.last_message_at <= now - _keeping())


def living(user_id: int) -> Select[ChatSession]:
    """This user's conversations, without those that have lapsed."""
    return select(ChatSession).where(ChatSession.user_id == user_id, ~is_over(utc_now()))


def keep_longer(user_id: int) -> None:
    """The customer consents from now on: what is still remembered is kept as long as what is said later."""
    for session in db.session.scalars(living(user_id)):
        session.kept_until = session.last_message_at + _keeping()


def recent(user_id: int, session_id: str) -> Recent:
    """What was said last in this conversation; nothing for one that does not exist. Two queries."""
    session = _find(user_id, session_id)
    if session is None:
        return Recent()
    newest = db.session.execute(
        select(
            ChatMessage.role,
            ChatMessage.content,
            ChatMessage.recommendations,
            ChatMessage.evidence["own"].as_json().label("own"),
        )
        .where(ChatMessage.chat_session_id == session.id)
        .order_by(ChatMessage.id.desc())
        .limit(RECENT)
    ).all()
    turns = tuple(reversed(list(_without_own(newest))))
    shown, subject = _in_view([tuple(row.recommendations) for row in newest if row.recommendations])
    own = tuple(topic for topic in Topic if newest and topic in (newest[0].own or ()))
    return Recent(turns, max(0, session.message_count - len(turns)), session.need, shown, subject, own)


def _without_own(newest: Sequence[Any]) -> Iterator[Turn]:
    """The messages, newest first, so that an answer comes before its question: those about own rentals are empty."""
    is_own = False
    for row in newest:
        is_own = bool(row.own) if row.role == "assistant" else is_own
        yield Turn(row.role, "" if is_own else row.content)


def _in_view(lists: Sequence[tuple[dict[str, Any], ...]]) -> tuple[tuple[dict[str, Any], ...], int | None]:
    """The last list of cards, newest first, that holds the one card shown after it; and the id of that one."""
    if not lists or len(lists[0]) != 1:
        return (lists[0] if lists else ()), None
    subject = lists[0][0]["instrument_id"]
    earlier = next((cards for cards in lists if len(cards) > 1), ())
    is_of_it = subject in [card["instrument_id"] for card in earlier]
    return (earlier if is_of_it else lists[0]), subject


@transactions.change()
def keep(user_id: int, session_id: str, exchange: Exchange) -> Kept:
    """Keeps an exchange. Raises Unauthorized when its customer was erased.

    The consent is asked with the user's row locked, so that one taken back meanwhile wins. A conversation of this name
    that has lapsed goes first: it is not taken up again.
    """
    consent = db.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(conversations_consent_at=User.conversations_consent_at)
        .returning(User.conversations_consent_at),
        execution_options={"synchronize_session": False},
    ).first()
    if consent is None:
        raise Unauthorized("This account was deleted.")
    now = utc_now()
    until = now + (_keeping() if consent.conversations_consent_at else _remembering())
    db.session.execute(
        delete(ChatSession).where(ChatSession.user_id == user_id, ChatSession.session_id == session_id, is_over(now)),
        execution_options={"synchronize_session": False},
    )
    chat_session_id = db.session.scalar(_begin_or_continue(user_id, session_id, exchange, now, until))
    ids = db.session.scalars(
        insert(ChatMessage).returning(ChatMessage.id, sort_by_parameter_order=True),
        [
            _row(chat_session_id, "user", exchange.question, exchange.asked_at),
            {
                **_row(chat_session_id, "assistant", exchange.answer, now),
                "recommendations": exchange.recommendations,
                "source": exchange.source,
                "model": exchange.model,
                "evidence": exchange.evidence,
                "usage": exchange.usage,
                "interrupted": exchange.interrupted,
            },
        ],
    ).all()
    if exchange.paid_model:
        model_usage_service.note(exchange.paid_model, exchange.usage, now.date())
    return Kept(ids[-1], until)


def history(user_id: int, session_id: str, offset: int, limit: int) -> Page[ChatMessage]:
    """A page of a conversation, oldest first. Raises NotFound when this user has none of this name."""
    session = _owned(user_id, session_id)
    query = select(ChatMessage).where(ChatMessage.chat_session_id == session.id).order_by(ChatMessage.id)
    return page_of(query, offset, limit)


def sessions(user_id: int, offset: int, limit: int) -> Page[ChatSession]:
    """A page of a user's conversations, newest first."""
    return page_of(living(user_id).order_by(ChatSession.last_message_at.desc(), ChatSession.id.desc()), offset, limit)


@transactions.change()
def clear(user_id: int, session_id: str) -> int:
    """Deletes a conversation and returns the number of its messages. Raises NotFound when there is none."""
    session = _owned(user_id, session_id)
    count = transactions.met(delete(ChatMessage).where(ChatMessage.chat_session_id == session.id))
    db.session.execute(delete(ChatSession).where(ChatSession.id == session.id))
    return count


@transactions.change()
def rate(user_id: int, message_id: int, rating: str, comment: str | None) -> None:
    """Keeps what a customer thinks of an answer; the newest opinion counts. Raises NotFound for anything else."""
    message = db.session.scalar(
        select(ChatMessage)
        .join(ChatSession, ChatSession.id == ChatMessage.chat_session_id)
        .where(ChatMessage.id == message_id, ChatMessage.role == "assistant")
        .where(ChatSession.user_id == user_id, ~is_over(utc_now()))
    )
    if message is None:
        raise NotFound("There is no such answer.")
    message.rating, message.feedback_comment = rating, comment


def _find(user_id: int, session_id: str) -> ChatSession | None:
    return db.session.scalar(living(user_id).where(ChatSession.session_id == session_id))


def _owned(user_id: int, session_id: str) -> ChatSession:
    session = _find(user_id, session_id)
    if session is None:
        raise NotFound("There is no such conversation.")
    return session


def _begin_or_continue(user_id: int, session_id: str, exchange: Exchange, now: datetime, until: datetime) -> Any:
    """One statement that makes the conversation or adds two messages to its count, and returns its id."""
    row = {
        "user_id": user_id,
        "session_id": session_id,
        "need": exchange.need,
        "title": " ".join(exchange.question.split())[:TITLE_LENGTH],
        "message_count": 2,
        "started_at": exchange.asked_at,
        "last_message_at": now,
        "kept_until": until,
    }
    return (
        transactions.insert(ChatSession)
        .values(row)
        .on_conflict_do_update(
            index_elements=["user_id", "session_id"],
            set_={
                "message_count": ChatSession.message_count + 2,
                "last_message_at": now,
                "kept_until": until,
                "need": exchange.need,
            },
        )
        .returning(ChatSession.id)
    )


def _remembering() -> timedelta:
    return timedelta(hours=current_app.config["CONVERSATION_MEMORY_HOURS"])


def _keeping() -> timedelta:
    return timedelta(days=current_app.config["CONVERSATION_KEEP_DAYS"])


def _row(chat_session_id: int | None, role: str, content: str, at: datetime) -> dict[str, Any]:
    return {
        "chat_session_id": chat_session_id,
        "role": role,
        "content": content,
        "recommendations": [],
        "source": None,
        "model": None,
        "evidence": None,
        "usage": None,
        "interrupted": False,
        "created_at": at,
    }
