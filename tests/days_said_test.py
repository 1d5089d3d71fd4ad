"""Days as people say them: feasts, parts of months, moves against the days before, and days that cannot be used.

Today is Wednesday, the third of March 2027.
"""

from datetime import date, timedelta

import pytest

from app.needs.facets.days import Days
from app.needs.need import Need
from app.needs.understanding import understand
from app.rental.period import Period
from app.speech.almanac import Almanac
from app.speech.days.feasts import Calendar, is_country
from app.speech.days.said import Why
from app.speech.recognisers import days
from app.speech.shelf import Shelf

TODAY = date(2027, 3, 3)
TERMS = (
    ("half-term", Period.inclusive(date(2027, 5, 31), date(2027, 6, 4))),
    ("term", Period.inclusive(date(2027, 4, 12), date(2027, 7, 20))),
)
ENGLAND = Almanac(TODAY, calendar=Calendar("GB", "ENG"))
SCHOOL = Almanac(
    TODAY,
    calendar=Calendar("GB", "ENG", (*TERMS, ("town-fair", Period.inclusive(date(2027, 6, 12), date(2027, 6, 13))))),
)


def told(message: str, almanac: Almanac = ENGLAND) -> tuple:
    """The first day, how many or the last one, as month and day."""
    found = days.read(message, almanac)
    start, end = (f"{day:%m-%d}" if day else None for day in (found.start, found.end))
    return tuple(value for value in (start, found.days, end) if value is not None)


def after(*messages: str) -> tuple:
    """What is known of the days after these messages: the first and the last one."""
    need = Need()
    for message in messages:
        need = understand(message, need, Shelf(), ENGLAND).need
    known = need[Days]
    last = known.period.last if known.period else None
    return tuple(f"{day:%m-%d}" if day else None for day in (known.start, last))


@pytest.mark.parametrize(
    ("message", "means"),
    [
        ("on Good Friday", ("03-26", 1)),
        ("from Maundy Thursday until Easter Monday", ("03-25", 5)),
        ("zwischen Ostern und Pfingsten", ("03-28", 50)),
        ("until Whitsun", ("05-16",)),
        ("over Christmas and New Year", ("12-24", 9)),
        ("nach Weihnachten", ()),
        ("a Halloween party", ("10-31", 1)),
        ("pour la Saint-Sylvestre", ("12-31", 1)),
        ("durante la Semana Santa", ("03-26", 4)),
        ("a Pasqua", ("03-26", 4)),
        ("from 2 days before Easter Monday for a week", ("03-27", 7)),
        ("on Late Summer Bank Holiday", ("08-30", 1)),
    ],
)
def test_feasts_are_days(message, means):
    assert told(message) == means


@pytest.mark.parametrize(
    ("message", "means"),
    [
        ("over half term", ("05-31", 5)),
        ("from 19 April till the end of term", ("04-19", 93)),
        ("for the town fair", ("06-12", 2)),
        ("bis zum Ende des Schulhalbjahres", ("07-20",)),
        ("jusqu'à la fin du trimestre scolaire", ("07-20",)),
    ],
)
def test_the_shops_own_calendar_names_days(message, means):
    assert told(message, SCHOOL) == means


@pytest.mark.parametrize(
    ("message", "means"),
    [
        ("the second half of May", ("05-16", 16)),
        ("the last weekend in May", ("05-29", 2)),
        ("the first Saturday in June", ("06-05", 1)),
        ("die letzten zwei Wochen im Mai", ("05-18", 14)),
        ("from mid April until the end of May", ("04-15", 47)),
        ("Anfang Mai bis Mitte Juni", ("05-01", 46)),
        ("from May to July", ("05-01", 92)),
        ("from the third till the ninth of May", ("05-03", 7)),
        ("vom ersten bis zum siebten Mai", ("05-01", 7)),
        ("du premier au quinze mai", ("05-01", 15)),
        ("from the 20th", ("03-20",)),
        ("from the 28th to the 3rd", ("03-28", 7)),
        ("mon-wed next week", ("03-08", 3)),
        ("the weekend after next", ("03-20", 2)),
        ("Saturday week", ("03-13",)),
        ("a week on Tuesday", ("03-16",)),
        ("in a fortnight's time", ("03-17",)),
        ("collect Friday around 5, return on Monday at 9.30 am", ("03-05", "03-08")),
        ("for 2 wks frm 2moro", ("03-04", 14)),
        ("this wkend", ("03-06", 2)),
        ("yo, fri nite gig", ("03-05", 1)),
        ("in November 2027", ("11-01", 30)),
        ("in May next year", ("05-01", 31)),
        ("tonight", ("03-03", 1)),
        ("it is in May, the 8th, I want it from the 6th and can return it on the 9th", ("05-06", "05-09")),
    ],
)
def test_parts_of_months_and_weeks_are_days(message, means):
    assert told(message) == means


