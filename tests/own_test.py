"""The customer's own affairs: what is reserved, due, owed, and the calls that extend or cancel it."""

import pytest

from tests.factories import sign_up, unit

RENTALS = "/api/rentals"


@pytest.fixture
def rent(customer, staff, clock):
    """Reserves days counted from today for a customer, and with `out` hands it out (then it must begin today)."""

    def make(instrument, first, last, who=None, *, out=False):
        body = {"instrument_id": instrument["id"], "start_date": clock.day(first), "end_date": clock.day(last)}
        answer = (who or customer).post(RENTALS, body)
        assert answer.status_code == 201, answer.text
        if out:
            assert staff.post(f"{RENTALS}/{answer.json['id']}/pickup").status_code == 200
        return answer.json

    return make


@pytest.fixture
def cello(shop):
    return shop(category="cello", name="Stentor cello", brand="Stentor", model="1102", units=[unit("Old Mill")])


@pytest.fixture
def piano(shop):
    return shop(name="Yamaha P-145 digital piano", daily_rate="10.00", weekly_rate="45.00", monthly_rate="130.00")


def send(person, action):
    return person.post(action["path"], action["body"])


def test_what_is_reserved_and_rented_is_told_with_days_and_places(customer, cello, piano, rent):
    rent(cello, 0, 13, out=True)
    rent(piano, 3, 9)
    reply = customer.ask("What have I reserved with you?").json
    assert "Stentor cello: yours until Sun 14 Mar; please bring it back to Old Mill." in reply["response"]
    assert (
        "P-145 digital piano: reserved for you from Thu 4 Mar to Wed 10 Mar; you collect it at Harbour"
        in reply["response"]
    )
    assert (reply["recommendations"], reply["actions"], reply["source"]) == ([], [], "catalog")


def test_nobody_hears_of_anothers_rentals(client, customer, cello, piano, rent):
    other = sign_up(client)
    rent(cello, 0, 13, out=True)
    rent(piano, 3, 9, other)
    for message in (
        "what have I reserved?",
        "what do I owe?",
        "can I cancel my booking?",
        "and my piano?",
        "my rentals",
    ):
        told = customer.ask(message).json["response"]
        assert "P-145" not in told
        assert "Harbour" not in told
        assert "cello" not in other.ask(message).json["response"].lower()
    assert "private" in customer.ask("what has the drummer next door rented?").json["response"]


def test_who_has_nothing_hears_so_and_what_to_do(customer, piano):
    reply = customer.ask("When must I bring my cello back?").json
    assert reply["response"].startswith("You have nothing reserved or rented with us at the moment. Tell me what")
    assert reply["recommendations"] == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("When must I bring my cello back?", "yours until Sun 14 Mar"),
        ("by when does it have to be returned, when is it due back", "yours until Sun 14 Mar"),
        ("What do I owe you?", "120.00 EUR for the rental, and a deposit of 200.00 EUR"),
        ("and where do I bring my cello back?", "bring it back to Old Mill"),
        ("I'd like to bring it back earlier", "whether part of the price comes back then"),
        ("I think you overcharged me, I want a refund", "Only our staff can settle that: please ask at Old Mill"),
        ("my cello?", "yours until Sun 14 Mar"),
        ("Wann muss ich mein Cello zurückbringen?", "bei Ihnen bis So., 14. März"),
        ("Quand dois-je rendre mon violoncelle ?", "chez vous jusqu'au dim. 14 mars"),
        ("¿Cuándo tengo que devolver mi violonchelo?", "hasta el dom, 14 de marzo"),
        ("Quando devo riportare il mio violoncello?", "fino a dom 14 mar"),
        ("متى يجب أن أعيد التشيلو الذي استأجرته؟", "14 مارس"),
        ("Was schulde ich euch?", "120,00 EUR Miete und 200,00 EUR Kaution"),
        ("Combien je vous dois ?", "120,00 EUR de location"),
    ],
)  # fmt: skip
def test_each_question_is_answered_from_the_rental(customer, cello, rent, message, told):
    rent(cello, 0, 13, out=True)
    reply = customer.ask(message).json
    assert told in reply["response"]
    assert reply["recommendations"] == []


