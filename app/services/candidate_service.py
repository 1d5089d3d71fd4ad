"""From a need to instruments that keep its limits: limits in SQL, a bounded number of rows."""

from typing import Any

from sqlalchemy import exists, func, or_, select

from app.assistant.evidence import Candidate, Choice, Evidence
from app.assistant.need import Budget, Need
from app.assistant.ranking import choose
from app.assistant.understanding import Shelf
from app.extensions import db
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.services import catalogue_service
from app.services.catalogue_service import WHOLE
from app.vocabulary import FAMILIES, FAMILY_OF

MOST_ROWS = 50
# Which limit gives way first when nothing keeps them all. A refusal never does.
RELAXABLE = ("location", "brand", "budget", "size", "categories")
RATE_COLUMN = {"day": Instrument.daily_rate, "week": Instrument.weekly_rate, "month": Instrument.monthly_rate}


def shelf() -> Shelf:
    """The makers and the places that the catalogue knows: two queries."""
    brands = db.session.scalars(select(Instrument.brand).distinct().where(Instrument.withdrawn_at.is_(None)))
    places = db.session.scalars(select(Unit.location).distinct().where(Unit.status == "in_service"))
    return Shelf(tuple(brands), tuple(places))


def evidence(need: Need, limit: int) -> Evidence:
    """The best `limit` instruments that keep every limit; if there are none, those that break exactly one."""
    found = _find(need)
    if found:
        return Evidence(need, choose(need, found, limit))
    for name in RELAXABLE:
        wider = _relaxed(need, name)
        nearest = _find(wider) if wider != need else []
        if nearest:
            return Evidence(need, choose(need, nearest, limit, name), relaxed=name)
    return Evidence(need)


def evidence_about(need: Need, instrument_id: int) -> Evidence:
    """One instrument that was asked about. Raises NotFound."""
    subject = _candidate(catalogue_service.get(instrument_id))
    return Evidence(need, (Choice(subject, "The instrument that you asked about."),), subject=subject)


def _relaxed(need: Need, limit: str) -> Need:
    if limit != "categories" or not need.categories:
        return need.without(limit)
    families = {FAMILY_OF[category] for category in need.categories}
    related = tuple(c for family in sorted(families) for c in FAMILIES[family] if c not in need.refused)
    return Need(**{**vars(need), "categories": related})


def _find(need: Need) -> list[Candidate]:
    query = select(Instrument).where(Instrument.withdrawn_at.is_(None), *_limits(need)).order_by(*_leanings(need))
    return [_candidate(row) for row in db.session.scalars(query.limit(MOST_ROWS).options(*WHOLE))]


def _limits(need: Need) -> list[Any]:
    limits = [_unit_free_at(need.location)]
    if need.categories:
        limits.append(Instrument.category.in_(need.categories))
    if need.refused:
        limits.append(Instrument.category.not_in(need.refused))
    if need.budget != Budget():
        rate = RATE_COLUMN[need.budget.period]
        limits += [rate <= need.budget.high] if need.budget.high is not None else []
        limits += [rate >= need.budget.low] if need.budget.low is not None else []
    if need.size:
        is_size = Instrument.size == need.size
        limits.append(or_(is_size, Instrument.size.is_(None)) if need.size == "4/4" else is_size)
    if need.brand:
        limits.append(Instrument.brand == need.brand)
    return limits


def _unit_free_at(location: str | None) -> Any:
    free = exists().where(Unit.instrument_id == Instrument.id, Unit.status == "in_service")
    return free.where(func.lower(Unit.location) == location.lower()) if location else free


def _leanings(need: Need) -> list[Any]:
    """What the need leans to comes first, so that the rows that leave the database are the best ones."""
    order: list[Any] = []
    if need.cheap:
        order.append(Instrument.daily_rate)
    if need.skill_level:
        suits = exists().where(
            InstrumentLevel.instrument_id == Instrument.id, InstrumentLevel.level == need.skill_level
        )
        order.append(suits.desc())
    if need.genres:
        plays = exists().where(InstrumentGenre.instrument_id == Instrument.id, InstrumentGenre.genre.in_(need.genres))
        order.append(plays.desc())
    return [*order, Instrument.daily_rate, Instrument.id]


def _candidate(instrument: Instrument) -> Candidate:
    return Candidate(
        instrument_id=instrument.id,
        name=instrument.name,
        brand=instrument.brand,
        model=instrument.model,
        category=instrument.category,
        daily_rate=instrument.daily_rate,
        weekly_rate=instrument.weekly_rate,
        monthly_rate=instrument.monthly_rate,
        deposit=instrument.deposit,
        currency=instrument.currency,
        skill_levels=tuple(instrument.skill_levels),
        genres=tuple(instrument.genres),
        size=instrument.size,
        units_available=instrument.units_available,
        locations=tuple(instrument.locations),
        conditions=tuple({unit.condition for unit in instrument.units if unit.status == "in_service"}),
        description=instrument.description,
    )
