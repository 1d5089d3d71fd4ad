"""From what a customer says to what the customer needs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.needs.facets.budget import Budget
from app.needs.facets.declined import Declined
from app.needs.facets.genres import Genres
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.maker import Maker
from app.needs.facets.place import Place
from app.needs.facets.quantity import Quantity
from app.needs.facets.quiet import Quiet
from app.needs.facets.size import Size
from app.needs.facets.thrift import Thrift
from app.needs.need import Need
from app.needs.step import Shown
from app.needs.understanding import Reading, need_of_profile, understand, with_profile
from app.speech.almanac import Almanac
from app.speech.shelf import Shelf

SHELF = Shelf(brands=("Yamaha", "Roland", "Buffet Crampon"), places=("Harbour Street", "Old Mill"))
GUITARS = ("acoustic-guitar", "classical-guitar", "electric-guitar")
PIANOS = ("digital-piano", "acoustic-piano")
SAXOPHONES = ("alto-saxophone", "tenor-saxophone", "soprano-saxophone")


TODAY = Almanac(date(2027, 3, 3))
SHOWN = (Shown(11, Decimal("12.50")), Shown(12, Decimal("11.00")), Shown(13, Decimal("18.00")))


def read(*messages: str, shown: tuple[Shown, ...] = ()) -> Reading:
    """What the last message means after the others."""
    *earlier, last = messages
    before = said(*earlier, shown=shown) if earlier else Need()
    return understand(last, before, SHELF, TODAY, shown)


def said(*messages: str, shown: tuple[Shown, ...] = ()) -> Need:
    return read(*messages, shown=shown).need


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("a cello", ("cello",)),
        ("Two violins, please!", ("violin",)),
        ("my axe", GUITARS),
        ("a fiddle or a mandolin", ("violin", "mandolin")),
        ("a uke", ("ukulele",)),
        ("a horn in F", ("french-horn",)),
        ("a saxaphone", SAXOPHONES),
        ("an alto sax", ("alto-saxophone",)),
        ("pinao", PIANOS),
        ("anything brass", ("trumpet", "cornet", "trombone", "french-horn", "tuba", "euphonium")),
        ("une guitare", GUITARS),
        ("eine Querflöte", ("flute",)),
        ("un violín", ("violin",)),
        ("una fisarmonica", ("accordion",)),
        ("أريد كمان", ("violin",)),
        ("I have a corner free", ()),
        ("I own a violin, now I want a cello", ("cello",)),
        ("I play the trumpet but want to try the trombone", ("trombone",)),
        ("switching from violin to viola", ("viola",)),
        ("I'd rather have a viola than a violin", ("viola",)),
        ("I am a drummer", ("drum-kit", "electronic-drum-kit")),
        ("bass for jazz, a double bass", ("double-bass",)),
        ("any saxes?", SAXOPHONES),
        ("a violin - sorry, I meant a viola", ("viola",)),
        ("eine Geige, ich meinte eine Bratsche", ("viola",)),
        ("hello", ()),
    ],
)
def test_what_an_instrument_is_called(message, categories):
    assert said(message)[Kinds].categories == categories


@pytest.mark.parametrize(
    ("message", "categories", "refused"),
    [
        ("anything but drums", (), ("drum-kit", "electronic-drum-kit")),
        ("not a trumpet", (), ("trumpet",)),
        ("no drums or guitars", (), ("drum-kit", "electronic-drum-kit", *GUITARS)),
        ("not a trumpet but a cornet", ("cornet",), ("trumpet",)),
        ("no trumpet. A cornet!", ("cornet",), ("trumpet",)),
        ("I'm not sure which guitar", GUITARS, ()),
        ("a guitar, but not an electric one", ("acoustic-guitar", "classical-guitar"), ()),
        ("an instrument that isn't a guitar", (), GUITARS),
        ("I don't want to pay more than 15 a day for a flute", ("flute",), ()),
        ("pas de batterie", (), ("drum-kit", "electronic-drum-kit")),
        ("kein Klavier, lieber eine Orgel", ("organ",), ("digital-piano", "acoustic-piano")),
        ("trompeta no, una corneta", ("cornet",), ("trumpet",)),
        ("clarinet no, an oboe please", ("oboe",), ("clarinet",)),
        ("¿tenéis trompeta? no", ("trumpet",), ()),
        ("ni violín ni viola, un violonchelo", ("cello",), ("violin", "viola")),
        ("ne E-Gitarre", ("electric-guitar",), ()),
        ("né violino né viola, un violoncello", ("cello",), ("violin", "viola")),
        ("né un flauto né un oboe, una tromba", ("trumpet",), ("flute", "oboe")),
        ("neither a violin nor a viola, a cello", ("cello",), ("violin", "viola")),
        ("je ne joue que du violon", ("violin",), ()),
        ("ne vorrei una viola", ("viola",), ()),
        ("todo menos violines, un oboe", ("oboe",), ("violin",)),
    ],
)
def test_what_is_refused(message, categories, refused):
    need = said(message)
    assert (need[Kinds].categories, need[Kinds].refused) == (categories, refused)


@pytest.mark.parametrize(
    ("message", "low", "high", "period"),
    [
        ("under 20 a day", None, "20", "day"),
        ("20/day", None, "20", "day"),
        ("€14,50 per day at most", None, "14.50", "day"),
        ("70 a week", None, "70", "week"),
        ("150/month", None, "150", "month"),
        ("between 10 and 20 euros", "10", "20", "day"),
        ("$10-$20 a day", "10", "20", "day"),
        ("ten bucks", None, "10", "day"),
        ("less than 1,200 per month", None, "1200", "month"),
        ("at least 10 euros a day", "10", None, "day"),
        ("my budget is 15", None, "15", "day"),
        ("Budget: 5.", None, "5", "day"),
        ("max. 12 a day", None, "12", "day"),
        ("in the 7-9 euro range", "7", "9", "day"),
        ("nothing over 12 a day", None, "12", "day"),
        ("I don't want to spend more than 15 a day", None, "15", "day"),
        ("nicht mehr als 10 Euro am Tag", None, "10", "day"),
        ("up to 220 for the month", None, "220", "total"),
        ("a weekly budget of 70", None, "70", "week"),
        ("20 or less for a guitar", None, "20", "day"),
        ("fifteen a day tops", None, "15", "day"),
        ("höchstens 15 Euro am Tag", None, "15", "day"),
        ("moins de 10€ par jour", None, "10", "day"),
        ("menos de 70 euros por semana", None, "70", "week"),
        ("meno di 12 euro al giorno", None, "12", "day"),
        ("أقل من 10 يورو في اليوم", None, "10", "day"),
    ],
)
def test_what_may_be_spent(message, low, high, period):
    amount = lambda text: None if text is None else Decimal(text)  # noqa: E731
    budget = said(message)[Budget]
    assert (budget.low, budget.high, budget.per) == (amount(low), amount(high), period)


@pytest.mark.parametrize(
    "message", ["for 2 weeks", "under 20 kilos", "she is 8", "61 keys", "size 3/4", "from Friday", "over two years"]
)
def test_what_is_no_budget(message):
    assert said(message)[Budget] == Budget()


def test_level_genre_size_place_brand_and_quiet():
    need = said("A quiet 3/4 violin for a beginner who loves jazz, made by Yamaha, from Harbour Street")
    assert (need[Level].skill_level, need[Genres].genres, need[Size].size) == ("beginner", ("jazz",), "3/4")
    assert (need[Place].location, need[Maker].brand, need[Quiet].quiet) == ("Harbour Street", "Yamaha", True)


def test_the_newest_statement_wins_and_silence_keeps_the_older():
    need = said("a violin 3/4 under 10 a day", "actually, make it a cello", "15 a day is fine")
    assert (need[Kinds].categories, need[Size].size, need[Budget].high) == (("cello",), None, Decimal(15))


@pytest.mark.parametrize(
    ("message", "age", "size"),
    [
        ("a violin for my daughter, she is 8", 8, "1/2"),
        ("a violin for my 6-year-old", 6, "1/4"),
        ("a violin for my son (12)", 12, "4/4"),
        ("a cello for a girl of 9", 9, "1/2"),
        ("un violon pour ma fille, elle a 7 ans", 7, "1/2"),
        ("eine Geige, mein Sohn ist 10 Jahre alt", 10, "3/4"),
        ("un violín, mi hijo tiene 5 años", 5, "1/4"),
        ("a violin, I am 40 years old", 40, None),
        ("a violin 3/4, she is 8", 8, "3/4"),
        ("a violin for two years", None, None),
    ],
)
def test_an_age_leads_to_a_size(message, age, size):
    need = said(message)
    assert (need[Size].age, need[Size].usual(need[Kinds])) == (age, size)


def test_years_of_playing_lead_to_a_level():
    assert said("I've played the cello for ten years")[Level].skill_level == "advanced"
    assert said("playing piano for 3 years")[Level].skill_level == "intermediate"


def test_one_for_another_person_keeps_the_instrument_and_drops_the_size():
    need = said("a 3/4 violin under 10 a day", "and one for her brother who is 6")
    assert (need[Kinds].categories, need[Size].size, need[Size].usual(need[Kinds]), need[Budget].high) == (
        ("violin",),
        None,
        "1/4",
        Decimal(10),
    )


def test_cheaper_means_cheaper_than_what_was_shown():
    assert said("a piano", "something cheaper", shown=SHOWN)[Budget].high == Decimal("10.99")
    assert said("something cheaper")[Thrift].cheap
    assert said("a piano", "something cheaper", "a cello then", shown=SHOWN)[Budget] == Budget()


def test_what_was_shown_can_be_pointed_at_and_declined():
    assert read("the second one please", shown=SHOWN).about == 12
    assert said("something else", shown=SHOWN)[Declined].declined == (11, 12, 13)
    assert said("not the first one", shown=SHOWN)[Declined].declined == (11,)


def test_makers_that_the_shop_has_not_and_makers_refused():
    assert said("a Steinway")[Maker].brand == "Steinway"
    assert said("a Steinway")[Kinds].categories == ("acoustic-piano", "digital-piano")
    assert said("anything but Yamaha")[Maker].refused_brands == ("Yamaha",)


def test_kinds_that_the_shop_does_not_know_lead_to_the_nearest():
    need = said("a flugelhorn")
    assert (need[Kinds].absent, need[Kinds].categories) == ("flugelhorn", ("cornet", "trumpet"))
    assert said("a flugelhorn", "ok, a trumpet")[Kinds].absent is None


def test_quiet_drums_are_electronic_ones():
    assert said("drums, but quiet")[Kinds].categories == ("electronic-drum-kit",)
    assert said("a drum kit", "my neighbours must not hear it: headphones!")[Kinds].categories == (
        "electronic-drum-kit",
    )


def test_how_many():
    assert said("two violins")[Quantity].quantity == 2
    assert said("she's eleven - which cello?")[Quantity].quantity == 1
    assert said("12 microphones")[Quantity].quantity == 12
    assert said("a violin for two weeks")[Quantity].quantity == 1


def test_what_is_forgotten_stays_forgotten_until_it_is_said_again():
    profile = need_of_profile({"max_daily_rate": "20.00", "location": "Old Mill"})
    need = said("a violin 3/4 for 9 a day").forgetting(("max_daily_rate", "size", "location"))
    told = with_profile(need, profile).told()
    assert (told["max_daily_rate"], told["size"], told["location"]) == (None, None, None)
    assert understand("8 a day", need, SHELF, TODAY).need[Budget].high == Decimal(8)


def test_a_need_survives_being_kept_as_data():
    need = said("two quiet 3/4 violins, not a viola, between 5 and 9 a week, by Yamaha", shown=SHOWN)
    assert Need.from_data(need.as_data()) == need
    assert Need.from_data({"unknown": 1}) == Need()
    assert Need.from_data(None) == Need()


def test_words_that_no_rule_knows_are_left_for_the_search():
    assert read("a Clavinova CLP-835 please").words == ("clavinova", "clp", "clp835")


def test_what_was_refused_may_be_wanted_later():
    need = said("no drums", "well, drums after all")
    assert (need[Kinds].categories, need[Kinds].refused) == (("drum-kit", "electronic-drum-kit"), ())


def test_price_does_not_matter_lifts_the_limit():
    assert said("under 10 a day", "price doesn't matter")[Budget] == Budget()


def test_no_limit_that_was_said_beats_the_limit_of_the_profile():
    profile = need_of_profile({"max_daily_rate": "20.00", "location": "Old Mill"})
    need = with_profile(said("a cello, price doesn't matter, at any branch"), profile)
    assert (need[Budget], need[Place].location) == (Budget(), None)


def test_what_was_said_beats_the_profile_and_a_refusal_silences_it():
    profile = need_of_profile(
        {"preferred_instruments": ["drum-kit", "cello"], "max_daily_rate": "20.00", "experience_level": "advanced"}
    )
    assert with_profile(said("a viola for 9 a day, I am a beginner"), profile) == Need(
        Kinds(("viola",)), Budget(high=Decimal(9)), Level("beginner")
    )
    assert with_profile(said("anything but drums"), profile)[Kinds].categories == ("cello",)


def test_signs_that_only_look_like_digits_are_no_numbers():
    assert said("my son is ❶ and wants ❷ violins")[Size].age is None


@given(st.text(max_size=2500), st.text(max_size=300))
def test_any_message_is_understood_somehow(first, second):
    need = said(first, second, shown=SHOWN)
    assert Need.from_data(need.as_data()) == need
    assert not set(need[Kinds].categories) & set(need[Kinds].refused)
    assert need[Budget].high is None or need[Budget].high >= 0


@given(
    st.lists(
        st.sampled_from(
            [
                "not",
                "but",
                "a",
                "violin",
                "drums",
                "20",
                "per",
                "day",
                "€",
                "1/2",
                ",",
                ".",
                "between",
                "and",
                "cheap",
                "under",
                "3,5",
                "jazz",
            ]
        )
    )
)
def test_any_order_of_known_words_is_understood_somehow(words):
    need = said(" ".join(words))
    assert not set(need[Kinds].categories) & set(need[Kinds].refused)
