"""The life of a rental: reserved, then collected (active), then returned; or cancelled.

Every change locks the rental, then its instruments, decides with what it reads under the lock, and records the step.
Who holds an instrument's lock decides over all of its units; the database has the last word.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.errors import Conflict, Forbidden, NotFound
from app.extensions import db
from app.models.instrument import Instrument, Unit
from app.models.rental import Occupancy, Rental, RentalStep
from app.models.user import User
from app.observability import metrics
from app.rental import pricing
from app.rental.offer import Offer
from app.rental.period import Period
from app.rental.pricing import Rates
from app.services import availability_service, catalogue_service, clock, offer_service, rental_rules
from app.services.page import Page, page_of
from app.services.transactions import change, lock

TAKEN = "Somebody else took this unit on these days."
SHOWN = (joinedload(Rental.instrument), joinedload(Rental.unit))


@dataclass(frozen=True, kw_only=True)
class RentalFilter:
    """Limits on a list of rentals; the days are those that a rental shares with `first` to `last`."""

    status: str | None = None
    first: date | None = None
    last: date | None = None
    user_id: int | None = None


def quote(instrument_id: int, start_date: date, end_date: date) -> Offer:
    """The instrument on these days. Raises Invalid for days that cannot be rented, NotFound."""
    period = rental_rules.checked_period(start_date, end_date)
    return offer_service.of(catalogue_service.get(instrument_id), period.start, period.days)


def reserve(
    customer: User,
    *,
    instrument_id: int,
    start_date: date,
    end_date: date,
    location: str | None = None,
    before_commit: Callable[[Rental], None] = lambda rental: None,
) -> Rental:
    """Reserves the best free unit, at `location` if one is named; else the customer's own place comes first.

    Raises Conflict with the next free day and alternatives when none is free. `before_commit` is called with the new
    rental in its transaction.
    """
    period = rental_rules.checked_period(start_date, end_date)
    customer_id, preferred = customer.id, customer.preferences["location"]
    if not customer.is_staff:
        _refuse_too_many(customer_id)
    with change(TAKEN):
        instrument = catalogue_service.locked(instrument_id)
        unit = availability_service.best_unit(instrument_id, period, location, preferred)
        if unit is not None:
            rental = _reserved(customer_id, instrument, unit, period)
            before_commit(rental)
            return rental
    raise _nothing_free(instrument_id, period, location)


def find(reader: User, wanted: RentalFilter, offset: int, limit: int) -> Page[Rental]:
    """A page of rentals, the latest to begin first: a customer's own, for staff all. Raises Forbidden for others'."""
    if not reader.is_staff and wanted.user_id not in (None, reader.id):
        raise Forbidden()
    user_id = wanted.user_id if reader.is_staff else reader.id
    limits = [] if user_id is None else [Rental.user_id == user_id]
    limits += [] if wanted.status is None else [Rental.status == wanted.status]
    limits += [] if wanted.first is None else [Rental.end_date >= wanted.first]
    limits += [] if wanted.last is None else [Rental.start_date <= wanted.last]
    query = select(Rental).where(*limits).order_by(Rental.start_date.desc(), Rental.id.desc())
    return page_of(query.options(*SHOWN), offset, limit)


def get(reader: User, rental_id: int) -> Rental:
    """A rental of one's own; staff may read each. Raises NotFound."""
    rental = db.session.scalar(
        select(Rental).where(Rental.id == rental_id).options(*SHOWN).execution_options(populate_existing=True)
    )
    if rental is None or not (reader.is_staff or rental.user_id == reader.id):
        raise NotFound("There is no such rental.")
    return rental


def history(reader: User, rental_id: int) -> list[RentalStep]:
    """Every step of a rental, oldest first."""
    return get(reader, rental_id).steps


@change(TAKEN)
def cancel(actor: User, rental_id: int) -> Rental:
    """Gives a reservation up; nothing is owed for it. Customers may until the last day to cancel, staff always."""
    actor_id, is_staff = actor.id, actor.is_staff
    rental = _locked(actor, rental_id, "cancelled", "reserved")
    last_day = rental_rules.last_day_to_cancel(rental)
    if not is_staff and clock.today() > last_day:
        raise _refused(rental, f"It could be cancelled until {last_day}. Please ask our staff.")
    _give_up(rental, actor_id, "cancelled")
    return rental


