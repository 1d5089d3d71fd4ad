"""From instruments to offers: what each costs on some days, and which of its units are free then."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.orm import selectinload

from app.models.instrument import Instrument
from app.rental.offer import Offer
from app.rental.pricing import Rates
from app.services import availability_service
from app.services.availability_service import UnitThen

# What an offer tells of an instrument beside its own columns: two queries, whatever the number of instruments.
TOLD = (selectinload(Instrument.levels), selectinload(Instrument.genre_rows))


def of_all(instruments: Iterable[Instrument], start: date | None = None, days: int | None = None) -> list[Offer]:
    """Offers from `start` for so many `days`, in the same order: one query, given that what is TOLD was loaded."""
    instruments = list(instruments)
    period = availability_service.meant(start, days)
    units = availability_service.units_then([instrument.id for instrument in instruments], period)
    return [_offer(instrument, units.get(instrument.id, ()), start, days) for instrument in instruments]


def of(instrument: Instrument, start: date | None = None, days: int | None = None) -> Offer:
    """The same for one."""
    return of_all([instrument], start, days)[0]


def _offer(instrument: Instrument, units: Sequence[UnitThen], start: date | None, days: int | None) -> Offer:
    free = [unit for unit in units if unit.is_free]
    return Offer(
        instrument_id=instrument.id,
        name=instrument.name,
        brand=instrument.brand,
        model=instrument.model,
        category=instrument.category,
        rates=Rates.of(instrument),
        deposit=instrument.deposit,
        currency=instrument.currency,
        skill_levels=tuple(instrument.skill_levels),
        genres=tuple(instrument.genres),
        size=instrument.size,
        description=instrument.description,
        attributes=instrument.attributes,
        image_url=instrument.image_url,
        start=start,
        days=days,
        units_total=sum(unit.status != "retired" for unit in units),
        units_available=len(free),
        locations=_places(free),
        all_locations=_places(unit for unit in units if unit.status == "in_service"),
        conditions=tuple(sorted({unit.condition for unit in free})),
    )


def _places(units: Iterable[UnitThen]) -> tuple[str, ...]:
    return tuple(sorted({unit.location for unit in units}))
