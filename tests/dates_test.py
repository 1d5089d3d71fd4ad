"""When, and for how long, as people write it. Today is Wednesday, the third of March 2027."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.speech.almanac import Almanac
from app.speech.lexicon import DAYS
from app.speech.recognisers import days

TODAY = date(2027, 3, 3)


def said(message: str, language: str = "en", today: date = TODAY) -> tuple:
    """The first day, the number of days and the last day, as month and day; None where nothing is said."""
    found = days.read(message, Almanac.of(today, language))
    start = f"{found.start:%m-%d}" if found.start else None
    end = f"{found.end:%m-%d}" if found.end else None
    return tuple(value for value in (start, found.days, end) if value is not None)


@pytest.mark.parametrize(
    ("message", "means"),
    [
        ("from 3 to 10 May", ("05-03", 8)),
        ("from the 3rd to the 10th of May", ("05-03", 8)),
        ("3-10 May", ("05-03", 8)),
        ("May 3 to 10", ("05-03", 8)),
        ("May 3rd until May 10th", ("05-03", 8)),
        ("3 May - 10 May 2027", ("05-03", 8)),
        ("between 3 May and 10 May", ("05-03", 8)),
        ("2027-05-03 to 2027-05-10", ("05-03", 8)),
        ("from 2027-05-03 for 8 days", ("05-03", 8)),
        ("20 December to 5 January", ("12-20", 17)),
        ("from friday to sunday", ("03-05", 3)),
        ("fri to sun, please", ("03-05", 3)),
        ("from fri to sun", ("03-05", 3)),
        ("from Friday", ("03-05",)),
        ("from Friday for two weeks", ("03-05", 14)),
        ("for two weeks from Monday", ("03-08", 14)),
        ("two weeks starting on Monday", ("03-08", 14)),
        ("starting tomorrow, for 10 days", ("03-04", 10)),
        ("from today for a month", ("03-03", 30)),
        ("from next week for 3 days", ("03-08", 3)),
        ("this weekend", ("03-06", 2)),
        ("for the weekend", ("03-06", 2)),
        ("next weekend", ("03-13", 2)),
        ("next week", ("03-08", 7)),
        ("this week", ("03-03", 5)),
        ("next month", ("04-01", 30)),
        ("in May", ("05-01", 31)),
        ("for the whole of June", ("06-01", 30)),
        ("this summer", ("06-01", 92)),
        ("over the summer", ("06-01", 92)),
        ("in autumn", ("09-01", 91)),
        ("on Saturday", ("03-06", 1)),
        ("on Saturday and Sunday", ("03-06", 2)),
        ("saturday and sunday", ("03-06", 2)),
        ("for next Saturday & Sunday", ("03-13", 2)),
        ("friday, saturday and sunday", ("03-05", 3)),
        ("tomorrow and Friday", ("03-04", 2)),
        ("on 24, 25 and 26 December", ("12-24", 3)),
        ("the 30th and 31st of May", ("05-30", 2)),
        ("le samedi et le dimanche", ("03-06", 2)),
        ("am Samstag und Sonntag", ("03-06", 2)),
        ("Friday and 2 guitars", ("03-05",)),
        ("on Tuesday and on Friday", ("03-05", 1)),
        ("for Saturday", ("03-06", 1)),
        ("next Friday", ("03-12",)),
        ("on the 15th", ("03-15", 1)),
        ("on the 1st", ("04-01", 1)),
        ("tomorrow", ("03-04",)),
        ("in two weeks", ("03-17",)),
        ("in 3 days for a week", ("03-06", 7)),
        ("for a week", (7,)),
        ("for the week", (7,)),
        ("for ten days", (10,)),
        ("a fortnight", (14,)),
        ("for a couple of weeks", (14,)),
        ("for a year", (365,)),
        ("for three months", (90,)),
        ("three weeks", (21,)),
        ("until 10 May", ("05-10",)),
        ("until Friday", ("03-05",)),
        ("until Christmas", ("12-25",)),
        ("from tomorrow until Christmas", ("03-04", 297)),
        ("on 29 February", ("02-29", 1)),
        ("du 3 au 10 mai", ("05-03", 8)),
        ("à partir du 3 mai pour deux semaines", ("05-03", 14)),
        ("le week-end prochain", ("03-13", 2)),
        ("vendredi prochain", ("03-12",)),
        ("la semaine prochaine", ("03-08", 7)),
        ("cet été", ("06-01", 92)),
        ("pendant l'été", ("06-01", 92)),
        ("vom 3. bis 10. Mai", ("05-03", 8)),
        ("vom 3.5. bis 10.5.", ("05-03", 8)),
        ("3.5.-10.5.2027", ("05-03", 8)),
        ("ab Freitag für zwei Wochen", ("03-05", 14)),
        ("nächstes Wochenende", ("03-13", 2)),
        ("im Mai", ("05-01", 31)),
        ("übermorgen", ("03-05",)),
        ("del 3 al 10 de mayo", ("05-03", 8)),
        ("a partir del lunes por dos semanas", ("03-08", 14)),
        ("el próximo fin de semana", ("03-13", 2)),
        ("este verano", ("06-01", 92)),
        ("dal 3 al 10 maggio", ("05-03", 8)),
        ("da venerdì per due settimane", ("03-05", 14)),
        ("il prossimo fine settimana", ("03-13", 2)),
        ("من الجمعة لمدة أسبوع", ("03-05", 7)),
    ],
)
def test_days_are_read_from_words(message, means):
    assert said(message) == means
    assert said(f"A quiet piano, {message}") == means


@pytest.mark.parametrize(
    "message",
    [
        "may I have a violin?",
        "I may be late",
        "something under 20 may be fine",
        "a violin 1/2",
        "moving from 1/2 to 3/4",
        "from 10 to 20 euros",
        "between 10 and 20 a day",
        "20 a day",
        "50 per week",
        "60 euros a month",
        "my daughter is 8 years old",
        "he has been playing for 6 months",
        "I have been learning for two weeks",
        "she turns 8 in May",
        "a drum for marching in a summer camp",
        "last weekend was nice",
        "two weeks ago",
        "since last summer",
        "a seat for 80 people",
        "a harp with a Christmas carol",
        "a P-145",
        "the second one",
        "how are you today?",
        "2 violins",
        "je joue depuis deux mois",
        "ich spiele seit zwei Jahren",
        "20 par jour",
        "10 euros al día",
    ],
)
def test_what_is_no_date_is_not_taken_for_one(message):
    found = days.read(message, Almanac.of(TODAY, "en"))
    assert (found.start, found.days, found.end, found.rest) == (None, None, None, message)


@pytest.mark.parametrize(
    ("language", "start"), [("en-US", "05-03"), ("en-GB", "03-05"), ("de", "03-05"), (None, "03-05")]
)
def test_the_language_says_whether_the_month_comes_first(language, start):
    assert said("from 5/3", language) == (start,)


def test_what_no_month_can_be_is_a_day():
    assert said("from 5/23", "en-GB") == ("05-23",)
    assert said("from 23/5", "en-US") == ("05-23",)


@pytest.mark.parametrize(
    ("language", "message", "means"),
    [
        ("nl", "een piano van 3 tot 10 mei", ("05-03", 8)),
        ("pl", "skrzypce od 3 do 10 maja", ("05-03", 8)),
        ("sv", "en fiol från 3 till 10 maj", ("05-03", 8)),
        ("nl", "vrijdag", ("03-05",)),
        ("nl", "een quiet piano onder 20 per dag, maat 1/2", ()),
    ],
)
def test_other_languages_are_read_by_the_profile(language, message, means):
    assert said(message, language) == means


@pytest.mark.parametrize("message", ["from 3 May 2020 to 10 May 2020", "on 2027-03-02", "until 1 March 2027"])
def test_days_that_are_over_are_noticed(message):
    assert days.read(message, Almanac.of(TODAY, "en")).is_past


def test_a_mark_stands_for_what_was_read():
    assert (
        days.read("a cello from 3 to 10 May, up to 100", Almanac.of(TODAY, "en")).rest == f"a cello  {DAYS} , up to 100"
    )


def test_on_a_sunday_the_next_weekend_is_the_coming_one():
    assert said("next weekend", today=date(2027, 3, 7)) == ("03-13", 2)
    assert said("this weekend", today=date(2027, 3, 7)) == ("03-07", 1)
    assert said("from Sunday", today=date(2027, 3, 7)) == ("03-14",)


def test_a_season_that_has_begun_is_what_is_left_of_it():
    assert said("this summer", today=date(2027, 8, 30)) == ("08-30", 2)
    assert said("this winter", today=date(2028, 1, 31)) == ("01-31", 30)
    assert said("in March", today=date(2027, 3, 31)) == ("03-31", 1)
    assert said("next month", today=date(2027, 12, 5)) == ("01-01", 31)


@settings(deadline=None)  # The first word in Dutch loads dateparser.
@given(st.text(max_size=300), st.sampled_from(["en", "en-US", "de", "nl", "xx", ""]))
def test_any_text_is_read_somehow(text, language):
    found = days.read(text, Almanac.of(TODAY, language))
    assert found.start is None or found.start >= TODAY
    assert found.days is None or found.days >= 1


WORDS = """
    from to until for on in may 3 10 31 2027 1/2 5/3 3.5. friday next this last week weekend summer days two a of th - ,
    € and between the 29 february
"""


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join), st.dates(date(2020, 1, 1), date(2090, 12, 31))
)
def test_any_row_of_date_words_is_read_somehow(text, today):
    found = days.read(text, Almanac.of(today, "en"))
    assert found.start is None or found.start >= today
