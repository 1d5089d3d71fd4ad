"""What the shop knows of a person: told whole, erased whole; and conversations that last as long as they may."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import ChatMessage, ChatSession, Consent, IdempotencyKey, Login, ModelUsage, Rental, UnmetDemand, User
from app.models.types import utc_now
from app.services import personal_data_service
from tests.factories import PASSWORD, sign_in, sign_up

EXPORT, ACCOUNT = "/api/auth/export", "/api/auth/account"


def erase(person, password=PASSWORD):
    return person.client.delete(ACCOUNT, json={"password": password}, headers=person.headers)


def count(app, model, *which):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*which))


def personal_tables():
    """Every table that points to a person, directly or through one that does."""
    found = {"users"}
    while True:
        more = {
            table.name
            for table in db.metadata.tables.values()
            if any(key.column.table.name in found for key in table.foreign_keys)
        }
        if more <= found:
            return found
        found |= more


@pytest.fixture
def lived(app, shop, clock, client):
    """A customer of whom every table holds something."""
    person = sign_up(client, store_conversations=True, location="Old Mill")
    person.patch("/api/auth/profile", {"store_conversations": False})
    person.patch("/api/auth/profile", {"store_conversations": True})
    person.post(
        "/api/chatbot/chat", {"message": "a tuba for my son", "session_id": "s1"}, **{"Idempotency-Key": "k" * 12}
    )
    instrument = shop()
    days = {"start_date": clock.day(2), "end_date": clock.day(5)}
    assert person.post("/api/rentals", {"instrument_id": instrument["id"], **days}).status_code == 201
    return person


def test_the_export_knows_every_table_that_points_to_a_person():
    assert set(personal_data_service.STORED) == personal_tables()


def test_the_export_tells_all_that_is_stored(lived):
    told = lived.get(EXPORT)
    assert told.status_code == 200
    body = told.json
    assert set(body) == {*personal_data_service.STORED.values(), "exported_at", "steps_taken"}
    for section in set(personal_data_service.STORED.values()):
        assert body[section], section
    assert (body["account"]["email"], body["account"]["preferences"]["location"]) == (lived.email, "Old Mill")
    assert [consent["given"] for consent in body["consents"]] == [True, False, True]
    conversation = body["conversations"][0]
    assert conversation["session"]["session_id"] == "s1"
    assert [message["role"] for message in conversation["messages"]] == ["user", "assistant"]
    assert conversation["messages"][0]["content"] == "a tuba for my son"
    assert body["rentals"][0]["steps"][0]["step"] == "reserved"
    assert body["unmet_demand"][0]["wanted"] == "tuba"
    for secret in ("argon2", "hash", "digest", "jti"):
        assert secret not in told.text


def test_the_export_tells_nothing_of_others(client, lived):
    other = sign_up(client)
    told = other.get(EXPORT).json
    assert (told["conversations"], told["rentals"], told["unmet_demand"]) == ([], [], [])
    assert lived.email not in str(told)


def test_an_export_costs_the_same_queries_whatever_was_said(app, customer):
    def statements():
        with app.app_context():
            engine = db.engine
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        customer.get(EXPORT)
        sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    customer.ask("hello", session_id="s0")
    before = statements()
    for number in range(5):
        customer.ask("hello", session_id=f"s{number}")
    assert statements() == before


def test_an_erased_person_is_nowhere_and_the_rental_stays(app, client, lived, staff):
    assert erase(lived).status_code == 204
    with app.app_context():
        for model in (ChatSession, Consent, IdempotencyKey, UnmetDemand):
            assert count(app, model) == 0, model
    assert count(app, ChatMessage) == 0
    assert count(app, Login, Login.user_id == lived.id) == 0
    assert count(app, User, User.id == lived.id) == 0
    rental = staff.get("/api/rentals").json[0]
    assert (rental["user_id"], rental["status"]) == (None, "cancelled")
    assert [step["actor_id"] for step in staff.get(f"/api/rentals/{rental['id']}/history").json] == [None, None]
    assert lived.get("/api/auth/profile").status_code == 401
    assert client.post("/api/auth/login", json={"email": lived.email, "password": PASSWORD}).status_code == 401


def test_the_days_that_an_erased_person_had_reserved_are_free_again(clock, shop, client):
    instrument, person = shop(), sign_up(client)
    days = {"instrument_id": instrument["id"], "start_date": clock.day(1), "end_date": clock.day(3)}
    person.post("/api/rentals", days)
    assert client.post("/api/rentals/quote", json=days).json["available"] is False
    erase(person)
    assert client.post("/api/rentals/quote", json=days).json["available"] is True


def test_nobody_leaves_with_an_instrument(clock, shop, client, staff):
    instrument, person = shop(), sign_up(client)
    days = {"instrument_id": instrument["id"], "start_date": clock.day(0), "end_date": clock.day(3)}
    rental = person.post("/api/rentals", days).json["id"]
    staff.post(f"/api/rentals/{rental}/pickup")
    later = {"instrument_id": instrument["id"], "start_date": clock.day(9), "end_date": clock.day(9)}
    reserved = person.post("/api/rentals", later).json["id"]
    refused = erase(person)
    assert (refused.status_code, refused.json["errors"]["rental_id"]) == (409, rental)
    assert person.get(f"/api/rentals/{reserved}").json["status"] == "reserved"
    staff.post(f"/api/rentals/{rental}/return", {})
    assert erase(person).status_code == 204


def test_only_the_password_opens_that_door(customer):
    assert erase(customer, "another sentence").status_code == 403
    assert customer.client.delete(ACCOUNT, json={}, headers=customer.headers).status_code == 422
    assert customer.client.delete(ACCOUNT, json={"password": PASSWORD}).status_code == 401
    assert customer.get("/api/auth/profile").status_code == 200


def test_the_only_admin_stays(client):
    first, second = sign_up(client, role="admin"), sign_up(client, role="admin")
    assert erase(first).status_code == 204
    assert erase(second).status_code == 409


def test_whoever_comes_back_under_the_same_address_finds_nothing(client, lived):
    erase(lived)
    client.post("/api/auth/register", json={"email": lived.email, "password": PASSWORD, "name": "New"})
    again = sign_in(client, lived.email)
    assert again.get("/api/chatbot/sessions").json == again.get("/api/rentals").json == []


def test_a_chat_that_ends_after_its_customer_was_erased_keeps_nothing(app, customer, model):
    def leave() -> None:
        gone = app.test_client().delete(ACCOUNT, json={"password": PASSWORD}, headers=customer.headers)
        assert gone.status_code == 204

    model.queue(["Welcome. ", leave, "Here it is."])
    assert customer.ask("Hello").status_code == 401
    assert count(app, ChatSession) == 0


def test_of_reservations_and_an_erasure_at_once_none_outlives_the_person(app, shop, clock, client):
    """Whatever comes first: no reservation is left without its person."""
    instrument, person = shop(units=[]), sign_up(client)
    for number in range(8):
        unit = {"serial_number": f"race-{number}", "condition": "good", "location": "Old Mill"}
        staff_client = sign_up(client, role="admin")
        staff_client.post(f"/api/instruments/{instrument['id']}/units", unit)
    days = {"instrument_id": instrument["id"], "start_date": clock.day(1), "end_date": clock.day(3)}
    start, codes = threading.Barrier(6), []

    def act(number):
        start.wait()
        mine = app.test_client()
        if number == 3:
            codes.append(mine.delete(ACCOUNT, json={"password": PASSWORD}, headers=person.headers).status_code)
        else:
            codes.append(mine.post("/api/rentals", json=days, headers=person.headers).status_code)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {201, 204, 401, 409}, codes
    assert codes.count(204) == 1
    assert count(app, Rental, Rental.user_id.is_(None), Rental.status == "reserved") == 0


# Conversations: how long they last.


def age(app, **columns):
    with app.app_context():
        db.session.execute(sa.update(ChatSession).values(**columns))
        db.session.commit()


def test_without_consent_a_conversation_is_remembered_for_a_day(app, client, shop):
    shop()
    person = sign_up(client, store_conversations=False)
    reply = person.ask("a piano").json
    assert reply["stored"] is True
    assert reply["kept_until"][:13] == (utc_now() + timedelta(hours=24)).isoformat()[:13]
    assert [message["role"] for message in person.get("/api/chatbot/history/s1").json] == ["user", "assistant"]
    age(app, kept_until=utc_now())
    assert person.get("/api/chatbot/history/s1").status_code == 404
    assert person.get("/api/chatbot/sessions").json == []
    assert person.get(EXPORT).json["conversations"] == []
    assert person.delete("/api/chatbot/clear-session/s1").status_code == 404
    feedback = f"/api/chatbot/messages/{reply['message_id']}/feedback"
    assert person.post(feedback, {"rating": "up"}).status_code == 404


def test_the_second_message_knows_the_first(client, shop):
    shop(name="Gewa Allegro violin 1/4", category="violin", size="1/4", daily_rate="8.00")
    shop(name="Yamaha recorder", category="recorder", daily_rate="2.00")
    person = sign_up(client, store_conversations=False)
    person.ask("violin for my daughter, 7, under 10")
    reply = person.ask("from Monday for two weeks").json
    assert reply["understood"]["categories"] == ["violin"]
    assert [card["category"] for card in reply["recommendations"]] == ["violin"]


def test_a_conversation_that_has_lapsed_is_not_taken_up_again(app, client, shop):
    shop()
    person = sign_up(client, store_conversations=False)
    person.ask("a piano under 20 a day")
    age(app, kept_until=utc_now())
    reply = person.ask("hello").json
    assert reply["understood"]["max_daily_rate"] is None
    assert [message["content"] for message in person.get("/api/chatbot/history/s1").json][0] == "hello"
    assert person.get("/api/chatbot/sessions").json[0]["message_count"] == 2


def test_consent_keeps_it_longer_and_brings_back_nothing_that_has_lapsed(app, client):
    person = sign_up(client, store_conversations=False)
    person.ask("hello", session_id="old")
    age(app, kept_until=utc_now())
    person.ask("hello", session_id="new")
    person.patch("/api/auth/profile", {"store_conversations": True})
    assert [session["session_id"] for session in person.get("/api/chatbot/sessions").json] == ["new"]
    kept = person.get(EXPORT).json["conversations"][0]["session"]["kept_until"]
    assert kept[:10] == (utc_now() + timedelta(days=365)).isoformat()[:10]


def test_the_same_answer_again_is_no_new_consent(app, customer):
    customer.patch("/api/auth/profile", {"store_conversations": True})
    assert count(app, Consent) == 1


def test_a_wish_that_was_not_met_is_nobodys_when_the_chats_are_gone(app, client, clock, staff):
    clock.today = utc_now().date()
    person = sign_up(client, store_conversations=False)
    person.ask("a tuba")
    clock.pass_days(2)
    assert app.test_cli_runner().invoke(args=["apply-retention"]).exit_code == 0
    assert count(app, UnmetDemand, UnmetDemand.user_id.is_(None)) == 1
    assert erase(person).status_code == 204
    assert count(app, UnmetDemand) == 1


def test_what_the_model_took_is_known_when_the_chat_is_gone(app, client, shop, model):
    shop()
    person = sign_up(client, store_conversations=False)
    model.queue("A lovely wish!", "It costs 3 EUR.")
    person.ask("a piano")
    person.ask("a quiet one")
    erase(person)
    with app.app_context():
        taken = db.session.scalars(sa.select(ModelUsage)).one()
        assert (taken.model, taken.turns, taken.counted) == ("ollama:llama2", 2, 2)
        assert (taken.prompt_tokens, taken.completion_tokens) == (200, 2)
