"""What the shop has kept for long enough is deleted: `flask apply-retention`, for a timer.

Rentals stay: they are the shop's books. Unmet demand stays: it says nothing of anybody.
"""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, exists, func, select

from app.extensions import db
from app.models.chat_message import ChatSession
from app.models.idempotency import IdempotencyKey
from app.models.token import Login
from app.models.types import utc_now
from app.models.user import User
from app.services import idempotency_service

BATCH = 500  # Rows a transaction, so that nobody who chats has to wait.


def apply() -> dict[str, int]:
    """Deletes what is over, in small transactions; how many of each. Killed half-way, the next run goes on."""
    now = utc_now()
    return {
        "conversations": _delete(ChatSession, ChatSession.last_message_at < _conversations_until(now)),
        "logins": _delete(Login, Login.expires_at < now),
        "idempotency keys": _delete(IdempotencyKey, idempotency_service.is_over(now)),
    }


def overdue_conversations(grace: timedelta) -> int:
    """Conversations that should have been deleted so long ago or longer."""
    until = _conversations_until(utc_now()) - grace
    return db.session.scalar(select(func.count()).select_from(ChatSession).where(ChatSession.last_message_at < until))


def conversations_without_consent() -> int:
    """Conversations that are kept though their customer does not consent: there must be none."""
    consents = exists().where(User.id == ChatSession.user_id, User.conversations_consent_at.is_not(None))
    return db.session.scalar(select(func.count()).select_from(ChatSession).where(~consents))


def _conversations_until(now: datetime) -> datetime:
    return now - timedelta(days=current_app.config["CONVERSATION_KEEP_DAYS"])


def _delete(model: type[db.Model], is_over: ColumnElement[bool]) -> int:
    deleted = 0
    while ids := db.session.scalars(select(model.id).where(is_over).limit(BATCH)).all():
        # The condition again: a conversation that has gone on meanwhile stays.
        gone = db.session.execute(
            delete(model).where(model.id.in_(ids), is_over), execution_options={"synchronize_session": False}
        )
        db.session.commit()
        deleted += gone.rowcount
    db.session.rollback()
    return deleted
