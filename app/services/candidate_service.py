"""From a need to instruments that keep its limits: limits in SQL, a bounded number of rows."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union,
)

from app.answers.evidence import Choice, Evidence
from app.answers.ranking import choose
from app.extensions import db
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.models.types import Money
from app.needs import sizing
from app.needs.facet import Facet
from app.needs.facets import limits
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.facets.genres import Genres
from app.needs.facets.handedness import ONE_HANDED, Handedness, words_for_left
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.maker import Maker
from app.needs.facets.model import Model
from app.needs.facets.place import Place
from app.needs.facets.quantity import Quantity
from app.needs.facets.quiet import SILENT, Quiet
from app.needs.facets.size import FULL, Size
from app.needs.facets.thrift import Thrift
from app.needs.facets.without import STUDENT, Without, words_for
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.shown import Shown, View
from app.rental import pricing
from app.rental.offer import Offer
from app.rental.period import Period
from app.rental.pricing import Per
from app.services import (
    availability_service,
    catalogue_service,
    meaning_service,
    offer_service,
    text_search,
    wanted_model,
)
from app.services.availability_service import NextFree
from app.speech import lexicon
from app.speech.reading import Said
from app.speech.shelf import Shelf

ROWS_A_STAGE = 20
MOST_NAMED = 50
RATE_COLUMN = {Per.DAY: Instrument.daily_rate, Per.WEEK: Instrument.weekly_rate, Per.MONTH: Instrument.monthly_rate}
Condition = ColumnElement[bool]
Conditions = list[Condition]
Found = tuple[Evidence, ...]


@dataclass(frozen=True)
class _Search:
    """What to look for: what keeps every limit of the need `but` one. `words` and the ids `alike` lead there."""

    need: Need
    words: tuple[str, ...] = ()
    alike: tuple[int, ...] = ()
    but: type[Facet] | None = None


def shelf() -> Shelf:
    """The makers with what they make, places and genres that the catalogue knows: three queries."""
    making = select(Instrument.brand, Instrument.category).distinct().where(Instrument.withdrawn_at.is_(None))
    makes = sorted((brand, category) for brand, category in db.session.execute(making))
    places = db.session.scalars(select(Unit.location).distinct().where(Unit.status == "in_service"))
    genres = db.session.scalars(select(InstrumentGenre.genre).distinct())
    brands = tuple(dict.fromkeys(brand for brand, _ in makes))
    return Shelf(brands, tuple(sorted(places)), tuple(sorted(genres)), tuple(makes))


def evidence(needs: Sequence[Need], words: Iterable[str], limit: int, meant: Sequence[float] | None = None) -> Found:
    """For each need the best `limit` instruments that keep every limit; if none does, those that break exactly one.

    `words` and the vector `meant` lead to instruments that the needs do not name; both only order what fits. The need
    of each evidence says how an ambiguous budget was read. The needs are for the same days, and however many they are,
    they take as many statements as one.
    """
    words, needs = tuple(words), wanted_model.settled(needs)
    readings = [[need.having(budget) for budget in need[Budget].readings(need[Days])] for need in needs]
    found: dict[int, Evidence] = {}
    for reading in zip_longest(*readings):
        asked = {n: need for n, need in enumerate(reading) if need is not None and n not in found}
        alike = {n: meaning_service.nearest(meant, _limits(need)) for n, need in asked.items()} if meant else {}
        offers = _find({n: _Search(need, words, alike.get(n, ())) for n, need in asked.items()})
        fitting = ((n, need) for n, need in asked.items() if offers[n])
        found |= {n: _fitting(need, offers[n], limit, words, alike.get(n, ())) for n, need in fitting}
    missing = {n: of_one[-1] for n, of_one in enumerate(readings) if n not in found}
    found |= _nearest(missing, words, limit)
    return tuple(found[n] for n in range(len(needs)))


def _fitting(need: Need, offers: list[Offer], limit: int, words: tuple[str, ...], alike: tuple[int, ...]) -> Evidence:
    relaxed = _missing(need)
    chosen = choose(need, _playing(need, offers), limit, words, relaxed=relaxed, alike=alike)
    return Evidence(need, chosen, relaxed=relaxed, is_meant=bool(alike))


def _missing(need: Need) -> type[Facet] | None:
    """What the shop has nothing of at all, so that only what comes nearest can be shown."""
    if need[Kinds].absent:
        return Kinds
    return Model if need[Model].is_not_here else None


def _playing(need: Need, offers: list[Offer]) -> list[Offer]:
    """Where music is named and no instrument: what plays that music, if anything does."""
    if need[Kinds].categories or need[Maker].brand:
        return offers
    return [offer for offer in offers if set(need[Genres].genres).intersection(offer.genres)] or offers


def evidence_about(need: Need, instrument_id: int) -> Evidence:
    """One instrument that was asked about, with the days on which it is free again. Raises NotFound."""
    period = _days_of(need)
    subject = _offered(need, [catalogue_service.get(instrument_id)])[0]
    if subject.units_available:
        asked = Choice(subject, (Reason("asked_about"),))
        return Evidence(need, (asked,), subject=subject, kind=Kind.ABOUT)
    again = availability_service.next_free([instrument_id], period).get(instrument_id)
    return Evidence(need, subject=replace(subject, start=again.start if again else None), kind=Kind.ABOUT)


def evidence_compared(need: Need, ids: Sequence[int], facts: tuple[str, ...] = ()) -> Evidence:
    """These instruments, in this order, side by side; choices are those of them that keep every limit, best first."""
    rows = db.session.scalars(select(Instrument).where(Instrument.id.in_(ids)).options(*offer_service.TOLD)).all()
    compared = sorted(_offered(need, rows), key=lambda offer: ids.index(offer.instrument_id))
    fitting = set(db.session.scalars(select(Instrument.id).where(Instrument.id.in_(ids), *_limits(_of_any_kind(need)))))
    kept = [offer for offer in compared if offer.instrument_id in fitting]
    choices = choose(need, kept, len(ids))
    return Evidence(need, choices, kind=Kind.COMPARE, compared=tuple(compared), asked=facts)


def evidence_of_kinds(need: Need, kinds: Sequence[str]) -> Evidence:
    """The first choice of each of these kinds, side by side."""
    found = _find({0: _Search(need.having(Kinds(tuple(kinds))), ())})[0]
    firsts = [choose(need, of_kind, 1)[0] for kind in kinds if (of_kind := [o for o in found if o.category == kind])]
    return Evidence(need, tuple(firsts), kind=Kind.COMPARE, compared=tuple(choice.offer for choice in firsts))


def named(said: Said) -> View:
    """The instruments of the catalogue that a message names by their models: `the P-145`. One query at most.

    A maker that is named counts where the shop has a single instrument of it.
    """
    makers = [mark.value for mark in said.of("maker") if not mark.is_negated]
    if not said.words and not makers:
        return ()
    told = select(Instrument).where(Instrument.withdrawn_at.is_(None))
    by = or_(text_search.has_any(said.words), Instrument.brand.in_(makers))
    rows = db.session.scalars(told.where(by).order_by(Instrument.id).limit(MOST_NAMED))
    found = [Shown(row.id, row.daily_rate, row.name, row.brand, row.category) for row in rows]
    kinds = said.stated_kinds
    named = (one for one in found if not kinds or one.category in kinds)  # "Our club needs recorders" names no drums.
    return tuple(one for one in named if _is_named(one, found, said.words, makers))


def _is_named(one: Shown, found: Sequence[Shown], words: Collection[str], makers: Collection[str]) -> bool:
    """By a word of its own, that is no maker's and that few others share."""
    own = set(lexicon.search_words(one.name)) - set(lexicon.search_words(one.brand))
    if any(word in own for word in words):
        return True
    return one.brand in makers and sum(other.brand == one.brand for other in found) == 1


