"""From a need to instruments that keep its limits: limits in SQL, a bounded number of rows."""

from array import array
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, and_, exists, func, or_, select, type_coerce, union

from app.answers.evidence import Choice, Evidence
from app.answers.ranking import QUIET, choose
from app.extensions import db
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.models.types import Money
from app.needs import sizing
from app.needs.need import Budget, Need
from app.rental import pricing
from app.rental.offer import Offer
from app.rental.period import Period
from app.rental.pricing import Rates
from app.services import availability_service, catalogue_service, meaning_service, text_search
from app.speech.shelf import Shelf
from app.vocabulary import FAMILIES, FAMILY_OF

ROWS_A_STAGE = 20
# Which limit gives way first when nothing keeps them all, and the fields behind each. A refusal never gives way.
RELAXABLE = {
    "location": ("location",),
    "brand": ("brand",),
    "quantity": ("quantity",),
    "budget": ("budget", "budget_is_relative"),
    "size": ("size", "age"),
    "declined": ("declined",),
    "categories": ("categories",),
}
RATE_COLUMN = {"day": Instrument.daily_rate, "week": Instrument.weekly_rate, "month": Instrument.monthly_rate}


def shelf() -> Shelf:
    """The makers, places and genres that the catalogue knows: three queries."""
    brands = db.session.scalars(select(Instrument.brand).distinct().where(Instrument.withdrawn_at.is_(None)))
    places = db.session.scalars(select(Unit.location).distinct().where(Unit.status == "in_service"))
    genres = db.session.scalars(select(InstrumentGenre.genre).distinct())
    return Shelf(*(tuple(sorted(names)) for names in (brands, places, genres)))


def evidence(need: Need, words: Iterable[str], limit: int, meant: array | None = None) -> Evidence:
    """The best `limit` instruments that keep every limit; if there are none, those that break exactly one.

    `words` and the vector `meant` lead to instruments that the need does not name; both only order what fits. The
    evidence's need says how an ambiguous budget was read.
    """
    words = tuple(words)
    for reading in need.readings():
        alike = meaning_service.nearest(meant, _limits(reading)) if meant else ()
        found = _find(reading, words, alike)
        if found:
            relaxed = "categories" if need.absent else None
            chosen = choose(reading, found, limit, words, relaxed=relaxed, alike=alike)
            return Evidence(reading, chosen, relaxed=relaxed, is_meant=bool(alike))
    return _nearest(need.readings()[-1], words, limit)


def evidence_about(need: Need, instrument_id: int) -> Evidence:
    """One instrument that was asked about, with the days on which it is free again. Raises NotFound."""
    period = _days_of(need)
    subject = _candidate(need, catalogue_service.get(instrument_id, period))
    if subject.units_available:
        return Evidence(need, (Choice(subject, "The instrument that you asked about."),), subject=subject, kind="about")
    again = availability_service.next_free([instrument_id], period).get(instrument_id)
    return Evidence(need, subject=replace(subject, start=again.start if again else None), kind="about")


def _nearest(need: Need, words: tuple[str, ...], limit: int) -> Evidence:
    """What breaks exactly one limit. Where the days stand in the way: the next free ones, and one for these days."""
    later = _later(need, words, max(1, limit - 1))
    for name in RELAXABLE:
        wider = _relaxed(need, name)
        nearest = _find(wider, words) if wider != need else []
        if nearest:
            chosen = choose(need, nearest, 1 if later else limit, words, relaxed=name)
            return Evidence(need, (*later, *chosen)[:limit], relaxed="dates" if later else name)
    return Evidence(need, later, relaxed="dates" if later else None)


def _later(need: Need, words: tuple[str, ...], limit: int) -> tuple[Choice, ...]:
    """What keeps every limit but the days, from the next day on which it is free for as long."""
    if need.start is None or need.quantity > 1:
        return ()
    found = {candidate.instrument_id: candidate for candidate in _find(need, words, on_any_day=True)}
    again = availability_service.next_free(found, _days_of(need), need.location) if found else {}
    free = [
        replace(found[number], start=then.start, units_available=then.units_available, locations=then.locations)
        for number, then in again.items()
    ]
    return choose(need, free, limit, words, relaxed="dates")


def _relaxed(need: Need, limit: str) -> Need:
    if limit != "categories" or not need.categories:
        return need.without(*RELAXABLE[limit])
    families = {FAMILY_OF[category] for category in need.categories}
    related = tuple(c for family in sorted(families) for c in FAMILIES[family] if c not in need.refused)
    return replace(need, categories=related)


