"""The customer's own affairs: what is asked of own rentals, from own rows only, and the calls that do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.answers.evidence import Evidence
from app.answers.own import Extension, OwnAffairs, OwnRental
from app.extensions import db
from app.models.rental import Occupancy, Rental
from app.needs import affairs
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.understanding import Reading
from app.rental import pricing
from app.rental.period import Period
from app.rental.pricing import Rates
from app.services import clock, rental_rules
from app.services.chat.turn import Asked
from app.services.conversation_service import Recent
from app.services.rental_service import SHOWN
from app.speech.marks import Affair, Topic

MOST_SHOWN = 5
MOST_READ = 200
LATE_FEE_DAYS = 90  # So long a late fee is told after the rental's last day.
# What the house book says as well: its rules go on where our rows end.
WITH_PASSAGE = affairs.OF_THE_HOUSE | {Topic.OWED}


@dataclass(frozen=True)
class Own:
    """What is asked of own rentals, and the rentals of whoever asks, the most pressing first; `count` are all."""

    asked: tuple[Affair, ...]
    rentals: tuple[OwnRental, ...]
    count: int

    @property
    def takes_passage(self) -> bool:
        """Whether the house book's own words belong to the answer."""
        return any(affair.topic in WITH_PASSAGE for affair in self.asked)


def of(user_id: int, asked: Asked, reading: Reading, recent: Recent, *, has_passage: bool) -> Own | None:
    """This user's rentals, if the message is about them; None if it is not. One query where it may be, else none."""
    about = affairs.asked(reading, recent.own)
    is_elsewhere = asked.instrument_id is not None or asked.route == "recommend" or reading.said.foreign is not None
    if not about or is_elsewhere:
        return None
    longer = next((affair for affair in about if affair.topic in (Topic.LONGER, Topic.EARLIER)), None)
    rows = _rows(user_id)
    rentals = tuple(_fact(rental, taken_from, longer, reading) for rental, taken_from, _ in rows)
    rented = {rental.category for rental in rentals}
    has_shown = bool(recent.shown) and not recent.own
    is_meant = affairs.concerns(about, reading, rented, has_passage=has_passage, has_shown=has_shown)
    return Own(about, rentals, rows[0][2] if rows else 0) if is_meant else None


def evidence(own: Own, reading: Reading, need: Need) -> Evidence:
    """What is answered, with the calls that do it where the shop would accept them now."""
    topics = tuple(dict.fromkeys(affair.topic for affair in own.asked))
    named = reading.said.stated_kinds
    meant = _meant(own.rentals, reading, named, topics)
    shown = (meant or own.rentals)[:MOST_SHOWN]
    others = own.count - len(own.rentals) if meant == own.rentals else 0
    if any(rental.extension and rental.extension.until > rental.period.last for rental in shown):
        topics = tuple(dict.fromkeys(Topic.LONGER if topic is Topic.EARLIER else topic for topic in topics))
    is_of_others = topics == (Topic.OTHERS,)
    told = OwnAffairs(
        today=clock.today(),
        topics=topics,
        rentals=shown if not is_of_others else (),
        more=len(meant or own.rentals) - len(shown) + others if not is_of_others else 0,
        missing=named if named and own.rentals and not meant else (),
    )
    return Evidence(need, kind=Kind.OWN, own=told, actions=() if told.missing else _actions(told))


def _meant(
    rentals: tuple[OwnRental, ...], reading: Reading, named: Sequence[str], topics: Sequence[Topic]
) -> tuple[OwnRental, ...]:
    """Those of the kinds, makers and, where money is asked for, the first days that are named."""
    makers = reading.said.of("maker")
    found = tuple(rental for rental in rentals if not named or rental.category in named)
    found = tuple(rental for rental in found if any(mark.value == rental.brand for mark in makers)) or found
    days = {mark.value.start for mark in reading.said.of("days")} if Topic.OWED in topics else set()
    return tuple(rental for rental in found if rental.period.start in days) or found


def _actions(told: OwnAffairs) -> tuple[dict[str, Any], ...]:
    extended = told.about(Topic.LONGER) if Topic.LONGER in told.topics else ()
    cancelled = told.about(Topic.CANCEL) if Topic.CANCEL in told.topics else ()
    return (
        *(
            _action("extend", rental, {"end_date": str(rental.extension.until)})
            for rental in extended
            if rental.extension and rental.extension.more is not None
        ),
        *(
            _action("cancel", rental, {})
            for rental in cancelled
            if not rental.is_out and told.today <= rental.cancel_until
        ),
    )


def _action(name: str, rental: OwnRental, body: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "method": "POST", "path": f"/api/rentals/{rental.rental_id}/{name}", "body": body}


def _rows(user_id: int) -> list[Any]:
    """Own rentals that are open, or were charged a late fee lately: each with the day from which its unit is taken by
    somebody else, and how many there are in all. What is out comes first, then what begins first.
    """
    newer, later = aliased(Occupancy), aliased(Occupancy)
    present = (
        select(newer.id)
        .where(newer.rental_id == Rental.id)
        .order_by(newer.start_date.desc(), newer.id.desc())
        .limit(1)
        .correlate(Rental)
        .scalar_subquery()
    )
    taken_from = (
        select(func.min(later.start_date))
        .where(later.unit_id == Occupancy.unit_id, later.start_date >= Occupancy.free_from)
        .correlate(Occupancy)
        .scalar_subquery()
    )
    was_late = and_(
        Rental.status == "returned",
        Rental.late_fee > 0,
        Rental.end_date >= clock.today() - timedelta(days=LATE_FEE_DAYS),
    )
    order = case((Rental.status == "active", 0), (Rental.status == "reserved", 1), else_=2)
    return list(
        db.session.execute(
            select(Rental, taken_from, func.count().over())
            .outerjoin(Occupancy, Occupancy.id == present)
            .where(Rental.user_id == user_id, or_(Rental.status.in_(("reserved", "active")), was_late))
            .order_by(order, Rental.start_date, Rental.id)
            .limit(MOST_READ)
            .options(*SHOWN)
        )
    )


def _fact(rental: Rental, taken_from: Any, longer: Affair | None, reading: Reading) -> OwnRental:
    is_out, is_back = rental.status == "active", rental.status == "returned"
    days_late = max(0, (clock.today() - rental.end_date).days) if is_out else 0
    fee = pricing.late_fee(Rates.of(rental), days_late, rental_rules.setting("GRACE_DAYS"))
    fact = OwnRental(
        rental_id=rental.id,
        name=rental.instrument_name,
        brand=rental.instrument.brand,
        size=rental.instrument.size,
        category=rental.instrument.category,
        period=rental.period,
        is_out=is_out,
        is_back=is_back,
        total=rental.total,
        deposit=rental.deposit,
        late_fee=rental.late_fee if is_back else fee,
        currency=rental.currency,
        place=rental.location,
        days_late=days_late,
        latest=rental_rules.last_day_to_extend(rental, taken_from),
        cancel_until=rental_rules.last_day_to_cancel(rental),
    )
    until = affairs.until(longer, reading, rental.period, clock.today()) if longer else None
    if until is None:
        return fact
    possible = fact.latest is not None and rental.end_date < until <= fact.latest
    return replace(fact, extension=Extension(until, _more(rental, fact, until) if possible else None))


def _more(rental: Rental, fact: OwnRental, until: Any) -> Decimal:
    longer = Period.inclusive(fact.period.start, until)
    return pricing.extension(Rates.of(rental), fact.period.days, longer.days)
