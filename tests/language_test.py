"""Which language a client is answered in, through the HTTP door: in a Reply, in its stream, in a failure."""

import ast
from pathlib import Path

import pytest

from app.answers import texts
from tests.factories import sign_up

CHAT = "/api/chatbot/chat"
CLEAR = "/api/chatbot/clear-session/nowhere"
APP = Path(texts.__file__).parents[2]


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Ich suche eine Geige für meine Tochter", "de"),
        ("Je cherche un violon pour ma fille", "fr"),
        ("I am looking for a violin for my daughter", "en"),
    ],
)
def test_a_message_is_answered_in_its_own_language(customer, shop, message, language):
    shop(category="violin")
    body = {"message": message, "session_id": "s1"}
    reply = customer.post(CHAT, body, **{"Accept-Language": "it"})
    assert reply.json["language"] == reply.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("de-CH, fr;q=0.5", "de"), ("pt, es;q=0.8", "es"), ("*", "en"), ("pt", "en"), ("ar;q=0, it;q=0.1", "it")],
)
def test_where_nothing_else_tells_it_is_the_language_that_the_client_accepts(customer, wanted, language):
    reply = customer.post(CHAT, {"message": "Yamaha"}, **{"Accept-Language": wanted})
    assert reply.json["language"] == reply.headers["Content-Language"] == language


def test_the_profile_comes_before_what_the_browser_says(client):
    person = sign_up(client, language="fr-CA")
    reply = person.post("/api/chatbot/recommend-for-me", {}, **{"Accept-Language": "de"})
    assert reply.json["language"] == reply.headers["Content-Language"] == "fr"
    missing = person.client.delete(CLEAR, headers={**person.headers, "Accept-Language": "de"})
    assert missing.json["message"] == texts.of("fr").say("failure.no_conversation")


def test_a_stream_tells_its_language(customer):
    body = {"message": "Ich suche eine Geige für meine Tochter"}
    assert customer.post(CHAT, body, Accept="text/event-stream").headers["Content-Language"] == "de"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_answer_that_is_given_again_tells_its_language(customer, accept):
    headers = {"Idempotency-Key": "k1", "Accept": accept}
    answers = []
    for _ in (1, 2):
        answers.append(customer.post(CHAT, {"message": "Ich suche eine Geige"}, **headers))
        assert answers[-1].text  # Read to its end.
    assert [answer.headers.getlist("Content-Language") for answer in answers] == [["de"], ["de"]]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_failure_is_told_in_the_language_that_the_client_accepts(customer, language):
    said = texts.of(language)
    headers = {**customer.headers, "Accept-Language": language}
    missing = customer.client.delete(CLEAR, headers=headers)
    assert missing.json["message"] == said.say("failure.no_conversation")
    assert missing.headers["Content-Language"] == language
    assert (missing.json["code"], missing.json["status"]) == (404, "Not Found")
    wrong = customer.client.post(CHAT, json={}, headers=headers)
    assert wrong.json["message"] == said.say("failure.check_fields")
    assert wrong.json["errors"] == {"json": {"message": ["Missing data for required field."]}}
    odd = customer.client.post(CHAT, data=b"{", content_type="application/json", headers=headers)
    assert odd.json["message"] == said.say("failure.malformed")
    stranger = customer.client.post(CHAT, json={"message": "hi"}, headers={"Accept-Language": language})
    assert stranger.status_code == 401
    if language != "en":
        assert stranger.json["message"] == said.say("failure.sign_in")


def test_a_failure_after_a_message_is_told_in_its_language(customer):
    body = {"message": "Ich möchte etwas über dieses Instrument wissen", "instrument_id": 999_999}
    refused = customer.post("/api/chatbot/ask-instrument-question", body)
    assert (refused.status_code, refused.json["message"]) == (404, texts.of("de").say("failure.no_instrument"))


class TestAShopInItaly:
    @pytest.fixture
    def settings(self):
        return {"SHOP_LANGUAGE": "it"}

    def test_it_speaks_italian_to_who_shows_no_language(self, customer):
        assert customer.post(CHAT, {"message": "Yamaha"}).json["language"] == "it"
        assert customer.client.post(CHAT, json={}).json["message"] == texts.of("it").say("failure.sign_in")


def test_every_failure_that_has_words_is_one_that_the_code_raises():
    constants = {
        node.value
        for page in APP.rglob("*.py")
        for node in ast.walk(ast.parse(page.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    sentences = {text for name, text in texts.of("en").by_name.items() if name.startswith("failure.")}
    assert sentences <= constants
