"""Conversations: remembered while they last, kept longer with their customer's consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import UtcDateTime, utc_now

# Of rows that a release without `kept_until` writes: CONVERSATION_KEEP_DAYS alone ends them.
OPEN_END = "9999-12-31 00:00:00"


class ChatSession(Base):
    """A conversation. `session_id` is the client's name for it and belongs to its user alone.

    `need` is what was said of the wish so far (assistant/need.py), so that every instance knows it. From `kept_until`
    on it has lapsed: for every reader it is gone (services/conversation_service.py), and `apply-retention` deletes it.
    """

    __tablename__ = "chat_sessions"
    __table_args__ = (UniqueConstraint("user_id", "session_id"), Index(None, "user_id", "last_message_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    session_id: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(80))
    need: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_count: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    kept_until: Mapped[datetime] = mapped_column(UtcDateTime, server_default=OPEN_END, index=True)


class ChatMessage(Base):
    """One message. `recommendations` is what was shown then, `rating` what the customer thought of it.

    `evidence` is what the answer rested on (need, candidates with their rates and reasons, what was relaxed), so that
    a thumbs-down can be replayed.
    """

    __tablename__ = "chat_messages"
    __table_args__ = (
        CheckConstraint("role IN ('user', 'assistant')", name="role"),
        CheckConstraint("rating IN ('up', 'down')", name="rating"),
        Index(None, "chat_session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_session_id: Mapped[int] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)
    recommendations: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    source: Mapped[str | None] = mapped_column(String(10))
    model: Mapped[str | None] = mapped_column(String(100))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    interrupted: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[str | None] = mapped_column(String(4))
    feedback_comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    @property
    def feedback(self) -> dict[str, Any] | None:
        return {"rating": self.rating, "comment": self.feedback_comment} if self.rating else None
