"""Two hosts on one database, as docs/beyond-one-host.md has them: who asks may be answered by either."""

import contextlib
import time
from collections.abc import Iterator

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.init import create_app
from tests.factories import Clock, Person, sign_in
from tests.fakes import FakeChatModel
from tests.settings import SETTINGS

PROFILE = "/api/auth/profile"


@contextlib.contextmanager
def host(database_url: str, **settings: str) -> Iterator[Flask]:
    model = FakeChatModel(scripts=[], asked=[])
    app = create_app({**SETTINGS, "DATABASE_URL": database_url, **settings}, chat_model=model)
    app.extensions["clock"] = Clock()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def other(app: Flask, clock: Clock, database_url: str) -> Iterator[FlaskClient]:
    """A client of the second host; `client` asks the first."""
    with host(database_url) as second:
        yield second.test_client()


def at(client: FlaskClient, person: Person) -> Person:
    """The same person, who happens to be led to another host."""
    return Person(client, person.id, person.email, person.access_token, person.refresh_token)


def test_a_conversation_begun_at_one_host_goes_on_at_the_other(customer, shop, other):
    shop()
    assert customer.ask("a piano under 20 a day").status_code == 200
    second = at(other, customer).ask("from tomorrow for three days").json
    assert second["understood"]["max_daily_rate"] == "20.00"
    assert len(customer.get("/api/chatbot/history/s1").json) == 4


def test_who_logs_out_at_one_host_is_out_at_the_other(customer, other):
    elsewhere = at(other, customer)
    assert elsewhere.get(PROFILE).status_code == 200
    assert customer.post("/api/auth/logout").status_code == 204
    assert elsewhere.get(PROFILE).status_code == 401


def test_a_refresh_token_is_used_once_whichever_host_is_asked(client, customer, other):
    headers = {"Authorization": f"Bearer {customer.refresh_token}"}
    codes = [asked.post("/api/auth/refresh", headers=headers).status_code for asked in (other, client)]
    assert codes == [200, 401]


def test_a_reservation_that_is_repeated_at_the_other_host_is_made_once(customer, shop, clock, other):
    body = {"instrument_id": shop()["id"], "start_date": clock.day(1), "end_date": clock.day(2)}
    key = {"Idempotency-Key": "one-and-the-same"}
    first = customer.post("/api/rentals", body, **key)
    again = at(other, customer).post("/api/rentals", body, **key)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)


def test_a_host_with_other_secrets_knows_nobody_and_nothing_that_was_asked_before(customer, shop, clock, database_url):
    body = {"instrument_id": shop()["id"], "start_date": clock.day(1), "end_date": clock.day(2)}
    key = {"Idempotency-Key": "one-and-the-same"}
    assert customer.post("/api/rentals", body, **key).status_code == 201
    others = {name: f"another {SETTINGS[name]}" for name in ("SECRET_KEY", "JWT_SECRET_KEY")}
    with host(database_url, **others) as stranger:
        asking = stranger.test_client()
        assert at(asking, customer).get(PROFILE).status_code == 401
        assert (
            sign_in(asking, customer.email).post("/api/rentals", body, **key).status_code == 409
        )  # Taken: by himself.


@pytest.mark.parametrize(("seconds", "code"), [(5, 200), (60, 401)])
def test_clocks_of_hosts_may_differ_by_some_seconds(app, customer, seconds, code):
    """Of a token that is made by a host whose clock is ahead."""
    secret = app.config["JWT_SECRET_KEY"]
    claims = jwt.decode(customer.access_token, secret, ["HS256"], options={"verify_aud": False})
    ahead = int(time.time()) + seconds
    made_there = jwt.encode({**claims, "iat": ahead, "nbf": ahead}, secret, "HS256")
    answer = customer.client.get(PROFILE, headers={"Authorization": f"Bearer {made_there}"})
    assert answer.status_code == code