@pytest.mark.parametrize(
    "message",
    [
        "Can I keep my cello a week longer?",
        "Could I have it for longer, until 21 March?",
        "can I keep it until the 21st",
        "I need to extend it by a week",
        "Kann ich das Cello eine Woche länger behalten?",
        "Puis-je garder le violoncelle une semaine de plus ?",
        "¿Puedo quedarme el violonchelo una semana más?",
        "Posso tenere il violoncello una settimana in più?",
        "هل يمكنني الاحتفاظ به أسبوعًا إضافيًا؟",
    ],
)
def test_who_wants_to_keep_it_gets_the_call_that_does_it(customer, cello, rent, clock, message):
    rental = rent(cello, 0, 13, out=True)
    reply = customer.ask(message).json
    path, body = f"{RENTALS}/{rental['id']}/extend", {"end_date": clock.day(20)}
    assert reply["actions"] == [{"name": "extend", "method": "POST", "path": path, "body": body}]
    assert "50" in reply["response"]  # Three weeks at 60.00 instead of two, dearer than a month? 170.00 for 30 days.
    longer = send(customer, reply["actions"][0])
    assert (longer.status_code, longer.json["total"]) == (200, "170.00")


@pytest.mark.parametrize(
    "message", ["can I keep it a week longer?", "extend it by a week", "can I keep it until the 21st"]
)
def test_longer_counts_from_the_last_day_however_long_ago_it_began(customer, cello, rent, clock, message):
    rent(cello, 0, 13, out=True)
    clock.pass_days(9)
    (action,) = customer.ask(message).json["actions"]
    assert action["body"] == {"end_date": "2027-03-21"}


def test_it_is_kept_no_longer_than_its_unit_is_free(client, customer, cello, rent, clock):
    rent(cello, 0, 13, out=True)
    rent(cello, 16, 20, sign_up(client))
    reply = customer.ask("can I keep my cello a week longer?").json
    assert "not free for as long as Sun 21 Mar; the latest day would be Tue 16 Mar" in reply["response"]
    assert reply["actions"] == []
    reply = customer.ask("until 16 March then").json
    assert [action["body"] for action in reply["actions"]] == [{"end_date": clock.day(15)}]
    assert send(customer, reply["actions"][0]).status_code == 200
    assert "cannot be kept beyond Tue 16 Mar" in customer.ask("extend it by a day please").json["response"]


def test_to_bring_it_back_later_is_to_keep_it_longer(customer, cello, rent, clock):
    rent(cello, 0, 13, out=True)
    assert customer.ask("could I bring my cello back on 5 March instead?").json["actions"] == []
    (action,) = customer.ask("could I bring my cello back on 20 March instead?").json["actions"]
    assert action["body"] == {"end_date": clock.day(19)}


def test_who_names_no_day_is_asked_for_one_and_may_answer_with_a_day_alone(customer, cello, rent, clock):
    rent(cello, 0, 13, out=True)
    reply = customer.ask("can I extend my cello rental?").json
    assert reply["response"].endswith("Until which day would you like to keep it?")
    assert reply["actions"] == []
    reply = customer.ask("until 20 March").json
    assert [action["body"] for action in reply["actions"]] == [{"end_date": clock.day(19)}]


def test_what_is_overdue_is_said_and_only_people_extend_it(customer, cello, rent, clock):
    rental = rent(cello, 0, 6, out=True)
    clock.pass_days(9)
    reply = customer.ask("Am I late with anything?").json
    assert "was due back on Sun 7 Mar, to Old Mill, and is overdue" in reply["response"]
    assert "Late fee so far: 37.50 EUR." in reply["response"]
    reply = customer.ask("can I keep my cello until 20 March?").json
    assert "only our staff can extend it now, at Old Mill" in reply["response"]
    assert reply["actions"] == []
    refused = customer.post(f"{RENTALS}/{rental['id']}/extend", {"end_date": clock.day(5)})
    assert refused.status_code == 409


def test_a_late_fee_that_was_charged_is_told(customer, staff, cello, rent, clock):
    rental = rent(cello, 0, 6, out=True)
    clock.pass_days(9)
    assert staff.post(f"{RENTALS}/{rental['id']}/return", {}).status_code == 200
    assert "a late fee of 37.50 EUR was charged" in customer.ask("do I owe anything?").json["response"]


@pytest.mark.parametrize(
    "message", ["Can I cancel my booking?", "can I cancel?", "please call off the piano", "Kann ich stornieren?"]
)
def test_a_reservation_is_cancelled_by_the_call_beside_the_answer(customer, piano, rent, message):
    rental = rent(piano, 3, 9)
    reply = customer.ask(message).json
    path = f"{RENTALS}/{rental['id']}/cancel"
    assert reply["actions"] == [{"name": "cancel", "method": "POST", "path": path, "body": {}}]
    assert send(customer, reply["actions"][0]).status_code == 200