def test_figures_that_can_be_read_both_ways_are_read_as_the_shorter_rental():
    assert told("4/5 to 4/9") == ("04-05", 5)
    assert told("4/5 to 9/5") == ("05-04", 6)


@pytest.mark.parametrize(
    ("message", "why", "words"),
    [
        ("from 29 February 2029 to 3 March 2029", Why.IMPOSSIBLE, "29 February 2029"),
        ("von 31.4.2027 bis 3.5.2027", Why.IMPOSSIBLE, "31.4.2027"),
        ("from 32 May to 3 June", Why.IMPOSSIBLE, "32 May"),
        ("hasta el 31 de junio", Why.IMPOSSIBLE, "31 de junio"),
        ("15 to 12 May", Why.REVERSED, "15 to 12 May"),
        ("dal 15 al 12 maggio", Why.REVERSED, "dal 15 al 12 maggio"),
        ("from 10 May to 3 April", Why.REVERSED, "from 10 May to 3 April"),
        ("from 2 March for a week", Why.PAST, "from 2 March"),
        ("until our concert", Why.UNKNOWN, "until our concert"),
        ("in den Sommerferien", Why.UNKNOWN, "Sommerferien"),
        ("pendant les vacances scolaires", Why.UNKNOWN, "vacances scolaires"),
        ("every Saturday in May", Why.SEPARATE, "every Saturday in May"),
    ],
)
def test_days_that_cannot_be_used_are_told_in_the_customers_words(message, why, words):
    (trouble,) = days.read(message, ENGLAND).troubles
    assert (trouble.why, trouble.words) == (why, words)


def test_a_school_year_is_no_slip():
    assert told("from 15 September to 30 June") == ("09-15", 290)


def test_separate_days_are_told_one_by_one():
    (trouble,) = days.read("jeden Samstag im April", ENGLAND).troubles
    assert [day.day for day in trouble.days] == [3, 10, 17, 24]


RANGE = "from 8 May to 14 May"


@pytest.mark.parametrize(
    ("messages", "first", "last"),
    [
        ((RANGE, "two days longer please"), "05-08", "05-16"),
        ((RANGE, "noch eine Woche"), "05-08", "05-21"),
        ((RANGE, "un jour de moins"), "05-08", "05-13"),
        ((RANGE, "and one week later?"), "05-15", "05-21"),
        ((RANGE, "the week after that?"), "05-15", "05-21"),
        ((RANGE, "push it back by two days"), "05-10", "05-16"),
        ((RANGE, "can we start on the 10th instead? same end"), "05-10", "05-14"),
        ((RANGE, "empezar el 10, mismo final"), "05-10", "05-14"),
        ((RANGE, "start on the 10th instead"), "05-10", "05-16"),
        ((RANGE, "make that until the 20th"), "05-08", "05-20"),
        ((RANGE, "bis zum 20. bitte"), "05-08", "05-20"),
        ((RANGE, "June I meant, same days"), "06-08", "06-14"),
        ((RANGE, "intendevo giugno, stessi giorni"), "06-08", "06-14"),
        ((RANGE, "until Tuesday"), "05-08", "05-11"),
        ((RANGE, "bring it back a day later"), "05-08", "05-15"),
        (("from 8 May for three weeks", "and the week after that?"), "05-29", "06-04"),
        ((RANGE, "until 31 June"), "05-08", None),
        ((RANGE, "no, from 31 April to 3 May"), None, None),
        (("two days longer",), None, None),
    ],
)
def test_days_move_against_those_that_were_known(messages, first, last):
    assert after(*messages) == (first, last)


def test_a_span_that_is_named_again_is_no_second_wish():
    found = days.read("60 for the whole weekend, next weekend", ENGLAND)
    assert (found.start, found.days, found.second) == (date(2027, 3, 13), 2, None)


def test_the_library_knows_the_countries():
    assert is_country("GB", "ENG")
    assert is_country("DE")
    assert not is_country("GB", "BY")
    assert not is_country("Atlantis")


def test_an_end_before_the_first_day_is_no_rental():
    assert days.read("from 10 May, back on 8 May", ENGLAND).start is None


def test_a_feast_is_the_next_one_on_every_day_of_the_year():
    for n in range(366):
        today = TODAY + timedelta(days=n)
        found = days.read("on Easter Monday", Almanac(today)).start
        assert found is not None
        assert today <= found <= today + timedelta(days=400)
