"""Asking for days: what is free then, at the price that will be charged, one request away from a reservation."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from tests.chatbot_test import ids
from tests.factories import sign_up, unit

CHAT = "/api/chatbot/chat"
DEMAND = "/api/instruments/unmet-demand"


@pytest.fixture
def rent(client, clock):
    """Somebody else rents an instrument on days counted from today."""
    other = sign_up(client)

    def make(instrument, first, last):
        days = {"start_date": clock.day(first), "end_date": clock.day(last)}
        answer = other.post("/api/rentals", {"instrument_id": instrument["id"], **days})
        assert answer.status_code == 201, answer.text

    return make


def test_a_recommendation_is_one_request_away_from_its_reservation(customer, shop, clock):
    piano = shop(daily_rate="10.00", weekly_rate="45.00")
    reply = customer.ask("a piano from Friday for two weeks").json
    (card,) = reply["recommendations"]
    assert (card["days"], card["total"], card["units_available"]) == (14, "90.00", 1)
    assert (card["from"], card["to"]) == (reply["understood"]["from"], reply["understood"]["to"])
    assert (card["from"], card["to"]) == (clock.day(4), clock.day(17))
    reserve = card["reserve"]
    assert (reserve["method"], reserve["path"]) == ("POST", "/api/rentals")
    rental = customer.client.open(
        reserve["path"], method=reserve["method"], json=reserve["body"], headers=customer.headers
    )
    assert (rental.status_code, rental.json["total"], rental.json["days"]) == (201, card["total"], card["days"])
    assert (rental.json["instrument_id"], rental.json["start_date"]) == (piano["id"], card["from"])


def test_the_place_that_was_asked_for_is_reserved(customer, shop, clock):
    shop(units=[unit("Harbour Street", "new"), unit("Old Mill", "fair")])
    (card,) = customer.ask("a piano at Old Mill from tomorrow for 3 days").json["recommendations"]
    assert card["reserve"]["body"]["location"] == "Old Mill"
    assert customer.post("/api/rentals", card["reserve"]["body"]).json["location"] == "Old Mill"


def test_only_what_is_free_on_every_day_is_recommended(customer, shop, rent):
    first_day, last_day, free = shop(daily_rate="5.00"), shop(daily_rate="6.00"), shop(daily_rate="9.00")
    rent(first_day, 4, 4)
    rent(last_day, 7, 9)
    assert ids(customer.ask("a piano from Friday for four days").json) == [free["id"]]


def test_nothing_free_leads_to_the_next_free_days_and_an_alternative(customer, shop, rent, clock):
    violin, larger = shop(category="violin", size="3/4"), shop(category="violin", size="4/4")
    rent(violin, 5, 8)
    reply = customer.ask("a 3/4 violin from Friday for three days").json
    later, other = reply["recommendations"]
    assert (later["instrument_id"], later["from"], later["to"]) == (violin["id"], clock.day(9), clock.day(11))
    assert "the days relaxed" in later["reason"]
    assert later["units_available"] == 1
    assert (other["instrument_id"], other["from"]) == (larger["id"], clock.day(4))
    assert "the size relaxed" in other["reason"]
    assert "nothing" in reply["response"]
    for card in (later, other):
        assert customer.post("/api/rentals", card["reserve"]["body"]).status_code == 201


def test_days_and_length_are_asked_for_one_by_one(customer, shop, clock):
    shop()
    reply = customer.ask("a piano for a week").json
    (card,) = reply["recommendations"]
    assert (card["days"], card["total"], card["from"], card["reserve"]) == (7, "60.00", None, None)
    assert reply["response"].endswith("From which day would you like it?")
    reply = customer.ask("from Monday").json
    assert reply["recommendations"][0]["reserve"]["body"]["end_date"] == clock.day(13)
    customer.ask("something", session_id="s2")
    reply = customer.ask("a piano from Monday", session_id="s2").json
    assert (reply["understood"]["from"], reply["understood"]["to"]) == (clock.day(7), None)
    assert reply["response"].endswith("For how long would you like it?")


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        ("a piano from Monday for a week, 50 in total", True),
        ("a piano from Monday for a week, 44 in total", False),
        ("a piano from Monday, 45 for the week", True),
        ("a piano from Monday for a week, 45 a week", True),
        ("a piano from Monday for two weeks, 45 a week", True),
        ("a piano from Monday for two weeks, 89 altogether", False),
        ("a piano from Monday for two weeks, 90 altogether", True),
        ("a piano from Monday for a week, under 10 a day", True),
        ("a piano from Monday for a week, under 9 a day", False),
        ("a piano under 46 from Monday for a week", True),  # The total keeps it.
        ("a piano under 11 from Monday for a week", True),  # A day does.
        ("a piano under 9 from Monday for a week", False),
    ],
)
def test_a_budget_compares_with_the_price_that_it_names(customer, shop, message, fits):
    shop(daily_rate="10.00", weekly_rate="45.00", monthly_rate="130.00")
    (card,) = customer.ask(message).json["recommendations"]
    assert ("relaxed" not in card["reason"]) == fits, card["reason"]


def test_a_total_limit_is_told_as_one_of_a_day(customer, shop):
    shop(daily_rate="10.00", weekly_rate="45.00")
    reply = customer.ask("a piano from Monday for a week, 50 in total").json
    assert reply["understood"]["max_daily_rate"] == "7.14"
    assert "45.00 EUR for 7 days is within your limit" in reply["recommendations"][0]["reason"]


@pytest.mark.parametrize(("message", "told"), [("on 2027-02-27", "over"), ("from Monday for 400 days", "365 days")])
def test_days_that_cannot_be_rented_are_said_so(customer, shop, clock, message, told):
    shop()
    reply = customer.ask(f"a piano {message}").json
    assert told in reply["response"]
    assert reply["recommendations"][0]["reserve"] is None
    assert reply["understood"]["to"] is None


def test_a_day_too_far_ahead_is_not_planned_for(customer, shop, clock):
    shop()
    reply = customer.ask("a piano in 40 months for a week").json
    assert "no further ahead" in reply["response"]
    assert (reply["understood"]["from"], reply["recommendations"][0]["from"]) == (None, None)


def test_days_over_new_year_are_told_with_their_years(customer, shop, clock):
    shop()
    told = customer.ask("a piano from 20 December to 5 January").json["response"]
    assert "from Mon, 20 Dec 2027 to Wed, 5 Jan 2028" in told


def test_what_was_said_of_the_days_stays_until_it_is_forgotten(customer, shop, clock):
    shop(), shop(category="cello")
    customer.ask("a piano from Monday for a week")
    reply = customer.ask("and a cello?").json
    assert (reply["understood"]["from"], reply["understood"]["to"]) == (clock.day(7), clock.day(13))
    body = {"message": "a cello", "session_id": "s1", "forget": ["from", "to"]}
    assert customer.post(CHAT, body).json["understood"]["from"] is None
    customer.ask("a piano from Monday for a week")
    clock.pass_days(20)
    assert customer.ask("a piano").json["understood"]["from"] is None  # These days are over.


@pytest.mark.parametrize(
    ("language", "start"), [("en-US", "2027-05-03"), ("en-GB", "2027-03-05"), ("nl", "2027-03-05")]
)
def test_the_profiles_language_orders_the_numbers_of_a_date(client, shop, clock, language, start):
    shop()
    person = sign_up(client, language=language)
    assert person.ask("a piano from 5/3").json["understood"]["from"] == start


def test_a_question_about_one_instrument_knows_the_days(customer, shop, rent, clock, model):
    model.queue("Yes, it is free then. It has a warm sound.")
    harp = shop(category="harp", name="Salvi Mia 34 harp", brand="Salvi", model="Mia 34")
    rent(harp, 0, 4)
    body = {"message": "Is it free from Wednesday for a week?", "instrument_id": harp["id"]}
    reply = customer.post("/api/chatbot/ask-instrument-question", body).json
    assert reply["recommendations"] == []
    assert "not free from Wed 3 Mar to Tue 9 Mar; it is free again from Sat 6 Mar" in reply["response"]
    assert "free then" not in reply["response"]
    body["message"] = "Is it free from Saturday for a week?"
    reply = customer.post("/api/chatbot/ask-instrument-question", body).json
    assert reply["recommendations"][0]["from"] == clock.day(5)


def test_a_false_date_or_total_of_the_model_does_not_reach_the_customer(customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145", daily_rate="10.00", weekly_rate="45.00")
    model.queue(
        "The Yamaha P-145 digital piano is 45.00 EUR for 7 days. It is free on 8 March. "
        "It costs 44.00 EUR for 7 days. It is free until 20 March. Take it for two weeks. Keep it for a week. Enjoy it."
    )
    told = customer.ask("a piano from 8 March for a week").json["response"]
    assert "45.00 EUR for 7 days" in told
    assert "from Mon 8 Mar to Sun 14 Mar" in told
    assert "44.00" not in told
    assert "20 March" not in told
    assert "week" not in told  # True or not: days are ours to say.
    assert "Enjoy it." in told


def test_unmet_wishes_are_counted_without_their_customers(client, customer, staff, shop, rent, clock):
    violin = shop(category="violin", size="3/4", daily_rate="9.00")
    rent(violin, 0, 9)
    customer.ask("a 3/4 violin from tomorrow for a week, for Ann", session_id="a")
    customer.ask("please", session_id="a")  # The same wish again.
    sign_up(client).ask("a 3/4 violin from tomorrow for a week")
    customer.ask("a flugelhorn", session_id="b")
    customer.ask("a violin under 2 a day from 20 March for a week", session_id="c")
    customer.ask("a violin from 20 March for a week", session_id="d")  # This one is met.
    customer.ask("hello", session_id="e")
    demand = staff.get(DEMAND)
    assert [(row["wanted"], row["size"], row["obstacle"], row["times"]) for row in demand.json] == [
        ("violin", "3/4", "dates", 2),
        ("flugelhorn", None, "everything", 1),
        ("violin", None, "budget", 1),
    ]
    assert demand.json[0]["first_date"] == clock.day(1)
    assert demand.json[2]["max_daily_rate"] == "2.00"
    assert "X-Pagination" in demand.headers
    with client.application.app_context():
        kept = str(db.session.execute(sa.text("SELECT * FROM unmet_demand")).all())
    assert "Ann" not in kept


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        ("a piano from 29 February 2029 to 3 March 2029", "no such day in the calendar as “29 February 2029”"),
        ("a piano from 15 to 12 May", "“from 15 to 12 May” ends before it begins"),
        ("a piano over half term", "I do not know which days “half term” are"),
        ("a piano until our concert", "I do not know which days “until our concert” are"),
        ("a piano from 27 February for a week", "“from 27 February” is over"),
    ],
)
def test_days_that_cannot_be_used_are_told_and_asked_back(customer, shop, clock, message, heard):
    shop(), shop(category="cello")
    reply = customer.ask(message).json
    assert heard in reply["response"]
    assert reply["response"].endswith("Which days do you mean?")
    assert [card["category"] for card in reply["recommendations"]] == ["digital-piano"]
    assert all((card["from"], card["to"], card["reserve"]) == (None, None, None) for card in reply["recommendations"])
    assert reply["understood"]["from"] is None
    assert reply["understood"]["unread"] != []


def test_days_that_were_guessed_are_told_with_their_year(customer, shop, clock):
    shop()
    reply = customer.ask("a piano over Christmas").json
    assert "I read “over Christmas” as from Fri, 24 Dec 2027 to Sun, 26 Dec 2027." in reply["response"]
    assert reply["recommendations"][0]["reserve"]["body"]["end_date"] == "2027-12-26"


def test_of_several_rentals_in_one_breath_the_first_one_is_offered_and_the_others_named(customer, shop, clock):
    shop()
    reply = customer.ask("a piano 5-6 May and again 19-20 May").json
    assert (reply["understood"]["from"], reply["understood"]["to"]) == ("2027-05-05", "2027-05-06")
    assert "from Wed, 19 May 2027 to Thu, 20 May 2027" in reply["response"]
    told = customer.ask("a piano every Saturday in May", session_id="s2").json["response"]
    assert "each a rental of its own: Sat 1 May, Sat 8 May, Sat 15 May, Sat 22 May and Sat 29 May" in told


def test_times_of_day_are_left_out_and_that_is_said(customer, shop, clock):
    shop()
    reply = customer.ask("a piano from Friday 5 pm to Monday morning").json
    assert (reply["understood"]["from"], reply["understood"]["to"]) == (clock.day(4), clock.day(7))
    assert "We rent by the day" in reply["response"]


def test_a_question_hears_nothing_of_how_its_days_were_read(customer, shop, clock):
    shop()
    assert "I read" not in customer.ask("what if I bring it back a few days late?").json["response"]


def test_who_asks_a_question_and_names_an_instrument_and_days_is_served(customer, shop, clock):
    shop()
    reply = customer.ask("Do you deliver? I would need a piano from Friday for a month").json
    assert (reply["understood"]["from"], reply["recommendations"][0]["days"]) == (clock.day(4), 30)


@pytest.mark.parametrize("settings", [{"SHOP_CALENDAR": "half-term=2027-05-31..2027-06-04"}])
def test_the_shops_own_calendar_tells_its_terms(customer, shop, clock):
    shop()
    understood = customer.ask("a piano over half term").json["understood"]
    assert (understood["from"], understood["to"]) == ("2027-05-31", "2027-06-04")
