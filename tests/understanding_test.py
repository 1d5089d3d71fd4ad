"""From what a customer says to what the customer needs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistant.need import Budget, Need
from app.assistant.understanding import Shelf, need_of_profile, understand, understand_all, with_profile

SHELF = Shelf(brands=("Yamaha", "Roland", "Buffet Crampon"), places=("Harbour Street", "Old Mill"))
GUITARS = ("acoustic-guitar", "classical-guitar", "electric-guitar")
PIANOS = ("digital-piano", "acoustic-piano")
SAXOPHONES = ("alto-saxophone", "tenor-saxophone", "soprano-saxophone")


def said(*messages: str) -> Need:
    return understand_all(messages, SHELF)


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
        ("hello", ()),
    ],
)
def test_what_an_instrument_is_called(message, categories):
    assert said(message).categories == categories


@pytest.mark.parametrize(
    ("message", "categories", "refused"),
    [
        ("anything but drums", (), ("drum-kit", "electronic-drum-kit")),
        ("not a trumpet", (), ("trumpet",)),
        ("no drums or guitars", (), ("drum-kit", "electronic-drum-kit", *GUITARS)),
        ("not a trumpet but a cornet", ("cornet",), ("trumpet",)),
        ("no trumpet. A cornet!", ("cornet",), ("trumpet",)),
        ("I'm not sure which guitar", GUITARS, ()),
        ("pas de batterie", (), ("drum-kit", "electronic-drum-kit")),
        ("kein Klavier, lieber eine Orgel", ("organ",), ("acoustic-piano",)),
    ],
)
def test_what_is_refused(message, categories, refused):
    need = said(message)
    assert (need.categories, need.refused) == (categories, refused)


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
        ("höchstens 15 Euro am Tag", None, "15", "day"),
        ("moins de 10€ par jour", None, "10", "day"),
        ("menos de 70 euros por semana", None, "70", "week"),
        ("meno di 12 euro al giorno", None, "12", "day"),
        ("أقل من 10 يورو في اليوم", None, "10", "day"),
    ],
)
def test_what_may_be_spent(message, low, high, period):
    amount = lambda text: None if text is None else Decimal(text)  # noqa: E731
    assert said(message).budget == Budget(amount(low), amount(high), period)


@pytest.mark.parametrize(
    "message", ["for 2 weeks", "under 20 kilos", "she is 8", "61 keys", "size 3/4", "from Friday", "over two years"]
)
def test_what_is_no_budget(message):
    assert said(message).budget == Budget()


def test_level_genre_size_place_brand_and_quiet():
    need = said("A quiet 3/4 violin for a beginner who loves jazz, made by Yamaha, from Harbour Street")
    assert (need.skill_level, need.genres, need.size) == ("beginner", ("jazz",), "3/4")
    assert (need.location, need.brand, need.quiet) == ("Harbour Street", "Yamaha", True)


def test_the_newest_statement_wins_and_silence_keeps_the_older():
    need = said("a violin 3/4 under 10 a day", "actually, make it a cello", "15 a day is fine")
    assert (need.categories, need.size, need.budget.high) == (("cello",), None, Decimal(15))


def test_what_was_refused_may_be_wanted_later():
    need = said("no drums", "well, drums after all")
    assert (need.categories, need.refused) == (("drum-kit", "electronic-drum-kit"), ())


def test_price_does_not_matter_lifts_the_limit():
    assert said("under 10 a day", "price doesn't matter").budget == Budget()


def test_what_was_said_beats_the_profile_and_a_refusal_silences_it():
    profile = need_of_profile(
        {"preferred_instruments": ["drum-kit", "cello"], "max_daily_rate": "20.00", "experience_level": "advanced"}
    )
    assert with_profile(said("a viola for 9 a day, I am a beginner"), profile) == Need(
        categories=("viola",), budget=Budget(high=Decimal(9)), skill_level="beginner"
    )
    assert with_profile(said("anything but drums"), profile).categories == ("cello",)


@given(st.text(max_size=2500), st.text(max_size=300))
def test_any_message_is_understood_somehow(first, second):
    need = said(first, second)
    assert not set(need.categories) & set(need.refused)
    assert need.budget.high is None or need.budget.high >= 0


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
    need = understand(" ".join(words), Need(), SHELF)
    assert not set(need.categories) & set(need.refused)