def _find(need: Need, words: tuple[str, ...], alike: tuple[int, ...] = (), *, on_any_day: bool = False) -> list[Offer]:
    """The candidates that lean most towards the need, some of each stage, in one statement and three to load them."""
    kept = _limits(need, on_any_day=on_any_day)
    rate = Instrument.daily_rate.desc() if need.dear else Instrument.daily_rate
    stages = [
        select(Instrument.id).where(*kept, *leaning).order_by(rate, Instrument.id).limit(ROWS_A_STAGE)
        for leaning in _stages(need, words, alike)
    ]
    best = union(*(select(stage.subquery().c.id) for stage in stages))
    rows = db.session.scalars(
        select(Instrument).where(Instrument.id.in_(best)).options(*catalogue_service.whole(_days_of(need)))
    )
    return [_candidate(need, row) for row in rows]


def _stages(need: Need, words: tuple[str, ...], alike: tuple[int, ...]) -> list[list[Any]]:
    """What the need leans to, from all of it to nothing: each stage is a filter, so that indexes serve it."""
    suits = exists().where(InstrumentLevel.instrument_id == Instrument.id, InstrumentLevel.level == need.skill_level)
    plays = exists().where(InstrumentGenre.instrument_id == Instrument.id, InstrumentGenre.genre.in_(need.genres))
    grown_up = or_(Instrument.size.is_(None), Instrument.size.in_(("4/4", "7/8")))
    leanings = [
        *([grown_up] if need.size is None and need.age is None else []),
        *([Instrument.category.in_(QUIET)] if need.quiet else []),
        *([suits] if need.skill_level else []),
        *([plays] if need.genres else []),
    ]
    together = [leanings] if len(leanings) > 1 else []
    named = [[text_search.has_any(words)]] if words else []
    meant = [[Instrument.id.in_(alike)]] if alike else []
    return [*named, *meant, *together, *([leaning] for leaning in leanings), []]


def _days_of(need: Need) -> Period:
    """The days for which it must be free: the first one as long as the number is not known, else today."""
    return need.period or (Period.of_days(need.start, 1) if need.start else availability_service.today())


def _limits(need: Need, *, on_any_day: bool = False) -> list[Any]:
    limits = [Instrument.withdrawn_at.is_(None), _units_free(need, on_any_day=on_any_day)]
    if need.categories:
        limits.append(Instrument.category.in_(need.categories))
    if need.refused:
        limits.append(Instrument.category.not_in(need.refused))
    if need.budget != Budget():
        price = _price(need)
        limits += [price <= need.budget.high] if need.budget.high is not None else []
        limits += [price >= need.budget.low] if need.budget.low is not None else []
    if need.brand:
        limits.append(Instrument.brand == need.brand)
    if need.refused_brands:
        limits.append(Instrument.brand.not_in(need.refused_brands))
    if need.declined:
        limits.append(Instrument.id.not_in(need.declined))
    return limits + _size_limits(need)


def _price(need: Need) -> Any:
    """The price that the budget limits: one of the rates, or what `pricing.total` comes to, in SQL."""
    if need.limited != "total":
        return RATE_COLUMN[need.limited]
    least = func.min if db.engine.dialect.name == "sqlite" else func.least
    day, week, month = (type_coerce(rate, BigInteger) for rate in RATE_COLUMN.values())  # In cents, as they are kept.
    week = least(week, pricing.WEEK * day)
    covers = pricing.covers(need.days or 1)
    return least(*(cover.months * month + cover.weeks * week + cover.days * day for cover in covers), type_=Money)


def _size_limits(need: Need) -> list[Any]:
    """The size that was said, or of each kind the one that is usual at the age. Full-size ones often state no size."""
    if need.size:
        return [_is_size(need.size)]
    if need.age is None:
        return []
    usual = {category: sizing.size_at(category, need.age) for category in sizing.BEGINS_AT}
    return [
        or_(Instrument.category != category, and_(Instrument.category == category, _is_size(size)))
        for category, size in usual.items()
        if size is not None and (not need.categories or category in need.categories)
    ]


def _is_size(size: str) -> Any:
    return or_(Instrument.size == size, Instrument.size.is_(None)) if size == "4/4" else Instrument.size == size


def _units_free(need: Need, *, on_any_day: bool) -> Any:
    in_question = Unit.status == "in_service" if on_any_day else availability_service.is_free(_days_of(need))
    free = [Unit.instrument_id == Instrument.id, in_question]
    if need.location:
        free.append(availability_service.stands_at(need.location))
    if need.quantity == 1:
        return exists().where(*free)
    return select(func.count()).select_from(Unit).where(*free).scalar_subquery() >= need.quantity


def _candidate(need: Need, instrument: Instrument) -> Offer:
    return Offer(
        start=need.start,
        days=need.days,
        total=pricing.total(Rates.of(instrument), need.days) if need.days else None,
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
        locations=tuple(instrument.free_locations),
        conditions=tuple({unit.condition for unit in instrument.units if unit.is_free}),
        description=instrument.description,
        attributes=instrument.attributes,
        image_url=instrument.image_url,
    )
