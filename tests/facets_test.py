"""What a wish can hold: one facet, one file, the same everywhere."""

import pkgutil
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from app.answers import phrases, texts
from app.needs import facets
from app.needs.facet import Facet
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.facets.genres import Genres
from app.needs.facets.handedness import Handedness
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.maker import Maker
from app.needs.facets.model import Model
from app.needs.facets.place import Place
from app.needs.facets.quantity import Quantity
from app.needs.facets.quiet import Quiet
from app.needs.facets.size import Size
from app.needs.facets.thrift import Thrift
from app.needs.facets.unread import Unread
from app.needs.facets.without import Without
from app.needs.need import Need
from app.needs.reason import Price, Reason
from app.rental.pricing import Per
from app.services import candidate_service
from tests.factories import candidate

PIANO = candidate(1, daily_rate=Decimal(5))
FITTING = candidate(2, skill_levels=("beginner",), genres=("jazz",), size="1/2", locations=("Old Mill",))
RICH = Need(
    Kinds(("digital-piano",), ("harp",)),
    Size("1/2", 8),
    Handedness("left"),
    Level("beginner"),
    Genres(("jazz",)),
    Quiet(True),
    Maker("Yamaha", ("Roland",)),
    Model("P-45"),
    Place("Old Mill"),
    Quantity(2),
    Budget(Decimal(2), Decimal(20)),
    Thrift(cheap=True),
    Days(days=7),
    Declined((3,)),
    Unread(("purple",)),
    Without(("plastic",)),
)


def gives_way(facet: Facet) -> bool:
    """What is refused for its quality limits as well, and never gives way."""
    return facet.GIVES_WAY is not None and facet.relaxed(RICH) != facet


def test_each_file_holds_one_facet():
    assert len(facets.all_facets()) == len(list(pkgutil.iter_modules(facets.__path__)))


def test_a_facet_that_limits_has_its_sql_and_no_other_has():
    sql = {*candidate_service.LIMITS, *candidate_service.UNIT_LIMITS, candidate_service.COUNTED}
    assert sql == set(facets.limits())


def test_a_facet_that_leans_has_its_sql_and_no_other_has():
    leaning = {facet for facet in facets.all_facets() if facet.merit is not Facet.merit}
    assert leaning == set(candidate_service.LEANINGS)


def test_no_two_facets_share_a_name_a_field_or_what_they_tell():
    for names in (
        [facet.NAME for facet in facets.all_facets()],
        [field.name for facet in facets.all_facets() for field in fields(facet)],
        [name for facet in facets.all_facets() for name in facet.TOLD],
        [facet.GIVES_WAY for facet in facets.limits()],
    ):
        assert len(names) == len(set(names))


def test_limits_give_way_in_this_order():
    order = [facet.NAME for facet in facets.limits()]
    assert order == [
        "dates",
        "model",
        "location",
        "brand",
        "quantity",
        "budget",
        "size",
        "handedness",
        "declined",
        "categories",
        "without",
    ]


def test_a_need_is_one_value_of_each_facet():
    need = Need(Kinds(("violin",)), Size("3/4")).having(Size("1/2"), Place("Old Mill")).without(Place)
    assert need == Need(Size("1/2"), Kinds(("violin",)))
    assert need[Budget] == Budget()


def test_a_conversation_that_an_older_version_kept_goes_on():
    kept = {
        "categories": ["violin"],
        "budget": {"low": None, "high": "9.50", "period": "week", "is_bare": False},
        "age": 8,
        "refused_brands": ["Gewa"],
        "start": "2027-03-05",
        "days": 7,
        "silenced": ["location"],
        "of_another_version": 1,
    }
    need = Need.from_data(kept)
    held = (Kinds(("violin",)), Budget(high=Decimal("9.50"), per=Per.WEEK), Size(age=8))
    assert need == Need(*held, Maker(refused_brands=("Gewa",)), Days(date(2027, 3, 5), 7), silenced=("location",))
    assert need.as_data() == {name: value for name, value in kept.items() if name != "of_another_version"}


@pytest.mark.parametrize(
    ("need", "facet", "reason"),
    [
        (
            Need(Budget(high=Decimal(3))),
            Budget,
            Reason(
                "above_limit",
                {"price": Price(Decimal(5), "EUR", Per.DAY), "limit": Price(Decimal(3), "EUR", Per.DAY)},
            ),
        ),
        (Need(Maker("Roland")), Maker, Reason("other_maker", {"maker": "Roland", "other": "Yamaha"})),
        (Need(Kinds(("harp",))), Kinds, Reason("other_kind", {"category": "digital-piano", "absent": None})),
    ],
)
def test_a_limit_that_gave_way_says_how_it_is_broken(need, facet, reason):
    assert need[facet].relaxation(PIANO, need) == reason


def test_a_facet_says_only_what_it_has_a_name_for():
    for facet in RICH:
        of_offers = [
            *facet.reasons(FITTING, RICH),
            *([facet.relaxation(PIANO, RICH)] if gives_way(facet) else []),
        ]
        assert {reason.name for reason in of_offers} <= set(facet.REASONS)
        assert {reason.name for reason in facet.wish(RICH)} <= set(facet.WISHES)


def test_the_rich_need_holds_every_facet():
    assert {type(facet) for facet in RICH if not facet.is_empty} == set(facets.all_facets())


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_whatever_a_facet_has_to_say_has_words(language):
    said = phrases.of(language)
    assert said.wish(RICH.wish())
    for facet in RICH:
        assert not gives_way(facet) or said.reasons([facet.relaxation(PIANO, RICH)])
        assert all(said.reasons([reason]) for reason in facet.reasons(FITTING, RICH))


def test_a_first_kind_keeps_the_size_that_was_said_before():
    from tests.understanding_test import said

    assert said("size 3/4", "a violin")[Size].size == "3/4"