def test_who_asks_how_one_cancels_and_has_a_reservation_gets_the_rule_and_the_call(customer, piano, rent):
    assert customer.ask("can I cancel?").json["actions"] == []
    rent(piano, 3, 9)
    reply = customer.ask("can I cancel?").json
    assert "free of charge as long as you have not collected" in reply["response"]
    assert "free to cancel until Thu 4 Mar" in reply["response"]


@pytest.mark.parametrize("settings", [{"RENTAL_CANCEL_DAYS": "5"}])
def test_too_late_to_cancel_is_said_and_is_no_call(customer, piano, rent, settings):
    rent(piano, 3, 9)
    reply = customer.ask("can I cancel my piano?").json
    assert "until Sat 27 Feb; now only our staff can" in reply["response"]
    assert reply["actions"] == []


def test_what_is_out_is_not_cancelled_and_the_reserved_one_is_meant(customer, cello, piano, rent):
    rent(cello, 0, 13, out=True)
    assert "not cancelled but brought back" in customer.ask("cancel my rental").json["response"]
    rent(piano, 3, 9)
    reply = customer.ask("cancel my rental").json
    assert "cello" not in reply["response"]
    assert len(reply["actions"]) == 1


def test_what_is_paid_on_a_day_is_that_of_what_begins_then(customer, cello, piano, rent):
    rent(cello, 0, 13, out=True)
    rent(piano, 4, 10)
    reply = customer.ask("How much will I have to pay on Friday?").json
    assert "45.00 EUR for the rental, and a deposit of 200.00 EUR" in reply["response"]
    assert "cello" not in reply["response"]


def test_several_are_added_up(customer, cello, piano, rent):
    rent(cello, 0, 13)
    rent(piano, 3, 9)
    assert (
        "Together that is 165.00 EUR for the rentals and 400.00 EUR in deposits"
        in customer.ask("what do I owe?").json["response"]
    )


def test_a_kind_that_is_not_rented_is_said_not_to_be_there(customer, cello, rent):
    rent(cello, 0, 13, out=True)
    reply = customer.ask("when must I bring my trumpet back?").json
    assert reply["response"].startswith("Among your rentals I find none of this kind: trumpet.")
    assert "Stentor cello" in reply["response"]


@pytest.mark.parametrize(
    "message",
    [
        "what did I ask for?",
        "I have a cello and want a piano",
        "how much would I pay for a piano for a week?",
        "a piano from Friday for a week",
        "what happens if I bring it back late?",
        "which branch has a piano?",
    ],
)
def test_a_wish_or_a_question_to_the_house_is_no_own_affair(customer, cello, piano, rent, message):
    rent(cello, 0, 13, out=True)
    assert "Old Mill" not in customer.ask(message).json["response"]


def test_a_wish_that_was_shown_is_asked_about_first(customer, cello, piano, rent):
    rent(cello, 0, 13, out=True)
    customer.ask("a piano from Friday for a week")
    assert "cello" not in customer.ask("how much do I have to pay?").json["response"]
    assert "cello" in customer.ask("how much do I have to pay for my cello?").json["response"]


def test_own_affairs_change_no_wish_and_are_told_to_no_model(customer, cello, piano, rent, model):
    rent(cello, 0, 13, out=True)
    model.queue("With pleasure.")
    before = customer.ask("a piano under 20 a day").json["understood"]
    asked = len(model.asked)
    reply = customer.ask("can I keep my cello until 20 March?").json
    assert reply["understood"] == before
    assert len(model.asked) == asked
    model.queue("It is lovely.")
    customer.ask("a cheaper piano")
    shown = " ".join(str(message.content) for message in model.asked[-1])
    assert len(model.asked) == asked + 1
    assert "cello" not in shown.lower()
    assert "a piano under 20" in shown


def test_five_are_shown_and_the_others_counted_with_the_same_number_of_statements(customer, shop, rent, queries):
    counts = []
    for number in range(8):
        rent(shop(name=f"Piano number {number}", model=f"N{number}"), 1, 3)
        queries.clear()
        reply = customer.ask("what have I reserved?", session_id=f"s{number}").json
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert reply["response"].count("reserved for you") == 5
    assert reply["response"].endswith("3 more are in your list of rentals.")


def test_a_message_about_no_rental_asks_the_database_nothing_more(customer, piano, cello, rent, queries):
    queries.clear()
    customer.ask("a piano, please", session_id="s1")
    assert not any("FROM rentals" in statement for statement in queries)
