"""What the language model took, day by day: kept when the chats are gone, for it says nothing of anybody."""

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class ModelUsage(Base):
    """The chats that one model worded on one day. Tokens are those of the `counted` turns, whose model told them."""

    __tablename__ = "model_usage"

    day: Mapped[date] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    turns: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    completion_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
