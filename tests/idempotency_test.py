"""The same request under the same key: once, even when it comes twice, at once, or after a crash."""

import contextlib
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.services import conversation_service, idempotency_service, rental_service
from app.services.transactions import change
from tests.chatbot_test import events_of
from tests.factories import sign_up

RENTALS, CHAT = "/api/rentals", "/api/chatbot/chat"


@pytest.fixture
def body(shop, clock):
    return {"instrument_id": shop()["id"], "start_date": clock.day(0), "end_date": clock.day(2)}


def post(person, path, body, key="k-1", **headers):
    return person.post(path, body, **{"Idempotency-Key": key, **headers})


def test_the_same_key_gives_the_first_answer_again(customer, body):
    first, again = post(customer, RENTALS, body), post(customer, RENTALS, body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert len(customer.get(RENTALS).json) == 1


def test_another_body_under_the_same_key_is_refused(customer, body, clock):
    post(customer, RENTALS, body)
    other = post(customer, RENTALS, {**body, "end_date": clock.day(1)})
    assert (other.status_code, list(other.json["errors"]["headers"])) == (422, ["Idempotency-Key"])
    assert (
        post(customer, f"{RENTALS}/", dict(reversed(body.items()))).status_code == 201
    )  # The same, written otherwise.
    assert post(customer, CHAT, {"message": "hello"}).status_code == 422


def test_keys_of_two_people_do_not_meet(client, customer, body, clock):
    mine = post(customer, RENTALS, body)
    theirs = post(sign_up(client), RENTALS, {**body, "start_date": clock.day(5), "end_date": clock.day(5)})
    assert (mine.status_code, theirs.status_code) == (201, 201)


def test_a_refusal_is_an_answer_too(client, customer, body):
    sign_up(client).post(RENTALS, body)
    first = post(customer, RENTALS, body)
    assert (first.status_code, post(customer, RENTALS, body).json) == (409, first.json)


def test_bad_input_keeps_no_key(customer, body):
    assert post(customer, RENTALS, {**body, "start_date": "soon"}).status_code == 422
    assert post(customer, RENTALS, body).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "zwölf", "a b"])
def test_an_odd_key_is_refused_by_name(customer, body, key):
    answer = post(customer, RENTALS, body, key=key)
    assert (answer.status_code, list(answer.json["errors"]["headers"])) == (422, ["Idempotency-Key"])


def test_eight_at_once_under_one_key_make_one_rental(app, customer, body):
    answers, start = [], threading.Barrier(8)

    def try_it():
        start.wait()
        headers = {**customer.headers, "Idempotency-Key": "k-1"}
        answers.append(app.test_client().post(RENTALS, json=body, headers=headers))

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == len(customer.get(RENTALS).json) == 1
    assert all("still being answered" in a.json["message"] for a in answers if a.status_code == 409)


def test_a_crash_after_the_commit_loses_neither_the_rental_nor_its_answer(app, customer, body, monkeypatch):
    @contextlib.contextmanager
    def killed(lost_race):
        with change(lost_race):
            yield
        raise SystemExit  # Nothing after the commit runs.

    monkeypatch.setattr(rental_service, "change", killed)
    with pytest.raises(SystemExit):
        post(customer, RENTALS, body)
    monkeypatch.undo()
    again = post(customer, RENTALS, body)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert customer.get(RENTALS).json == [again.json]


def test_a_request_that_was_killed_before_its_commit_can_be_made_again_after_a_while(app, customer, body):
    post(customer, RENTALS, {**body, "instrument_id": 10**6})
    forget_answer = sa.text("UPDATE idempotency_keys SET answer = NULL, status_code = NULL")
    with app.app_context():
        db.session.execute(forget_answer)
        db.session.commit()
    assert post(customer, RENTALS, {**body, "instrument_id": 10**6}).status_code == 409
    with app.app_context():
        db.session.execute(sa.text("UPDATE idempotency_keys SET claimed_at = '2020-01-01 00:00:00'"))
        db.session.execute(forget_answer)
        db.session.commit()
    assert post(customer, RENTALS, {**body, "instrument_id": 10**6}).status_code == 404


def test_an_answer_is_forgotten_after_its_hours(app, customer, body):
    post(customer, RENTALS, body)
    with app.app_context():
        db.session.execute(sa.text("UPDATE idempotency_keys SET claimed_at = '2020-01-01 00:00:00'"))
        db.session.commit()
    assert post(customer, RENTALS, body).status_code == 409  # It is tried anew, and the unit is taken.


def test_a_chat_is_answered_once(customer, shop, model):
    shop()
    model.queue("The first answer.")
    first = post(customer, CHAT, {"message": "a piano", "session_id": "s1"}).json
    again = post(customer, CHAT, {"message": "a piano", "session_id": "s1"}).json
    assert (again, len(model.asked)) == (first, 1)
    assert len(customer.get("/api/chatbot/history/s1").json) == 2


def test_feedback_takes_a_key_too(customer, shop):
    shop()
    path = f"/api/chatbot/messages/{customer.ask('a piano').json['message_id']}/feedback"
    assert post(customer, path, {"rating": "up"}).status_code == 204
    again = post(customer, path, {"rating": "up"})
    assert (again.status_code, again.data, again.headers["Idempotency-Replayed"]) == (204, b"", "true")
    assert post(customer, path, {"rating": "down"}).status_code == 422


def test_a_stream_is_answered_once_and_told_again_in_either_form(customer, shop, model):
    shop()
    body, accept = {"message": "a piano", "session_id": "s1"}, {"Accept": "text/event-stream"}
    streamed = events_of(post(customer, CHAT, body, **accept))
    again = post(customer, CHAT, body, **accept)
    assert [name for name, _ in events_of(again)] == ["start", "recommendations", "token", "done"]
    assert events_of(again)[-1] == streamed[-1] == ("done", post(customer, CHAT, body).json)
    assert len(model.asked) == 1


def test_a_stream_that_broke_off_may_be_asked_again(app, customer, shop, model):
    shop()
    body = {"message": "a piano", "session_id": "s1"}
    headers = {**customer.headers, "Accept": "text/event-stream", "Idempotency-Key": "k-1"}
    answer = app.test_client().post(CHAT, json=body, headers=headers, buffered=False)
    next(answer.iter_encoded())
    answer.close()
    assert post(customer, CHAT, body).status_code == 200
    assert len(model.asked) <= 2


def test_a_database_that_goes_away_within_a_stream_is_told_at_its_end(customer, shop, monkeypatch):
    def is_away(*_):
        raise OperationalError("…", {}, Exception("server closed the connection"))

    def goes_away(*_):
        monkeypatch.setattr(idempotency_service, "delete", is_away)
        is_away()

    shop()
    monkeypatch.setattr(conversation_service, "keep", goes_away)
    answer = post(customer, CHAT, {"message": "a piano", "session_id": "s1"}, Accept="text/event-stream")
    *_, (name, told) = events_of(answer)
    assert (name, told["code"]) == ("error", 503)


def test_what_is_kept_cannot_be_read_without_the_clients_key(app, client, shop):
    shop()
    person = sign_up(client, store_conversations=False)
    post(person, CHAT, {"message": "my secret wish for a piano"}, key="only-mine")
    with app.app_context():
        (row,) = db.session.execute(sa.text("SELECT * FROM idempotency_keys")).all()
    kept = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
    for secret in (b"only-mine", b"secret wish", b"piano", b"Yamaha"):
        assert secret not in kept