def _of_any_kind(need: Need) -> Need:
    """Without what chose those that are in view already."""
    return need.without(Kinds, Declined, Thrift)


def _nearest(needs: Mapping[int, Need], words: tuple[str, ...], limit: int) -> dict[int, Evidence]:
    """What breaks exactly one limit. Where the days stand in the way: the next free ones, and one for these days."""
    later = _later(needs, words, max(1, limit - 1))
    found: dict[int, Evidence] = {}
    for facet in limits() if needs else ():
        open_ones = {n: need for n, need in needs.items() if n not in found}
        wider = {n: need if facet is Days else need.having(need[facet].relaxed(need)) for n, need in open_ones.items()}
        offers = _find({n: _Search(wider[n], words) for n, need in open_ones.items() if wider[n] != need})
        for n in (n for n in offers if offers[n]):
            chosen = choose(needs[n], offers[n], 1 if later[n] else limit, words, relaxed=facet)
            found[n] = Evidence(needs[n], (*later[n], *chosen)[:limit], relaxed=Days if later[n] else facet)
    none = {n: Evidence(need, later[n], relaxed=Days if later[n] else None) for n, need in needs.items()}
    return none | found


def _later(needs: Mapping[int, Need], words: tuple[str, ...], limit: int) -> dict[int, tuple[Choice, ...]]:
    """What keeps every limit but the days, from the next day on which it is free for as long."""
    with_days = {n: need for n, need in needs.items() if need[Days].start is not None and need[Quantity].quantity == 1}
    found = _find({n: _Search(need, words, but=Days) for n, need in with_days.items()})
    one = next(iter(with_days.values()), None)
    numbers = {offer.instrument_id for offers in found.values() for offer in offers}
    again = availability_service.next_free(numbers, _days_of(one), one[Place].location) if one and numbers else {}
    later = {
        n: [_from_then(offer, again) for offer in offers if offer.instrument_id in again] for n, offers in found.items()
    }
    return {n: choose(need, later.get(n, []), limit, words, relaxed=Days) for n, need in needs.items()}


