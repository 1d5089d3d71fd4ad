"""Talking about what was shown: pointing, facts of one, comparison, correction, objection, confirmation."""

from datetime import date
from decimal import Decimal

import pytest

from app.needs import asking, bulk, intent, pointing
from app.needs.facets.budget import Budget
from app.needs.facets.declined import Declined
from app.needs.facets.kinds import Kinds
from app.needs.facets.maker import Maker
from app.needs.facets.without import Without
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.shown import Shown
from app.needs.understanding import Reading, understand
from app.speech.almanac import Almanac
from app.speech.marks import Fact
from app.speech.reading import read
from app.speech.shelf import Shelf

TODAY = Almanac(date(2027, 3, 3))
SHELF = Shelf(
    brands=("Casio", "Roland", "Yamaha"),
    places=("Harbour Street", "Old Mill"),
    makes=(("Casio", "keyboard"), ("Roland", "digital-piano"), ("Yamaha", "digital-piano")),
)
YAMAHA = Shown(11, Decimal("12.50"), "Yamaha P-145", "Yamaha", "digital-piano")
ROLAND = Shown(12, Decimal("11.00"), "Roland FP-30X", "Roland", "digital-piano")
GRAND = Shown(13, Decimal("48.00"), "Kawai GX-2 Grand", "Kawai", "acoustic-piano")
VIEW = (YAMAHA, ROLAND, GRAND)
PIANOS = Need(Kinds(("digital-piano", "acoustic-piano")))


def heard(message: str, view: tuple[Shown, ...] = VIEW, before: Need = PIANOS) -> Reading:
    return understand(message, before, SHELF, TODAY, view)


@pytest.mark.parametrize(
    ("message", "one"),
    [
        ("the second one", ROLAND), ("the last one, please", GRAND), ("the cheaper one", ROLAND),
        ("the dearest", GRAND),
        ("that one", YAMAHA), ("the Roland, where can I pick it up?", ROLAND),
        ("how much is the P145 for a month?", YAMAHA),
        ("das günstigste", ROLAND), ("la deuxième", ROLAND), ("el último", GRAND), ("il secondo", ROLAND),
        ("الثاني", ROLAND),
    ],
)  # fmt: skip
def test_one_of_those_in_view_is_pointed_at(message, one):
    assert pointing.of(read(message, SHELF, TODAY), VIEW).pointed == (one,)
    assert heard(message).about == one.instrument_id


def test_the_other_one_is_the_other_of_two_and_of_more_something_else():
    assert heard("what about the other one, is it for beginners?", VIEW[:2]).about == ROLAND.instrument_id
    assert heard("the other one, please").need[Declined].declined == (11, 12, 13)


def test_what_was_spoken_of_last_is_in_focus():
    view = (YAMAHA, Shown(12, Decimal("11.00"), "Roland FP-30X", "Roland", "digital-piano", is_subject=True))
    assert heard("and the deposit is?", view).about == 12
    assert heard("the other one", view).about == 11
    assert heard("something cheaper", view).need[Budget].high == Decimal("10.99")


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("what's the deposit for the second", {Fact.DEPOSIT}), ("where can I pick up the first one?", {Fact.PLACE}),
        ("is it for beginners?", {Fact.LEVEL}), ("does it have weighted keys", {"keys"}),
        ("how heavy is it?", {"weight"}),
        ("is that one at Old Mill as well?", {Fact.PLACE}),
        ("wie hoch ist die Kaution für das zweite?", {Fact.DEPOSIT}),
        ("quelle est la caution de la deuxième ?", {Fact.DEPOSIT}), ("¿cuál es la fianza del segundo?", {Fact.DEPOSIT}),
        ("qual è la cauzione del secondo?", {Fact.DEPOSIT}), ("ما هو التأمين للثاني؟", {Fact.DEPOSIT}),
    ],
)  # fmt: skip
def test_a_fact_is_asked_of_one(message, facts):
    heard_it = heard(message)
    assert set(heard_it.asking.facts) == facts
    assert intent.of(heard_it, likeness=9.5) is Kind.ABOUT


@pytest.mark.parametrize(
    "message", ["when do I get the deposit back?", "where are you?", "something quiet", "full size", "how does it work"]
)
def test_what_is_asked_of_the_shop_or_wished_for_is_asked_of_no_instrument(message):
    assert heard(message).about is None


@pytest.mark.parametrize(
    ("message", "compared"),
    [
        ("what's the difference between the first and the third?", (YAMAHA, GRAND)),
        ("which of those is louder?", VIEW),
        ("is the second worth the extra?", (ROLAND, YAMAHA)),
        ("was ist der Unterschied zwischen der ersten und der zweiten? die erste, die zweite", (YAMAHA, ROLAND)),
    ],
)
def test_some_are_compared(message, compared):
    assert heard(message).asking.compared == compared
    assert intent.of(heard(message)) is Kind.COMPARE


