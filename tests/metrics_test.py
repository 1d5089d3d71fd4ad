"""/metrics tells what happened; under several workers it tells all of it."""

import re
import shutil

import httpx

from tests import fakes
from tests.factories import PASSWORD
from tests.fakes import FakeOllama
from tests.servers import gunicorn


def values(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(shop_\S+) (\S+)$", text, re.MULTILINE)}


def changes(client, do) -> dict[str, float]:
    before = values(client.get("/metrics").text)
    do()
    after = values(client.get("/metrics").text)
    return {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}


def test_a_chat_is_counted_with_its_source_its_tokens_and_what_was_corrected(client, customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue("A fine wish! It costs 3 EUR a day.")
    changed = changes(client, lambda: customer.ask("a piano").close())
    assert changed['shop_chat_turns_total{failure="none",source="llm"}'] == 1
    assert changed["shop_chat_corrections_total"] == 1
    assert changed["shop_chat_first_token_seconds_count"] == 1
    assert changed['shop_http_requests_total{method="POST",route="/api/chatbot/chat",status="200"}'] == 1


def test_bookings_tokens_and_queries_are_counted(client, customer, shop, clock):
    body = {"instrument_id": shop()["id"], "start_date": clock.day(0), "end_date": clock.day(1)}
    changed = changes(client, lambda: [customer.post("/api/rentals", body) for _ in range(2)])
    assert changed['shop_rental_steps_total{step="reserved"}'] == 1
    assert changed["shop_bookings_refused_total"] == 1
    assert changed["shop_database_query_duration_seconds_count"] > 10
    changed = changes(client, lambda: client.get("/api/auth/profile"))
    assert changed['shop_token_failures_total{kind="missing"}'] == 1
    headers = {"Authorization": "Bearer not.a.token"}
    assert (
        changes(client, lambda: client.get("/api/auth/profile", headers=headers))[
            'shop_token_failures_total{kind="invalid"}'
        ]
        == 1
    )


def test_the_state_of_the_shop_is_found_out_when_asked(client, customer, shop):
    shop()
    customer.ask("a piano")
    told = values(client.get("/metrics").text)
    assert (told["shop_database_up"], told["shop_chat_active_sessions"], told["shop_rentals_active"]) == (1, 1, 0)
    assert told['shop_model_up{server="ollama"}'] in (0, 1)


def test_several_workers_are_added_up(tmp_path, sqlite_template):
    database_url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.sqlite3')}"
    ollama = FakeOllama(fakes.answers("Gladly. "))
    try:
        with gunicorn(database_url, ollama.url) as (url, _):
            account = {"email": "served@example.com", "password": PASSWORD}
            httpx.post(f"{url}/api/auth/register", json={**account, "name": "S"}).raise_for_status()
            for _ in range(30):
                httpx.post(f"{url}/api/auth/login", json=account).raise_for_status()
            counted = [values(httpx.get(f"{url}/metrics").text) for _ in range(6)]
    finally:
        ollama.close()
    logins = 'shop_http_requests_total{method="POST",route="/api/auth/login",status="200"}'
    assert {told[logins] for told in counted} == {30}