def _from_then(offer: Offer, again: Mapping[int, NextFree]) -> Offer:
    """The same from the day on which it is free next."""
    then = again[offer.instrument_id]
    return replace(offer, start=then.start, units_available=then.units_available, locations=then.locations)


def _find(searches: Mapping[int, _Search]) -> dict[int, list[Offer]]:
    """For each search the offers that lean most towards its need and keep every limit but one, some of each stage: all
    in one statement and three to load them.
    """
    if not searches:
        return {}
    stages = [
        select(literal(n).label("search"), stage.subquery().c.id)
        for n, search in searches.items()
        for stage in _ids(search)
    ]
    best = union(*stages).subquery()
    found = select(best.c.search, Instrument).join(best, best.c.id == Instrument.id).options(*offer_service.TOLD)
    rows = db.session.execute(found.order_by(Instrument.id)).all()
    one = next(iter(searches.values()))
    instruments = {row.Instrument.id: row.Instrument for row in rows}
    offers = {offer.instrument_id: offer for offer in _offered(one.need, instruments.values())}
    return {n: [offers[row.Instrument.id] for row in rows if row.search == n] for n in searches}


def _ids(search: _Search) -> Iterator[Select[int]]:
    """The instruments of each stage, at most 20."""
    rate = Instrument.daily_rate.desc() if search.need[Thrift].dear else Instrument.daily_rate.asc()
    kept = _limits(search.need, search.but)
    for leaning in _stages(search.need, search.words, search.alike):
        yield select(Instrument.id).where(*kept, *leaning).order_by(rate, Instrument.id).limit(ROWS_A_STAGE)


def _stages(need: Need, words: tuple[str, ...], alike: tuple[int, ...]) -> list[Conditions]:
    """What the need leans to, from all of it to nothing: each stage is a filter, so that indexes serve it."""
    leaning_to = [condition for leaning in LEANINGS.values() for condition in leaning(need)]
    together = [leaning_to] if len(leaning_to) > 1 else []
    named = [[text_search.has_any(words)]] if words else []
    meant: list[Conditions] = [[Instrument.id.in_(alike)]] if alike else []
    return [*named, *meant, *together, *([leaning] for leaning in leaning_to), []]


