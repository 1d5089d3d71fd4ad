"""Which candidates are recommended first, why, and how it is said without a model."""

from decimal import Decimal

from app.answers import say
from app.answers.evidence import Choice, Evidence
from app.answers.ranking import choose
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.genres import Genres
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.quiet import Quiet
from app.needs.facets.size import Size
from app.needs.facets.thrift import Thrift
from app.needs.need import Need
from tests.factories import candidate

CHEAP = candidate(1, daily_rate=Decimal(5), skill_levels=("beginner",))
JAZZY = candidate(2, daily_rate=Decimal(9), skill_levels=("advanced",), genres=("jazz",))
LOUD = candidate(3, daily_rate=Decimal(4), category="drum-kit", name="Pearl drum kit", brand="Pearl", model="Roadshow")
ALL = [CHEAP, JAZZY, LOUD]


def order(need: Need) -> list[int]:
    return [choice.offer.instrument_id for choice in choose(need, ALL, 3)]


def test_what_matches_comes_first_then_the_lower_rate():
    assert order(Need(Level("advanced"))) == [2, 3, 1]
    assert order(Need(Genres(("jazz",)))) == [2, 3, 1]
    assert order(Need(Quiet(True))) == [1, 2, 3]
    assert order(Need(Thrift(cheap=True))) == [3, 1, 2]


def test_a_grown_up_is_not_shown_the_childs_size_first():
    small = candidate(4, category="violin", size="1/2", daily_rate=Decimal(3))
    full = candidate(5, category="violin", size="4/4", daily_rate=Decimal(6))
    for need in (Need(), Need(Size(age=40))):
        assert [choice.offer.size for choice in choose(need, [small, full], 2)] == ["4/4", "1/2"]


def test_who_knows_for_how_long_compares_what_it_costs_in_all():
    by_day = candidate(6, daily_rate=3, weekly_rate=20, monthly_rate=80, days=30)
    by_month = candidate(7, daily_rate=4, weekly_rate=20, monthly_rate=40, days=30)
    need = Need(Thrift(cheap=True), Days(days=30))
    assert [choice.offer.instrument_id for choice in choose(need, [by_day, by_month], 2)] == [7, 6]


def test_a_reason_tells_what_matches():
    need = Need(Level("advanced"), Genres(("jazz", "folk")), Budget(high=Decimal(10)), Quiet(True))
    reason = say.reason(choose(need, [JAZZY], 1)[0], "en")
    assert reason == (
        "Plays jazz; can be played through headphones; suits advanced players; 9.00 EUR a day is within your limit."
    )


def test_a_relaxed_limit_is_named_in_the_reason():
    need = Need(Budget(high=Decimal(3)))
    assert "price limit relaxed: 5.00 EUR a day is above your 3.00 EUR" in say.reason(
        choose(need, [CHEAP], 1, relaxed=Budget)[0], "en"
    )


def test_the_catalogue_answers_by_itself():
    text = say.answer(Evidence(Need(Quiet(True)), choose(Need(Quiet(True)), ALL, 2)), "en")
    assert text.startswith("I recommend the Yamaha P-145 digital piano for 5.00 EUR a day. Can be played through")
    assert "Also fitting: Yamaha P-245 digital piano for 9.00 EUR a day." in text


def test_when_nothing_is_known_it_asks_and_still_shows_something():
    text = say.answer(Evidence(Need(), choose(Need(), [CHEAP], 1), kind="unclear"), "en")
    assert text.startswith("What would you like to play")
    assert "Yamaha P-145" in text


def test_when_nothing_fits_it_names_what_stands_in_the_way():
    need = Need(Kinds(("harp",)), Budget(high=Decimal(3)))
    text = say.answer(Evidence(need, choose(need, [CHEAP], 1, relaxed=Budget), relaxed=Budget), "en")
    assert "nothing that is free now fits your wish (harp, up to 3.00 a day)" in text
    assert "What stands in the way is the price limit." in text
    assert "Yamaha P-145" in text


def test_about_one_instrument_it_tells_its_facts():
    text = say.answer(Evidence(Need(), (Choice(CHEAP),), subject=CHEAP), "en")
    assert "5.00 EUR a day, 60.00 EUR a week or 170.00 EUR a month" in text
