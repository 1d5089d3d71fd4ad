"""What a person allowed and when, and when it was taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import UtcDateTime, utc_now

STORE_CONVERSATIONS = "store_conversations"


class Consent(Base):
    """One answer of a person to the question of `purpose`; the newest one counts, the others are its history."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(30))
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