def _offered(need: Need, instruments: Iterable[Instrument]) -> list[Offer]:
    return offer_service.of_all(instruments, need[Days].start, need[Days].days)


def _days_of(need: Need) -> Period:
    """The days for which it must be free: the first one as long as the number is not known, else today."""
    return availability_service.meant(need[Days].start, need[Days].days)


def _limits(need: Need, but: type[Facet] | None = None) -> Conditions:
    """On instruments: in the catalogue, and every limit of the need kept `but` one."""
    units = [condition for facet, limit in UNIT_LIMITS.items() if facet is not but for condition in limit(need)]
    free = [Unit.instrument_id == Instrument.id, Unit.status == "in_service", *units]
    kept = [condition for facet, limit in LIMITS.items() if facet is not but for condition in limit(need)]
    return [Instrument.withdrawn_at.is_(None), _as_many(need[Quantity].quantity, free), *kept]


def _as_many(quantity: int, units: Conditions) -> Condition:
    """Whether there are so many such units."""
    if quantity == 1:
        return exists().where(*units)
    return select(func.count()).select_from(Unit).where(*units).scalar_subquery() >= quantity


def _free_on_days(need: Need) -> Conditions:
    return [availability_service.is_free(_days_of(need))]


def _at_place(need: Need) -> Conditions:
    location = need[Place].location
    return [availability_service.stands_at(location)] if location else []


def _of_kinds(need: Need) -> Conditions:
    kinds = need[Kinds]
    wanted = [Instrument.category.in_(kinds.categories)] if kinds.categories else []
    return [*wanted, *([Instrument.category.not_in(kinds.refused)] if kinds.refused else [])]


def _by_maker(need: Need) -> Conditions:
    maker = need[Maker]
    wanted = [Instrument.brand == maker.brand] if maker.brand else []
    return [*wanted, *([Instrument.brand.not_in(maker.refused_brands)] if maker.refused_brands else [])]


def _not_declined(need: Need) -> Conditions:
    declined = {*need[Declined].declined, *need[Declined].refused_ones}
    return [Instrument.id.not_in(sorted(declined))] if declined else []


def _without_qualities(need: Need) -> Conditions:
    """Those whose texts speak of what is refused; beside student models also what suits beginners alone."""
    refused = need[Without].qualities
    words = sorted(words_for(refused))
    beyond = exists().where(InstrumentLevel.instrument_id == Instrument.id, InstrumentLevel.level != "beginner")
    return [*([text_search.has_none(words)] if words else []), *([beyond] if STUDENT in refused else [])]


def _within_budget(need: Need) -> Conditions:
    budget = need[Budget]
    if budget.is_empty:
        return []
    of_one = _cents(_price(budget.limited(need[Days]), need[Days].days or 1))
    with_deposit = of_one + _cents(Instrument.deposit.expression) if budget.with_deposit else of_one
    price = type_coerce(with_deposit * budget.pieces(need), Money)
    high = [price <= budget.high] if budget.high is not None else []
    return [*high, *([price >= budget.low] if budget.low is not None else [])]


def _price(per: Per, days: int) -> ColumnElement[Any]:
    """The rate for a day, a week or a month, or what `pricing.total` comes to for so many days, in SQL."""
    if per in RATE_COLUMN:
        return RATE_COLUMN[per].expression
    least = func.min if db.engine.dialect.name == "sqlite" else func.least
    day, week, month = map(_cents, RATE_COLUMN.values())
    cheaper_week = least(week, pricing.WEEK * day)
    totals = (cover.months * month + cover.weeks * cheaper_week + cover.days * day for cover in pricing.covers(days))
    return least(*totals, type_=Money)


def _cents(money: Any) -> ColumnElement[int]:
    """Money as it is kept, to reckon with."""
    return type_coerce(money, BigInteger)


