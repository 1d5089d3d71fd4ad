"""A person who can sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.consent import Consent
from app.models.types import UtcDateTime, utc_now

PREFERENCES = (
    "experience_level",
    "preferred_instruments",
    "favorite_genres",
    "max_daily_rate",
    "use_case",
    "location",
    "language",
)


class User(Base):
    """`email` is kept in lower case, so that it compares case-blind. `saved_preferences` holds what was stated."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('customer', 'staff', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(10), default="customer")
    conversations_consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    saved_preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    consents: Mapped[list[Consent]] = relationship(order_by=Consent.id, passive_deletes=True)

    @property
    def store_conversations(self) -> bool:
        """Whether this person consented to their chats being kept longer than they last."""
        return self.conversations_consent_at is not None

    @property
    def preferences(self) -> dict[str, Any]:
        """Every preference by name, null where none is stated."""
        return {name: self.saved_preferences.get(name) for name in PREFERENCES}

    @property
    def is_staff(self) -> bool:
        return self.role in ("staff", "admin")
