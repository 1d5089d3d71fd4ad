"""How often one may ask: 429 with Retry-After, counted for all instances in Redis, and never a failure of ours."""

import contextlib
import secrets

import pytest

from app.config import SECRETS
from app.extensions import limiter
from app.init import create_app
from tests.factories import sign_up
from tests.servers import Valkey
from tests.settings import SETTINGS

LOGIN = "/api/auth/login"
GUESS = {"email": "someone@example.com", "password": "a wrong guess"}


@pytest.fixture
def settings():
    return {"RATELIMIT_ENABLED": "1", "RATELIMIT_LOGIN": "3 per minute", "RATELIMIT_CHAT": "2 per minute"}


@pytest.fixture(autouse=True)
def _forget(app):
    limiter.reset()
    yield
    limiter.enabled = False


def test_guessing_ends_after_some_tries(client):
    answers = [client.post(LOGIN, json=GUESS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    refused = answers[-1]
    assert (refused.json["code"], refused.json["status"]) == (429, "Too Many Requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert client.post(LOGIN, json={**GUESS, "email": "another@example.com"}).status_code == 401


@pytest.mark.parametrize("odd", [None, [], "text", {"email": ["x"]}])
def test_odd_bodies_are_limited_like_others(client, odd):
    assert {client.post(LOGIN, json=odd).status_code for _ in range(5)} <= {400, 422, 429}


def test_chats_are_limited_for_each_person(client, customer, shop):
    shop()
    assert [customer.ask("a piano").status_code for _ in range(3)] == [200, 200, 429]
    assert customer.post("/api/chatbot/recommend-for-me", {}).status_code == 429
    assert sign_up(client).ask("a piano").status_code == 200
    assert customer.get("/api/instruments").status_code == 200


def test_development_is_not_limited_and_production_is():
    keys = {name: secrets.token_urlsafe(32) for name in SECRETS}
    database = {"DATABASE_URL": "sqlite://"}
    assert not create_app({**keys, **database, "FLASK_ENV": "development"}).config["RATELIMIT_ENABLED"]
    assert create_app({**keys, **database, "FLASK_ENV": "production"}).config["RATELIMIT_ENABLED"]


def test_behind_a_proxy_the_clients_address_counts(database_url, settings):
    app = create_app({**SETTINGS, **settings, "DATABASE_URL": database_url, "TRUSTED_PROXIES": "1"})
    limiter.reset()
    tries = [f"10.0.0.{number}" for number in (1, 1, 1, 2, 1)]
    codes = [
        app.test_client().post(LOGIN, json=GUESS, headers={"X-Forwarded-For": address}).status_code for address in tries
    ]
    assert codes == [401, 401, 401, 401, 429]


def test_two_instances_count_together_and_survive_the_death_of_redis(database_url, settings, monkeypatch):
    with contextlib.closing(Valkey()) as valkey:
        limited = {**SETTINGS, **settings, "DATABASE_URL": database_url, "REDIS_URL": valkey.url}
        codes = []
        for _ in range(5):
            # One object a process, that keeps its first storage and remembers that it died.
            monkeypatch.setattr(limiter, "_storage_uri", None)
            monkeypatch.setattr(limiter, "_storage_dead", False)
            app = create_app(limited)
            codes.append(app.test_client().post(LOGIN, json=GUESS).status_code)
        assert codes == [401, 401, 401, 429, 429]
        valkey.kill()
        assert app.test_client().post(LOGIN, json={**GUESS, "email": "one.more@example.com"}).status_code == 401
