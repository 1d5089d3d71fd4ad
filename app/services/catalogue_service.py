"""The catalogue: finding instruments in SQL, and keeping them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from app.errors import Conflict, NotFound, PreconditionFailed
from app.extensions import db
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.models.rental import Rental
from app.models.types import utc_now
from app.rental.offer import Attributes, Offer
from app.rental.period import Period
from app.services import availability_service, meaning_service, offer_service, text_search, transactions
from app.services.page import Page, page_of
from app.speech import lexicon
from app.vocabulary import FAMILIES

SERIAL_TAKEN = "A unit with this serial number is already there."


@dataclass(frozen=True, kw_only=True)
class InstrumentFilter:
    """Limits on the catalogue; what is left out does not limit.

    With a `period` only what has a unit free for all of it is found; `available` means the same for today.
    """

    q: str | None = None
    category: str | None = None
    family: str | None = None
    skill_level: str | None = None
    genre: str | None = None
    size: str | None = None
    location: str | None = None
    min_daily_rate: Decimal | None = None
    max_daily_rate: Decimal | None = None
    attributes: Sequence[tuple[str, str]] = ()
    period: Period | None = None
    available: bool = False


class UnitFacts(TypedDict, total=False):
    serial_number: str
    condition: str
    location: str
    status: str


class InstrumentFacts(TypedDict, total=False):
    """What staff say of an instrument; what is left out stays as it is."""

    name: str
    brand: str
    model: str
    category: str
    description: str
    skill_levels: list[str]
    genres: list[str]
    size: str | None
    attributes: Attributes
    daily_rate: Decimal
    weekly_rate: Decimal
    monthly_rate: Decimal
    deposit: Decimal
    image_url: str | None


class NewInstrument(InstrumentFacts):
    units: list[UnitFacts]


@dataclass(frozen=True)
class CategoryCount:
    category: str
    count: int


@dataclass(frozen=True)
class FamilyCount:
    family: str
    count: int
    categories: list[CategoryCount]


@dataclass(frozen=True)
class Entry:
    """An instrument of the catalogue, and how it is offered on some days, or today."""

    instrument: Instrument
    offer: Offer


def search(wanted: InstrumentFilter, sort: str, offset: int, limit: int) -> Page[Entry]:
    """One page of Entries that keep every limit, as they are offered in the period: five queries, whatever its size."""
    words = lexicon.search_words(wanted.q or "")
    query = select(Instrument).where(Instrument.withdrawn_at.is_(None), *_limits(wanted, words))
    found = page_of(query.order_by(*_order(sort, words), Instrument.id).options(*offer_service.TOLD), offset, limit)
    start, days = (wanted.period.start, wanted.period.days) if wanted.period else (None, None)
    offers = offer_service.of_all(found.items, start, days)
    return Page([Entry(*pair) for pair in zip(found.items, offers, strict=True)], found.total)


def get(instrument_id: int) -> Instrument:
    """An instrument of the catalogue. Raises NotFound."""
    instrument = db.session.scalar(
        select(Instrument)
        .where(Instrument.id == instrument_id, Instrument.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if instrument is None:
        raise NotFound("There is no such instrument.")
    return instrument


def entry(instrument_id: int) -> Entry:
    """An instrument of the catalogue as it is offered today. Raises NotFound."""
    return _entry(get(instrument_id))


def require(instrument_id: int) -> None:
    """Raises NotFound for an instrument that is not in the catalogue: one query."""
    there = exists().where(Instrument.id == instrument_id, Instrument.withdrawn_at.is_(None))
    if not db.session.scalar(select(there)):
        raise NotFound("There is no such instrument.")


def count_by_family() -> list[FamilyCount]:
    """Every family and category with the number of its instruments, in one query."""
    rows = db.session.execute(
        select(Instrument.category, func.count()).where(Instrument.withdrawn_at.is_(None)).group_by(Instrument.category)
    )
    counts: dict[str, int] = dict(rows.all())
    return [_count(family, categories, counts) for family, categories in FAMILIES.items()]


def _count(family: str, categories: tuple[str, ...], counts: dict[str, int]) -> FamilyCount:
    found = [CategoryCount(category, counts.get(category, 0)) for category in categories]
    return FamilyCount(family, sum(each.count for each in found), found)


def create(facts: NewInstrument) -> Entry:
    """A new instrument with its units. Raises Conflict when a serial number is taken."""
    instrument = Instrument(
        units=[Unit(**unit) for unit in facts["units"]],
        description="",
        attributes={},
        deposit=Decimal(0),
        weekly_rate=facts["daily_rate"] * 7,
        monthly_rate=facts["daily_rate"] * 30,
    )
    _set(instrument, {name: value for name, value in facts.items() if name != "units"})
    with transactions.change(SERIAL_TAKEN):
        db.session.add(instrument)
    meaning_service.refresh([instrument])
    return entry(instrument.id)


def change(instrument_id: int, facts: InstrumentFacts, is_current: Callable[[Entry], bool]) -> Entry:
    """Sets what is given, if `is_current` still holds once the row is locked, else PreconditionFailed."""
    with transactions.change(SERIAL_TAKEN):
        instrument = locked(instrument_id)
        if not is_current(_entry(instrument)):
            raise PreconditionFailed()
        _set(instrument, facts)
        _touch(instrument)
    meaning_service.refresh([instrument])
    return entry(instrument_id)


@transactions.change()
def withdraw(instrument_id: int) -> None:
    """Takes an instrument out of the catalogue; its row stays for the history. Raises Conflict while it is rented."""
    instrument = locked(instrument_id)
    refuse_while_rented(Rental.instrument_id == instrument_id)
    instrument.withdrawn_at = utc_now()


@transactions.change(SERIAL_TAKEN)
def add_unit(instrument_id: int, facts: UnitFacts) -> Unit:
    """A new unit. Raises Conflict when its serial number is taken."""
    instrument = locked(instrument_id)
    unit = Unit(**facts)
    instrument.units.append(unit)
    _touch(instrument)
    return unit


@transactions.change(SERIAL_TAKEN)
def change_unit(instrument_id: int, unit_id: int, facts: UnitFacts) -> Unit:
    """Sets what is given. Raises Conflict when a unit that somebody reserved or has would leave the service."""
    instrument = locked(instrument_id)
    unit = unit_of(instrument_id, unit_id)
    if facts.get("status", "in_service") != "in_service":
        refuse_while_rented(Rental.unit_id == unit_id)
    for name, value in facts.items():
        setattr(unit, name, value)
    _touch(instrument)
    return unit


def unit_of(instrument_id: int, unit_id: int) -> Unit:
    """A unit of this instrument. Raises NotFound."""
    unit = db.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.instrument_id == instrument_id))
    if unit is None:
        raise NotFound("This instrument has no such unit.")
    return unit


def locked(instrument_id: int) -> Instrument:
    """The instrument, with its row locked until the change ends: who holds it decides over all of its units."""
    transactions.lock(Instrument, instrument_id)
    return get(instrument_id)


def refuse_while_rented(*which: ColumnElement[bool], because: str = "It is rented") -> None:
    """Raises Conflict that lists the reserved and active rentals among these, if there are any."""
    rentals = db.session.scalars(
        select(Rental).where(Rental.status.in_(("reserved", "active")), *which).order_by(Rental.start_date).limit(100)
    ).all()
    if rentals:
        listed = [
            {"id": r.id, "start_date": str(r.start_date), "end_date": str(r.end_date), "status": r.status}
            for r in rentals
        ]
        raise Conflict(f"{because}: see the rentals listed.", {"rentals": listed})


def has_attribute(name: str, value: str) -> ColumnElement[bool]:
    """A condition: this attribute has this value, as JSON writes it (`left`, `88`, `true`), however capitalised."""
    told = Instrument.attributes[name].as_string()
    if db.engine.dialect.name == "sqlite":  # It takes true and false out of JSON as 1 and 0.
        kind = func.json_type(Instrument.attributes, f'$."{name}"')
        told = case((kind.in_(("true", "false")), kind), else_=told)
    return func.lower(told) == value.lower()


def _entry(instrument: Instrument) -> Entry:
    return Entry(instrument, offer_service.of(instrument))


def _limits(wanted: InstrumentFilter, words: list[str]) -> list[ColumnElement[bool]]:
    limits = [] if wanted.q is None else [text_search.has_all(words)]
    for column, value in (
        (Instrument.category, wanted.category),
        (Instrument.family, wanted.family),
        (Instrument.size, wanted.size),
    ):
        if value is not None:
            limits.append(column == value)
    if wanted.min_daily_rate is not None:
        limits.append(Instrument.daily_rate >= wanted.min_daily_rate)
    if wanted.max_daily_rate is not None:
        limits.append(Instrument.daily_rate <= wanted.max_daily_rate)
    if wanted.skill_level is not None:
        limits.append(_has(InstrumentLevel, InstrumentLevel.level == wanted.skill_level))
    if wanted.genre is not None:
        limits.append(_has(InstrumentGenre, InstrumentGenre.genre == wanted.genre.lower()))
    limits += [has_attribute(name, value) for name, value in wanted.attributes]
    return limits + _unit_limits(wanted)


def _unit_limits(wanted: InstrumentFilter) -> list[ColumnElement[bool]]:
    """One unit must keep all of these: stand at the place, and be free."""
    period = wanted.period or (availability_service.today() if wanted.available else None)
    if period is None and wanted.location is None:
        return []
    free = availability_service.is_free(period) if period else Unit.status == "in_service"
    here = [availability_service.stands_at(wanted.location)] if wanted.location is not None else []
    return [_has(Unit, free, *here)]


def _has(
    table: type[Unit | InstrumentLevel | InstrumentGenre], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists().where(table.instrument_id == Instrument.id, *conditions)


def _order(sort: str, words: list[str]) -> tuple[Any, ...]:
    if sort == "daily_rate":
        return (Instrument.daily_rate,)
    if sort == "-daily_rate":
        return (Instrument.daily_rate.desc(),)
    if sort == "newest":
        return (Instrument.created_at.desc(),)
    if sort == "relevance" and words:
        named = and_(*(Instrument.name.icontains(word, autoescape=True) for word in words))
        return (case((named, 0), else_=1), Instrument.name)
    return (Instrument.name,)


def _set(instrument: Instrument, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name == "category":
            instrument.set_category(value)
        elif name == "genres":
            instrument.genres = [genre.lower() for genre in value]
        else:
            setattr(instrument, name, value)
    text_search.index(instrument)


def _touch(instrument: Instrument) -> None:
    instrument.updated_at = utc_now()