def expire() -> int:
    """Gives up the reservations that nobody collected in time; returns how many."""
    due = select(Rental.id).where(Rental.status == "reserved", Rental.start_date < clock.today())
    expired = 0
    for rental_id in db.session.scalars(due.order_by(Rental.id)).all():
        with change():
            lock(Rental, rental_id)
            rental = db.session.get_one(Rental, rental_id)
            if rental.status == "reserved" and clock.today() > rental_rules.last_day_to_collect(rental):
                _give_up(rental, None, "expired")
                expired += 1
    return expired


@change()
def give_up_all(user_id: int) -> None:
    """Gives up every reservation of a person who leaves for good. Raises Conflict while an instrument is out.

    It is a part of the change that deletes the person: until then their row is locked against new rentals.
    """
    mine = (
        select(Rental).where(Rental.user_id == user_id, Rental.status.in_(("reserved", "active"))).order_by(Rental.id)
    )
    lock(Rental, *(rental.id for rental in db.session.scalars(mine)))
    lock(User, user_id)
    # PostgreSQL: whoever is about to reserve for this person waits as well, and then finds nobody.
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    for rental in db.session.scalars(mine).all():
        if rental.status == "active":
            raise _refused(rental, f"Please bring the {rental.instrument_name} back first.", rental_id=rental.id)
        _give_up(rental, user_id, "cancelled")


@change(TAKEN)
def extend(actor: User, rental_id: int, end_date: date) -> Rental:
    """Makes it last longer, at the rates that were agreed: it costs what the longer period costs more.

    Raises Conflict when the unit is taken then, Invalid for an end that is too early, too late or too far.
    """
    actor_id, is_staff = actor.id, actor.is_staff
    rental = _locked(actor, rental_id, "extended", "reserved", "active")
    before = rental.period
    after = rental_rules.checked_extension(rental, end_date)
    if before.end <= clock.today() and not is_staff:
        raise _refused(rental, f"It was due on {before.last}. Please ask our staff.")
    lock(Instrument, rental.instrument_id)
    free_from = rental_rules.with_turnaround(after).end
    occupancy = _occupancy(rental)
    taken_from = availability_service.next_taken(occupancy)
    if taken_from and taken_from < free_from:
        raise _refused(rental, f"This unit is taken from {taken_from}.", taken_from=str(taken_from))
    more = pricing.extension(Rates.of(rental), before.days, after.days)
    occupancy.free_from, rental.end_date, rental.total = free_from, after.last, rental.total + more
    _record(rental, actor_id, "extended", more, end_date={"from": before.last, "to": after.last})
    return rental


def exchange(
    actor: User,
    rental_id: int,
    *,
    instrument_id: int | None = None,
    unit_id: int | None = None,
    location: str | None = None,
    condition: str | None = None,
) -> Rental:
    """Another unit, or another instrument in its place, for the days that are left: all of them while it is reserved.

    The days that were used keep their share of the price, the others cost their share of the new one's. Of an active
    rental only staff exchanges, and may note the `condition` of the unit that came back. Raises Conflict with the next
    free day and alternatives when no unit is free.
    """
    actor_id, is_staff = actor.id, actor.is_staff
    with change(TAKEN):
        rental = _locked(actor, rental_id, "exchanged", "reserved", "active")
        left = _days_to_exchange(rental, is_staff)
        lock(Instrument, rental.instrument_id, instrument_id or rental.instrument_id)
        instrument = catalogue_service.get(instrument_id or rental.instrument_id)
        if unit_id:
            catalogue_service.unit_of(instrument.id, unit_id)
        unit = availability_service.best_unit(instrument.id, left, location, rental.location, unit_id)
        if unit is not None:
            _put_in_place(rental, actor_id, instrument, unit, left, condition)
            return rental
    raise _nothing_free(instrument.id, left, location)


