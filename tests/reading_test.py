"""The marks of a message: what it says, and where."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rental.pricing import Per
from app.speech.almanac import Almanac
from app.speech.marks import Absent, Spending, Turn
from app.speech.reading import Said, read
from app.speech.shelf import Shelf

SHELF = Shelf(brands=("Yamaha", "Buffet Crampon"), places=("Harbour Street",))
ALMANAC = Almanac(date(2027, 3, 3))


def said(message: str) -> Said:
    return read(message, SHELF, ALMANAC)


@pytest.mark.parametrize(
    ("message", "name", "values"),
    [
        ("a violin or a cello", "kind", [("violin",), ("cello",)]),
        ("I am a violinist", "player", [("violin",)]),
        ("a flugelhorn", "absent", [Absent("flugelhorn", ("cornet", "trumpet"))]),
        ("made by Yamaha", "maker", ["Yamaha"]),
        ("from Harbour Street", "place", ["Harbour Street"]),
        ("for a beginner", "level", ["beginner"]),
        ("jazz and blues", "genre", ["jazz", "blues"]),
        ("a 3/4 one", "size", ["3/4"]),
        ("two violins and three quiet pianos", "quantity", [2, 3]),
        ("she is 8", "age", [8]),
        ("I have played for three years", "years_played", [3]),
        ("under 20, no, 70 a week", "money", [Spending(high=Decimal(20), is_bare=True), Spending(None, 70, Per.WEEK)]),
        ("Hello, something cheaper?", "turn", [Turn.GREETING, Turn.CHEAPER, Turn.ASKING]),
        ("what about the weather", "turn", [Turn.ASKING, Turn.OFF_TOPIC]),
    ],
)
def test_what_a_message_says(message, name, values):
    assert [mark.value for mark in said(message).of(name)] == values


def test_days_are_one_mark_and_signs_among_the_tokens():
    days = said("a violin from Friday for two weeks").of("days")
    assert [(mark.value.start, mark.value.days) for mark in days] == [(date(2027, 3, 5), 14)]


def test_a_mark_tells_where_it_stands_and_what_reaches_it():
    heard = said("I own a violin, but I want no electric guitar")
    (violin, guitar) = heard.of("kind")
    assert heard.tokens[violin.start : violin.end] == ("violin",) and violin.is_background
    assert heard.tokens[guitar.start : guitar.end] == ("electric", "guitar") and guitar.is_negated


def test_words_are_what_no_rule_explained():
    words = said("a violin with a mahogany case, please").words
    assert words[:2] == ("mahogany", "case")
    assert "acajou" in words  # What means the same in another language is searched for as well.


def test_its_language_is_told_where_the_words_tell_it():
    assert [said(message).language for message in ("eine Geige, bitte", "a quiet one", "ok")] == ["de", "en", None]


@given(st.text(max_size=300))
def test_every_text_has_marks_within_its_tokens(message):
    heard = said(message)
    assert all(0 <= mark.start < mark.end <= len(heard.tokens) for mark in heard.marks)


HOSTILE = (
    "1 ",
    "a ",
    "-3",
    ".",
    "from 3 ",
    "monday and ",
    "twenty ",
    "hundert",
    "b flat ",
    "not a violin ",
    "٣ ",
    "mil ",
)


@pytest.mark.parametrize("part", HOSTILE)
def test_the_longest_message_is_read_in_a_moment(part):
    """In at most 50 ms of a quiet core; the bound leaves room for a busy one."""
    message = (part * 2000)[:2000]
    times = []
    for _ in range(4):
        started = time.process_time()
        said(message)
        times.append(time.process_time() - started)
    assert min(times) < 0.1
