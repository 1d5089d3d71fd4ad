"""Children and grown-ups: what is known of a body tells the size."""

import pytest

from app.needs import sizing
from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.needs.facets.size import Size
from app.needs.sizing import Body
from tests.handedness_test import ids
from tests.understanding_test import said


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ("a violin for my son, he is 110 cm tall", "1/8"),
        ("a cello for a girl of 4 foot 2", "1/2"),
        ("a guitar, she's 1.35 m", "3/4"),
        ("her arm is 52 cm from collar bone to palm, a violin please", "1/2"),
        ("a cello for a Year 4 pupil", "1/2"),
        ("un violon pour mon fils, il est en CE1", "1/2"),
        ("eine Geige, sie geht in die 3. Klasse", "1/2"),
        ("a violin, she is 8 but small for her age", "1/4"),
        ("ein Cello für meinen Sohn, 9, groß für sein Alter", "3/4"),
        ("she has outgrown her 1/2 violin", "3/4"),
        ("her 1/4 violin is too small for her", "1/2"),
        ("he outgrew the 1/4, now he needs a 1/2 cello", "1/2"),
        ("a violin, he is between a 1/2 and a 3/4", "1/2"),
        ('a 15.5" viola', '15.5"'),
        ("a 16 inch viola", '16"'),
        ("a 1/32 violin", "1/32"),
        ("a 12 inch djembe", None),
        ("an 8 year old wants a flute", None),
        ("a violin for my dad, 67", None),
    ],
)
def test_which_size_is_wanted(message, size):
    need = said(message)
    assert need[Size].usual(need[Kinds]) == size


@pytest.mark.parametrize(
    "message",
    [
        "a cello for an adult",
        "a violin for my wife",
        "I'm 40 and want to learn the viola",
        "ein Cello für Erwachsene",
        "un violoncelle pour adulte",
        "una viola para mi marido",
        "un violino per mio padre, 67",
        "كمان للكبار",
    ],
)
def test_for_whom_no_childs_size_is_shown(message):
    assert said(message)[Size].is_grown_up


def test_the_body_that_was_said_last_counts():
    assert said("a violin for my daughter, 8", "no, for myself")[Size].is_grown_up
    assert said("a violin for my wife", "and one for my son, he is 8")[Size].age == 8
    assert said("a violin for my daughter, 8", "which one would you take for me?")[Size].age == 8


def test_an_outgrown_one_leads_to_the_next_in_the_same_conversation():
    need = said("a violin for my daughter, 8", "hm, one size up please")
    assert need[Size].size == "3/4"


@pytest.mark.parametrize(
    "message", ["flute for my 8yo", "are they not too heavy for a 9 y/o?", "a light trombone, he is 8"]
)
def test_an_age_tells_no_level(message):
    assert said(message)[Level].skill_level is None


def test_a_grown_up_is_shown_no_childs_size(customer, shop):
    small = shop(category="cello", size="1/2", daily_rate="1.00")
    full = shop(category="cello", size="4/4", daily_rate="9.00")
    assert ids(customer.ask("a cello")) == [full["id"], small["id"]]
    assert ids(customer.ask("a cello for an adult", session_id="b")) == [full["id"]]


def test_where_only_a_childs_size_is_left_it_is_named_as_such(customer, shop):
    small = shop(category="cello", size="1/2")
    reply = customer.ask("a cello for an adult")
    assert ids(reply) == [small["id"]]
    assert "size relaxed" in reply.json["recommendations"][0]["reason"]


def test_kinds_without_sizes_are_found_whatever_size_is_wished(customer, shop):
    flute = shop(category="flute")
    assert ids(customer.ask("a half size flute")) == [flute["id"]]


def test_a_name_says_the_size_where_the_catalogue_states_none(customer, shop):
    small = shop(category="violin", name="Student violin 1/2", daily_rate="1.00")
    full = shop(category="violin", name="Student violin", daily_rate="9.00")
    assert ids(customer.ask("a violin for my daughter, 8")) == [small["id"]]
    assert ids(customer.ask("a full size violin", session_id="b")) == [full["id"]]


def test_a_viola_is_found_by_its_inches(customer, shop):
    shop(category="viola", size="4/4", name="Maker viola 16", daily_rate="1.00")
    wanted = shop(category="viola", size="4/4", name="Maker viola 15.5", daily_rate="9.00")
    assert ids(customer.ask('a 15.5" viola')) == [wanted["id"]]


def test_the_reason_says_by_what_the_size_was_told(customer, shop):
    shop(category="violin", size="1/4", daily_rate="1.00")
    shop(category="violin", size="1/8", daily_rate="2.00")
    assert "110 cm" in customer.ask("a violin, he is 110 cm tall").json["recommendations"][0]["reason"]
    small = customer.ask("a violin for a girl of 8 years, small for her age", session_id="b").json
    assert "one below the usual one at 8" in small["recommendations"][0]["reason"]


@pytest.mark.parametrize("ladders", [sizing.BEGINS_AT, sizing.BEGINS_AT_HEIGHT, sizing.BEGINS_AT_ARM])
def test_every_ladder_climbs(ladders):
    for steps in ladders.values():
        assert list(steps) == sorted(steps)
        sizes = [sizing.ORDER.index(size) for _, size in steps]
        assert sizes == sorted(set(sizes))


def test_an_arm_tells_more_than_a_height_and_a_height_more_than_an_age():
    assert sizing.usual("violin", Body(age=12)) == "4/4"
    assert sizing.usual("violin", Body(age=12, height=130)) == "1/2"
    assert sizing.usual("violin", Body(age=12, height=130, arm=57)) == "3/4"
    assert sizing.usual("cello", Body(height=130, arm=57)) == "1/2"
    assert sizing.usual("flute", Body(age=8)) is None
