"""A person's rentals as an iCalendar feed, behind a link that carries its own signature.

Calendar programs cannot sign in. The link is signed with SECRET_KEY and with the password's hash, so that a new
password ends every link that was given out before.
"""

import hashlib
from datetime import timedelta

from flask import current_app
from icalendar import Calendar, Event
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from app.errors import Unauthorized
from app.extensions import db
from app.models.rental import Rental
from app.models.types import utc_now
from app.models.user import User
from app.services import clock
from app.services.rental_service import SHOWN

KEPT_DAYS = 365  # Rentals that ended longer ago are left out.
STATUS = {"reserved": "TENTATIVE", "active": "CONFIRMED", "returned": "CONFIRMED", "cancelled": "CANCELLED"}


def token_for(user: User) -> str:
    """What a link must carry so that its holder may read this user's calendar."""
    return _signer().dumps([user.id, _stamp(user)])


def feed(token: str) -> bytes:
    """The calendar that the token opens, as RFC 5545 has it. Raises Unauthorized."""
    try:
        user_id, stamp = _signer().loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise Unauthorized("This calendar link is not valid.") from error
    user = db.session.get(User, user_id)
    if user is None or stamp != _stamp(user):
        raise Unauthorized("This calendar link has ended. Please ask for a new one.")
    since = clock.today() - timedelta(days=KEPT_DAYS)
    rentals = db.session.scalars(
        select(Rental).where(Rental.user_id == user.id, Rental.end_date >= since).order_by(Rental.id).options(*SHOWN)
    )
    told: bytes = _calendar(list(rentals)).to_ical()
    return told


def _calendar(rentals: list[Rental]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//musical-instruments//rentals//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Rented instruments")
    for rental in rentals:
        calendar.add_component(_event(rental))
    return calendar


def _event(rental: Rental) -> Event:
    """All-day: DTEND is the day after the last one."""
    event = Event()
    event.add("uid", f"rental-{rental.id}@musical-instruments")
    event.add("dtstamp", utc_now())
    event.add("summary", f"Rented: {rental.instrument_name}")
    event.add("dtstart", rental.start_date)
    event.add("dtend", rental.period.end)
    event.add("location", rental.location)
    event.add("status", STATUS[rental.status])
    event.add("description", f"Rental {rental.id}, {rental.status}. {rental.total} {rental.currency} in total.")
    return event


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="rental calendar")


def _stamp(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]
