"""Talking to the shop: grounded answers, conversations that are kept, streams."""

# ruff: noqa: E402
import sys

import pytest

if __name__ == "__main__":  # `python tests/chatbot_test.py`: pytest imports this file anew, from the checkout's root.
    raise SystemExit(pytest.main([__file__, *sys.argv[1:]]))

import json
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from app.models.types import utc_now
from app.services import conversation_service
from tests.factories import Person, sign_up

CHAT = "/api/chatbot/chat"
USAGE = {"prompt_tokens", "completion_tokens", "time_to_first_token_ms", "total_ms"}
CARD = {"instrument_id", "name", "category", "daily_rate", "currency", "reason", "units_available", "url"}
CARD |= {"total", "days", "from", "to", "reserve", "deposit", "image_url", "attributes", "quantity", "part"}


def ids(reply: dict) -> list[int]:
    return [card["instrument_id"] for card in reply["recommendations"]]


def events_of(answer) -> list[tuple[str, object]]:
    blocks = [block for block in answer.text.split("\n\n") if block.startswith("event: ")]
    pairs = [block.split("\ndata: ", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data)) for name, data in pairs]


def stream(person: Person, message: str, session_id: str = "s1"):
    body = {"message": message, "session_id": session_id}
    return person.post(CHAT, body, Accept="text/event-stream")


def test_a_reply_has_the_shape_of_the_contract(customer, shop, model):
    piano = shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue("The Yamaha P-145 digital piano is a lovely choice.")
    reply = customer.ask("a piano, please").json
    assert reply["response"].startswith("The Yamaha P-145 digital piano is a lovely choice. ")
    assert "12.50 EUR a day" in reply["response"]
    assert (reply["source"], reply["model"], reply["stored"]) == ("llm", "ollama:llama2", True)
    assert set(reply["usage"]) == USAGE
    assert set(reply["recommendations"][0]) == CARD
    assert ids(reply) == [piano["id"]]
    assert reply["recommendations"][0]["url"] == f"/api/instruments/{piano['id']}"
    assert customer.get(reply["recommendations"][0]["url"]).json["daily_rate"] == "12.50"


def test_the_server_names_a_session_that_the_client_left_nameless(customer):
    reply = customer.post(CHAT, {"message": "Hello"}).json
    assert customer.get(f"/api/chatbot/history/{reply['session_id']}").status_code == 200


def test_what_breaks_a_stated_limit_is_not_recommended(customer, shop):
    fitting = shop(daily_rate="9.50")
    shop(daily_rate="10.01")
    shop(category="trumpet", daily_rate="5.00")
    shop(daily_rate="8.00", units=[])
    assert ids(customer.ask("a piano for at most 10 a day").json) == [fitting["id"]]


def test_the_newest_statement_wins_and_silence_keeps(customer, shop):
    cheap, dear = shop(daily_rate="9.00"), shop(daily_rate="15.00")
    assert ids(customer.ask("a piano under 10 a day").json) == [cheap["id"]]
    assert ids(customer.ask("for a beginner").json) == [cheap["id"]]
    assert set(ids(customer.ask("up to 20 a day is fine too").json)) == {cheap["id"], dear["id"]}


def test_the_profile_limits_where_nothing_was_said(client, shop):
    person = sign_up(client, max_daily_rate="10.00", preferred_instruments=["cello"])
    shop(category="cello", daily_rate="12.00", name="Dear cello")
    cello = shop(category="cello", daily_rate="9.00", name="Kind cello")
    shop(daily_rate="9.00")
    assert ids(person.post("/api/chatbot/recommend-for-me", {}).json) == [cello["id"]]


def test_recommend_for_me_gives_as_many_as_asked(customer, shop):
    for _ in range(5):
        shop()
    assert len(customer.post("/api/chatbot/recommend-for-me", {"limit": 4}).json["recommendations"]) == 4


def test_a_question_about_one_instrument_is_answered_with_it(customer, shop, model):
    harp = shop(category="harp", name="Salvi Mia 34 harp", brand="Salvi", model="Mia 34")
    shop()
    body = {"message": "Is this one for me?", "instrument_id": harp["id"]}
    reply = customer.post("/api/chatbot/ask-instrument-question", body).json
    assert ids(reply) == [harp["id"]]
    assert "Salvi Mia 34 harp" in model.asked[-1][-1].content
    assert customer.post("/api/chatbot/ask-instrument-question", {**body, "instrument_id": 999}).status_code == 404


