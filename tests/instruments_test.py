"""The catalogue: found by everyone, kept by staff."""

import json
import threading

import pytest

from tests.factories import instrument

PATH = "/api/instruments"


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [found["name"] for found in answer.json]


def test_a_new_instrument_is_told_as_the_contract_says(client, shop):
    made = shop(name="Gewa Allegro violin 3/4", category="violin", size="3/4", genres=["Classical", "folk"])
    found = client.get(f"{PATH}/{made['id']}").json
    assert found == made
    assert (found["family"], found["currency"], found["daily_rate"]) == ("bowed", "EUR", "12.50")
    assert (found["units_total"], found["units_available"], found["available"]) == (1, 1, True)
    assert (found["genres"], found["locations"]) == (["classical", "folk"], ["Harbour Street"])


def test_rates_left_out_follow_from_the_daily_rate(staff):
    body = instrument(daily_rate="10.00")
    del body["weekly_rate"], body["monthly_rate"], body["deposit"]
    made = staff.post(PATH, body).json
    assert (made["weekly_rate"], made["monthly_rate"], made["deposit"]) == ("70.00", "300.00", "0.00")


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_trailing_slash_makes_no_difference(client, staff, slash):
    assert staff.post(PATH + slash, instrument()).status_code == 201
    for path in (PATH, f"{PATH}/1", f"{PATH}/available", f"{PATH}/categories", "/api/health"):
        assert client.get(path + slash).status_code == 200, path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"Alto", "Cello", "Piano"}),
        ({"category": "cello"}, {"Cello"}),
        ({"family": "woodwind"}, {"Alto"}),
        ({"size": "1/2"}, {"Cello"}),
        ({"skill_level": "advanced"}, {"Alto"}),
        ({"genre": "JAZZ"}, {"Alto", "Piano"}),
        ({"location": "old mill"}, {"Alto"}),
        ({"location": "Ödhof"}, {"Piano"}),
        ({"location": "ödhof"}, {"Piano"}),
        ({"min_daily_rate": "10", "max_daily_rate": "20.00"}, {"Cello", "Piano"}),
        ({"max_daily_rate": "9.99"}, set()),
        ({"q": "piano wood"}, {"Piano"}),
        ({"q": "100%"}, {"Cello"}),
        ({"q": "_"}, set()),
    ],
)
def test_filters_keep_what_fits(client, shop, query, expected):
    unit = {"condition": "good", "location": "Old Mill"}
    shop(
        name="Alto",
        model="A",
        category="alto-saxophone",
        daily_rate="26.00",
        skill_levels=["advanced"],
        genres=["jazz"],
        units=[{**unit, "serial_number": "a"}],
    )
    shop(name="Cello", model="C", category="cello", size="1/2", daily_rate="10.00", description="100% spruce")
    shop(
        name="Piano",
        model="P",
        genres=["jazz"],
        daily_rate="20.00",
        description="Wooden keys",
        units=[{**unit, "serial_number": "p", "location": "Ödhof"}],
    )
    assert set(names(client.get(PATH, query_string=query))) == expected


PIANO = {"keys": 88, "weighted_keys": True, "weight_kg": 11.5, "includes": "Stand & pédale"}
TRUMPET = {"pitch": "B flat", "weighted_keys": False, "keys": 3}


def test_attributes_come_back_as_they_were_written_and_are_replaced_whole(client, shop, staff):
    path = f"{PATH}/{shop(attributes={**PIANO, 'keys': 88.0})['id']}"
    assert client.get(path).json["attributes"] == PIANO
    assert staff.patch(path, {"description": "Plays."}).json["attributes"] == PIANO
    assert staff.patch(path, {"attributes": {"keys": 88}}).json["attributes"] == {"keys": 88}
    assert client.get(f"{PATH}/{shop()['id']}").json["attributes"] == {}


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (["keys:88"], {"Piano"}),
        (["weighted_keys:true"], {"Piano"}),
        (["weighted_keys:False"], {"Trumpet"}),
        (["weighted_keys:1"], set()),
        (["weight_kg:11.5"], {"Piano"}),
        (["includes:stand & PÉDALE"], {"Piano"}),
        (["pitch:b flat"], {"Trumpet"}),
        (["pitch:b"], set()),
        (["pitch:' OR 1=1"], set()),
        (["never_heard_of:88"], set()),
        (["keys:88", "weighted_keys:true"], {"Piano"}),
        (["keys:88", "pitch:B flat"], set()),
    ],
)
def test_instruments_are_found_by_their_attributes(client, shop, attributes, expected):
    shop(name="Piano", attributes=PIANO)
    shop(name="Trumpet", category="trumpet", attributes=TRUMPET)
    shop(name="Cello", category="cello")
    assert set(names(client.get(PATH, query_string={"attribute": attributes}))) == expected


@pytest.mark.parametrize("odd", ["keys", "keys:", ":88", "Keys:88", "key s:88", 'x"y:1', "keys: ", "x" * 300])
def test_odd_attributes_are_refused(client, odd):
    answer = client.get(PATH, query_string={"attribute": odd})
    assert (answer.status_code, list(answer.json["errors"]["query"])) == (422, ["attribute"])


@pytest.mark.parametrize(
    ("q", "expected"),
    [("88 keys", ["Piano"]), ("pedale", ["Piano"]), ("b flat", ["Trumpet"]), ("weighted keys", ["Piano"])],
)
def test_the_search_reads_attributes(client, shop, staff, q, expected):
    piano = shop(name="Piano", attributes=PIANO)
    shop(name="Trumpet", category="trumpet", attributes=TRUMPET)
    assert names(client.get(PATH, query_string={"q": q})) == expected
    staff.patch(f"{PATH}/{piano['id']}", {"attributes": {}})
    assert names(client.get(PATH, query_string={"q": q})) == [name for name in expected if name != "Piano"]


