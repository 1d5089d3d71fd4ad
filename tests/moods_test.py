"""What people call instruments and what they want to do with them; everyday words that are none of it."""

import pytest

from app.needs.facets.genres import Genres
from app.needs.facets.kinds import Kinds
from app.speech import languages
from app.speech.mentions import _without_typo
from tests.handedness_test import ids
from tests.understanding_test import SAXOPHONES, read, said

STRUMMED = ("acoustic-guitar", "classical-guitar", "ukulele")


@pytest.mark.parametrize(
    ("messages", "categories"),
    [
        (["something to strum at the beach"], STRUMMED),
        (["a guitar to play round the campfire"], ("acoustic-guitar", "classical-guitar")),
        (["a violin to play round the campfire"], ("violin",)),
        (["we sing sea shanties"], ("accordion", "acoustic-guitar", "banjo", "mandolin", "violin")),
        (["that café sound"], ("accordion",)),
        (["etwas fürs Lagerfeuer"], STRUMMED),
        (["quelque chose pour un feu de camp"], STRUMMED),
        (["a bass for my band"], ("bass-guitar",)),
        (["a bass for a jazz quartet"], ("bass-guitar", "double-bass")),
        (["a bass", "no, the one you stand up with"], ("double-bass",)),
        (["I play alto and need a horn"], ("alto-saxophone",)),
        (["a horn in an orchestra"], ("french-horn",)),
        (["un basso"], ("bass-guitar",)),
        (["ein Bass"], ("bass-guitar",)),
        (["a bass and a bass amp"], ("bass-guitar", "bass-amplifier")),
        (["a speaker thing for a speech"], ("pa-system",)),
        (["a guitar with nylon strings"], ("classical-guitar",)),
        (["guitarra flamenca"], ("classical-guitar",)),
        (["saxes"], SAXOPHONES),
        (["something quiet, a piano perhaps"], ("digital-piano",)),
        (["drums, but we have thin walls"], ("electronic-drum-kit",)),
    ],
)
def test_what_is_meant(messages, categories):
    assert said(*messages)[Kinds].categories == categories


@pytest.mark.parametrize(
    "message",
    [
        "a keyboard that runs on batteries",
        "una batteria scarica",
        "la batería del móvil",
        "Wo kann ich parken?",
        "trabaja en un banco",
        "a native speaker",
        "the price is right",
        "it is according to plan",
        "un appartamento piccolo",
    ],
)
def test_no_other_instrument_is_heard_in_everyday_words(message):
    assert set(said(message)[Kinds].categories) <= {"keyboard"}


@pytest.mark.parametrize("message", ["who won the world cup", "in which country are you", "a case with metal locks"])
def test_an_ordinary_word_is_no_music(message):
    assert said(message)[Genres].genres == ()


@pytest.mark.parametrize(
    ("message", "genre"), [("for a metal band", "metal"), ("I play country", "country"), ("metal", "metal")]
)
def test_beside_words_of_music_it_is(message, genre):
    assert said(message)[Genres].genres == (genre,)


def test_music_without_an_instrument_leads_to_what_plays_it(customer, shop):
    shop(category="recorder", daily_rate="1.00", genres=["classical"])
    organ = shop(category="organ", daily_rate="40.00", genres=["gospel"])
    assert ids(customer.ask("for gospel, please")) == [organ["id"]]


def test_what_serves_a_mood_is_shown_and_not_the_cheapest(customer, shop):
    shop(category="recorder", daily_rate="1.00")
    uke = shop(category="ukulele", daily_rate="4.00")
    assert ids(customer.ask("something I can strum by the fire")) == [uke["id"]]


def test_a_slip_of_the_pen_is_none_in_a_plain_word():
    plain = "according times basis boxes codes clearing permissions reporter flores bored accorder banco parken mandi"
    assert [word for word in plain.split() if _without_typo(word)] == []


def test_the_wish_is_not_read_from_a_slip_that_two_kinds_share():
    assert read("a vioxx").said.of("kind") == ()


@pytest.mark.parametrize("language", languages.known())
def test_every_language_has_its_names_and_moods(language):
    known = languages.file(language, "kinds")
    assert {"wind", "hand-drums"} <= set(known["kind"])
    assert {"strummed", "speaking"} <= set(known["mood"])
