"""What is free on which days: filters, calendars, maintenance."""

import pytest

from app.extensions import db
from tests.factories import unit

INSTRUMENTS = "/api/instruments"


@pytest.fixture
def rent(customer, clock):
    def make(instrument, first, last):
        days = {"start_date": clock.day(first), "end_date": clock.day(last)}
        answer = customer.post("/api/rentals", {"instrument_id": instrument["id"], **days})
        assert answer.status_code == 201, answer.text
        return answer.json

    return make


@pytest.fixture
def units(client):
    """The ids of an instrument's units."""

    def find(instrument):
        with client.application.app_context():
            found = db.session.execute(
                db.text("SELECT id FROM units WHERE instrument_id = :id ORDER BY id"), {"id": instrument["id"]}
            )
            return [row.id for row in found]

    return find


def found(answer) -> dict[int, dict]:
    assert answer.status_code == 200, answer.text
    return {instrument["id"]: instrument for instrument in answer.json}


def test_a_search_with_days_finds_what_is_free_on_all_of_them(client, shop, rent, clock):
    taken, half, free = shop(), shop(units=[unit(), unit()]), shop()
    rent(taken, 3, 5)
    rent(half, 4, 4)
    shop(units=[])
    answer = found(client.get(INSTRUMENTS, query_string={"available_from": clock.day(2), "available_to": clock.day(3)}))
    assert set(answer) == {half["id"], free["id"]}
    wider = found(client.get(INSTRUMENTS, query_string={"available_from": clock.day(2), "available_to": clock.day(4)}))
    assert {number: (each["units_available"], each["available"]) for number, each in wider.items()} == {
        half["id"]: (1, True),
        free["id"]: (1, True),
    }


def test_a_search_with_days_tells_their_total(client, shop, clock):
    shop(daily_rate="10.00", weekly_rate="45.00")
    days = {"available_from": clock.day(0), "available_to": clock.day(7)}
    assert client.get(INSTRUMENTS, query_string=days).json[0]["total"] == "55.00"
    assert client.get(INSTRUMENTS).json[0]["total"] is None


@pytest.mark.parametrize(
    ("query", "finds"),
    [({"available_from": 3}, False), ({"available_from": 4}, True), ({"available_to": 2}, True), ({}, True)],
)
def test_one_day_alone_means_that_day_or_from_today(client, shop, rent, clock, query, finds):
    rent(shop(), 3, 3)
    days = {name: clock.day(number) for name, number in query.items()}
    assert bool(client.get(INSTRUMENTS, query_string=days).json) == finds


@pytest.mark.parametrize(
    ("first", "last", "field"), [(-1, 2, "available_from"), (3, 2, "available_to"), (0, 400, "available_to")]
)
def test_odd_days_of_a_search_are_refused_by_name(client, clock, first, last, field):
    days = {"available_from": clock.day(first), "available_to": clock.day(last)}
    answer = client.get(INSTRUMENTS, query_string=days)
    assert (answer.status_code, list(answer.json["errors"]["query"])) == (422, [field])


def test_a_place_and_days_must_hold_for_the_same_unit(client, shop, rent, clock):
    harp = shop(units=[unit("Old Mill", "new"), unit("Harbour Street")])
    rent(harp, 0, 3)  # The new one, at the Old Mill.
    days = {"available_from": clock.day(1), "available_to": clock.day(2)}
    assert client.get(INSTRUMENTS, query_string={**days, "location": "Old Mill"}).json == []
    assert len(client.get(INSTRUMENTS, query_string={**days, "location": "Harbour Street"}).json) == 1
    assert len(client.get(INSTRUMENTS, query_string={"location": "Old Mill"}).json) == 1


def test_available_means_free_today(client, shop, rent, clock):
    harp = shop()
    rent(harp, 0, 1)
    assert client.get(f"{INSTRUMENTS}/available").json == []
    one = client.get(f"{INSTRUMENTS}/{harp['id']}").json
    assert (one["units_total"], one["units_available"], one["available"]) == (1, 0, False)
    clock.pass_days(2)
    assert len(client.get(f"{INSTRUMENTS}/available").json) == 1


