"""Several different things in one wish: what belongs to which, what is found for each, and what they cost together."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from app.needs.need import Need
from app.needs.understanding import understand
from app.speech.almanac import Almanac
from app.speech.shelf import Shelf
from tests.factories import Person

SHELF = Shelf(brands=("Yamaha", "Fender", "Stentor"), places=("Harbour Street", "Old Mill"))
TODAY = Almanac(date(2027, 3, 3))
GUITARS = ("acoustic-guitar", "classical-guitar", "electric-guitar")
NUMBERS = itertools.count(1)


def need_after(*messages: str) -> Need:
    need = Need()
    for message in messages:
        need = understand(message, need, SHELF, TODAY).need
    return need


def parts(*messages: str) -> list[tuple]:
    """Of each part: its kinds, how many, and what else is said of it."""
    told = need_after(*messages).told()["parts"]
    left_out = {"categories", "quantity"}
    return [
        (*part["categories"], part["quantity"], *(v for k, v in part.items() if v and k not in left_out))
        for part in told
    ]


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("a PA, two mics & a bass amp for Saturday", [("pa-system", 1), ("microphone", 2), ("bass-amplifier", 1)]),
        ("two violins, viola, cello", [("violin", 2), ("viola", 1), ("cello", 1)]),
        ("an electric guitar and an amp to go with it", [("electric-guitar", 1), ("guitar-amplifier", 1)]),
        ("instruments for a string quartet", [("violin", 2), ("viola", 1), ("cello", 1)]),
        ("a 1/2 violin and a 3/4 cello", [("violin", 1, "1/2"), ("cello", 1, "3/4")]),
        ("a violin, a viola and a cello, all full size", [(x, 1, "4/4") for x in ("violin", "viola", "cello")]),
        ("two violins, one 1/2 and one 3/4", [("violin", 1, "1/2"), ("violin", 1, "3/4")]),
        ("my kids are 6 and 10, both want violins", [("violin", 1, "1/4", 6), ("violin", 1, "3/4", 10)]),
        ("2 Yamaha trumpets and a Fender bass", [("trumpet", 2, "Yamaha"), ("bass-guitar", 1, "Fender")]),
        ("a guitar for me and one for my daughter (8)", [(*GUITARS, 1), (*GUITARS, 1, "1/2", 8)]),
        ("Ana is 6 and wants a violin, Bea is 14 and wants the flute", [("violin", 1, "1/4", 6), ("flute", 1, 14)]),
        ("zwei Geigen und ein Cello", [("violin", 2), ("cello", 1)]),
        ("une guitare électrique et un ampli", [("electric-guitar", 1), ("guitar-amplifier", 1)]),
        ("un bajo eléctrico y un amplificador", [("bass-guitar", 1), ("bass-amplifier", 1)]),
        ("due violini e una viola", [("violin", 2), ("viola", 1)]),
        ("كمان وفلوت", [("violin", 1), ("flute", 1)]),
    ],
)
def test_each_part_has_what_was_said_of_it(message, wanted):
    assert parts(message) == wanted


@pytest.mark.parametrize(
    "message",
    [
        "a violin or a viola",
        "a violin, a viola or a cello",
        "torn between violin and viola",
        "a trumpet/cornet",
        "no violin, no viola, a cello please",
        "I play the piano and the guitar and would like to try the drums",
        "a guitar, an electric guitar",
        "Oder eine Geige, oder eine Bratsche",
        "a violin in 3/4 or 4/4",
    ],
)
def test_what_may_stand_for_another_is_no_part_beside_it(message):
    assert need_after(message).parts == ()


def test_days_and_a_price_for_the_whole_rental_are_shared():
    need = need_after("2 violins and a cello, not more than 300 in total from Friday for a month, at the Old Mill")
    told = need.told()
    assert (told["from"], told["location"]) == (date(2027, 3, 5), "Old Mill")
    assert [part["max_daily_rate"] for part in told["parts"]] == [None, None]


def test_a_price_for_a_day_is_for_each():
    told = need_after("a violin and a cello under 20 a day").told()
    assert [part["max_daily_rate"] for part in told["parts"]] == [Decimal("20.00")] * 2


def test_one_part_may_change_while_the_others_stay():
    assert parts("a violin and a cello", "the violin in 3/4") == [("violin", 1, "3/4"), ("cello", 1)]


def test_one_more_thing_comes_beside_what_was_wanted():
    assert parts("a violin", "I also need a cello") == [("violin", 1), ("cello", 1)]
    assert parts("a violin and a cello", "in Harbour Street, please") == [("violin", 1), ("cello", 1)]


def test_another_wish_ends_all_parts():
    assert need_after("a violin and a cello", "actually just a flute").parts == ()
    assert need_after("a violin and a cello").forgetting(["categories"]).parts == ()


def test_parts_survive_being_kept():
    need = need_after("two mics and a PA for 40 each")
    assert Need.from_data(need.as_data()) == need


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("violins for my twins", 2),
        ("Geigen für meine Zwillinge", 2),
        ("ukuleles for 25 pupils", 25),
        ("a dozen mics", 12),
    ],
)
def test_people_count_instruments(message, pieces):
    assert need_after(message).told()["quantity"] == pieces


def units(number: int) -> list[dict]:
    return [{"serial_number": f"P-{next(NUMBERS)}", "condition": "good", "location": "Old Mill"} for _ in range(number)]


def test_each_part_is_answered_with_its_number(customer: Person, shop):
    mic = shop(category="microphone", name="Shure SM58", daily_rate="4.00", units=units(4))
    pa = shop(category="pa-system", name="Bose L1", daily_rate="25.00", units=units(1))
    reply = customer.ask("a PA and two mics from 5 March 2027 to 6 March 2027").json
    cards = [
        (card["instrument_id"], card["part"], card["quantity"], card["total"]) for card in reply["recommendations"]
    ]
    assert cards == [(pa["id"], 0, 1, "50.00"), (mic["id"], 1, 2, "8.00")]
    assert "2 × Shure SM58" in reply["response"]
    assert [part["categories"] for part in reply["understood"]["parts"]] == [["pa-system"], ["microphone"]]


def test_a_part_of_which_nothing_fits_is_said_to_be_so_beside_the_others(customer: Person, shop):
    shop(category="violin", name="Stentor violin", daily_rate="4.00")
    shop(category="cello", name="Gewa cello", daily_rate="14.00")
    reply = customer.ask("a violin and a cello under 10 a day").json
    assert "Stentor violin" in reply["response"]
    assert "nothing that is free now fits your wish (cello)" in reply["response"]
    assert "relaxed" in next(card["reason"] for card in reply["recommendations"] if card["name"] == "Gewa cello")


def test_a_budget_for_all_chooses_among_those_that_fit(customer: Person, shop):
    shop(category="violin", name="Dear violin", daily_rate="30.00", skill_levels=["beginner"])
    shop(category="violin", name="Cheap violin", daily_rate="10.00", skill_levels=["advanced"])
    shop(category="cello", name="Only cello", daily_rate="20.00", skill_levels=["beginner"])
    days = "from 5 March 2027 to 6 March 2027"
    both = customer.ask(f"a violin and a cello for a beginner, not more than 70 in total, {days}").json
    assert [card["name"] for card in both["recommendations"][:2]] == ["Cheap violin", "Only cello"]
    neither = customer.ask(f"a violin and a cello, not more than 50 in total, {days}").json
    assert all("relaxed" in card["reason"] for card in neither["recommendations"])


def test_the_last_unit_is_offered_to_one_part_only(customer: Person, shop):
    shop(category="acoustic-guitar", name="Last guitar", daily_rate="5.00", units=units(1))
    shop(category="acoustic-guitar", name="Other guitar", daily_rate="9.00", units=units(1))
    reply = customer.ask("an acoustic guitar for me and one for my brother who is 20").json
    firsts = {card["part"]: card["name"] for card in reversed(reply["recommendations"])}
    assert sorted(firsts.values()) == ["Last guitar", "Other guitar"]


def test_the_deposit_counts_where_it_is_said_to(customer: Person, shop):
    shop(category="keyboard", name="Casio", daily_rate="5.00", deposit="40.00")
    days = "from 5 March 2027 to 6 March 2027"
    within = customer.ask(f"a keyboard, not more than 50 altogether, deposit included, {days}").json
    assert "10.00 EUR for 2 days with the deposit of 40.00 EUR" in within["recommendations"][0]["reason"]
    above = customer.ask(f"a keyboard, not more than 45 altogether, deposit included, {days}").json
    assert "relaxed" in above["recommendations"][0]["reason"]


def test_several_pieces_keep_a_total_together_unless_it_is_for_each(customer: Person, shop):
    shop(category="ukulele", name="Kala", daily_rate="5.00", units=units(4))
    days = "from 5 March 2027 to 6 March 2027"
    assert "relaxed" in customer.ask(f"4 ukuleles for 20 in total {days}").json["recommendations"][0]["reason"]
    assert "relaxed" not in customer.ask(f"4 ukuleles for 40 in total {days}").json["recommendations"][0]["reason"]


@pytest.mark.parametrize("several", ["a violin", "a violin, a cello, a flute, a trumpet and a ukulele"])
def test_five_things_take_as_many_statements_as_one(customer: Person, shop, queries, several):
    for category in ("violin", "cello", "flute", "trumpet", "ukulele"):
        shop(category=category, name=f"Some {category}", size=None)
    queries.clear()
    assert len(customer.ask(f"{several} from 5 March 2027 for a week").json["recommendations"]) in (1, 5)
    assert len(queries) == 15
