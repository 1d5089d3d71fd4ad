"""Which units are free on which days: one condition for the catalogue, the chat and the booking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from app.extensions import db
from app.models.instrument import Instrument, Unit
from app.models.rental import Occupancy
from app.rental.period import Period
from app.services import clock, rental_rules
from app.vocabulary import CONDITIONS

_OF_UNIT = Occupancy.unit_id == Unit.id


@dataclass(frozen=True)
class DayAvailability:
    date: date
    units_available: int


class UnitThen(NamedTuple):
    """A unit of an instrument, and whether it is free for the whole of some period."""

    instrument_id: int
    status: str
    location: str
    condition: str
    is_free: bool


@dataclass(frozen=True)
class NextFree:
    """The first day from which some units of an instrument are free, how many, and where they stand."""

    start: date
    units_available: int
    locations: tuple[str, ...]


def today() -> Period:
    """The period that is meant where no days are named."""
    return Period.of_days(clock.today(), 1)


def meant(start: date | None, days: int | None) -> Period:
    """The days on which it must be free: the first one as long as their number is not known, else today."""
    return Period.of_days(start, days or 1) if start else today()


def is_free(period: Period) -> ColumnElement[bool]:
    """A condition on units: in service, and occupied on no day of the period or of the turnaround after it.

    A unit that is late is expected back tomorrow: it cannot begin a rental today.
    """
    whole = rental_rules.with_turnaround(period)
    taken = [exists().where(_OF_UNIT, Occupancy.start_date < whole.end, Occupancy.free_from > whole.start)]
    if period.start <= clock.today():
        taken.append(
            exists().where(_OF_UNIT, Occupancy.is_out)
        )  # Apart from the other one, so that indexes serve both.
    return and_(Unit.status == "in_service", *(~each for each in taken))


def stands_at(location: str) -> ColumnElement[bool]:
    """A condition on units: at this place, however it is capitalised."""
    return func.lower(Unit.location) == location.lower()


def units_then(instrument_ids: Iterable[int], period: Period) -> dict[int, list[UnitThen]]:
    """The units of these instruments as they are in this period: one query."""
    rows = db.session.execute(
        select(Unit.instrument_id, Unit.status, Unit.location, Unit.condition, is_free(period))
        .where(Unit.instrument_id.in_(instrument_ids))
        .order_by(Unit.instrument_id, Unit.id)
    )
    units = (UnitThen(*row) for row in rows)
    return {number: list(of_one) for number, of_one in groupby(units, key=lambda unit: unit.instrument_id)}


def by_day(instrument_id: int, period: Period) -> list[DayAvailability]:
    """For each day of the period, on how many units it is free: one query."""
    day = timedelta(days=1)
    days = [period.start + day * number for number in range(period.days)]
    rows = db.session.execute(
        select(Unit.id, Occupancy.start_date, Occupancy.free_from, Occupancy.is_out)
        .outerjoin(Occupancy, and_(_OF_UNIT, Occupancy.start_date < period.end, _ends_after(period)))
        .where(Unit.instrument_id == instrument_id, Unit.status == "in_service")
        .order_by(Unit.id)
    ).all()
    taken = dict.fromkeys(days, 0)
    for _, rows_of_unit in groupby(rows, key=lambda row: row.id):
        for gone in {gone for row in rows_of_unit if row.start_date for gone in _days_taken(row, period)}:
            taken[gone] += 1
    total = len({row.id for row in rows})
    return [DayAvailability(day, total - taken[day]) for day in days]


def best_unit(
    instrument_id: int, period: Period, location: str | None, preferred: str | None, unit_id: int | None = None
) -> Unit | None:
    """The free unit to give out: at the preferred place, then the best condition, then the tightest gap.

    With `location`, only units there come into question; with `unit_id`, only that one.
    """
    whole = rental_rules.with_turnaround(period)
    freed = select(func.max(Occupancy.free_from)).where(_OF_UNIT, Occupancy.free_from <= whole.start)
    taken = select(func.min(Occupancy.start_date)).where(_OF_UNIT, Occupancy.start_date >= whole.end)
    here = [stands_at(location)] if location else []
    here += [Unit.id == unit_id] if unit_id else []
    rows = db.session.execute(
        select(Unit, freed.scalar_subquery(), taken.scalar_subquery())
        .where(Unit.instrument_id == instrument_id, is_free(period), *here)
        .order_by(Unit.id)
    ).all()

    def order(row: Any) -> tuple[Any, ...]:
        unit, free_since, next_taken = row
        before = period.start - max(free_since or clock.today(), clock.today())
        after = (next_taken or date.max) - whole.end
        return unit.location != preferred, CONDITIONS.index(unit.condition), before + after, unit.id

    return min(rows, key=order)[0] if rows else None


def next_taken(occupancy: Occupancy) -> date | None:
    """When the same unit is occupied next after this row."""
    return db.session.scalar(
        select(func.min(Occupancy.start_date)).where(
            Occupancy.unit_id == occupancy.unit_id, Occupancy.start_date >= occupancy.free_from
        )
    )


def is_out(unit_id: int) -> bool:
    """Whether somebody has this unit."""
    return bool(db.session.scalar(select(exists().where(Occupancy.unit_id == unit_id, Occupancy.is_out))))


def next_free(instrument_ids: Iterable[int], period: Period, location: str | None = None) -> dict[int, NextFree]:
    """For each instrument with a unit in service, when it is free next for as long as the period: one query.

    With `location`, only units there come into question.
    """
    here = [stands_at(location)] if location else []
    rows = db.session.execute(
        select(Unit.instrument_id, Unit.id, Unit.location, Occupancy.start_date, Occupancy.free_from, Occupancy.is_out)
        .outerjoin(Occupancy, and_(_OF_UNIT, _ends_after(period)))
        .where(Unit.instrument_id.in_(instrument_ids), Unit.status == "in_service", *here)
        .order_by(Unit.instrument_id, Unit.id, Occupancy.start_date)
    ).all()
    found = {}
    for instrument_id, of_instrument in groupby(rows, key=lambda row: row.instrument_id):
        units = [list(of_unit) for _, of_unit in groupby(of_instrument, key=lambda row: row.id)]
        start = min(_first_gap(unit, period) for unit in units)
        free = [unit[0] for unit in units if _first_gap(unit, period.starting(start)) == start]
        found[instrument_id] = NextFree(start, len(free), tuple(sorted({row.location for row in free})))
    return found


def alternatives(instrument: Instrument, period: Period, limit: int = 2) -> list[Instrument]:
    """Instruments of the same family that are free for the period, the most alike first: kind, size, daily rate."""
    free = exists().where(Unit.instrument_id == Instrument.id, is_free(period))
    unlike = (
        case((Instrument.category == instrument.category, 0), else_=1),
        case((func.coalesce(Instrument.size, "4/4") == (instrument.size or "4/4"), 0), else_=1),
        func.abs(Instrument.daily_rate - instrument.daily_rate),
        Instrument.id,
    )
    rows = db.session.scalars(
        select(Instrument)
        .where(Instrument.family == instrument.family, Instrument.withdrawn_at.is_(None), free)
        .order_by(*unlike)
        .limit(limit)
    )
    return list(rows)


def _ends_after(period: Period) -> ColumnElement[bool]:
    """Whether it still holds the unit when the period begins; a unit that is out does so until it has come back."""
    later = Occupancy.free_from > period.start
    return or_(later, Occupancy.is_out) if period.start <= clock.today() else later


def _days_taken(row: Any, period: Period) -> Iterable[date]:
    """The days of the period on which one row holds its unit; who is late holds it today as well."""
    until = max(row.free_from, clock.today() + timedelta(days=1)) if row.is_out else row.free_from
    first, end = max(row.start_date, period.start), min(until, period.end)
    return (first + timedelta(days=number) for number in range((end - first).days))


def _first_gap(rows: Sequence[Any], period: Period) -> date:
    """The first day of a gap in one unit's calendar that holds the period, from its first day on."""
    start = period.start
    for row in rows:
        if row.start_date is None:
            break
        if rental_rules.with_turnaround(period.starting(start)).end <= row.start_date:
            break
        late = clock.today() + timedelta(days=1) if row.is_out else row.free_from
        start = max(start, row.free_from, late)
    return start
