"""Accounts: who may come in, and when a login ends."""

import threading

import jwt as pyjwt
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import User
from app.services import passwords
from tests.factories import PASSWORD, sign_in, sign_up
from tests.settings import SETTINGS

REGISTER = "/api/auth/register"


def test_a_new_customer_is_told_without_the_password(client):
    answer = client.post(REGISTER, json={"email": " Mara@Example.com ", "password": PASSWORD, "name": "Mara"})
    assert answer.status_code == 201
    user = answer.json
    assert (user["email"], user["role"], user["store_conversations"]) == ("mara@example.com", "customer", False)
    assert user["preferences"]["experience_level"] is None
    assert PASSWORD not in answer.text
    assert "hash" not in answer.text


def test_an_email_can_be_registered_once_whatever_its_case(client):
    account = {"email": "mara@example.com", "password": PASSWORD, "name": "Mara"}
    client.post(REGISTER, json=account)
    assert client.post(REGISTER, json={**account, "email": "MARA@example.com"}).status_code == 409


def test_of_many_who_register_one_email_at_once_one_wins(app):
    account = {"email": "race@example.com", "password": PASSWORD, "name": "Racer"}
    codes = []
    threads = [
        threading.Thread(target=lambda: codes.append(app.test_client().post(REGISTER, json=account).status_code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize("password", ["short", "password1", "Football", "someone@example.com"])
def test_a_weak_password_is_refused_and_the_field_named(client, password):
    answer = client.post(REGISTER, json={"email": "someone@example.com", "password": password, "name": "x"})
    assert answer.status_code == 422
    assert answer.json["errors"]["json"]["password"]


def test_passwords_are_kept_as_argon2id_with_the_stated_cost(app, client, kept_hasher, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", kept_hasher)
    sign_up(client)
    with app.app_context():
        kept = db.session.scalars(sa.select(User)).one().password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_unknown_email_and_a_wrong_password_fail_alike_and_hash_once_each(client, customer, monkeypatch):
    verified = []
    true_matches = passwords._hasher.verify

    class Counting:
        def verify(self, *args):
            verified.append(args)
            return true_matches(*args)

        hash = staticmethod(passwords._hasher.hash)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    wrong = client.post("/api/auth/login", json={"email": customer.email, "password": "not this one"})
    unknown = client.post("/api/auth/login", json={"email": "nobody@example.com", "password": "not this one"})
    assert (wrong.status_code, wrong.json) == (401, unknown.json)
    assert len(verified) == 2


def test_login_compares_the_email_case_blind(client, customer):
    assert sign_in(client, customer.email.upper()).id == customer.id


def test_the_profile_needs_a_token_and_shows_preferences(client, customer):
    assert client.get("/api/auth/profile").status_code == 401
    assert customer.get("/api/auth/profile").json["preferences"]["max_daily_rate"] is None


def test_preferences_are_merged_and_null_clears_one(customer):
    customer.patch("/api/auth/profile", {"preferences": {"experience_level": "beginner", "max_daily_rate": "20"}})
    answer = customer.patch("/api/auth/profile", {"preferences": {"experience_level": None, "location": "Old Mill"}})
    preferences = answer.json["preferences"]
    assert (preferences["experience_level"], preferences["max_daily_rate"]) == (None, "20.00")
    assert customer.get("/api/auth/profile").json["preferences"]["location"] == "Old Mill"


@pytest.mark.parametrize(
    "preferences",
    [
        {"experience_level": "wizard"},
        {"preferred_instruments": ["kazoo"]},
        {"max_daily_rate": -1},
        {"max_daily_rate": "1e9"},
        {"max_daily_rate": "10\n"},
        {"language": "in English please"},
        {"favourite_colour": "red"},
        {"favorite_genres": "jazz"},
    ],
)
def test_odd_preferences_are_refused(customer, preferences):
    assert customer.patch("/api/auth/profile", {"preferences": preferences}).status_code == 422


def test_a_refresh_token_gives_a_new_pair_once_and_its_reuse_ends_the_login(client, customer):
    old = {"Authorization": f"Bearer {customer.refresh_token}"}
    first = client.post("/api/auth/refresh", headers=old)
    assert first.status_code == 200
    new_access = {"Authorization": f"Bearer {first.json['access_token']}"}
    assert client.get("/api/auth/profile", headers=new_access).status_code == 200
    assert client.post("/api/auth/refresh", headers=old).status_code == 401
    assert client.get("/api/auth/profile", headers=new_access).status_code == 401
    new_refresh = {"Authorization": f"Bearer {first.json['refresh_token']}"}
    assert client.post("/api/auth/refresh", headers=new_refresh).status_code == 401


def test_access_and_refresh_tokens_do_not_stand_for_each_other(client, customer):
    swapped = {"Authorization": f"Bearer {customer.refresh_token}"}
    assert client.get("/api/auth/profile", headers=swapped).status_code == 401
    assert client.post("/api/auth/refresh", headers=customer.headers).status_code == 401


def test_logout_ends_both_tokens_and_no_other_login(client, customer):
    elsewhere = sign_in(client, customer.email)
    assert customer.post("/api/auth/logout").status_code == 204
    assert customer.get("/api/auth/profile").status_code == 401
    refresh = {"Authorization": f"Bearer {customer.refresh_token}"}
    assert client.post("/api/auth/refresh", headers=refresh).status_code == 401
    assert elsewhere.get("/api/auth/profile").status_code == 200


def test_a_new_password_ends_every_other_login(client, customer):
    elsewhere = sign_in(client, customer.email)
    change = {"current_password": PASSWORD, "new_password": "an entirely new sentence"}
    assert customer.post("/api/auth/password", {**change, "current_password": "wrong one"}).status_code == 403
    assert customer.post("/api/auth/password", change).status_code == 204
    assert customer.get("/api/auth/profile").status_code == 200
    assert elsewhere.get("/api/auth/profile").status_code == 401
    assert sign_in(client, customer.email, "an entirely new sentence").id == customer.id


def test_consent_taken_back_deletes_what_was_kept(client, customer):
    customer.ask("Hello")
    assert len(customer.get("/api/chatbot/sessions").json) == 1
    answer = customer.patch("/api/auth/profile", {"store_conversations": False})
    assert answer.json["store_conversations"] is False
    assert customer.get("/api/chatbot/sessions").json == []


def _forged(person, key=SETTINGS["JWT_SECRET_KEY"], algorithm="HS256", without=(), **claims):
    body = pyjwt.decode(person.access_token, options={"verify_signature": False})
    body = {name: value for name, value in {**body, **claims}.items() if name not in without}
    return pyjwt.encode(body, key, algorithm=algorithm)


def test_a_token_that_was_tampered_with_is_refused(client, customer):
    tokens = [
        "",
        "not.a.token",
        customer.access_token[:-4] + "AAAA",
        _forged(customer, key="some other key that is long enough to sign"),
        _forged(customer, key=None, algorithm="none"),
        _forged(customer, exp=1),
        _forged(customer, iss="someone else"),
        _forged(customer, aud="another api"),
        _forged(customer, sub="999999"),
        _forged(customer, sub="' OR 1=1"),
        _forged(customer, login="unknown"),
        _forged(customer, without=("login",)),
    ]
    for token in tokens:
        answer = client.get("/api/auth/profile", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json["code"]) == (401, 401), token


def test_a_customer_may_not_keep_the_catalogue(client, customer):
    assert customer.post("/api/instruments", {}).status_code == 403


def test_nobody_makes_himself_an_admin_by_registering(client):
    account = {"email": "x@example.com", "password": PASSWORD, "name": "x", "role": "admin"}
    assert client.post(REGISTER, json=account).status_code == 422


def test_an_admin_is_also_staff(client):
    assert sign_up(client, role="admin").get("/api/auth/profile").json["role"] == "admin"