def _of_size(need: Need) -> Conditions:
    """The size that was said, or of each kind the one that fits the body; for a grown-up no child's size.

    Full-size ones often state no size, and kinds that have no child sizes are of any; a name may say it, too.
    """
    size, wanted = need[Size], need[Kinds].categories
    sized = [category for category in sizing.BEGINS_AT if not wanted or category in wanted]
    if size.size and not wanted:
        return [or_(*(_is_size(category, size.size) for category in sized))]
    if size.is_grown_up:
        fits = {category: _is_full(category) for category in sized}
    else:
        sizes = {category: size.wanted(category) for category in sized}
        fits = {category: _is_size(category, fitting) for category, fitting in sizes.items() if fitting}
    return [or_(Instrument.category != category, fit) for category, fit in fits.items()]


def _is_size(category: str, size: str) -> Condition:
    stated = Instrument.size.in_(sizing.written(category, size))
    named = _is_named_after(size)
    if size in sizing.INCHES:
        return or_(stated, named)
    unstated = and_(Instrument.size.is_(None), _names_no_child_size() if size == FULL else named)
    return or_(stated, unstated)


def _is_full(category: str) -> Condition:
    full = sizing.full_sizes(category)
    return or_(Instrument.size.in_(full), and_(Instrument.size.is_(None), _names_no_child_size()))


def _names_no_child_size() -> Condition:
    return ~or_(*(_is_named_after(size) for size in sizing.ORDER if size not in sizing.full_sizes("")))


def _is_named_after(size: str) -> Condition:
    """Whether the name says it: `Stentor Student II 3/4`, `Gewa Viola 15.5`."""
    return Instrument.name.contains(size.removesuffix('"'), autoescape=True)


def _for_hand(need: Need) -> Conditions:
    """What is built for one hand is for the right one unless it says otherwise; all else suits both."""
    hand = need[Handedness].handedness
    fits = _left_handed() if hand == "left" else ~_left_handed()
    return [or_(Instrument.category.not_in(ONE_HANDED), fits)] if hand else []


def _right_handed(need: Need) -> Conditions:
    wanted = need[Kinds].categories
    is_usual = need[Handedness].is_empty and (not wanted or ONE_HANDED.intersection(wanted))
    return [~_left_handed()] if is_usual else []


def _left_handed() -> Condition:
    """As `handedness.hand_of` has it: by its attribute, or because its texts say so."""
    stated = func.coalesce(catalogue_service.has_attribute("handedness", "left"), false())
    return or_(stated, text_search.has_any(words_for_left()))


def _grown_up(need: Need) -> Conditions:
    full = or_(Instrument.size.is_(None), Instrument.size.in_(sizing.full_sizes("")))
    return [full] if need[Size].is_likely_full else []


def _suiting_level(need: Need) -> Conditions:
    level = need[Level].skill_level
    suits = exists().where(InstrumentLevel.instrument_id == Instrument.id, InstrumentLevel.level == level)
    return [suits] if level else []


def _playing_genres(need: Need) -> Conditions:
    genres = need[Genres].genres
    plays = exists().where(InstrumentGenre.instrument_id == Instrument.id, InstrumentGenre.genre.in_(genres))
    return [plays] if genres else []


def _quiet(need: Need) -> Conditions:
    return [Instrument.category.in_(SILENT)] if need[Quiet].quiet else []


# What each facet that limits demands of an instrument, and of each of the units that are counted for it.
LIMITS: dict[type[Facet], Callable[[Need], Conditions]] = {
    Kinds: _of_kinds,
    Declined: _not_declined,
    Size: _of_size,
    Handedness: _for_hand,
    Budget: _within_budget,
    Maker: _by_maker,
    Model: wanted_model.limit,
    Without: _without_qualities,
}
UNIT_LIMITS: dict[type[Facet], Callable[[Need], Conditions]] = {Place: _at_place, Days: _free_on_days}
COUNTED: type[Facet] = Quantity  # So many such units there must be: see `_as_many`.
# What each facet that leans would rather have.
LEANINGS: dict[type[Facet], Callable[[Need], Conditions]] = {
    Size: _grown_up,
    Handedness: _right_handed,
    Quiet: _quiet,
    Level: _suiting_level,
    Genres: _playing_genres,
}
