"""The life of a rental, through the API."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.extensions import db
from tests.factories import PASSWORD, sign_in, sign_up, unit

RENTALS = "/api/rentals"
SHAPE = (
    "id user_id instrument_id instrument_name unit_id location start_date end_date days total deposit currency status "
    "late_fee created_at"
)


@pytest.fixture
def reserve(customer, clock):
    """Reserves days counted from today: `reserve(piano, 0, 6)` is a week."""

    def make(instrument, first=0, last=0, who=None, **body):
        days = {"start_date": clock.day(first), "end_date": clock.day(last)}
        return (who or customer).post(RENTALS, {"instrument_id": instrument["id"], **days, **body})

    return make


def step(person, rental, name, body=None):
    return person.post(f"{RENTALS}/{rental['id']}/{name}", body)


def test_a_quote_tells_the_cheapest_price_and_whether_it_is_free(client, shop, reserve, clock):
    piano = shop(daily_rate="10.00", weekly_rate="45.00", monthly_rate="130.00", deposit="80.00")
    body = {"instrument_id": piano["id"], "start_date": clock.day(0), "end_date": clock.day(7)}
    expected = {"days": 8, "total": "55.00", "deposit": "80.00", "currency": "EUR", "available": True}
    assert client.post(f"{RENTALS}/quote", json=body).json == expected
    reserve(piano, 7, 9)
    assert client.post(f"{RENTALS}/quote", json=body).json == {**expected, "available": False}


def test_a_reservation_has_the_shape_of_the_contract(customer, shop, reserve, clock):
    piano = shop(daily_rate="10.00", weekly_rate="45.00")
    answer = reserve(piano, 0, 6)
    assert answer.status_code == 201
    rental = answer.json
    assert set(rental) == set(SHAPE.split())
    assert (rental["days"], rental["total"], rental["status"]) == (7, "45.00", "reserved")
    assert (rental["start_date"], rental["end_date"]) == (clock.day(0), clock.day(6))
    assert (rental["instrument_name"], rental["late_fee"]) == (piano["name"], "0.00")
    assert customer.get(f"{RENTALS}/{rental['id']}").json == rental
    assert customer.get(RENTALS).json == [rental]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 3, "start_date"), (3, 2, "end_date"), (0, 365, "end_date"), (700, 731, "end_date")],
)
def test_days_that_cannot_be_rented_are_refused_by_name(shop, reserve, first, last, field):
    answer = reserve(shop(), first, last)
    assert answer.status_code == 422
    assert list(answer.json["errors"]["json"]) == [field]


@pytest.mark.parametrize("odd", ["tomorrow", "2027-3-1", "20270301", "2027-02-30", 20270301, None])
def test_odd_dates_are_refused_by_name(customer, shop, odd):
    body = {"instrument_id": shop()["id"], "start_date": odd, "end_date": "2027-03-05"}
    answer = customer.post(RENTALS, body)
    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["start_date"])


@pytest.mark.parametrize("settings", [{"RENTAL_MAX_DAYS": "10"}])
def test_the_longest_rental_is_a_setting(shop, reserve, settings):
    piano = shop()
    assert reserve(piano, 0, 10).status_code == 422
    assert reserve(piano, 0, 9).status_code == 201


def test_a_reserved_unit_cannot_be_reserved_again(shop, reserve, clock):
    piano = shop()
    assert reserve(piano, 2, 5).status_code == 201
    for first, last in ((0, 2), (3, 4), (5, 9), (0, 9)):
        lost = reserve(piano, first, last)
        assert lost.status_code == 409, (first, last)
    assert reserve(piano, 0, 1).status_code == 201
    assert reserve(piano, 6, 6).status_code == 201


def test_who_comes_too_late_hears_when_it_is_free_and_what_else_is(shop, reserve, clock):
    piano, near, far = shop(daily_rate="10.00"), shop(daily_rate="11.00"), shop(daily_rate="19.00")
    shop(daily_rate="10.00", category="harp")
    shop(daily_rate="10.00", units=[])
    reserve(piano, 1, 3)
    reserve(piano, 6, 8)
    lost = reserve(piano, 2, 4).json
    assert lost["errors"]["next_available"] == clock.day(9)
    assert [other["instrument_id"] for other in lost["errors"]["alternatives"]] == [near["id"], far["id"]]
    assert lost["errors"]["alternatives"][0]["total"] == "33.00"
    assert reserve(piano, 2, 3).json["errors"]["next_available"] == clock.day(4)


def test_without_a_unit_in_service_there_is_no_next_day(shop, reserve):
    assert reserve(shop(units=[]), 0, 1).json["errors"]["next_available"] is None


@pytest.mark.parametrize("settings", [{"RENTAL_TURNAROUND_DAYS": "2"}])
def test_a_unit_rests_after_a_rental(shop, reserve, clock, settings):
    piano = shop()
    reserve(piano, 3, 5)
    assert reserve(piano, 7, 7).json["errors"]["next_available"] == clock.day(8)
    assert reserve(piano, 1, 1).status_code == 409  # It would not be ready on the third day.
    assert reserve(piano, 0, 0).status_code == 201
    assert reserve(piano, 8, 8).status_code == 201


def test_the_best_unit_is_given_out(client, staff, shop, reserve, clock):
    fair, good, new = unit("Old Mill", "fair"), unit("Old Mill", "good"), unit("Harbour Street", "new")
    piano = shop(units=[fair, good, new])
    with client.application.app_context():
        serials = dict(db.session.execute(sa.text("SELECT id, serial_number FROM units")).all())
    given = lambda answer: serials[answer.json["unit_id"]]  # noqa: E731
    at_the_mill = sign_up(client, location="Old Mill")
    assert given(reserve(piano, 0, 0, who=at_the_mill)) == good["serial_number"]
    assert given(reserve(piano, 0, 0)) == new["serial_number"]
    assert given(reserve(piano, 0, 0, location="old mill")) == fair["serial_number"]
    assert reserve(piano, 0, 0, location="Old Mill").status_code == 409


def test_among_equal_units_the_tightest_gap_is_filled(shop, reserve):
    piano = shop(units=[unit(), unit()])
    first = reserve(piano, 0, 4).json["unit_id"]
    second = reserve(piano, 0, 9).json["unit_id"]
    assert first != second
    assert reserve(piano, 10, 12).json["unit_id"] == second
    assert reserve(piano, 5, 7).json["unit_id"] == first


@pytest.mark.parametrize("settings", [{"RENTAL_MAX_RESERVED": "2"}])
def test_nobody_reserves_the_whole_shop(staff, shop, reserve, settings):
    first = reserve(shop(), 0, 0).json
    assert reserve(shop(), 0, 0).status_code == 201
    refused = reserve(shop(), 0, 0)
    assert (refused.status_code, "2 reservations" in refused.json["message"]) == (409, True)
    step(staff, first, "pickup")
    assert reserve(shop(), 0, 0).status_code == 201
    assert all(reserve(shop(), 0, 0, who=staff).status_code == 201 for _ in range(3))


def test_sixteen_at_the_same_instant_get_one_unit_once(app, shop, client, clock):
    piano = shop()
    people = [sign_up(client) for _ in range(16)]
    body = {"instrument_id": piano["id"], "start_date": clock.day(1), "end_date": clock.day(3)}
    codes, start = [], threading.Barrier(len(people))

    def try_it(person):
        start.wait()
        codes.append(app.test_client().post(RENTALS, json=body, headers=person.headers).status_code)

    threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201] + [409] * 15


def test_the_database_has_the_last_word(app, shop, reserve, clock):
    rental = reserve(shop(), 2, 5).json
    row = {"unit": rental["unit_id"], "first": clock.today + timedelta(days=4), "end": clock.today + timedelta(days=9)}
    insert = sa.text(
        "INSERT INTO occupancies (unit_id, start_date, free_from, is_out, created_at)"
        " VALUES (:unit, :first, :end, false, CURRENT_TIMESTAMP)"
    )
    move = sa.text("UPDATE occupancies SET free_from = :end WHERE start_date = :first")
    with app.app_context():
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(insert, row)
        db.session.rollback()
        db.session.execute(insert, {**row, "first": clock.today + timedelta(days=6)})
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(move, {"first": clock.today + timedelta(days=2), "end": row["end"]})
        db.session.rollback()


def test_another_persons_rental_does_not_exist(client, customer, staff, shop, reserve):
    rental, stranger = reserve(shop(), 0, 3).json, sign_up(client)
    assert stranger.get(f"{RENTALS}/{rental['id']}").status_code == 404
    assert stranger.get(f"{RENTALS}/{rental['id']}/history").status_code == 404
    for name, body in (("cancel", None), ("extend", {"end_date": "2027-03-20"}), ("exchange", {})):
        assert step(stranger, rental, name, body).status_code == 404
    assert stranger.get(RENTALS).json == []
    assert stranger.get(RENTALS, user_id=customer.id).status_code == 403
    assert customer.get(RENTALS, user_id=customer.id).json == [rental]
    assert staff.get(RENTALS, user_id=customer.id).json == [rental]
    assert staff.get(f"{RENTALS}/{rental['id']}").json == rental


def test_rentals_are_found_by_status_and_days(customer, shop, reserve, clock):
    early, late = reserve(shop(), 0, 3).json, reserve(shop(), 10, 12).json
    step(customer, early, "cancel")
    found = lambda **query: [rental["id"] for rental in customer.get(RENTALS, **query).json]  # noqa: E731
    assert found() == [late["id"], early["id"]]
    assert found(status="cancelled") == [early["id"]]
    assert found(**{"from": clock.day(4)}) == [late["id"]]
    assert found(**{"from": clock.day(3), "to": clock.day(9)}) == [early["id"]]
    assert customer.get(RENTALS, **{"from": clock.day(3), "to": clock.day(2)}).status_code == 422


def test_a_rental_goes_from_hand_to_hand(customer, staff, shop, reserve, clock):
    rental = reserve(shop(), 1, 3).json
    assert step(staff, rental, "pickup").status_code == 409  # Not yet its first day.
    clock.pass_days(1)
    assert step(staff, rental, "pickup").json["status"] == "active"
    clock.pass_days(2)
    returned = step(staff, rental, "return", {"condition": "fair"}).json
    assert (returned["status"], returned["late_fee"]) == ("returned", "0.00")
    steps = customer.get(f"{RENTALS}/{rental['id']}/history").json
    assert [(s["step"], s["from_status"], s["to_status"], s["actor_id"]) for s in steps] == [
        ("reserved", None, "reserved", customer.id),
        ("collected", "reserved", "active", staff.id),
        ("returned", "active", "returned", staff.id),
    ]
    assert (steps[1]["detail"]["condition"], steps[2]["detail"]["condition"]) == ("good", "fair")


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        ("reserved", ["return"]),
        ("active", ["pickup", "cancel"]),
        ("returned", ["pickup", "return", "cancel", "extend", "exchange"]),
        ("cancelled", ["pickup", "return", "cancel", "extend", "exchange"]),
    ],
)
def test_a_wrong_step_names_the_state(staff, customer, shop, reserve, clock, status, wrong):
    rental = reserve(shop(units=[unit(), unit()]), 0, 3).json
    for name in {"active": ["pickup"], "returned": ["pickup", "return"], "cancelled": ["cancel"]}.get(status, []):
        assert step(staff, rental, name).status_code == 200
    for name in wrong:
        refused = step(staff, rental, name, {"end_date": clock.day(9)} if name == "extend" else {})
        assert refused.status_code == 409, name
        assert refused.json["errors"]["status"] == status
        assert status in refused.json["message"]


@pytest.mark.parametrize(("late", "fee"), [(0, "0.00"), (1, "0.00"), (2, "25.00"), (4, "50.00")])
def test_late_days_are_charged_after_the_grace(staff, shop, reserve, clock, late, fee):
    rental = reserve(shop(daily_rate="12.50"), 0, 3).json
    step(staff, rental, "pickup")
    clock.pass_days(3 + late)
    assert step(staff, rental, "return").json["late_fee"] == fee


def test_an_early_return_frees_the_days_that_are_left_and_the_day_itself(staff, shop, reserve, clock):
    piano = shop()
    rental = reserve(piano, 0, 9).json
    step(staff, rental, "pickup")
    clock.pass_days(4)
    assert reserve(piano, 0, 5).status_code == 409
    returned = step(staff, rental, "return").json
    assert returned["total"] == rental["total"]
    assert reserve(piano, 0, 5).status_code == 201


@pytest.mark.parametrize("settings", [{"RENTAL_TURNAROUND_DAYS": "2"}])
def test_a_late_return_leaves_the_next_reservation_in_peace(staff, shop, reserve, clock, settings):
    piano = shop()
    late, following = reserve(piano, 0, 2).json, reserve(piano, 5, 6).json
    step(staff, late, "pickup")
    clock.pass_days(4)  # It would be ready on the sixth day, but the next one begins on the fifth.
    assert step(staff, late, "return").status_code == 200
    clock.pass_days(1)
    assert step(staff, following, "pickup").status_code == 200


def test_a_unit_that_comes_back_on_the_day_it_left_is_free_that_day(staff, shop, reserve):
    piano = shop()
    rental = reserve(piano, 0, 2).json
    step(staff, rental, "pickup")
    step(staff, rental, "return")
    assert reserve(piano, 0, 0).status_code == 201


def test_a_unit_that_is_late_is_not_free_today(client, staff, shop, reserve, clock):
    piano = shop()
    rental = reserve(piano, 0, 1).json
    step(staff, rental, "pickup")
    clock.pass_days(3)
    assert client.get("/api/instruments/available").json == []
    assert reserve(piano, 0, 0).json["errors"]["next_available"] == clock.day(1)
    assert reserve(piano, 1, 1).status_code == 201


def test_a_unit_that_has_not_come_back_cannot_be_handed_out(staff, shop, reserve, clock):
    piano = shop(units=[unit(), unit()])
    late = reserve(piano, 0, 1).json
    step(staff, late, "pickup")
    other = reserve(piano, 0, 1).json
    following = reserve(piano, 2, 4).json
    clock.pass_days(2)
    if following["unit_id"] != late["unit_id"]:
        following = reserve(piano, 0, 2).json
    assert following["unit_id"] == late["unit_id"]
    refused = step(staff, following, "pickup")
    assert (refused.status_code, "not come back" in refused.json["message"]) == (409, True)
    step(staff, other, "cancel")
    assert step(staff, following, "exchange", {"unit_id": other["unit_id"]}).status_code == 200
    assert step(staff, following, "pickup").json["unit_id"] == other["unit_id"]


def test_a_cancelled_reservation_costs_nothing_and_frees_its_days(customer, shop, reserve):
    piano = shop()
    rental = reserve(piano, 0, 3).json
    assert step(customer, rental, "cancel").json["total"] == "0.00"
    assert reserve(piano, 0, 3).status_code == 201


@pytest.mark.parametrize("settings", [{"RENTAL_CANCEL_DAYS": "2"}])
def test_customers_cancel_until_the_last_day_to_do_so(customer, staff, shop, reserve, clock, settings):
    rental = reserve(shop(), 3, 5).json
    clock.pass_days(2)
    refused = step(customer, rental, "cancel")
    assert (refused.status_code, "2027-03-02" in refused.json["message"]) == (409, True)
    assert step(staff, rental, "cancel").status_code == 200


def test_reservations_that_nobody_collects_expire(app, customer, staff, shop, reserve, clock):
    piano = shop(units=[unit(), unit(), unit()])
    forgotten, collected, later = (reserve(piano, *days).json for days in ((0, 5), (0, 5), (2, 5)))
    step(staff, collected, "pickup")
    runner = app.test_cli_runner()
    for days, told in ((1, "0 reservations"), (1, "1 reservations"), (0, "0 reservations")):
        clock.pass_days(days)
        assert told in runner.invoke(args=["expire-reservations"]).output
    status = lambda rental: customer.get(f"{RENTALS}/{rental['id']}").json["status"]  # noqa: E731
    assert [status(r) for r in (forgotten, collected, later)] == ["cancelled", "active", "reserved"]
    last = customer.get(f"{RENTALS}/{forgotten['id']}/history").json[-1]
    assert (last["step"], last["actor_id"], last["amount"]) == ("expired", None, f"-{forgotten['total']}")


def test_an_extension_costs_what_the_longer_period_costs_more(customer, staff, shop, reserve, clock):
    piano = shop(daily_rate="10.00", weekly_rate="45.00")
    rental = reserve(piano, 0, 3).json
    staff.patch(f"/api/instruments/{piano['id']}", {"daily_rate": "99.00", "weekly_rate": "600.00"})
    longer = step(customer, rental, "extend", {"end_date": clock.day(7)}).json
    assert (rental["total"], longer["total"], longer["days"]) == ("40.00", "55.00", 8)
    assert reserve(piano, 7, 7).status_code == 409
    assert reserve(piano, 8, 8).status_code == 201
    taken = step(customer, rental, "extend", {"end_date": clock.day(8)})
    assert (taken.status_code, taken.json["errors"]["taken_from"]) == (409, clock.day(8))


@pytest.mark.parametrize("days", [3, 2, 400])
def test_an_extension_must_end_later_but_not_too_late(customer, shop, reserve, clock, days):
    rental = reserve(shop(), 0, 3).json
    refused = step(customer, rental, "extend", {"end_date": clock.day(days)})
    assert (refused.status_code, list(refused.json["errors"]["json"])) == (422, ["end_date"])


def test_only_staff_extend_what_is_overdue(customer, staff, shop, reserve, clock):
    rental = reserve(shop(), 0, 1).json
    step(staff, rental, "pickup")
    clock.pass_days(3)
    assert step(customer, rental, "extend", {"end_date": clock.day(2)}).status_code == 409
    assert step(staff, rental, "extend", {"end_date": clock.day(2)}).json["days"] == 6
    assert step(staff, rental, "return").json["late_fee"] == "0.00"


def test_a_reservation_is_exchanged_for_the_next_size(customer, shop, reserve, clock):
    small = shop(category="violin", size="1/2", daily_rate="5.00", weekly_rate="20.00", deposit="50.00")
    large = shop(category="violin", size="3/4", daily_rate="6.00", weekly_rate="30.00", deposit="70.00")
    rental = reserve(small, 1, 7).json
    changed = step(customer, rental, "exchange", {"instrument_id": large["id"], "condition": "new"}).json
    assert reserve(small, 20, 20).json["unit_id"] == rental["unit_id"]
    assert customer.get(f"{RENTALS}/{rental['id']}/history").json[1]["detail"].get("condition") is None
    assert (changed["instrument_id"], changed["total"], changed["deposit"]) == (large["id"], "30.00", "70.00")
    assert reserve(small, 1, 7).status_code == 201
    assert reserve(large, 1, 7).status_code == 409


def test_children_grow_and_the_days_that_were_paid_count(customer, staff, shop, reserve, clock):
    small = shop(category="violin", size="1/2", daily_rate="5.00", weekly_rate="25.00", monthly_rate="90.00")
    large = shop(category="violin", size="3/4", daily_rate="8.00", weekly_rate="40.00", monthly_rate="150.00")
    rental = reserve(small, 0, 29).json
    step(staff, rental, "pickup")
    clock.pass_days(10)
    assert step(customer, rental, "exchange", {"instrument_id": large["id"]}).status_code == 409
    changed = step(staff, rental, "exchange", {"instrument_id": large["id"], "condition": "fair"}).json
    assert (changed["status"], changed["total"], changed["end_date"]) == ("active", "130.00", rental["end_date"])
    assert reserve(small, 0, 5).status_code == 201
    assert reserve(large, 0, 0).status_code == 409
    assert step(staff, rental, "return").json["total"] == "130.00"
    steps = customer.get(f"{RENTALS}/{rental['id']}/history").json
    assert sum(Decimal(s["amount"]) for s in steps) == Decimal("130.00")
    assert steps[2]["detail"]["instrument_id"] == {"from": small["id"], "to": large["id"]}


def test_a_unit_that_is_not_there_cannot_be_taken_in_exchange(customer, shop, reserve):
    piano, other = shop(units=[unit(), unit()]), shop()
    rental = reserve(piano, 0, 5).json
    assert step(customer, rental, "exchange", {"unit_id": 999}).status_code == 404
    assert step(customer, rental, "exchange", {"instrument_id": other["id"], "unit_id": 1}).status_code == 404


def test_an_exchange_with_nothing_free_changes_nothing(customer, shop, reserve, clock):
    small, large = shop(category="violin", size="1/2"), shop(category="violin", size="3/4")
    rental = reserve(small, 0, 5).json
    reserve(large, 3, 4)
    refused = step(customer, rental, "exchange", {"instrument_id": large["id"]})
    assert (refused.status_code, refused.json["errors"]["next_available"]) == (409, clock.day(5))
    assert customer.get(f"{RENTALS}/{rental['id']}").json == rental
    assert reserve(small, 0, 0).status_code == 409


def test_two_who_exchange_into_each_others_instrument_do_not_deadlock(app, client, shop, clock):
    one, two = shop(units=[unit(), unit()]), shop(units=[unit(), unit()])
    days = {"start_date": clock.day(0), "end_date": clock.day(3)}
    people = [sign_up(client) for _ in range(2)]
    rentals = [
        person.post(RENTALS, {"instrument_id": which["id"], **days}).json
        for person, which in zip(people, (one, two), strict=True)
    ]
    for targets in ((two, one), (one, two)) * 4:
        codes, start = [], threading.Barrier(2)

        def swap(person, rental, target, codes=codes, start=start):
            start.wait()
            answer = app.test_client().post(
                f"{RENTALS}/{rental['id']}/exchange", json={"instrument_id": target["id"]}, headers=person.headers
            )
            codes.append(answer.status_code)

        threads = [threading.Thread(target=swap, args=row) for row in zip(people, rentals, targets, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert codes == [200, 200]


def test_what_is_rented_stays_in_the_catalogue(customer, staff, shop, reserve):
    piano = shop()
    rental = reserve(piano, 0, 3).json
    refused = staff.delete(f"/api/instruments/{piano['id']}")
    assert (refused.status_code, refused.json["errors"]["rentals"][0]["id"]) == (409, rental["id"])
    retired = staff.patch(f"/api/instruments/{piano['id']}/units/{rental['unit_id']}", {"status": "retired"})
    assert (retired.status_code, retired.json["errors"]["rentals"][0]["id"]) == (409, rental["id"])
    step(customer, rental, "cancel")
    assert staff.delete(f"/api/instruments/{piano['id']}").status_code == 204
    assert customer.get(f"{RENTALS}/{rental['id']}").json["instrument_name"] == piano["name"]
    assert reserve(piano, 0, 3).status_code == 404


@pytest.mark.parametrize("settings", [{"SHOP_TIMEZONE": "Pacific/Kiritimati"}])
def test_the_shops_day_begins_in_its_time_zone(app, customer, shop, settings):
    app.extensions["clock"] = lambda: datetime(2027, 3, 1, 12, tzinfo=UTC)  # There it is the second of March.
    body = {"instrument_id": shop()["id"], "start_date": "2027-03-01", "end_date": "2027-03-05"}
    assert customer.post(RENTALS, body).status_code == 422
    assert customer.post(RENTALS, {**body, "start_date": "2027-03-02"}).status_code == 201


def test_a_calendar_program_reads_the_rentals_by_a_signed_link(client, customer, shop, reserve, clock):
    kept, given_up = reserve(shop(name="Salvi Mia harp, large; gold"), 1, 3).json, reserve(shop(), 0, 0).json
    step(customer, given_up, "cancel")
    link = customer.get(f"{RENTALS}/calendar-link").json["url"]
    answer = client.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = {str(event["UID"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}
    event = events[f"rental-{kept['id']}@musical-instruments"]
    assert str(event["SUMMARY"]) == "Rented: Salvi Mia harp, large; gold"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 3, 2), date(2027, 3, 5))
    assert (str(event["STATUS"]), str(event["LOCATION"])) == ("TENTATIVE", "Harbour Street")
    assert str(events[f"rental-{given_up['id']}@musical-instruments"]["STATUS"]) == "CANCELLED"


def test_a_calendar_link_shows_nobody_elses_rentals_and_ends_with_the_password(client, customer, shop, reserve):
    reserve(shop(), 0, 1)
    link = customer.get(f"{RENTALS}/calendar-link").json["url"]
    others = client.get(sign_up(client).get(f"{RENTALS}/calendar-link").json["url"])
    assert b"VEVENT" not in others.data
    forged = client.get(f"{link[:-3]}abc")
    assert (forged.status_code, forged.json["code"]) == (401, 401)
    assert client.get(f"{RENTALS}/calendar.ics").status_code == 401
    changed = {"current_password": PASSWORD, "new_password": f"{PASSWORD} anew"}
    assert customer.post("/api/auth/password", changed).status_code == 204
    assert client.get(link).status_code == 401
    assert client.get(sign_in(client, customer.email, f"{PASSWORD} anew").get(f"{RENTALS}/calendar-link").json["url"])
