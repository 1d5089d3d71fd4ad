"""Left-handed: a fact of the player, and an attribute of what is built for one hand."""

import pytest

from app.needs.facets.handedness import Handedness
from tests.understanding_test import said

LEFT = {"attributes": {"handedness": "left"}}


def ids(reply) -> list[int]:
    return [card["instrument_id"] for card in reply.json["recommendations"]]


@pytest.mark.parametrize(
    ("message", "hand"),
    [
        ("a left-handed guitar", "left"),
        ("acoustic guitar for my left handed 13 year old", "left"),
        ("a bass for a lefty", "left"),
        ("eine Gitarre für Linkshänder", "left"),
        ("une guitare pour gaucher", "left"),
        ("una guitarra para zurdos", "left"),
        ("una chitarra per mancini", "left"),
        ("جيتار لشخص أعسر", "left"),
        ("a right-handed bass", "right"),
        ("not a left-handed one", None),
        ("the pianist's left hand", None),
        ("a guitar, on your left", None),
    ],
)
def test_which_hand_is_said(message, hand):
    assert said(message)[Handedness].handedness == hand


def test_it_stays_with_the_player_and_goes_with_the_next_one():
    assert said("a left-handed guitar", "a ukulele, rather")[Handedness].handedness == "left"
    assert said("a left-handed guitar", "and one for her brother")[Handedness].handedness is None


def test_who_is_left_handed_is_shown_what_is_built_so_or_suits_both(customer, shop):
    shop(category="ukulele", daily_rate="1.00")
    lefty = shop(category="ukulele", daily_rate="9.00", **LEFT)
    piano = shop(daily_rate="12.00")
    reply = customer.ask("a left-handed ukulele")
    assert ids(reply) == [lefty["id"]]
    assert "eft-handed players" in reply.json["recommendations"][0]["reason"]
    assert reply.json["understood"]["attributes"] == {"handedness": "left"}
    assert ids(customer.ask("a piano, rather")) == [piano["id"]]


def test_a_name_says_it_as_well_as_the_attribute(customer, shop):
    shop(category="ukulele", daily_rate="1.00")
    lefty = shop(category="ukulele", name="Kala KA-15S left-handed ukulele", daily_rate="9.00")
    assert ids(customer.ask("a ukulele for a lefty")) == [lefty["id"]]


def test_who_says_nothing_is_shown_the_usual_ones_first(customer, shop):
    lefty = shop(category="ukulele", daily_rate="1.00", **LEFT)
    usual = shop(category="ukulele", daily_rate="9.00")
    assert ids(customer.ask("a ukulele")) == [usual["id"], lefty["id"]]
    assert ids(customer.ask("a right-handed ukulele", session_id="b")) == [usual["id"]]


def test_without_one_the_nearest_is_named_as_what_it_is(customer, shop):
    usual = shop(category="ukulele")
    reply = customer.ask("a left-handed ukulele")
    assert ids(reply) == [usual["id"]]
    assert "relaxed" in reply.json["recommendations"][0]["reason"]


def test_it_can_be_removed(customer, shop):
    usual = shop(category="ukulele", daily_rate="1.00")
    lefty = shop(category="ukulele", daily_rate="9.00", **LEFT)
    customer.ask("a left-handed ukulele")
    body = {"session_id": "s1", "message": "show me again", "forget": ["attributes"]}
    reply = customer.post("/api/chatbot/chat", body)
    assert ids(reply) == [usual["id"], lefty["id"]]
    assert reply.json["understood"]["attributes"] == {}
