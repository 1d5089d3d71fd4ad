"""When the language model is away, slow, cut or silly: the customer is served from the catalogue, soon, and wholly."""

import json
import queue
import threading
import time

import pytest

from app.llm.gateway import ChatModelGateway
from app.services.chatbot_service import ChatbotService
from tests import fakes
from tests.factories import sign_up
from tests.fakes import FakeOllama, ShiftedClock

CHAT = "/api/chatbot/chat"
SHORT = {"silent": 0.9, "stalled": 0.6, "too_long": 2.5}  # Only what a test waits for is short, on a busy machine too.
SETTING = {
    "silent": "CHAT_FIRST_TOKEN_TIMEOUT_SECONDS",
    "stalled": "CHAT_STALL_TIMEOUT_SECONDS",
    "too_long": "CHAT_TOTAL_TIMEOUT_SECONDS",
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    """No stand-in: ChatOllama itself speaks to the fake server."""


@pytest.fixture
def ollama():
    server = FakeOllama(fakes.answers("Welcome. ", "Take your time."))
    yield server
    server.close()


@pytest.fixture
def settings(ollama):
    return {"OLLAMA_BASE_URL": ollama.url}


def shorten(app, reason: str) -> None:
    """Lets the gateway wait only briefly for what fails with this reason; LangChain's import is not counted."""
    app.extensions["chat_model"].warm_up()
    if reason in SHORT:
        app.extensions["chat_model"]._settings[SETTING[reason]] = SHORT[reason]


@pytest.fixture
def piano(shop):
    return shop(name="Yamaha P-145 digital piano", model="P-145")


def check_catalogue_answer(reply: dict, piano: dict) -> None:
    assert (reply["source"], reply["model"]) == ("catalog", None)
    assert [card["instrument_id"] for card in reply["recommendations"]] == [piano["id"]]
    assert "Yamaha P-145 digital piano for 12.50 EUR a day" in reply["response"]


def test_an_ollama_that_behaves_is_heard(customer, piano, ollama):
    reply = customer.ask("a piano").json
    assert reply["source"] == "llm"
    assert reply["response"].startswith("Welcome. ")
    assert (reply["usage"]["prompt_tokens"], reply["usage"]["completion_tokens"]) == (40, 7)
    assert reply["usage"]["time_to_first_token_ms"] is not None
    (request,) = ollama.requests
    assert (request["model"], request["options"]["num_ctx"], request["options"]["num_predict"]) == ("llama2", 4096, 300)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (fakes.is_silent, "silent"),
        (fakes.stalls, "stalled"),
        (fakes.is_cut, "cut"),
        (fakes.ends_without_done, "cut"),
        (fakes.drips, "too_long"),
        (fakes.talks_garbage, "garbage"),
        (fakes.is_empty, "empty"),
        (fakes.fails_midway, "error"),
        (fakes.knows_no_model, "unknown_model"),
        (fakes.is_overloaded, "error"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_model_that_fails_is_replaced_by_the_catalogue(app, customer, piano, ollama, behave, reason, caplog):
    ollama.behave = behave
    shorten(app, reason)
    reply = customer.ask("a piano").json
    check_catalogue_answer(reply, piano)
    assert f"'reason': '{reason}'" in caplog.text
    history = customer.get("/api/chatbot/history/s1").json
    assert [message["content"] for message in history] == ["a piano", reply["response"]]


def test_a_refused_connection_is_replaced_by_the_catalogue(customer, piano, ollama, caplog):
    ollama.close()
    check_catalogue_answer(customer.ask("a piano").json, piano)
    assert "'reason': 'refused'" in caplog.text


@pytest.mark.parametrize("behave", [fakes.stalls, fakes.is_cut, fakes.fails_midway], ids=lambda f: f.__name__)
def test_a_stream_that_dies_half_way_ends_with_a_whole_catalogue_answer(app, customer, piano, ollama, behave):
    ollama.behave = behave
    shorten(app, "stalled")
    answer = customer.post(CHAT, {"message": "a piano", "session_id": "s1"}, Accept="text/event-stream")
    blocks = [block for block in answer.text.split("\n\n") if block.startswith("event: ")]
    told = [(block.split("\n")[0][7:], json.loads(block.split("data: ", 1)[1])) for block in blocks]
    reply = told[-1][1]
    assert told[-1][0] == "done"
    check_catalogue_answer(reply, piano)
    assert "".join(data["text"] for name, data in told if name == "token") == reply["response"]
    assert reply["response"].startswith("What a lovely idea. ")


class TestABreakerThatHasOpened:
    @pytest.fixture
    def settings(self, ollama):
        return {"OLLAMA_BASE_URL": ollama.url, "CHAT_BREAKER_SECONDS": "3600"}

    @pytest.fixture
    def clock(self, app):
        clock = ShiftedClock()
        gateway = ChatModelGateway(app.config, clock=clock)
        app.extensions.update(chat_model=gateway, chatbot=ChatbotService(gateway))
        return clock

    def test_after_some_failures_nobody_waits_and_one_probe_finds_the_model_again(
        self, app, clock, customer, piano, ollama
    ):
        ollama.behave = fakes.is_silent
        shorten(app, "silent")
        for _ in range(3):
            customer.ask("a piano")
        asked = len(ollama.requests)
        started = time.monotonic()
        for _ in range(5):
            check_catalogue_answer(customer.ask("a piano").json, piano)
        assert time.monotonic() - started < 5 * SHORT["silent"]
        assert len(ollama.requests) == asked
        ollama.behave = fakes.answers("Welcome.")
        app.extensions["chat_model"]._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] = 20
        clock.pass_seconds(3600)
        assert customer.ask("a piano").json["source"] == "llm"
        assert customer.ask("a piano").json["source"] == "llm"
        assert len(ollama.requests) == asked + 2


def test_a_hang_up_cuts_the_connection_even_while_the_model_is_silent(app, customer, piano, ollama):
    ollama.behave = fakes.is_silent
    answer = app.test_client().post(
        CHAT, json={"message": "a piano"}, headers={**customer.headers, "Accept": "text/event-stream"}, buffered=False
    )
    seen = iter(answer.response)
    assert b"start" in next(seen)
    assert b"recommendations" in next(seen)
    assert b"waiting" in next(seen)
    answer.close()
    assert ollama.hung_up.wait(5)  # Half as long as the stand-in waits for it.
    assert app.extensions["chat_model"].servers[0].breaker.state == "closed"


class TestSaturation:
    @pytest.fixture
    def settings(self, ollama):
        limits = {"CHAT_SLOTS": "1", "CHAT_QUEUE": "1", "CHAT_QUEUE_TIMEOUT_SECONDS": "0.3"}
        patient = {"CHAT_TOTAL_TIMEOUT_SECONDS": "120", "CHAT_FIRST_TOKEN_TIMEOUT_SECONDS": "120"}
        return {**limits, **patient, "OLLAMA_BASE_URL": ollama.url}

    def test_beyond_the_slots_and_the_queue_the_catalogue_answers_at_once(self, app, piano, ollama):
        replies = queue.Queue()
        others_are_served = threading.Event()
        ollama.behave = fakes.answers(others_are_served.wait, "Welcome.")
        people = [sign_up(app.test_client()) for _ in range(5)]
        threads = [threading.Thread(target=lambda p=person: replies.put(p.ask("a piano").json)) for person in people]
        for thread in threads:
            thread.start()
        first = [replies.get(timeout=60)["source"] for _ in range(4)]
        others_are_served.set()
        assert first == ["catalog"] * 4
        assert replies.get(timeout=60)["source"] == "llm"
        for thread in threads:
            thread.join()
        assert app.extensions["chat_model"].servers[0].breaker.state == "closed"
        assert len(ollama.requests) == 1