@change(TAKEN)
def hand_out(staff: User, rental_id: int) -> Rental:
    """The customer collects the unit: reserved becomes active."""
    actor_id, today = staff.id, clock.today()
    rental = _locked(staff, rental_id, "collected", "reserved")
    if not rental.start_date <= today <= rental.end_date:
        raise _refused(rental, f"Its days are {rental.start_date} to {rental.end_date}; today is {today}.")
    lock(Instrument, rental.instrument_id)
    if availability_service.is_out(rental.unit_id):
        raise _refused(rental, "This unit has not come back yet: exchange it for another one.")
    _occupancy(rental).is_out = True
    rental.status = "active"
    _record(rental, actor_id, "collected", from_status="reserved", condition=rental.unit.condition)
    return rental


@change(TAKEN)
def take_back(staff: User, rental_id: int, condition: str | None = None) -> Rental:
    """The unit comes back: active becomes returned. Late days are charged, and days that are left become free."""
    actor_id, today = staff.id, clock.today()
    rental = _locked(staff, rental_id, "returned", "active")
    lock(Instrument, rental.instrument_id)
    days_late = max(0, (today - rental.end_date).days)
    rental.late_fee = pricing.late_fee(Rates.of(rental), days_late, rental_rules.setting("GRACE_DAYS"))
    if condition:
        rental.unit.condition = condition
    occupancy = _occupancy(rental)
    occupancy.is_out = False
    _free(occupancy, today)
    rental.status = "returned"
    condition = rental.unit.condition
    _record(rental, actor_id, "returned", rental.late_fee, "active", days_late=days_late, condition=condition)
    return rental


def _locked(actor: User, rental_id: int, step: str, *statuses: str) -> Rental:
    """The rental with its row locked. Raises NotFound, or Conflict where its status allows no such step."""
    lock(Rental, rental_id)
    rental = get(actor, rental_id)
    if rental.status not in statuses:
        raise _refused(rental, f"It is {rental.status}; only one that is {' or '.join(statuses)} can be {step}.")
    return rental


def _refused(rental: Rental, message: str, **told: Any) -> Conflict:
    """A Conflict that names the rental's status."""
    return Conflict(message, {"status": rental.status, **told})


def _refuse_too_many(customer_id: int) -> None:
    """A customer who reserves the whole shop is stopped. Two at the same instant may pass it by one."""
    most = rental_rules.setting("MAX_RESERVED")
    held = select(func.count()).where(Rental.user_id == customer_id, Rental.status == "reserved")
    if db.session.scalars(held).one() >= most:
        raise Conflict(f"You have {most} reservations that are not collected: that is the most.")


def _nothing_free(instrument_id: int, period: Period, location: str | None) -> Conflict:
    """A Conflict that says from when the instrument is free, and what else is free on these days.

    Made when the change is over: others would wait for the lock while we look around.
    """
    metrics.refused_bookings.inc()
    instrument = db.session.get_one(Instrument, instrument_id)
    again = availability_service.next_free([instrument_id], period, location).get(instrument_id)
    others = offer_service.of_all(availability_service.alternatives(instrument, period), period.start, period.days)
    where = f" at {location}" if location else ""
    message = f"No unit is free{where} from {period.start} to {period.last}."
    next_available = str(again.start) if again else None
    return Conflict(message, {"next_available": next_available, "alternatives": [_alternative(o) for o in others]})


class Alternative(TypedDict):
    """Another instrument that is free on the days, as a client who came too late is told it."""

    instrument_id: int
    name: str
    daily_rate: str
    total: str
    currency: str
    url: str


def _alternative(offer: Offer) -> Alternative:
    return Alternative(
        instrument_id=offer.instrument_id,
        name=offer.name,
        daily_rate=str(offer.daily_rate),
        total=str(offer.total),
        currency=offer.currency,
        url=f"/api/instruments/{offer.instrument_id}",
    )


def _reserved(customer_id: int, instrument: Instrument, unit: Unit, period: Period) -> Rental:
    """A new rental with its first step, holding its unit."""
    rental = Rental(user_id=customer_id, instrument=instrument, unit=unit, start_date=period.start)
    rental.end_date, rental.status = period.last, "reserved"
    rental.total, rental.late_fee = pricing.total(Rates.of(instrument), period.days), Decimal(0)
    _agree(rental, instrument)
    db.session.add(rental)
    db.session.flush()
    db.session.add(_occupied(rental, period))
    _record(
        rental, customer_id, "reserved", rental.total, unit_id=unit.id, start_date=period.start, end_date=period.last
    )
    return rental


