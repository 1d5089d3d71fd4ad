"""Conversations: kept if their customer consents, found again, cleared."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.errors import NotFound
from app.extensions import db
from app.llm.prompt import Turn
from app.models.chat_message import ChatMessage, ChatSession
from app.models.types import utc_now
from app.models.user import User
from app.services import transactions
from app.services.page import Page, page_of

RECENT = 40
TITLE_LENGTH = 80


@dataclass(frozen=True)
class Recent:
    """The newest messages of a conversation, oldest first; `first` is the place of turns[0] in the whole.

    `need` is what was said of the wish so far, `shown` what the last answer recommended, both as plain data.
    """

    turns: tuple[Turn, ...] = ()
    first: int = 0
    need: dict[str, Any] = field(default_factory=dict)
    shown: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question and its answer, to be kept together or not at all."""

    question: str
    asked_at: datetime
    answer: str
    recommendations: list[dict[str, Any]] = field(default_factory=list)
    need: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] | None = None
    source: str
    model: str | None = None
    usage: dict[str, Any] | None = None
    interrupted: bool = False


def recent(user_id: int, session_id: str) -> Recent:
    """What was said last in this conversation; nothing for one that does not exist. Two queries."""
    session = _find(user_id, session_id)
    if session is None:
        return Recent()
    newest = db.session.execute(
        select(ChatMessage.role, ChatMessage.content, ChatMessage.recommendations)
        .where(ChatMessage.chat_session_id == session.id)
        .order_by(ChatMessage.id.desc())
        .limit(RECENT)
    ).all()
    turns = tuple(Turn(row.role, row.content) for row in reversed(newest))
    shown = next((row.recommendations for row in newest if row.recommendations), [])
    return Recent(turns, max(0, session.message_count - len(turns)), session.need, tuple(shown))


def keep(user_id: int, session_id: str, exchange: Exchange) -> int | None:
    """Keeps an exchange, in one transaction. Returns the answer's id, or None without the customer's consent.

    The consent is asked with the user's row locked, so that one taken back meanwhile wins: four statements.
    """
    consents = db.session.execute(
        update(User)
        .where(User.id == user_id, User.conversations_consent_at.is_not(None))
        .values(conversations_consent_at=User.conversations_consent_at),
        execution_options={"synchronize_session": False},
    )
    if consents.rowcount == 0:
        db.session.rollback()
        return None
    now = utc_now()
    chat_session_id = db.session.scalar(_begin_or_continue(user_id, session_id, exchange, now))
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
    db.session.commit()
    return ids[-1]


def history(user_id: int, session_id: str, offset: int, limit: int) -> Page:
    """A page of a conversation, oldest first. Raises NotFound when this user has none of this name."""
    session = _owned(user_id, session_id)
    query = select(ChatMessage).where(ChatMessage.chat_session_id == session.id).order_by(ChatMessage.id)
    return page_of(query, offset, limit)


def sessions(user_id: int, offset: int, limit: int) -> Page:
    """A page of a user's conversations, newest first."""
    query = select(ChatSession).where(ChatSession.user_id == user_id)
    return page_of(query.order_by(ChatSession.last_message_at.desc(), ChatSession.id.desc()), offset, limit)


def clear(user_id: int, session_id: str) -> int:
    """Deletes a conversation and returns the number of its messages. Raises NotFound when there is none."""
    session = _owned(user_id, session_id)
    count = db.session.execute(delete(ChatMessage).where(ChatMessage.chat_session_id == session.id)).rowcount
    db.session.execute(delete(ChatSession).where(ChatSession.id == session.id))
    db.session.commit()
    return count


def rate(user_id: int, message_id: int, rating: str, comment: str | None) -> None:
    """Keeps what a customer thinks of an answer; the newest opinion counts. Raises NotFound for anything else."""
    message = db.session.scalar(
        select(ChatMessage)
        .join(ChatSession, ChatSession.id == ChatMessage.chat_session_id)
        .where(ChatMessage.id == message_id, ChatMessage.role == "assistant", ChatSession.user_id == user_id)
    )
    if message is None:
        raise NotFound("There is no such answer.")
    message.rating, message.feedback_comment = rating, comment
    db.session.commit()


def _find(user_id: int, session_id: str) -> ChatSession | None:
    return db.session.scalar(
        select(ChatSession).where(ChatSession.user_id == user_id, ChatSession.session_id == session_id)
    )


def _owned(user_id: int, session_id: str) -> ChatSession:
    session = _find(user_id, session_id)
    if session is None:
        raise NotFound("There is no such conversation.")
    return session


def _begin_or_continue(user_id: int, session_id: str, exchange: Exchange, now: datetime) -> Any:
    """One statement that makes the conversation or adds two messages to its count, and returns its id."""
    row = {
        "user_id": user_id,
        "session_id": session_id,
        "need": exchange.need,
        "title": " ".join(exchange.question.split())[:TITLE_LENGTH],
        "message_count": 2,
        "started_at": exchange.asked_at,
        "last_message_at": now,
    }
    return (
        transactions.insert(ChatSession)
        .values(row)
        .on_conflict_do_update(
            index_elements=["user_id", "session_id"],
            set_={
                "message_count": ChatSession.message_count + 2,
                "last_message_at": now,
                "need": exchange.need,
            },
        )
        .returning(ChatSession.id)
    )


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
