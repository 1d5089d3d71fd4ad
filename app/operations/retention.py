"""What the shop has kept for long enough is deleted: `flask apply-retention`, for a timer.

Rentals stay: they are the shop's books. Unmet demand stays, but whose it was is forgotten.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update

from app.extensions import db
from app.models.chat_message import ChatSession
from app.models.demand import UnmetDemand
from app.models.idempotency import IdempotencyKey
from app.models.token import Login
from app.models.types import utc_now
from app.models.user import User
from app.services import clock, conversation_service, idempotency_service
from app.services.transactions import change, met

Kept = ChatSession | Login | IdempotencyKey
BATCH = 500  # Rows a transaction, so that nobody who chats has to wait.


def apply() -> dict[str, int]:
    """Deletes what is over, in small transactions; how many of each. Killed half-way, the next run goes on."""
    now = utc_now()
    _forget_who_wished()
    return {
        "conversations": _delete(ChatSession, conversation_service.is_over(now)),
        "logins": _delete(Login, Login.expires_at < now),
        "idempotency keys": _delete(IdempotencyKey, idempotency_service.is_over(now)),
    }


def overdue_conversations(grace: timedelta) -> int:
    """Conversations that should have been deleted so long ago or longer."""
    is_over = conversation_service.is_over(utc_now() - grace)
    return db.session.scalars(select(func.count()).select_from(ChatSession).where(is_over)).one()


def conversations_without_consent() -> int:
    """Conversations that outlive their memory though their customer does not consent: there must be none."""
    remembered = utc_now() - timedelta(hours=current_app.config["CONVERSATION_MEMORY_HOURS"])
    consents = exists().where(User.id == ChatSession.user_id, User.conversations_consent_at.is_not(None))
    lives_on = ~conversation_service.is_over(utc_now()) & (ChatSession.last_message_at < remembered)
    return db.session.scalars(select(func.count()).select_from(ChatSession).where(~consents, lives_on)).one()


@change()
def _forget_who_wished() -> None:
    """An unmet wish is somebody's for as long as that person's chats are remembered; then it is the shop's alone."""
    today, config = clock.today(), current_app.config
    consents = exists().where(User.id == UnmetDemand.user_id, User.conversations_consent_at.is_not(None))
    remembered = today - timedelta(days=-(-config["CONVERSATION_MEMORY_HOURS"] // 24))
    kept = today - timedelta(days=config["CONVERSATION_KEEP_DAYS"])
    is_over = or_(UnmetDemand.asked_on < kept, (UnmetDemand.asked_on < remembered) & ~consents)
    db.session.execute(
        update(UnmetDemand).where(UnmetDemand.user_id.is_not(None), is_over).values(user_id=None),
        execution_options={"synchronize_session": False},
    )


def _delete(model: type[Kept], is_over: ColumnElement[bool]) -> int:
    deleted = 0
    while ids := db.session.scalars(select(model.id).where(is_over).limit(BATCH)).all():
        with change():  # The condition again: a conversation that has gone on meanwhile stays.
            deleted += met(delete(model).where(model.id.in_(ids), is_over))
    return deleted
