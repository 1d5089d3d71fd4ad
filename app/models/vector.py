"""What an instrument means, as a vector of an embedding model."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class InstrumentVector(Base):
    """32-bit floats, of length 1. `text_hash` tells of which text it was made, `model` by which model."""

    __tablename__ = "instrument_vectors"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(100))
    text_hash: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