def _days_to_exchange(rental: Rental, is_staff: bool) -> Period:
    """The days for which another unit can come in the place of this one. Raises Conflict when there are none."""
    today, is_active = clock.today(), rental.status == "active"
    if is_active and not is_staff:
        raise _refused(rental, "Please bring it to the shop: there our staff exchange it.")
    if today > rental.end_date:
        raise _refused(rental, f"Its days were over on {rental.end_date}.")
    return Period(today, rental.period.end) if is_active and today > rental.start_date else rental.period


def _put_in_place(
    rental: Rental, actor_id: int, instrument: Instrument, unit: Unit, left: Period, condition: str | None
) -> None:
    """This unit from now on, for the days that are left; the one before it comes back if it was out."""
    is_active = rental.status == "active"
    occupancy, old_unit, old_instrument = _occupancy(rental), rental.unit, rental.instrument_id
    before = rental.total
    if condition and is_active:
        old_unit.condition = condition
    if instrument.id != old_instrument:
        anew = pricing.total(Rates.of(instrument), rental.days)
        rental.total = pricing.exchanged_total(before, rental.days - left.days, rental.days, anew)
        _agree(rental, instrument)
    occupancy.is_out = False
    if is_active:
        _free(occupancy, clock.today())
    else:
        db.session.delete(occupancy)
    db.session.flush()
    rental.instrument, rental.unit = instrument, unit
    db.session.add(_occupied(rental, left, is_out=is_active))
    _record(
        rental,
        actor_id,
        "exchanged",
        rental.total - before,
        instrument_id={"from": old_instrument, "to": instrument.id},
        unit_id={"from": old_unit.id, "to": unit.id},
        on=left.start,
        condition=condition if is_active else None,
    )


def _agree(rental: Rental, instrument: Instrument) -> None:
    """Notes the conditions that hold from now on."""
    for name in ("daily_rate", "weekly_rate", "monthly_rate", "deposit", "currency"):
        setattr(rental, name, getattr(instrument, name))


def _occupied(rental: Rental, period: Period, *, is_out: bool = False) -> Occupancy:
    whole = rental_rules.with_turnaround(period)
    return Occupancy(
        unit_id=rental.unit.id, rental_id=rental.id, start_date=whole.start, free_from=whole.end, is_out=is_out
    )


def _occupancy(rental: Rental) -> Occupancy:
    """The row that holds the rental's present unit; an exchange leaves older ones behind."""
    return db.session.scalars(
        select(Occupancy)
        .where(Occupancy.rental_id == rental.id)
        .order_by(Occupancy.start_date.desc(), Occupancy.id.desc())
        .limit(1)
    ).one()


def _free(occupancy: Occupancy, day: date) -> None:
    """The unit came back on this day. After the turnaround it can go out again, if nobody has it reserved by then."""
    ready = day + timedelta(days=rental_rules.setting("TURNAROUND_DAYS"))
    free_from = min(ready, availability_service.next_taken(occupancy) or date.max)
    if free_from > occupancy.start_date:
        occupancy.free_from = free_from
    else:
        db.session.delete(occupancy)


def _give_up(rental: Rental, actor_id: int | None, step: str) -> None:
    db.session.delete(_occupancy(rental))
    owed, rental.total, rental.status = rental.total, Decimal(0), "cancelled"
    _record(rental, actor_id, step, -owed, "reserved")


def _record(
    rental: Rental,
    actor_id: int | None,
    step: str,
    amount: Decimal = Decimal(0),
    from_status: str | None = None,
    **detail: Any,
) -> None:
    """Adds a step to the history. Without `from_status` the status stayed as it is; the first step has none."""
    metrics.rentals.labels(step).inc()
    db.session.add(
        RentalStep(
            rental_id=rental.id,
            actor_id=actor_id,
            step=step,
            from_status=None if step == "reserved" else from_status or rental.status,
            to_status=rental.status,
            amount=amount,
            detail=json.loads(json.dumps({name: value for name, value in detail.items() if value}, default=str)),
        )
    )