def test_sorts(client, shop):
    for name, rate in (("B", "3.00"), ("C", "1.00"), ("A", "2.00")):
        shop(name=name, daily_rate=rate)
    assert names(client.get(PATH)) == ["A", "B", "C"]
    assert names(client.get(PATH, query_string={"sort": "daily_rate"})) == ["C", "A", "B"]
    assert names(client.get(PATH, query_string={"sort": "-daily_rate"})) == ["B", "A", "C"]
    assert names(client.get(PATH, query_string={"sort": "newest"})) == ["A", "C", "B"]


def test_relevance_puts_a_hit_in_the_name_first(client, shop):
    shop(name="A bag", description="for a harp")
    shop(name="The harp", description="plain")
    assert names(client.get(PATH, query_string={"q": "harp"})) == ["The harp", "A bag"]


def test_pages_hold_totals_in_their_header(client, shop):
    for _ in range(5):
        shop()
    answer = client.get(PATH, query_string={"page": 2, "page_size": 2})
    assert len(answer.json) == 2
    pagination = json.loads(answer.headers["X-Pagination"])
    assert (pagination["total"], pagination["total_pages"], pagination["page"]) == (5, 3, 2)
    assert names(client.get(PATH, query_string={"page": 2**62})) == []


def test_the_number_of_queries_does_not_grow_with_the_page(client, shop, queries):
    def asked(size: int) -> int:
        queries.clear()
        client.get(PATH, query_string={"page_size": size})
        return len(queries)

    for _ in range(12):
        shop()
    assert asked(1) == asked(12) == 5


def test_families_and_categories_are_counted(client, shop):
    shop(category="cello")
    shop(category="viola")
    families = {row["family"]: row for row in client.get(f"{PATH}/categories").json}
    assert len(families) == 7
    assert families["bowed"]["count"] == 2
    assert {"category": "cello", "count": 1} in families["bowed"]["categories"]


def test_an_etag_spares_what_is_unchanged_and_guards_a_change(client, shop, staff):
    made = shop()
    path = f"{PATH}/{made['id']}"
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert staff.patch(path, {"name": "New"}, **{"If-Match": etag}).status_code == 200
    assert staff.patch(path, {"name": "Newer"}, **{"If-Match": etag}).status_code == 412
    assert client.get(path, headers={"If-None-Match": etag}).json["name"] == "New"
    assert staff.patch(path, {"name": "Newest"}).json["name"] == "Newest"


def test_of_many_changes_with_one_etag_one_wins(app, shop, staff):
    path = f"{PATH}/{shop()['id']}"
    etag = app.test_client().get(path).headers["ETag"]
    codes = []

    def change(number: int) -> None:
        headers = {**staff.headers, "If-Match": etag}
        codes.append(app.test_client().patch(path, json={"name": f"N{number}"}, headers=headers).status_code)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 412, 412, 412, 412, 412]


def test_a_new_category_moves_the_family_along(staff, shop):
    path = f"{PATH}/{shop()['id']}"
    assert staff.patch(path, {"category": "cello", "genres": ["jazz"], "skill_levels": []}).json["family"] == "bowed"


def test_a_withdrawn_instrument_is_gone_from_the_catalogue(client, shop, staff):
    path = f"{PATH}/{shop()['id']}"
    assert staff.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert names(client.get(PATH)) == []
    assert staff.delete(path).status_code == 404


def test_a_unit_in_maintenance_is_not_available(client, shop, staff):
    made = shop()
    path = f"{PATH}/{made['id']}/units"
    unit = staff.post(path, {"serial_number": "S-1", "location": "Old Mill"}).json
    assert client.get(f"{PATH}/{made['id']}").json["units_available"] == 2
    changed = staff.patch(f"{path}/{unit['id']}", {"status": "maintenance", "condition": "fair"}).json
    assert (changed["status"], changed["condition"]) == ("maintenance", "fair")
    found = client.get(f"{PATH}/{made['id']}").json
    assert (found["units_total"], found["units_available"], found["locations"]) == (2, 1, ["Harbour Street"])


def test_an_instrument_without_a_free_unit_is_not_among_the_available(client, shop):
    shop(name="Free")
    shop(name="Away", units=[])
    assert names(client.get(f"{PATH}/available")) == ["Free"]
    assert set(names(client.get(PATH))) == {"Free", "Away"}


def test_a_serial_number_is_there_once(shop, staff):
    first = shop(units=[{"serial_number": "S-1", "location": "Old Mill"}])
    body = instrument(units=[{"serial_number": "S-1", "location": "Old Mill"}])
    assert staff.post(PATH, body).status_code == 409
    again = {"serial_number": "S-1", "location": "x"}
    assert staff.post(f"{PATH}/{first['id']}/units", again).status_code == 409


def test_what_is_not_there_is_404(staff):
    unit = {"serial_number": "S-9", "location": "x"}
    for answer in (
        staff.get(f"{PATH}/1"),
        staff.get(f"{PATH}/99999999999999999999"),
        staff.patch(f"{PATH}/1", {}),
        staff.post(f"{PATH}/1/units", unit),
        staff.patch(f"{PATH}/1/units/1", {}),
    ):
        assert answer.status_code == 404
