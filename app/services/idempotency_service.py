"""The same request under the same key gets the first answer again.

Of key and request only digests are kept, and the answer is encrypted under a secret that needs the client's key: a chat
that was cleared or has lapsed cannot be read here (docs/decisions/0010-idempotency.md).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import OperationalError

from app.errors import Conflict, Invalid
from app.extensions import db
from app.models.idempotency import IdempotencyKey
from app.models.types import utc_now
from app.services.transactions import change, end_reading, insert, met

log = structlog.get_logger("idempotency")
LEASE_MARGIN_SECONDS = 60  # Beyond the longest chat: who claimed a key and is silent for longer was killed.


@dataclass(frozen=True)
class Claim:
    """The right to answer a request under a key."""

    row_id: int
    secret: bytes


@dataclass(frozen=True)
class Answer:
    """The first answer: its HTTP status and its JSON."""

    status_code: int
    body: str


def is_over(now: datetime) -> ColumnElement[bool]:
    """Keys whose answer can no longer be asked for."""
    return IdempotencyKey.claimed_at < now - timedelta(hours=current_app.config["IDEMPOTENCY_HOURS"])


def claim(user_id: int, key: str, request: bytes) -> Claim | Answer:
    """The right to answer, or the answer that was given.

    Raises Invalid when the key came with another request before, Conflict while the first one is being answered.
    """
    secret = _secret(user_id, key)
    key_digest, request_digest = _digest(secret, b"key"), _digest(secret, request)
    now = utc_now()
    with change():
        db.session.execute(delete(IdempotencyKey).where(is_over(now)))
        made = db.session.scalar(
            insert(IdempotencyKey)
            .values(user_id=user_id, key_digest=key_digest, request_digest=request_digest, claimed_at=now)
            .on_conflict_do_nothing(index_elements=["user_id", "key_digest"])
            .returning(IdempotencyKey.id)
        )
    if made is not None:
        return Claim(made, secret)
    mine = [IdempotencyKey.user_id == user_id, IdempotencyKey.key_digest == key_digest]
    kept = db.session.execute(
        select(
            IdempotencyKey.id, IdempotencyKey.request_digest, IdempotencyKey.status_code, IdempotencyKey.answer
        ).where(*mine)
    ).first()
    end_reading()
    if kept is not None and kept.request_digest != request_digest:
        raise Invalid(errors={"headers": {"Idempotency-Key": ["Was used for another request."]}})
    if kept is not None and kept.answer is not None:
        return Answer(kept.status_code, Fernet(secret).decrypt(kept.answer).decode())
    if kept is None or not _take_over(kept.id):
        raise Conflict("The first request with this Idempotency-Key is still being answered.")
    return Claim(kept.id, secret)


def note(claimed: Claim, answer: Answer) -> None:
    """Notes the answer in the change that is under way: it is kept with what the request changed, or not at all.

    The first answer stays.
    """
    db.session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.id == claimed.row_id, IdempotencyKey.answer.is_(None))
        .values(status_code=answer.status_code, answer=Fernet(claimed.secret).encrypt(answer.body.encode())),
        execution_options={"synchronize_session": False},
    )


def keep(claimed: Claim, answer: Answer) -> None:
    """The same in a change of its own. What the request left uncommitted was not meant to stay, and goes."""
    end_reading()
    with change():
        note(claimed, answer)


def release(claimed: Claim) -> None:
    """Gives the key back without an answer: the request may be tried again.

    If the database is away by now, the end of the lease does it.
    """
    end_reading()
    try:
        with change():
            db.session.execute(
                delete(IdempotencyKey).where(IdempotencyKey.id == claimed.row_id, IdempotencyKey.answer.is_(None))
            )
    except OperationalError as error:
        log.warning("an idempotency key was not given back", exc_info=error)


@change()
def _take_over(row_id: int) -> bool:
    """Claims a key whose request was killed before it was answered."""
    lease = timedelta(seconds=current_app.config["CHAT_TOTAL_TIMEOUT_SECONDS"] + LEASE_MARGIN_SECONDS)
    is_left = [IdempotencyKey.answer.is_(None), IdempotencyKey.claimed_at < utc_now() - lease]
    take = update(IdempotencyKey).where(IdempotencyKey.id == row_id, *is_left).values(claimed_at=utc_now())
    return met(take) == 1


def _secret(user_id: int, key: str) -> bytes:
    """A Fernet key that nobody can make without the client's key and the shop's SECRET_KEY."""
    shop = current_app.config["SECRET_KEY"].encode()
    return base64.urlsafe_b64encode(hmac.digest(shop, f"idempotency {user_id} {key}".encode(), hashlib.sha256))


def _digest(secret: bytes, content: bytes) -> str:
    return hmac.new(secret, content, hashlib.sha256).hexdigest()