def test_when_nothing_fits_the_reply_says_so_and_names_the_limit(customer, shop, model):
    dear = shop(daily_rate="15.00", name="Dear piano")
    model.queue("Welcome, here it is.")
    reply = customer.ask("a piano under 5 a day").json
    assert ids(reply) == [dear["id"]]
    assert "price limit" in reply["response"]
    assert "above your 5.00 EUR" in reply["recommendations"][0]["reason"]


def test_an_empty_shop_says_that_it_is_empty(customer, model):
    model.queue("The Fender Stratocaster is a great choice.")
    reply = customer.ask("Hello").json
    assert (reply["recommendations"], reply["source"]) == ([], "catalog")
    assert "nothing" in reply["response"]


def test_false_sentences_of_the_model_do_not_reach_the_customer(customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue("A good choice! The Yamaha P-145 costs 3 EUR a day. The Steinway is better. It is lovely.")
    reply = customer.ask("a piano").json
    assert reply["response"].startswith("A good choice! It is lovely.")
    assert "From our shop: Yamaha P-145 digital piano for 12.50 EUR a day." in reply["response"]


def test_what_the_model_was_shown_names_nobody(client, shop, model):
    person = sign_up(client, experience_level="beginner")
    shop()
    person.ask("a piano")
    shown = " ".join(message.content for message in model.asked[-1])
    assert "beginner" in shown
    assert person.email not in shown
    assert "Someone" not in shown


def test_a_conversation_is_found_again(customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue("Look at the Yamaha P-145.", "Welcome.")
    first = customer.ask("a  piano\nfor me").json
    customer.ask("thanks")
    messages = customer.get("/api/chatbot/history/s1").json
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert messages[1]["content"] == first["response"]
    assert messages[1]["recommendations"] == first["recommendations"]
    assert (messages[1]["id"], messages[1]["source"], messages[1]["interrupted"]) == (first["message_id"], "llm", False)
    assert messages[0]["source"] is None
    (session,) = customer.get("/api/chatbot/sessions").json
    assert (session["title"], session["message_count"]) == ("a piano for me", 4)


def test_sessions_come_newest_first_and_in_pages(customer):
    for name in ("a", "b", "c", "a"):
        customer.ask("Hello", session_id=name)
    assert [s["session_id"] for s in customer.get("/api/chatbot/sessions").json] == ["a", "c", "b"]
    page = customer.get("/api/chatbot/sessions", page=2, page_size=2)
    assert [s["session_id"] for s in page.json] == ["b"]
    assert json.loads(page.headers["X-Pagination"])["total"] == 3
    assert len(customer.get("/api/chatbot/history/a", page=2, page_size=3).json) == 1


def test_a_cleared_conversation_is_gone(customer):
    customer.ask("Hello")
    assert customer.delete("/api/chatbot/clear-session/s1").json == {"deleted_count": 2}
    assert customer.delete("/api/chatbot/clear-session/s1").status_code == 404
    assert customer.get("/api/chatbot/history/s1").status_code == 404


def test_two_users_with_one_session_id_never_meet(client, customer, shop, model):
    shop()
    other = sign_up(client)
    customer.ask("my secret wish is a piano", session_id="same")
    model.queue("Hello there.")
    other.ask("Hello", session_id="same")
    assert "secret" not in " ".join(message.content for message in model.asked[-1])
    assert [m["content"] for m in other.get("/api/chatbot/history/same").json][0] == "Hello"
    message_id = customer.get("/api/chatbot/history/same").json[1]["id"]
    feedback = f"/api/chatbot/messages/{message_id}/feedback"
    assert other.post(feedback, {"rating": "down"}).status_code == 404
    assert other.delete("/api/chatbot/clear-session/same").json == {"deleted_count": 2}
    assert len(customer.get("/api/chatbot/history/same").json) == 2


def test_feedback_is_kept_with_the_answer(customer):
    reply = customer.ask("Hello").json
    path = f"/api/chatbot/messages/{reply['message_id']}/feedback"
    assert customer.post(path, {"rating": "down", "comment": "too dear"}).status_code == 204
    assert customer.post(path, {"rating": "up"}).status_code == 204
    question, answer = customer.get("/api/chatbot/history/s1").json
    assert answer["feedback"] == {"rating": "up", "comment": None}
    assert customer.post(f"/api/chatbot/messages/{question['id']}/feedback", {"rating": "up"}).status_code == 404
    assert customer.post(path, {"rating": "meh"}).status_code == 422


def test_consent_taken_back_while_the_model_writes_wins(app, customer, model):
    def take_back() -> None:
        answer = app.test_client().patch(
            "/api/auth/profile", json={"store_conversations": False}, headers=customer.headers
        )
        assert answer.status_code == 200

    model.queue(["Welcome. ", take_back, "Here it is."])
    until = customer.ask("Hello").json["kept_until"]
    assert until < (utc_now() + timedelta(hours=25)).isoformat()
    assert len(customer.get("/api/chatbot/sessions").json) == 1


def test_a_stream_tells_start_recommendations_tokens_done(customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue(["Look at the Yamaha", " P-145. It is", " quiet."])
    answer = stream(customer, "a quiet piano")
    assert answer.mimetype == "text/event-stream"
    told = events_of(answer)
    names = [name for name, _ in told]
    assert names[:2] == ["start", "recommendations"]
    assert set(names[2:-1]) == {"token"}
    assert names[-1] == "done"
    reply = told[-1][1]
    assert "".join(data["text"] for name, data in told if name == "token") == reply["response"]
    assert told[1][1] == reply["recommendations"]
    assert reply["response"].startswith("Look at the Yamaha P-145. It is quiet. ")
    assert customer.get("/api/chatbot/history/s1").json[1]["content"] == reply["response"]


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (OperationalError("INSERT …", {}, Exception("database is locked")), 503, "database cannot be reached"),
        (RuntimeError("a fault of ours"), 500, "Something went wrong on our side"),
    ],
)
def test_a_failure_within_a_stream_is_told_as_a_plain_answer_tells_it(
    customer, shop, model, monkeypatch, failure, code, words
):
    def fail(*_):
        raise failure

    shop()
    monkeypatch.setattr(conversation_service, "keep", fail)
    plain = customer.post(CHAT, {"message": "a piano"})
    assert (plain.status_code, plain.json["code"]) == (code, code)
    *_, (name, told) = events_of(stream(customer, "a piano"))
    assert (name, told) == ("error", {"code": code, "message": plain.json["message"]})
    assert words in told["message"]


def test_a_stream_never_shows_a_false_price_first(customer, shop, model):
    shop(name="Yamaha P-145 digital piano", model="P-145")
    model.queue(["The P-145 costs", " 1", " EUR a", " day. Nice!"])
    text = "".join(data["text"] for name, data in events_of(stream(customer, "a piano")) if name == "token")
    assert "1 EUR" not in text
    assert text.startswith("Nice!")


def test_a_client_that_hangs_up_stops_the_model_and_keeps_what_it_saw(app, customer, shop, model):
    shop()
    model.queue(["Hello. ", "Hi. ", 0.2, "Welcome. ", 5.0, "Thank you. "])
    answer = app.test_client().post(
        CHAT,
        json={"message": "count", "session_id": "s1"},
        headers={**customer.headers, "Accept": "text/event-stream"},
        buffered=False,
    )
    seen = ""
    for block in answer.response:
        seen += block.decode()
        if "Welcome." in seen:
            break
    answer.close()
    question, kept = customer.get("/api/chatbot/history/s1").json
    assert (question["content"], kept["interrupted"]) == ("count", True)
    assert len(kept["recommendations"]) == 1  # They had been sent before any word.
    assert kept["content"] in ("Hello. Hi.", "Hello. Hi. Welcome.")
    assert kept["source"] == "llm"
    assert app.extensions["chat_model"].servers[0].breaker.state == "closed"


def test_a_failure_after_the_start_is_told_as_an_event_once_and_last(customer, shop, monkeypatch):
    shop()

    def fail(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("app.services.conversation_service.keep", fail)
    told = events_of(stream(customer, "a piano"))
    assert told[-1][0] == "error"
    assert told[-1][1]["code"] == 500
    assert "disk" not in str(told)


def test_an_accept_that_prefers_json_gets_json(customer):
    for accept in ("*/*", "application/json", "application/json, text/event-stream;q=0.5"):
        assert customer.post(CHAT, {"message": "Hello"}, Accept=accept).mimetype == "application/json", accept
    both = customer.post(CHAT, {"message": "Hello"}, Accept="application/json, text/event-stream")
    assert both.mimetype == "text/event-stream"


def test_twenty_messages_cost_the_same_queries_and_stay_within_the_budget(app, customer, shop, model, queries):
    for _ in range(5):
        shop()
    counts = []
    for number in range(20):
        queries.clear()
        model.queue("Hello. Welcome. Thank you.")
        customer.ask(f"Tell me more about quiet pianos, question {number}. " + "And some more words. " * 30)
        counts.append(len(queries))
    assert set(counts[1:]) == {17}
    assert counts[0] == 16  # A new conversation has no messages to read.
    budget = app.extensions["chat_model"].prompt_budget
    with app.app_context():
        from app.llm.prompt import estimate_tokens

        for asked in model.asked:
            assert sum(estimate_tokens(message.content) for message in asked) <= budget
