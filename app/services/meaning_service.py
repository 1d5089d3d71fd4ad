"""Meaning where words do not match: vectors of instruments, made when they change, compared with a message.

A vector only orders what the limits let through; it never lets an instrument past one.
"""

import hashlib
from array import array
from collections.abc import Sequence
from operator import mul
from typing import Any

from flask import current_app
from sqlalchemy import delete, select

from app.extensions import db
from app.models.instrument import Instrument
from app.models.vector import InstrumentVector
from app.services.transactions import change, end_reading
from app.vocabulary import spoken

MOST_COMPARED = 500  # Vectors that leave the database for one message.
MOST_MEANT = 12
ALIKE = 0.25  # Cosine below which two texts have nothing to do with each other; see benchmarks/meaning.py.
BATCH = 32


def refresh(instruments: list[Instrument]) -> int:
    """Makes the vectors of those whose text changed; returns how many. Without a model nothing is made."""
    gateway = current_app.extensions["embedding"]
    if not gateway.name:
        return 0
    made = 0
    for start in range(0, len(instruments), BATCH):
        made += _refresh(gateway, instruments[start : start + BATCH])
    return made


def refresh_all() -> int:
    """The same for the whole catalogue."""
    return refresh(list(db.session.scalars(select(Instrument).where(Instrument.withdrawn_at.is_(None)))))


def meant_by(message: str) -> Sequence[float] | None:
    """The vector of a message, or None without an embedding model. Ask it outside of a transaction."""
    vectors = current_app.extensions["embedding"].embed([message[:500]])
    return vectors[0] if vectors else None


def nearest(meant: Sequence[float], limits: list[Any]) -> tuple[int, ...]:
    """The ids of instruments within these limits that mean most alike, best first: one query."""
    rows = db.session.execute(
        select(InstrumentVector.instrument_id, InstrumentVector.vector)
        .join(Instrument, Instrument.id == InstrumentVector.instrument_id)
        .where(InstrumentVector.model == current_app.extensions["embedding"].name, *limits)
        .order_by(Instrument.daily_rate, Instrument.id)
        .limit(MOST_COMPARED)
    )
    alike = [(_cosine(meant, array("f", row.vector)), row.instrument_id) for row in rows]
    return tuple(number for likeness, number in sorted(alike, reverse=True)[:MOST_MEANT] if likeness >= ALIKE)


def _refresh(gateway: Any, instruments: list[Instrument]) -> int:
    texts = {instrument.id: _text(instrument) for instrument in instruments}
    hashes = {number: hashlib.sha256(text.encode()).hexdigest() for number, text in texts.items()}
    kept = db.session.execute(
        select(InstrumentVector.instrument_id, InstrumentVector.text_hash).where(
            InstrumentVector.instrument_id.in_(texts), InstrumentVector.model == gateway.name
        )
    )
    current = {row.instrument_id for row in kept if row.text_hash == hashes[row.instrument_id]}
    end_reading()
    changed = [number for number in texts if number not in current]
    vectors = gateway.embed([texts[number] for number in changed])
    if not vectors:
        return 0
    with change():
        db.session.execute(delete(InstrumentVector).where(InstrumentVector.instrument_id.in_(changed)))
        for number, vector in zip(changed, vectors, strict=True):
            row = InstrumentVector(
                instrument_id=number, model=gateway.name, text_hash=hashes[number], vector=vector.tobytes()
            )
            db.session.add(row)
    return len(changed)


def _text(instrument: Instrument) -> str:
    return f"{instrument.name}, {spoken(instrument.category)}. {instrument.description}"


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other)) if len(one) == len(other) else 0.0
