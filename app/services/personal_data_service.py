"""What the shop knows of a person: told whole, and erased whole.

`STORED` names every table that holds something of a person and where the export tells it; a test holds it against the
database's foreign keys, so that a new table cannot be forgotten.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.errors import Conflict, Forbidden
from app.extensions import Base, db
from app.models.chat_message import ChatMessage, ChatSession
from app.models.consent import Consent
from app.models.demand import UnmetDemand
from app.models.idempotency import IdempotencyKey
from app.models.rental import Occupancy, Rental, RentalStep
from app.models.token import Login
from app.models.types import utc_now
from app.models.user import User
from app.services import conversation_service, passwords, rental_service
from app.services.transactions import change, end_reading

STORED = {
    "users": "account",
    "consents": "consents",
    "logins": "logins",
    "chat_sessions": "conversations",
    "chat_messages": "conversations",
    "rentals": "rentals",
    "rental_steps": "rentals",
    "occupancies": "rentals",
    "idempotency_keys": "idempotency_keys",
    "unmet_demand": "unmet_demand",
}


@dataclass(frozen=True)
class Conversation:
    """A conversation that has not lapsed, with its messages, oldest first."""

    session: ChatSession
    messages: Sequence[ChatMessage]


@dataclass(frozen=True)
class PersonalRental:
    """A rental with all that happened to it, and the days for which it holds a unit."""

    rental: Rental
    steps: Sequence[RentalStep]
    occupancies: Sequence[Occupancy]


@dataclass(frozen=True)
class Export:
    """All that is stored of one person. `steps_taken` are those that somebody of the staff took on others' rentals."""

    exported_at: datetime
    account: User
    consents: Sequence[Consent]
    logins: Sequence[Login]
    conversations: Sequence[Conversation]
    rentals: Sequence[PersonalRental]
    steps_taken: Sequence[RentalStep]
    idempotency_keys: Sequence[IdempotencyKey]
    unmet_demand: Sequence[UnmetDemand]


def export(user: User) -> Export:
    """All that is stored of this person, but for what only opens doors: hashes and digests."""
    sessions = db.session.scalars(conversation_service.living(user.id).order_by(ChatSession.id)).all()
    messages = _grouped(ChatMessage, "chat_session_id", sessions)
    rentals = _all(Rental, Rental.user_id == user.id, *rental_service.SHOWN)
    steps, occupancies = (_grouped(model, "rental_id", rentals) for model in (RentalStep, Occupancy))
    of_others = select(Rental.id).where(Rental.user_id.is_distinct_from(user.id))
    return Export(
        exported_at=utc_now(),
        account=user,
        consents=user.consents,
        logins=_all(Login, Login.user_id == user.id),
        conversations=[Conversation(session, messages[session.id]) for session in sessions],
        rentals=[PersonalRental(rental, steps[rental.id], occupancies[rental.id]) for rental in rentals],
        steps_taken=_all(RentalStep, (RentalStep.actor_id == user.id) & RentalStep.rental_id.in_(of_others)),
        idempotency_keys=_all(IdempotencyKey, IdempotencyKey.user_id == user.id),
        unmet_demand=_all(UnmetDemand, UnmetDemand.user_id == user.id),
    )


def erase(user: User, password: str) -> None:
    """Erases a person with everything that is theirs; rentals stay, without the person, and reservations are given up.

    Raises Forbidden for a wrong password, Conflict while an instrument is out or for the only admin.
    """
    user_id, role, password_hash = user.id, user.role, user.password_hash
    end_reading()
    if not passwords.matches(password_hash, password):
        raise Forbidden("The password is wrong.")
    with change():
        rental_service.give_up_all(user_id)
        if role == "admin":
            _refuse_the_only_admin(user_id)
        db.session.execute(delete(User).where(User.id == user_id), execution_options={"synchronize_session": False})


def _refuse_the_only_admin(user_id: int) -> None:
    others = select(User.id).where(User.role == "admin", User.id != user_id).order_by(User.id)
    if not db.session.scalars(others.with_for_update()).all():
        raise Conflict("You are the only admin. Make another one first.")


def _all(model: type[Base], which: Any, *options: Any) -> Sequence[Any]:
    key = next(iter(model.__mapper__.primary_key))
    return db.session.scalars(select(model).where(which).order_by(key).options(*options)).all()


def _grouped(model: type[Base], name: str, owners: Sequence[Any]) -> dict[int, list[Any]]:
    """The rows that point to these owners, by the owner's id."""
    column = getattr(model, name)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _all(model, column.in_([owner.id for owner in owners])):
        found[getattr(row, name)].append(row)
    return found