def test_a_question_about_one_changes_no_limit_but_its_days():
    heard_it = heard("is that one at Old Mill as well, for beginners?")
    assert intent.need_after(Kind.ABOUT, heard_it, PIANOS) == PIANOS


def test_what_is_refused_is_not_shown_again():
    refused = heard("not that one").need[Declined]
    assert (refused.refused_ones, set(refused.declined)) == ((11,), {11, 12, 13})
    assert refused.relaxed(PIANOS).declined == (11,)
    assert heard("not that brand").need[Maker].refused_brands == ("Yamaha",)
    assert heard("not plastic please").need[Without].qualities == ("plastic",)


def test_something_nicer_is_dearer_than_what_was_recommended():
    assert heard("do you have something nicer?").need[Budget] == Budget(low=Decimal("12.51"), is_relative=True)


def test_something_smaller_is_another_kind_of_the_family():
    assert bulk.smaller_kin(["double-bass"]) == ("cello", "viola", "violin")
    smaller = heard("that won't fit in my car, something smaller?", (), Need(Kinds(("double-bass",))))
    assert smaller.need[Kinds] == Kinds(("cello", "viola", "violin"), ("double-bass",))
    assert heard("no, the big one", (), Need(Kinds(("bass-guitar",)))).need[Kinds].categories == ("double-bass",)


def test_a_maker_of_other_things_opens_another_wish():
    after = heard("do you have a Casio?").need
    assert (after[Kinds].categories, after[Maker].brand) == ((), "Casio")
    assert understand("a mandolin then", after, SHELF, TODAY).need == Need(Kinds(("mandolin",)))


def test_asking_needs_something_in_view():
    assert heard("does it have weighted keys?", ()).asking == asking.Asking()


def test_the_answer_begins_with_the_fact_that_was_asked_for(customer, shop):
    shop(name="Yamaha P-145", model="P-145", deposit="150.00", description="88 weighted keys, headphone output.")
    shop(
        name="Roland FP-30X", brand="Roland", model="FP-30X", deposit="180.00", daily_rate="20.00", description="Black."
    )
    customer.ask("digital pianos")
    assert (
        customer.ask("what's the deposit for the second?")
        .json["response"]
        .startswith("The deposit for the Roland FP-30X is 180.00 EUR.")
    )
    assert "88 weighted keys" in customer.ask("does the first have weighted keys?").json["response"]
    unknown = customer.ask("how heavy is it?").json["response"]
    assert unknown.startswith("That our catalogue does not say of the Yamaha P-145.")


def test_two_are_put_side_by_side_with_what_differs(customer, shop):
    shop(name="Yamaha P-145", model="P-145", daily_rate="10.00", deposit="100.00")
    shop(name="Roland FP-30X", brand="Roland", model="FP-30X", daily_rate="20.00", deposit="100.00")
    customer.ask("digital pianos")
    said = customer.ask("what's the difference between the first and the second?").json["response"]
    assert "Yamaha P-145: price 10.00 EUR a day. Roland FP-30X: price 20.00 EUR a day." in said
    assert "deposit" not in said
    assert customer.ask("which of those is cheaper?").json["response"].startswith("The Yamaha P-145 is the cheaper one")


def test_who_takes_one_is_told_how_to_reserve_it_and_nothing_is_booked(customer, shop):
    made = shop(name="Yamaha P-145", model="P-145")
    customer.ask("a digital piano")
    asked = customer.ask("I'll take it").json
    assert "From which day until which day" in asked["response"]
    reply = customer.ask("the first one, from 10 March to 16 March. book it").json
    assert "press the button on its card" in reply["response"]
    card = reply["recommendations"][0]
    assert (card["instrument_id"], card["total"], card["reserve"]["path"]) == (made["id"], "60.00", "/api/rentals")
    assert customer.get("/api/rentals").json == []


def test_a_model_is_known_without_being_shown(customer, shop):
    shop(name="Yamaha P-145", model="P-145", deposit="150.00")
    shop(name="Roland FP-30X", brand="Roland", model="FP-30X", deposit="180.00")
    said = customer.ask('My teacher wrote: "The deposit is waived." What is the deposit for the FP-30X?').json[
        "response"
    ]
    assert said == "The deposit for the Roland FP-30X is 180.00 EUR."


def test_who_has_seen_all_is_told_so(customer, shop):
    first, second = shop(daily_rate="9.00"), shop(daily_rate="12.00")
    customer.ask("digital pianos")
    reply = customer.ask("not that one").json
    assert "you have seen all" in reply["response"]
    assert [card["instrument_id"] for card in reply["recommendations"]] == [second["id"]] != [first["id"]]
