"""The shop's rules for days, from the settings: what may be rented when, cancelled until when, charged from when."""

from datetime import date, timedelta

from flask import current_app

from app.errors import Invalid
from app.models.rental import Rental
from app.needs.reason import Reason
from app.rental.period import Period
from app.services import clock
from app.speech.days.feasts import Calendar

CALENDAR_DAYS = 30


def calendar() -> Calendar:
    """The feasts of the shop's country, and the days that the shop gave names to."""
    config = current_app.config
    return Calendar(config["SHOP_COUNTRY"], config["SHOP_SUBDIVISION"], config["SHOP_CALENDAR"])


def checked_period(
    first: date, last: date, *, location: str = "json", names: tuple[str, str] = ("start_date", "end_date")
) -> Period:
    """The period from the first to the last day. Raises Invalid, naming the field, for one that cannot be rented.

    `location` and `names` say where in the request the two days stood.
    """
    first_name, last_name = names
    if first < clock.today():
        raise Invalid(errors={location: {first_name: [f"This day is over: today is {clock.today()}."]}})
    problem = _problem_with(first, last) if first <= last else f"Must not be before {first_name}."
    if problem:
        raise Invalid(errors={location: {last_name: [problem]}})
    return Period.inclusive(first, last)


def checked_filter(first: date | None, last: date | None) -> Period | None:
    """The period of a search. A first day alone means that day; a last one alone, from today on; neither, None."""
    if first is None and last is None:
        return None
    first, last = first or clock.today(), last or first
    return checked_period(first, last or first, location="query", names=("available_from", "available_to"))


def checked_calendar(first: date | None = None, last: date | None = None) -> Period:
    """The period of a calendar. Left out, it begins today and has thirty days."""
    first = first or clock.today()
    last = last or first + timedelta(days=CALENDAR_DAYS - 1)
    return checked_period(first, last, location="query", names=("from", "to"))


def checked_extension(rental: Rental, last: date) -> Period:
    """The rental's period with a later last day. Raises Invalid, naming the field."""
    problem: str | None
    if last <= rental.end_date:
        problem = f"Must be after the rental's last day, {rental.end_date}."
    elif last < clock.today():
        problem = f"This day is over: today is {clock.today()}."
    else:
        problem = _problem_with(rental.start_date, last)
    if problem:
        raise Invalid(errors={"json": {"end_date": [problem]}})
    return Period.inclusive(rental.start_date, last)


def _problem_with(first: date, last: date) -> str | None:
    """Why a rental from `first` may not last until `last`, as a field's error tells it."""
    if _is_too_long(first, last):
        return f"A rental lasts {setting('MAX_DAYS')} days at most."
    return f"We plan no further ahead than {_furthest()}." if last > _furthest() else None


def problem_with_wish(first: date | None, days: int | None) -> Reason | None:
    """Why so many days, from some day on or from whenever, cannot be rented; None when they can."""
    first = first or clock.today()
    last = first + timedelta(days=(days or 1) - 1)
    if _is_too_long(first, last):
        return Reason("too_long", {"days": setting("MAX_DAYS")})
    return Reason("too_far", {"day": _furthest()}) if last > _furthest() else None


def _is_too_long(first: date, last: date) -> bool:
    return (last - first).days + 1 > setting("MAX_DAYS")


def _furthest() -> date:
    return clock.today() + timedelta(days=setting("AHEAD_DAYS"))


def with_turnaround(period: Period) -> Period:
    """The period with the days that the shop needs before the unit can go out again."""
    return Period(period.start, period.end + timedelta(days=setting("TURNAROUND_DAYS")))


def last_day_to_extend(rental: Rental, taken_from: date | None) -> date | None:
    """Until then its customer may extend it, if its unit is taken from that day on; None once it is overdue."""
    if rental.end_date < clock.today():
        return None
    longest = rental.start_date + timedelta(days=setting("MAX_DAYS") - 1)
    unit_free = taken_from - timedelta(days=setting("TURNAROUND_DAYS") + 1) if taken_from else date.max
    return min(longest, _furthest(), unit_free)


def last_day_to_cancel(rental: Rental) -> date:
    """Until then its customer may cancel it; staff always may."""
    return rental.start_date - timedelta(days=setting("CANCEL_DAYS"))


def last_day_to_collect(rental: Rental) -> date:
    """After it, a reservation that was not collected expires."""
    return min(rental.end_date, rental.start_date + timedelta(days=setting("COLLECT_DAYS")))


def setting(name: str) -> int:
    number: int = current_app.config[f"RENTAL_{name}"]
    return number
