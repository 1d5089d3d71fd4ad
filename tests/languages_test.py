"""The words of each language: whole, and of one mind."""

from collections import defaultdict

import pytest

from app.needs import sizing
from app.speech import languages, lexicon, numbers
from app.speech.language import language_of
from app.vocabulary import CATEGORIES, FAMILIES, SIZES, SKILL_LEVELS

SIX = ("ar", "de", "en", "es", "fr", "it")
# Every phrase of these sections means one thing, whatever the language.
TABLES = [
    ("kinds", "kind"), ("kinds", "family"), ("kinds", "player"), ("wishes", "level"), ("wishes", "genre"),
    ("wishes", "size"), ("wishes", "turn"), ("money", "period"), ("money", "rate"), ("money", "currency"),
    ("days", "month"), ("days", "weekday"), ("days", "unit"), ("days", "offset"), ("days", "duration"),
    ("days", "season"), ("days", "holiday"), ("numbers", "number"), ("numbers", "large"),
    ("facts", "fact"), ("facts", "quality"),
]  # fmt: skip


def test_the_six_languages_are_known():
    assert languages.known() == SIX


@pytest.mark.parametrize("name", ["kinds", "wishes", "bodies", "money", "days", "numbers", "everyday", "facts"])
@pytest.mark.parametrize("language", SIX)
def test_every_language_says_what_english_says(language, name):
    said, english = languages.file(language, name), languages.file("en", name)
    missing = set(english) - set(said) - {"short_month", "short_weekday", "shy_month", "suffix"}
    assert not missing


@pytest.mark.parametrize("language", SIX)
def test_every_language_has_a_word_for_every_number_month_weekday_and_unit(language):
    days, said = languages.file(language, "days"), languages.file(language, "numbers")
    assert {int(number) for number in said["number"]} >= {0, *range(2, 100)}
    assert set(said["large"]) >= {"100", "1000"}
    assert set(said["ordinal"]) >= {str(number) for number in range(1, 11)}
    assert set(days["month"]) == {str(month) for month in range(1, 13)}
    assert set(days["weekday"]) == {str(day) for day in range(7)}
    assert set(days["unit"]) == {"1", "7", "30", "365"}
    assert set(languages.file(language, "wishes")["level"]) == set(SKILL_LEVELS)


@pytest.mark.parametrize(("name", "section"), TABLES)
def test_no_phrase_means_two_things(name, section):
    means = defaultdict(set)
    for _, meaning, phrases in languages.meanings(name, section):
        for said in phrases:
            means[lexicon.phrase(said)].add(meaning)
    assert {phrase: found for phrase, found in means.items() if len(found) > 1} == {}


def test_what_words_mean_exists():
    known = lexicon.load()
    assert {category for means in known.categories.values() for category in means} == set(CATEGORIES)
    assert set(known.sizes.values()) == {*sizing.ORDER, *sizing.INCHES} >= set(SIZES)
    assert {f for _, f, _ in languages.meanings("kinds", "family")} <= set(FAMILIES)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("twenty-five", 25), ("two hundred and five", 205), ("a hundred and fifty", 150), ("three thousand", 3000),
        ("one hundred and two hundred", 100), ("fünfundzwanzig", 25), ("zweihundertfünfzig", 250), ("dreißig", 30),
        ("tausendzweihundert", 1200), ("vingt-cinq", 25), ("quatre-vingt-dix-sept", 97), ("soixante et onze", 71),
        ("deux cents euros", 200), ("treinta y cinco", 35), ("doscientos cincuenta", 250), ("veintidós", 22),
        ("ventotto", 28), ("duecentocinquanta", 250), ("centoventi", 120), ("خمسة وعشرون", 25), ("مئتين", 200),
        ("ثلاثون", 30), ("once euros", 11), ("sei settimane", 6), ("due violini", 2), ("neuf euros", 9),
    ],
)  # fmt: skip
def test_numbers_in_words(said, number):
    tokens = [token for token in lexicon.words(said) if token != "a"]
    assert numbers.at(tokens, 0)[0] == number


@pytest.mark.parametrize(
    "said", ["once a week", "sei un principiante", "due to rain", "hundert" * 300, "un violon neuf", "hundertwasser"]
)
def test_words_that_are_no_numbers_here(said):
    tokens = lexicon.words(said)
    assert [numbers.at(tokens, place) for place in range(len(tokens))] == [None] * len(tokens)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("un piano digital", "es"), ("clarinette para alquilar?", "es"), ("un violín del 15 al 17 de marzo", "es"),
        ("un clarinetto a Old Mill", "it"), ("dal 3 al 5 maggio", "it"), ("un xilophone", "fr"),
        ("a tuba from 3 May", "en"), ("ein Saxophon", "de"), ("piano", None), ("les paul", None),
        ("q", None), ("u", None),
    ],
)  # fmt: skip
def test_which_language_is_spoken(said, language):
    assert language_of(said) == language