def test_availability_is_told_day_by_day(client, staff, shop, rent, clock, units):
    harp = shop(units=[unit(), unit(), unit()])
    rent(harp, 1, 2)
    rent(harp, 2, 3)
    staff.patch(f"{INSTRUMENTS}/{harp['id']}/units/{units(harp)[-1]}", {"status": "maintenance"})
    days = {"from": clock.day(0), "to": clock.day(4)}
    answer = client.get(f"{INSTRUMENTS}/{harp['id']}/availability", query_string=days)
    assert [day["units_available"] for day in answer.json] == [2, 1, 0, 1, 2]
    assert answer.json[0]["date"] == clock.day(0)
    assert len(client.get(f"{INSTRUMENTS}/{harp['id']}/availability").json) == 30
    assert client.get(f"{INSTRUMENTS}/999/availability").status_code == 404
    backwards = client.get(
        f"{INSTRUMENTS}/{harp['id']}/availability", query_string={"from": clock.day(3), "to": clock.day(1)}
    )
    assert (backwards.status_code, list(backwards.json["errors"]["query"])) == (422, ["to"])


def test_the_calendar_is_one_query(client, shop, rent, clock, queries):
    harp = shop(units=[unit(), unit()])
    for number in range(0, 20, 2):
        rent(harp, number, number)
    queries.clear()
    client.get(f"{INSTRUMENTS}/{harp['id']}/availability")
    assert [("occupancies" in statement) for statement in queries] == [False, True]  # Is it there? When is it free?


def test_a_blocked_unit_is_nowhere_to_be_had(client, customer, staff, shop, clock, units):
    harp = shop(category="harp", name="Salvi Mia harp")
    path = f"{INSTRUMENTS}/{harp['id']}/units/{units(harp)[0]}/blocks"
    body = {"start_date": clock.day(0), "end_date": clock.day(4), "reason": "New strings"}
    block = staff.post(path, body)
    assert (block.status_code, block.json) == (201, {"id": block.json["id"], "unit_id": units(harp)[0], **body})
    assert client.get(f"{INSTRUMENTS}/available").json == []
    calendar = client.get(f"{INSTRUMENTS}/{harp['id']}/availability").json
    assert [day["units_available"] for day in calendar[:6]] == [0, 0, 0, 0, 0, 1]
    assert "nothing" in customer.ask("a harp").json["response"]
    days = {"start_date": clock.day(4), "end_date": clock.day(9)}
    refused = customer.post("/api/rentals", {"instrument_id": harp["id"], **days})
    assert (refused.status_code, refused.json["errors"]["next_available"]) == (409, clock.day(5))
    assert staff.get(path).json == [block.json]
    assert staff.delete(f"{path}/{block.json['id']}").status_code == 204
    assert (staff.get(path).json, staff.delete(f"{path}/{block.json['id']}").status_code) == ([], 404)
    assert customer.post("/api/rentals", {"instrument_id": harp["id"], **days}).status_code == 201


def test_a_block_over_a_reservation_is_refused_with_the_reservations_listed(staff, shop, rent, clock, units):
    harp = shop()
    first, second = rent(harp, 1, 2), rent(harp, 4, 6)
    rent(harp, 9, 9)
    path = f"{INSTRUMENTS}/{harp['id']}/units/{units(harp)[0]}/blocks"
    refused = staff.post(path, {"start_date": clock.day(2), "end_date": clock.day(5)})
    assert refused.status_code == 409
    assert [rental["id"] for rental in refused.json["errors"]["rentals"]] == [first["id"], second["id"]]
    assert staff.post(path, {"start_date": clock.day(3), "end_date": clock.day(3)}).status_code == 201
    assert staff.post(path, {"start_date": clock.day(3), "end_date": clock.day(3)}).status_code == 409
    assert staff.post(path, {"start_date": clock.day(-1), "end_date": clock.day(0)}).status_code == 422
    assert (
        staff.post(
            path.replace(str(units(harp)[0]), "999"), {"start_date": clock.day(3), "end_date": clock.day(3)}
        ).status_code
        == 404
    )
